"""Both CLIs on the same recordings: the same result for every trace, and the same verdict unless the bundled CLI is
stricter on purpose. Needs the official CLI (TUSK_CLI_PATH, or `tusk` on PATH)."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from e2e_common.artifacts import files as artifacts
from e2e_common.artifacts.failure import Failure
from e2e_common.judge.verdict import Verdict, judge
from e2e_common.util.paths import SUITES, suite_names
from tests.conftest import CANARIES, Finished, Suite

OFFICIAL = os.environ.get("TUSK_CLI_PATH") or shutil.which("tusk") or ""
OF_A_RESULT = {1, 2, 3, 8}  # rules whose failures name their request with either CLI
BUNDLED_ALONE = {7, 9}  # rules that need the bundled CLI's report
# Negative controls that only the bundled CLI detects completely, with the reason why the official one cannot.
STRICTER = {
    "hidden miss": "it names a call without a recorded answer of failed tests alone",
    "late thread": "it ends the application with the last answer, before the thread calls",
}
# Red or green with the official CLI, by chance: it ends the application with the last response, so 50 ms later there
# may be no application left to die; and the SDK's span of the response may come too late.
RACES = ("dies after its answer",)
CONTROLS = (
    "random number", "raw socket", "child process", "plain thread", "late thread", "late child",
    "dies after its answer", "clock not set back", "hidden miss", "wrong answer", "dies only in replay",
    "leaves a process", "ignores SIGTERM", "",
)  # fmt: skip

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not OFFICIAL, reason="no official Tusk CLI: set TUSK_CLI_PATH, or put `tusk` on PATH"),
]


@dataclass(frozen=True)
class Replayed:
    """One replay. `clean`: trace id → whether its result (of two, the second) is a clean pass; `rules`: name of a
    request → the rules that it broke in replay, known or not; `broken`: all rules that the run broke."""

    run: Finished
    verdict: Verdict
    clean: dict[str, bool]
    rules: dict[str, set[int]]
    broken: set[int]


def rule_of(failure: Failure) -> int:
    """Returns the failure's rule; 9 for details of a response that only the bundled CLI reports."""
    return 9 if (failure.rule, failure.file) == (3, "mocks.jsonl") else failure.rule


def reached(run: Finished) -> set[tuple[str, str]]:
    return {(row["service"], row["what"]) for row in run.result["leaks"]}


def replay(suite: Suite, cli: str, **options: str) -> Replayed:
    options = {"TUSK_CLI": cli, "TUSK_CLI_PATH": OFFICIAL if cli == "official" else "", **options}
    run = suite.run(*Suite.REPLAY, **options)
    verdict = judge(artifacts.load(run.folder))
    evidence = verdict.evidence
    clean = {result.test_id: not result.complaint() for result in evidence.results}
    for trace_id, retry in evidence.retries.items():
        if trace_id not in evidence.lacking:  # else the first one counts
            clean[trace_id] = all(not result.complaint() for result in retry.results) and bool(retry.results)
    failures = (*verdict.failures, *(failure for failure, _ in verdict.known))
    in_replay = [failure for failure in failures if failure.stage == "replay"]
    rules = {
        request.name: {rule_of(failure) for failure in in_replay if failure.request == request.name}
        for request in evidence.requests
    }
    return Replayed(run, verdict, clean, rules, {rule_of(failure) for failure in failures})


def compare(bundled: Replayed, official: Replayed) -> None:
    """Checks that every trace has the same result and every request broke the same rules."""
    assert bundled.clean.keys() == official.clean.keys()
    names = {trace_id: request.name for trace_id, request in bundled.verdict.evidence.by_trace.items()}
    differ = [names.get(id_, id_) for id_, clean in bundled.clean.items() if clean != official.clean[id_]]
    assert not differ
    for request, rules in official.rules.items():
        assert rules & OF_A_RESULT == bundled.rules[request] & OF_A_RESULT, request
        assert rules & BUNDLED_ALONE <= bundled.rules[request] & BUNDLED_ALONE, request
    assert official.broken - BUNDLED_ALONE == bundled.broken - BUNDLED_ALONE


@pytest.mark.parametrize("name", suite_names())
def test_a_suite_has_the_same_results(tmp_path: Path, name: str) -> None:
    source = SUITES / name / "e2e-tests"
    suite = Suite(tmp_path / name, source / "src")
    shutil.copytree(source, suite.folder, ignore=shutil.ignore_patterns("traces", "logs", ".venv"), dirs_exist_ok=True)
    assert suite.run(*Suite.RECORD).code == 0
    bundled, official = replay(suite, "bundled"), replay(suite, "official")
    compare(bundled, official)
    assert (bundled.run.code, official.run.code) == (0, 0), bundled.run.output + official.run.output
    assert reached(bundled.run) == reached(official.run)


@pytest.mark.parametrize("fault", CONTROLS)
def test_a_negative_control_has_the_same_verdict(tmp_path: Path, fault: str) -> None:
    suite = Suite(tmp_path / "canary", CANARIES)
    suite.run(*Suite.RECORD, CANARY=fault)
    bundled, official = (replay(suite, cli, CANARY=fault) for cli in ("bundled", "official"))
    if fault in STRICTER:
        assert bundled.run.code == 1
        assert official.broken < bundled.broken, STRICTER[fault]
    elif fault in RACES:
        assert (bundled.run.code, official.run.code in (0, 1)) == (1, True)
    else:
        assert bundled.run.code == official.run.code
        compare(bundled, official)


@pytest.mark.parametrize("leaking", ["on", "off"])
def test_what_reaches_a_sentinel_is_the_same(leaks: Suite, leaking: str) -> None:
    recorded = leaks.run(*Suite.RECORD, LEAKS=leaking)
    assert recorded.code == (1 if leaking == "on" else 0), "the upstream tells of its caller already"
    bundled, official = (replay(leaks, cli, LEAKS=leaking) for cli in ("bundled", "official"))
    assert bundled.run.code == official.run.code == (1 if leaking == "on" else 0)
    assert bundled.clean == official.clean
    assert reached(bundled.run) == reached(official.run), "each is told once for each time that its test was run"
    assert len(reached(bundled.run)) == (6 if leaking == "on" else 0)
