"""The outcome of a run that ended before it could be judged."""

from __future__ import annotations

import json
from pathlib import Path
from unittest.mock import Mock

import pytest

from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.judge import judging, result_json
from e2e_common.judge.verdict import judge
from e2e_common.report import model
from e2e_common.report.write import report_on, summary
from tests.unit.judge.good_run import CAUSE, HEALTH, LEAK, ORDER, GoodRun, result
from tests.unit.judge.verdict.spoiling import DEVIATION
from tests.unit.report.made import write


@pytest.mark.parametrize("only", [None, "one*"])
def test_a_run_with_some_of_the_requests_says_so_whatever_ended_it(tmp_path: Path, only: str | None) -> None:
    """recording.json tells it only where the recording has ended."""
    folder = RunFolder(tmp_path)
    known = {"port": 8000, "runtime": "local", "versions": {"sdk": None}, "sdk_source": "index", "with": ""}
    for fields in ({"suite": "flask", "partial": only, **known}, {"suite": "flask"}):
        result = judging.stopped(folder, tmp_path, fields, 5, "not done within 3 s").result
        assert result_json.read(json.dumps(result).encode()) == result
        assert (result["code"], result["partial"]) == (5, fields.get("partial") is not None)
    run = GoodRun()
    run.recording["partial"] = only
    folder = write(tmp_path, run.artifacts())
    assert judging.stopped(folder, tmp_path, {}, 6, "left").result["partial"] == (only is not None)


def test_the_line_of_a_green_run_says_what_it_forgives_and_how_many_have_floats(tmp_path: Path) -> None:
    run = GoodRun()
    run.setup["forgives"] = ["ignore_dates", "ignore_fields: id"]
    next(line for line in run.mocks if line["event"] == "answer")["body"] = "eyJhIjoxLjB9"  # {"a":1.0}
    entry = f"- {{cause: {CAUSE}, requests: [health], replay: {{floats: ...}}}}\n"
    (tmp_path / "known_failures.yaml").write_text(entry)
    outcome = judging.judge_run(write(tmp_path / "out", run.artifacts()), tmp_path)
    line = summary(outcome, RunFolder(tmp_path), tmp_path, ())
    assert "3 of 3 requests recorded, replayed and matched (1 of them with floats for whole numbers)   " in line
    assert line.endswith(" \u00b7 comparison forgives ignore_dates, ignore_fields: id")


def timed_out(run: GoodRun, folder: Path) -> RunFolder:
    """`run` is broken off while the third of its tests runs."""
    run.results.pop()
    run.raw |= {"replay": None, "cli_log": b""}
    return write(folder, run.artifacts())


def said(folder: RunFolder, suite_dir: Path) -> tuple[int, str]:
    outcome = judging.stopped(folder, suite_dir, {}, 5, "not done within 3 s")
    return outcome.code, str(outcome.result["reason"])


def test_a_test_that_failed_before_the_time_limit_is_named(tmp_path: Path) -> None:
    run = GoodRun()
    run.results = [result(HEALTH, passed=False, error="EOF"), result(ORDER, passed=False, error="EOF"), result(LEAK)]
    folder = timed_out(run, tmp_path / "a")
    reason = "a test had failed before the time limit: 'health': EOF (results.json); not done within 3 s"
    assert said(folder, tmp_path) == (1, reason)
    folder.recording.unlink()
    assert said(folder, tmp_path) == (5, "not done within 3 s"), "the recording had not ended: they are another run's"


def test_tests_that_passed_or_have_not_ended_or_are_known_to_fail_are_no_reason(tmp_path: Path) -> None:
    assert said(timed_out(GoodRun(), tmp_path / "a"), tmp_path)[0] == 5
    run = GoodRun()
    run.results[1] = result(ORDER, passed=False, error="EOF")
    folder = timed_out(run, tmp_path / "b")
    known = f"- {{cause: {CAUSE}, requests: [create order], replay: {{error: EOF}}}}\n"
    for text, code in (("", 1), (known, 5), ("[", 1)):  # what is not YAML knows of no failure
        (tmp_path / "known_failures.yaml").write_text(text)
        assert said(folder, tmp_path)[0] == code, text


def test_the_judge_runs_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Terminal and reports are made from its result."""
    once = Mock(side_effect=judge)
    monkeypatch.setattr(judging, "judge", once)
    monkeypatch.setattr(model, "judge", once)
    run = GoodRun()
    run.results[1] = result(ORDER, passed=False, deviations=[DEVIATION])
    folder = write(tmp_path / "out", run.artifacts())
    outcome = judging.judge_run(folder, tmp_path)
    assert "✗ flask" in summary(outcome, folder, tmp_path, ())
    report_on(outcome, folder, tmp_path, "junit,md,html")
    assert "create order" in (folder.root / "summary.md").read_text()
    assert once.call_count == 1


@pytest.mark.parametrize(("only", "says"), [(None, "SDK off   "), ("one*", "SDK off, PARTIAL   ")])
def test_so_does_a_baseline(tmp_path: Path, only: str | None, says: str) -> None:
    folder = write(tmp_path, GoodRun().artifacts())
    folder.recording.unlink()
    folder.replay.unlink()
    entry = f"- {{cause: {CAUSE}, requests: [health], expectation: {{status: 500}}}}\n"
    (tmp_path / "known_failures.yaml").write_text(entry)
    outcome = judging.judge_baseline(folder, {"suite": "flask", "partial": only})
    assert result_json.read(json.dumps(outcome.result).encode()) == outcome.result
    line = summary(outcome, folder, tmp_path, ())
    assert (outcome.code, outcome.result["partial"], outcome.result["fixed"]) == (0, only is not None, [])
    assert f"3 of 3 requests answered as expected with the {says}" in line
