"""make known-failures: what docs/known-failures.md, which `--check` compares, does not show at present."""

from __future__ import annotations

import pytest

from e2e_common.judge.known_failures import Cause, load_entries
from e2e_common.report import known_failures_report
from e2e_common.report.known_failures_report import main, markdown
from e2e_common.util.paths import ROOT
from e2e_common.util.yaml_files import parse_document

LOST = Cause("the body is lost", "bug", "sdk", "drift/x.py, f", "0.1.28", "not-recorded", "issue/7", id="body-lost")


def test_a_cause_that_is_reported_has_a_link() -> None:
    page = markdown({"body-lost": LOST}, {"body-lost": {"flask": ["`a`"]}})
    assert "\n### body-lost\n\nThe body is lost. [Reported](issue/7).\n\n- bug, sdk, since 0.1.28\n" in page


def test_a_selector_is_reported_in_words() -> None:
    text = "- {cause: body-lost, requests: {calls: CALLS}, when: {fastapi: '>=1'}, replay: {status: 500}}\n"
    for calls, words in (("out", "calls out"), ("redis", "calls redis")):
        (entry,) = load_entries(parse_document(text.replace("CALLS", calls), "x"), {"body-lost": LOST})
        assert known_failures_report._names(entry) == [f"(every request that {words}, fastapi >=1)"]


def test_it_is_checked_whether_the_page_is_current(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--check"]) == 0, capsys.readouterr().err
    monkeypatch.setattr(known_failures_report, "PATH", ROOT / "no-such-page.md")
    assert main(["--check"]) == 1
    problem = "docs/known-failures.md is not current: scripts/e2e.sh known-failures --write"
    assert capsys.readouterr().err == f"e2e: {problem}\n"
