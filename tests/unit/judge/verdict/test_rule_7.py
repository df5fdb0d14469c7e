"""Rule 7: no outbound call went without a recorded answer."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

from collections.abc import Callable

from tests.unit.judge.good_run import HEALTH, T0, GoodRun
from tests.unit.judge.verdict.spoiling import (
    CREATE,
    STRANGER,
    Said,
    Spoiled,
    all_of,
    boot,
    no_trace,
    official,
    pinned,
    unanswered,
)


def stated(request: int, *what: str, found: tuple[str, ...] = ()) -> Callable[[GoodRun], None]:
    """A request states what nothing answers; `found`: of `create order`."""

    def change(run: GoodRun) -> None:
        run.requests[request].update(unanswered=list(what))
        run.mocks[4:4] = [unanswered(text) for text in found]

    return change


def at_start(*what: str) -> Callable[[GoodRun], None]:
    """`boot` leaves GET catalogue without an answer, and the suite states these."""

    def change(run: GoodRun) -> None:
        boot(run)
        run.requests[-1]["unanswered"] = list(what)

    return change


def not_replayed(run: GoodRun) -> None:
    no_trace(run)
    run.requests[1]["unanswered"] = ["GET /new"]
    run.known = pinned(run, "recording")


# fmt: off
CASES = [
    Spoiled("mock not found", lambda run: run.mocks.insert(4, unanswered("GET /new", closest=[{"asked": "GET /old", "difference": "url"}], note="why")), "no recorded answer for GET /new; closest recorded: GET /old; url; why", 7, "replay", CREATE),
    Spoiled("mock not found at start", lambda run: run.mocks.insert(1, unanswered("SELECT 1", "")), "no recorded answer for SELECT 1 (of no known request)", 7, "run"),
    Spoiled("unanswered once more than stated", stated(1, "GET /new", found=("GET /new", "GET /new")), "no recorded answer for GET /new", 7, "replay", CREATE),
    Spoiled("another is unanswered than stated", stated(1, "GET /a", found=("GET /b",)), "no recorded answer for GET /b", 7, "replay", CREATE),
    Spoiled("stated as unanswered, and answered", stated(1, "GET http://upstream/weather"), "declares unanswered=['GET http://upstream/weather'], and replay has no such call that nothing answered", 7, "replay", CREATE),
    Spoiled("stated as unanswered by another", stated(0, "GET /c", found=("GET /c",)), "no recorded answer for GET /c", 7, "replay", CREATE),
    Spoiled("frame dropped", lambda run: run.mocks.insert(4, {"event": "dropped", "at": T0 + 102.2, "reason": "frame of 20971520 bytes"}), "the replayer dropped what the SDK sent: frame of 20971520 bytes", 7, "replay", CREATE),
    Spoiled("call at the start not found", boot, "no recorded answer for GET catalogue", 7, "replay", "(start)"),
    Spoiled("stated of the start, and answered", at_start("GET catalogue", "GET index"), "Api declares unanswered_at_start=['GET index'], and replay has no such call that nothing answered", 7, "replay", "(start)"),
    Spoiled("mock of a stranger not found", lambda run: run.mocks.insert(1, unanswered("SELECT 2", STRANGER)), f"no recorded answer for SELECT 2 (trace {STRANGER}, of no known request)", 7, "run", trace=STRANGER),
    Spoiled("mock at the start of a test not found", lambda run: run.mocks.insert(1, unanswered("SELECT 3", HEALTH, pre_app_start=True)), "no recorded answer for SELECT 3", 7, "replay", "health"),
    Spoiled("frame dropped before the first test", lambda run: run.mocks.insert(1, {"event": "dropped", "at": T0 + 100.2, "reason": "frame of 20971521 bytes"}), "the replayer dropped what the SDK sent: frame of 20971521 bytes (of no known request)", 7, "run"),
]
EXACT = [
    Said("unanswered as expected, in any order", stated(1, "GET http://upstream/new", "GET /b", "GET /b", found=("GET /b", "GET http://127.0.0.1:9123/new", "GET /b"))),
    Said("unanswered as expected, official CLI", all_of(stated(1, "GET /b"), official)),
    Said("stated as unanswered, and not replayed", not_replayed),
    Said("unanswered at the start, as stated", at_start("GET catalogue")),
    Said("another is unanswered at the start", at_start("GET index"), ("no recorded answer for GET catalogue", "Api declares unanswered_at_start=['GET index'], and replay has no such call that nothing answered")),
]
# fmt: on
