"""Rules 5 and 6: calls that bypassed the SDK in replay, found by warnings in the application's log and by the
sentinels."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from e2e_common.artifacts.decoding import OFFICIAL, Closed, Listening, Request, Touched
from e2e_common.artifacts.failure import REPLAY, RUN, Failure, shorten
from e2e_common.judge.evidence import Evidence
from e2e_common.judge.socket_warnings import BACKGROUND, UNPATCHED

CONNECT = "connect"


def rule_5(evidence: Evidence) -> Iterator[Failure]:
    """The replay log is readable and warns of no unpatched dependency, except where a request expects it."""
    for name, problem in evidence.log_problems:
        yield Failure(5, RUN, problem, name)
    yield from _cut(evidence)
    for call in evidence.calls if evidence.logs else ():
        if call not in evidence.logs:
            which = f"when {call} was replayed once more" if call else "of the replay of all traces"
            yield Failure(5, RUN, f"no logs/tusk-replay-*.log {which}: nothing is known of it", "logs/")
    yield from _unpatched(evidence)
    yield from _alerts(evidence)
    yield from _background(evidence)


def _unpatched(evidence: Evidence) -> Iterator[Failure]:
    """Each request has exactly the warnings that it declares; in a retry it may have fewer. Only the number of connects
    must match: the method with which asyncio then sends depends on the version of Python, so those warnings may be
    missing."""
    reported_by: dict[tuple[str, str | None], Counter[str]] = defaultdict(Counter)
    for warning in evidence.warnings:
        if warning.kind != UNPATCHED:
            continue
        reported_by[evidence.call_of(warning.file), warning.trace_id][warning.method] += 1
        if warning.trace_id not in evidence.by_trace:
            trace = f"of {warning.trace_id}, which is no request's trace" if warning.trace_id else "without a trace id"
            message = f"unpatched dependency: TCP {warning.method}() in replay {trace} ({warning.file})"
            yield Failure(5, RUN, message, warning.file, trace_id=warning.trace_id)
    for call in evidence.calls:
        sent, file = evidence.sent_in(call), evidence.logs.get(call, "logs/")
        for request in evidence.sent_in(""):
            declared = Counter(request.expect_unpatched if request in sent else {})
            reported = reported_by[call, evidence.trace_of(request)]
            if unexpected := reported - declared:
                message = f"unpatched dependency: TCP {_times(unexpected)} in replay reached past the SDK"
                yield evidence.failure(5, REPLAY, message, file, request)
            lacking = Counter({CONNECT: declared[CONNECT] - reported[CONNECT]})
            if not call and lacking[CONNECT] > 0:
                detail = f"the replay log lacks TCP {_times(lacking)}"
                message = f"expected to be reported as an unpatched dependency, and {detail}"
                yield evidence.failure(5, REPLAY, message, file, request)


def _times(methods: Counter[str]) -> str:
    return ", ".join(f"{method}()" + (f" {count} times" if count > 1 else "") for method, count in methods.items())


def _cut(evidence: Evidence) -> Iterator[Failure]:
    """The log only grows, from test to test and after the last. A log that became shorter may have lost warnings."""
    logs = evidence.raw.replay_logs
    lengths = [test.logged for test in evidence.mocks.tests] if evidence.mocks and logs else []
    reached, length = max(lengths, default=0), sum(map(len, logs.values()))
    name = next(iter(logs), "")
    if length < reached:
        message = f"{name} was cut: it holds {length} bytes, and held {reached} when the last test began"
        yield Failure(5, RUN, message, name)
    elif lengths != sorted(lengths):
        message = f"{name} was cut while the tests ran: it was shorter when one began than at the one before"
        yield Failure(5, RUN, message, name)


def _background(evidence: Evidence) -> Iterator[Failure]:
    """Calls outside any request's context are exactly those that the requests declare. The official CLI does not report
    when a test ran, so with it only the total of each of its calls is compared."""
    warnings = [warning for warning in evidence.warnings if warning.kind == BACKGROUND]
    replayed = {evidence.by_trace[id_].number for id_ in evidence.results_by_id if id_ in evidence.by_trace}
    declared = {request.number: request.background for request in evidence.requests if request.number in replayed}
    text = "calls outside any request's context in replay ([ModeUtils] Background request …)"
    if evidence.mocks is None:
        counts = Counter(evidence.call_of(warning.file) for warning in warnings)
        for call in evidence.calls:
            wanted = sum(declared.get(request.number, 0) for request in evidence.sent_in(call))
            file = evidence.logs.get(call, "logs/")
            if counts[call] != wanted:
                yield Failure(5, RUN, f"{text}: {counts[call]}, and {wanted} are stated ({file})", file)
        return
    file = next(iter(evidence.raw.replay_logs), "logs/")
    owners = [evidence.by_trace.get(warning.trace_id or "") for warning in warnings]
    count_by_request = Counter(owner.number if owner else None for owner in owners)
    for request in evidence.requests:
        count, wanted = count_by_request[request.number], declared.get(request.number, 0)
        if count != wanted:
            message = f"{text}: {count}, and {wanted} are stated (background=)"
            yield evidence.failure(5, REPLAY, message, file, request)
    if count_by_request[None]:
        yield Failure(5, RUN, f"{text}, in the time of no request: {count_by_request[None]} ({file})", file)


def _alerts(evidence: Evidence) -> Iterator[Failure]:
    """One message for each request: no alert is reported where the log already has a warning."""
    warned = (evidence.by_trace.get(line.trace_id or "") for line in evidence.warnings if line.kind == UNPATCHED)
    reported: set[int | None] = {request.number for request in warned if request}
    for alert in evidence.mocks.alerts if evidence.mocks else ():
        request = evidence.by_trace.get(alert.trace_id) or (None if alert.trace_id else evidence.running_at(alert.at))
        number = request.number if request else None
        if not alert.kind.startswith(UNPATCHED) or number in reported or (request and request.expect_unpatched):
            continue
        reported.add(number)
        message, stack = "the SDK sent an alert of an unpatched dependency", "(its stack stands in mocks.jsonl)"
        if request:
            yield evidence.failure(5, REPLAY, f"{message} {stack}", "mocks.jsonl", request)
        else:
            whose = f"{alert.trace_id}, which is no request's trace" if alert.trace_id else "no test that ran"
            yield Failure(5, RUN, f"{message} of {whose} {stack}", "mocks.jsonl", trace_id=alert.trace_id or None)


def rule_6(evidence: Evidence) -> Iterator[Failure]:
    """No call reached a sentinel, and all sentinels ran until the end. Not checked with E2E_SENTINELS=off."""
    file = "touched.jsonl"
    if not evidence.setup.sentinels:
        return
    if evidence.touched is None:
        yield Failure(6, RUN, "touched.jsonl is missing: without sentinels replay proves no isolation", file)
        return
    if not evidence.touched or not isinstance(evidence.touched[-1], Closed):
        fault = "has no closed line at its end" if evidence.raw.touched else "is empty"
        yield Failure(6, RUN, f"touched.jsonl {fault}: the sentinels did not stand to the end of replay", file)
    listening = {line.service: line.address for line in evidence.touched if isinstance(line, Listening)}
    for service, address in evidence.recording.services.items():
        at = listening.get(service)
        if at is None:
            message = f"touched.jsonl: no sentinel listened in place of {service} ({address})"
            yield Failure(6, RUN, message, file)
        elif at.rpartition(":")[2] != address.rpartition(":")[2]:
            message = f"touched.jsonl: the sentinel of {service} listened at {at}, not at {address}"
            yield Failure(6, RUN, message, file)
    leaks_found, missed = leaks(evidence)
    for line, owner, is_expected in leaks_found:
        message = f"leak: {line.service} was reached in replay: {shorten(line.what)}"
        if owner is None:
            unknown = "in the time of no request" if evidence.mocks else "no mocks.jsonl says by which request"
            yield Failure(6, RUN, f"{message} ({unknown}; touched.jsonl)", file)
        elif not is_expected:
            yield evidence.failure(6, REPLAY, message, file, owner)
    for request, text in missed:
        message = f"states the leak {shorten(text)!r}, and replay has none such (touched.jsonl)"
        yield evidence.failure(6, REPLAY, message, file, request)


class Leak(NamedTuple):
    """A connection to a sentinel. `owner`: its request, None where that is unknown; `expected`: whether the request
    declares it."""

    line: Touched
    owner: Request | None
    expected: bool


def leaks(evidence: Evidence) -> tuple[list[Leak], list[tuple[Request, str]]]:
    """Returns every connection to a sentinel, and each declared leak that did not occur (the SDK was fixed, or the
    suite is wrong). The official CLI does not report when a test ran. With it, a connection belongs to a request that
    declares it, else to none."""
    sent = {(call, request.number): request for call in evidence.calls for request in evidence.sent_in(call)}
    left = {key: Counter(request.leaks) for key, request in sent.items()}
    leaks_found = []
    for line in evidence.touched or ():
        if not isinstance(line, Touched):
            continue
        what, call = f"{line.service}: {line.what}", evidence.call_at(line.at)
        if evidence.replay.cli.name == OFFICIAL:
            owner = next((r for r in evidence.sent_in(call) if left[call, r.number][what] > 0), None)
        else:
            owner = evidence.running_at(line.at)
        is_stated = owner is not None and left[call, owner.number][what] > 0
        if owner is not None and is_stated:
            left[call, owner.number][what] -= 1
        leaks_found.append(Leak(line, owner, is_stated))
    return leaks_found, [(sent[key], what) for key, counts in left.items() for what in +counts]
