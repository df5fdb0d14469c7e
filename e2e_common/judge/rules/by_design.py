"""Rule 2 for requests that declare why they are not recorded: there is no trace, and the SDK logs the same reason.

The SDK logs at DEBUG why it blocks a trace, with time and trace id (its core/trace_blocking_manager.py; src/app.py of a
suite enables that logger). It logs nothing for requests that a rule or the sampling rate excludes: there the reason
holds where nothing was blocked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

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
REASONS = {  # declared reason → the SDK's names for it; of an error page it may check the content type first
    TYPE: ("binary_content", "outbound_binary"),
    SIZE: ("size_limit",),
    STATUS: ("server_error", "binary_content"),
}


def unrecorded(request: Request, files: list[TraceFile]) -> Iterator[Failure]:
    """Checks a request that declares a reason. `files`: its traces, if any. Its response must fit the reason, too."""
    prefix = f"declares recorded={request.recorded!r}"
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
    blocked: dict[str, tuple[float, str]] = {}  # by trace: when (seconds since the epoch), the SDK's name of the reason
    for line in sdk_log.lines(evidence.raw.record_log):
        if match := BLOCKED.match(line.text):
            blocked.setdefault(match[1], (line.at, match[2]))
    # Not declared and blocked all the same: rule 2 reports it; its line counts for no other.
    for reason, names in {**REASONS, "": (), RULE: (), SAMPLING: ()}.items():
        for request in evidence.requests:
            if request.recorded != reason or (not reason and evidence.recorded(request)):
                continue
            begin, end, message = request.started - MILLISECOND_S, request.ended + LATER_S, ""
            rows = [row for row in blocked.items() if begin <= row[1][0] <= end and (not names or row[1][1] in names)]
            blocked_for = blocked.pop(rows[0][0])[1] if rows else ""
            if names and not blocked_for:
                message = (
                    f"in its time the SDK's log names no trace blocked for {' or '.join(map(repr, names))} "
                    "(at DEBUG: src/app.py must let drift.core.trace_blocking_manager through, as the other suites do)"
                )
            elif reason in (RULE, SAMPLING) and blocked_for:
                message = f"the SDK blocked a trace in its time: {blocked_for}"
            if message:
                text = f"declares recorded={reason!r}, and {message}"
                yield Failure(2, RECORDING, text, "logs/record.log", request.name)
