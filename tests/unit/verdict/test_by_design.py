"""What a request states that the SDK and the CLI leave out by design: it is left out, and for that reason."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from e2e_common.verdict import judge
from tests.unit.good_run import ORDER, T0, GoodRun, root, span
from tests.unit.verdict.spoiling import CREATE, no_trace

BLOCKED = "2026-09-21T14:13:22 [TuskDrift] Blocking trace {} - outbound request returned binary response: image/png (decoded as PNG)\n"


def unrecorded(reason: str, **changes: Any) -> GoodRun:
    """`create order` states `reason`, and has no trace."""
    run = GoodRun()
    no_trace(run)
    run.requests[1].update(recorded=reason, **changes)
    if reason == "type":
        run.raw["record_log"] = (BLOCKED.format(ORDER) + BLOCKED.format(ORDER)).encode()
    return run


def redirected(status: int = 302, **changes: Any) -> GoodRun:
    """`create order` is recorded with `status`, has no result, and states replayed=False."""
    run = GoodRun()
    no_trace(run)
    answered = root(ORDER, 2, T0 + 2, outputValue={"statusCode": status, "body": "eyJhIjoxfQ=="})
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
        redirected(),
    ],
    ids=["status", "type", "size of a call", "size", "rule", "redirect"],
)
def test_what_is_left_out_as_stated_is_green_and_counted(run: GoodRun) -> None:
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
    "recorded": (lambda: recorded_all_the_same("rule"), "states recorded='rule', and the SDK has recorded it (traces/"),
    "no error": (lambda: unrecorded("status"), "states recorded='status', and it was answered with 200"),
    "an error": (lambda: unrecorded("rule", status=500), "states recorded='rule', and it was answered with 500"),
    "no answer": (lambda: unrecorded("status", status=None, problems=["no answer"]), "no answer"),
    "too large": (
        lambda: unrecorded("rule", size=2**20 + 1),
        "states recorded='rule', and 1048577 bytes are more than",
    ),
    "redirect: replayed": (replayed_all_the_same, "states replayed=False, and the CLI has replayed it"),
    "redirect: no redirect": (lambda: redirected(200), "states replayed=False, and was recorded with status 200"),
    "redirect: other calls": (
        lambda: redirected(calls={"requests": 1}),
        "outbound calls: the request states requests 1",
    ),
}


@pytest.mark.parametrize(("make", "says"), WRONG.values(), ids=WRONG)
def test_what_is_not_as_stated_is_red(make: Callable[[], GoodRun], says: str) -> None:
    verdict = judge(make().artifacts())
    assert verdict.code == 1
    assert says in verdict.failures[0].message
    assert verdict.failures[0].request == CREATE


def test_the_sdk_says_of_how_many_traces_it_leaves_out_for_a_type() -> None:
    run = unrecorded("size")
    run.raw["record_log"] = BLOCKED.format(ORDER).encode()
    words = "the SDK left out 1 traces because of the type of an answer, and 0 requests state recorded='type'"
    assert judge(run.artifacts()).reason.startswith(words)
    run = unrecorded("type")
    run.raw["record_log"] = b"[TuskDrift] initialized\n"
    words = "the SDK left out 0 traces because of the type of an answer, and 1 requests state recorded='type' ('create"
    assert judge(run.artifacts()).reason.startswith(words)


def test_the_type_of_an_error_page_may_be_logged_as_well() -> None:
    run = unrecorded("status", status=405)
    run.raw["record_log"] = BLOCKED.format(ORDER).encode()
    assert judge(run.artifacts()).code == 0
    run.raw["record_log"] += BLOCKED.format("f" * 32).encode()
    assert judge(run.artifacts()).code == 1


def test_what_a_rule_refuses_is_recorded_without_an_answer_and_nothing_else() -> None:
    assert judge(refused().artifacts()).code == 0
    assert judge(refused(answers=0, stated=2).artifacts()).code == 0
    both = judge(refused(answers=0).artifacts())
    assert [failure.rule for failure in both.failures] == [8, 8]
    assert "was recorded without its answer" in both.reason
    assert "states that a rule forbids 1 calls (refused=)" in judge(refused(answers=2).artifacts()).reason
