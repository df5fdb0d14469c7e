"""The data model of all reports: a run, its result, and the judge's evidence for each request, in reading order. `of`
creates it from a verdict; `load` judges artifacts first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from e2e_common.artifacts.call_text import text_of
from e2e_common.artifacts.decoding import Asked, Request
from e2e_common.artifacts.expectation import Expectation
from e2e_common.artifacts.facts import Part
from e2e_common.artifacts.failure import Failure
from e2e_common.artifacts.files import Artifacts, bytes_of
from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.artifacts.traces import Span
from e2e_common.judge import result_json
from e2e_common.judge.evidence import Evidence, TraceFile
from e2e_common.judge.judging import Outcome, load_artifacts
from e2e_common.judge.known_failures import START, Entry
from e2e_common.judge.results import Result
from e2e_common.judge.rules.recording import is_call, rootless_files
from e2e_common.judge.verdict import FAILED, KNOWN, PASSED, Verdict, judge
from e2e_common.report.rerun import Rerun, rerun
from e2e_common.report.values import differences
from e2e_common.setup.suites import name_of
from e2e_common.util.command_line import BANNERS, DEFAULT_PORT
from e2e_common.util.errors import Code, usage
from e2e_common.util.paths import shown

NO_RESULT = "none"  # instead of passed, failed or error
LATEST = 1e11  # seconds since the epoch; above, it is no date
ANSWERED, MISSED, ELSEWHERE, UNASKED, UNKNOWN = "answered", "missed", "elsewhere", "unasked", "unknown"


@dataclass(frozen=True)
class Call:
    """An outbound call, recorded (`span`), made in replay (`asked`), or both; a call that was made twice is listed
    twice. `text`: the call on one line. `state`: ANSWERED; MISSED: no recorded answer; ELSEWHERE: answered from another
    request's recording; UNASKED: recorded but not made in replay; or UNKNOWN."""

    span: Span | None
    asked: Asked | None
    text: str
    state: str

    @property
    def is_wrong(self) -> bool:
        """Whether the replay did not answer it exactly once, with its own recording."""
        inexact = self.asked is not None and (self.asked.reused or self.asked.by != "value")
        return inexact or self.state not in (ANSWERED, UNKNOWN)

    @property
    def library(self) -> str:
        if self.span:
            return self.span.library
        return self.asked.instrumentation.replace("Instrumentation", "").lower() if self.asked else ""


