"""Creates the outcome of a run from its folder: reads the artifacts, calls the judge, and describes runs that ended
early."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from e2e_common.artifacts import files as artifacts
from e2e_common.artifacts.failure import CONFIGURATION, EXPECTATION, RECORDING, RUN, Failure, shorten
from e2e_common.artifacts.files import Artifacts
from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.judge import conditions, known_failures
from e2e_common.judge.known_failures import Sent
from e2e_common.judge.verdict import ERROR, FAILED, PASSED, Verdict, judge
from e2e_common.util.errors import Code, HarnessError
from e2e_common.util.paths import KNOWN_CAUSES
from e2e_common.util.yaml_files import load_document

FAILED_TEST = 3  # the rule for results that are not a clean pass


@dataclass(frozen=True)
class Outcome:
    """How a run ended. `result`: the document of result.json; `failures`: cause first; `log`: the most useful log file,
    or None; `verdict`: the source of every report, None where the artifacts in the run's folder are from an earlier
    run."""

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
    verdict = verdict_of(folder, suite_dir)
    log_path = folder.root / verdict.failures[0].file if verdict.failures else None
    is_log = log_path is not None and log_path.suffix == ".log"
    return Outcome(verdict.result(), list(verdict.failures), str(log_path) if is_log else None, verdict)


def judge_recording(folder: RunFolder, suite_dir: Path) -> Outcome | None:
    """Returns the failures of a recording that is not replayed now, or None. A broken recording must not be kept as
    valid."""
    verdict = verdict_of(folder, suite_dir)
    failures = [failure for failure in verdict.failures if failure.stage in (EXPECTATION, RECORDING)]
    if not failures:
        return None
    result = {**verdict.result(), "verdict": FAILED, "code": int(Code.FAILED), "reason": failures[0].line()}
    return Outcome(result, failures, str(folder.record_log), verdict)


def stopped(
    folder: RunFolder,
    suite_dir: Path,
    facts: Mapping[str, Any],
    code: int,
    reason: str,
    log: str | None = None,
    *,
    has_artifacts: bool = True,
) -> Outcome:
    """Returns the outcome of a run that ended before its check. `facts`: the known fields of result.json.
    `has_artifacts`: whether the artifacts in the folder are from this run. A replay that timed out counts as failed if
    a test had failed before."""
    verdict = judge(_readable(folder, suite_dir)) if has_artifacts else None
    if verdict and code == Code.TIMED_OUT and folder.recording.exists() and (failed_tests := failed_before(verdict)):
        code, reason = Code.FAILED, f"{failed_tests}; {reason}"
    result = (verdict or judge(Artifacts())).result()
    fields = {key: facts[key] for key in ("suite", "port", "runtime", "versions", "sdk_source", "with") if key in facts}
    partial = result["partial"] or facts.get("partial") is not None
    result.update(fields, partial=partial, verdict=FAILED if code == Code.FAILED else ERROR, code=code, reason=reason)
    result["fixed"] = []  # unknown for a run that did not finish, or ran without the SDK
    return Outcome(result, [Failure(CONFIGURATION, RUN, reason, "result.json", code=code)], log, verdict)


def failed_before(verdict: Verdict) -> str:
    """For a replay that timed out: a text with the number of tests that had failed and their most frequent reason.
    Empty where none had failed; known failures do not count."""
    done = verdict.evidence.results_by_id
    failures = [item for item in verdict.failures if item.rule == FAILED_TEST and done.get(item.trace_id or "")]
    if not failures:
        return ""
    reason, count = Counter(failure.message for failure in failures).most_common(1)[0]
    return f"{len(failures)} tests had failed before the time limit, {count} of them so: {shorten(reason, 300)}"


def judge_baseline(folder: RunFolder, suite_dir: Path, facts: Mapping[str, Any]) -> Outcome:
    """Checks whether every request met its expectation with the SDK off. Known failures do not apply: without the SDK,
    a failure is not the SDK's fault."""
    rows = [json.loads(line) for line in folder.requests.read_text().splitlines()]
    sent = [row for row in rows if "n" in row]
    failures = [
        Failure(1, EXPECTATION, problem, "requests.jsonl", row["name"]) for row in sent for problem in row["problems"]
    ]
    if not sent:
        reason, log = "src/test_requests.py sent nothing", str(folder.requests_log)
        return stopped(folder, suite_dir, facts, Code.NOTHING_VERIFIED, reason, log)
    if failures or not any(row.get("end") for row in rows):
        reason = failures[0].line() if failures else "src/test_requests.py broke off"
        outcome = stopped(folder, suite_dir, facts, Code.FAILED, reason, str(folder.requests_log))
        return replace(outcome, failures=failures or outcome.failures)
    outcome = stopped(folder, suite_dir, facts, Code.PASSED, PASSED)
    zeros = dict.fromkeys(("recorded", "replayed", "floats", "known_failures", "by_design"), 0)
    counts = {"sent": len(sent), **zeros, "passed": len(sent)}
    outcome.result.update(verdict=PASSED, requests=counts)
    return replace(outcome, failures=[])


def unrecorded(suite_dir: Path, sent: Sequence[Sent], versions: Mapping[str, str | None], cli: str) -> set[str]:
    """Returns the names of the requests that have no trace according to known_failures.yaml, for these versions and
    this CLI. Faults of the file are ignored here: the judge reports them."""
    path = suite_dir / known_failures.FILE
    if not path.exists():
        return set()
    try:
        causes = known_failures.load_causes(load_document(KNOWN_CAUSES))
        entries = known_failures.load_entries(load_document(path), causes)
    except known_failures.KnownFailuresError:
        return set()
    applicable = conditions.applicable(entries, versions, cli)[0]
    lost = [entry for entry in applicable if any(pin.fact.kind == "traces" for pin in entry.pins)]
    return {name for entry in lost for name in entry.names(sent)}


def verdict_of(folder: RunFolder, suite_dir: Path) -> Verdict:
    """Judges the artifacts in `folder`. Raises HarnessError (2) if known_failures.yaml is not YAML."""
    return judge(load_artifacts(folder, suite_dir))


def load_artifacts(folder: RunFolder, suite_dir: Path) -> Artifacts:
    """Loads the artifacts in `folder` and the suite's known failures. Raises HarnessError (2) as above."""
    loaded = artifacts.load(folder.root)
    path = suite_dir / known_failures.FILE
    if path.exists():
        loaded = replace(loaded, known_failures=load_document(path), known_causes=load_document(KNOWN_CAUSES))
    return loaded


def _readable(folder: RunFolder, suite_dir: Path) -> Artifacts:
    """As load_artifacts, but without the known failures if their file is not YAML."""
    try:
        return load_artifacts(folder, suite_dir)
    except HarnessError:
        return artifacts.load(folder.root)
