"""Rules 1, 2 and 8: which requests were sent, what was recorded of them, and whether the recording is well formed."""

from __future__ import annotations

import base64
import contextlib
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from e2e_common.artifacts.call_text import text_of
from e2e_common.artifacts.decoding import Request
from e2e_common.artifacts.facts import Fact, compact, fits
from e2e_common.artifacts.failure import EXPECTATION, RECORDING, RUN, Failure, shorten
from e2e_common.artifacts.traces import Span
from e2e_common.judge.evidence import Evidence, TraceFile
from e2e_common.judge.rules.answers import mapping, uncompressed, wrong_size
from e2e_common.judge.rules.logs import RECORD_LOG, reasons
from e2e_common.util.names import STATUS

SENT = "requests.jsonl"
TOLERANCE_NS = 1_000_000
SLACK_S = 0.05  # how long before and after a request one of its spans may begin
END_SLACK_S = 1.0  # how long after the response its root span may end, unless the request declares late=True
SPLIT = "so replay finds none of its calls (split trace)"
CLIENT = 3  # a span of this kind is an outbound call
ERROR_STATUS = 400
BLOCKED = "the SDK blocks answers with HTTP >= 400, HTML and other types than JSON or text, and spans over 1 MiB"


def rule_1(evidence: Evidence) -> Iterator[Failure]:
    """Every request met its expectation, and test_requests.py ran to its end."""
    for request in evidence.requests:
        if problems := request.problems or (("no answer",) if request.status is None else ()):
            facts = tuple(Fact(*parts) for parts in request.differs)
            yield Failure(1, EXPECTATION, "; ".join(problems), SENT, request.name, facts=facts)
    for what in ("name", "number"):
        for value, count in Counter(str(getattr(request, what)) for request in evidence.requests).items():
            if count > 1:
                text = f"{SENT} holds {count} requests of the {what} {value!r}: give each a {what} of its own"
                yield Failure(1, RUN, text, SENT)
    sent, held, ended = evidence.sent, len(evidence.requests), evidence.recording.exit_status
    broke_off, status = "the script broke off:", f"test_requests.py ended with status {ended}"
    if sent is None:
        yield Failure(1, RUN, f"{broke_off} {SENT} has no end line ({status})", SENT)
    elif sent != held:
        yield Failure(1, RUN, f"{SENT} says that {sent} requests were sent and holds {held}", SENT)
    elif evidence.raw.recording is not None and ended != 0 and not any(each.problems for each in evidence.requests):
        yield Failure(1, RUN, f"{broke_off} {status} though no expectation was missed", "recording.json")


def rule_2(evidence: Evidence) -> Iterator[Failure]:
    """Every request has exactly one recorded trace, or declares why it has none. Every trace belongs to a request."""
    rootless = rootless_files(evidence)
    for request in evidence.requests:
        check = _unrecorded if request.recorded else _traces_of
        yield from check(evidence, request, rootless[request.number])
    yield from reasons(evidence)
    for file in rootless[None]:
        message = f"{file.name} has no root span and began in the time of no request: a call outside any request"
        yield Failure(2, RUN, message, file.name, trace_id=file.trace_id)
    names: dict[str, list[str]] = defaultdict(list)
    for file in evidence.files:
        for trace_id in dict.fromkeys(span.trace_id for span in file.spans):
            names[trace_id].append(file.name)
        if file.root and not evidence.sender(file):
            path = shorten(" ".join(str(file.root.input_value.get(key, "?")) for key in ("method", "target")))
            detail = "carries no request number: something else than test_requests.py sent it"
            if file.root.request is not None:
                detail = f"carries the number {shorten(file.root.request)!r}, and no such request was sent"
            yield Failure(2, RUN, f"{file.name} ({path}) {detail}", file.name, trace_id=file.trace_id)
    for trace_id, holders in names.items():
        if len(holders) > 1:
            message = f"one trace id in {len(holders)} files: {', '.join(holders)}"
            yield evidence.failure(2, RECORDING, message, holders[1], trace_id)


def _unrecorded(evidence: Evidence, request: Request, rootless: list[TraceFile]) -> Iterator[Failure]:
    """Checks a request that declares why it is not recorded. Its response must fit the reason, too."""
    prefix, files = f"declares recorded={request.recorded!r}", [*evidence.recorded(request), *rootless]
    if files:
        names = ", ".join(file.name for file in files)
        message = f"{prefix}, and the SDK has recorded it ({names}): does it do so by design now? Then state that"
        facts = (Fact("traces", "", len(files)),)
        yield Failure(2, RECORDING, message, files[0].name, request.name, files[0].trace_id, facts=facts)
    is_error = request.status is not None and request.status >= ERROR_STATUS
    if is_error != (request.recorded == STATUS):
        yield Failure(2, RECORDING, f"{prefix}, and it was answered with {request.status}", SENT, request.name)


