"""A request's spans on a line of time: as they were recorded, and when each was asked for in replay.

Recorded, a span has a beginning and an end. Of the replay, mocks.jsonl says when a test ran and the moment at which
each call was answered, and no more; the official CLI keeps no account of it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from e2e_common.artifacts.traces import Span
from e2e_common.report.model import RequestReport

SHOWN = 60
LEAST = 0.8  # percent of the width: a shorter bar could not be seen


class Bar(NamedTuple):
    """Where something lies on its line, in percent of its length, and the same in milliseconds."""

    left: float
    width: float
    began_ms: float
    took_ms: float


class Line(NamedTuple):
    """A span, or a call that was only asked for. `recorded`: None where it was not; `replayed`: None where it was not
    asked for, or where nobody knows; `state`: root, or that of its call."""

    text: str
    library: str
    recorded: Bar | None
    replayed: Bar | None
    state: str


class Waterfall(NamedTuple):
    """`more`: lines that are left out; `recorded_ms`, `replayed_ms`: how long each line of time is, 0 if not known."""

    lines: list[Line]
    more: int
    recorded_ms: float
    replayed_ms: float


def waterfall(request: RequestReport) -> Waterfall:
    """The spans of `request`."""
    root = request.trace.root if request.trace else None
    spans = [*([root] if root else []), *(call.span for call in request.calls if call.span)]
    began = min((span.start_ns for span in spans), default=0) / 1e6
    recorded_ms = max((span.end_ns for span in spans), default=0) / 1e6 - began
    since, until = request.window or (0.0, 0.0)
    replayed_ms = (until - since) * 1e3

    def recorded(span: Span) -> Bar:
        return _bar(span.start_ns / 1e6 - began, (span.end_ns - span.start_ns) / 1e6, recorded_ms)

    whole = _bar(0, replayed_ms, replayed_ms) if until else None
    lines = [Line(root.name, root.library, recorded(root), whole, "root")] if root else []
    for call in sorted(request.calls, key=lambda call: call.span.start_ns if call.span else math.inf):
        asked = _bar((call.asked.at - since) * 1e3, 0, replayed_ms) if call.asked and until else None
        lines.append(Line(call.text, call.library, recorded(call.span) if call.span else None, asked, call.state))
    return Waterfall(lines[:SHOWN], max(len(lines) - SHOWN, 0), recorded_ms, replayed_ms)


def _bar(began_ms: float, took_ms: float, whole_ms: float) -> Bar:
    """A bar on a line of this length, that stays within it."""
    percent = 100 / max(whole_ms, 1e-6)
    left = min(max(began_ms * percent, 0.0), 100 - LEAST)
    return Bar(round(left, 2), round(min(max(took_ms * percent, LEAST), 100 - left), 2), began_ms, took_ms)
