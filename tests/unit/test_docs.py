"""The documentation: its links lead somewhere, its commands exist, and the README stays short."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from e2e_common.util.paths import ROOT, suite_names
from tests.conftest import clean_environ, execute

LONGEST_README = 250
SUITES = ROOT / "drift" / "instrumentation" / "README.md"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", SUITES, *sorted((ROOT / "docs").glob("*.md"))]


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
    listed = execute("make", "help", env=clean_environ(), check=True)
    targets = set(re.findall(r"^  make (\S+)", listed.stdout, re.MULTILINE))
    code = " ".join(code for page in PAGES for code in re.findall(r"```.*?```|`[^`]+`", page.read_text(), re.DOTALL))
    named = re.findall(r"\bmake\s+(?:-\S+\s+)*([a-z][\w<>…-]*)", code)
    suite = re.compile(rf"-({'|'.join(suite_names())}|urllib3|<suite>|<name>|…)$")
    assert {suite.sub("-<suite>", name) for name in named} - targets == set()


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= LONGEST_README


@pytest.mark.parametrize("suite", suite_names())
def test_what_each_suite_covers_is_described(suite: str) -> None:
    assert f"\n## {suite}\n" in SUITES.read_text()
