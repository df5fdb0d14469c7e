"""From a run's folder to its outcome: reads the artifacts, calls the judge, and words what ended before it."""

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

FAILED_TEST = 3  # the rule of results that are no clean pass


@dataclass(frozen=True)
class Outcome:
    """How a run ended. `result`: the document for result.json; `failures`: the cause first; `log`: the file whose last
    lines say most, if one does; `verdict`: what every report is made from, None where the artifacts in the run's folder
    are of an earlier run."""

    result: dict[str, Any]
    failures: list[Failure] = field(default_factory=list)
    log: str | None = None
    verdict: Verdict | None = None

    @property
    def code(self) -> int:
        return int(self.result["code"])


def judge_run(folder: RunFolder, suite_dir: Path) -> Outcome:
    """The verdict over the artifacts in `folder`. Raises HarnessError (2) when there is no recording, or when
    known_failures.yaml is not YAML."""
    folder.read_recording()
    verdict = verdict_of(folder, suite_dir)
    log = folder.root / verdict.failures[0].file if verdict.failures else None
    is_log = log is not None and log.suffix == ".log"
    return Outcome(verdict.result(), list(verdict.failures), str(log) if is_log else None, verdict)


def judge_recording(folder: RunFolder, suite_dir: Path) -> Outcome | None:
    """What is wrong with a recording that is not replayed now, or None: a broken one must not be kept for the truth."""
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
    """The outcome of a run that ended before its check; `facts`: what is known of it (as result.json). `has_artifacts`:
    whether those in the folder are its own. A replay that ran out of time has failed where a test had, by then."""
    verdict = judge(_readable(folder, suite_dir)) if has_artifacts else None
    if verdict and code == Code.TIMED_OUT and folder.recording.exists() and (failed := failed_before(verdict)):
        code, reason = Code.FAILED, f"{failed}; {reason}"
    result = (verdict or judge(Artifacts())).result()
    known = {key: facts[key] for key in ("suite", "port", "runtime", "versions", "sdk_source", "with") if key in facts}
    partial = result["partial"] or facts.get("partial") is not None
    result.update(known, partial=partial, verdict=FAILED if code == Code.FAILED else ERROR, code=code, reason=reason)
    result["fixed"] = []  # who has not come to the end, or has no SDK, cannot say
    return Outcome(result, [Failure(CONFIGURATION, RUN, reason, "result.json", code=code)], log, verdict)


def failed_before(verdict: Verdict) -> str:
    """Of a replay that ran out of time: how many tests had failed by then and why most of them did, in words; empty
    where none had (known failures do not count)."""
    done = verdict.evidence.results_by_id
    failed = [each for each in verdict.failures if each.rule == FAILED_TEST and done.get(each.trace_id or "")]
    if not failed:
        return ""
    reason, count = Counter(failure.message for failure in failed).most_common(1)[0]
    return f"{len(failed)} tests had failed before the time limit, {count} of them so: {shorten(reason, 300)}"


def judge_baseline(folder: RunFolder, suite_dir: Path, facts: Mapping[str, Any]) -> Outcome:
    """Whether every request met its expectation with the SDK off. No known failure counts here: what is wrong without
    the SDK is not the SDK's fault."""
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
        ended = stopped(folder, suite_dir, facts, Code.FAILED, reason, str(folder.requests_log))
        return replace(ended, failures=failures or ended.failures)
    outcome = stopped(folder, suite_dir, facts, Code.PASSED, PASSED)
    none = dict.fromkeys(("recorded", "replayed", "floats", "known_failures", "by_design"), 0)
    counts = {"sent": len(sent), **none, "passed": len(sent)}
    outcome.result.update(verdict=PASSED, requests=counts)
    return replace(outcome, failures=[])


def unrecorded(suite_dir: Path, sent: Sequence[Sent], versions: Mapping[str, str | None], cli: str) -> set[str]:
    """Names of the requests that known_failures.yaml says have no trace, with these versions and this CLI. Faults of
    the file are the judge's to tell."""
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
    """The judge's verdict over the artifacts in `folder`. Raises HarnessError (2) where known_failures.yaml is not
    YAML."""
    return judge(load_artifacts(folder, suite_dir))


def load_artifacts(folder: RunFolder, suite_dir: Path) -> Artifacts:
    """The artifacts in `folder`, with what is known of the suite's failures. Raises HarnessError (2) as above."""
    found = artifacts.load(folder.root)
    path = suite_dir / known_failures.FILE
    if path.exists():
        found = replace(found, known_failures=load_document(path), known_causes=load_document(KNOWN_CAUSES))
    return found


def _readable(folder: RunFolder, suite_dir: Path) -> Artifacts:
    """As above; without the known failures where their file is not YAML."""
    try:
        return load_artifacts(folder, suite_dir)
    except HarnessError:
        return artifacts.load(folder.root)
