"""The reason: the cause, told once, on one line."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from e2e_common.artifacts.failure import Failure
from e2e_common.artifacts.files import Artifacts
from e2e_common.judge import verdict as verdict_module
from e2e_common.judge.evidence import Evidence
from e2e_common.judge.verdict import judge
from tests.unit.judge.good_run import GoodRun
from tests.unit.judge.verdict import test_known_failures
from tests.unit.judge.verdict.changes import raw
from tests.unit.judge.verdict.spoiling import Said, Spoiled, check, failures, judged

CASES = [*test_known_failures.SPOILED, *test_known_failures.CASES]
EXACT: list[Said] = [said for module in test_known_failures.MODULES for said in module.EXACT]


def test_the_good_run_is_green() -> None:
    verdict = judge(GoodRun().artifacts())
    assert [failure.line() for failure in verdict.failures] == []
    assert (verdict.code, verdict.verdict, verdict.reason) == (0, "passed", "passed")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_nothing_spoiled_is_green(case: Spoiled) -> None:
    check(case)


# Plain ids: mutmut, which collects twice in one process, would not find those that pytest escapes.
@pytest.mark.parametrize("said", EXACT, ids=lambda said: re.sub(r"[^ -~]|\\", "?", said.id))
def test_nothing_else_is_said(said: Said) -> None:
    found = judged(said.change).failures
    assert tuple(failure.message for failure in found) == said.messages
    assert said.facts in (None, tuple(fact for failure in found for fact in failure.facts))


def test_every_fault_has_its_own_message() -> None:
    reasons = {case.id: judged(case.change).reason for case in CASES}
    assert len(CASES) == len(reasons) >= 140
    assert sorted(reasons.values()) == sorted(set(reasons.values()))


def test_a_reason_can_always_be_printed() -> None:
    requests = GoodRun().artifacts().requests or b""
    spoiled = requests.replace(b'"problems": []', b'"problems": ["\\ud800\\n x"]', 1)
    assert judged(raw(requests=spoiled)).reason == "'health': ? x (requests.jsonl)"


def test_a_fault_of_the_judge_itself_is_no_green(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(artifacts: Artifacts) -> Evidence:
        if artifacts.requests:
            raise ValueError("boom " * 40)
        return Evidence(artifacts)

    monkeypatch.setattr(verdict_module, "Evidence", broken)
    verdict = judge(GoodRun().artifacts())
    assert verdict.code == 4
    words = f"the artifacts could not be read: ValueError: {('boom ' * 40)[:119]}\u2026"
    found = [(each.rule, each.stage, each.message, each.file) for each in verdict.failures]
    assert (1, "run", words, "the artifacts") in found


def test_a_rule_that_cannot_judge_is_a_failure_beside_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def rule_broken(evidence: Evidence) -> Iterator[Failure]:
        yield Failure(3, "run", "said before", "x.json")
        raise ValueError("boom " * 40)

    monkeypatch.setattr(verdict_module, "REPLAYED", (rule_broken, *verdict_module.REPLAYED))
    fault = f"rule_broken could not be judged, a fault of the judge: ValueError: {('boom ' * 40)[:119]}\u2026"
    found = [each for each in failures(lambda run: run.touched.pop()) if each[0] != 3]
    assert found[0] == (0, "run", fault, "result.json", None, None)
    assert [rule for rule, *_ in found] == [0, 6]
