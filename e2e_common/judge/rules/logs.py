"""Rules 2, 5, 7 and 8 over the application's logs: the reasons for which the SDK blocks traces, its errors, which it
catches and only logs, and the exceptions that the application does not handle. A suite's src/app.py sets the format of
the SDK's lines: time, [TuskDrift], level, text. While recording, the time is the machine's (UTC, to the millisecond).
In replay it is the time of the test's recording."""

from __future__ import annotations

import calendar
import re
import time
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from e2e_common.artifacts.decoding import Request
from e2e_common.artifacts.facts import ANY, Fact, fits
from e2e_common.artifacts.failure import RECORDING, REPLAY, RUN, Failure, shorten
from e2e_common.judge.evidence import Evidence
from e2e_common.judge.known_failures import START
from e2e_common.util.names import RULE, SAMPLING, SIZE, STATUS, TYPE

ERRORS = ("ERROR", "CRITICAL")
MILLISECOND_S = 0.001  # resolution of the times in the log
LATER_S = 5.0  # how long after a response the SDK may still process it, on a busy machine
RECORD_LOG = "logs/record.log"
LONGEST = 160
_LINE = re.compile(
    rb"^(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),(?P<ms>\d{3}) \[TuskDrift\] (?P<level>[A-Z]+) (?P<text>[^\r\n]*)",
    re.MULTILINE,
)
# The last line of a traceback: the first that is not indented; of an exception group, the number of its exceptions.
_LAST_LINE = re.compile(
    rb"^(?:Traceback \(most recent call last\):\n(?:[ \t][^\n]*\n|\n)*|"
    rb" +\+ Exception Group Traceback \(most recent call last\):\n(?: +\| {3}[^\n]*\n)* +\| )([^\s][^\n]*)",
    re.MULTILINE,
)
# What follows where another traceback of the same chain does: a group's own exceptions, and details of the exception.
_CHAINED = re.compile(
    rb"(?:\n +(?!\+ Exc)[|+][^\n]*)*(?:\n(?!(?: +\+ Exception Group )?Traceback \(most)[^\n]*){0,20}?"
    rb"\n(?:During handling of the above exception|The above exception was the direct cause)"
)
_OF_THE_SDK = re.compile(rb"\[TuskDrift\] (?:ERROR|CRITICAL) ")
BLOCKED = re.compile(r"Blocked trace ([0-9a-f]{32}): (\w+)")
REASONS = {  # declared reason → the SDK's names for it; of an error page it may check the content type first
    TYPE: ("binary_content", "outbound_binary"),
    SIZE: ("size_limit",),
    STATUS: ("server_error", "binary_content"),
}


class LogLine(NamedTuple):
    """A log line of the SDK. `at`: seconds since the epoch; `offset`: of its first byte in the log; `number`: line
    number, from 1."""

    at: float
    level: str
    text: str
    offset: int
    number: int


def lines(log: bytes, levels: Sequence[str] = ()) -> Iterator[LogLine]:
    """Yields the lines of the SDK in `log`, in order; `levels`: only those of these levels. Raises nothing: a line with
    an invalid time is skipped."""
    number, counted = 1, 0
    for match in _LINE.finditer(log):
        level = match["level"].decode()
        if levels and level not in levels:
            continue
        number += log.count(b"\n", counted, match.start())
        counted = match.start()
        try:
            at = calendar.timegm(time.strptime(match["at"].decode(), "%Y-%m-%d %H:%M:%S")) + int(match["ms"]) / 1000
        except ValueError:
            continue
        yield LogLine(at, level, match["text"].decode(errors="replace"), match.start(), number)


def reasons(evidence: Evidence) -> Iterator[Failure]:
    """Each request that declares why it is not recorded has a log line of the SDK, in its time, that it blocked a trace
    for that reason (at DEBUG, from its core/trace_blocking_manager.py). One line counts for one request only. For
    requests that a rule or the sampling rate excludes there is none."""
    blocked: dict[str, tuple[float, str]] = {}  # by trace: when (seconds since the epoch), the SDK's name of the reason
    for line in lines(evidence.raw.record_log or b""):
        if match := BLOCKED.match(line.text):
            blocked.setdefault(match[1], (line.at, match[2]))
    # Not declared and blocked all the same: rule 2 reports it; its line counts for no other.
    for reason, names in {**REASONS, "": (), RULE: (), SAMPLING: ()}.items():
        for request in evidence.requests if evidence.raw.record_log is not None else ():
            if request.recorded != reason or (not reason and evidence.recorded(request)):
                continue
            begin, end = request.started - MILLISECOND_S, request.ended + LATER_S
            ids = [id_ for id_, (at, name) in blocked.items() if begin <= at <= end and (not names or name in names)]
            message, blocked_for = "", blocked.pop(ids[0])[1] if ids else ""
            if blocked_for and reason in (RULE, SAMPLING):
                message = f"the SDK blocked a trace in its time: {blocked_for}"
            elif names and not ids:
                message = (
                    f"in its time the SDK's log names no trace blocked for {' or '.join(map(repr, names))} "
                    "(at DEBUG: src/app.py must let drift.core.trace_blocking_manager through, as the other suites do)"
                )
            if message:
                yield Failure(2, RECORDING, f"declares recorded={reason!r}, and {message}", RECORD_LOG, request.name)


