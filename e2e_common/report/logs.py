"""Finds, in the application's logs, the lines that belong to one request, and of them those that matter; and the end of
every log."""

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
LOGS, LINES, LIMIT, READ = 14, 60, 8_000, 65_536  # of `ends`: logs; of each lines, characters, bytes that are read
LOOK_AHEAD = 5  # requests whose line may be missing in the log before the next one's is no longer found


def lines_of(data: bytes | None) -> list[str]:
    """The lines of a log, of a very long one the last, without colours and printable."""
    return list(map(one_line, plain((data or b"")[-MOST_BYTES:].decode(errors="replace")).splitlines()))


def that_matter(lines: Iterable[str]) -> list[str]:
    """`lines` without the usual ones of a start, the answers below 400, and the frames of libraries in a traceback."""
    return [line for line in without_frames(lines) if not _is_usual(line)]


def _is_usual(line: str) -> bool:
    access = _ACCESS.search(line)
    return bool(_START.search(line)) or (access is not None and access["status"] < "400")


def without_frames(lines: Iterable[str]) -> list[str]:
    """`lines` without the frames of libraries in a traceback, and without blank ones."""
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
    """What the application logged while the test of this request ran: known by place with the bundled CLI; else the
    lines that name its trace."""
    trace_id = request.trace.trace_id if request.trace else ""
    logs, mocks = evidence.raw.replay_logs, evidence.mocks
    if mocks and len(logs) == 1 and request.window:
        (data,) = logs.values()
        tests = sorted(mocks.tests, key=lambda test: test.started)
        own = next((n for n, test in enumerate(tests) if test.trace_id == trace_id), 0)
        end = tests[own + 1].logged if own + 1 < len(tests) else len(data)
        return lines_of(data[max(0, tests[own].logged) : max(0, end)])
    return naming(trace_id, [line for data in logs.values() for line in lines_of(data)])


def naming(trace_id: str, lines: Sequence[str]) -> list[str]:
    """The lines that name a trace, with what goes on below each (indented)."""
    found, inside = [], False
    for line in lines:
        inside = bool(trace_id) and (trace_id in line or (inside and line.startswith(" ")))
        found += [line] if inside else []
    return found


def in_recording(request: RequestReport, evidence: Evidence) -> list[str]:
    """What the application logged while this request was sent. Where the server logs its answers, what stands between
    the one before and its own, and of one without a trace also what comes before the next (the SDK may say there why it
    recorded none); else the SDK's lines of its second. What names another request's trace is left out."""
    lines = lines_of(evidence.raw.record_log)
    own = _answered(lines, evidence).get(request.request.number)
    if own is None:
        found = _of_its_time(lines, request)
    else:
        answers = [number for number, line in enumerate(lines) if _ACCESS.search(line)]
        begin = max((other + 1 for other in answers if other < own), default=0)
        end = own + 1 if request.trace else min((other for other in answers if other > own), default=len(lines))
        found = lines[begin:end]
    others = {file.trace_id for file in evidence.files} - {request.trace.trace_id if request.trace else ""}
    return [line for line in found if not others.intersection(_TRACE_ID.findall(line))]


def _answered(lines: Sequence[str], evidence: Evidence) -> dict[int, int]:
    """Number of a request → the line of its answer: requests are sent one after the other, and so are their lines."""
    found: dict[int, int] = {}
    waiting = list(evidence.requests)
    for number, access in enumerate(map(_ACCESS.search, lines)):
        for ahead, request in enumerate(waiting[:LOOK_AHEAD] if access else ()):
            if access and access["method"] == request.method and _path(access["target"]) == _path(request.path):
                found[request.number] = number
                del waiting[: ahead + 1]
                break
    return found


def _path(target: str) -> str:
    return unquote(target.partition("?")[0]).encode(errors="replace").decode("ascii", "replace")


def _of_its_time(lines: Sequence[str], request: RequestReport) -> list[str]:
    """The SDK's lines of the seconds in which the request was sent. They say no time zone: local, or a container's."""
    for clock in (time.localtime, time.gmtime):
        moments = (request.request.started, request.request.ended + 1)
        first, end = (time.strftime("%Y-%m-%d %H:%M:%S", clock(moment)) for moment in moments)
        if found := [line for line in lines if (match := _SDK_LINE.match(line)) and first <= match["at"] <= end]:
            return found
    return []


def ends(folder: Path) -> Iterator[tuple[str, str]]:
    """Name and last lines of each log that is not empty, those of a replay first."""
    found = sorted(folder.glob("*.log"), key=lambda path: (not path.name.startswith("tusk-"), path.name))
    for path in found[:LOGS]:
        text = last(plain(read(path)[-READ:].decode(errors="replace")), lines=LINES, limit=LIMIT)
        if text.strip():
            yield path.name, text
