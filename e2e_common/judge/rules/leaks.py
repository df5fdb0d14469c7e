"""Rules 5 and 6: calls that bypassed the SDK in replay, found by warnings in the log and by the sentinels."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from e2e_common.artifacts.decoding import Closed, Listening, Request, Touched
from e2e_common.artifacts.failure import REPLAY, RUN, Failure, shorten
from e2e_common.judge.evidence import Evidence, take
from e2e_common.judge.result_json import LeakRow
from e2e_common.judge.socket_warnings import BACKGROUND, UNPATCHED

CONNECT = "connect"


def rule_5(evidence: Evidence) -> Iterator[Failure]:
    """The replay log is readable and warns of no unpatched dependency, except where a request expects it. The log only
    grows, from test to test and after the last: one that became shorter may have lost warnings."""
    for name, problem in evidence.log_problems:
        yield Failure(5, RUN, problem, name)
    logs = evidence.raw.replay_logs
    lengths = [*(test.logged for test in evidence.mocks.tests), sum(map(len, logs.values()))] if evidence.mocks else []
    for before, after in zip(lengths, lengths[1:]):
        if logs and after < before:
            name = next(iter(logs))
            yield Failure(5, RUN, f"{name} was cut: it held {before} bytes at the start of a test, later {after}", name)
    for call in evidence.calls if evidence.logs else ():
        if call not in evidence.logs:
            which = f"when {call} was replayed once more" if call else "of the replay of all traces"
            yield Failure(5, RUN, f"no logs/tusk-replay-*.log {which}: nothing is known of it", "logs/")
    yield from _unpatched(evidence)
    yield from _alerts(evidence)
    yield from _background(evidence)


def _unpatched(evidence: Evidence) -> Iterator[Failure]:
    """Each request has exactly the warnings that it declares; in a retry it may have fewer. Only those of connects may
    not be missing: the method with which asyncio then sends depends on the version of Python."""
    reported_by: dict[tuple[str, str | None], Counter[str]] = defaultdict(Counter)
    unpatched = "unpatched dependency: TCP {} in replay reached past the SDK"
    for warning in evidence.warnings:
        if warning.kind == UNPATCHED:
            reported_by[evidence.call_of(warning.file), warning.trace_id][warning.method] += 1
            if warning.trace_id not in evidence.by_trace:
                message = unpatched.format(f"{warning.method}()")
                yield evidence.failure(5, REPLAY, message, warning.file, warning.trace_id)
    for call in evidence.calls:
        sent, file = evidence.sent_in(call), evidence.logs.get(call, "logs/")
        for trace_id, request in evidence.traced.items():
            declared = Counter(request.expect_unpatched if request in sent else {})
            reported = reported_by[call, trace_id]
            if unexpected := reported - declared:
                yield evidence.failure(5, REPLAY, unpatched.format(_times(unexpected)), file, request)
            lacking = declared[CONNECT] - reported[CONNECT]
            if not call and lacking > 0:
                detail = f"the replay log lacks TCP {_times({CONNECT: lacking})}"
                message = f"expected to be reported as an unpatched dependency, and {detail}"
                yield evidence.failure(5, REPLAY, message, file, request)


def _times(methods: Mapping[str, int]) -> str:
    return ", ".join(f"{method}()" + (f" {count} times" if count > 1 else "") for method, count in methods.items())


def _background(evidence: Evidence) -> Iterator[Failure]:
    """Calls outside any request's context are exactly those that the requests declare. The official CLI does not report
    when a test ran, so with it only the total of each of its calls is compared."""
    declared: dict[int | None, int] = {request.number: request.background for request in evidence.replayed}
    warnings = [warning for warning in evidence.warnings if warning.kind == BACKGROUND]
    rows: list[tuple[Request | None, int, int, str]] = []  # whose, how many there are and are declared, the log
    if evidence.mocks is None:
        found = Counter(evidence.call_of(warning.file) for warning in warnings)
        for call in evidence.calls:
            wanted = sum(declared.get(request.number, 0) for request in evidence.sent_in(call))
            rows.append((None, found[call], wanted, evidence.logs.get(call, "logs/")))
    else:
        file = next(iter(evidence.raw.replay_logs), "logs/")
        owners = (evidence.by_trace.get(warning.trace_id or "") for warning in warnings)
        numbers = Counter(owner.number if owner else None for owner in owners)
        for owner in (*evidence.requests, None):
            number = owner.number if owner else None
            rows.append((owner, numbers[number], declared.get(number, 0), file))
    for owner, count, wanted, file in rows:
        if count != wanted:
            text = "calls outside any request's context in replay ([ModeUtils] Background request …)"
            message = f"{text}: {count}, and {wanted} are declared (background=)"
            yield evidence.failure(5, REPLAY, message, file, owner)


def _alerts(evidence: Evidence) -> Iterator[Failure]:
    """One message for each request: no alert is reported where the log already has a warning."""
    warned = (evidence.by_trace.get(line.trace_id or "") for line in evidence.warnings if line.kind == UNPATCHED)
    reported: set[int | None] = {request.number for request in warned if request}
    for alert in evidence.mocks.alerts if evidence.mocks else ():
        request = evidence.by_trace.get(alert.trace_id) or (None if alert.trace_id else evidence.running_at(alert.at))
        number, is_declared = (request.number, request.expect_unpatched) if request else (None, {})
        if alert.kind.startswith(UNPATCHED) and number not in reported and not is_declared:
            reported.add(number)
            message = "the SDK sent an alert of an unpatched dependency (its stack stands in mocks.jsonl)"
            yield evidence.failure(5, REPLAY, message, "mocks.jsonl", request or alert.trace_id)


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
        at = listening.get(service, "no address")
        if at.rpartition(":")[2] != address.rpartition(":")[2]:
            message = f"touched.jsonl: the sentinel of {service} listened at {at}, not at {address}"
            yield Failure(6, RUN, message, file)
    leaks_found, missed = leaks(evidence)
    for owner, leak in leaks_found:
        if not leak.expected:
            message = f"leak: {leak.service} was reached in replay: {shorten(leak.what)}"
            yield evidence.failure(6, REPLAY, message, file, owner)
    for owner, what in missed:
        message = f"declares the leak {shorten(what)!r}, and the replay had no such leak"
        yield evidence.failure(6, REPLAY, message, file, owner)


def leaks(evidence: Evidence) -> tuple[list[tuple[Request | None, LeakRow]], list[tuple[Request, str]]]:
    """Returns every connection to a sentinel with its request, if that is known, and each declared leak that did not
    occur (the SDK was fixed, or the suite is wrong). The official CLI does not report when a test ran. With it, a
    connection belongs to a request that declares it, else to none."""
    sent = {(call, request.number): request for call in evidence.calls for request in evidence.sent_in(call)}
    declared = Counter((*key, what) for key, request in sent.items() for what in request.leaks)
    rows = []
    for line in evidence.touched or ():
        if not isinstance(line, Touched):
            continue
        call, running = evidence.call_at(line.at), evidence.running_at(line.at)
        candidates = evidence.sent_in(call) if evidence.is_official else [running] if running else []
        key = take(declared, *((call, request.number, f"{line.service}: {line.what}") for request in candidates))
        owner = sent[key[:2]] if key else running
        rows.append((owner, LeakRow(owner.name if owner else None, line.service, line.what, key is not None)))
    return rows, [(sent[key[:2]], key[2]) for key, count in declared.items() if count > 0]
