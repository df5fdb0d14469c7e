"""What a request states that the SDK and the CLI leave out by design: it is left out, and for that reason."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

from typing import Any

import pytest

from e2e_common.artifacts.facts import Fact
from e2e_common.judge.rules.recording import BLOCKED
from tests.unit.judge.good_run import HEALTH, STARTED, T0, GoodRun
from tests.unit.judge.verdict.changes import no_trace, redirected, sdk
from tests.unit.judge.verdict.spoiling import CREATE, Change, Said, Spoiled, all_of, judged

SIZE = "size_limit:1.19MB"
LOGGED = {"status": ("server_error", {"status": 404}), "type": ("outbound_binary:PNG", {}), "size": (SIZE, {})}
NAMES = {
    "status": "'server_error' or 'binary_content'",
    "type": "'binary_content' or 'outbound_binary'",
    "size": "'size_limit'",
}


def log(*reasons: str, at: float) -> bytes:
    """Traces, blocked so many seconds after T0 for `reasons`."""
    lines = (sdk(f"Blocked trace {n:032x}: {reason}", at, "DEBUG") for n, reason in enumerate(reasons))
    return f"{STARTED}{''.join(lines)}".encode()


def unrecorded(reason: str, *logged: str, at: float = 2.0, **changes: Any) -> Change:
    """`create order` states `reason` and has no trace; the SDK blocked traces for `logged`."""

    def change(run: GoodRun) -> None:
        no_trace(run)
        run.requests[1].update(recorded=reason, **changes)
        run.raw["record_log"] = log(*logged, at=at)

    return change


def two_unrecorded(first: str, second: str, *logged: str, ended: float) -> Change:
    """`health`, which ends so many seconds after T0, and `create order` state reasons, and have no traces."""

    def change(run: GoodRun) -> None:
        unrecorded(second, *logged)(run)
        del run.traces[run.name(1)], run.results[0]
        run.totals = "Tests: 1 total, 1 passed, 0 failed\n"
        run.mocks = [line for line in run.mocks if line.get("trace_id") != HEALTH]
        run.requests[0].update(recorded=first, ended=T0 + ended)

    return change


def in_log(old: bytes, new: bytes) -> Change:
    def change(run: GoodRun) -> None:
        assert old in run.raw["record_log"]
        run.raw["record_log"] = run.raw["record_log"].replace(old, new)

    return all_of(unrecorded("size", SIZE), change)


def replayed_all_the_same(run: GoodRun) -> None:
    good = GoodRun()
    redirected(200)(run)
    run.results, run.totals, run.mocks = good.results, good.totals, good.mocks


def recorded_all_the_same(run: GoodRun) -> None:
    run.requests[1]["recorded"] = "rule"


def refused(*, answers: int, stated: int) -> Change:
    def change(run: GoodRun) -> None:
        for call in run.spans(2)[answers:2]:
            call["outputValue"] = {}
        run.requests[1]["refused"] = stated

    return change


def not_logged(reason: str) -> str:
    through = "(at DEBUG: src/app.py must let drift.core.trace_blocking_manager through, as the other suites do)"
    return f"declares recorded={reason!r}, and in its time the SDK's log names no trace blocked for {NAMES[reason]} {through}"


# fmt: off
LEFT_OUT = {
    "status": unrecorded("status", "server_error", status=404),
    "status, of an HTML page": unrecorded("status", "binary_content:HTML", status=405),
    "type": unrecorded("type", "outbound_binary:PNG"),
    "size of a call": unrecorded("size", SIZE),
    "size": unrecorded("size", SIZE, size=2**20 + 1),
    "rule": unrecorded("rule"),
    "sampling": unrecorded("sampling"),
    "redirect": redirected(),
    **{f"logged at {at}": unrecorded("size", SIZE, at=at, started=T0 + 1.9004) for at in (1.9, 2.6, 7.5)},
}
CASES = [
    Spoiled("stated as left out, and recorded", recorded_all_the_same, f"declares recorded='rule', and the SDK has recorded it ({GoodRun.name(2)}): does it do so by design now? Then state that", 2, "recording", CREATE),
    Spoiled("stated as left out by a rule, and an error", unrecorded("rule", status=400), "declares recorded='rule', and it was answered with 400", 2, "recording", CREATE, trace=None),
    Spoiled("stated as an error, and none", unrecorded("status", "server_error"), "declares recorded='status', and it was answered with 200", 2, "recording", CREATE, trace=None),
    Spoiled("stated as left out by a rule, and blocked", unrecorded("rule", SIZE), "declares recorded='rule', and the SDK blocked a trace in its time: size_limit", 2, "recording", CREATE, trace=None),
    Spoiled("stated as not replayed, and replayed", replayed_all_the_same, "declares replayed=False, and the CLI has replayed it", 3, "replay", CREATE),
    Spoiled("stated as not replayed, and no redirect", redirected(200), "declares replayed=False, and was recorded with status 200: the CLI replays those below 300", 3, "replay", CREATE),
    *(Spoiled(f"{reason}: nothing is logged", unrecorded(reason, **more), not_logged(reason), 2, "recording", CREATE, trace=None) for reason, (_, more) in LOGGED.items()),
]
EXACT = [
    Said("stated as left out, and recorded", recorded_all_the_same, (f"declares recorded='rule', and the SDK has recorded it ({GoodRun.name(2)}): does it do so by design now? Then state that",), (Fact("traces", "", 1),)),
    Said("no answer, where an error is stated", unrecorded("status", "server_error", status=None, problems=["no answer"]), ("no answer", "declares recorded='status', and it was answered with None")),
    Said("a redirect with other calls", redirected(calls={"requests": 1}), ("outbound calls: the request declares requests 1, recorded were requests 2",)),
    *(Said(f"{reason}: logged as {logged} at {at}", unrecorded(reason, logged, at=at, **more), (not_logged(reason),)) for reason, (own, more) in LOGGED.items() for logged, at in (("other", 2.0), (own, 8.0), (own, 0.0))),
    *(Said(f"size: logged at {at}", unrecorded("size", SIZE, at=at, started=T0 + 1.9004), (not_logged("size"),)) for at in (1.898, 7.7)),
    *(Said(f"what only looks like a reason: {new!r}", in_log(old, new), (not_logged("size"),)) for old, new in ((b" DEBUG Blocked", b" DEBUG Is Blocked"), (b",000 [", b" ["), (b"\n2026-09-21 ", b"\n 2026-09-21 "))),
    Said("one blocked trace and two requests", two_unrecorded("size", "size", SIZE, ended=1.9), (not_logged("size"),)),
    Said("two blocked traces and two requests", two_unrecorded("size", "size", SIZE, SIZE, ended=1.9)),
    Said("a blocked trace is that of the request that declares nothing", two_unrecorded("rule", "", SIZE, ended=2.5), (f"no trace was recorded: it was answered with 200; {BLOCKED}",)),
    Said("a call that a rule refuses", refused(answers=1, stated=1)),
    Said("two calls that a rule refuses", refused(answers=0, stated=2)),
    Said("one refused call more than is stated", refused(answers=0, stated=1), tuple(f"the call call-{n} (requests GET /weather) was recorded without its answer: replay makes it an empty 200" for n in "ab")),
    Said("no call is refused", refused(answers=2, stated=1), ("declares that a rule forbids 1 calls (refused=), and each has its recorded answer",)),
]
# fmt: on


@pytest.mark.parametrize("change", LEFT_OUT.values(), ids=LEFT_OUT)
def test_what_is_left_out_as_expected_is_green_and_counted(change: Change) -> None:
    document = judged(change).result()
    assert (document["code"], document["tests"][1]["verdict"]) == (0, "by design"), document["reason"]
    assert document["requests"].items() >= {"passed": 2, "by_design": 1, "known_failures": 0}.items()
