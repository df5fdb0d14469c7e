"""The data model of all reports. `of` creates it from a verdict; `load` judges artifacts first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from e2e_common.artifacts.call_text import text_of
from e2e_common.artifacts.decoding import Asked, Mocks, Request, Window
from e2e_common.artifacts.expectation import Expectation
from e2e_common.artifacts.facts import Part
from e2e_common.artifacts.failure import Failure
from e2e_common.artifacts.files import Artifacts, bytes_of
from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.artifacts.traces import Span
from e2e_common.judge import result_json
from e2e_common.judge.evidence import TraceFile
from e2e_common.judge.judging import load_artifacts
from e2e_common.judge.known_failures import START, Entry
from e2e_common.judge.results import Result
from e2e_common.judge.rules.recording import CLIENT, is_call, rootless_files
from e2e_common.judge.verdict import FAILED, PASSED, Verdict, judge
from e2e_common.report.rerun import Rerun, rerun
from e2e_common.report.values import diff_lines, differences
from e2e_common.setup.suites import name_of
from e2e_common.util.command_line import BANNERS, DEFAULT_PORT
from e2e_common.util.errors import Code, usage
from e2e_common.util.paths import shown

ANSWERED, MISSED, ELSEWHERE, UNASKED, UNKNOWN = "answered", "missed", "elsewhere", "unasked", "unknown"
PARTS = 20  # of a response that differ, in `text`


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


@dataclass(frozen=True)
class RequestReport:
    """Everything about one request. `known`: its known failures, each with its entry of known_failures.yaml. `trace`:
    its trace. `files`: its trace files: first that of `trace`, then those without a root span, then the others.
    `result`: the one that counts. `test`: when its test ran in replay (bundled CLI)."""

    request: Request
    verdict: str
    reason: str
    failures: list[Failure]
    known: list[tuple[Failure, Entry]]
    trace: TraceFile | None
    files: list[TraceFile]
    calls: list[Call]
    result: Result | None
    test: Window | None

    @property
    def name(self) -> str:
        return self.request.name

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

    @cached_property
    def rerun(self) -> Rerun:
        """The commands that rerun it: those in result.json, else commands without options."""
        port = self.folder.root.name.rpartition("-")[2]
        number = int(port) if port.isdecimal() else DEFAULT_PORT
        saved = self.result.get("rerun")
        return Rerun(**saved) if saved else rerun(self.suite_dir, name_of(self.suite_dir), number, "e2e", BANNERS, {})

    @cached_property
    def by_name(self) -> dict[str, RequestReport]:
        """Name → request, including `(start)`."""
        return {request.name: request for request in (*self.requests, *([self.start] if self.start else []))}

    @cached_property
    def ordered(self) -> list[RequestReport]:
        """The requests, failed ones first, first of them the one in the run's reason; and (start), unless it passed."""
        cases = [case for case in self.by_name.values() if case is not self.start or case.verdict != PASSED]
        return sorted(cases, key=lambda case: (case.verdict != FAILED, not self.is_reason(case)))

    def is_reason(self, request: RequestReport) -> bool:
        return str(self.result["reason"]).startswith(f"{request.name!r}: ")

    @property
    def others(self) -> list[str]:
        """The failures that belong to no request, one line each, cause first."""
        if self.result["code"] == Code.PASSED:
            return []
        names, reason = {request.name for request in self.requests}, self.result["reason"]
        lines = [failure.line() for failure in self.verdict.failures if failure.request not in names]
        return lines if reason in lines or any(map(self.is_reason, self.requests)) else [reason, *lines]

    def path(self, name: str = "") -> str:
        """The displayed path of the artifact `name`."""
        return shown(self.folder.root / name)

    def text(self, most: int, request: RequestReport | None = None) -> list[str]:
        """At most `most` failures of a request, or of the run itself, the parts of its response that differ, and the
        command that reruns it, for junit.xml and summary.md."""
        if request is None:
            return [*self.others[:most], "", f"rerun: {self.rerun.command()}", f"artifacts: {self.path()}"]
        messages = [failure.message for failure in request.failures[:most]]
        return [*messages, *diff_lines(request.differences, PARTS), "", f"rerun: {self.rerun.command(request.name)}"]


