"""Rules 7, 8 and 9: each outbound call in replay has a recorded answer, each call that reached the upstream is
recorded, and each recorded call is made exactly once."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from e2e_common.artifacts.call_text import text_of
from e2e_common.artifacts.decoding import Asked, Request
from e2e_common.artifacts.facts import ANY, Fact
from e2e_common.artifacts.failure import RECORDING, REPLAY, RUN, Failure, shorten
from e2e_common.artifacts.traces import Span
from e2e_common.judge.evidence import Evidence, take
from e2e_common.judge.known_failures import START
from e2e_common.judge.rules.recording import CLIENT, is_call

MOCKS = "mocks.jsonl"
LOG = "logs/upstream.log"
AFTER_ANSWER_S = 1.0  # how long after its response a request may still reach the upstream
_LINE = re.compile(rb"^(\d+\.\d{6}) ([A-Z]+) (\S+)$", re.MULTILINE)


def rule_7(evidence: Evidence) -> Iterator[Failure]:
    """No outbound call was without a recorded answer, even if the application hid the error (bundled CLI). The
    official CLI lists such calls for failed tests only."""
    for trace_id, missing in evidence.missing.items():
        message = f"no recorded answer for {'; '.join(missing.calls)}"
        yield evidence.failure(7, REPLAY, message, missing.file, trace_id, Fact("unanswered", ANY))
    if evidence.mocks is None:
        return
    expected = Counter((START, call) for call in (evidence.end.unanswered if evidence.end else ()))
    expected += Counter((id_, call) for id_, request in evidence.traced.items() for call in request.unanswered)
    for mock in evidence.mocks.asked:
        owner = START if mock.pre_app_start and mock.trace_id not in evidence.by_trace else mock.trace_id
        call = evidence.without_addresses(mock.asked)
        if not mock.found and not take(expected, (owner, call)):
            closest = f"; closest recorded: {mock.closest}" if mock.closest else ""
            note = f"; {shorten(mock.note, 200)}" if mock.note else ""
            message = f"no recorded answer for {shorten(mock.asked)}{closest}{note}"
            yield evidence.failure(7, REPLAY, message, MOCKS, owner, Fact("unanswered", call))
    for owner, call in +expected:
        if evidence.results if owner == START else owner in evidence.results_by_id:
            option = "Api declares unanswered_at_start" if owner == START else "declares unanswered"
            message = f"{option}={[call]!r}, and replay has no such call that nothing answered"
            yield evidence.failure(7, REPLAY, message, MOCKS, owner)
    for dropped in evidence.mocks.dropped:
        request, why = evidence.running_at(dropped.at), shorten(dropped.reason)
        message = f"the replayer dropped what the SDK sent: {why}"
        yield evidence.failure(7, REPLAY, message, MOCKS, request, Fact("dropped", why))


def rule_9(evidence: Evidence) -> Iterator[Failure]:
    """Each recorded outbound call was made exactly once in replay, by the request that recorded it, or at the start of
    the application if it was recorded there (bundled CLI)."""
    mocks, status = evidence.mocks, evidence.replay.exit_status
    if mocks is None:
        return
    if mocks.end is None:
        yield Failure(9, RUN, f"{MOCKS} has no end line: the replayer broke off", MOCKS)
    elif mocks.end.exit_status != status:
        message = f"{MOCKS} ends with exit status {mocks.end.exit_status}, replay.json says {status}"
        yield Failure(9, RUN, message, MOCKS)
    for trace_id in sorted(set(evidence.results_by_id) - {test.trace_id for test in mocks.tests}):
        yield Failure(9, RUN, f"{MOCKS} holds no test line of {trace_id}", MOCKS, trace_id=trace_id)
    answered = [mock for mock in mocks.asked if mock.found]
    counts = Counter((mock.trace_id, mock.matched_trace, mock.matched_span) for mock in answered)
    files = (file for request in evidence.requests for file in evidence.recorded(request))
    for file in files:
        has_result = len(evidence.results_by_id.get(file.trace_id, [])) == 1
        for span in filter(is_call, file.spans if has_result else ()):
            count, value = counts[file.trace_id, file.trace_id, span.span_id], span.input_value
            if count != 1:
                what = shorten(value.get("url") or value.get("query") or value.get("command") or span.name, 80)
                times = f"asked for {count} times" if count else "not asked for"
                message = f"the recorded call {span.library} {what} (span {span.span_id}) was {times} in replay"
                fact = Fact("asked_again" if count else "not_asked", evidence.without_addresses(text_of(span)))
                yield evidence.failure(9, REPLAY, message, MOCKS, file.trace_id, fact)
    if evidence.results:
        yield from _called_at_start(evidence, answered)
    yield from _borrowed(evidence, answered)
    yield from _inexact(evidence, answered)


def _called_at_start(evidence: Evidence, answered: list[Asked]) -> Iterator[Failure]:
    """Compares calls by name: of equal calls, the first recorded one answers every time."""
    spans = (span for file in evidence.files for span in file.spans if span.is_pre_app_start)
    calls = {(s.trace_id, s.span_id): f"{s.library} {s.name}" for s in spans if s.raw.get("kind") == CLIENT}
    count_by_name = Counter(calls.get((mock.matched_trace, mock.matched_span)) for mock in answered)
    for name, count in Counter(calls.values()).items():
        if (lacking := count - count_by_name[name]) > 0:
            counts = f"{count} recorded, and {count_by_name[name]} asked for in replay"
            message = f"calls before the application was ready, {name}: {counts}"
            yield evidence.failure(9, REPLAY, message, MOCKS, START, *[Fact("not_asked", name)] * lacking)


def _inexact(evidence: Evidence, answered: list[Asked]) -> Iterator[Failure]:
    """The recorded call that answers has the same input value, or the request declares what differs. The CLI also
    matches a recorded call whose value differs only in parts that do not count (importance 0), and one that only has
    the same shape."""
    declared = {(id_, what): n for id_, request in evidence.traced.items() for what, n in request.inexact.items()}
    expected = Counter(declared)
    for mock in answered:
        differs = ", ".join(mock.differs) or "schema"
        if mock.by == "value":  # reused calls and those of another recording are reported separately
            continue
        if not mock.pre_app_start and take(expected, (mock.trace_id, differs)) is not None:
            continue
        is_shape = mock.by == "shape"
        substitute = "another call of its shape" if is_shape else "one that is the same but for what does not count"
        message = f"{mock.asked} was asked for and not recorded: {substitute} answered it (which differs in {differs})"
        fact = Fact("by_shape" if is_shape else "inexact", f"{evidence.without_addresses(mock.asked)} ({differs})")
        yield evidence.failure(9, REPLAY, message, MOCKS, START if mock.pre_app_start else mock.trace_id, fact)
    for (trace_id, differs), count in (+expected).items():
        if trace_id in evidence.results_by_id:
            message = f"declares {count} calls more that differ in {differs} (inexact=): they ask for what was recorded"
            yield evidence.failure(9, REPLAY, message, MOCKS, trace_id)


def _borrowed(evidence: Evidence, answered: list[Asked]) -> Iterator[Failure]:
    owners: dict[tuple[str, str], Span] = {(s.trace_id, s.span_id): s for f in evidence.files for s in f.spans}
    answers: dict[tuple[str, str], list[Asked]] = defaultdict(list)
    for mock in answered:
        owner = owners.get((mock.matched_trace, mock.matched_span))
        if mock.pre_app_start or (owner and (owner.is_pre_app_start or mock.matched_trace == mock.trace_id)):
            continue
        lender = evidence.by_trace.get(mock.matched_trace) if owner else None
        source = f"the recording of {lender.name!r}" if lender else f"span {mock.matched_span!r} of no request's trace"
        answers[mock.trace_id, source].append(mock)
    for (trace_id, source), mocks in answers.items():
        texts = "; ".join(shorten(mock.asked) for mock in mocks)
        facts = (Fact("borrowed", f"{evidence.without_addresses(mock.asked)} (from {source})") for mock in mocks)
        message = f"asked for what it had not recorded, and was answered from {source}: {texts}"
        yield evidence.failure(9, REPLAY, message, MOCKS, trace_id, *facts)


def rule_8(evidence: Evidence) -> Iterator[Failure]:
    """The calls that reached the upstream during a request are those in its trace, by method and path. A call that the
    application makes only while recording, past the SDK or in another process, is not made in replay; no other check
    would notice it. One call of a client may be several for the upstream (a redirect, a retry, a challenge): the
    request declares them (`reached`). Calls after a request's response may arrive while the next requests run."""
    address, log = evidence.recording.services.get("upstream"), evidence.raw.upstream_log
    if address is None:
        return
    if log is None:
        yield Failure(8, RUN, f"{LOG} is missing: what reached the upstream while recording is unknown", LOG)
        return
    sent = sorted(evidence.requests, key=lambda request: request.started)
    expected = Counter((request.number, call) for request in sent for call in _expected(evidence, request, address))
    unexpected_of = _unexpected(log, sent, expected)
    for request in sent:
        if len(evidence.recorded(request)) != 1:
            continue  # what it called is unknown; another rule reports that, or it is by design
        if unexpected := unexpected_of[request.number]:
            names = ", ".join(f"{what} ({count} more)" for what, count in sorted(unexpected.items()))
            message = f"the upstream was reached by more than the trace says, and reached= declares: {names}"
            facts = (Fact("reached", what) for what in sorted(unexpected.elements()))
            yield evidence.failure(8, RECORDING, message, LOG, request, *facts)
        for what in sorted(set(request.reached)):
            if expected[request.number, what] > 0:
                message = f"declares reached={[what]!r}, and the upstream was not"
                yield evidence.failure(8, RECORDING, message, LOG, request)


