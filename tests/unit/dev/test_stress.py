"""The figures of make stress-<suite>."""

from __future__ import annotations

from e2e_common.dev.stress import table


def test_the_table_has_median_and_maximum_of_each_phase() -> None:
    runs = [{"total": float(second), "replay": 1.0, "flush": None} for second in (1, 2, 6)]
    assert [line.split() for line in table(runs)] == [
        ["seconds", "median", "most"],
        ["total", "2.00", "6.00"],
        ["replay", "1.00", "1.00"],
    ]
    assert len(table([])) == 1