def _traces_of(evidence: Evidence, request: Request, rootless: list[TraceFile]) -> Iterator[Failure]:
    files, names = evidence.recorded(request), ", ".join(file.name for file in rootless)
    traces: int | str = len(files)
    if len(files) > 1:
        message = f"{len(files)} traces of one request: {', '.join(file.name for file in files)}"
    elif files and rootless:
        message, traces = f"recorded in several traces: {names} has no root span, {SPLIT}", "split"
    elif rootless:
        message = f"recorded without its root span: {BLOCKED}; only {names} is left of it"
        traces = "without root"
    elif not files:
        answer = f"it was answered with {request.status}; " if request.status is not None else ""
        sampled = f" (sampling_rate {evidence.sampling_rate})" if evidence.sampling_rate else ""
        message = f"no trace was recorded{sampled}: {answer}{BLOCKED}"
    else:
        return
    name = next((file.name for file in (*files[1:], *rootless)), RECORD_LOG)
    trace_id = next((file.trace_id for file in (*files[1:], *files, *rootless)), None)
    yield Failure(2, RECORDING, message, name, request.name, trace_id, facts=(Fact("traces", "", traces),))


def rootless_files(evidence: Evidence) -> dict[int | None, list[TraceFile]]:
    """Returns number of a request → files without a root span whose first span began during that request; None → the
    rest."""
    by_request: dict[int | None, list[TraceFile]] = defaultdict(list)
    rooted = {file.trace_id for file in evidence.files if file.root}
    for file in evidence.files:
        if file.root or file.before_start or file.trace_id in rooted:  # the latter: rule 2 reports the trace id
            continue
        start = min(span.start_ns for span in file.spans) / 1e9
        near = [r for r in evidence.requests if r.started <= start <= r.ended + SLACK_S]
        owners = [r for r in near if start <= r.ended] + near[::-1]
        by_request[owners[0].number if owners else None].append(file)
    return by_request


def rule_8(evidence: Evidence) -> Iterator[Failure]:
    """Each trace is well formed, belongs to the request that was sent, and contains exactly the outbound calls that the
    request declares, each with a response."""
    for request in evidence.requests:
        for file in evidence.recorded(request):
            root = file.root or file.spans[0]
            for message, *differs in (
                *_form(file, root),
                *_times(file, root, request),
                *_environment(file, evidence.environment),
                *_same(root, request),
                *_calls(file, request, evidence),
            ):
                facts = (fact if isinstance(fact, Fact) else Fact("form", fact) for fact in differs)
                yield evidence.failure(8, RECORDING, message, file.name, file.trace_id, *facts)


Found = tuple[Any, ...]  # a message, and the facts that differ; a text is one of the kind `form`


def _form(file: TraceFile, root: Span) -> Iterator[Found]:
    roots = sum(span.is_root for span in file.spans)
    if roots != 1:
        yield f"{roots} root spans in one trace", f"{roots} root spans"
    if any(span.trace_id != root.trace_id for span in file.spans):
        yield "one file holds spans of several traces", "spans of several traces"
    ids = Counter(span.span_id for span in file.spans)
    for span_id, count in ids.items():
        if count > 1:
            yield f"the span id {span_id} occurs {count} times", f"{count} spans of one id"
    for span in file.spans:
        subject, label = f"the span {_name(span)}", f"{span.library} {span.name}"
        if not span.is_root and not span.is_pre_app_start and span.parent_span_id not in ids:
            parent = span.parent_span_id or "(none)"
            yield f"{subject} is an orphan: its parent {parent} is not in the trace", f"orphan {label}"
        for problem in filter(None, map(wrong_size, (span.input_value, span.output_value))):
            yield f"{subject} says {problem}", f"{label}: {problem}"


def _environment(file: TraceFile, configured: str | None) -> Iterator[Found]:
    """Each span has the environment that the application passed to `initialize`, according to the SDK's log."""
    wrong = ", ".join(sorted({str(span.raw.get("environment")) for span in file.spans} - {configured}))
    if configured is not None and wrong:
        message = f"recorded for the environment {wrong!r}, and the application gave {configured!r}"
        yield message, f"environment {wrong}"


