"""The documentation: its links lead somewhere, its commands exist, docs/idioms.md names requests that the suites send,
and the README stays short."""

from __future__ import annotations

import fnmatch
import json
import re
import sys
from pathlib import Path

import pytest

from e2e_common.util.paths import ROOT, SUITES, suite_names
from tests.conftest import clean_environ, execute

LONGEST_README = 250
COVERED = SUITES / "README.md"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", COVERED, *sorted((ROOT / "docs").glob("*.md"))]


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives the headings of `page`."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_resolve(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)", page.read_text())
    for path, anchor in links:
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), path
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"


def test_make_has_every_target_that_is_named() -> None:
    listed = execute("make", "help", env=clean_environ(), check=True).stdout
    targets = set(re.findall(r"^  make (\S+)", listed, re.MULTILINE))
    code = " ".join(code for page in PAGES for code in re.findall(r"```.*?```|`[^`]+`", page.read_text(), re.DOTALL))
    named = re.findall(r"\bmake\s+(?:-\S+\s+)*([a-z][\w<>…-]*)", code)
    suite = re.compile(rf"-({'|'.join(suite_names())}|urllib3|<suite>|<name>|…)$")
    assert {suite.sub("-<suite>", name) for name in named} - targets == set()


def test_the_readme_is_short_and_each_suite_is_described() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= LONGEST_README
    assert [suite for suite in suite_names() if f"\n## {suite}\n" not in COVERED.read_text()] == []


NO_REQUESTS = {  # what else the table quotes: words of a library
    "E2E_WITH=hiredis", "legacy_responses=False", "Infinity", "run_in_thread", "listen", "master_for",
    "execute_command",
}  # fmt: skip
NAMES = """
import json, runpy, sys
from unittest.mock import MagicMock
from e2e_common.record import client as requester

class Named(requester.Api):
    def __enter__(self):
        return self

    def request(self, method, path, name=None, *_, **__):
        self._exchanges[name or f"{method} {path}"] = None
        return MagicMock()

    def __exit__(self, *_):
        print(json.dumps([*self._exchanges]))

requester.Api, sys.argv = Named, sys.argv[1:]
sys.path.insert(0, sys.argv[0].rpartition("/")[0])
runpy.run_path(sys.argv[0], run_name="__main__")
"""


SECTIONS = {
    part.split()[0]: {
        name
        for row in re.findall(r"^\|.*", part, re.MULTILINE)
        for name in re.findall("`([^`]+)`", row.rsplit("|", 2)[1])
    }
    for part in (ROOT / "docs" / "idioms.md").read_text().split("\n## ")[1:]
}
"""Suite → what its table quotes."""


def test_each_suite_has_its_table() -> None:
    assert sorted(SECTIONS) == suite_names()


@pytest.mark.parametrize("suite", SECTIONS)
def test_what_it_names_is_sent(suite: str) -> None:
    script = SUITES / suite / "e2e-tests" / "src" / "test_requests.py"
    sent = json.loads(execute(sys.executable, "-c", NAMES, script, check=True).stdout)
    quoted = SECTIONS[suite] - NO_REQUESTS
    assert quoted and [name for name in sorted(quoted) if not fnmatch.filter(sent, name) and name not in sent] == []
