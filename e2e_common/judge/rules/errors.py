"""Rules 5, 7 and 8, of errors: what the SDK logs as one, and the exceptions that the application leaves to its server.

The SDK catches its own faults and logs them: a batch that is not exported, a span without its answer, a trace that is
not blocked. The application goes on, and nothing else may show it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator

from e2e_common.artifacts.decoding import Request
from e2e_common.artifacts.facts import ANY, Fact, fits
from e2e_common.artifacts.failure import RECORDING, REPLAY, RUN, Failure, shorten
from e2e_common.judge import sdk_log
from e2e_common.judge.evidence import Evidence
from e2e_common.judge.known_failures import START

LEVELS = ("ERROR", "CRITICAL")
MILLISECOND_S = 0.001  # to which the log tells the time
LATER_S = 5.0  # how long after an answer the SDK may still be at work on it
RECORD_LOG = "logs/record.log"
LONGEST = 160
_LINE_FEED = 10
TRACEBACK = b"Traceback (most recent call last):"
# The last line of a traceback: the first that is not indented, unless another traceback follows it at once (a chain).
_LAST_LINE = re.compile(rb"^Traceback \(most recent call last\):\n(?:[ \t][^\n]*\n|\n)*([^\s][^\n]*)", re.MULTILINE)
_OF_THE_SDK = re.compile(rb"\[TuskDrift\] (?:ERROR|CRITICAL) ")
# The same of a group of exceptions: the line that says how many there are.
_GROUP = re.compile(
    rb"^ +\+ Exception Group Traceback \(most recent call last\):\n(?: +\| {3}[^\n]*\n)* +\| (\S[^\n]*)", re.MULTILINE
)
# What may stand between the last line (its details) and the next traceback of a chain.
_CHAIN = re.compile(
    rb"(?:\n[^\n]*){0,20}?\n(?:During handling of the above exception|The above exception was the direct cause)"
)
# The same of a group, whose own exceptions come first.
_GROUP_CHAIN = re.compile(
    rb"\n(?: +[|+][^\n]*\n)*\n(?:During handling of the above exception|The above exception was the direct cause)"
)


def in_recording(evidence: Evidence) -> Iterator[Failure]:
    """The log of the recording: each error of the SDK is put down to the request that ran then."""
    log = evidence.raw.record_log
    if log is None:
        yield Failure(5, RUN, f"{RECORD_LOG} is missing: what the SDK said while recording is unknown", RECORD_LOG)
        return
    sent = sorted(evidence.requests, key=lambda request: request.started)
    started = [request.started for request in sent]
    for line in _errors(log):
        begun = bisect_right(started, line.at + MILLISECOND_S)
        owner = sent[begun - 1] if begun and line.at <= sent[begun - 1].ended + LATER_S else None
        is_start = line.at < min(started, default=0.0)
        yield _of_the_sdk(evidence, line, RECORD_LOG, RECORDING, owner or (START if is_start else None))
    yield from _exceptions(evidence, RECORD_LOG, RECORDING, log, list(evidence.requests))


def in_replay(evidence: Evidence) -> Iterator[Failure]:
    """The logs of replay. Where in them a test begins the bundled replayer alone says, so with the official CLI only
    exceptions of the application are looked for."""
    ran = [
        request
        for request in evidence.requests
        if any(file.trace_id in evidence.results_by_id for file in evidence.recorded(request))
    ]
    tests = sorted(evidence.mocks.tests, key=lambda test: test.logged) if evidence.mocks else []
    lengths = [test.logged for test in tests]
    for name, log in evidence.raw.replay_logs.items():
        for line in _errors(log) if evidence.mocks else ():
            begun = bisect_right(lengths, line.offset)
            owner = evidence.by_trace.get(tests[begun - 1].trace_id) if begun else START
            yield _of_the_sdk(evidence, line, name, REPLAY, owner)
        if not evidence.call_of(name):
            yield from _exceptions(evidence, name, REPLAY, log, ran)


def commonest(log: bytes) -> str:
    """What the SDK logs most often as an error, in words; empty where it logs none."""
    found = _errors(log)
    if not found:
        return ""
    text, count = Counter(line.text for line in found).most_common(1)[0]
    number = next(line.number for line in found if line.text == text)
    return f"the SDK logged {len(found)} errors, {count} of them so: {shorten(text, LONGEST)} ({RECORD_LOG}:{number})"


def _errors(log: bytes) -> list[sdk_log.Line]:
    return [line for line in sdk_log.lines(log) if line.level in LEVELS]


def _of_the_sdk(evidence: Evidence, line: sdk_log.Line, name: str, stage: str, owner: Request | str | None) -> Failure:
    """`owner`: START for what the application does before it is ready."""
    text = shorten(evidence.without_addresses(line.text), LONGEST)
    message = f"the SDK logs an error: {text} ({name}:{line.number})"
    if owner is None:
        return Failure(5, RUN, f"{message}, in the time of no request", name)
    rule = 8 if stage == RECORDING else 7  # one of those whose failures may be known
    fact = Fact("errors", text)
    if isinstance(owner, str):
        return Failure(rule, stage, message, name, owner, facts=(fact,))
    return evidence.failure(rule, stage, message, name, owner, fact)


def _exceptions(evidence: Evidence, name: str, stage: str, log: bytes, requests: list[Request]) -> Iterator[Failure]:
    """The exceptions in `log` are those that `requests` state, in any order: nothing in the log says whose one is."""
    stated = [(request, text) for request in requests for text in request.errors]
    stated.sort(key=lambda each: ANY in each[1])  # a text in full comes before one that stands for many
    for said, number in _tracebacks(log):
        text = evidence.without_addresses(said)
        match = next((each for each in stated if fits(each[1], text)), None)
        if match:
            stated.remove(match)
        else:
            message = f"the application's log holds an exception that no request states (errors=): {shorten(text)}"
            yield Failure(5, RUN, f"{message} ({name}:{number})", name)
    for request, text in stated:
        message = f"states errors={[text]!r}, and the log holds no such exception"
        yield evidence.failure(5, stage, message, name, request)


def _tracebacks(log: bytes) -> Iterator[tuple[str, int]]:
    """(last line, its number) of those that do not belong to an error of the SDK; of a chain the last one."""
    for pattern, is_chained in ((_LAST_LINE, _is_chained), (_GROUP, _is_chained_group)):
        number, counted, begin = 1, 0, None
        for match in pattern.finditer(log):
            begin = match.start() if begin is None else begin
            if is_chained(log, match.end()):
                continue
            if not _is_of_the_sdk(log, begin):
                number += log.count(b"\n", counted, match.start(1))
                counted = match.start(1)
                yield match[1].decode(errors="replace").strip(), number
            begin = None


def _is_chained(log: bytes, end: int) -> bool:
    """Whether the traceback that ends there is followed by another one of its chain."""
    chained = _CHAIN.match(log, end)
    return chained is not None and TRACEBACK not in chained[0]


def _is_chained_group(log: bytes, end: int) -> bool:
    return _GROUP_CHAIN.match(log, end) is not None


def _is_of_the_sdk(log: bytes, begin: int) -> bool:
    """Whether the line above a traceback is an error of the SDK. (Nothing of the log is copied: it may be long, and
    hold thousands of them.)"""
    end = begin
    while end and log[end - 1] == _LINE_FEED:
        end -= 1
    return _OF_THE_SDK.search(log, log.rfind(b"\n", 0, end) + 1, end) is not None
