"""Rows of known_failures.yaml: what they excuse, and when they are an error themselves."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

from typing import Any

import pytest

from e2e_common.known_failures import NEVER_EXCUSED
from e2e_common.verdict import Verdict, judge
from tests.unit.good_run import ORDER, GoodRun, mock
from tests.unit.verdict.cases import SPOILED
from tests.unit.verdict.spoiling import (
    CREATE,
    ROW,
    STAGES,
    Spoiled,
    boot,
    check,
    known,
    no_trace,
    order_result,
)

# fmt: off
CASES = [
    Spoiled("row: twice", lambda run: setattr(run, "known", [ROW, ROW]), "known_failures.yaml, row 2 says the same as row 1 ('health', at replay): keep one of them", 0, "run", code=2),
    Spoiled("row that passes", known(ROW), "known_failures.yaml, row 1 ('health', at replay): the request shows no failure there any more; remove this row", 0, "run", code=2),
    Spoiled("row of no request", known({**ROW, "request": "helth"}), "known_failures.yaml, row 1 ('helth', at replay): the suite sends no such request; did you mean health?", 0, "run", code=2),
    Spoiled("row: unknown key", known({**ROW, "sourse": "x"}), "known_failures.yaml, row 1: unknown key 'sourse'; did you mean source?", 0, "run", code=2),
    Spoiled("row: missing key", known({key: ROW[key] for key in ("request", "reason", "at")}), "known_failures.yaml, row 1: the key 'source' is missing", 0, "run", code=2),
    Spoiled("row: unknown stage", known({**ROW, "at": "run"}), "known_failures.yaml, row 1: 'at' cannot be 'run'; known: expectation, recording, replay", 0, "run", code=2),
    Spoiled("row: no range", known({**ROW, "when": {"sdk": "newest"}}), "known_failures.yaml, row 1: 'when: sdk' is no range of versions: 'newest' (like '>=1.2,<2')", 0, "run", code=2),
    Spoiled("row: a number for a range", known({**ROW, "when": {"python": 3.9}}), "known_failures.yaml, row 1: 'when: python' must be a text in quotes, not 3.9", 0, "run", code=2),
    Spoiled("row: unknown CLI", known({**ROW, "when": {"cli": "offical"}}), "known_failures.yaml, row 1: 'when: cli' cannot be 'offical'; did you mean official?", 0, "run", code=2),
    Spoiled("row: version unknown", known({**ROW, "when": {"flsk": ">=1"}}), "known_failures.yaml, row 1 ('health', at replay): 'when' names 'flsk', whose version is unknown; did you mean flask?", 0, "run", code=2),
    Spoiled("no rows at all", lambda run: setattr(run, "known", "request: health"), "known_failures.yaml must be a list of rows ('- request: …'), not {'request': 'health'}", 0, "run", code=2),
    Spoiled("no YAML", lambda run: setattr(run, "known", "- [1"), "known_failures.yaml cannot be read: while parsing a flow sequence in \"<unicode string>\", line 1, column 3: - [1 ^ expected ',' or ']', but got '<stream end>' in \"<unicode string>\", line 1, column 5: - [1 ^", 0, "run", code=2),
    Spoiled("a row that is text", known("health"), "known_failures.yaml, row 1 must be a mapping with the keys request, reason, source, at, when, not 'health'", 0, "run", code=2),
]
# fmt: on


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_nothing_spoiled_is_green(case: Spoiled) -> None:
    check(case)


@pytest.mark.parametrize("case", [case for case in SPOILED if case.request], ids=lambda case: case.id)
def test_a_row_excuses_its_request_at_its_stage_only(case: Spoiled) -> None:
    def with_row(**changes: Any) -> Verdict:
        run = GoodRun()
        case.change(run)
        run.known = [{**ROW, "request": case.request, "at": case.stage, **changes}]
        return judge(run.artifacts())

    excused = with_row()
    if case.rule in NEVER_EXCUSED:
        assert excused.code != 0
        assert not any(failure.rule == case.rule for failure, _ in excused.excused)
        return
    assert any(case.says in failure.message for failure, _ in excused.excused)
    assert not any(failure.request == case.request and failure.stage == case.stage for failure in excused.failures)
    other_stages = set(STAGES) - {case.stage}
    others = next(name for name in ("health", CREATE) if name != case.request)
    for row in ({"at": next(iter(sorted(other_stages)))}, {"request": others}, {"when": {"sdk": "<0.1"}}):
        assert with_row(**row).code != 0


def test_no_row_excuses_what_belongs_to_no_request() -> None:
    for case in SPOILED:
        if not case.request and case.code == 1:
            run = GoodRun()
            case.change(run)
            run.known = [{**ROW, "request": name, "at": at} for name in ("health", CREATE, "leak") for at in STAGES]
            assert case.says in judge(run.artifacts()).reason


def test_what_is_missed_at_the_start_is_excused_by_a_row_of_its_own() -> None:
    row = {"request": "(start)", "at": "replay", "reason": "too large", "source": "seen"}
    run = GoodRun()
    boot(run)
    assert judge(run.artifacts()).reason.startswith("'(start)': no recorded answer for GET catalogue")
    run.known = [row]
    assert judge(run.artifacts()).code == 0
    run.run["partial"] = "health"
    assert judge(run.artifacts()).code == 0
    run = GoodRun()
    run.known = [row]
    assert "'(start)', at replay): the request shows no failure there any more" in judge(run.artifacts()).reason
    run = GoodRun()
    run.known = [row]
    run.mocks.insert(4, mock(ORDER, "", found=False, matched_trace=None, matched_span=None, asked="GET /new"))
    assert judge(run.artifacts()).code == 1, "it excuses nothing of a request"


def test_a_known_failure_is_green_and_counted() -> None:
    run = GoodRun()
    order_result(passed=False, error="EOF")(run)
    run.known = [{**ROW, "request": CREATE, "when": {"sdk": ">=0.1.29", "flask": ">=3,<4", "cli": "bundled"}}]
    verdict = judge(run.artifacts())
    assert (verdict.code, verdict.reason) == (0, "passed")
    document = verdict.result()
    assert document["requests"] == {"sent": 3, "recorded": 3, "replayed": 3, "passed": 2, "known_failures": 1}
    assert [(row["verdict"], row["reason"]) for row in document["tests"]][1] == ("known failure", "issue 12")


def test_a_request_that_is_not_recorded_needs_no_row_for_replay() -> None:
    run = GoodRun()
    no_trace(run)
    run.known = [{**ROW, "request": CREATE, "at": "recording"}]
    assert judge(run.artifacts()).code == 0
    run.known.append({**ROW, "request": CREATE, "at": "replay"})
    assert judge(run.artifacts()).code == 0  # never got there, so the row is not refuted either


def test_a_row_that_passes_is_no_excuse_for_calling_a_failing_run_an_error() -> None:
    run = GoodRun()
    order_result(passed=False)(run)
    run.known = [ROW]
    verdict = judge(run.artifacts())
    assert verdict.code == 1
    assert "remove this row" in verdict.failures[-1].message


def test_a_partial_run_judges_the_rows_of_what_it_sent() -> None:
    run = GoodRun()
    run.run["partial"] = "creat*"
    run.known = [{**ROW, "request": "another", "when": {"nothing": ">1"}}]
    verdict = judge(run.artifacts())
    assert (verdict.code, verdict.reason) == (0, "passed, PARTIAL (creat*)")
    assert verdict.result()["partial"] is True
    run.known = [ROW]
    assert judge(run.artifacts()).code == 2


def test_rows_are_not_called_stale_where_that_cannot_be_known() -> None:
    run = GoodRun()
    run.requests.pop()
    run.known = [ROW]
    assert not any("remove this row" in failure.message for failure in judge(run.artifacts()).failures)
    run = GoodRun()
    run.known = [ROW, {**ROW, "when": {"flsk": ">=1"}}]
    assert [failure.code for failure in judge(run.artifacts()).failures] == [2]
