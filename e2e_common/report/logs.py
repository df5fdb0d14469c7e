"""Finds the lines of one request in the application's logs, those that matter, and the end of every log."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from e2e_common.judge.evidence import Evidence
from e2e_common.report.model import RequestReport, read
from e2e_common.report.text import one_line, plain

_ACCESS = re.compile(r'"[A-Z]+ .* HTTP/[0-9.]+"\s+(?P<status>[0-9]{3})\b')
_SDK_LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:(?P<at>\d\d:\d\d),\d{3} \[TuskDrift\]")
_START = re.compile(
    r"\[TuskDrift\] (?:[A-Z]+ )?(?:Rust core path|SDK initialized|App marked as ready|Time travel started)"
    r"|instrumentation applied|Serving Flask app|Debug mode: |This is a development server|Press CTRL\+C"
    r"|Running on http"
)
_FRAME = re.compile(r'  File "(?P<file>[^"]+)", line \d+')
_LIBRARY = re.compile(r"/(site-packages|lib/python3[0-9.]*)/")
_TRACE_ID = re.compile(r"[0-9a-f]{32}")
MOST_BYTES = 1 << 20
END = 8_000  # bytes of a log that `ends` yields


def lines_of(data: bytes | None) -> list[str]:
    """Returns the lines of a log, printable and without colours; of a very long log only the last ones."""
    return list(map(one_line, plain((data or b"")[-MOST_BYTES:].decode(errors="replace")).splitlines()))


def that_matter(lines: Iterable[str]) -> list[str]:
    """Returns `lines` without startup messages, responses below 400, and library frames in a traceback."""
    answers = ((line, _ACCESS.search(line)) for line in without_frames(lines) if not _START.search(line))
    return [line for line, answer in answers if not (answer and answer["status"] < "400")]


def without_frames(lines: Iterable[str]) -> list[str]:
    """Returns `lines` without library frames in a traceback, and without blank lines."""
    kept, in_library = [], False
    for line in lines:
        if frame := _FRAME.match(line):
            in_library = bool(_LIBRARY.search(frame["file"]))
        elif not line.startswith("    "):
            in_library = False
        if not in_library and line.strip():
            kept.append(line)
    return kept


def in_replay(request: RequestReport, evidence: Evidence) -> list[str]:
    """Returns what was logged during the test of this request: with the bundled CLI by position in the log, else the
    lines with its trace id."""
    logs, mocks, test = evidence.raw.replay_logs, evidence.mocks, request.test
    if mocks and test and len(logs) == 1:
        (data,) = logs.values()
        end = min((other.logged for other in mocks.tests if other.started > test.started), default=len(data))
        return lines_of(data[max(0, test.logged) : max(0, end)])
    lines = (line for data in logs.values() for line in lines_of(data))
    return [line for line in lines if request.trace and request.trace.trace_id in line]


def in_recording(request: RequestReport, evidence: Evidence) -> list[str]:
    """Returns what the application logged while this request was sent, without lines about other traces. If the server
    logs responses, these are the lines between the previous response and its own; for a request without a trace they
    continue to the next response, since the SDK may log there why it recorded nothing. Else they are the SDK's lines in
    the same seconds."""
    lines, sent = lines_of(evidence.raw.record_log), request.request
    own = f'"{sent.method} {sent.path} HTTP/'  # in the line that a server logs about its response
    answers = [number for number, line in enumerate(lines) if _ACCESS.search(line)]
    same = [other.number for other in evidence.requests if (other.method, other.path) == (sent.method, sent.path)]
    later = sum(number > sent.number for number in same)
    own_answers = [index for index, number in enumerate(answers) if own in lines[number]]
    if len(own_answers) > later:
        index = own_answers[-1 - later]
        begin, end, following = [-1, *answers, len(lines)][index : index + 3]
        lines = lines[begin + 1 : end + 1 if request.trace else following]
    else:
        moments = (sent.started, sent.ended, sent.ended + 1)
        seconds = {time.strftime("%M:%S", time.gmtime(moment)) for moment in moments}  # in any time zone
        lines = [line for line in lines if (match := _SDK_LINE.match(line)) and match["at"] in seconds]
    others = {file.trace_id for file in evidence.files} - {request.trace.trace_id if request.trace else ""}
    return [line for line in lines if not others.intersection(_TRACE_ID.findall(line))]


def ends(folder: Path) -> Iterator[tuple[str, str]]:
    """Yields (name, end) of each log that is not empty."""
    for path in sorted(folder.glob("*.log")):
        if text := plain(read(path)[-END:].decode(errors="replace")).strip():
            yield path.name, text