def _expected(evidence: Evidence, request: Request, address: str) -> Iterator[str]:
    """The upstream calls of a request, according to its trace and its declarations."""
    yield from request.reached
    leaks = (what.partition("upstream: ")[2] for what in request.leaks if what.startswith("upstream: "))
    yield from (_named(*leak.partition(" ")[::2]) for leak in leaks)
    spans = (span for file in evidence.recorded(request) for span in file.spans if is_call(span))
    yield from filter(None, (_upstream_call(span.input_value, address) for span in spans))


def _unexpected(log: bytes, sent: list[Request], expected: Counter[tuple[int, str]]) -> dict[int, Counter[str]]:
    """Returns number of a request → unexpected upstream calls while it ran. Removes the expected ones from `expected`.
    For calls outside a request's context only the number is declared (`background`)."""
    unexpected: dict[int, Counter[str]] = defaultdict(Counter)
    background = Counter({request.number: request.background for request in sent})
    starts = [request.started for request in sent]
    for at, method, target in _LINE.findall(log):
        index = bisect_right(starts, float(at)) - 1
        if index < 0:
            continue  # from the start of the application
        what = _named(method.decode(), target.decode(errors="replace"))
        before = [request.number for request in sent[:index] if float(at) <= request.ended + AFTER_ANSWER_S]
        owners = [sent[index].number, *reversed(before)]
        if take(expected, *((number, what) for number in owners)) is None and take(background, *owners) is None:
            unexpected[sent[index].number][what] += 1
    return unexpected


def _upstream_call(value: dict[str, object], address: str) -> str:
    """A recorded call of the upstream in the format of its log; empty for any other call."""
    url, method = value.get("url"), value.get("method")
    host, _, listening = address.rpartition(":")
    try:
        parts = urlsplit(url if isinstance(url, str) else "")
        is_here = parts.hostname in ("127.0.0.1", "localhost", host) and str(parts.port) == listening
    except ValueError:
        return ""
    return _named(method, parts.path or "/") if is_here and isinstance(method, str) else ""


def _named(method: str, target: str) -> str:
    return f"{method} {unquote(target.partition('?')[0])}"
