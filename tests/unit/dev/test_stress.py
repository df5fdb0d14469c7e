"""The figures of make stress-<suite>."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from e2e_common.dev.stress import Stress, keep, table, wilson
from e2e_common.run.suite_run import Ended
from e2e_common.setup.suites import folder_of


@pytest.mark.parametrize(
    ("passed", "total", "low", "high"),
    [  # computed by hand from Wilson's formula with z = 1.96
        (50, 50, 0.9287, 1.0),
        (0, 1, 0.0, 0.7935),
        (9, 10, 0.5958, 0.9821),
        (1, 2, 0.0945, 0.9055),
    ],
)
def test_the_confidence_interval_is_wilsons(passed: int, total: int, low: float, high: float) -> None:
    assert wilson(passed, total) == pytest.approx((low, high), abs=1e-4)


def test_the_table_has_median_and_95th_percentile_of_each_phase() -> None:
    runs = [{"total": float(second), "replay": 1.0} for second in range(1, 22)]  # 1 to 21 seconds
    assert [line.split() for line in table(runs)] == [
        ["seconds", "p50", "p95", "max"],
        ["total", "11.00", "20.00", "21.00"],
        ["replay", "1.00", "1.00", "1.00"],
    ]


def test_one_run_is_its_own_percentile_and_none_has_no_table() -> None:
    assert table([{"total": 2.5}])[1].split() == ["total", "2.50", "2.50", "2.50"]
    assert table([]) == []


def test_the_artifacts_are_kept_beside_and_stay_where_they_are(tmp_path: Path) -> None:
    folder = tmp_path / "flask-8000"
    folder.mkdir()
    (folder / "result.json").write_text("new")
    old = tmp_path / "flask-8000-stress"
    old.mkdir()
    (old / "of an earlier one").touch()
    assert keep(folder) == old
    assert [path.name for path in old.iterdir()] == ["result.json"]
    assert (folder / "result.json").read_text() == "new"


def test_what_cannot_be_copied_is_kept_where_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "flask-8000"
    folder.mkdir()
    os.mkfifo(folder / "pipe")
    assert keep(folder) == folder


def test_a_run_that_left_no_result_has_not_passed() -> None:
    stress = Stress(folder_of("flask"), 8000, 1)
    stress._take_in(Ended(0, "said nothing", None))
    assert stress.code == 4
    told = stress.summary()
    assert told.startswith("flask: 0 of 1 runs passed") and "it left no result\nsaid nothing" in told
