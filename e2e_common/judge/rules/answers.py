"""Rule 3: each test passes, and the application's response in replay is the expected one, which the SDK's inbound span
contains (bundled CLI only). A CLI's own comparison accepts more than it reports: two numbers that may be times, two
UUIDs, 1 for 1.0. The literals that a request expects are compared exactly."""

from __future__ import annotations

import base64
import contextlib
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from e2e_common.artifacts.decoding import Answered, Inbound, Request
from e2e_common.artifacts.facts import ABSENT, Fact, body_facts, compact, differing, equal_as_json, without_addresses
from e2e_common.artifacts.failure import REPLAY, RUN, Failure, shorten
from e2e_common.artifacts.traces import Span
from e2e_common.judge.evidence import Evidence, TraceFile
from e2e_common.judge.results import Result
from e2e_common.judge.rules.whole_run import cli_error

OF_THE_SERVER = ("date", "server", "connection")  # headers that the server may add to the application's
MERGES = ("encoding", "decodedType", "match_importance")  # keys of a value's schema that are compared
MOCKS, RESULTS = "mocks.jsonl", "results.json"
_GZIP = 16 + zlib.MAX_WBITS


def results(evidence: Evidence) -> Iterator[Failure]:
    """Every trace has exactly one result, and it is a clean pass. If the CLI could not set the clock for a test, the
    test is retried. The second result then decides about the response; deviations in the first that no wrong clock
    explains still count, and all of them where the test needed another recording (`lacking`)."""
    for request in evidence.requests:
        for file in evidence.recorded(request):
            for message, name, facts in _complaints(evidence, request, file):
                yield Failure(3, REPLAY, message, name, request.name, file.trace_id, facts=facts)
    known = {file.trace_id for file in evidence.files if file.root}
    for test_id in evidence.results_by_id:
        if test_id not in known:
            message = f"{RESULTS} holds a result of {test_id}, which is the id of no recorded trace"
            yield Failure(3, RUN, message, RESULTS, trace_id=test_id)


def _complaints(evidence: Evidence, request: Request, file: TraceFile) -> Iterator[tuple[str, str, tuple[Fact, ...]]]:
    """Yields what is wrong with a result, the file that contains it, and the facts that differ (none: unknown)."""
    id_, results = file.trace_id, evidence.results_by_id.get(file.trace_id, [])
    status = file.root.output_value.get("statusCode") if file.root else None
    is_skipped, recorded = isinstance(status, (int, float)) and status >= 300, f"recorded with status {shorten(status)}"
    if not request.replayed and results:
        yield "declares replayed=False, and the CLI has replayed it", RESULTS, ()
    elif not request.replayed and not is_skipped:
        yield f"declares replayed=False, and was {recorded}: the CLI replays those below 300", RESULTS, ()
    elif request.replayed and not results:
        message = f"recorded in {file.name} and not replayed: no result has its id"
        if is_skipped:
            message = f"{recorded}: the CLI replays only answers below 300, so it has no result"
        yield message, RESULTS, (Fact("result", "", "none"),)
    elif len(results) > 1:
        yield f"{len(results)} results of one trace", RESULTS, ()
    elif results:
        stalled = id_ in evidence.stalled
        first = results[0].beyond_the_clock() if stalled and id_ not in evidence.lacking else results[0]
        facts = result_facts(first, evidence.recording.services)
        if message := first.complaint():
            yield message, RESULTS, facts
        if stalled and (second := _second(evidence, id_, facts if message else ())):
            message, facts = second
            yield f"the CLI could not set the clock for it{message}", f"retries/{id_}/{RESULTS}", facts


def result_facts(result: Result, services: Mapping[str, str]) -> tuple[Fact, ...]:
    """Returns the facts that differ according to a result. `services`: name → address; facts contain names instead."""
    facts = [Fact("flags", flag) for flag in result.flags()]
    for item in () if result.passed else result.deviations:
        field = str(item.get("field", "?"))
        expected, actual = (without_addresses(item.get(key), services) for key in ("expected", "actual"))
        if field == "response.body":
            facts += body_facts(expected, actual, equal_as_json) or (Fact("body", "$", compact(actual)),)
        elif field == "replay.inbound_span":
            facts.append(Fact("inbound_span", "", "missing"))
        else:
            kind, key = ("status", "") if field == "response.status" else ("other", field)
            facts.append(Fact(kind, key, compact(actual)))
    if result.error:
        facts.append(Fact("error", "", compact(without_addresses(result.error, services))))
    return tuple(facts)


def _second(evidence: Evidence, trace_id: str, known: tuple[Fact, ...]) -> tuple[str, tuple[Fact, ...]] | None:
    """`known`: facts of the first run, which are not reported once more."""
    retry = evidence.retries.get(trace_id)
    if retry is None:
        return ", and it was not run once more: too many tests were so, or the replay broke off", ()
    ids = [result.test_id for result in retry.results]
    if ids != [trace_id]:
        return f"; run once more, it has {ids.count(trace_id)} results among {len(ids)}{cli_error(retry.log)}", ()
    result = retry.results[0].beyond_the_clock() if trace_id in evidence.lacking else retry.results[0]
    facts, complaint = result_facts(result, evidence.recording.services), result.complaint()
    left = tuple(fact for fact in facts if fact not in known)  # no set: values may be lists
    stalled_again = " (nor could it then)" if retry.stalled else ""
    return (f"; run once more{stalled_again}: {complaint}", left) if complaint and (left or not facts) else None


