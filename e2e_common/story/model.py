"""What a run did, request by request: the judge's evidence in the order in which a person reads it.

Imported only where a run is red, or where somebody asks. It reads what the judge reads, and result.json.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from e2e_common.artifacts import Artifacts
from e2e_common.call_text import text_of
from e2e_common.decoding import Asked, Request
from e2e_common.errors import usage
from e2e_common.evidence import Evidence, TraceFile
from e2e_common.failure import Failure
from e2e_common.judging import load_artifacts
from e2e_common.known_failures import START, Entry
from e2e_common.results import Result
from e2e_common.rules.recording import is_call, rootless_files
from e2e_common.run_folder import RunFolder
from e2e_common.story.differing import ABSENT, Difference, differences
from e2e_common.traces import Span
from e2e_common.verdict import FAILED, KNOWN, PASSED, Verdict, judge

__all__ = ["ABSENT", "Call", "Difference", "RequestStory", "Story", "differences", "load", "tell", "text_of"]


@dataclass(frozen=True)
class Call:
    """An outbound call, recorded (`span`) or asked for in replay (`asked`), mostly both. A call that was asked for
    twice is there twice. Without `span` nothing of this request's recording answered it; without either, the official
    CLI names it as one without a recorded answer. `text`: it in one line."""

    span: Span | None
    asked: Asked | None
    text: str


@dataclass(frozen=True)
class RequestStory:
    """Everything about one request. `known`: its known failures, each with its entry of known_failures.yaml; `stray`:
    its trace files without a root span, and those beyond its first; `window`: when its test ran in replay, in seconds
    since the epoch (bundled CLI); `warnings` and `leaks`: its rows of result.json."""

    request: Request
    verdict: str
    reason: str
    failures: tuple[Failure, ...]
    known: tuple[tuple[Failure, Entry], ...]
    trace: TraceFile | None
    stray: tuple[TraceFile, ...]
    calls: tuple[Call, ...]
    result: Result | None
    window: tuple[float, float] | None
    warnings: tuple[dict[str, Any], ...]
    leaks: tuple[dict[str, Any], ...]

    @property
    def name(self) -> str:
        return self.request.name

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries of known_failures.yaml that know something of it, each once."""
        return tuple({entry.place: entry for _, entry in self.known}.values())


@dataclass(frozen=True)
class Story:
    """A run. `result`: result.json as it is on disk, or of the judge where it is not there or not sound; `requests` in
    the order of sending; `start`: what the application asked for before it was ready, None where there was nothing;
    `other`: the failures of no request; `under_way`: a run is at work there, and has no verdict yet."""

    folder: RunFolder
    verdict: Verdict
    result: dict[str, Any]
    requests: tuple[RequestStory, ...]
    start: RequestStory | None
    other: tuple[Failure, ...]
    under_way: bool = False

    @property
    def evidence(self) -> Evidence:
        return self.verdict.evidence

    @property
    def is_older(self) -> bool:
        """Whether result.json is of a run that ended before it had artifacts: those here are of the run before it."""
        return bool(self.requests) and not self.result["tests"]

    @cached_property
    def by_name(self) -> dict[str, RequestStory]:
        """Name → story, `(start)` too."""
        return {story.name: story for story in (*self.requests, *([self.start] if self.start else []))}


def load(folder: RunFolder, suite_dir: Path) -> Story:
    """The story of the last run in `folder`, whatever state it is in. Raises HarnessError (2) where there is none."""
    found = load_artifacts(folder, suite_dir)
    document = _result_on_disk(folder)
    if document is None and replace(found, known_failures=None, known_causes=None) == Artifacts():
        raise usage(f"there is no run in {folder.root}: make e2e-{folder.root.name.rpartition('-')[0]} first")
    return replace(tell(folder, judge(found), document), under_way=folder.is_under_way())


def tell(folder: RunFolder, verdict: Verdict, document: Any = None) -> Story:
    """The story of a verdict. `document`: result.json, where there is one."""
    result = verdict.result()
    evidence = verdict.evidence
    known = {request.name for request in evidence.requests}
    teller = _Teller(verdict, result)
    return Story(
        folder=folder,
        verdict=verdict,
        result=document if _is_sound(document, result) else result,
        requests=tuple(map(teller.request, evidence.requests)),
        start=teller.start(),
        other=tuple(f for f in verdict.failures if f.request not in known and f.request != START),
    )


