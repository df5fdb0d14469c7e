"""A request's spans on a time line: when they were recorded, and when each call was made in replay.

A recorded span has a start and an end. For the replay, mocks.jsonl contains only when a test ran and when each call was
answered; the official CLI writes no such log.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from e2e_common.artifacts.traces import Span
from e2e_common.report.model import RequestReport

SHOWN = 60
LEAST = 0.8  # percent of the width: a shorter bar would be invisible


class Bar(NamedTuple):
    """Position and length on the time line, in percent of its length and in milliseconds."""

    left: float
    width: float
    began_ms: float
    took_ms: float


class Line(NamedTuple):
    """A span, or a call that was only made in replay. `recorded`: None if it was not recorded; `replayed`: None if it
    was not made in replay, or unknown; `state`: root, or the state of its call."""

    text: str
    library: str
    recorded: Bar | None
    replayed: Bar | None
    state: str


class Waterfall(NamedTuple):
    """`more`: number of omitted lines; `recorded_ms`, `replayed_ms`: lengths of the time lines, 0 if unknown."""

    lines: list[Line]
    more: int
    recorded_ms: float
    replayed_ms: float


def waterfall(request: RequestReport) -> Waterfall:
    root = request.trace.root if request.trace else None
    spans = [*([root] if root else []), *(call.span for call in request.calls if call.span)]
    began = min((span.start_ns for span in spans), default=0) / 1e6
    recorded_ms = max((span.end_ns for span in spans), default=0) / 1e6 - began
    began_s, ended_s = request.window or (0.0, 0.0)
    replayed_ms = (ended_s - began_s) * 1e3

    def recorded(span: Span) -> Bar:
        return _bar(span.start_ns / 1e6 - began, (span.end_ns - span.start_ns) / 1e6, recorded_ms)

    whole = _bar(0, replayed_ms, replayed_ms) if ended_s else None
    lines = [Line(root.name, root.library, recorded(root), whole, "root")] if root else []
    for call in sorted(request.calls, key=lambda call: call.span.start_ns if call.span else math.inf):
        replayed = _bar((call.asked.at - began_s) * 1e3, 0, replayed_ms) if call.asked and ended_s else None
        lines.append(Line(call.text, call.library, recorded(call.span) if call.span else None, replayed, call.state))
    return Waterfall(lines[:SHOWN], max(len(lines) - SHOWN, 0), recorded_ms, replayed_ms)


def _bar(began_ms: float, duration_ms: float, total_ms: float) -> Bar:
    """Returns a bar on a time line of `total_ms`, limited to that line."""
    percent = 100 / max(total_ms, 1e-6)
    left = min(max(began_ms * percent, 0.0), 100 - LEAST)
    return Bar(round(left, 2), round(min(max(duration_ms * percent, LEAST), 100 - left), 2), began_ms, duration_ms)
