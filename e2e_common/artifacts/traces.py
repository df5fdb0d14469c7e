"""Trace files of the SDK: one JSON object per line, one span per object."""

import contextlib
import gc
from collections.abc import Iterator
from typing import Annotated, Any, Optional

from msgspec import Meta, Struct, field

from e2e_common.artifacts.strict_json import STRICT, Malformed, decode, json_object, lines_of
from e2e_common.util.names import REQUEST_HEADER


class MalformedTrace(Exception):
    """A line of a trace file is not a span. The message names file and line."""


class Time(Struct, frozen=True):
    """A point in time, or a duration."""

    seconds: int = 0
    nanos: int = 0

    @property
    def ns(self) -> int:
        return self.seconds * 1_000_000_000 + self.nanos


class Span(Struct, frozen=True, rename="camel"):
    """One recorded span. `raw`: the whole object. Times are nanoseconds since the epoch."""

    trace_id: str
    span_id: Annotated[str, Meta(min_length=1)]
    timestamp: Time
    raw: dict[str, Any]
    parent_span_id: str = ""
    name: str = ""
    package_name: str = ""
    instrumentation_name: str = ""
    is_root: bool = field(name="isRootSpan", default=False)
    is_pre_app_start: bool = False
    duration: Time = Time()
    input_value: dict[str, Any] = {}
    output_value: dict[str, Any] = {}

    def __post_init__(self) -> None:
        if not (0 <= self.start_ns < 2**63 and 0 <= self.end_ns < 2**63):
            raise ValueError(f"the times of span {self.span_id} are invalid")
        if self.is_root and not isinstance(self.input_value.get("headers") or {}, dict):
            raise ValueError(f"the headers of root span {self.span_id} are not an object")

    @property
    def start_ns(self) -> int:
        return self.timestamp.ns

    @property
    def end_ns(self) -> int:
        return self.start_ns + self.duration.ns

    @property
    def library(self) -> str:
        """`RequestsInstrumentation` → `requests`: the name that `calls` of a request uses."""
        return self.instrumentation_name.replace("Instrumentation", "").lower()

    @property
    def request(self) -> Optional[str]:
        """The value of the request header in a root span of a request that test_requests.py sent; else None."""
        headers = self.input_value.get("headers") or {}
        return next((str(value) for key, value in headers.items() if key.lower() == REQUEST_HEADER), None)


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """No garbage collection: while many spans are loaded, it would go through all of them again and again."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def parse_trace(name: str, data: bytes) -> list[Span]:
    """The spans of one file, in the order in which they ended. Blank lines are skipped; a null value counts as a
    missing key, as in the official CLI. Raises MalformedTrace for a line that is no JSON object with a span's keys."""
    spans = []
    for number, line in lines_of(data):
        try:
            raw = json_object(line, STRICT.decode)
            present = {key: value for key, value in raw.items() if value is not None}
            spans.append(decode({**present, "raw": raw}, Span))
        except Malformed as error:
            raise MalformedTrace(f"{name}, line {number}: not a span ({error})") from error
    return spans
