"""A request's spans on a line of time: as they were recorded, and when each was asked for in replay.

Recorded, a span has a beginning and an end. Of the replay, mocks.jsonl says when a test ran and the moment at which
each call was answered, and no more; the official CLI keeps no account of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from e2e_common.reports.model import Call, RequestReport
from e2e_common.traces import Span

SHOWN = 60
DEEPEST = 4
LEAST = 0.8  # percent of the width: a shorter bar could not be seen


class Bar(NamedTuple):
    """Where something lies on its line, in percent of its length, and the same in milliseconds."""

    left: float
    width: float
    began_ms: float
    took_ms: float


class Line(NamedTuple):
    """A span, or a call that was only asked for. `depth`: below how many others it is; `recorded`: None where it was
    not; `replayed`: None where it was not asked for, or where nobody knows; `state`: root, answered, missed (nothing
    recorded answered it), elsewhere (the recording of something else did), unasked, or unknown."""

    text: str
    library: str
    depth: int
    recorded: Bar | None
    replayed: Bar | None
    state: str


class Waterfall(NamedTuple):
    """`more`: lines that are left out; `recorded_ms`, `replayed_ms`: how long each line of time is, where known."""

    lines: list[Line]
    more: int
    recorded_ms: float | None
    replayed_ms: float | None


def waterfall(request: RequestReport, *, account: bool) -> Waterfall | None:
    """The spans of `request`, None where it has none. `account`: whether the CLI told what was asked for."""
    spans = request.trace.spans if request.trace else ()
    known = [*spans, *(call.span for call in request.calls if call.span)]
    if not known and not request.calls:
        return None
    began = min((span.start_ns for span in known), default=0) / 1e6
    recorded_ms = max((span.end_ns for span in known), default=0) / 1e6 - began
    since, until = request.window if account and request.window else (0.0, 0.0)
    replayed_ms = (until - since) * 1e3

    def recorded(span: Span | None) -> Bar | None:
        took = (span.end_ns - span.start_ns) / 1e6 if span else 0
        return _bar(span.start_ns / 1e6 - began, max(took, 0), recorded_ms) if span else None

    def asked(call: Call) -> Bar | None:
        at = call.asked.at if call.asked else 0
        return _bar((at - since) * 1e3, 0, replayed_ms) if at and until else None

    depths = _depths({span.span_id: span for span in spans})
    lines = []
    if root := request.trace.root if request.trace else None:
        whole = _bar(0, replayed_ms, replayed_ms) if until else None
        lines.append(Line(root.name, root.library, 0, recorded(root), whole, "root"))
    for call, state in sorted(_calls(request, account), key=lambda each: _begin(each[0])):
        depth = depths.get(call.span.span_id, 1) if call.span else 1
        lines.append(Line(call.text, _library(call), depth, recorded(call.span), asked(call), state))
    more = max(len(lines) - SHOWN, 0)
    return Waterfall(lines[:SHOWN], more, recorded_ms if known else None, replayed_ms if until else None)


def _calls(request: RequestReport, account: bool) -> Iterator[tuple[Call, str]]:
    """Its calls, and the spans of its trace that are none, each with its state."""
    called = {call.span.span_id for call in request.calls if call.span}
    for call in request.calls:
        if call.asked is not None:
            yield call, "missed" if call.is_missed else "answered" if call.span else "elsewhere"
        else:  # of the calls without a span the official CLI names those that were missed
            yield call, "missed" if call.is_missed else "unasked" if account else "unknown"
    for span in request.trace.spans if request.trace else ():
        if span is not request.trace.root and span.span_id not in called:  # type: ignore[union-attr]
            yield Call(span, None, span.name), "unknown"


def _begin(call: Call) -> float:
    """What was not recorded comes last."""
    return call.span.start_ns if call.span else math.inf


def _library(call: Call) -> str:
    if call.span:
        return call.span.library
    return call.asked.instrumentation.replace("Instrumentation", "").lower() if call.asked else ""


def _depths(spans: Mapping[str, Span]) -> dict[str, int]:
    """Span id → how many spans it is below. What goes round in a circle ends at DEEPEST."""
    depths = {}
    for span_id, span in spans.items():
        depth, parent = 0, spans.get(span.parent_span_id)
        while parent is not None and depth < DEEPEST:
            depth, parent = depth + 1, spans.get(parent.parent_span_id)
        depths[span_id] = depth
    return depths


def _bar(began_ms: float, took_ms: float, whole_ms: float) -> Bar:
    """A bar on a line of this length, that stays within it."""
    percent = 100 / max(whole_ms, 1e-6)
    left = min(max(began_ms * percent, 0.0), 100 - LEAST)
    return Bar(round(left, 2), round(min(max(took_ms * percent, LEAST), 100 - left), 2), began_ms, took_ms)
