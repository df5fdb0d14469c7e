"""Rules 5, 6, 7 and 9: what the application did in replay."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from e2e_common.call_text import text_of
from e2e_common.decoding import OFFICIAL, Asked, Closed, Listening, Mocks, Request, Touched
from e2e_common.evidence import Evidence, TraceFile
from e2e_common.facts import ANY, Fact, without_addresses
from e2e_common.failure import REPLAY, RUN, Failure, shorten
from e2e_common.known_failures import START
from e2e_common.rules.recording import CLIENT, is_call
from e2e_common.socket_warnings import BACKGROUND, UNPATCHED, SocketWarning
from e2e_common.traces import Span

T = TypeVar("T")
CONNECT = "connect"


def rule_5(evidence: Evidence) -> Iterator[Failure]:
    """The replay log can be read and warns of no unpatched dependency, except where a request expects it."""
    for name, problem in evidence.log_problems:
        yield Failure(5, RUN, problem, name)
    yield from _cut(evidence)
    logged = {evidence.call_of(name) for name in evidence.raw.replay_logs}
    for call in evidence.calls if logged else ():
        if call not in logged:
            which = f"when {call} was replayed once more" if call else "of the replay of all traces"
            yield Failure(5, RUN, f"no logs/tusk-replay-*.log {which}: nothing is known of it", "logs/")
    unpatched = [warning for warning in evidence.warnings if warning.kind == UNPATCHED]
    for warning in unpatched:
        if evidence.by_trace.get(warning.trace_id or "") is None:
            trace = f"of {warning.trace_id}, which is no request's trace" if warning.trace_id else "without a trace id"
            message = f"unpatched dependency: TCP {warning.method}() in replay {trace} ({warning.file})"
            yield Failure(5, RUN, message, warning.file, trace_id=warning.trace_id)
    yield from _unpatched(evidence, unpatched)
    owners = (evidence.by_trace.get(warning.trace_id or "") for warning in unpatched)
    yield from _alerts(evidence, {owner.number for owner in owners if owner})
    yield from _background(evidence)


def _unpatched(evidence: Evidence, warnings: list[SocketWarning]) -> Iterator[Failure]:
    """Each request has the warnings that it states, in the first run; run once more, it may have fewer. How often it
    connects counts; by which method asyncio sends then depends on the version of Python, so those may be missing."""
    found: dict[tuple[str, str | None], Counter[str]] = defaultdict(Counter)
    for warning in warnings:
        found[evidence.call_of(warning.file), warning.trace_id][warning.method] += 1
    files = {evidence.call_of(name): name for name in evidence.raw.replay_logs}
    for call, request in ((each, sent) for each in evidence.calls for sent in evidence.sent_in("")):
        trace_id, is_sent = evidence.recorded(request)[0].trace_id, request in evidence.sent_in(call)
        stated = Counter(request.expect_unpatched if is_sent else {})
        said, file = found[call, trace_id], files.get(call, "logs/")
        if more := said - stated:
            message = f"unpatched dependency: TCP {_times(more)} in replay reached past the SDK"
            yield Failure(5, REPLAY, message, file, request.name, trace_id)
        fewer = Counter({method: count for method, count in (stated - said).items() if method == CONNECT})
        if not call and fewer:
            message = (
                f"expected to be reported as an unpatched dependency, and the replay log lacks TCP {_times(fewer)}"
            )
            yield Failure(5, REPLAY, message, file, request.name, trace_id)


def _times(methods: Counter[str]) -> str:
    return ", ".join(f"{method}()" + (f" {count} times" if count > 1 else "") for method, count in methods.items())


def _cut(evidence: Evidence) -> Iterator[Failure]:
    """The log only grows, from test to test and after the last: one that was shorter has lost what it warned of."""
    logs = evidence.raw.replay_logs
    lengths = [test.logged for test in evidence.mocks.tests] if evidence.mocks and logs else []
    reached, length = max(lengths, default=0), sum(map(len, logs.values()))
    if length < reached:
        name = next(iter(logs))
        message = f"{name} was cut: it holds {length} bytes, and held {reached} when the last test began"
        yield Failure(5, RUN, message, name)
    elif lengths != sorted(lengths):
        name = next(iter(logs))
        message = f"{name} was cut while the tests ran: it was shorter when one began than at the one before"
        yield Failure(5, RUN, message, name)


def _background(evidence: Evidence) -> Iterator[Failure]:
    """Calls outside any request's context: exactly those that the requests state. With the official CLI, which leaves
    no account of when a test ran, only the sum of each of its calls can be compared."""
    calls = [warning for warning in evidence.warnings if warning.kind == BACKGROUND]
    owners = [evidence.by_trace.get(warning.trace_id or "") for warning in calls]
    replayed = {evidence.by_trace[id_].number for id_ in evidence.results_by_id if id_ in evidence.by_trace}
    stated = {request.number: request.background for request in evidence.requests if request.number in replayed}
    file = next(iter(evidence.raw.replay_logs), "logs/")
    words = "outside any request's context in replay ([ModeUtils] Background request …)"
    if evidence.mocks is None:
        counts = Counter(evidence.call_of(warning.file) for warning in calls)
        for call in evidence.calls:
            count = counts[call]
            wanted = sum(stated.get(request.number, 0) for request in evidence.sent_in(call))
            log = next((name for name in evidence.raw.replay_logs if evidence.call_of(name) == call), "logs/")
            if count != wanted:
                yield Failure(5, RUN, f"calls {words}: {count}, and {wanted} are stated ({log})", log)
        return
    found = Counter(owner.number for owner in owners if owner)
    for request in evidence.requests:
        count = stated.get(request.number, 0)
        if found[request.number] != count:
            message = f"calls {words}: {found[request.number]}, and {count} are stated (background=)"
            yield Failure(5, REPLAY, message, file, request.name, evidence.recorded(request)[0].trace_id)
    if None in owners:
        yield Failure(5, RUN, f"calls {words}, in the time of no request: {owners.count(None)} ({file})", file)


def _alerts(evidence: Evidence, reported: set[int]) -> Iterator[Failure]:
    said = set()
    for alert in evidence.mocks.alerts if evidence.mocks else ():
        if not alert.kind.startswith(UNPATCHED):
            continue
        request = evidence.by_trace.get(alert.trace_id) or (None if alert.trace_id else evidence.running_at(alert.at))
        number = request.number if request else None
        if number in said or number in reported or (request and request.expect_unpatched):
            continue  # one message for a request: the log's warning comes first
        said.add(number)
        message, stack = "the SDK sent an alert of an unpatched dependency", "(its stack stands in mocks.jsonl)"
        if request:
            trace_id = evidence.recorded(request)[0].trace_id
            yield Failure(5, REPLAY, f"{message} {stack}", "mocks.jsonl", request.name, trace_id)
        else:
            whose = f"{alert.trace_id}, which is no request's trace" if alert.trace_id else "no test that ran"
            yield Failure(5, RUN, f"{message} of {whose} {stack}", "mocks.jsonl", trace_id=alert.trace_id or None)


def rule_6(evidence: Evidence) -> Iterator[Failure]:
    """Nothing reached a sentinel, and all of them were there; not judged with E2E_SENTINELS=off."""
    if not evidence.setup.sentinels:
        return
    if evidence.touched is None:
        yield Failure(6, RUN, "touched.jsonl is missing: without sentinels replay proves no isolation", "touched.jsonl")
        return
    if not evidence.touched or not isinstance(evidence.touched[-1], Closed):
        fault = "has no closed line at its end" if evidence.raw.touched else "is empty"
        message = f"touched.jsonl {fault}: the sentinels did not stand to the end of replay"
        yield Failure(6, RUN, message, "touched.jsonl")
    listening = {line.service: line.address for line in evidence.touched if isinstance(line, Listening)}
    for service, address in evidence.recording.services.items():
        if service not in listening:
            message = f"touched.jsonl: no sentinel listened in place of {service} ({address})"
            yield Failure(6, RUN, message, "touched.jsonl")
        elif listening[service].rpartition(":")[2] != address.rpartition(":")[2]:
            message = f"touched.jsonl: the sentinel of {service} listened at {listening[service]}, not at {address}"
            yield Failure(6, RUN, message, "touched.jsonl")
    found = leaks(evidence)
    for leak in found:
        if not leak.expected:
            yield _leak(evidence, leak.line, leak.owner)
    yield from _leaked_no_more(evidence, found)


@dataclass(frozen=True)
class Leak:
    """A contact with a sentinel. `owner`: the request it belongs to, None where that cannot be known; `expected`:
    whether that one states it; `call`: of the CLI in which it was (see Evidence.calls)."""

    line: Touched
    owner: Request | None
    expected: bool
    call: str


def leaks(evidence: Evidence) -> list[Leak]:
    """Every contact with a sentinel. The official CLI leaves no account of when a test ran: there, a contact belongs to
    a request that states it, and else to none."""
    left = {(call, r.number): Counter(r.leaks) for call in evidence.calls for r in evidence.sent_in(call)}

    def is_stated(call: str, request: Request | None, what: str) -> bool:
        return request is not None and left[call, request.number][what] > 0

    found = []
    for line in evidence.touched or ():
        if not isinstance(line, Touched):
            continue
        what, call = f"{line.service}: {line.what}", evidence.call_at(line.at)
        if evidence.replay.cli.name == OFFICIAL:
            owner = next((request for request in evidence.sent_in(call) if is_stated(call, request, what)), None)
        else:
            owner = evidence.running_at(line.at)
        expected = is_stated(call, owner, what)
        if owner is not None and expected:
            left[call, owner.number][what] -= 1
        found.append(Leak(line, owner, expected, call))
    return found


def _leaked_no_more(evidence: Evidence, found: Iterable[Leak]) -> Iterator[Failure]:
    """What a request states and no sentinel saw: the SDK is better than the suite says, or the suite is wrong."""
    seen = Counter(
        (leak.call, leak.owner.number, f"{leak.line.service}: {leak.line.what}")
        for leak in found
        if leak.owner and leak.expected
    )
    for call, request in ((each, request) for each in evidence.calls for request in evidence.sent_in(each)):
        for what, count in Counter(request.leaks).items():
            if seen[call, request.number, what] < count:
                message = f"states the leak {shorten(what)!r}, and replay has none such (touched.jsonl)"
                trace_id = evidence.recorded(request)[0].trace_id
                yield Failure(6, REPLAY, message, "touched.jsonl", request.name, trace_id)


def _leak(evidence: Evidence, line: Touched, owner: Request | None) -> Failure:
    message = f"leak: {line.service} was reached in replay: {shorten(line.what)}"
    if owner is None:
        unknown = "in the time of no request" if evidence.mocks else "no mocks.jsonl says by which request"
        return Failure(6, RUN, f"{message} ({unknown}; touched.jsonl)", "touched.jsonl")
    trace_id = evidence.recorded(owner)[0].trace_id
    return Failure(6, REPLAY, message, "touched.jsonl", owner.name, trace_id)


def rule_7(evidence: Evidence) -> Iterator[Failure]:
    """No outbound call went without a recorded answer, even if the application hid the error (bundled replayer). The
    official CLI names such calls of failed tests alone."""
    for trace_id, missing in evidence.missing.items():
        message = f"no recorded answer for {'; '.join(missing.calls)}"
        yield _of_trace(evidence, 7, trace_id, message, Fact("unanswered", ANY), file=missing.file)
    stated = _stated_unanswered(evidence)
    for mock in evidence.mocks.asked if evidence.mocks else ():
        is_start = mock.pre_app_start and mock.trace_id not in evidence.by_trace
        if not mock.found and not _take(stated, (START if is_start else mock.trace_id, _asked(evidence, mock))):
            closest = f"; closest recorded: {mock.closest}" if mock.closest else ""
            note = f"; {shorten(mock.note, 200)}" if mock.note else ""
            message = f"no recorded answer for {shorten(mock.asked)}{closest}{note}"
            fact = Fact("unanswered", _asked(evidence, mock))
            if is_start:
                yield Failure(7, REPLAY, f"{message} (mocks.jsonl)", "mocks.jsonl", START, facts=(fact,))
            else:
                yield _of_trace(evidence, 7, mock.trace_id, message, fact)
    for (trace_id, call), count in stated.items() if evidence.mocks else ():
        message = "and replay has no such call that nothing answered"
        if count > 0 and trace_id == START and evidence.results:
            message = f"Api states unanswered_at_start={[call]!r}, {message}"
            yield Failure(7, REPLAY, message, "mocks.jsonl", START)
        elif count > 0 and trace_id in evidence.results_by_id:
            yield _of_trace(evidence, 7, trace_id, f"states unanswered={[call]!r}, {message}")
    for dropped in evidence.mocks.dropped if evidence.mocks else ():
        request, why = evidence.running_at(dropped.at), shorten(dropped.reason)
        trace_id = evidence.recorded(request)[0].trace_id if request else ""
        message = f"the replayer dropped what the SDK sent: {why}"
        yield _of_trace(evidence, 7, trace_id, message, Fact("dropped", why))


def _stated_unanswered(evidence: Evidence) -> Counter[tuple[str, str]]:
    """(trace id or (start), call) of the calls that replay alone makes, as the suite states them."""
    pairs = ((request, evidence.recorded(request)) for request in evidence.requests)
    stated = Counter((START, call) for call in (evidence.end.unanswered if evidence.end else ()))
    return stated + Counter((of[0].trace_id, call) for request, of in pairs if of for call in request.unanswered)


def _take(stated: Counter[T], key: T) -> bool:
    """Whether `key` is stated once more than it was seen so far."""
    stated[key] -= 1
    return stated[key] >= 0


def _asked(evidence: Evidence, mock: Asked) -> str:
    """The call as a fact names it."""
    return str(without_addresses(mock.asked, evidence.recording.services))


def _of_trace(
    evidence: Evidence, rule: int, trace_id: str, message: str, *facts: Fact, file: str = "mocks.jsonl"
) -> Failure:
    request = evidence.by_trace.get(trace_id)
    if request:
        return Failure(rule, REPLAY, message, file, request.name, trace_id, facts=facts)
    return Failure(rule, RUN, f"{message} (outside any request; {file})", file, trace_id=trace_id or None)


def rule_9(evidence: Evidence) -> Iterator[Failure]:
    """Every recorded outbound call was asked for in replay, once, by the request that recorded it, and by the start of
    the application what that had asked for (bundled CLI)."""
    mocks = evidence.mocks
    if mocks is None:
        return
    yield from _account(evidence, mocks)
    found = [mock for mock in mocks.asked if mock.found]
    asked = Counter((mock.trace_id, mock.matched_trace, mock.matched_span) for mock in found)
    for request in evidence.requests:
        for file in evidence.recorded(request):
            if len(evidence.results_by_id.get(file.trace_id, [])) == 1:
                yield from _asked_once(evidence, request, file, asked)
    if evidence.results:
        yield from _asked_at_start(evidence, found)
    yield from _borrowed(evidence, found)
    yield from _inexact(evidence, found)


def _account(evidence: Evidence, mocks: Mocks) -> Iterator[Failure]:
    status = evidence.replay.exit_status
    if mocks.end is None:
        yield Failure(9, RUN, "mocks.jsonl has no end line: the replayer broke off", "mocks.jsonl")
    elif mocks.end.exit_status != status:
        message = f"mocks.jsonl ends with exit status {mocks.end.exit_status}, replay.json says {status}"
        yield Failure(9, RUN, message, "mocks.jsonl")
    missing = set(evidence.results_by_id) - {test.trace_id for test in mocks.tests}
    for trace_id in sorted(missing):
        request = evidence.by_trace.get(trace_id)
        of = f"{trace_id} ({request.name!r})" if request else trace_id
        yield Failure(9, RUN, f"mocks.jsonl holds no test line of {of}", "mocks.jsonl", trace_id=trace_id)


def _asked_once(
    evidence: Evidence, request: Request, file: TraceFile, asked: Counter[tuple[str, str, str]]
) -> Iterator[Failure]:
    for span in filter(is_call, file.spans):
        count = asked[(file.trace_id, file.trace_id, span.span_id)]
        if count != 1:
            times = f"asked for {count} times" if count else "not asked for"
            message = f"the recorded call {_call(span)} was {times} in replay"
            text = str(without_addresses(text_of(span), evidence.recording.services))
            facts = (Fact("asked_again" if count else "not_asked", text),)
            yield Failure(9, REPLAY, message, "mocks.jsonl", request.name, file.trace_id, facts=facts)


def _asked_at_start(evidence: Evidence, found: list[Asked]) -> Iterator[Failure]:
    """By the name of the calls: of those that are alike the first answers every time (section 8.2, step 12)."""
    calls = {
        (span.trace_id, span.span_id): f"{span.library} {span.name}"
        for file in evidence.files
        for span in file.spans
        if span.is_pre_app_start and span.raw.get("kind") == CLIENT
    }
    asked = Counter(calls.get((mock.matched_trace, mock.matched_span)) for mock in found)
    for name, count in Counter(calls.values()).items():
        if asked[name] < count:
            counted = f"{count} recorded, and {asked[name]} asked for in replay"
            message = f"calls before the application was ready, {name}: {counted} (mocks.jsonl)"
            facts = (Fact("not_asked", name),) * (count - asked[name])
            yield Failure(9, REPLAY, message, "mocks.jsonl", START, facts=facts)


def _inexact(evidence: Evidence, found: list[Asked]) -> Iterator[Failure]:
    """What answers has the value that is asked for, or the request states what of it differs. The CLI also takes a
    recorded call whose value is the same but for what does not count (importance 0), and one that only has its
    shape (replay protocol, section 8.2)."""
    stated = _stated_inexact(evidence)
    for mock in found:
        if mock.by == "value":  # rule 9 has words of its own for what is reused or of another recording
            continue
        differs = ", ".join(mock.differs) or "schema"
        if not mock.pre_app_start and _take(stated, (mock.trace_id, differs)):
            continue
        by_shape = mock.by == "shape"
        like = "another call of its shape" if by_shape else "one that is the same but for what does not count"
        message = f"{mock.asked} was asked for and not recorded: {like} answered it (which differs in {differs})"
        facts = (Fact("by_shape" if by_shape else "inexact", f"{_asked(evidence, mock)} ({differs})"),)
        if mock.pre_app_start:
            yield Failure(9, REPLAY, f"{message} (mocks.jsonl)", "mocks.jsonl", START, facts=facts)
        else:
            yield _of_trace(evidence, 9, mock.trace_id, message, *facts)
    for (trace_id, differs), count in stated.items():
        if count > 0 and trace_id in evidence.results_by_id:
            message = f"states {count} calls more that differ in {differs} (inexact=): they ask for what was recorded"
            yield _of_trace(evidence, 9, trace_id, message)


def _stated_inexact(evidence: Evidence) -> Counter[tuple[str, str]]:
    """(trace id, what differs) → how many calls, as the requests state them."""
    pairs = ((request, evidence.recorded(request)) for request in evidence.requests)
    return Counter(
        {(files[0].trace_id, what): n for request, files in pairs if files for what, n in request.inexact.items()}
    )


def _borrowed(evidence: Evidence, found: list[Asked]) -> Iterator[Failure]:
    owners: dict[tuple[str, str], Span] = {(s.trace_id, s.span_id): s for f in evidence.files for s in f.spans}
    answers: dict[tuple[str, str], list[Asked]] = defaultdict(list)
    for mock in found:
        owner = owners.get((mock.matched_trace, mock.matched_span))
        if mock.pre_app_start or (owner and (owner.is_pre_app_start or mock.matched_trace == mock.trace_id)):
            continue
        lender = evidence.by_trace.get(mock.matched_trace)
        of = (
            f"the recording of {lender.name!r}"
            if lender and owner
            else f"span {mock.matched_span!r} of no request's trace"
        )
        answers[(mock.trace_id, of)].append(mock)
    for (trace_id, of), mocks in answers.items():
        texts = "; ".join(shorten(mock.asked) for mock in mocks)
        message = f"asked for what it had not recorded, and was answered from {of}: {texts}"
        yield _of_trace(
            evidence,
            9,
            trace_id,
            message,
            *(Fact("borrowed", f"{_asked(evidence, mock)} (from {of})") for mock in mocks),
        )


def _call(span: Span) -> str:
    given = span.input_value
    what = given.get("url") or given.get("query") or given.get("command") or span.name
    return f"{span.library} {shorten(what, 80)} (span {span.span_id})"
