"""The judge: computes a run's verdict from its artifacts (docs/verdict.md). A pure function: no I/O, no clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, get_args

import msgspec

from e2e_common.artifacts.decoding import BUNDLED, Request
from e2e_common.artifacts.failure import CONFIGURATION, EXPECTATION, REPLAY, RUN, Failure, shorten
from e2e_common.artifacts.files import Artifacts
from e2e_common.judge import known_failures, result_json
from e2e_common.judge.evidence import Evidence
from e2e_common.judge.known_failures import OF_MOCKS, Entry, Pin
from e2e_common.judge.known_matching import Matched, Unseen, match
from e2e_common.judge.result_json import Check, Checks, Counts, Fixed, OfRequest, TestRow, Warned
from e2e_common.judge.rules import answers, leaks, logs, outbound_calls, recording, whole_run
from e2e_common.judge.socket_warnings import BACKGROUND
from e2e_common.util.errors import Code, HarnessError

PASSED: Final = "passed"
FAILED: Final = "failed"
ERROR: Final = "error"
KNOWN: Final = "known failure"
BY_DESIGN: Final = "by design"

Rule = Callable[[Evidence], Iterable[Failure]]

WHOLE: tuple[Rule, ...] = (whole_run.never_ready, whole_run.nothing_verified, whole_run.killed, whole_run.rust_core)
RECORDING: tuple[Rule, ...] = (recording.rule_1, recording.rule_2, recording.rule_8, logs.in_recording)
# Causes first: a call that has no answer or bypasses the SDK explains the failed result, not the reverse.
REPLAYED: tuple[Rule, ...] = (
    outbound_calls.rule_7,
    leaks.rule_5,
    leaks.rule_6,
    answers.results,
    logs.in_replay,
    answers.responses,
    outbound_calls.rule_9,
    whole_run.rule_4,
    outbound_calls.rule_8,  # other rules describe calls past the SDK better
)


@dataclass(frozen=True)
class Verdict:
    """`failures`: unknown failures, cause first. `known`: known failures, each with its entry of known_failures.yaml.
    `fixed`: pinned facts that did not occur; with locked versions they are failures, too. `unseen`: these and those
    that another failure of the request may hide."""

    failures: tuple[Failure, ...]
    known: tuple[tuple[Failure, Entry], ...]
    fixed: tuple[Unseen, ...]
    unseen: tuple[Unseen, ...]
    evidence: Evidence

    @property
    def code(self) -> int:
        return self.failures[0].code if self.failures else int(Code.PASSED)

    @property
    def verdict(self) -> result_json.Verdict:
        return verdict_of(self.code)

    @property
    def reason(self) -> str:
        """One line: the first failure, or the kind of pass."""
        if self.failures:
            return self.failures[0].line()
        pattern = self.evidence.recording.partial
        partial = [f"PARTIAL ({shorten(pattern)})"] if pattern is not None else []
        return ", ".join([PASSED, *partial, *([] if self.evidence.setup.sentinels else ["NOT ISOLATED"])])

    def status(self, request: Request) -> tuple[OfRequest, str]:
        """Returns (passed, failed, known failure or by design; the reason on one line) for one request."""
        failed = [failure.message for failure in self.failures if failure.request == request.name]
        known = [(failure, entry.cause) for failure, entry in self.known if failure.request == request.name]
        causes = [cause for failure, cause in known if not failure.is_of_floats]
        if failed:
            return FAILED, shorten(failed[0], 400)
        if causes:
            return KNOWN, shorten(f"{causes[0].id}: {causes[0].title}", 400)
        if known:
            return PASSED, f"but for {known[0][1].id}"
        if request.by_design:
            return BY_DESIGN, f"not recorded: {request.recorded}" if request.recorded else "recorded, and not replayed"
        return PASSED, ""

    def result(self) -> dict[str, Any]:
        """Returns the document of result.json, without the seconds that no artifact contains."""
        evidence, replay = self.evidence, self.evidence.replay
        recording, setup = evidence.recording, evidence.setup
        tests = [self._test(request) for request in evidence.requests]
        measured = {**setup.seconds, **replay.seconds}
        document = result_json.ResultJson(
            schema=2,
            suite=recording.suite,
            port=recording.port or None,
            runtime=recording.runtime,
            verdict=self.verdict,
            code=self.code,
            reason=self.reason,
            partial=recording.partial is not None,
            requests=self._counts(tests),
            cli=result_json.ReplayedBy(replay.cli.name, replay.cli.version),
            versions=setup.versions,
            sdk_source=setup.sdk_source,
            overlay=setup.overlay,
            isolation=result_json.Isolation(replay.network_isolated, replay.own_files, setup.sentinels),
            checks=self._checks(),
            seconds={phase: measured.get(phase) for phase in get_args(result_json.Phase)},
            locked=is_locked(evidence),
            forgives=list(setup.forgives),
            fixed=[Fixed(name, pin.stage, pin.entry.cause.id, str(pin.fact), pin.place) for name, pin in self.fixed],
            leaks=[row for _, row in leaks.leaks(evidence)[0]],
            warnings=list(_warnings(evidence)),
            tests=tests,
        )
        return dict(msgspec.to_builtins(document))

    def _counts(self, tests: Sequence[TestRow]) -> Counts:
        evidence = self.evidence
        recorded = [files[0] for request in evidence.requests if len(files := evidence.recorded(request)) == 1]
        return Counts(
            sent=len(evidence.requests),
            recorded=len(recorded),
            replayed=sum(len(evidence.results_by_id.get(file.trace_id, [])) == 1 for file in recorded),
            passed=sum(test.verdict == PASSED for test in tests),
            floats=sum(test.verdict == PASSED and bool(test.reason) for test in tests),
            known_failures=sum(test.verdict == KNOWN for test in tests),
            by_design=sum(test.verdict == BY_DESIGN for test in tests),
        )

    def _checks(self) -> Checks:
        evidence = self.evidence
        failed = {failure.rule for failure in self.failures}
        replayed = evidence.raw.replay is not None

        def check(known: bool, *rules: int) -> Check:
            return "failed" if failed.intersection(rules) else "ok" if known and replayed else "unknown"

        return Checks(
            warnings=check(bool(evidence.raw.replay_logs), 5),
            leaks=check(evidence.touched is not None, 6),
            mocks=check(evidence.mocks is not None, 7, 9),
        )

    def _test(self, request: Request) -> TestRow:
        trace_id = next((file.trace_id for file in self.evidence.recorded(request)), None)
        results = self.evidence.results_by_id.get(trace_id or "", [])
        if retry := self.evidence.retries.get(trace_id or ""):
            results = retry.results
        of_request = (request.number, request.name, request.method, request.path, trace_id, *self.status(request))
        return TestRow(*of_request, results[0].duration_ms if results else None)


def judge(artifacts: Artifacts, *, allow_unknown: bool = False) -> Verdict:
    """Returns the verdict over one run. `allow_unknown`: also accept entries with the cause `unknown`. Raises
    nothing."""
    try:
        evidence = Evidence(artifacts)
    except Exception as error:  # a bug in the judge must not leave a run without a verdict
        evidence = Evidence(Artifacts(unreadable={"the artifacts": f"{type(error).__name__}: {shorten(error)}"}))
    entries, configuration_failures = _entries(artifacts, evidence, allow_unknown)
    early = [problem for problem in evidence.problems if problem.rule in (1, 2, 8)]  # of the recording
    late = [problem for problem in evidence.problems if problem.rule not in (1, 2, 8)]
    replayed = REPLAYED if artifacts.replay is not None else (answers.results, outbound_calls.rule_8)
    recorded, last = _apply(RECORDING, evidence), _apply((whole_run.replay_failed, *replayed), evidence)
    all_failures = [*_apply(WHOLE, evidence), *early, *recorded, *late, *last]
    matched = _matched(entries, all_failures, evidence)
    fixed = [_is_fixed(item, evidence) for item in matched.fixed] if is_locked(evidence) else []
    failures = (*configuration_failures, *matched.standing, *fixed)
    verdict = Verdict(failures, tuple(matched.known), tuple(matched.fixed), tuple(matched.unseen), evidence)
    return verdict if failures else replace(verdict, failures=tuple(_none_passed(verdict)))


def verdict_of(code: int) -> result_json.Verdict:
    """passed (code 0), failed (1) or error (any other code)."""
    return PASSED if code == Code.PASSED else FAILED if code == Code.FAILED else ERROR


def is_locked(evidence: Evidence) -> bool:
    """Whether SDK, libraries, CLI and sentinels are those for which known_failures.yaml is maintained. Then a fixed
    failure fails the run."""
    return evidence.setup.locked and evidence.setup.sentinels and evidence.replay.cli.name == BUNDLED


def _apply(rules: Iterable[Rule], evidence: Evidence) -> list[Failure]:
    failures: list[Failure] = []
    for rule in rules:
        try:
            failures += rule(evidence)
        except Exception as error:  # as above
            fault = f"a fault of the judge: {type(error).__name__}: {shorten(error)}"
            message = f"{rule.__name__} could not be judged, {fault}"
            failures.append(Failure(CONFIGURATION, RUN, message, "result.json"))
    return failures


def _entries(artifacts: Artifacts, evidence: Evidence, allow_unknown: bool) -> tuple[list[Entry], list[Failure]]:
    """Returns the entries that apply to this run, and the faults of their files. A partial run cannot check whether
    each entry names a request of the suite."""
    if not (artifacts.known_failures and artifacts.known_causes):
        return [], []
    recording, setup = evidence.recording, evidence.setup
    versions = {**setup.packages, **setup.versions, "recorded_by": recording.sdk}
    try:
        causes = known_failures.load_causes(artifacts.known_causes)
        causes |= known_failures.UNNAMED if allow_unknown else {}
        entries = known_failures.load_entries(artifacts.known_failures, causes)
        if recording.partial is not None:
            entries = [entry for entry in entries if entry.names(evidence.sent_calls)]
        elif evidence.sent:
            known_failures.check_names(entries, evidence.sent_calls)
        return [entry for entry in entries if entry.applies(versions, evidence.replay.cli.name)], []
    except HarnessError as error:
        return [], [Failure(CONFIGURATION, RUN, str(error), known_failures.FILE, code=error.code)]


def _matched(entries: list[Entry], failures: list[Failure], evidence: Evidence) -> Matched:
    recorded = {known_failures.START, *(request.name for request in evidence.requests if evidence.recorded(request))}

    def reached(name: str, pin: Pin) -> bool:
        kind = pin.fact.kind
        if evidence.sent is None or (pin.stage == REPLAY and evidence.mocks is None and kind in OF_MOCKS):
            return False
        if pin.stage == REPLAY:
            return name in recorded and bool(evidence.results)
        return name in recorded or pin.stage == EXPECTATION or kind == "traces"

    return match(entries, failures, evidence.sent_calls, reached=reached)


def _is_fixed(fixed: Unseen, evidence: Evidence) -> Failure:
    name, pin = fixed
    what = f"fixed: {pin.stage}: {shorten(pin.fact, 200)} no longer shows, which is pinned as known failure"
    message = f"{what} {pin.entry.cause.id} ({pin.place}): make update-known-failures-{evidence.recording.suite}"
    of_request = (id_ for id_, request in evidence.by_trace.items() if request.name == name)
    return Failure(CONFIGURATION, pin.stage, message, known_failures.FILE, name, next(of_request, None))


def _none_passed(verdict: Verdict) -> Iterator[Failure]:
    """A run without a passed request has verified nothing, even if all its failures are known."""
    counts = verdict.result()["requests"]
    if not counts["passed"]:
        rest = f"{counts['known_failures']} are known failures, and {counts['by_design']} are left out by design"
        message = f"nothing was verified: of {counts['sent']} requests {rest}"
        yield Failure(CONFIGURATION, RUN, message, "result.json", code=int(Code.NOTHING_VERIFIED))


def _warnings(evidence: Evidence) -> Iterator[Warned]:
    """What was warned of, then the stalls. A stall is expected of the official CLI: it is the CLI's own fault. Its
    effect on the test is in the second result."""
    background = Counter(warning.trace_id for warning in evidence.warnings if warning.kind == BACKGROUND)
    for warning in evidence.warnings:
        owner = evidence.by_trace.get(warning.trace_id or "")
        expected = owner is not None and warning.method in owner.expect_unpatched
        if owner and warning.kind == BACKGROUND:
            expected = owner.background == background[warning.trace_id]
        yield Warned(owner.name if owner else None, warning.kind, warning.method, warning.trace_id, expected)
    for trace_id in evidence.stalled:
        owner = evidence.by_trace.get(trace_id)
        yield Warned(owner.name if owner else None, "time travel stall", "", trace_id or None, True)
