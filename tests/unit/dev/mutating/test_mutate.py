"""From a recording to the recording of its variants, and from what became of them to the figures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace as replaced

from e2e_common.artifacts.failure import RECORDING, REPLAY, RUN, Failure
from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.dev.mutating import mutate, values
from e2e_common.dev.mutating.mutate import GOALS, Variant, lines, outcome, plan, reasons, spans_of, write
from e2e_common.judge.evidence import Evidence
from e2e_common.judge.verdict import judge
from e2e_common.tusk.traces import load
from e2e_common.util.paths import suite_names
from tests.unit.judge import good_run
from tests.unit.judge.good_run import GoodRun


@pytest.fixture
def evidence() -> Evidence:
    return Evidence(GoodRun().artifacts())


def planned(evidence: Evidence) -> list[Variant]:
    return plan("suite", evidence, evidence.requests)


@pytest.mark.parametrize("most", [1200, 6])
def test_the_variants_of_a_request_stand_between_two_controls(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(mutate, "MOST_OF_A_SUITE", most)
    found = planned(evidence)
    assert [each.number for each in found] == list(range(1, len(found) + 1))
    for request in evidence.requests:
        of_it = [each for each in found if each.request is request]
        assert [each.value is None for each in of_it] == [True, *[False] * (len(of_it) - 2), True]
        assert 3 <= len(of_it) <= values.MOST + 2
    assert len(changed(found)) <= most
    assert len({each.trace_id for each in found}) == len({each.name for each in found}) == len(found)


def test_a_control_is_the_recording_under_another_trace_id_and_number(evidence: Evidence) -> None:
    control = next(each for each in planned(evidence) if each.value is None)
    for span, raw in zip(control.file.spans, spans_of(control), strict=True):
        same = {**span.raw, "traceId": control.trace_id}
        if span.is_root:
            same["inputValue"] = {**span.input_value, "headers": {"X-E2e-Request": str(control.number)}}
        assert raw == same


def test_what_is_written_is_a_recording_whose_tests_are_the_variants(tmp_path: Path) -> None:
    early = good_run.span("e" * 32, "early", good_run.T0 - 9, 0.1, isPreAppStart=True)
    run = GoodRun()
    run.traces["traces/0_start.jsonl"] = [early]
    evidence = Evidence(run.artifacts())
    folder = RunFolder(tmp_path / "1")
    folder.clear_recording()
    found = planned(evidence)
    write(found, evidence, folder)
    recording = load(folder.traces)
    assert [test.trace_id for test in recording.tests] == [each.trace_id for each in found]
    assert [span.raw for span in recording.suite if span.is_pre_app_start] == [early]
    *rows, end = [json.loads(line) for line in folder.requests.read_text().splitlines()]
    assert [(row["n"], row["name"]) for row in rows] == [(each.number, each.name) for each in found]
    assert (end["end"], end["sent"]) == (True, len(found))


def test_only_what_the_judge_says_of_the_replay_makes_a_variant_red(evidence: Evidence) -> None:
    """That a changed recording is not what was recorded (rule 8) is no merit of the suite."""
    first, second, third, *_ = planned(evidence)
    passed = [replaced(evidence.results[0], test_id=each.trace_id) for each in (first, second, third)]
    evidence.results_by_id = {each.test_id: [each] for each in passed}
    failures = (
        Failure(8, RECORDING, "not as recorded", "traces/", first.name),
        Failure(4, RUN, "the totals disagree", "results.json"),
        Failure(7, REPLAY, "no recorded answer", "mocks.jsonl", second.name),
        Failure(3, REPLAY, "differs", "results.json", second.name),
    )
    verdict = replace(judge(GoodRun().artifacts()), failures=failures, evidence=evidence)
    red = reasons(verdict, planned(evidence))
    assert red == {first.number: "", second.number: "no recorded answer", third.number: ""}


def outcome_of(found: Sequence[Variant], red: Sequence[Variant]) -> dict[str, Any]:
    return outcome(found, {each.number: "differs" if each in red else "" for each in found}, 85.0)


def changed(found: Sequence[Variant]) -> list[Variant]:
    return [each for each in found if each.value]


def test_all_red(evidence: Evidence) -> None:
    found = planned(evidence)
    tried = len(changed(found))
    document = outcome_of(found, changed(found))
    assert (document["share"], document["red"], document["tried"]) == (100.0, tried, tried)
    assert lines(document) == [f"{tried} of {tried} changed values turned red, 100.0 % (goal 85 %)"]


def test_what_nothing_depends_on_is_named(evidence: Evidence) -> None:
    found = planned(evidence)
    [lost, *kept] = changed(found)
    assert outcome_of(found, [])["share"] == 0.0
    document = outcome_of(found, kept)
    assert document["share"] == int(1000 * len(kept) / (len(kept) + 1)) / 10
    assert lost.value
    names = {"request": lost.request.name, "place": lost.value.place, "what": lost.value.what}
    assert lines(document)[1:] == [
        "    1 that nothing depends on, by request:", "      {request!r}: {place}: {what}".format_map(names),
    ]  # fmt: skip
    assert [row for row in document["values"] if row["reason"] is None] == [{**names, "reason": None}]


@pytest.mark.parametrize(("red", "share"), [(8_499, 84.9), (8_500, 85.0)])
def test_a_share_is_never_rounded_up(evidence: Evidence, red: int, share: float) -> None:
    variant = changed(planned(evidence))[0]
    found = [replace(variant, number=number) for number in range(10_000)]
    assert outcome(found, {each.number: "differs" * (each.number < red) for each in found}, 85.0)["share"] == share


def test_each_goal_is_of_a_suite() -> None:
    assert GOALS.keys() <= set(suite_names())


def test_a_red_control_takes_its_request_out(evidence: Evidence) -> None:
    found = planned(evidence)
    control = next(each for each in reversed(found) if each.value is None)
    document = outcome_of(found, [*changed(found), control])
    assert document["not_counted"] == [{"request": control.request.name, "reason": "differs"}]
    assert control.request.name not in [row["request"] for row in document["values"]]
    assert f"    {control.request.name!r} does not count" in lines(document)[1]
    nothing = outcome_of(found, found)
    assert (nothing["tried"], nothing["share"]) == (0, 0.0)
