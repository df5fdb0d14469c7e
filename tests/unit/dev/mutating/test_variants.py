"""From a recording to the recording of its variants, and from what became of them to the figures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec.structs import replace as replaced

from e2e_common.artifacts.failure import RECORDING, REPLAY, RUN, Failure
from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.dev.mutating import facts, variants
from e2e_common.dev.mutating.outcome import GOAL, GOALS, Outcome
from e2e_common.dev.mutating.session import reasons
from e2e_common.dev.mutating.variants import Plan, Variant, plan, spans_of, write
from e2e_common.judge.evidence import Evidence
from e2e_common.judge.evidence_reader import read
from e2e_common.judge.verdict import Verdict, judge
from e2e_common.tusk.traces import load
from e2e_common.util.paths import suite_names
from tests.unit.judge import good_run
from tests.unit.judge.good_run import GoodRun


@pytest.fixture
def evidence() -> Evidence:
    return read(GoodRun().artifacts())


def planned(evidence: Evidence) -> Plan:
    return plan("suite", evidence, evidence.requests)


def test_the_variants_of_a_request_stand_between_two_controls(evidence: Evidence) -> None:
    found = planned(evidence)
    assert [each.number for each in found.variants] == list(range(1, len(found.variants) + 1))
    for request in evidence.requests:
        of_it = [each for each in found.variants if each.request is request]
        assert [each.fact is None for each in of_it] == [True, *[False] * (len(of_it) - 2), True]
        assert 3 <= len(of_it) <= facts.MOST + 2
    assert len({each.trace_id for each in found.variants}) == len(found.variants)
    assert len({each.name for each in found.variants}) == len(found.variants)


def test_where_there_are_too_many_of_each_request_fewer_are_tried(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = planned(evidence)
    assert most.most == facts.MOST
    monkeypatch.setattr(variants, "MOST_OF_A_SUITE", 6)
    fewer = planned(evidence)
    assert fewer.most < facts.MOST
    assert fewer.found == most.found
    assert sum(each.fact is not None for each in fewer.variants) <= 6


def test_a_control_is_the_recording_under_another_trace_id_and_number(evidence: Evidence) -> None:
    control = next(each for each in planned(evidence).variants if each.fact is None)
    for span, raw in zip(control.file.spans, spans_of(control), strict=True):
        same = {**span.raw, "traceId": control.trace_id}
        if span.is_root:
            same["inputValue"] = {**span.input_value, "headers": {"X-E2e-Request": str(control.number)}}
        assert raw == same


def test_what_is_written_is_a_recording_whose_tests_are_the_variants(evidence: Evidence, tmp_path: Path) -> None:
    early = good_run.span("e" * 32, "early", good_run.T0 - 9, 0.1, isPreAppStart=True)
    run = GoodRun()
    run.traces["traces/0_start.jsonl"] = [early]
    evidence = read(run.artifacts())
    folder = RunFolder(tmp_path / "1")
    folder.clear_recording()
    found = planned(evidence).variants
    write(found, evidence, folder)
    recording = load(folder.traces)
    assert [test.trace_id for test in recording.tests] == [each.trace_id for each in found]
    assert [span.raw for span in recording.suite if span.is_pre_app_start] == [early]
    rows = [json.loads(line) for line in folder.requests.read_text().splitlines()]
    assert [(row["n"], row["name"]) for row in rows[:-1]] == [(each.number, each.name) for each in found]
    assert (rows[-1]["end"], rows[-1]["sent"]) == (True, len(found))


def verdict_of(evidence: Evidence, *failures: Failure) -> Verdict:
    return replace(judge(GoodRun().artifacts()), failures=failures, evidence=evidence)


def test_only_what_the_judge_says_of_the_replay_makes_a_variant_red(evidence: Evidence) -> None:
    """That a changed recording is not what was recorded (rule 8) is no merit of the suite."""
    first, second, third, *_ = planned(evidence).variants
    results = tuple(replaced(evidence.results[0], test_id=each.trace_id) for each in (first, second, third))
    failures = [
        Failure(8, RECORDING, "not as recorded", "traces/", first.name),
        Failure(4, RUN, "the totals disagree", "results.json"),
        Failure(7, REPLAY, "no recorded answer", "mocks.jsonl", second.name),
        Failure(3, REPLAY, "differs", "results.json", second.name),
    ]
    red = reasons(verdict_of(replace(evidence, results=results), *failures), planned(evidence).variants)
    assert red == {first.number: "", second.number: "no recorded answer", third.number: ""}


def outcome_of(found: Plan, red: Sequence[Variant], suite: str = "suite", partial: str = "") -> Outcome:
    numbers = {each.number for each in red}
    why = {each.number: "differs" if each.number in numbers else "" for each in found.variants}
    return Outcome(suite, found, why, partial, 1.0)


def changed(found: Plan) -> list[Variant]:
    return [each for each in found.variants if each.fact]


def test_all_red_is_the_goal_and_more(evidence: Evidence) -> None:
    found = planned(evidence)
    outcome = outcome_of(found, changed(found))
    assert (outcome.code, outcome.share) == (0, 100.0)
    assert len(outcome.lines()) == 1
    assert outcome.lines()[0].startswith("✓ suite")


def test_under_the_goal_it_fails_and_names_what_nothing_depends_on(evidence: Evidence) -> None:
    found = planned(evidence)
    [lost, *kept] = changed(found)
    outcome = outcome_of(found, [])
    assert (outcome.code, outcome.share) == (1, 0.0)
    outcome = outcome_of(found, kept)
    assert outcome.share == int(1000 * len(kept) / (len(kept) + 1)) / 10
    assert lost.fact
    *_, heading, line = outcome.lines()
    assert heading == "    1 that nothing depends on, by request:"
    assert line == f"      {lost.request.name!r}: {lost.fact.place}: {lost.fact.what}"
    [told] = [row for row in outcome.document()["facts"] if row["reason"] is None]
    assert (told["request"], told["place"], told["what"]) == (lost.request.name, lost.fact.place, lost.fact.what)


def many(found: Plan) -> Plan:
    """Ten thousand times the same fact."""
    variant = changed(found)[0]
    return Plan(tuple(replace(variant, number=number) for number in range(1, 10_001)), 10_000, 20)


def test_a_share_is_never_rounded_up(evidence: Evidence) -> None:
    found = many(planned(evidence))
    assert outcome_of(found, found.variants[:8_499]).code == 1
    assert outcome_of(found, found.variants[:8_499]).share == 84.9
    assert outcome_of(found, found.variants[:8_500]).code == 0


def test_a_suite_has_a_goal_of_its_own_for_all_of_its_requests(evidence: Evidence) -> None:
    assert GOALS.keys() <= set(suite_names())
    found = many(planned(evidence))
    for suite, goal in (*GOALS.items(), ("another", GOAL)):
        enough = round(goal * 100)
        under = outcome_of(found, found.variants[: enough - 1], suite)
        assert (under.code, under.document()["goal"]) == (1, goal)
        assert f"% (goal {goal:g} %)   1 s" in under.lines()[0]
        assert outcome_of(found, found.variants[:enough], suite).code == 0
    partial = outcome_of(found, found.variants[:8_500], "flask", partial="one call")
    assert partial.code == 0
    assert "turned red, 85.0 % (goal 85 %) PARTIAL (one call)" in partial.lines()[0]


def test_a_red_control_takes_its_request_out_and_fails(evidence: Evidence) -> None:
    found = planned(evidence)
    control = next(each for each in reversed(found.variants) if each.fact is None)
    outcome = outcome_of(found, [*changed(found), control])
    assert outcome.uncounted == {control.request.name: "differs"}
    assert control.request.name not in [name for name, _, _ in outcome.counted]
    assert outcome.code == 1
    assert outcome.document()["not_counted"] == [{"request": control.request.name, "reason": "differs"}]
    assert f"    {control.request.name!r} does not count" in outcome.lines()[1]


def test_nothing_that_counts_is_nothing_verified(evidence: Evidence) -> None:
    found = planned(evidence)
    assert outcome_of(found, found.variants).code == 4
