"""Rule 2 for requests that declare why they are not recorded: there is no trace, and the SDK logs the same reason.

The SDK logs at DEBUG why it blocks a trace, with time and trace id (its core/trace_blocking_manager.py; src/app.py of a
suite enables that logger). It logs nothing for requests that a rule or the sampling rate excludes: there the reason
holds where nothing was blocked.
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
MILLISECOND_S = 0.001  # resolution of the times in the log
LATER_S = 5.0  # how long after the response the end of its span may be logged, on a busy machine
BLOCKED = re.compile(r"Blocked trace ([0-9a-f]{32}): (\w+)")
SAID = {  # declared reason → the SDK's names for it; of an error page it may check the content type first
    TYPE: ("binary_content", "outbound_binary"),
    SIZE: ("size_limit",),
    STATUS: ("server_error", "binary_content"),
}


class Blocked(NamedTuple):
    """A trace that the SDK blocked: when (seconds since the epoch), its id, and the SDK's name for the reason."""

    at: float
    trace_id: str
    reason: str


def unrecorded(request: Request, files: list[TraceFile]) -> Iterator[Failure]:
    """Checks a request that declares a reason. `files`: its traces, if any. Its response must fit the reason, too."""
    prefix = f"states recorded={request.recorded!r}"
    if files:
        names = ", ".join(file.name for file in files)
        message = f"{prefix}, and the SDK has recorded it ({names}): does it do so by design now? Then state that"
        facts = (Fact("traces", "", len(files)),)
        yield Failure(2, RECORDING, message, files[0].name, request.name, files[0].trace_id, facts=facts)
    is_error = request.status is not None and request.status >= ERROR_STATUS
    if is_error != (request.recorded == STATUS):
        message = f"{prefix}, and it was answered with {request.status}"
        yield Failure(2, RECORDING, message, "requests.jsonl", request.name)


def reasons(evidence: Evidence) -> Iterator[Failure]:
    """Each request that declares a reason has a matching log line of the SDK in its time. One line counts for one
    request only. A request that a rule or the sampling rate excludes has no line."""
    if evidence.raw.record_log is None:
        return
    lines = _blocked(evidence.raw.record_log)
    for reason, names in SAID.items():
        for request in evidence.requests:
            if request.recorded == reason and not _take(lines, request, names):
                expected = " or ".join(map(repr, names))
                message = (
                    f"states recorded={reason!r}, and in its time the SDK's log names no trace blocked for {expected} "
                    "(at DEBUG: src/app.py must let drift.core.trace_blocking_manager through, as the other suites do)"
                )
                yield Failure(2, RECORDING, message, "logs/record.log", request.name)
    for request in evidence.requests:  # blocked but not declared: rule 2 reports it; its line counts for no other
        if not request.recorded and not evidence.recorded(request):
            _take(lines, request, ())
    for request in evidence.requests:
        if request.recorded in (RULE, SAMPLING) and (line := _take(lines, request, ())):
            message = f"states recorded={request.recorded!r}, and the SDK blocked a trace in its time: {line.reason}"
            yield Failure(2, RECORDING, message, "logs/record.log", request.name)


def _blocked(log: bytes) -> list[Blocked]:
    """The first log line of each blocked trace."""
    by_trace: dict[str, Blocked] = {}
    for line in sdk_log.lines(log):
        if match := BLOCKED.match(line.text):
            by_trace.setdefault(match[1], Blocked(line.at, match[1], match[2]))
    return list(by_trace.values())


def _take(lines: list[Blocked], request: Request, reasons: tuple[str, ...]) -> Blocked | None:
    """Removes the first line in the time of `request` from `lines`, and returns it. `reasons`: those that match, empty
    for any."""
    begin, end = request.started - MILLISECOND_S, request.ended + LATER_S
    line = next((row for row in lines if begin <= row.at <= end and (not reasons or row.reason in reasons)), None)
    if line:
        lines.remove(line)
    return line