@dataclass(frozen=True)
class RequestReport:
    """Everything about one request. `known`: its known failures, each with its entry of known_failures.yaml. `trace`:
    its trace. `files`: its trace files: first that of `trace`, then those without a root span, then the others.
    `result`: the one that counts. `window`: when its test ran in replay, in seconds since the epoch (bundled CLI)."""

    request: Request
    verdict: str
    reason: str
    failures: tuple[Failure, ...]
    known: tuple[tuple[Failure, Entry], ...]
    trace: TraceFile | None
    files: tuple[TraceFile, ...]
    calls: tuple[Call, ...]
    result: Result | None
    window: tuple[float, float] | None

    @property
    def name(self) -> str:
        return self.request.name

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries of known_failures.yaml that match one of its failures, each once."""
        return tuple({entry.place: entry for _, entry in self.known}.values())

    @cached_property
    def differences(self) -> list[Part]:
        """The parts of its response that differ from the recorded one; empty where its test passed or did not run."""
        return differences(self.result) if self.result and not self.result.passed else []


@dataclass(frozen=True)
class RunReport:
    """A run. `result`: result.json, or the judge's result where the file is missing or invalid; `requests`: in the
    order sent; `start`: the calls that the application made before it was ready, or None."""

    folder: RunFolder
    suite_dir: Path
    result: Mapping[str, Any]
    verdict: Verdict
    requests: tuple[RequestReport, ...]
    start: RequestReport | None

    @property
    def suite(self) -> str:
        return str(self.result["suite"])

    @property
    def code(self) -> int:
        return int(self.result["code"])

    @property
    def reason(self) -> str:
        return str(self.result["reason"])

    @cached_property
    def rerun(self) -> Rerun:
        """The commands that rerun it: those in result.json, else commands without options."""
        port = self.folder.root.name.rpartition("-")[2]
        number = int(port) if port.isdecimal() else DEFAULT_PORT
        saved = self.result.get("rerun")
        return Rerun(**saved) if saved else rerun(self.suite_dir, name_of(self.suite_dir), number, "e2e", BANNERS, {})

    @property
    def evidence(self) -> Evidence:
        return self.verdict.evidence

    @cached_property
    def by_name(self) -> dict[str, RequestReport]:
        """Name → request, including `(start)`."""
        return {request.name: request for request in (*self.requests, *([self.start] if self.start else []))}

    @cached_property
    def failed(self) -> list[RequestReport]:
        """The failed requests, the one in the run's reason first."""
        return sorted((r for r in self.requests if r.verdict == FAILED), key=lambda r: not self.is_reason(r))

    def is_reason(self, request: RequestReport) -> bool:
        return self.reason.startswith(f"{request.name!r}: ")

    @property
    def others(self) -> list[str]:
        """The failures that belong to no request, one line each, cause first."""
        if self.code == Code.PASSED:
            return []
        names = {request.name for request in self.requests}
        lines = [failure.line() for failure in self.verdict.failures if failure.request not in names]
        return lines if any(map(self.is_reason, self.failed)) or self.reason in lines else [self.reason, *lines]

    @property
    def past_the_instrumentation(self) -> list[dict[str, Any]]:
        """Connections to sentinels, and warnings of the SDK: rows with `request`, `what` and `expected`."""
        leaks = [{**row, "what": f"{row['service']}: {row['what']}"} for row in self.result["leaks"]]
        return leaks + [{**row, "what": f"{row['kind']} {row['method']}".rstrip()} for row in self.result["warnings"]]

    @property
    def began(self) -> float:
        """When the first request was sent, in seconds since the epoch; 0 where unknown."""
        return next((r.request.started for r in self.requests[:1] if 0 < r.request.started < LATEST), 0.0)

    def path(self, name: str = "") -> str:
        """The displayed path of the artifact `name`."""
        return shown(self.folder.root / name)


def of_outcome(outcome: Outcome, folder: RunFolder, suite_dir: Path) -> RunReport:
    """Returns the report of a run that has just ended."""
    return of(folder, suite_dir, outcome.verdict or _nothing(), outcome.result)


def load(folder: RunFolder, suite_dir: Path) -> RunReport:
    """Returns the report of the last run in `folder`. Raises HarnessError (2) if there is none, or if it is still
    running."""
    if folder.is_under_way():
        raise usage(f"the run in {shown(folder.root)} is under way, and has no verdict yet: wait for its end")
    loaded, data = load_artifacts(folder, suite_dir), read(folder.result)
    if not data and replace(loaded, known_failures=None, known_causes=None) == Artifacts():
        raise usage(f"there is no run in {folder.root}: make e2e-{folder.root.name.rpartition('-')[0]} first")
    verdict = judge(loaded)
    result = result_json.read(data) or verdict.result()  # where the file is invalid, or of another version
    is_current = result["tests"] or not verdict.evidence.requests  # else the artifacts are an older run's
    return of(folder, suite_dir, verdict if is_current else _nothing(), result)


def without(folder: RunFolder, suite_dir: Path, problem: str) -> RunReport:
    """Returns the report of a suite without a run. `problem`: why there is none."""
    result = {**_nothing().result(), "suite": name_of(suite_dir), "reason": problem, "checks": {}}
    result |= {"verdict": NO_RESULT, "code": int(Code.NOTHING_VERIFIED)}
    return of(folder, suite_dir, _nothing(), result)


def of(folder: RunFolder, suite_dir: Path, verdict: Verdict, result: Mapping[str, Any]) -> RunReport:
    """Returns the report of a verdict. `result`: the document of result.json."""
    gathering = _Gathering(verdict)
    requests = tuple(map(gathering.request, verdict.evidence.requests))
    return RunReport(folder, suite_dir, result, verdict, requests, gathering.start())


def read(path: Path) -> bytes:
    """Returns the file's content; empty where it is missing or cannot be read."""
    try:
        return bytes_of(path)
    except OSError:
        return b""


def _nothing() -> Verdict:
    """A verdict over no artifacts."""
    return replace(judge(Artifacts()), failures=())


