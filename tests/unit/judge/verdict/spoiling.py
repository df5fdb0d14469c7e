"""The form of a case, what every spoiled run must be, and what the judge says of a changed good run."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from e2e_common.artifacts.facts import Fact
from e2e_common.artifacts.failure import Failure
from e2e_common.judge.known_matching import facts_of
from e2e_common.judge.update_known_failures import stages_of
from e2e_common.judge.verdict import Verdict, judge
from tests.unit.judge.good_run import CAUSE, HEALTH, LEAK, ORDER, GoodRun

Change = Callable[[GoodRun], Any]
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
    change: Change
    says: str
    rule: int
    stage: str
    request: str | None = None
    code: int = 1
    trace: str | None = ""


class Said(NamedTuple):
    """A change to the good run, and the messages of all failures: none where it is still good. `facts`: those of all
    failures, where they are given."""

    id: str
    change: Change
    messages: tuple[str, ...] = ()
    facts: tuple[Fact, ...] | None = None


def all_of(*changes: Change) -> Change:
    return lambda run: [change(run) for change in changes]


def judged(*changes: Change) -> Verdict:
    """The verdict over the good run with these changes."""
    run = GoodRun()
    all_of(*changes)(run)
    return judge(run.artifacts())


def check(case: Spoiled) -> None:
    """That the run is red with this case's code, and that its reason is this case's, whole, and names where to look."""
    verdict = judged(case.change)
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


def failures(*changes: Change) -> list[tuple[int, str, str, str, str | None, str | None]]:
    """(rule, stage, message, file, request, trace id) of each."""
    found = judged(*changes).failures
    return [(each.rule, each.stage, each.message, each.file, each.request, each.trace_id) for each in found]


def pinned(failures: Iterable[Failure], *stages: str) -> list[dict[str, Any]]:
    """Entries for all that may be known of `failures` (at `stages`, where they are given)."""
    return [
        {"cause": CAUSE, "requests": [request], **stages_of((stage, fact) for fact in found)}
        for (request, stage), found in facts_of(failures).items()
        if found and stage in (stages or STAGES)
    ]