def _times(file: TraceFile, root: Span, request: Request) -> Iterator[Found]:
    began, took = root.start_ns / 1e9, request.ended - request.started
    if took < 0:
        yield (f"the machine's clock was set back by {-took:.0f} s while the request was under way: record again",)
        return
    if not request.started - SLACK_S <= began <= request.ended + SLACK_S:
        message = f"its root span begins {began - request.started:+.3f} s from the request, which took {took:.3f} s"
        yield message, "root span begins outside the request"
    after = root.end_ns / 1e9 - request.ended
    if after > END_SLACK_S and not request.late:
        message = f"its root span ends {after:.3f} s after the request (late=True says that it may)"
        yield message, "root span ends after the request"
    for span in file.spans:
        if span.is_root or span.is_pre_app_start:
            continue
        early, late = root.start_ns - span.start_ns, max(span.end_ns, span.start_ns) - root.end_ns
        subject, label = f"the span {_name(span)}", f"{span.library} {span.name}"
        if early > TOLERANCE_NS:
            before = "before its root span"
            yield f"{subject} begins {early / 1e6:.1f} ms {before}", f"{label} begins {before}"
        if late > TOLERANCE_NS and not request.late:
            message = f"{subject} ends {late / 1e6:.1f} ms after its root span (late=True says that it may)"
            yield message, f"{label} ends after its root span"
        if span.end_ns < span.start_ns:
            yield f"{subject} ends before it begins", f"{label} ends before it begins"


def _same(root: Span, request: Request) -> Iterator[Found]:
    """Method, path, status and body of the trace equal those of the request; else something else would be replayed.
    Only this check finds what an SDK changes equally in recording and replay."""
    method, target = root.input_value.get("method"), str(root.input_value.get("target"))
    differ = [Fact("method", "", compact(method))] if method != request.method else []
    differ += [] if _same_path(target, request.path) else [Fact("target", "", compact(target))]
    if differ:
        recorded = f"{shorten(method)} {shorten(target)}"
        yield f"the trace is of {recorded}, and {request.method} {request.path} was sent", *differ
    status, raw_body = root.output_value.get("statusCode"), root.output_value.get("body")
    answered = "the trace says that it was answered with"
    if request.status is not None and status != request.status:
        yield f"{answered} {shorten(status)}, and it was with {request.status}", Fact("status", "", compact(status))
    try:
        body = base64.b64decode(raw_body or "", validate=True)
    except (TypeError, ValueError):
        yield (f"the body of the answer is no base64: {shorten(raw_body)}",)
        return
    headers = mapping(root.output_value.get("headers")).items()
    encoding = next((str(value) for name, value in headers if name.lower() == "content-encoding"), None)
    if request.body is not None and request.body != hashlib.sha256(uncompressed(body, encoding)).hexdigest():
        message = f"{answered} {shorten(body)} ({len(body)} bytes), and it was with others"
        yield message, Fact("body", "$", compact(body.decode(errors="replace")))


def _same_path(target: str, path: str) -> bool:
    """Whether both are one path. It is recorded as sent or decoded: as Latin-1 by WSGI, as UTF-8 by Django and ASGI."""
    recorded = {unquote(target)}
    with contextlib.suppress(UnicodeEncodeError, UnicodeDecodeError):
        recorded.add(unquote(target.encode("latin-1").decode()))
    return unquote(path) in recorded


def _calls(file: TraceFile, request: Request, evidence: Evidence) -> Iterator[Found]:
    calls = [span for span in file.spans if is_call(span)]
    recorded, declared = Counter(span.library for span in calls), +Counter(request.calls)
    if recorded != declared:
        message = f"outbound calls: the request declares {_counts(request.calls)}, recorded were {_counts(recorded)}"
        libraries = sorted({*recorded, *declared})
        yield message, *(Fact("calls", name, recorded[name]) for name in libraries if recorded[name] != declared[name])
    for library, expected_texts in request.asked.items():
        left, others = list(expected_texts), []  # each matches one call
        for text in (evidence.without_addresses(text_of(span)) for span in calls if span.library == library):
            match = next((pattern for pattern in left if fits(pattern, text)), None)
            left.remove(match) if match is not None else others.append(text)
        if others:
            message = f"outbound calls of {library}: {'; '.join(map(shorten, others))} is not declared"
            yield message, *(Fact("asked", text) for text in others)
    of_http = (span for span in calls if span.package_name in ("http", "https"))
    unanswered = [span for span in of_http if not span.output_value.keys() & {"statusCode", "errorName"}]
    for span in unanswered if len(unanswered) != request.refused else ():
        message = f"the call {_name(span)} was recorded without its answer: replay makes it an empty 200"
        yield message, Fact("unanswered", evidence.without_addresses(text_of(span)))
    if request.refused and not unanswered and recorded == declared:
        yield (f"declares that a rule forbids {request.refused} calls (refused=), and each has its recorded answer",)


def is_call(span: Span) -> bool:
    """Whether the span is an outbound call of a request."""
    return not span.is_root and not span.is_pre_app_start and span.raw.get("kind") == CLIENT


def _counts(calls: Mapping[str, int]) -> str:
    return ", ".join(f"{library} {count}" for library, count in sorted(calls.items())) or "none"


def _name(span: Span) -> str:
    return f"{span.span_id} ({span.library or '?'} {span.name})"
