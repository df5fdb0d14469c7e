"""Say in words what the application asked for, and what recorded call comes nearest when nothing answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from e2e_common.call_text import describe
from e2e_common.facts import differing, equal_as_json
from e2e_common.replay.matching import MAX_CANDIDATES, Matcher, Request, reduced_hash
from e2e_common.replay.similarity import scalar_text, similarity
from e2e_common.traces import Span

MAX_CLOSEST = 3


@dataclass(frozen=True)
class Miss:
    """Why a request found nothing. `closest`: at most three recorded calls, as in mocks.jsonl, nearest first."""

    closest: list[dict[str, str]]
    note: str


def explain_miss(request: Request, matcher: Matcher) -> Miss:
    """The recorded calls nearest to a request that found none, and whether it stands in a file without a root span."""
    recording = matcher.recording
    rootless = [span for spans in recording.rootless.values() for span in spans]
    split = next((span for span in rootless if _answers(span, request)), None)
    note = f"recorded, but in {_file(matcher, split)}, which has no root span (split trace)" if split else ""
    test_id = request.test_id or matcher.current
    candidates = [span for span in recording.suite + rootless if not span.is_root and _same_library(span, request)]
    candidates.sort(key=lambda span: span.trace_id != test_id)  # the test's own calls first; the sort is stable
    nearest = sorted(
        candidates[:MAX_CANDIDATES], key=lambda span: similarity(span.input_value, request.value), reverse=True
    )
    return Miss([_closest(span, request, matcher) for span in nearest[:MAX_CLOSEST]], note)


def _answers(span: Span, request: Request) -> bool:
    if request.value_hash and span.raw.get("inputValueHash") == request.value_hash:
        return True
    return bool(request.reduced) and reduced_hash(span.input_value, span.raw.get("inputSchema")) == request.reduced


def _same_library(span: Span, request: Request) -> bool:
    return span.package_name == request.package or span.instrumentation_name == request.instrumentation


def _closest(span: Span, request: Request, matcher: Matcher) -> dict[str, str]:
    difference = _difference(span.input_value, request.value)
    if not difference and span.is_pre_app_start != request.is_pre_app_start:
        recorded, asked = ("before", "after") if span.is_pre_app_start else ("after", "before")
        difference = f"recorded {recorded} the application was ready, asked {asked}"
    return {
        "trace_id": span.trace_id,
        "span_id": span.span_id,
        "file": _file(matcher, span),
        "asked": describe(span.name, span.input_value),
        "difference": difference or "the same input, but in another trace's file or by another instrumentation",
    }


def _difference(recorded: Any, asked: Any) -> str:
    """The first part that differs; empty when there is none."""
    for path, one, other in differing(recorded, asked, equal_as_json):
        return f"{path}: {scalar_text(one)[:120]} recorded, {scalar_text(other)[:120]} asked"
    return ""


def _file(matcher: Matcher, span: Span) -> str:
    return matcher.recording.files.get((span.trace_id, span.span_id), "")