def responses(evidence: Evidence) -> Iterator[Failure]:
    """Compares the responses in replay with the expected ones and with the SDK's inbound spans."""
    if evidence.mocks is None:
        return
    inbound = {span.trace_id: span for span in evidence.mocks.inbound}
    ids_with_answer = {answer.trace_id for answer in evidence.mocks.answers}
    for result in evidence.results:
        if result.passed and result.test_id in evidence.by_trace and result.test_id not in ids_with_answer:
            yield evidence.failure(3, REPLAY, f"passed, and {MOCKS} does not hold its answer", MOCKS, result.test_id)
    for answer in evidence.mocks.answers:
        if request := evidence.by_trace.get(answer.trace_id):
            yield from _unexpected(evidence, request, answer)
            if span := inbound.get(answer.trace_id):  # the CLI reports a missing one
                yield from _span_faults(evidence, request, answer, span)


def _unexpected(evidence: Evidence, request: Request, answer: Answered) -> Iterator[Failure]:
    """Compares a response with the expected one. Skipped where the recorded response was wrong: the recording's failure
    covers it, and its replay has the same response."""
    if request.problems:
        return
    body, services = uncompressed(answer.body, answer.header("Content-Encoding")), evidence.recording.services
    facts, texts = request.expected.differences(answer.status, answer.header, body)
    results = evidence.results_by_id.get(answer.trace_id, [])
    reported = {(fact.kind, fact.key) for result in results for fact in result_facts(result, services)}
    facts = [replace(fact, value=without_addresses(fact.value, services)) for fact in facts]
    if unreported := [fact for fact in facts if (fact.kind, fact.key) not in reported]:
        message = f"the answer in replay is not the expected one: {'; '.join(texts)}"
        yield evidence.failure(3, REPLAY, message, MOCKS, answer.trace_id, *unreported)


def _span_faults(evidence: Evidence, request: Request, answer: Answered, span: Inbound) -> Iterator[Failure]:
    """Compares the inbound span of a request with its response. There is no span for a status of 400 or more."""
    parts = list(_from_response(span, answer, request.method))
    roots = (file.root for file in evidence.recorded(request) if file.trace_id == answer.trace_id)
    if root := next(roots, None):
        parts += _from_recording(span, root)
    if parts:
        facts = (Fact("inbound", path, compact(value)) for path, _, value in parts)
        path, expected, actual = parts[0]
        message = f"the SDK's span of it says {path} {compact(actual)!r} in place of {compact(expected)!r}"
        yield evidence.failure(3, REPLAY, message, MOCKS, answer.trace_id, *facts)


def _from_response(span: Inbound, answer: Answered, method: str) -> Iterator[tuple[str, Any, Any]]:
    output = span.output
    if output.get("statusCode") != answer.status:
        yield "status", answer.status, output.get("statusCode", ABSENT)
    body = output.get("body") or ""
    sent = (answer.body, uncompressed(answer.body, answer.header("Content-Encoding")))
    if method != "HEAD" and not any(body == base64.b64encode(data).decode() for data in sent):
        yield "body", base64.b64encode(answer.body).decode(), body
    if problem := wrong_size(output):
        yield "bodySize", "that of the body", problem
    for name, value in mapping(output.get("headers")).items():
        sent_value = answer.header(name)
        if value != sent_value and not (name.lower() in OF_THE_SERVER and value in answer.values(name)):
            yield f"headers.{name}", ABSENT if sent_value is None else sent_value, value


def _from_recording(inbound: Inbound, root: Span) -> Iterator[tuple[str, Any, Any]]:
    """The keys of the response, its header names, and both schemas equal the recorded ones."""
    outputs = (root.output_value, inbound.output)
    for name, values in (("keys", outputs), ("headers", [mapping(output.get("headers")) for output in outputs])):
        expected, actual = map(sorted, values)
        if expected != actual:
            yield name, expected, actual
    one, other = dict(_merges(root.raw.get("outputSchema"), "$")), dict(_merges(inbound.schema, "$"))
    yield from differing(one, other, equal_as_json, "schema")


def _merges(schema: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    schema = mapping(schema)
    if hints := {key: schema[key] for key in MERGES if schema.get(key) is not None}:
        yield path, hints
    for key, schema_of_key in mapping(schema.get("properties")).items():
        yield from _merges(schema_of_key, f"{path}.{key}")
    if schema:
        yield from _merges(schema.get("items"), f"{path}[]")


def mapping(value: Any) -> dict[str, Any]:
    """Returns `value` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def wrong_size(value: Mapping[str, Any]) -> str:
    """Returns what is wrong with the bodySize of a span's value, as text; empty where it is right or there is no
    body."""
    body, size = value.get("body"), value.get("bodySize")
    if not isinstance(body, str) or size is None:
        return ""
    with contextlib.suppress(ValueError):
        length = len(base64.b64decode(body, validate=True))
        if size != length:
            return f"bodySize {size} of a body of {length} bytes"
    return ""


def uncompressed(body: bytes, encoding: str | None) -> bytes:
    """Returns the body without its Content-Encoding (gzip or deflate), or unchanged where it cannot be decompressed."""
    for bits in {"gzip": (_GZIP,), "deflate": (zlib.MAX_WBITS, -zlib.MAX_WBITS)}.get((encoding or "").lower(), ()):
        with contextlib.suppress(zlib.error):
            return zlib.decompress(body, bits)
    return body
