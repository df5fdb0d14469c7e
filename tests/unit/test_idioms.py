"""docs/idioms.md names requests that the suites send."""

from __future__ import annotations

import fnmatch
import json
import re
import sys

import pytest

from e2e_common.util.paths import ROOT, SUITES
from tests.conftest import execute

NO_REQUESTS = {  # what else the tables quote: names of libraries' functions and options
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
    assert set(SECTIONS) == {folder.parent.name for folder in SUITES.glob("*/e2e-tests")}


@pytest.mark.parametrize("suite", SECTIONS)
def test_what_it_names_is_sent(suite: str) -> None:
    script = SUITES / suite / "e2e-tests" / "src" / "test_requests.py"
    sent = json.loads(execute(sys.executable, "-c", NAMES, script, check=True).stdout)
    quoted = SECTIONS[suite] - NO_REQUESTS
    assert quoted and [name for name in sorted(quoted) if not fnmatch.filter(sent, name) and name not in sent] == []
