"""The judge: from a run's artifacts to its verdict (design, "The verdict's rules"). A pure function: no I/O, no clock.

Whatever is wrong with the artifacts becomes a failure with its own message; `judge` raises nothing. Green is only what
was sent, recorded, replayed and matched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from e2e_common import conditions, known_failures
from e2e_common.artifacts import Artifacts
from e2e_common.decoding import Request
from e2e_common.errors import Code
from e2e_common.evidence import Evidence, read
from e2e_common.failure import CONFIGURATION, REPLAY, RUN, Failure, shorten
from e2e_common.known_failures import KnownFailuresError, Row
from e2e_common.results import Result
from e2e_common.rules import cli, recording, replay, whole
from e2e_common.socket_warnings import BACKGROUND, SocketWarning

SCHEMA = 1
PHASES = ("total", "prepare", "services", "record", "flush", "replay", "check", "cleanup")
PASSED, FAILED, ERROR, KNOWN = "passed", "failed", "error", "known failure"

Rule = Callable[[Evidence], Iterable[Failure]]
STALL = "time travel stall"

WHOLE: tuple[Rule, ...] = (whole.nothing_verified, whole.rust_core)
RECORDING: tuple[Rule, ...] = (recording.rule_1, recording.rule_2, recording.rule_8)
# In order of cause: a call without an answer or past the SDK explains the result that it leads to, not the reverse.
REPLAYED: tuple[Rule, ...] = (
    replay.rule_7,
    replay.rule_5,
    replay.rule_6,
    cli.rule_3,
    replay.rule_9,
    cli.rule_4,
    cli.left_behind,
)
_RECORDING_RULES = (1, 2, 8)


@dataclass(frozen=True)
class Verdict:
    """`failures`: what stands, in order of cause, so the first is the reason. `excused`: each with its row."""

    failures: tuple[Failure, ...]
    excused: tuple[tuple[Failure, Row], ...]
    evidence: Evidence

    @property
    def code(self) -> int:
        """The exit code: 0, 1 a failure, 2 bad rows of known_failures.yaml, 4 nothing was verified, 6 left behind."""
        return self.failures[0].code if self.failures else int(Code.PASSED)

    @property
    def verdict(self) -> str:
        """passed, failed (code 1) or error (any other)."""
        return {int(Code.PASSED): PASSED, int(Code.FAILED): FAILED}.get(self.code, ERROR)

    @property
    def reason(self) -> str:
        """One line: the first failure, or what kind of pass it is."""
        if self.failures:
            return self.failures[0].line()
        run = self.evidence.run
        partial = [f"PARTIAL ({shorten(run.partial)})"] if run.partial is not None else []
        return ", ".join([PASSED, *partial, *([] if run.sentinels else ["NOT ISOLATED"])])

    def status(self, request: Request) -> tuple[str, str]:
        """(passed, failed or known failure; why, on one line) of one request."""
        failed = [failure.message for failure in self.failures if failure.request == request.name]
        if failed:
            return FAILED, shorten(failed[0], 400)
        known = [row.reason for failure, row in self.excused if failure.request == request.name]
        return (KNOWN, shorten(known[0], 400)) if known else (PASSED, "")

    def result(self, seconds: Mapping[str, float | None] | None = None) -> dict[str, Any]:
        """The document result.json (design). `seconds` adds the phases that no artifact tells (total, check, cleanup);
        a phase nobody measured is null. A row of `leaks` is {request, service, what, expected}, one of `warnings`
        {request, kind, method, trace_id, expected}; `request` is a name, null where it is not known, and so `trace_id`.
        `kind`: unpatched, background, or time travel stall (the test was run once more; it has no method)."""
        evidence, run, ran = self.evidence, self.evidence.run, self.evidence.replay
        tests = [self._test(request) for request in evidence.requests]
        measured = {**run.seconds, **ran.seconds, **(seconds or {})}
        return {
            "schema": SCHEMA,
            "suite": run.suite,
            "port": run.port,
            "runtime": run.runtime,
            "verdict": self.verdict,
            "code": self.code,
            "reason": self.reason,
            "partial": run.partial is not None,
            "requests": self._counts(tests),
            "cli": {"name": ran.cli, "version": ran.cli_version},
            "versions": dict(run.versions),
            "sdk_source": run.sdk_source,
            "with": run.laid_over,
            "isolation": {"network": ran.network_isolated, "sentinels": run.sentinels},
            "checks": self._checks(),
            "seconds": {phase: measured.get(phase) for phase in PHASES},
            "leaks": [_leak(leak) for leak in replay.leaks(evidence)],
            "warnings": [
                *(_warning(warning, evidence) for warning in evidence.warnings),
                *(_stall(trace_id, evidence) for trace_id in evidence.stalled),
            ],
            "tests": tests,
        }

    def _counts(self, tests: list[dict[str, Any]]) -> dict[str, int]:
        evidence = self.evidence
        recorded = [files[0] for request in evidence.requests if len(files := evidence.recorded(request)) == 1]
        return {
            "sent": len(evidence.requests),
            "recorded": len(recorded),
            "replayed": sum(len(evidence.results_by_id.get(file.trace_id, [])) == 1 for file in recorded),
            "passed": sum(test["verdict"] == PASSED for test in tests),
            "known_failures": sum(test["verdict"] == KNOWN for test in tests),
        }

    def _checks(self) -> dict[str, str]:
        evidence = self.evidence
        failed = {failure.rule for failure in self.failures}
        replayed = evidence.raw.replay is not None

        def check(known: bool, *rules: int) -> str:
            return "failed" if failed.intersection(rules) else "ok" if known and replayed else "unknown"

        return {
            "warnings": check(bool(evidence.raw.replay_logs), 5),
            "leaks": check(evidence.touched is not None, 6),
            "mocks": check(evidence.mocks is not None, 7, 9),
        }

    def _test(self, request: Request) -> dict[str, Any]:
        files = self.evidence.recorded(request)
        trace_id = files[0].trace_id if files else None
        results: Sequence[Result] = self.evidence.results_by_id.get(trace_id or "", [])
        if trace_id in self.evidence.again:
            results = self.evidence.again[trace_id].results
        verdict, reason = self.status(request)
        return {
            "request": request.number,
            "name": request.name,
            "method": request.method,
            "path": request.path,
            "trace_id": trace_id,
            "verdict": verdict,
            "reason": reason,
            "duration_ms": results[0].duration_ms if results else None,
        }


def judge(artifacts: Artifacts) -> Verdict:
    """The verdict over one run. Raises nothing."""
    try:
        evidence = read(artifacts)
    except Exception as error:  # a fault of the judge must not become a run without a verdict
        evidence = read(Artifacts(unreadable={"the artifacts": f"{type(error).__name__}: {shorten(error)}"}))
    rows, bad_rows = _rows(artifacts, evidence)
    first = [problem for problem in evidence.problems if problem.rule in _RECORDING_RULES]
    later = [problem for problem in evidence.problems if problem.rule not in _RECORDING_RULES]
    replayed = REPLAYED if artifacts.replay is not None else (cli.rule_3,)
    found = [
        *_apply(WHOLE, evidence),
        *first,
        *_apply(RECORDING, evidence),
        *later,
        *_apply(replayed, evidence),
    ]
    standing, excused = known_failures.excuse(rows, found)
    stale = [] if bad_rows else _stale(rows, excused, evidence)
    return Verdict((*bad_rows, *standing, *stale), tuple(excused), evidence)


def _apply(rules: Iterable[Rule], evidence: Evidence) -> list[Failure]:
    failures: list[Failure] = []
    for rule in rules:
        try:
            failures += rule(evidence)
        except Exception as error:  # as above
            message = (
                f"{rule.__name__} could not be judged, a fault of the judge: {type(error).__name__}: {shorten(error)}"
            )
            failures.append(Failure(CONFIGURATION, RUN, message, "result.json"))
    return failures


def _rows(artifacts: Artifacts, evidence: Evidence) -> tuple[list[Row], list[Failure]]:
    """The rows that apply to this run, and what is wrong with the file. A partial run knows only the rows of what it
    sent."""
    if artifacts.known_failures is None:
        return [], []
    try:
        rows = known_failures.load_rows(artifacts.known_failures)
    except KnownFailuresError as error:
        return [], _configuration(error.problems)
    if evidence.run.partial is not None:
        sent = {request.name for request in evidence.requests}
        rows = [row for row in rows if row.request in sent or row.request == known_failures.START]
    rows, problems = conditions.applicable(rows, evidence.run.versions, evidence.replay.cli)
    return rows, _configuration(problems)


def _stale(rows: list[Row], excused: list[tuple[Failure, Row]], evidence: Evidence) -> list[Failure]:
    if evidence.sent is None:
        return []  # what was not reached says nothing about a row
    by_name = {request.name: request for request in evidence.requests}

    def reached(name: str, stage: str) -> bool:
        recorded = name == known_failures.START or evidence.recorded(by_name[name])
        return stage != REPLAY or bool(recorded and evidence.results)

    return _configuration(known_failures.stale(rows, excused, sent=by_name, reached=reached))


def _configuration(messages: Iterable[str]) -> list[Failure]:
    code = int(Code.USAGE)
    return [Failure(CONFIGURATION, RUN, message, known_failures.FILE, code=code) for message in messages]


def _leak(leak: replay.Leak) -> dict[str, Any]:
    request = leak.owner.name if leak.owner else None
    return {"request": request, "service": leak.line.service, "what": leak.line.what, "expected": leak.expected}


def _warning(warning: SocketWarning, evidence: Evidence) -> dict[str, Any]:
    owner = evidence.by_trace.get(warning.trace_id or "")
    expected = owner is not None and owner.expect_unpatched
    if warning.kind == BACKGROUND:
        alike = sum(other.kind == BACKGROUND and other.trace_id == warning.trace_id for other in evidence.warnings)
        expected = owner is not None and owner.background == alike
    return {
        "request": owner.name if owner else None,
        "kind": warning.kind,
        "method": warning.method,
        "trace_id": warning.trace_id,
        "expected": expected,
    }


def _stall(trace_id: str, evidence: Evidence) -> dict[str, Any]:
    """The official CLI's own fault, so expected of it; what it did to the test, the second result says."""
    owner = evidence.by_trace.get(trace_id)
    name = owner.name if owner else None
    return {"request": name, "kind": STALL, "method": "", "trace_id": trace_id or None, "expected": True}