def in_recording(evidence: Evidence) -> Iterator[Failure]:
    """Assigns each error in the recording's log to the request that was running at that time."""
    log = evidence.raw.record_log
    if log is None:
        yield Failure(5, RUN, f"{RECORD_LOG} is missing: what the SDK logged while recording is unknown", RECORD_LOG)
        return
    sent = sorted(evidence.requests, key=lambda request: request.started)
    started = [request.started for request in sent]
    for line in lines(log, ERRORS):
        count = bisect_right(started, line.at + MILLISECOND_S)
        owner = sent[count - 1] if count and line.at <= sent[count - 1].ended + LATER_S else None
        is_start = line.at < min(started, default=0.0)
        yield _of_the_sdk(evidence, line, RECORD_LOG, RECORDING, owner or (START if is_start else None))
    yield from _exceptions(evidence, RECORD_LOG, RECORDING, log, evidence.requests)


def in_replay(evidence: Evidence) -> Iterator[Failure]:
    """Checks the logs of replay. Only the bundled CLI reports where in the log each test begins, so with the
    official CLI only exceptions of the application are checked."""
    tests = sorted(evidence.mocks.tests, key=lambda test: test.logged) if evidence.mocks else []
    lengths = [test.logged for test in tests]
    for name, log in evidence.raw.replay_logs.items():
        for line in lines(log, ERRORS) if evidence.mocks else ():
            count = bisect_right(lengths, line.offset)
            owner = evidence.by_trace.get(tests[count - 1].trace_id) if count else START
            yield _of_the_sdk(evidence, line, name, REPLAY, owner)
        if not evidence.call_of(name):
            yield from _exceptions(evidence, name, REPLAY, log, evidence.replayed)


def commonest(log: bytes) -> str:
    """The SDK's most frequent error message, as text; empty where it logged none."""
    numbers: dict[str, list[int]] = {}
    for line in lines(log, ERRORS):
        numbers.setdefault(line.text, []).append(line.number)
    if not numbers:
        return ""
    text = max(numbers, key=lambda each: len(numbers[each]))
    total, count, place = sum(map(len, numbers.values())), len(numbers[text]), f"{RECORD_LOG}:{numbers[text][0]}"
    return f"the SDK logged {total} errors, {count} of them so: {shorten(text, LONGEST)} ({place})"


def _of_the_sdk(evidence: Evidence, line: LogLine, name: str, stage: str, owner: Request | str | None) -> Failure:
    text = shorten(evidence.without_addresses(line.text), LONGEST)
    rule = 5 if owner is None else 8 if stage == RECORDING else 7  # 7, 8: rules whose failures may be known
    message = f"the SDK logs an error: {text} ({name}:{line.number})"
    return evidence.failure(rule, stage, message, name, owner, Fact("errors", text))


def _exceptions(
    evidence: Evidence, name: str, stage: str, log: bytes, requests: Iterable[Request]
) -> Iterator[Failure]:
    """The exceptions in `log` are those that `requests` declare. Order is ignored: the log does not name requests."""
    expected = [(request, text) for request in requests for text in request.errors]
    expected.sort(key=lambda pair: ANY in pair[1])  # an exact text before a pattern
    for last_line, number in _tracebacks(log):
        text = evidence.without_addresses(last_line)
        if match := next((pair for pair in expected if fits(pair[1], text)), None):
            expected.remove(match)
        else:
            message = f"the application's log holds an exception that no request declares (errors=): {shorten(text)}"
            yield Failure(5, RUN, f"{message} ({name}:{number})", name)
    for request, text in expected:
        message = f"declares errors={[text]!r}, and the log holds no such exception"
        yield evidence.failure(5, stage, message, name, request)


def _tracebacks(log: bytes) -> Iterator[tuple[str, int]]:
    """Yields (last line, line number) of each traceback that does not belong to an error of the SDK; of a chain only
    the last. Copies no part of the log, which may be long and contain thousands of tracebacks."""
    number, counted, begin = 1, 0, -1
    for match in _LAST_LINE.finditer(log):
        begin = match.start() if begin < 0 else begin
        if _CHAINED.match(log, match.end()):
            continue
        while begin and log[begin - 1 : begin] == b"\n":
            begin -= 1
        if not _OF_THE_SDK.search(log, log.rfind(b"\n", 0, begin) + 1, begin):  # the line above
            number += log.count(b"\n", counted, match.start(1))
            counted = match.start(1)
            yield match[1].decode(errors="replace").strip(), number
        begin = -1
