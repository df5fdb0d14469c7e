"""Trace files as the SDK writes them: what is read, and what is no span."""

from __future__ import annotations

import json
from typing import Any

import pytest

from e2e_common.traces import MalformedTrace, Span, parse_trace

LINE: dict[str, Any] = {
    "traceId": "a" * 32,
    "spanId": "s1",
    "parentSpanId": "s0",
    "name": "GET /x",
    "packageName": "http",
    "instrumentationName": "RequestsInstrumentation",
    "isRootSpan": True,
    "isPreAppStart": True,
    "timestamp": {"seconds": 7, "nanos": 5},
    "duration": {"seconds": 1, "nanos": 2},
    "inputValue": {"method": "GET"},
    "outputValue": {"statusCode": 200},
}


def parsed(**changes: Any) -> Span:
    """One span; a value of `...` takes its key away."""
    line = {key: value for key, value in {**LINE, **changes}.items() if value is not ...}
    (span,) = parse_trace("traces/x.jsonl", json.dumps(line).encode())
    return span


def test_a_span_with_all_its_keys() -> None:
    assert parsed() == Span(
        trace_id="a" * 32,
        span_id="s1",
        parent_span_id="s0",
        name="GET /x",
        package_name="http",
        instrumentation_name="RequestsInstrumentation",
        is_root=True,
        is_pre_app_start=True,
        start_ns=7_000_000_005,
        end_ns=8_000_000_007,
        input_value={"method": "GET"},
        output_value={"statusCode": 200},
        raw=LINE,
    )


def test_a_span_with_the_fewest_keys() -> None:
    needed = {"traceId": "a" * 32, "spanId": "s1", "timestamp": {}}
    (span,) = parse_trace("x", json.dumps(needed).encode())
    assert span == Span("a" * 32, "s1", "", "", "", "", False, False, 0, 0, {}, {}, needed)
    assert (span.library, span.request) == ("", None)


@pytest.mark.parametrize("flag", ["true", 1, None, [True]])
def test_only_true_makes_a_root(flag: Any) -> None:
    span = parsed(isRootSpan=flag, isPreAppStart=flag)
    assert (span.is_root, span.is_pre_app_start) == (False, False)


def test_blank_lines_are_passed_over_and_the_others_keep_their_order() -> None:
    lines = [json.dumps({**LINE, "spanId": name}).encode() for name in ("one", "two")]
    assert [span.span_id for span in parse_trace("x", b"\n".join([b"", lines[0], b" \t", lines[1], b""]))] == [
        "one",
        "two",
    ]
    assert parse_trace("x", b"\n \n") == []


@pytest.mark.parametrize(
    ("name", "library"),
    [("RequestsInstrumentation", "requests"), ("Psycopg2Instrumentation", "psycopg2"), ("httpx", "httpx")],
)
def test_the_library_by_which_a_request_states_its_calls(name: str, library: str) -> None:
    assert parsed(instrumentationName=name).library == library


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ({"headers": {"X-E2E-Request": "4"}}, "4"),
        ({"headers": {"accept": "*/*", "x-e2e-request": 4}}, "4"),
        ({"headers": {"accept": "*/*"}}, None),
        ({"headers": None}, None),
        ({}, None),
    ],
)
def test_the_number_of_the_request_that_was_sent(value: dict[str, Any], number: str | None) -> None:
    assert parsed(inputValue=value).request == number


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"[]", "TypeError"),
        (b"{", "JSONDecodeError"),
        (b"\xff", "UnicodeDecodeError"),
        (b"{}", "KeyError: 'timestamp'"),
        (b'{"timestamp": {}, "spanId": "s"}', "KeyError: 'traceId'"),
        (b'{"timestamp": {}, "traceId": "t"}', "KeyError: 'spanId'"),
        (b'{"timestamp": {"seconds": "x"}}', "ValueError: invalid literal"),
        (b'{"timestamp": 7}', "AttributeError"),
        (b'{"timestamp": NaN}', "ValueError: NaN is no JSON"),
    ],
)
def test_what_is_no_span_is_named_with_its_line(line: bytes, says: str) -> None:
    good = json.dumps(LINE).encode()
    with pytest.raises(MalformedTrace) as caught:
        parse_trace("traces/x.jsonl", b"\n".join([good, b"", line, good]))
    assert str(caught.value).startswith("traces/x.jsonl, line 3: not a span (")
    assert says in str(caught.value)
