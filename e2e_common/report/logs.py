"""Finds the lines of one request in the application's logs, filters the relevant ones, and reads the end of every
log."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote

from e2e_common.judge.evidence import Evidence
from e2e_common.report.model import RequestReport, read
from e2e_common.report.text import last, one_line, plain

_ACCESS = re.compile(r'"(?P<method>[A-Z]+) (?P<target>.*) HTTP/[0-9.]+"\s+(?P<status>[0-9]{3})\b')
_SDK_LINE = re.compile(r"(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),\d{3} \[TuskDrift\]")
_START = re.compile(
    r"\[TuskDrift\] (?:[A-Z]+ )?(?:Rust core path|SDK initialized|App marked as ready|Time travel started)"
    r"|instrumentation applied|Serving Flask app|Debug mode: |This is a development server|Press CTRL\+C"
    r"|Running on http"
)
_FRAME = re.compile(r'  File "(?P<file>[^"]+)", line \d+')
_LIBRARY = re.compile(r"/(site-packages|lib/python3[0-9.]*)/")
_TRACE_ID = re.compile(r"[0-9a-f]{32}")
MOST_BYTES = 1 << 20
LOGS, LINES, LIMIT, READ = 14, 60, 8_000, 65_536  # for `ends`: logs; for each lines, characters, bytes read
LOOK_AHEAD = 5  # how many requests without a line in the log are skipped to find the next one's


def lines_of(data: bytes | None) -> list[str]:
    """Returns the lines of a log, printable and without colours; of a very long log only the last ones."""
    return list(map(one_line, plain((data or b"")[-MOST_BYTES:].decode(errors="replace")).splitlines()))


def that_matter(lines: Iterable[str]) -> list[str]:
    """Returns `lines` without startup messages, responses below 400, and library frames in a traceback."""
    return [line for line in without_frames(lines) if not _is_usual(line)]


def _is_usual(line: str) -> bool:
    access = _ACCESS.search(line)
    return bool(_START.search(line)) or (access is not None and access["status"] < "400")


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
    """Returns what the application logged while the test of this request ran: by position in the log with the bundled
    CLI, else the lines with its trace id."""
    trace_id = request.trace.trace_id if request.trace else ""
    logs, mocks = evidence.raw.replay_logs, evidence.mocks
    if mocks and len(logs) == 1 and request.window:
        (data,) = logs.values()
        tests = sorted(mocks.tests, key=lambda test: test.started)
        index = next((n for n, test in enumerate(tests) if test.trace_id == trace_id), 0)
        end = tests[index + 1].logged if index + 1 < len(tests) else len(data)
        return lines_of(data[max(0, tests[index].logged) : max(0, end)])
    return naming(trace_id, [line for data in logs.values() for line in lines_of(data)])


def naming(trace_id: str, lines: Sequence[str]) -> list[str]:
    """Returns the lines with a trace id, and the indented lines below each."""
    matching, inside = [], False
    for line in lines:
        inside = bool(trace_id) and (trace_id in line or (inside and line.startswith(" ")))
        matching += [line] if inside else []
    return matching


def in_recording(request: RequestReport, evidence: Evidence) -> list[str]:
    """Returns what the application logged while this request was sent, without lines about other traces. If the server
    logs responses, these are the lines between the previous response and its own. For a request without a trace they
    continue to the next response, since the SDK may log there why it recorded nothing. Else they are the SDK's lines in
    the same seconds."""
    lines = lines_of(evidence.raw.record_log)
    answer = _answered(lines, evidence).get(request.request.number)
    if answer is None:
        selected = _of_its_time(lines, request)
    else:
        answers = [number for number, line in enumerate(lines) if _ACCESS.search(line)]
        begin = max((other + 1 for other in answers if other < answer), default=0)
        end = answer + 1 if request.trace else min((other for other in answers if other > answer), default=len(lines))
        selected = lines[begin:end]
    others = {file.trace_id for file in evidence.files} - {request.trace.trace_id if request.trace else ""}
    return [line for line in selected if not others.intersection(_TRACE_ID.findall(line))]


def _answered(lines: Sequence[str], evidence: Evidence) -> dict[int, int]:
    """Returns number of a request → index of the line of its response. Requests, and so their lines, are sequential."""
    line_by_number: dict[int, int] = {}
    waiting = list(evidence.requests)
    for number, access in enumerate(map(_ACCESS.search, lines)):
        for ahead, request in enumerate(waiting[:LOOK_AHEAD] if access else ()):
            if access and access["method"] == request.method and _path(access["target"]) == _path(request.path):
                line_by_number[request.number] = number
                del waiting[: ahead + 1]
                break
    return line_by_number


def _path(target: str) -> str:
    return unquote(target.partition("?")[0]).encode(errors="replace").decode("ascii", "replace")


def _of_its_time(lines: Sequence[str], request: RequestReport) -> list[str]:
    """The SDK's lines in the seconds of the request. Their time zone is unknown: local, or a container's UTC."""
    for clock in (time.localtime, time.gmtime):
        moments = (request.request.started, request.request.ended + 1)
        first, end = (time.strftime("%Y-%m-%d %H:%M:%S", clock(moment)) for moment in moments)
        if selected := [line for line in lines if (match := _SDK_LINE.match(line)) and first <= match["at"] <= end]:
            return selected
    return []


def ends(folder: Path) -> Iterator[tuple[str, str]]:
    """Yields (name, last lines) of each log that is not empty, those of a replay first."""
    paths = sorted(folder.glob("*.log"), key=lambda path: (not path.name.startswith("tusk-"), path.name))
    for path in paths[:LOGS]:
        text = last(plain(read(path)[-READ:].decode(errors="replace")), lines=LINES, limit=LIMIT)
        if text.strip():
            yield path.name, text
