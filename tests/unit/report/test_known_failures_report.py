"""make known-failures: the list by harm and cause, on the terminal and as docs/known-failures.md."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from e2e_common.judge.known_failures import HARMS, Cause, load_entries
from e2e_common.report import known_failures_report
from e2e_common.report.known_failures_report import collect, main, markdown
from e2e_common.util.paths import ROOT, suite_names
from e2e_common.util.yaml_files import parse_document

LOST = Cause("the body is lost", "bug", "sdk", "drift/x.py, f", "0.1.28", "not-recorded", id="body-lost")
RAISES = replace(LOST, id="call-raises", title="a call raises", harm="changes-the-application", reported="issue/7")


def test_the_list_shows_harm_cause_source_and_requests() -> None:
    causes = {"body-lost": LOST, "call-raises": RAISES}
    names = ["`one call`", "`a*b`"]
    page = markdown(
        causes, {"call-raises": {"flask": names, "httpx": names[:1]}, "body-lost": {"redis": ["`(start)`"]}}
    )
    assert (
        page.partition("request by request")[2].partition("\n\n")[2]
        == """\
## The application behaves differently while it is only being recorded

1 causes, 3 requests.

### call-raises

A call raises. [Reported](issue/7).

- bug, sdk, since 0.1.28
- where: drift/x.py, f
- flask: `one call`, `a*b`
- httpx: `one call`

## The recording lacks something

1 causes, 1 requests.

### body-lost

The body is lost.

- bug, sdk, since 0.1.28
- where: drift/x.py, f
- redis: `(start)`
"""
    )


def test_a_selector_is_reported_in_words() -> None:
    text = "- {cause: body-lost, requests: {calls: CALLS}, when: {fastapi: '>=1'}, replay: {status: 500}}\n"
    for calls, words in (("out", "calls out"), ("redis", "calls redis")):
        (entry,) = load_entries(parse_document(text.replace("CALLS", calls), "x"), {"body-lost": LOST})
        assert known_failures_report._names(entry) == [f"(every request that {words}, fastapi >=1)"]


def test_every_cause_of_the_suites_is_in_the_list_those_that_change_an_application_first() -> None:
    causes, found = collect()
    assert {suite for requests in found.values() for suite in requests} == set(suite_names())
    headings = re.findall(r"^### (\S+)$", (ROOT / "docs" / "known-failures.md").read_text(), re.MULTILINE)
    harms = [HARMS.index(causes[heading].harm) for heading in headings]
    assert sorted(headings) == sorted(causes) and harms == sorted(harms)


def test_it_is_checked_whether_the_page_is_current(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--check"]) == 0, capsys.readouterr().err
    monkeypatch.setattr(known_failures_report, "PATH", ROOT / "no-such-page.md")
    assert main(["--check"]) == 1
    problem = "docs/known-failures.md is not current: scripts/e2e.sh known-failures --write"
    assert capsys.readouterr().err == f"e2e: {problem}\n"
