"""A run as every report takes it: its result, and request by request the judge's evidence, in the order in which a
person reads it. `of` makes it from a verdict; `load` from artifacts, which it judges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from e2e_common import result_json
from e2e_common.artifacts import Artifacts, bytes_of
from e2e_common.call_text import text_of
from e2e_common.command_line import BANNERS, DEFAULT_PORT
from e2e_common.decoding import Asked, Request
from e2e_common.errors import Code, usage
from e2e_common.evidence import Evidence, TraceFile
from e2e_common.expectation import Expectation
from e2e_common.failure import Failure
from e2e_common.judging import Outcome, load_artifacts
from e2e_common.known_failures import START, Entry
from e2e_common.reports.rerun import Rerun, rerun
from e2e_common.reports.values import Difference, differences
from e2e_common.results import Result
from e2e_common.rules.recording import is_call, rootless_files
from e2e_common.run_folder import RunFolder
from e2e_common.suite_run import shown
from e2e_common.suites import name_of
from e2e_common.traces import Span
from e2e_common.verdict import FAILED, KNOWN, PASSED, Verdict, judge

_NONE = Expectation()
Files = tuple[TraceFile, ...]
NO_RESULT = "none"  # in place of passed, failed or error
LATEST = 1e11  # seconds since the epoch that can be a date


@dataclass(frozen=True)
class Call:
    """An outbound call, recorded (`span`) or asked for in replay (`asked`), mostly both. A call that was asked for
    twice is there twice. Without `span` nothing of this request's recording answered it; without either, the official
    CLI names it as one without a recorded answer. `text`: it in one line."""

    span: Span | None
    asked: Asked | None
    text: str

    @property
    def is_missed(self) -> bool:
        """Whether it was asked for in replay, and nothing recorded answered."""
        return not self.asked.found if self.asked else self.span is None


@dataclass(frozen=True)
class RequestReport:
    """Everything about one request. `known`: its known failures, each with its entry of known_failures.yaml; `stray`:
    its trace files without a root span, and those beyond its first; `result`: the one that counts; `window`: when its
    test ran in replay, in seconds since the epoch (bundled CLI); `warnings` and `leaks`: its rows of result.json."""

    request: Request
    verdict: str
    reason: str
    failures: tuple[Failure, ...]
    known: tuple[tuple[Failure, Entry], ...]
    trace: TraceFile | None
    stray: Files
    calls: tuple[Call, ...]
    result: Result | None
    window: tuple[float, float] | None
    warnings: tuple[dict[str, Any], ...]
    leaks: tuple[dict[str, Any], ...]

    @property
    def name(self) -> str:
        return self.request.name

    @property
    def files(self) -> Files:
        """All its trace files, its own first."""
        return (self.trace, *self.stray) if self.trace else self.stray

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries of known_failures.yaml that know something of it, each once."""
        return tuple({entry.place: entry for _, entry in self.known}.values())

    @property
    def misses(self) -> list[Call]:
        return [call for call in self.calls if call.is_missed]

    @cached_property
    def differences(self) -> list[Difference]:
        """What of its answer is not as recorded; empty where its test passed, or there is none."""
        return differences(self.result) if self.result and not self.result.passed else []


@dataclass(frozen=True)
class RunReport:
    """A run. `result`: result.json, or the judge's where that is not there or not sound; `requests` in the order of
    sending; `start`: what the application asked for before it was ready, None where there was nothing; `has_artifacts`:
    whether those in the folder are its own: it may have ended before it had any; `under_way`: it has no verdict yet."""

    folder: RunFolder
    suite_dir: Path
    result: Mapping[str, Any]
    verdict: Verdict
    requests: tuple[RequestReport, ...] = ()
    start: RequestReport | None = None
    has_artifacts: bool = True
    under_way: bool = False

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

    @property
    def cases(self) -> tuple[RequestReport, ...]:
        """The requests that this run sent."""
        return self.requests if self.has_artifacts else ()

    @property
    def is_older(self) -> bool:
        """Whether the artifacts are those of the run before."""
        return not self.has_artifacts and self.result["verdict"] != NO_RESULT and self.folder.requests.exists()

    @property
    def failed(self) -> list[RequestReport]:
        """Those that failed, that of the run's reason first."""
        failed = [case for case in self.cases if case.verdict == FAILED]
        return sorted(failed, key=lambda case: not self.reason.startswith(f"{case.name!r}: "))

    @property
    def others(self) -> list[str]:
        """What is wrong and is of no request: a line each, the cause first."""
        if self.code == Code.PASSED:
            return []
        cases = {case.name for case in self.cases}
        failures = self.verdict.failures if self.has_artifacts else ()
        lines = [failure.line() for failure in failures if failure.request not in cases]
        of_a_case = any(self.reason.startswith(f"{case.name!r}: ") for case in self.failed)
        return lines if of_a_case or self.reason in lines else [self.reason, *lines]

    @property
    def began(self) -> float:
        """When the first request was sent, in seconds since the epoch; 0 where that is not known."""
        return next((case.request.started for case in self.cases[:1] if 0 < case.request.started < LATEST), 0.0)

    def path(self, name: str = "") -> str:
        """The file `name` of its artifacts, as a person opens it."""
        return shown(self.folder.root / name)


