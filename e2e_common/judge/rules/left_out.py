"""Rule 2, of requests that state why nothing is recorded of them: nothing is, and the SDK says the same reason.

The SDK logs the reason for which it blocks a trace, with the time and the id of the trace, at DEBUG (its
core/trace_blocking_manager.py; src/app.py of a suite lets that through). What a rule or the rate of sampling leaves
out it logs nowhere: there the reason holds where nothing was blocked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from e2e_common.artifacts.decoding import Request
from e2e_common.artifacts.facts import Fact
from e2e_common.artifacts.failure import RECORDING, Failure
from e2e_common.judge import sdk_log
from e2e_common.judge.evidence import Evidence, TraceFile
from e2e_common.util.names import RULE, SAMPLING, SIZE, STATUS, TYPE

ERROR_STATUS = 400
MILLISECOND_S = 0.001  # to which the log tells the time
LATER_S = 5.0  # how long after the answer the end of its span may be logged, on a busy machine
BLOCKED = re.compile(r"Blocked trace ([0-9a-f]{32}): (\w+)")
SAID = {  # how the SDK calls what a request states; the type of an error page it may look at first
    TYPE: ("binary_content", "outbound_binary"),
    SIZE: ("size_limit",),
    STATUS: ("server_error", "binary_content"),
}


class Blocked(NamedTuple):
    """A trace that the SDK left out: when (seconds since the epoch), which, and its word for the reason."""

    at: float
    trace_id: str
    reason: str


def unrecorded(request: Request, files: list[TraceFile]) -> Iterator[Failure]:
    """`files`: what was recorded of `request` all the same. Its answer, too, must be as the stated reason has it."""
    stated = f"states recorded={request.recorded!r}"
    if files:
        names = ", ".join(file.name for file in files)
        message = f"{stated}, and the SDK has recorded it ({names}): does it do so by design now? Then state that"
        facts = (Fact("traces", "", len(files)),)
        yield Failure(2, RECORDING, message, files[0].name, request.name, files[0].trace_id, facts=facts)
    is_error = request.status is not None and request.status >= ERROR_STATUS
    if is_error != (request.recorded == STATUS):
        message = f"{stated}, and it was answered with {request.status}"
        yield Failure(2, RECORDING, message, "requests.jsonl", request.name)


def reasons(evidence: Evidence) -> Iterator[Failure]:
    """Each request that states a reason has a line of it in the SDK's log, in its own time; no line of a stated reason
    is one request's and another's. A request that a rule or the rate leaves out has none."""
    if evidence.raw.record_log is None:
        return
    lines = _blocked(evidence.raw.record_log)
    for reason, words in SAID.items():
        for request in evidence.requests:
            if request.recorded == reason and not _take(lines, request, words):
                said = " or ".join(map(repr, words))
                message = (
                    f"states recorded={reason!r}, and in its time the SDK's log names no trace blocked for {said} "
                    "(at DEBUG: src/app.py must let drift.core.trace_blocking_manager through, as the other suites do)"
                )
                yield Failure(2, RECORDING, message, "logs/record.log", request.name)
    for request in evidence.requests:  # blocked and not stated: rule 2 has said so; its line is nobody else's
        if not request.recorded and not evidence.recorded(request):
            _take(lines, request, ())
    for request in evidence.requests:
        if request.recorded in (RULE, SAMPLING) and (line := _take(lines, request, ())):
            message = f"states recorded={request.recorded!r}, and the SDK blocked a trace in its time: {line.reason}"
            yield Failure(2, RECORDING, message, "logs/record.log", request.name)


def _blocked(log: bytes) -> list[Blocked]:
    """The first line of each trace."""
    found: dict[str, Blocked] = {}
    for line in sdk_log.lines(log):
        if match := BLOCKED.match(line.text):
            found.setdefault(match[1], Blocked(line.at, match[1], match[2]))
    return list(found.values())


def _take(lines: list[Blocked], request: Request, said: tuple[str, ...]) -> Blocked | None:
    """The first line in the time of `request`, taken out of `lines`; `said`: the reasons that fit, empty for any."""
    begin, end = request.started - MILLISECOND_S, request.ended + LATER_S
    line = next((each for each in lines if begin <= each.at <= end and (not said or each.reason in said)), None)
    if line:
        lines.remove(line)
    return line
