"""What make bench, make stress-<suite>, make overhead-<suite> and make e2e-all say of seconds."""

from __future__ import annotations

import os
import time

import pytest

from e2e_common.dev.bench import cpu_ms, report, summary
from e2e_common.dev.stress import table
from e2e_common.run.all_suites import cpu_seconds


@pytest.mark.parametrize(("run", "met"), [(2.0, "within"), (2.1, "above")])
def test_a_run_is_compared_with_its_floor(run: float, met: str) -> None:
    pair = {"floor": 1.0, "wall": 3.0, "floor_wall": 2.0, "requests": 100, "seconds": {"total": 3.0}}
    lines = report("flask", [{**pair, "run": run - 0.5}, {**pair, "run": run}, {**pair, "run": run + 0.5}])
    assert lines[:4] == [
        "flask: 3 pairs of a run and its floor, 100 requests; median (range)",
        f"  CPU   run {run:.2f} ({run - 0.5:.2f} to {run + 0.5:.2f}), floor 1.00 (1.00 to 1.00) s; ratio {run:.2f}",
        f"  above the floor {run - 1:.2f} ({run - 1.5:.2f} to {run - 0.5:.2f}) s, {met} the goal of 1.00 s: "
        "0.6 + 0.004 a request",
        "  wall  run 3.00 (3.00 to 3.00), floor 2.00 (2.00 to 2.00) s",
    ]


def test_the_95th_percentile_is_one_of_the_values() -> None:
    assert summary([*map(float, range(1, 21))]) == {"mean": 10.5, "median": 10.5, "p95": 19.0}


def test_the_cpu_time_of_a_process_is_that_of_all_its_threads() -> None:
    before = time.process_time() * 1000
    between = cpu_ms(os.getpid())
    assert before <= between <= time.process_time() * 1000


def test_the_cpu_seconds_of_the_runs_are_those_of_the_scripts_children() -> None:
    assert cpu_seconds("0m0.013s 0m0.009s\n1m2.500s 0m3.250s\n") == 65.75


def test_the_table_has_median_and_maximum_of_each_phase() -> None:
    runs = [{"total": float(second), "replay": 1.0, "flush": None} for second in (1, 2, 6)]
    assert [line.split() for line in table(runs)] == [
        ["seconds", "median", "most"],
        ["total", "2.00", "6.00"],
        ["replay", "1.00", "1.00"],
    ]
    assert len(table([])) == 1