def of_outcome(outcome: Outcome, folder: RunFolder, suite_dir: Path) -> RunReport:
    """The report of a run that has just ended."""
    verdict = outcome.verdict or judge(Artifacts())
    return of(folder, suite_dir, verdict, outcome.result, has_artifacts=outcome.verdict is not None)


def load(folder: RunFolder, suite_dir: Path) -> RunReport:
    """The report of the last run in `folder`, whatever state it is in. Raises HarnessError (2) where there is none."""
    found, data = load_artifacts(folder, suite_dir), _bytes_of(folder.result)
    if not data and replace(found, known_failures=None, known_causes=None) == Artifacts():
        raise usage(f"there is no run in {folder.root}: make e2e-{folder.root.name.rpartition('-')[0]} first")
    verdict = judge(found)
    result = result_json.read(data) or verdict.result()  # where it is broken, or another version's
    own = bool(result["tests"]) or not verdict.evidence.requests
    return of(folder, suite_dir, verdict, result, has_artifacts=own, under_way=folder.is_under_way())


def without(folder: RunFolder, suite_dir: Path, problem: str) -> RunReport:
    """The report of a run of which nothing can be told; `problem`: why."""
    verdict = judge(Artifacts())
    result = {**verdict.result(), "suite": name_of(suite_dir), "reason": problem, "checks": {}}
    result |= {"verdict": NO_RESULT, "code": int(Code.NOTHING_VERIFIED)}
    return of(folder, suite_dir, verdict, result, has_artifacts=False)


def of(folder: RunFolder, suite_dir: Path, verdict: Verdict, result: Mapping[str, Any], **more: bool) -> RunReport:
    """The report of a verdict. `result`: the document of result.json; `more`: fields of RunReport."""
    gathering = _Gathering(verdict)
    return RunReport(
        folder=folder,
        suite_dir=suite_dir,
        result=result,
        verdict=verdict,
        requests=tuple(map(gathering.request, verdict.evidence.requests)),
        start=gathering.start(),
        **more,
    )


class _Gathering:
    """Gathers what belongs to a request from a verdict; what many requests need is looked up once."""

    def __init__(self, verdict: Verdict) -> None:
        self._verdict, self._result = verdict, verdict.result()
        self._evidence = evidence = verdict.evidence
        self._rootless = rootless_files(evidence)
        self._windows = {
            test.trace_id: (test.started, test.ended) for test in (evidence.mocks.tests if evidence.mocks else ())
        }
        self._asked: dict[str, list[Asked]] = defaultdict(list)
        for asked in evidence.mocks.asked if evidence.mocks else ():
            of_start = asked.pre_app_start and asked.trace_id not in evidence.by_trace
            self._asked[START if of_start else asked.trace_id].append(asked)

    def request(self, request: Request) -> RequestReport:
        files = self._evidence.recorded(request)
        trace = files[0] if files else None
        trace_id = trace.trace_id if trace else ""
        spans = [span for span in trace.spans if is_call(span)] if trace else []
        calls = _pair(spans, self._asked[trace_id] if trace_id else [])
        if trace_id in self._evidence.missing:
            calls += [Call(None, None, text) for text in self._evidence.missing[trace_id].calls]
        stray = (*self._rootless.get(request.number, []), *files[1:])
        return self._report(request, self._verdict.status(request), trace, stray, calls)

    def start(self) -> RequestReport | None:
        """Of what the application asks for before it is ready, as if it were a request of the name `(start)`."""
        files = [file for file in self._evidence.files if any(span.is_pre_app_start for span in file.spans)]
        spans = [span for file in files for span in file.spans if span.is_pre_app_start and span.raw.get("kind") == 3]
        calls = _pair(spans, self._asked[START])
        failed = [failure.message for failure in self._verdict.failures if failure.request == START]
        known = [entry.cause.title for failure, entry in self._verdict.known if failure.request == START]
        if not (calls or failed or known):
            return None
        verdict = FAILED if failed else KNOWN if known else PASSED
        request = Request(
            0, START, "", "", 0, 0, None, None, (), {}, False, {}, (), 0, (), 0, "", True, 0, {}, (), (), (), {}, _NONE
        )
        return self._report(request, (verdict, next(iter(failed or known), "")), None, tuple(files), calls)

    def _report(
        self, request: Request, status: tuple[str, str], trace: TraceFile | None, stray: Files, calls: list[Call]
    ) -> RequestReport:
        trace_id = trace.trace_id if trace else ""
        return RequestReport(
            request=request,
            verdict=status[0],
            reason=status[1],
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


def _bytes_of(path: Path) -> bytes:
    """What is in it; nothing where it is not there, or cannot be read."""
    try:
        return bytes_of(path)
    except OSError:
        return b""
