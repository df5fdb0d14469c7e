"""What a request states that the SDK and the CLI leave out by design: it is left out, and for that reason."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from e2e_common.artifacts.facts import Fact
from e2e_common.artifacts.failure import RECORDING, Failure
from e2e_common.judge.verdict import judge
from tests.unit.judge.good_run import ANSWER, HEALTH, ORDER, STARTED, T0, GoodRun, root, span
from tests.unit.judge.verdict.spoiling import CREATE, no_trace

SAID = {"status": "server_error", "type": "outbound_binary:PNG", "size": "size_limit:1.19MB"}


def log(*reasons: str, at: float = T0 + 2) -> bytes:
    """Traces of `create order`, blocked at `at` for `reasons`."""
    stamp = f"{time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime(at))},{at % 1 * 1000:03.0f}"
    lines = (f"{stamp} [TuskDrift] DEBUG Blocked trace {n:032x}: {reason}\n" for n, reason in enumerate(reasons))
    return f"{STARTED}{''.join(lines)}".encode()


def unrecorded(reason: str, **changes: Any) -> GoodRun:
    """`create order` states `reason`, and has no trace."""
    run = GoodRun()
    no_trace(run)
    run.requests[1].update(recorded=reason, **changes)
    run.raw["record_log"] = log(SAID[reason]) if reason in SAID else log()
    return run


def redirected(status: int = 302, **changes: Any) -> GoodRun:
    """`create order` is recorded with `status`, has no result, and declares replayed=False."""
    run = GoodRun()
    no_trace(run)
    answered = root(ORDER, 2, T0 + 2, outputValue={**ANSWER, "statusCode": status})
    run.traces[run.name(2)] = [span(ORDER, "call-a", T0 + 2.1, 0.1), span(ORDER, "call-b", T0 + 2.2, 0.1), answered]
    run.requests[1].update(status=status, replayed=False, **changes)
    return run


def refused(*, answers: int = 1, stated: int = 1) -> GoodRun:
    run = GoodRun()
    for call in run.spans(2)[answers:2]:
        call["outputValue"] = {}
    run.requests[1]["refused"] = stated
    return run


@pytest.mark.parametrize(
    "run",
    [
        unrecorded("status", status=404),
        unrecorded("type"),
        unrecorded("size"),
        unrecorded("size", size=2**20 + 1),
        unrecorded("rule"),
        unrecorded("sampling"),
        redirected(),
    ],
    ids=["status", "type", "size of a call", "size", "rule", "sampling", "redirect"],
)
def test_what_is_left_out_as_expected_is_green_and_counted(run: GoodRun) -> None:
    verdict = judge(run.artifacts())
    assert verdict.code == 0, verdict.reason
    counts = verdict.result()["requests"]
    assert (counts["passed"], counts["by_design"], counts["known_failures"]) == (2, 1, 0)
    assert verdict.result()["tests"][1]["verdict"] == "by design"


def recorded_all_the_same(reason: str) -> GoodRun:
    run = GoodRun()
    run.requests[1]["recorded"] = reason
    return run


def replayed_all_the_same() -> GoodRun:
    run = redirected(200)
    good = GoodRun()
    run.results, run.totals, run.mocks = good.results, good.totals, good.mocks
    return run


WRONG: dict[str, tuple[Callable[[], GoodRun], str]] = {
    "no error": (lambda: unrecorded("status"), "declares recorded='status', and it was answered with 200"),
    "no answer": (lambda: unrecorded("status", status=None, problems=["no answer"]), "no answer"),
    "redirect: replayed": (replayed_all_the_same, "declares replayed=False, and the CLI has replayed it"),
    "redirect: no redirect": (lambda: redirected(200), "declares replayed=False, and was recorded with status 200"),
    "redirect: other calls": (
        lambda: redirected(calls={"requests": 1}),
        "outbound calls: the request declares requests 1",
    ),
}


@pytest.mark.parametrize(("make", "says"), WRONG.values(), ids=WRONG)
def test_what_is_not_as_expected_is_red(make: Callable[[], GoodRun], says: str) -> None:
    verdict = judge(make().artifacts())
    assert verdict.code == 1
    assert says in verdict.failures[0].message
    assert verdict.failures[0].request == CREATE


def not_logged() -> GoodRun:
    run = unrecorded("type")
    run.raw["record_log"] = log()
    return run


def logged_for_a_rule() -> GoodRun:
    run = unrecorded("rule")
    run.raw["record_log"] = log("size_limit:1.19MB")
    return run


TRACE = GoodRun().name(2)
WHOLE: dict[str, tuple[Callable[[], GoodRun], Failure]] = {
    "recorded": (
        lambda: recorded_all_the_same("rule"),
        Failure(
            2, RECORDING, f"declares recorded='rule', and the SDK has recorded it ({TRACE}): does it do so by design "
            "now? Then state that", TRACE, CREATE, ORDER, facts=(Fact("traces", "", 1),),
        ),
    ),
    "answered": (
        lambda: unrecorded("rule", status=400),
        Failure(2, RECORDING, "declares recorded='rule', and it was answered with 400", "requests.jsonl", CREATE),
    ),
    "not logged": (
        not_logged,
        Failure(
            2, RECORDING, "declares recorded='type', and in its time the SDK's log names no trace blocked for "
            "'binary_content' or 'outbound_binary' (at DEBUG: src/app.py must let drift.core.trace_blocking_manager "
            "through, as the other suites do)", "logs/record.log", CREATE,
        ),
    ),
    "logged": (
        logged_for_a_rule,
        Failure(
            2, RECORDING, "declares recorded='rule', and the SDK blocked a trace in its time: size_limit",
            "logs/record.log", CREATE,
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "failure"), WHOLE.values(), ids=WHOLE)
def test_the_whole_failure(make: Callable[[], GoodRun], failure: Failure) -> None:
    assert judge(make().artifacts()).failures == (failure,)


@pytest.mark.parametrize("reason", SAID)
def test_the_sdk_says_the_expected_reason_while_the_request_runs(reason: str) -> None:
    wrong = {"status": 404} if reason == "status" else {}
    for said in (log(), log("other"), log(SAID[reason], at=T0 + 8), log(SAID[reason], at=T0)):
        run = unrecorded(reason, **wrong)
        run.raw["record_log"] = said
        assert (
            f"declares recorded='{reason}', and in its time the SDK's log names no trace"
            in judge(run.artifacts()).reason
        ), said


@pytest.mark.parametrize(("at", "timely"), [(1.898, False), (1.9, True), (2.6, True), (7.5, True), (7.7, False)])
def test_it_says_so_from_the_millisecond_of_the_request_to_five_seconds_after_its_answer(
    at: float, timely: bool
) -> None:
    run = unrecorded("size", started=T0 + 1.9004)
    run.raw["record_log"] = log(SAID["size"], at=T0 + at)
    assert (judge(run.artifacts()).code == 0) is timely


def test_what_is_logged_at_another_level_or_within_a_line_is_no_reason() -> None:
    for old, new in (
        (b" DEBUG Blocked", b" DEBUG Is Blocked"),
        (b",000 [", b" ["),
        (b"\n2026-09-21 ", b"\n 2026-09-21 "),
    ):
        run = unrecorded("size")
        assert old in run.raw["record_log"]
        run.raw["record_log"] = run.raw["record_log"].replace(old, new)
        assert "names no trace blocked" in judge(run.artifacts()).reason, new


def test_one_blocked_trace_is_the_reason_of_one_request() -> None:
    run = unrecorded("size")
    del run.traces[run.name(1)], run.results[0]
    run.totals = "Tests: 1 total, 1 passed, 0 failed\n"
    run.mocks = [line for line in run.mocks if line.get("trace_id") != HEALTH]
    run.requests[0].update(recorded="size", ended=T0 + 1.9)
    assert "'create order': declares recorded='size', and in its time" in judge(run.artifacts()).reason
    run.raw["record_log"] = log(SAID["size"], SAID["size"])
    assert judge(run.artifacts()).code == 0, judge(run.artifacts()).reason


def test_the_line_of_a_request_that_declares_nothing_is_no_other_ones() -> None:
    run = unrecorded("size")
    del run.traces[run.name(1)]
    run.requests[0].update(recorded="rule", ended=T0 + 2.5)
    run.requests[1]["recorded"] = ""
    assert "blocked a trace" not in "".join(failure.message for failure in judge(run.artifacts()).failures)


def test_the_type_of_an_error_page_may_be_what_is_logged() -> None:
    run = unrecorded("status", status=405)
    run.raw["record_log"] = log("binary_content:HTML")
    assert judge(run.artifacts()).code == 0


def test_what_a_rule_refuses_is_recorded_without_an_answer_and_nothing_else() -> None:
    assert judge(refused().artifacts()).code == 0
    assert judge(refused(answers=0, stated=2).artifacts()).code == 0
    both = judge(refused(answers=0).artifacts())
    assert [failure.rule for failure in both.failures] == [8, 8]
    assert "was recorded without its answer" in both.reason
    assert "declares that a rule forbids 1 calls (refused=)" in judge(refused(answers=2).artifacts()).reason
