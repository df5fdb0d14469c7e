"""Trace files as the SDK writes them: one JSON object per line, one span per object (replay protocol, section 9)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from e2e_common.names import REQUEST_HEADER


class MalformedTrace(Exception):
    """A line of a trace file is not a span. The message names file and line."""


@dataclass(frozen=True)
class Span:
    """One recorded span. Times are nanoseconds since the epoch."""

    trace_id: str
    span_id: str
    parent_span_id: str
    name: str
    package_name: str
    instrumentation_name: str
    is_root: bool
    is_pre_app_start: bool
    start_ns: int
    end_ns: int
    input_value: dict[str, Any]
    output_value: dict[str, Any]
    raw: dict[str, Any] = field(repr=False)

    @property
    def library(self) -> str:
        """`RequestsInstrumentation` → `requests`: the name by which a request states its `calls`."""
        return self.instrumentation_name.replace("Instrumentation", "").lower()

    @property
    def request(self) -> str | None:
        """The value of the request header, for a root span of a request that test_requests.py sent; else None."""
        headers = self.input_value.get("headers") or {}
        return next((str(value) for key, value in headers.items() if key.lower() == REQUEST_HEADER), None)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")  # Python's json writes NaN and Infinity; the official CLI reads neither


_DECODER = json.JSONDecoder(parse_constant=_no_constant)


def parse_trace(name: str, data: bytes) -> list[Span]:
    """The spans of one file, in file order (the order in which they ended). Blank lines are passed over.

    Raises MalformedTrace for a line that is not a JSON object with the keys of a span.
    """
    spans = []
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            spans.append(_span(_DECODER.decode(line.decode())))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise MalformedTrace(f"{name}, line {number}: not a span ({type(error).__name__}: {error})") from error
    return spans


def _span(raw: dict[str, Any]) -> Span:
    start = _nanoseconds(raw["timestamp"])
    return Span(
        trace_id=raw["traceId"],
        span_id=raw["spanId"],
        parent_span_id=raw.get("parentSpanId") or "",
        name=raw.get("name") or "",
        package_name=raw.get("packageName") or "",
        instrumentation_name=raw.get("instrumentationName") or "",
        is_root=raw.get("isRootSpan") is True,
        is_pre_app_start=raw.get("isPreAppStart") is True,
        start_ns=start,
        end_ns=start + _nanoseconds(raw.get("duration") or {}),
        input_value=raw.get("inputValue") or {},
        output_value=raw.get("outputValue") or {},
        raw=raw,
    )


def _nanoseconds(value: dict[str, Any]) -> int:
    return int(value.get("seconds") or 0) * 1_000_000_000 + int(value.get("nanos") or 0)
