"""The text of `make coverage-<suite>`, from a report that coverage.py could have made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from e2e_common.dev.coverage_report import by_name, lines_of, not_reached, table, unmeasured
from e2e_common.record.measuring import BARE, WORLDS

EVERYWHERE = list(WORLDS)


def file(
    executed: dict[int, list[str]], missing: dict[str, list[int]], excluded: tuple[int, ...] = ()
) -> dict[str, Any]:
    """A file's entry. `executed`: its lines with the worlds that reached them; `missing`: the others by function; a
    function whose name ends in `!` was never called."""
    functions = {
        name.rstrip("!"): {"missing_lines": lines, "summary": {"covered_lines": 0 if name.endswith("!") else 1}}
        for name, lines in missing.items()
    }
    return {
        "executed_lines": sorted(executed),
        "missing_lines": sorted(line for lines in missing.values() for line in lines),
        "excluded_lines": list(excluded),
        "contexts": {str(line): worlds for line, worlds in executed.items()},
        "functions": functions,
    }


CLIENT = file(
    {1: EVERYWHERE, 2: EVERYWHERE, 5: ["RECORD"], 6: ["RECORD"], 11: ["REPLAY", f"REPLAY{BARE}"], 20: EVERYWHERE},
    {"": [30], "Client.get": [7, 8, 12], "Client.close!": [14, 16]},
    excluded=(20, 21),
)


def test_lines_are_counted_in_each_world_and_together() -> None:
    lines = lines_of([CLIENT])
    assert (lines.count, lines.reached) == (11, 5), "what is excluded (line 20) does not count"
    assert lines.worlds == {"RECORD": 4, "REPLAY": 3, f"REPLAY{BARE}": 3}


def test_the_table_has_a_row_for_each_folder_and_one_for_all() -> None:
    files = {"redis/client.py": CLIENT, "redis/unused.py": file({}, {"f!": [1, 2, 3]}), "wsgi/handler.py": CLIENT}
    assert [line.split() for line in table(["redis", "wsgi"], [], files)][1:] == [
        ["redis", "14", "5", "35.7", "%", "28.6", "%", "21.4", "%", "21.4", "%"],
        ["wsgi", "11", "5", "45.5", "%", "36.4", "%", "27.3", "%", "27.3", "%"],
        ["together", "25", "10", "40.0", "%", "32.0", "%", "24.0", "%", "24.0", "%"],
    ]


def test_one_folder_needs_no_sum() -> None:
    header, *rows = table(["redis"], [], {"redis/client.py": CLIENT})
    assert [row.split()[0] for row in rows] == ["redis"]
    assert header.endswith("recording   replay   replay without sentinels")
    assert all(len(row) == len(header) for row in rows)


def test_what_stands_beside_has_a_row_and_does_not_count() -> None:
    files = {"flask/a.py": CLIENT, "wsgi/b.py": CLIENT, "requests/c.py": file({}, {"f!": [1, 2, 3]})}
    rows = [(line[:17].strip(), *line[17:].split()[:2]) for line in table(["flask", "wsgi"], ["requests"], files)][1:]
    assert rows == [
        ("flask", "11", "5"),
        ("wsgi", "11", "5"),
        ("together", "22", "10"),
        ("requests (beside)", "3", "0"),
    ]
    assert [line.split()[0] for line in table(["flask"], ["requests"], files)][1:] == ["flask", "requests"]


def test_what_nothing_reaches_is_told_by_file_and_function() -> None:
    files = {"x/b.py": CLIENT, "x/a.py": file({1: EVERYWHERE}, {}), "x/sub/c.py": file({}, {"f!": [1, 2, 3]})}
    assert list(not_reached(["x"], [], files)) == [
        "",
        "reached by no request:",
        "",
        "x/b.py: 6 lines",
        "  7-8, 12  Client.get",
        "  14-16    Client.close, never called",
        "  30       (outside of functions)",
        "x/sub/c.py: 3 lines",
        "  1-3  f, never called",
    ]


def test_what_nothing_reaches_beside_comes_last() -> None:
    files = {"a/a.py": file({}, {"f!": [1]}), "z/z.py": file({}, {"g!": [2]})}
    assert list(not_reached(["z"], ["a"], files))[3:] == [
        "z/z.py: 1 lines",
        "  2  g, never called",
        "",
        "beside them:",
        "",
        "a/a.py: 1 lines",
        "  1  f, never called",
    ]


def test_a_range_does_not_reach_into_another_function() -> None:
    nested = file({1: EVERYWHERE}, {"outer!": [10, 11, 20], "outer.inner!": [12, 19]})
    assert list(not_reached(["x"], [], {"x/a.py": nested}))[4:] == [
        "  10-11, 20  outer, never called",
        "  12-19      outer.inner, never called",
    ]


def test_a_world_without_a_line_was_not_measured() -> None:
    recorded = file({1: ["RECORD"]}, {"": [2]})
    assert unmeasured([recorded]) == ["replay", "replay without sentinels"]
    assert unmeasured([CLIENT, recorded]) == []
    assert unmeasured([]) == list(WORLDS.values())


def test_names_are_those_below_the_sdk(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "linked").symlink_to("real")
    document = {"files": {str(tmp_path / "real" / "redis" / "client.py"): CLIENT}}
    assert list(by_name(document, tmp_path / "linked")) == ["redis/client.py"]
