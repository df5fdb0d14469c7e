"""Ways to spoil the good run that several rules see, and what every spoiled run must be."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from e2e_common.judge.known_matching import facts_of
from e2e_common.judge.update_known_failures import stages_of
from e2e_common.judge.verdict import Verdict, judge
from tests.unit.judge.good_run import ANSWER, CAUSE, HEALTH, LEAK, ORDER, STARTED, T0, GoodRun, mock, result, root, span

STAGES = ("expectation", "recording", "replay")
CREATE = "create order"
STRANGER = "f" * 32
DEVIATION = {"field": "response.status", "expected": 200, "actual": 500, "description": "HTTP status code mismatch"}
BACKGROUND = (
    "2026-09-21 14:13:22,000 [TuskDrift] WARNING [ModeUtils] Background request detected during replay (no active trace"
)
TRACES = {"health": HEALTH, CREATE: ORDER, "leak": LEAK}
LOGS = ("", "record.log", "upstream.log", "tusk-cli.log", "tusk-replay-1.log", "tusk-replay-2.log")
FILES = {
    "known_failures.yaml",
    *(f"{name}.json" for name in ("setup", "recording", "replay", "results")),
    *(f"{name}.jsonl" for name in ("requests", "touched", "mocks")),
    *(f"logs/{name}" for name in LOGS),
}
ENTRY = {"cause": CAUSE, "requests": ["health"], "replay": {"error": "EOF"}}
NAMES_A_FILE = re.compile(r"\w+\.jsonl?|\.log|logs/|known_failures\.yaml|test_requests\.py")


@dataclass(frozen=True)
class Spoiled:
    """One change to the good run and what the judge must say first: in which words, by which rule, where (stage), of
    which request, and of which trace: unless told, the request's own, and none where the failure is of the run."""

    id: str
    change: Callable[[GoodRun], Any]
    says: str
    rule: int
    stage: str
    request: str | None = None
    code: int = 1
    trace: str | None = ""


class Said(NamedTuple):
    """A change to the good run, and the messages of all failures: none where it is still good."""

    id: str
    change: Callable[[GoodRun], Any]
    messages: tuple[str, ...] = ()


def spoil(case: Spoiled) -> Verdict:
    """The verdict over the good run with this change."""
    run = GoodRun()
    case.change(run)
    return judge(run.artifacts())


def check(case: Spoiled) -> None:
    """That the run is red with this case's code, and that its reason is this case's, whole, and names where to look."""
    verdict = spoil(case)
    lines = [failure.line() for failure in verdict.failures]
    assert verdict.code == case.code, lines
    assert verdict.verdict == ("failed" if case.code == 1 else "error")
    first, evidence = verdict.failures[0], verdict.evidence
    assert first.message == case.says
    assert (first.rule, first.stage, first.request) == (case.rule, case.stage, case.request), lines
    assert first.trace_id == (TRACES.get(case.request or "") if case.trace == "" else case.trace)
    assert verdict.reason == first.line()
    assert case.request in verdict.reason if case.request else NAMES_A_FILE.search(verdict.reason)
    for failure in verdict.failures:
        assert failure.file in FILES or failure.file in evidence.raw.traces
        assert failure.trace_id == TRACES.get(failure.request or "") or failure.stage != "replay", failure
    assert "a fault of the judge" not in "".join(lines)
    json.dumps(verdict.result())


def failures(run: GoodRun) -> list[tuple[int, str, str, str, str | None, str | None]]:
    """(rule, stage, message, file, request, trace id) of each."""
    found = judge(run.artifacts()).failures
    return [(each.rule, each.stage, each.message, each.file, each.request, each.trace_id) for each in found]


def all_of(*changes: Callable[[GoodRun], Any]) -> Callable[[GoodRun], None]:
    def change(run: GoodRun) -> None:
        for each in changes:
            each(run)

    return change


def messages(run: GoodRun) -> list[str]:
    return [failure.message for failure in judge(run.artifacts()).failures]


