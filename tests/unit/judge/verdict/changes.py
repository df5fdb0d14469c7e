"""Ways to change the good run that several rules see."""

from __future__ import annotations

import time
from typing import Any

from e2e_common.judge.verdict import judge
from tests.unit.judge.good_run import ANSWER, HEALTH, LEAK, ORDER, STARTED, T0, GoodRun, mock, result, root, span
from tests.unit.judge.verdict.spoiling import Change, pinned


def raw(**values: Any) -> Change:
    return lambda run: run.raw.update(values)


def cut(name: str, end: int) -> Change:
    """The file of this field of the artifacts ends at `end`."""
    return lambda run: run.raw.update({name: getattr(run.artifacts(), name)[:end]})


def results(*items: dict[str, Any], totals: str | None = None, status: int = 0) -> Change:
    def change(run: GoodRun) -> None:
        run.results[:] = items
        run.totals = totals or run.totals
        run.replay["exit_status"] = status
        run.mocks[-1]["exit_status"] = status

    return change


def order_result(**changes: Any) -> Change:
    """`create order` fails, and exit status and totals say so."""
    totals = "Tests: 3 total, 2 passed, 1 failed\n"
    if changes.get("passed", True):
        return results(result(HEALTH), result(ORDER, **changes), result(LEAK))
    return results(result(HEALTH), result(ORDER, **changes), result(LEAK), totals=totals, status=1)


def rootless(run: GoodRun) -> None:
    run.spans(2).pop()
    run.results.pop(1)
    run.totals = "Tests: 2 total, 2 passed, 0 failed\n"
    run.mocks[2:4] = []


def no_trace(run: GoodRun) -> None:
    rootless(run)
    del run.traces[run.name(2)]


def redirected(status: int = 302, **changes: Any) -> Change:
    """`create order` is recorded with `status`, has no result, and declares replayed=False."""

    def change(run: GoodRun) -> None:
        no_trace(run)
        answered = root(ORDER, 2, T0 + 2, outputValue={**ANSWER, "statusCode": status})
        run.traces[run.name(2)] = [span(ORDER, "call-a", T0 + 2.1, 0.1), span(ORDER, "call-b", T0 + 2.2, 0.1), answered]
        run.requests[1].update(status=status, replayed=False, **changes)

    return change


def untraced(**stated: Any) -> Change:
    """`create order` states `stated`; that it has no trace is a known failure."""

    def change(run: GoodRun) -> None:
        no_trace(run)
        run.requests[1].update(stated)
        run.known = pinned(judge(run.artifacts()).failures, "recording")

    return change


def official(run: GoodRun) -> None:
    run.replay["cli"] = {"name": "official", "version": "v1.2.3"}
    run.raw["mocks"] = None


def unanswered(asked: str, trace: str = ORDER, **changes: Any) -> dict[str, Any]:
    """A call that nothing answers."""
    return mock(trace, "", found=False, matched_trace=None, matched_span=None, asked=asked, **changes)


def boot(run: GoodRun) -> None:
    run.mocks.insert(1, unanswered("GET catalogue", "", pre_app_start=True))


def touch(at: float, what: str) -> Change:
    line = {"event": "touched", "service": "upstream", "at": T0 + at, "what": what}
    return lambda run: run.touched.insert(1, line)


def sdk(text: str, at: float = 2.0, level: str = "ERROR") -> str:
    """A line of the SDK, logged so many seconds after T0."""
    stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(T0 + at))
    return f"{stamp},{at % 1 * 1000:03.0f} [TuskDrift] {level} {text}\n"


def began(run: GoodRun, *lengths: int) -> None:
    """How long the log of replay was when each test began."""
    for test, logged in zip((line for line in run.mocks if line["event"] == "test"), lengths):
        test["logged"] = logged


def log(text: str) -> Change:
    return lambda run: setattr(run, "log", run.log + text)


def known(*entries: Any) -> Change:
    return lambda run: setattr(run, "known", list(entries))


def leaks_nothing(run: GoodRun) -> None:
    """What `leak` states is neither stated nor there."""
    run.requests[2].update(expect_unpatched={}, leaks=[])
    run.log, run.touched[1:2], run.mocks[6:7], run.upstream[2:] = STARTED, [], [], []
