"""Trace files as tests and as pools of mocks (replay protocol, sections 8.1, 9 and 10)."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from e2e_common.artifacts.traces import MalformedTrace, Span, parse_trace, uncollected
from e2e_common.tusk import ReplayError
from e2e_common.tusk.comparison import decode_recorded

SKIPPED_FROM_STATUS = 300
SNAPSHOT = "ENV_VARS_SNAPSHOT"


@dataclass(frozen=True)
class Test:
    """One recorded inbound request. `problem`: why it cannot be sent, or ""; `expected_body`: from
    comparison.decode_recorded."""

    __test__ = False  # not a test for pytest

    root: Span
    spans: tuple[Span, ...]
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    problem: str
    expected_status: int
    expected_body: Any

    @property
    def trace_id(self) -> str:
        return self.root.trace_id


@dataclass
class LoadedTraces:
    """All loaded traces. `suite`: the suite pool, in order; calls before the application was ready come first. A file
    without a root span is no test, as in the official CLI."""

    tests: list[Test] = field(default_factory=list)
    suite: list[Span] = field(default_factory=list)


@uncollected()
def load(folder: Path) -> LoadedTraces:
    """Load all trace files in `folder`. Raises ReplayError for a line that is not a span."""
    recording = LoadedTraces()
    pre_app_start: list[Span] = []
    of_tests: list[Span] = []
    for path in sorted(folder.rglob("*.jsonl")):
        try:
            spans = parse_trace(path.name, path.read_bytes())
            pre_app_start += (span for span in spans if span.is_pre_app_start)
            root = next((span for span in spans if span.is_root), None)
            if root is not None:
                of_tests += spans
                recording.tests.append(_test(root, spans))
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError, MalformedTrace, OSError) as error:
            raise ReplayError(f"failed to load tests: malformed span in {path}: {error!r}") from error
    recording.tests = [test for test in recording.tests if test.expected_status < SKIPPED_FROM_STATUS]
    recording.suite = list({(span.trace_id, span.span_id): span for span in pre_app_start + of_tests}.values())
    return recording


def snapshot_of(recording: LoadedTraces) -> dict[str, str]:
    """The newest recorded process environment (section 16.4); empty if none was recorded."""
    spans = [span for span in recording.suite if span.name == SNAPSHOT]
    newest = max(spans, key=lambda span: span.start_ns, default=None)
    variables = newest.output_value.get("ENV_VARS") if newest is not None else None
    return {str(name): str(value) for name, value in variables.items()} if isinstance(variables, dict) else {}


def _test(root: Span, spans: list[Span]) -> Test:
    """The root span as a request to send. One that cannot be sent is a failing test and does not stop the others, as in
    the official CLI. Raises several kinds of errors if the response or the headers are malformed."""
    value, answer = root.input_value, root.output_value
    method, path, body = value.get("method"), value.get("target"), b""
    problem = "" if method and path else "the root span is no HTTP request"
    try:
        body = base64.b64decode(value.get("body") or "", validate=True)
    except (TypeError, ValueError) as error:
        problem = f"failed to decode request body: {error}"
    return Test(
        root=root,
        spans=tuple(spans),
        method=str(method),
        path=str(path),
        headers={name: text for name, text in value.get("headers", {}).items() if isinstance(text, str) and text},
        body=body,
        problem=problem,
        expected_status=int(answer.get("statusCode") or 200),
        expected_body=decode_recorded(answer.get("body")),
    )


def by_start(spans: Iterable[Span]) -> list[Span]:
    """Oldest first, a missing time first of all, ties by span id (section 8.1)."""
    return sorted(spans, key=lambda span: (span.start_ns, span.span_id))