class _Teller:
    """Gathers what belongs to a request from a verdict; what many requests need is looked up once."""

    def __init__(self, verdict: Verdict, result: dict[str, Any]) -> None:
        self._verdict, self._result = verdict, result
        self._evidence = evidence = verdict.evidence
        self._rootless = rootless_files(evidence)
        self._windows = {
            test.trace_id: (test.started, test.ended) for test in (evidence.mocks.tests if evidence.mocks else ())
        }
        self._asked: dict[str, list[Asked]] = defaultdict(list)
        for asked in evidence.mocks.asked if evidence.mocks else ():
            of_start = asked.pre_app_start and asked.trace_id not in evidence.by_trace
            self._asked[START if of_start else asked.trace_id].append(asked)

    def request(self, request: Request) -> RequestStory:
        files = self._evidence.recorded(request)
        trace = files[0] if files else None
        trace_id = trace.trace_id if trace else ""
        spans = [span for span in trace.spans if is_call(span)] if trace else []
        calls = _pair(spans, self._asked[trace_id] if trace_id else [])
        if trace_id in self._evidence.missing:
            calls += [Call(None, None, text) for text in self._evidence.missing[trace_id].calls]
        verdict, reason = self._verdict.status(request)
        return self._story(
            request, verdict, reason, trace, (*self._rootless.get(request.number, []), *files[1:]), calls
        )

    def start(self) -> RequestStory | None:
        """Of what the application asks for before it is ready, as if it were a request of the name `(start)`."""
        files = [file for file in self._evidence.files if any(span.is_pre_app_start for span in file.spans)]
        spans = [span for file in files for span in file.spans if span.is_pre_app_start and span.raw.get("kind") == 3]
        calls = _pair(spans, self._asked[START])
        failed = [failure.message for failure in self._verdict.failures if failure.request == START]
        known = [entry.cause.title for failure, entry in self._verdict.known if failure.request == START]
        if not (calls or failed or known):
            return None
        verdict = FAILED if failed else KNOWN if known else PASSED
        request = Request(0, START, "", "", 0.0, 0.0, None, None, (), {}, False, {}, (), 0)
        return self._story(request, verdict, next(iter(failed or known), ""), None, tuple(files), calls)

    def _story(
        self,
        request: Request,
        verdict: str,
        reason: str,
        trace: TraceFile | None,
        stray: tuple[TraceFile, ...],
        calls: list[Call],
    ) -> RequestStory:
        trace_id = trace.trace_id if trace else ""
        return RequestStory(
            request=request,
            verdict=verdict,
            reason=reason,
            failures=tuple(f for f in self._verdict.failures if f.request == request.name),
            known=tuple((f, entry) for f, entry in self._verdict.known if f.request == request.name),
            trace=trace,
            stray=stray,
            calls=tuple(calls),
            result=self._counting(trace_id),
            window=self._windows.get(trace_id),
            warnings=tuple(row for row in self._result["warnings"] if row["request"] == request.name),
            leaks=tuple(row for row in self._result["leaks"] if row["request"] == request.name),
        )

    def _counting(self, trace_id: str) -> Result | None:
        """The result that counts: of the second run, where there was one."""
        again = self._evidence.again.get(trace_id)
        second = [result for result in again.results if result.test_id == trace_id] if again else []
        return next(iter([*second, *self._evidence.results_by_id.get(trace_id, [])]), None)


def _pair(spans: Iterable[Span], asked: Iterable[Asked]) -> list[Call]:
    """The recorded calls in the order of their start, each with what asked for it; then what was asked for beyond."""
    by_span: dict[tuple[str, str], list[Asked]] = defaultdict(list)
    for each in asked:
        by_span[each.matched_trace, each.matched_span].append(each)
    calls = []
    for span in sorted(spans, key=lambda span: span.start_ns):
        askers = by_span.pop((span.trace_id, span.span_id), [])
        calls += [Call(span, each, text_of(span)) for each in askers] or [Call(span, None, text_of(span))]
    beyond = (each for askers in by_span.values() for each in askers)
    return calls + [Call(None, each, each.asked) for each in sorted(beyond, key=lambda each: each.at)]


def _result_on_disk(folder: RunFolder) -> Any:
    try:
        return json.loads(folder.result.read_bytes()) if folder.result.is_file() else None
    except (OSError, ValueError, RecursionError):
        return None


def _is_sound(found: Any, model: Any) -> bool:
    """Whether `found` has the keys of `model` and its kinds of values, so that who reads it need not ask. (Which
    versions there are, the run says; an empty list of the model says nothing about rows.)"""
    if isinstance(model, dict):
        wanted = {key: value for key, value in model.items() if key != "versions"}
        same = isinstance(found, dict) and all(key in found and _is_sound(found[key], wanted[key]) for key in wanted)
        return same and ("versions" not in model or isinstance(found.get("versions"), dict))
    if isinstance(model, list):
        return isinstance(found, list) and all(_is_sound(row, model[0] if model else {}) for row in found)
    return not isinstance(found, (dict, list))
