"""The outcome of a run that ended before it could be judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e_common import judging
from e2e_common.report import summary
from e2e_common.run_folder import RunFolder
from e2e_common.story.again import Again
from tests.unit.good_run import GoodRun
from tests.unit.test_story import write

AGAIN = Again("", "", "", "make e2e-flask", "make explain-flask")


@pytest.mark.parametrize("only", [None, "one*"])
def test_a_run_with_some_of_the_requests_says_so_whatever_ended_it(tmp_path: Path, only: str | None) -> None:
    """run.json tells it only where the recording has ended."""
    folder = RunFolder(tmp_path)
    for facts in ({"suite": "flask", "partial": only}, {"suite": "flask"}):
        result = judging.stopped(folder, tmp_path, facts, 5, "not done within 3 s").result
        assert (result["code"], result["partial"]) == (5, facts.get("partial") is not None)
    run = GoodRun()
    run.run["partial"] = only
    folder = write(tmp_path, run.artifacts())
    assert judging.stopped(folder, tmp_path, {}, 6, "left").result["partial"] == (only is not None)


@pytest.mark.parametrize(("only", "says"), [(None, "SDK off   "), ("one*", "SDK off, PARTIAL   ")])
def test_so_does_a_baseline(tmp_path: Path, only: str | None, says: str) -> None:
    folder = write(tmp_path, GoodRun().artifacts())
    folder.run.unlink()
    folder.replay.unlink()
    outcome = judging.judge_baseline(folder, tmp_path, {"suite": "flask", "partial": only})
    line = summary(outcome, lambda: AGAIN, folder, tmp_path, ())
    assert (outcome.code, outcome.result["partial"]) == (0, only is not None)
    assert f"3 of 3 requests answered as stated with the {says}" in line
