"""The recorded calls that are most similar to a call without a match."""

from __future__ import annotations

from e2e_common.artifacts.call_text import scalar_text, text_of
from e2e_common.artifacts.facts import differing, equal_as_json
from e2e_common.artifacts.traces import Span
from e2e_common.tusk.matching import MAX_CANDIDATES, Matcher, Request
from e2e_common.tusk.similarity import similarity

MAX_CLOSEST = 3


def closest(request: Request, matcher: Matcher) -> list[dict[str, str]]:
    """At most three recorded calls in the form of mocks.jsonl, most similar first."""
    test_id = request.test_id or matcher.current
    candidates = [span for span in matcher.recording.suite if not span.is_root and _same_library(span, request)]
    candidates.sort(key=lambda span: span.trace_id != test_id)  # the test's own calls first (stable sort)
    nearest = sorted(
        candidates[:MAX_CANDIDATES], key=lambda span: similarity(span.input_value, request.value), reverse=True
    )
    return [
        {
            "trace_id": span.trace_id,
            "span_id": span.span_id,
            "asked": text_of(span),
            "difference": _difference(span, request),
        }
        for span in nearest[:MAX_CLOSEST]
    ]


def _same_library(span: Span, request: Request) -> bool:
    return span.package_name == request.package or span.instrumentation_name == request.instrumentation


def _difference(span: Span, request: Request) -> str:
    """The first difference in the inputs. If there is none, the reason why the call is no match."""
    for path, one, other in differing(span.input_value, request.value, equal_as_json):
        return f"{path}: {scalar_text(one)[:120]} recorded, {scalar_text(other)[:120]} asked"
    if span.is_pre_app_start != request.is_pre_app_start:
        recorded, requested = ("before", "after") if span.is_pre_app_start else ("after", "before")
        return f"recorded {recorded} the application was ready, asked {requested}"
    return "the same input, but in another trace's file or by another instrumentation"
