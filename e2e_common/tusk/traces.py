"""Trace files as tests and as pools of mocks."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from e2e_common.artifacts.traces import MalformedTrace, Span, parse_trace, uncollected
from e2e_common.tusk import ReplayError
from e2e_common.tusk.comparison import decode_recorded

SKIPPED_FROM_STATUS = 300


class Test:
    """One recorded inbound request, and all spans of its file. A request that cannot be sent is a failing test and does
    not stop the others, as in the official CLI: `problem` says why, or is ""."""

    __test__ = False  # not a test for pytest

    def __init__(self, root: Span, spans: list[Span]) -> None:
        """Raises TypeError or ValueError if the recorded response is malformed."""
        value, answer = root.input_value, root.output_value
        self.root, self.spans, self.trace_id = root, spans, root.trace_id
        self.method, self.path = str(value.get("method")), str(value.get("target"))
        headers = value.get("headers") or {}
        self.headers = {name: text for name, text in headers.items() if isinstance(text, str) and text}
        self.problem = "" if value.get("method") and value.get("target") else "the root span is no HTTP request"
        self.body = b""
        try:
            self.body = base64.b64decode(value.get("body") or "", validate=True)
        except (TypeError, ValueError) as error:
            self.problem = f"failed to decode request body: {error}"
        self.expected_status = int(answer.get("statusCode") or 200)
        self.expected_body = decode_recorded(answer.get("body"))


@dataclass
class LoadedTraces:
    """`suite`: calls before the application was ready, then all spans of tests. A file without a root span is no test,
    as in the official CLI."""

    tests: list[Test]
    suite: list[Span]


@uncollected()
def load(folder: Path) -> LoadedTraces:
    """Load all trace files in `folder`. Raises ReplayError for a line that is not a span."""
    tests: list[Test] = []
    pre_app_start: list[Span] = []
    for path in sorted(folder.rglob("*.jsonl")):
        try:
            spans = parse_trace(path.name, path.read_bytes())
            pre_app_start += (span for span in spans if span.is_pre_app_start)
            root = next((span for span in spans if span.is_root), None)
            if root is not None:
                tests.append(Test(root, spans))
        except (TypeError, ValueError, RecursionError, MalformedTrace, OSError) as error:
            raise ReplayError(f"failed to load tests: malformed span in {path}: {error!r}") from error
    in_order = [*pre_app_start, *(span for test in tests for span in test.spans)]
    suite = list({(span.trace_id, span.span_id): span for span in in_order}.values())
    return LoadedTraces([test for test in tests if test.expected_status < SKIPPED_FROM_STATUS], suite)


def snapshot_of(recording: LoadedTraces) -> dict[str, str]:
    """The newest recorded process environment; empty if none was recorded."""
    spans = [span for span in recording.suite if span.name == "ENV_VARS_SNAPSHOT"]
    newest = max(spans, key=lambda span: span.start_ns, default=None)
    variables = newest.output_value.get("ENV_VARS") if newest is not None else None
    return {str(name): str(value) for name, value in variables.items()} if isinstance(variables, dict) else {}


def by_start(spans: Iterable[Span]) -> list[Span]:
    """Oldest first, a missing time first of all, ties by span id."""
    return sorted(spans, key=lambda span: (span.start_ns, span.span_id))
