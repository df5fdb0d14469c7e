"""Rule 3, beyond what the CLI compares (bundled CLI): in replay the application answers what the request states, and
the SDK's own span of the request says what was answered.

A CLI's comparison forgives more than it says: two numbers that may be times, two UUIDs, 1 for 1.0. What a request
states as a literal stands.
"""

from __future__ import annotations

import base64
import contextlib
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from e2e_common.artifacts.decoding import Answered, Inbound, Request
from e2e_common.artifacts.facts import ABSENT, Fact, compact, differing, equal_as_json, without_addresses
from e2e_common.artifacts.failure import REPLAY, Failure
from e2e_common.judge.evidence import Evidence
from e2e_common.judge.rules.cli import result_facts

OF_THE_SERVER = ("date", "server", "connection")  # which it may send beside the application's own
MERGES = ("encoding", "decodedType", "match_importance")  # what a schema says of a value beside its type


def rule_3(evidence: Evidence) -> Iterator[Failure]:
    """The answers of replay, against what is stated and against what the SDK says of them."""
    if evidence.mocks is None:
        return
    inbound = {each.trace_id: each for each in evidence.mocks.inbound}
    answered = {answer.trace_id for answer in evidence.mocks.answers}
    for result in evidence.results:
        if result.passed and result.test_id in evidence.by_trace and result.test_id not in answered:
            message = "passed, and mocks.jsonl does not hold its answer"
            yield Failure(3, REPLAY, message, "mocks.jsonl", evidence.by_trace[result.test_id].name, result.test_id)
    for answer in evidence.mocks.answers:
        request = evidence.by_trace.get(answer.trace_id)
        if request is None:
            continue
        for message, facts in (*_stated(evidence, request, answer), *_said(evidence, answer, inbound)):
            yield Failure(3, REPLAY, message, "mocks.jsonl", request.name, answer.trace_id, facts=facts)


_GZIP = 16 + zlib.MAX_WBITS
Found = tuple[str, tuple[Fact, ...]]


def _stated(evidence: Evidence, request: Request, answer: Answered) -> Iterator[Found]:
    """Where the recorded answer was as stated: another one is the recording's failure, and its replay has the same."""
    if request.problems:
        return
    body = uncompressed(answer.body, answer.header("Content-Encoding"))
    services = evidence.recording.services
    facts, words = request.expected.differences(answer.status, answer.header, body)
    facts = [Fact(fact.kind, fact.key, without_addresses(fact.value, services)) for fact in facts]
    results = evidence.results_by_id.get(answer.trace_id, [])
    told = {(fact.kind, fact.key) for result in results for fact in result_facts(result, services)}
    if left := tuple(fact for fact in facts if (fact.kind, fact.key) not in told):
        yield f"answered in replay otherwise than stated: {'; '.join(words)}", left


def _said(evidence: Evidence, answer: Answered, inbound: Mapping[str, Inbound]) -> Iterator[Found]:
    """The inbound span of a request says its answer; nothing is said of one of 400 and more."""
    said = inbound.get(answer.trace_id)
    if said is None:
        return  # the CLI waits for it, and says so
    request = evidence.by_trace[answer.trace_id]
    parts = list(_of_answer(said, answer, request.method))
    for file in evidence.recorded(request):
        if file.root and file.trace_id == answer.trace_id:
            parts += _of_recording(said, file.root.output_value, file.root.raw)
            break
    if parts:
        facts = tuple(Fact("inbound", path, compact(value)) for path, _, value in parts)
        path, expected, found = parts[0]
        yield f"the SDK's span of it says {path} {compact(found)!r} in place of {compact(expected)!r}", facts


def _of_answer(said: Inbound, answer: Answered, method: str) -> Iterator[tuple[str, Any, Any]]:
    output = said.output
    if output.get("statusCode") != answer.status:
        yield "status", answer.status, output.get("statusCode", ABSENT)
    body = output.get("body") or ""
    sent = (answer.body, uncompressed(answer.body, answer.header("Content-Encoding")))
    if method != "HEAD" and not any(body == base64.b64encode(each).decode() for each in sent):
        yield "body", base64.b64encode(answer.body).decode(), body
    if problem := wrong_size(output):
        yield "bodySize", "that of the body", problem
    of_span = output.get("headers")
    for name, value in of_span.items() if isinstance(of_span, dict) else ():
        all_sent = answer.header(name)
        if value != all_sent and not (name.lower() in OF_THE_SERVER and value in answer.values(name)):
            yield f"headers.{name}", ABSENT if all_sent is None else all_sent, value


def _of_recording(said: Inbound, output: dict[str, Any], span: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """The keys of the answer, the names of its headers, and what the schema says of both are those of the recording."""
    pairs = (
        ("keys", sorted(output), sorted(said.output)),
        ("headers", _names(output.get("headers")), _names(said.output.get("headers"))),
    )
    yield from ((name, expected, found) for name, expected, found in pairs if expected != found)
    schema = span.get("outputSchema")
    one, other = dict(_merges(schema, "$")), dict(_merges(said.schema, "$"))
    yield from differing(one, other, equal_as_json, "schema")


def _names(headers: Any) -> list[str]:
    return sorted(headers) if isinstance(headers, dict) else []


def _merges(schema: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if not isinstance(schema, dict):
        return
    found = {key: schema[key] for key in MERGES if schema.get(key) is not None}
    if found:
        yield path, found
    properties = schema.get("properties")
    for key, each in properties.items() if isinstance(properties, dict) else ():
        yield from _merges(each, f"{path}.{key}")
    yield from _merges(schema.get("items"), f"{path}[]")


def wrong_size(value: Mapping[str, Any]) -> str:
    """What is wrong with the bodySize of a span's value, in words; empty where it has no body, or one of that size."""
    body, size = value.get("body"), value.get("bodySize")
    if not isinstance(body, str) or size is None:
        return ""
    with contextlib.suppress(ValueError):
        length = len(base64.b64decode(body, validate=True))
        return "" if size == length else f"bodySize {size} of a body of {length} bytes"
    return ""


def uncompressed(body: bytes, encoding: str | None) -> bytes:
    """The body without its Content-Encoding (gzip and deflate; as it is where it cannot be undone)."""
    for bits in {"gzip": (_GZIP,), "deflate": (zlib.MAX_WBITS, -zlib.MAX_WBITS)}.get((encoding or "").lower(), ()):
        with contextlib.suppress(zlib.error):
            return zlib.decompress(body, bits)
    return body
