"""Trace files as the SDK writes them: what is read, and what is no span."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from e2e_common.artifacts.traces import MalformedTrace, Span, Time, parse_trace

LINE: dict[str, Any] = {
    "traceId": "a" * 32, "spanId": "s1", "parentSpanId": "s0", "name": "GET /x", "packageName": "http",
    "instrumentationName": "RequestsInstrumentation", "isRootSpan": True, "isPreAppStart": True,
    "timestamp": {"seconds": 7, "nanos": 5}, "duration": {"seconds": 1, "nanos": 2},
    "inputValue": {"method": "GET"}, "outputValue": {"statusCode": 200},
}  # fmt: skip


def parsed(**changes: Any) -> Span:
    """One span; a value of `...` takes its key away."""
    line = {key: value for key, value in {**LINE, **changes}.items() if value is not ...}
    (span,) = parse_trace("traces/x.jsonl", json.dumps(line).encode())
    return span


def test_a_span_with_all_its_keys() -> None:
    assert json.loads(msgspec.json.encode(parsed())) == {**LINE, "raw": LINE}
    assert (parsed().start_ns, parsed().end_ns) == (7_000_000_005, 8_000_000_007)


@pytest.mark.parametrize("key", ["parentSpanId", "name", "isRootSpan", "isPreAppStart", "duration", "inputValue"])
def test_null_is_as_if_it_were_not_there(key: str) -> None:
    null, absent = parsed(**{key: None}), parsed(**{key: ...})
    assert replace(null, raw={}) == replace(absent, raw={})


def test_a_span_with_the_fewest_keys() -> None:
    needed = {"traceId": "a" * 32, "spanId": "s1", "timestamp": {}}
    (span,) = parse_trace("x", json.dumps(needed).encode())
    assert span == Span("a" * 32, "s1", Time(), needed)
    assert (span.library, span.request) == ("", None)


def test_blank_lines_are_passed_over_and_the_others_keep_their_order() -> None:
    lines = [json.dumps({**LINE, "spanId": name}).encode() for name in ("one", "two")]
    spans = parse_trace("x", b"\n".join([b"", lines[0], b" \t", lines[1], b""]))
    assert [span.span_id for span in spans] == ["one", "two"]
    assert parse_trace("x", b"\n \n") == []


@pytest.mark.parametrize(
    ("changes", "library", "number"),
    [
        ({"instrumentationName": "Psycopg2Instrumentation"}, "psycopg2", None),
        ({"instrumentationName": "httpx"}, "httpx", None),
        ({"inputValue": {"headers": {"X-E2E-Request": "4"}}}, "requests", "4"),
        ({"inputValue": {"headers": {"accept": "*/*", "x-e2e-request": 4}}}, "requests", "4"),
        ({"inputValue": {"headers": {"accept": "*/*"}}}, "requests", None),
        ({"inputValue": {"headers": None}}, "requests", None),
    ],
)
def test_the_library_of_a_span_and_the_number_of_its_request(
    changes: dict[str, Any], library: str, number: str | None
) -> None:
    assert (parsed(**changes).library, parsed(**changes).request) == (library, number)


def changed(**changes: Any) -> bytes:
    return json.dumps({**LINE, **changes}).encode()


NO_TIMES: list[tuple[dict[str, int], dict[str, int]]] = [
    ({"seconds": -1}, {}), ({"seconds": 10**300}, {}), ({"seconds": 7}, {"seconds": -(2**40)}),
    ({"seconds": -1}, {"seconds": 2}), ({"nanos": 2**63}, {"nanos": -1}), ({"nanos": 2**63 + 1}, {"nanos": -2}),
    ({"nanos": 2**63 - 1}, {"nanos": 1}), ({"nanos": 2**63 - 1}, {"nanos": 2}), ({"seconds": 7}, {"seconds": 2**62}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"[]", "not an object: []"),
        (b'"%s"' % (b"x" * 80), f"not an object: '{'x' * 38}\u2026"),
        (b"{", "no JSON: Expecting property name enclosed in double quotes (column 2)"),
        (b"\xff", "not UTF-8 (byte 0)"),
        (b'{"name": NaN}', "no JSON: NaN is no JSON"),
        (b'{"traceId": "t", "spanId": "s"}', "Object missing required field `timestamp`"),
        (b'{"timestamp": {}, "spanId": "s"}', "Object missing required field `traceId`"),
        (b'{"timestamp": {}, "traceId": "t"}', "Object missing required field `spanId`"),
        (changed(spanId=""), "Expected `str` of length >= 1 - at `$.spanId`"),
        (changed(spanId=7), "Expected `str`, got `int` - at `$.spanId`"),
        (changed(traceId=7), "Expected `str`, got `int` - at `$.traceId`"),
        (changed(parentSpanId=7), "Expected `str`, got `int` - at `$.parentSpanId`"),
        (changed(name=["x"]), "Expected `str`, got `array` - at `$.name`"),
        (changed(packageName=7), "Expected `str`, got `int` - at `$.packageName`"),
        (changed(instrumentationName=7), "Expected `str`, got `int` - at `$.instrumentationName`"),
        (changed(isRootSpan="true"), "Expected `bool`, got `str` - at `$.isRootSpan`"),
        (changed(isPreAppStart=1), "Expected `bool`, got `int` - at `$.isPreAppStart`"),
        (changed(inputValue=[1]), "Expected `object`, got `array` - at `$.inputValue`"),
        (changed(outputValue=[1]), "Expected `object`, got `array` - at `$.outputValue`"),
        (changed(inputValue={"headers": ["x"]}), "the headers of root span s1 are not an object"),
        (changed(timestamp=7), "Expected `object`, got `int` - at `$.timestamp`"),
        (changed(timestamp={"seconds": "x"}), "Expected `int`, got `str` - at `$.timestamp.seconds`"),
        (changed(duration={"nanos": 1.0}), "Expected `int`, got `float` - at `$.duration.nanos`"),
        *((changed(timestamp=start, duration=took), "the times of span s1 are invalid") for start, took in NO_TIMES),
    ],
)
def test_what_is_no_span_is_named_with_its_line(line: bytes, says: str) -> None:
    good = json.dumps(LINE).encode()
    with pytest.raises(MalformedTrace) as caught:
        parse_trace("traces/x.jsonl", b"\n".join([good, b"", line, good]))
    assert str(caught.value) == f"traces/x.jsonl, line 3: not a span ({says})"


def test_the_times_and_headers_of_a_span_that_are_some() -> None:
    assert parsed(timestamp={"nanos": 2**63 - 1}, duration={}).end_ns == 2**63 - 1
    assert parsed(isRootSpan=False, inputValue={"headers": ["x"]}).input_value == {"headers": ["x"]}


def test_a_span_that_is_nested_too_deep() -> None:
    with pytest.raises(MalformedTrace, match=r"line 1: not a span \(nested too deep\)"):
        parse_trace("x", b"[" * 100_000)
