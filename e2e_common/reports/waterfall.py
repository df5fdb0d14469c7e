"""A request's spans on a line of time: as they were recorded, and when each was asked for in replay.

Recorded, a span has a beginning and an end. Of the replay, mocks.jsonl says when a test ran and the moment at which
each call was answered, and no more; the official CLI keeps no account of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from e2e_common.decoding import Asked
from e2e_common.reports.model import Call, RequestReport
from e2e_common.traces import Span

SHOWN = 60
DEEPEST = 4
LEAST = 0.8  # percent of the width: a shorter bar could not be seen


@dataclass(frozen=True)
class Bar:
    """Where something lies on its line, in percent of its length, and the same in milliseconds."""

    left: float
    width: float
    began_ms: float
    took_ms: float


@dataclass(frozen=True)
class Line:
    """A span, or a call that was only asked for. `depth`: below how many others it is; `recorded`: None where it was
    not; `replayed`: None where it was not asked for, or where nobody knows; `state`: root, answered, missed (nothing
    recorded answered it), elsewhere (the recording of something else did), unasked, or unknown."""

    text: str
    library: str
    depth: int
    recorded: Bar | None
    replayed: Bar | None
    state: str


@dataclass(frozen=True)
class Waterfall:
    """`more`: lines that are left out; `recorded_ms`, `replayed_ms`: the length of each line of time, None where it is
    not known."""

    lines: tuple[Line, ...]
    more: int
    recorded_ms: float | None
    replayed_ms: float | None


def waterfall(request: RequestReport, *, account: bool) -> Waterfall | None:
    """The spans of `request`, None where it has none. `account`: whether the CLI told what was asked for."""
    spans = request.trace.spans if request.trace else ()
    if not spans and not request.calls:
        return None
    known = [*spans, *(call.span for call in request.calls if call.span)]
    began, ended = (min(s.start_ns for s in known), max(s.end_ns for s in known)) if known else (0, 0)
    times = _Times(began, max(ended - began, 1), request.window if account else None)
    lines = list(_lines(request, times, account))
    return Waterfall(
        tuple(lines[:SHOWN]),
        max(len(lines) - SHOWN, 0),
        times.length_ns / 1e6 if known else None,
        (times.window[1] - times.window[0]) * 1e3 if times.window else None,
    )


@dataclass(frozen=True)
class _Times:
    """The two lines of time: nanoseconds from `began_ns`, seconds within `window`."""

    began_ns: int
    length_ns: int
    window: tuple[float, float] | None

    def recorded(self, span: Span) -> Bar:
        began, took = span.start_ns - self.began_ns, max(span.end_ns - span.start_ns, 0)
        return _bar(began / self.length_ns, took / self.length_ns, began / 1e6, took / 1e6)

    def asked(self, asked: Asked | None) -> Bar | None:
        if asked is None or self.window is None or not asked.at:
            return None
        began, length = asked.at - self.window[0], max(self.window[1] - self.window[0], 1e-6)
        return _bar(began / length, 0, began * 1e3, 0)


def _lines(request: RequestReport, times: _Times, account: bool) -> Iterator[Line]:
    spans = request.trace.spans if request.trace else ()
    root = request.trace.root if request.trace else None
    depths = _depths({span.span_id: span for span in spans})
    called = {call.span.span_id for call in request.calls if call.span}
    if root:
        took = (times.window[1] - times.window[0]) * 1e3 if times.window else 0
        replayed = _bar(0, 1, 0, took) if times.window else None
        yield Line(root.name, root.library, 0, times.recorded(root), replayed, "root")
    inner = [Call(span, None, span.name) for span in spans if span is not root and span.span_id not in called]
    both = [*((call, account) for call in request.calls), *((call, False) for call in inner)]
    for call, known in sorted(both, key=lambda each: each[0].span.start_ns if each[0].span else 2**63):
        span, asked = call.span, call.asked
        library = (
            span.library if span else asked.instrumentation.replace("Instrumentation", "").lower() if asked else ""
        )
        yield Line(
            call.text,
            library,
            depths.get(span.span_id, 1) if span else 1,
            times.recorded(span) if span else None,
            times.asked(asked),
            _state(call, known),
        )


def _state(call: Call, known: bool) -> str:
    if call.asked is not None:
        return "missed" if not call.asked.found else "answered" if call.span else "elsewhere"
    if call.span is None:
        return "missed"  # the official CLI names it
    return "unasked" if known else "unknown"


def _depths(spans: Mapping[str, Span]) -> dict[str, int]:
    """Span id → how many spans it is below. What goes round in a circle ends at DEEPEST."""
    depths = {}
    for span_id, span in spans.items():
        depth, parent = 0, spans.get(span.parent_span_id)
        while parent is not None and depth < DEEPEST:
            depth, parent = depth + 1, spans.get(parent.parent_span_id)
        depths[span_id] = depth
    return depths


def _bar(left: float, width: float, began_ms: float, took_ms: float) -> Bar:
    """A bar of these shares of the line, that stays within it."""
    began = min(max(left * 100, 0.0), 100 - LEAST)
    return Bar(round(began, 2), round(min(max(width * 100, LEAST), 100 - began), 2), began_ms, took_ms)
