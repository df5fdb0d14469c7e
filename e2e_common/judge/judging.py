"""The outcome of a run, from its folder: reads the artifacts, calls the judge, and describes runs that ended early."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from e2e_common.artifacts import files as artifacts
from e2e_common.artifacts.failure import CONFIGURATION, EXPECTATION, RECORDING, RUN, Failure
from e2e_common.artifacts.files import Artifacts
from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.judge.known_failures import FILE, Sent, load_causes, load_entries
from e2e_common.judge.verdict import FAILED, PASSED, Verdict, judge, verdict_of
from e2e_common.util.errors import Code, HarnessError
from e2e_common.util.paths import KNOWN_CAUSES
from e2e_common.util.yaml_files import load_document

FAILED_TEST = 3  # the rule for results that are not a clean pass


@dataclass(frozen=True)
class Outcome:
    """How a run ended. `result`: the document of result.json; `failures`: cause first; `log`: the most useful log file;
    `verdict`: None where the artifacts in the run's folder are from an earlier run."""

    result: dict[str, Any]
    failures: list[Failure] = field(default_factory=list)
    log: str | None = None
    verdict: Verdict | None = None

    @property
    def code(self) -> int:
        return int(self.result["code"])


def judge_run(folder: RunFolder, suite_dir: Path) -> Outcome:
    """Judges the artifacts in `folder`. Raises HarnessError (2) if there is no recording, or if known_failures.yaml is
    not YAML."""
    folder.read_recording()
    verdict = judge(load_artifacts(folder, suite_dir))
    log = folder.root / verdict.failures[0].file if verdict.failures else Path()
    return Outcome(verdict.result(), list(verdict.failures), str(log) if log.suffix == ".log" else None, verdict)


def judge_recording(folder: RunFolder, suite_dir: Path) -> Outcome | None:
    """Returns the failures of a recording that is not replayed now, or None. A broken recording must not be kept as
    valid."""
    verdict = judge(load_artifacts(folder, suite_dir))
    failures = [failure for failure in verdict.failures if failure.stage in (EXPECTATION, RECORDING)]
    if not failures:
        return None
    result = {**verdict.result(), "verdict": FAILED, "code": int(Code.FAILED), "reason": failures[0].line()}
    return Outcome(result, failures, str(folder.record_log), verdict)


def stopped(
    folder: RunFolder,
    suite_dir: Path,
    fields: Mapping[str, Any],
    code: int,
    reason: str,
    log: str | None = None,
    *,
    has_artifacts: bool = True,
) -> Outcome:
    """Returns the outcome of a run that ended before its check. `fields`: the known fields of result.json.
    `has_artifacts`: whether the artifacts in the folder are from this run. A replay that timed out counts as failed if
    a test had failed before."""
    try:
        verdict = judge(load_artifacts(folder, suite_dir)) if has_artifacts else None
    except HarnessError:  # known_failures.yaml is not YAML
        verdict = judge(artifacts.load(folder.root))
    if verdict and code == Code.TIMED_OUT and folder.recording.exists():
        done = verdict.evidence.results_by_id
        if failed := [item for item in verdict.failures if item.rule == FAILED_TEST and done.get(item.trace_id or "")]:
            code, reason = Code.FAILED, f"a test had failed before the time limit: {failed[0].line()}; {reason}"
    return _ended(verdict, fields, code, reason, log)


def failed(outcome: Outcome, reason: str) -> Outcome:
    """Returns the outcome as failed for a reason outside the judge's rules."""
    result = {**outcome.result, "verdict": FAILED, "code": int(Code.FAILED), "reason": reason}
    return replace(outcome, result=result, failures=[Failure(CONFIGURATION, RUN, reason, "traces/")])


def _ended(verdict: Verdict | None, fields: Mapping[str, Any], code: int, reason: str, log: str | None) -> Outcome:
    result = (verdict or judge(Artifacts())).result()
    partial = result["partial"] or fields.get("partial") is not None
    result |= {**fields, "partial": partial, "verdict": verdict_of(code), "code": code, "reason": reason}
    result["fixed"] = []  # unknown for a run that did not finish, or ran without the SDK
    return Outcome(result, [Failure(CONFIGURATION, RUN, reason, "result.json", code=code)], log, verdict)


def judge_baseline(folder: RunFolder, fields: Mapping[str, Any]) -> Outcome:
    """Checks whether every request met its expectation with the SDK off. Known failures do not apply: without the SDK,
    a failure is not the SDK's fault."""
    verdict = judge(artifacts.load(folder.root))
    sent = len(verdict.evidence.requests)
    failures = [failure for failure in verdict.failures if failure.stage == EXPECTATION]
    code, reason = Code.PASSED, PASSED  # type: Code, str
    if not sent:
        code, reason = Code.NOTHING_VERIFIED, "src/test_requests.py sent nothing"
    elif failures or verdict.evidence.sent is None:
        code, reason = Code.FAILED, failures[0].line() if failures else "src/test_requests.py broke off"
    outcome = _ended(verdict, fields, code, reason, str(folder.requests_log))
    if code != Code.PASSED:
        return replace(outcome, failures=failures or outcome.failures)
    outcome.result["requests"] = {**dict.fromkeys(outcome.result["requests"], 0), "sent": sent, "passed": sent}
    return replace(outcome, failures=[])


def unrecorded(suite_dir: Path, sent: Sent, versions: Mapping[str, str | None], cli: str) -> set[str]:
    """Returns the names of the requests that have no trace according to known_failures.yaml, for these versions and
    this CLI. Faults of the file are ignored here: the judge reports them."""
    path = suite_dir / FILE
    try:
        entries = load_entries(load_document(path), load_causes(load_document(KNOWN_CAUSES))) if path.exists() else []
        lost = [entry for entry in entries if entry.applies(versions, cli)]
    except HarnessError:
        return set()
    return {name for entry in lost for pin in entry.pins if pin.fact.kind == "traces" for name in entry.names(sent)}


def load_artifacts(folder: RunFolder, suite_dir: Path) -> Artifacts:
    """Loads the artifacts in `folder` and the suite's known failures. Raises HarnessError (2) if known_failures.yaml is
    not YAML."""
    loaded = artifacts.load(folder.root)
    path = suite_dir / FILE
    if path.exists():
        loaded = replace(loaded, known_failures=load_document(path), known_causes=load_document(KNOWN_CAUSES))
    return loaded
