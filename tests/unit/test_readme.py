"""The README names every suite, and no verb that make does not have."""

from __future__ import annotations

import re
import subprocess

import pytest

from e2e_common.paths import ROOT, suite_names
from tests.conftest import clean_environ

README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("suite", suite_names())
def test_every_suite_has_its_row(suite: str) -> None:
    assert f"\n| `{suite}` |" in README


def test_every_verb_that_it_names_is_one_of_make() -> None:
    listed = subprocess.run(
        ["make", "help"], cwd=ROOT, env=clean_environ(), capture_output=True, text=True, check=True, timeout=60
    )
    verbs = set(re.findall(r"^  make (\S+)", listed.stdout, re.MULTILINE))
    code = " ".join(re.findall(r"```.*?```|`[^`]+`", README, re.DOTALL))
    named = re.findall(r"\bmake\s+(?:-\S+\s+)*([a-z][\w<>…-]*)", code)
    a_suite = re.compile(rf"-({'|'.join(suite_names())}|urllib3|<suite>|<name>|…)$")
    assert {a_suite.sub("-<suite>", name) for name in named} - verbs == set()
