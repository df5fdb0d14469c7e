"""Rules 5, 7 and 8: errors that the SDK logs, and exceptions that the application does not handle.

The SDK catches its own faults and only logs them: a batch that was not exported, a span without a response, a trace
that was not blocked. The application continues, so these faults may show nowhere else.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator

from e2e_common.artifacts.decoding import Request
from e2e_common.artifacts.facts import ANY, Fact, fits
from e2e_common.artifacts.failure import RECORDING, REPLAY, RUN, Failure, shorten
from e2e_common.judge import sdk_log
from e2e_common.judge.evidence import Evidence
from e2e_common.judge.known_failures import START

LEVELS = ("ERROR", "CRITICAL")
MILLISECOND_S = 0.001  # resolution of the times in the log
LATER_S = 5.0  # how long after a response the SDK may still process it
RECORD_LOG = "logs/record.log"
LONGEST = 160
_LINE_FEED = 10
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


def in_recording(evidence: Evidence) -> Iterator[Failure]:
    """Assigns each error in the recording's log to the request that was running at that time."""
    log = evidence.raw.record_log
    if log is None:
        yield Failure(5, RUN, f"{RECORD_LOG} is missing: what the SDK logged while recording is unknown", RECORD_LOG)
        return
    sent = sorted(evidence.requests, key=lambda request: request.started)
    started = [request.started for request in sent]
    for line in _errors(log):
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
        for line in _errors(log) if evidence.mocks else ():
            count = bisect_right(lengths, line.offset)
            owner = evidence.by_trace.get(tests[count - 1].trace_id) if count else START
            yield _of_the_sdk(evidence, line, name, REPLAY, owner)
        if not evidence.call_of(name):
            yield from _exceptions(evidence, name, REPLAY, log, evidence.replayed)


def commonest(log: bytes) -> str:
    """The SDK's most frequent error message, as text; empty where it logged none."""
    lines = _errors(log)
    if not lines:
        return ""
    text, count = Counter(line.text for line in lines).most_common(1)[0]
    number = next(line.number for line in lines if line.text == text)
    return f"the SDK logged {len(lines)} errors, {count} of them so: {shorten(text, LONGEST)} ({RECORD_LOG}:{number})"


def _errors(log: bytes) -> list[sdk_log.LogLine]:
    return [line for line in sdk_log.lines(log) if line.level in LEVELS]


def _of_the_sdk(
    evidence: Evidence, line: sdk_log.LogLine, name: str, stage: str, owner: Request | str | None
) -> Failure:
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
        match = next((pair for pair in expected if fits(pair[1], text)), None)
        if match:
            expected.remove(match)
        else:
            message = f"the application's log holds an exception that no request declares (errors=): {shorten(text)}"
            yield Failure(5, RUN, f"{message} ({name}:{number})", name)
    for request, text in expected:
        message = f"declares errors={[text]!r}, and the log holds no such exception"
        yield evidence.failure(5, stage, message, name, request)


def _tracebacks(log: bytes) -> Iterator[tuple[str, int]]:
    """Yields (last line, line number) of each traceback that does not belong to an error of the SDK; of a chain only
    the last."""
    number, counted, begin = 1, 0, -1
    for match in _LAST_LINE.finditer(log):
        begin = match.start() if begin < 0 else begin
        if _CHAINED.match(log, match.end()):
            continue
        if not _is_of_the_sdk(log, begin):
            number += log.count(b"\n", counted, match.start(1))
            counted = match.start(1)
            yield match[1].decode(errors="replace").strip(), number
        begin = -1


def _is_of_the_sdk(log: bytes, begin: int) -> bool:
    """Whether the line above a traceback is an error of the SDK. Copies no part of the log, which may be long and
    contain thousands of tracebacks."""
    end = begin
    while end and log[end - 1] == _LINE_FEED:
        end -= 1
    return _OF_THE_SDK.search(log, log.rfind(b"\n", 0, end) + 1, end) is not None
