"""The text of `make coverage-<suite>`, made from coverage.py's JSON report (with contexts)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from e2e_common.record.measuring import WORLDS

TOGETHER = "together"
MODULE = "(outside of functions)"


@dataclass(frozen=True)
class Lines:
    """Numbers of lines with a statement: in all, reached, and reached in each world."""

    count: int
    reached: int
    worlds: Mapping[str, int]


def lines_of(files: Iterable[Mapping[str, Any]]) -> Lines:
    """Returns the sum over `files` (entries of the report)."""
    count = reached = 0
    worlds = dict.fromkeys(WORLDS, 0)
    for file in files:
        executed = _executed(file)
        count += len(executed) + len(file["missing_lines"])
        reached += len(executed)
        for line in executed:
            for world in file["contexts"].get(str(line), ()):
                worlds[world] += 1
    return Lines(count, reached, worlds)


def unmeasured(files: Iterable[Mapping[str, Any]]) -> list[str]:
    """Returns the worlds in which no line was reached: the application wrote no data there."""
    reached = lines_of(files).worlds
    return [label for world, label in WORLDS.items() if not reached[world]]


def table(folders: Sequence[str], extras: Sequence[str], files: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yields a row for each of `folders`, one for their sum, and one for each of `extras`, which do not count. `files`:
    path below the SDK's drift/instrumentation/ → entry of the report."""
    rows = {name: lines_of(_below([name], files).values()) for name in folders}
    if len(rows) > 1:
        rows[TOGETHER] = lines_of(_below(folders, files).values())
    rows |= {f"{name} (beside)": lines_of(_below([name], files).values()) for name in extras}
    width = max(map(len, rows))
    yield f"{'':{width}}  {'lines':>5}  {'reached':>7}  {'':>7}   {'   '.join(WORLDS.values())}"
    for name, row in rows.items():
        worlds = (f"{_percent(row.worlds[world], row.count):>{len(label)}}" for world, label in WORLDS.items())
        share = _percent(row.reached, row.count)
        yield f"{name:{width}}  {row.count:>5}  {row.reached:>7}  {share:>7}   {'   '.join(worlds)}"


def not_reached(folders: Sequence[str], extras: Sequence[str], files: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yields the lines that no request reaches, in `folders` and then in `extras`, which do not count."""
    yield from ("", "reached by no request:", "", *_lines_missed(_below(folders, files)))
    if extras:
        yield from ("", "beside them:", "", *_lines_missed(_below(extras, files)))


def _lines_missed(files: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """For each file, its functions in order with the lines that were not reached."""
    for name, file in sorted(files.items()):
        if file["missing_lines"]:
            yield f"{name}: {len(file['missing_lines'])} lines"
            rows = list(_functions(file))
            width = min(max(len(ranges) for ranges, _ in rows), 24)
            yield from (f"  {ranges:{width}}  {function}" for ranges, function in rows)


def by_name(document: Mapping[str, Any], top: Path) -> dict[str, dict[str, Any]]:
    """Returns path below `top` (the SDK's drift/instrumentation/) → file entry of the report `document`."""
    real = os.path.realpath(top)
    return {os.path.relpath(os.path.realpath(path), real): file for path, file in document["files"].items()}


def _functions(file: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yields (line ranges that were not reached, function)."""
    owner = {line: name for name, region in file["functions"].items() for line in region["missing_lines"]}
    ranges: dict[str, list[str]] = {}
    statements = sorted({*_executed(file), *file["missing_lines"]})
    for name, run in groupby(statements, key=owner.get):
        if name is not None:
            first, *rest = run
            ranges.setdefault(name, []).append(f"{first}-{rest[-1]}" if rest else f"{first}")
    for name, ranges_of_function in ranges.items():
        is_called = name == "" or file["functions"][name]["summary"]["covered_lines"]
        yield ", ".join(ranges_of_function), f"{name or MODULE}{'' if is_called else ', never called'}"


def _executed(file: Mapping[str, Any]) -> set[int]:
    return {*file["executed_lines"]} - {*file["excluded_lines"]}


def _below(folders: Sequence[str], files: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {name: file for name, file in files.items() if Path(name).parts[0] in folders}


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"