def load(folder: RunFolder, suite_dir: Path) -> RunReport:
    """Returns the report of the last run in `folder`. Raises HarnessError (2) if there is none, or it still runs."""
    if folder.is_under_way():
        raise usage(f"the run in {shown(folder.root)} is under way, and has no verdict yet: wait for its end")
    loaded, data = load_artifacts(folder, suite_dir), read(folder.result)
    if not data and loaded.setup is None and loaded.requests is None:
        raise usage(f"there is no run in {folder.root}: make e2e-{folder.root.name.rpartition('-')[0]} first")
    verdict = judge(loaded)
    result = result_json.read(data) or verdict.result()  # where the file is invalid, or of another version
    is_current = result["tests"] or not verdict.evidence.requests  # else the artifacts are an older run's
    return of(folder, suite_dir, verdict if is_current else None, result)


def of(folder: RunFolder, suite_dir: Path, verdict: Verdict | None, result: Mapping[str, Any]) -> RunReport:
    """Returns the report of a verdict, None if the folder has no artifacts of the run. `result`: of result.json."""
    verdict = verdict or replace(judge(Artifacts()), failures=())
    evidence, mocks = verdict.evidence, verdict.evidence.mocks or Mocks()
    rootless, tests = rootless_files(evidence), {test.trace_id: test for test in mocks.tests}
    asked: dict[str, list[Asked]] = defaultdict(list)
    for mock in mocks.asked:
        asked[START if mock.pre_app_start and mock.trace_id not in evidence.by_trace else mock.trace_id].append(mock)

    def report(request: Request, files: list[TraceFile], calls: list[Call], trace_id: str = "") -> RequestReport:
        retry = evidence.retries.get(trace_id)
        results = [*(retry.results if retry else ()), *evidence.results_by_id.get(trace_id, ())]
        return RequestReport(
            request,
            *verdict.status(request),
            failures=[failure for failure in verdict.failures if failure.request == request.name],
            known=[pair for pair in verdict.known if pair[0].request == request.name],
            trace=files[0] if trace_id else None,
            files=files,
            calls=calls,
            result=next((result for result in results if result.test_id == trace_id), None),
            test=tests.get(trace_id),
        )

    def of_request(request: Request) -> RequestReport:
        files, without_root = evidence.recorded(request), rootless[request.number]
        if not files:
            return report(request, without_root, [])
        trace_id, spans = files[0].trace_id, filter(is_call, files[0].spans)
        calls = _pair(spans, asked[trace_id], is_complete=trace_id in tests)
        if trace_id in evidence.missing:
            calls += [Call(None, None, text, MISSED) for text in evidence.missing[trace_id].calls]
        return report(request, [files[0], *without_root, *files[1:]], calls, trace_id)

    files = [file for file in evidence.files if any(span.is_pre_app_start for span in file.spans)]
    spans = [span for file in files for span in file.spans if span.is_pre_app_start and span.raw.get("kind") == CLIENT]
    request = Request(
        0, START, "", "", 0, 0, None, None, (), {}, False, {}, (), 0, (), 0, "", True, 0, {}, (), (), (), {},
        Expectation(),
    )  # fmt: skip
    start = report(request, files, _pair(spans, asked[START], is_complete=evidence.mocks is not None))
    has_start = bool(start.calls or start.failures or start.known)
    requests = tuple(map(of_request, evidence.requests))
    return RunReport(folder, suite_dir, result, verdict, requests, start if has_start else None)


def read(path: Path) -> bytes:
    """Returns the file's content; empty where it is missing or cannot be read."""
    with suppress(OSError):
        return bytes_of(path)
    return b""


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
