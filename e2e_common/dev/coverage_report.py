"""The text of `make coverage-<suite>`, from coverage.py's JSON report (with contexts)."""

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
    """Lines with a statement on them: how many, how many were reached, and how many in each world that was seen."""

    count: int
    reached: int
    worlds: Mapping[str, int]


def lines_of(files: Iterable[Mapping[str, Any]]) -> Lines:
    """The sum over `files` (the report's entries)."""
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
    """The worlds in which no line at all was reached: the application wrote nothing down there."""
    seen = lines_of(files).worlds
    return [words for world, words in WORLDS.items() if not seen[world]]


def table(folders: Sequence[str], beside: Sequence[str], files: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """A line for each of `folders`, one for all of them, and one for each of those that do not count (`beside`).
    `files`: the report's, by their path below the SDK's drift/instrumentation/."""
    rows = {name: lines_of(_below([name], files).values()) for name in folders}
    if len(rows) > 1:
        rows[TOGETHER] = lines_of(_below(folders, files).values())
    rows |= {f"{name} (beside)": lines_of(_below([name], files).values()) for name in beside}
    width = max(map(len, rows))
    yield f"{'':{width}}  {'lines':>5}  {'reached':>7}  {'':>7}   {'   '.join(WORLDS.values())}"
    for name, row in rows.items():
        worlds = (f"{_percent(row.worlds[world], row.count):>{len(words)}}" for world, words in WORLDS.items())
        share = _percent(row.reached, row.count)
        yield f"{name:{width}}  {row.count:>5}  {row.reached:>7}  {share:>7}   {'   '.join(worlds)}"


def not_reached(folders: Sequence[str], beside: Sequence[str], files: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What no request reaches, first of `folders`, then of those that do not count (`beside`)."""
    yield from ("", "reached by no request:", "", *_lines_missed(_below(folders, files)))
    if beside:
        yield from ("", "beside them:", "", *_lines_missed(_below(beside, files)))


def _lines_missed(files: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """For each file its functions in order, each with the lines that were not reached."""
    for name, file in sorted(files.items()):
        if file["missing_lines"]:
            yield f"{name}: {len(file['missing_lines'])} lines"
            rows = list(_functions(file))
            width = min(max(len(ranges) for ranges, _ in rows), 24)
            yield from (f"  {ranges:{width}}  {function}" for ranges, function in rows)


def by_name(document: Mapping[str, Any], top: Path) -> dict[str, dict[str, Any]]:
    """The files of the report `document` by their path below `top`, the SDK's drift/instrumentation/."""
    real = os.path.realpath(top)
    return {os.path.relpath(os.path.realpath(path), real): file for path, file in document["files"].items()}


def _functions(file: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The line ranges that were not reached, by function."""
    owner = {line: name for name, region in file["functions"].items() for line in region["missing_lines"]}
    ranges: dict[str, list[str]] = {}
    statements = sorted({*_executed(file), *file["missing_lines"]})
    for name, run in groupby(statements, key=owner.get):
        if name is not None:
            first, *rest = run
            ranges.setdefault(name, []).append(f"{first}-{rest[-1]}" if rest else f"{first}")
    for name, found in ranges.items():
        called = name == "" or file["functions"][name]["summary"]["covered_lines"]
        yield ", ".join(found), f"{name or MODULE}{'' if called else ', never called'}"


def _executed(file: Mapping[str, Any]) -> set[int]:
    return {*file["executed_lines"]} - {*file["excluded_lines"]}


def _below(folders: Sequence[str], files: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {name: file for name, file in files.items() if Path(name).parts[0] in folders}


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"