def raw(**values: Any) -> Callable[[GoodRun], None]:
    return lambda run: run.raw.update(values)


def bytes_of(run: GoodRun, name: str) -> bytes:
    data = getattr(run.artifacts(), name)
    assert isinstance(data, bytes)
    return data


def results(*items: dict[str, Any], totals: str | None = None, status: int = 0) -> Callable[[GoodRun], None]:
    def change(run: GoodRun) -> None:
        run.results[:] = items
        run.totals = totals or run.totals
        run.replay["exit_status"] = status
        run.mocks[-1]["exit_status"] = status

    return change


def order_result(**changes: Any) -> Callable[[GoodRun], None]:
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


def redirected(status: int = 302, **changes: Any) -> Callable[[GoodRun], None]:
    """`create order` is recorded with `status`, has no result, and declares replayed=False."""

    def change(run: GoodRun) -> None:
        no_trace(run)
        answered = root(ORDER, 2, T0 + 2, outputValue={**ANSWER, "statusCode": status})
        run.traces[run.name(2)] = [span(ORDER, "call-a", T0 + 2.1, 0.1), span(ORDER, "call-b", T0 + 2.2, 0.1), answered]
        run.requests[1].update(status=status, replayed=False, **changes)

    return change


def known_without_a_trace(**stated: Any) -> Callable[[GoodRun], None]:
    """`create order` states `stated`; that it has no trace is a known failure."""

    def change(run: GoodRun) -> None:
        no_trace(run)
        run.requests[1].update(stated)
        run.known = pinned(run, "recording")

    return change


def rust_core(wanted: str, said: str, in_replay: str | None = None) -> Callable[[GoodRun], None]:
    def spoil(run: GoodRun) -> None:
        run.recording["rust_core"] = run.setup["rust_core"] = wanted
        run.raw["record_log"] = f"[TuskDrift] {said}\n".encode()
        run.log += f"[TuskDrift] {said if in_replay is None else in_replay}\n"

    return spoil


def stated_background(stated: int, found: int) -> Callable[[GoodRun], None]:
    def spoil(run: GoodRun) -> None:
        run.requests[2].update(background=stated)
        run.log += f"{BACKGROUND}\n" * found

    return spoil


def official(run: GoodRun) -> None:
    run.replay["cli"] = {"name": "official", "version": "v1.2.3"}
    run.raw["mocks"] = None


def unanswered(asked: str, trace: str = ORDER, **changes: Any) -> dict[str, Any]:
    """A call that nothing answers."""
    return mock(trace, "", found=False, matched_trace=None, matched_span=None, asked=asked, **changes)


def boot(run: GoodRun) -> None:
    run.mocks.insert(1, unanswered("GET catalogue", "", pre_app_start=True))


def touch(at: float, what: str) -> Callable[[GoodRun], None]:
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


def log(text: str) -> Callable[[GoodRun], None]:
    return lambda run: setattr(run, "log", run.log + text)


def known(*entries: Any) -> Callable[[GoodRun], None]:
    return lambda run: setattr(run, "known", list(entries))


def pinned(run: GoodRun, *stages: str) -> list[dict[str, Any]]:
    """Entries for all that may be known of the failures of `run` (at `stages`, where they are given)."""
    return [
        {"cause": CAUSE, "requests": [request], **stages_of((stage, fact) for fact in found)}
        for (request, stage), found in facts_of(judge(run.artifacts()).failures).items()
        if found and stage in (stages or STAGES)
    ]


def leaks_nothing(run: GoodRun) -> None:
    """What `leak` states is neither stated nor there."""
    run.requests[2].update(expect_unpatched={}, leaks=[])
    run.log, run.touched[1:2], run.mocks[6:7], run.upstream[2:] = STARTED, [], [], []


def alert(trace: str, at: float) -> dict[str, Any]:
    return {"event": "alert", "at": T0 + at, "trace_id": trace, "kind": "unpatched_dependency", "detail": "psutil"}
