"""A run as every report takes it: its result, and request by request the judge's evidence, in the order in which a
person reads it. `of` makes it from a verdict; `load` from artifacts, which it judges."""

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

NO_RESULT = "none"  # in place of passed, failed or error
LATEST = 1e11  # seconds since the epoch that can be a date
ANSWERED, MISSED, ELSEWHERE, UNASKED, UNKNOWN = "answered", "missed", "elsewhere", "unasked", "unknown"


@dataclass(frozen=True)
class Call:
    """An outbound call, recorded (`span`) or asked for in replay (`asked`), mostly both; one that was asked for twice
    is there twice. `text`: it in one line. `state`: ANSWERED; MISSED: nothing recorded answered it; ELSEWHERE: the
    recording of another request did; UNASKED: it was recorded, and not asked for; or UNKNOWN."""

    span: Span | None
    asked: Asked | None
    text: str
    state: str

    @property
    def is_wrong(self) -> bool:
        """Whether in replay it was not answered once, with itself."""
        inexact = self.asked is not None and (self.asked.reused or self.asked.by != "value")
        return inexact or self.state not in (ANSWERED, UNKNOWN)

    @property
    def library(self) -> str:
        if self.span:
            return self.span.library
        return self.asked.instrumentation.replace("Instrumentation", "").lower() if self.asked else ""


@dataclass(frozen=True)
class RequestReport:
    """Everything about one request. `known`: its known failures, each with its entry of known_failures.yaml; `files`:
    its trace files, its own first, then those without a root span and further ones; `trace`: its own; `result`: the one
    that counts; `window`: when its test ran in replay, in seconds since the epoch (bundled CLI)."""

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
        """The entries of known_failures.yaml that know something of it, each once."""
        return tuple({entry.place: entry for _, entry in self.known}.values())

    @cached_property
    def differences(self) -> list[Part]:
        """What of its response is not as recorded; empty where its test passed, or there is none."""
        return differences(self.result) if self.result and not self.result.passed else []


@dataclass(frozen=True)
class RunReport:
    """A run. `result`: result.json, or the judge's where that is not there or not sound; `requests`: those that it
    sent, in that order; `start`: what the application asked for before it was ready, None where there was nothing."""

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
        """What runs it again: as the run itself says; of one that could not, with no options."""
        port = self.folder.root.name.rpartition("-")[2]
        number = int(port) if port.isdecimal() else DEFAULT_PORT
        given = self.result.get("rerun")
        return Rerun(**given) if given else rerun(self.suite_dir, name_of(self.suite_dir), number, "e2e", BANNERS, {})

    @property
    def evidence(self) -> Evidence:
        return self.verdict.evidence

    @cached_property
    def by_name(self) -> dict[str, RequestReport]:
        """Name → request, `(start)` too."""
        return {each.name: each for each in (*self.requests, *([self.start] if self.start else []))}

    @cached_property
    def failed(self) -> list[RequestReport]:
        """Those that failed, that of the run's reason first."""
        return sorted(
            (each for each in self.requests if each.verdict == FAILED), key=lambda each: not self.is_reason(each)
        )

    def is_reason(self, request: RequestReport) -> bool:
        """Whether the run's reason is of this request."""
        return self.reason.startswith(f"{request.name!r}: ")

    @property
    def others(self) -> list[str]:
        """What is wrong and is of no request: a line each, the cause first."""
        if self.code == Code.PASSED:
            return []
        names = {each.name for each in self.requests}
        lines = [failure.line() for failure in self.verdict.failures if failure.request not in names]
        return lines if any(map(self.is_reason, self.failed)) or self.reason in lines else [self.reason, *lines]

    @property
    def past_the_instrumentation(self) -> list[dict[str, Any]]:
        """What reached a sentinel and what the SDK warned of: rows of `request`, `what` and `expected`."""
        leaks = [{**row, "what": f"{row['service']}: {row['what']}"} for row in self.result["leaks"]]
        return leaks + [{**row, "what": f"{row['kind']} {row['method']}".rstrip()} for row in self.result["warnings"]]

    @property
    def began(self) -> float:
        """When the first request was sent, in seconds since the epoch; 0 where that is not known."""
        return next((each.request.started for each in self.requests[:1] if 0 < each.request.started < LATEST), 0.0)

    def path(self, name: str = "") -> str:
        """The file `name` of its artifacts, as a person opens it."""
        return shown(self.folder.root / name)


def of_outcome(outcome: Outcome, folder: RunFolder, suite_dir: Path) -> RunReport:
    """The report of a run that has just ended."""
    return of(folder, suite_dir, outcome.verdict or _nothing(), outcome.result)


