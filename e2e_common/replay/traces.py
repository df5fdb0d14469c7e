"""From trace files to tests and to the pools that mocks are taken from (replay protocol, sections 8.1, 9 and 10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from e2e_common.replay.comparison import decode_recorded
from e2e_common.replay.depth import MAX_LEVELS, TOO_DEEP, is_too_deep
from e2e_common.replay.golang import decode_base64
from e2e_common.traces import MalformedTrace, Span, parse_trace

SKIPPED_FROM_STATUS = 300
SNAPSHOT = "ENV_VARS_SNAPSHOT"


class LoadError(Exception):
    """The traces cannot be loaded; the message says which file and why."""


@dataclass(frozen=True)
class Test:
    """One recorded inbound request. `expected_body`: as comparison.decode_recorded returns it."""

    __test__ = False  # not pytest's

    trace_id: str
    file: str
    root: Span
    spans: tuple[Span, ...]
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    expected_status: int
    expected_body: Any


@dataclass
class Recording:
    """Everything that was loaded. `suite`: the suite pool, in order; `rootless`: file name → spans of files that form
    no test, which the official CLI does not look into either; `skipped`: tests not run for their recorded status."""

    tests: list[Test] = field(default_factory=list)
    skipped: int = 0
    suite: list[Span] = field(default_factory=list)
    rootless: dict[str, list[Span]] = field(default_factory=dict)
    files: dict[tuple[str, str], str] = field(default_factory=dict)  # (trace id, span id) → file name


def load(folder: Path) -> Recording:
    """Load every trace file below `folder`. Raises LoadError for a missing folder, or a line that is not a span."""
    if not folder.is_dir():
        raise LoadError(f"traces folder {folder} does not exist: record first, or name another with --trace-dir")
    recording = Recording()
    pre_app_start: list[Span] = []
    of_tests: list[Span] = []
    for path in sorted(folder.rglob("*.jsonl")):
        spans = _parse(path)
        recording.files.update({(span.trace_id, span.span_id): path.name for span in spans})
        pre_app_start += (span for span in spans if span.is_pre_app_start)
        root = next((span for span in spans if span.is_root), None)
        if root is None:
            recording.rootless[path.name] = spans
            continue
        of_tests += spans
        test = _test(path.name, root, spans)
        if test.expected_status >= SKIPPED_FROM_STATUS:
            recording.skipped += 1
        else:
            recording.tests.append(test)
    pool: dict[tuple[str, str], Span] = {}
    for span in pre_app_start + of_tests:
        pool.setdefault((span.trace_id, span.span_id), span)
    recording.suite = list(pool.values())
    return recording


def snapshot_of(recording: Recording) -> dict[str, str]:
    """The recorded process environment (section 16.4), newest first come; empty when none was recorded."""
    spans = [span for span in recording.suite if span.name == SNAPSHOT]
    newest = max(spans, key=lambda span: span.start_ns, default=None)
    variables = newest.output_value.get("ENV_VARS") if newest is not None else None
    return {str(name): str(value) for name, value in variables.items()} if isinstance(variables, dict) else {}


def _parse(path: Path) -> list[Span]:
    try:
        spans = parse_trace(path.name, path.read_bytes())
    except (MalformedTrace, OSError) as error:
        raise LoadError(f"malformed span in {path}: {error}") from error
    for span in spans:
        values_too_deep = is_too_deep(span.input_value) or is_too_deep(span.output_value)
        if values_too_deep or is_too_deep(span.raw, 2 * MAX_LEVELS + 2):  # a schema has two levels for each of a value
            raise LoadError(f"a span is {TOO_DEEP}: {span.span_id} ({span.name}) in {path}")
    return spans


def _test(file: str, root: Span, spans: list[Span]) -> Test:
    """The root span as a request to send. Raises LoadError where it is none of HTTP, as the Python SDK records one."""
    asked, answer = root.input_value, root.output_value
    try:
        return Test(
            trace_id=root.trace_id,
            file=file,
            root=root,
            spans=tuple(spans),
            method=asked["method"],
            path=asked["target"],
            headers={key: value for key, value in asked.get("headers", {}).items() if isinstance(value, str) and value},
            body=decode_base64(asked.get("body") or ""),
            expected_status=int(answer.get("statusCode") or 200),
            expected_body=decode_recorded(answer.get("body")),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise LoadError(f"malformed span in {file}: root span {root.span_id}: {error!r}") from error


def by_start(spans: Iterable[Span]) -> list[Span]:
    """Oldest first, a missing time before all others, ties by span id (section 8.1)."""
    return sorted(spans, key=lambda span: (span.start_ns, span.span_id))