class _Gathering:
    """Collects what belongs to each request from a verdict. Builds the shared indexes once."""

    def __init__(self, verdict: Verdict) -> None:
        self._verdict = verdict
        self._evidence = evidence = verdict.evidence
        self._rootless = rootless_files(evidence)
        tests = evidence.mocks.tests if evidence.mocks else ()
        self._windows = {test.trace_id: (test.started, test.ended) for test in tests}
        self._asked: dict[str, list[Asked]] = defaultdict(list)
        for mock in evidence.mocks.asked if evidence.mocks else ():
            of_start = mock.pre_app_start and mock.trace_id not in evidence.by_trace
            self._asked[START if of_start else mock.trace_id].append(mock)

    def request(self, request: Request) -> RequestReport:
        files = self._evidence.recorded(request)
        trace = files[0] if files else None
        trace_id = trace.trace_id if trace else ""
        spans = [span for span in trace.spans if is_call(span)] if trace else []
        missing = self._evidence.missing.get(trace_id)
        calls = _pair(spans, self._asked[trace_id] if trace_id else [], is_complete=trace_id in self._windows)
        calls += [Call(None, None, text, MISSED) for text in missing.calls] if missing else []
        files = [*files[:1], *self._rootless.get(request.number, []), *files[1:]]
        return self._report(request, *self._verdict.status(request), trace, files, calls)

    def start(self) -> RequestReport | None:
        """The calls that the application makes before it is ready, as a request named `(start)`."""
        files = [file for file in self._evidence.files if any(span.is_pre_app_start for span in file.spans)]
        spans = [span for file in files for span in file.spans if span.is_pre_app_start and span.raw.get("kind") == 3]
        calls = _pair(spans, self._asked[START], is_complete=self._evidence.mocks is not None)
        failed = [failure.message for failure in self._verdict.failures if failure.request == START]
        known = [entry.cause.title for failure, entry in self._verdict.known if failure.request == START]
        if not (calls or failed or known):
            return None
        verdict = FAILED if failed else KNOWN if known else PASSED
        request = Request(
            0, START, "", "", 0, 0, None, None, (), {}, False, {}, (), 0, (), 0, "", True, 0, {}, (), (), (), {},
            Expectation(),
        )  # fmt: skip
        return self._report(request, verdict, next(iter(failed or known), ""), None, files, calls)

    def _report(
        self,
        request: Request,
        verdict: str,
        reason: str,
        trace: TraceFile | None,
        files: Iterable[TraceFile],
        calls: Iterable[Call],
    ) -> RequestReport:
        trace_id = trace.trace_id if trace else ""
        retry = self._evidence.again.get(trace_id)
        results = [result for result in retry.results if result.test_id == trace_id] if retry else []
        return RequestReport(
            request=request,
            verdict=verdict,
            reason=reason,
            failures=tuple(failure for failure in self._verdict.failures if failure.request == request.name),
            known=tuple(pair for pair in self._verdict.known if pair[0].request == request.name),
            trace=trace,
            files=tuple(files),
            calls=tuple(calls),
            result=next(iter([*results, *self._evidence.results_by_id.get(trace_id, [])]), None),
            window=self._windows.get(trace_id),
        )


def _pair(spans: Iterable[Span], asked: Iterable[Asked], *, is_complete: bool) -> list[Call]:
    """Returns the recorded calls in the order of their start, each with the matching calls in replay, then the
    unmatched calls in replay. `is_complete`: whether `asked` contains every call in replay."""
    by_span: dict[tuple[str, str], list[Asked]] = defaultdict(list)
    for mock in asked:
        by_span[mock.matched_trace, mock.matched_span].append(mock)
    calls = []
    for span in sorted(spans, key=lambda span: span.start_ns):
        matches = by_span.pop((span.trace_id, span.span_id), [])
        calls += [Call(span, mock, text_of(span), ANSWERED) for mock in matches]
        calls += [] if matches else [Call(span, None, text_of(span), UNASKED if is_complete else UNKNOWN)]
    unmatched = sorted((mock for matches in by_span.values() for mock in matches), key=lambda mock: mock.at)
    return calls + [Call(None, mock, mock.asked, ELSEWHERE if mock.found else MISSED) for mock in unmatched]