def load(folder: RunFolder, suite_dir: Path) -> RunReport:
    """The report of the last run in `folder`. Raises HarnessError (2) where there is none, or it has not ended."""
    if folder.is_under_way():
        raise usage(f"the run in {shown(folder.root)} is under way, and has no verdict yet: wait for its end")
    found, data = load_artifacts(folder, suite_dir), read(folder.result)
    if not data and replace(found, known_failures=None, known_causes=None) == Artifacts():
        raise usage(f"there is no run in {folder.root}: make e2e-{folder.root.name.rpartition('-')[0]} first")
    verdict = judge(found)
    result = result_json.read(data) or verdict.result()  # where it is broken, or another version's
    own = result["tests"] or not verdict.evidence.requests  # else the run ended before it removed those of another
    return of(folder, suite_dir, verdict if own else _nothing(), result)


def without(folder: RunFolder, suite_dir: Path, problem: str) -> RunReport:
    """The report of a run that has none; `problem`: why."""
    result = {**_nothing().result(), "suite": name_of(suite_dir), "reason": problem, "checks": {}}
    result |= {"verdict": NO_RESULT, "code": int(Code.NOTHING_VERIFIED)}
    return of(folder, suite_dir, _nothing(), result)


def of(folder: RunFolder, suite_dir: Path, verdict: Verdict, result: Mapping[str, Any]) -> RunReport:
    """The report of a verdict. `result`: the document of result.json."""
    gathering = _Gathering(verdict)
    requests = tuple(map(gathering.request, verdict.evidence.requests))
    return RunReport(folder, suite_dir, result, verdict, requests, gathering.start())


def read(path: Path) -> bytes:
    """What is in it; nothing where it is not there, or cannot be read."""
    try:
        return bytes_of(path)
    except OSError:
        return b""


def _nothing() -> Verdict:
    """Over no artifacts."""
    return replace(judge(Artifacts()), failures=())


class _Gathering:
    """Gathers what belongs to a request from a verdict; what many requests need is looked up once."""

    def __init__(self, verdict: Verdict) -> None:
        self._verdict = verdict
        self._evidence = evidence = verdict.evidence
        self._rootless = rootless_files(evidence)
        tests = evidence.mocks.tests if evidence.mocks else ()
        self._windows = {test.trace_id: (test.started, test.ended) for test in tests}
        self._asked: dict[str, list[Asked]] = defaultdict(list)
        for asked in evidence.mocks.asked if evidence.mocks else ():
            of_start = asked.pre_app_start and asked.trace_id not in evidence.by_trace
            self._asked[START if of_start else asked.trace_id].append(asked)

    def request(self, request: Request) -> RequestReport:
        files = self._evidence.recorded(request)
        trace = files[0] if files else None
        trace_id = trace.trace_id if trace else ""
        spans = [span for span in trace.spans if is_call(span)] if trace else []
        missing = self._evidence.missing.get(trace_id)
        calls = _pair(spans, self._asked[trace_id] if trace_id else [], is_account=trace_id in self._windows)
        calls += [Call(None, None, text, MISSED) for text in missing.calls] if missing else []
        files = [*files[:1], *self._rootless.get(request.number, []), *files[1:]]
        return self._report(request, *self._verdict.status(request), trace, files, calls)

    def start(self) -> RequestReport | None:
        """Of what the application asks for before it is ready, as if it were a request of the name `(start)`."""
        files = [file for file in self._evidence.files if any(span.is_pre_app_start for span in file.spans)]
        spans = [span for file in files for span in file.spans if span.is_pre_app_start and span.raw.get("kind") == 3]
        calls = _pair(spans, self._asked[START], is_account=self._evidence.mocks is not None)
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
        again = self._evidence.again.get(trace_id)
        results = [result for result in again.results if result.test_id == trace_id] if again else []
        return RequestReport(
            request=request,
            verdict=verdict,
            reason=reason,
            failures=tuple(failure for failure in self._verdict.failures if failure.request == request.name),
            known=tuple(each for each in self._verdict.known if each[0].request == request.name),
            trace=trace,
            files=tuple(files),
            calls=tuple(calls),
            result=next(iter([*results, *self._evidence.results_by_id.get(trace_id, [])]), None),
            window=self._windows.get(trace_id),
        )


def _pair(spans: Iterable[Span], asked: Iterable[Asked], *, is_account: bool) -> list[Call]:
    """The recorded calls in the order of their start, each with what asked for it; then what was asked for beyond.
    `is_account`: whether `asked` is all that was asked for."""
    by_span: dict[tuple[str, str], list[Asked]] = defaultdict(list)
    for each in asked:
        by_span[each.matched_trace, each.matched_span].append(each)
    calls = []
    for span in sorted(spans, key=lambda span: span.start_ns):
        askers = by_span.pop((span.trace_id, span.span_id), [])
        calls += [Call(span, each, text_of(span), ANSWERED) for each in askers]
        calls += [] if askers else [Call(span, None, text_of(span), UNASKED if is_account else UNKNOWN)]
    beyond = sorted((each for askers in by_span.values() for each in askers), key=lambda each: each.at)
    return calls + [Call(None, each, each.asked, ELSEWHERE if each.found else MISSED) for each in beyond]
