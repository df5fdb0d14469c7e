"""The faults of a suite: reads them from its YAML file and puts them into a copy of the SDK."""

from __future__ import annotations

import re
import shutil
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from e2e_common.artifacts.failure import shorten
from e2e_common.util.errors import did_you_mean, usage
from e2e_common.util.yaml_files import load_yaml

FOLDER = Path(__file__).parent
TEXTS = ("fault", "diff")
KEYS = (*TEXTS, "red", "says", "only")
SIXTHS = (1, 2, 3, 4, 5, 6)
NO_REQUEST = "(none)"
"""In a row's `red`: a reason that names no request."""


@dataclass(frozen=True)
class Fault:
    """One edit of the SDK. The package's docstring explains the fields."""

    suite: str
    name: str
    file: str
    diff: str
    red: tuple[str, ...]
    says: str = ""
    only: str = ""

    @property
    def needed(self) -> str:
        """E2E_ONLY for its run: the requests of `red`, unless `only` says otherwise. Empty for all."""
        if self.only or NO_REQUEST in self.red:
            return "" if self.only == "*" else self.only
        return "" if "*" in self.red else " or ".join(self.red)

    @property
    def place(self) -> str:
        """Returns the location for messages."""
        return f"tests/faults/{self.suite}.yaml, {self.name!r}"


def path_of(suite: str, folder: Path = FOLDER) -> Path:
    """Returns the file with the suite's faults."""
    return folder / f"{suite}.yaml"


def load(suite: str, folder: Path = FOLDER) -> list[Fault]:
    """Returns the faults of `suite`, in the order of its file. Raises HarnessError (2) with all errors in the file."""
    path = path_of(suite, folder)
    if not path.is_file():
        raise usage(f"the suite {suite} has no faults: {path} is missing")
    files = load_yaml(path)
    if not isinstance(files, dict) or not files or not all(isinstance(rows, list) for rows in files.values()):
        raise usage(f"{path}: expected files of the SDK, each with a list of faults ('- fault: …')")
    placed = [(file, row) for file, rows in files.items() for row in rows]
    wrong = [f"{path.name}, {file}: {fault}" for file, row in placed for fault in _faults(row)]
    names = [row["fault"] for _, row in placed if isinstance(row, dict) and "fault" in row]
    wrong += [f"{path.name}: two faults are called {name!r}" for name in {n for n in names if names.count(n) > 1}]
    if wrong:
        raise usage("\n".join(wrong))
    return [
        Fault(suite, row["fault"], file, row["diff"], tuple(row["red"]), row.get("says") or "", row.get("only") or "")
        for file, row in placed
    ]


def sixth_of(faults: list[Fault], sixth: int | None) -> list[Fault]:
    """Returns all faults, or a fixed sixth: every sixth one, from number `sixth` on."""
    return faults if sixth is None else faults[sixth - 1 :: 6]


def edited(fault: Fault, source: str) -> str:
    """Returns `source` with the fault in it. Raises HarnessError (2) unless the lines to replace occur exactly once: an
    edit that was not applied must not count as detected."""
    lines = source.splitlines()
    old, new = _side(fault.diff, "-"), _side(fault.diff, "+")
    places = [(at, depth) for at in range(len(lines)) if (depth := _depth(lines[at : at + len(old)], old)) is not None]
    if len(places) != 1:
        how = f"{len(places)} times" if places else "nowhere"
        raise usage(f"{fault.place}: its old lines stand {how} in drift/{fault.file}, not once: {shorten(old[0])}")
    at, depth = places[0]
    indented = textwrap.indent("\n".join(new), depth).splitlines()
    return "\n".join([*lines[:at], *indented, *lines[at + len(old) :]]) + "\n"


def _side(diff: str, sign: str) -> list[str]:
    """Returns the lines of a diff before (`-`) or after (`+`) the edit."""
    return [line[1:] for line in diff.rstrip("\n").splitlines() if line[:1] in ("", " ", sign)]


def check(fault: Fault, package: Path) -> None:
    """Raises HarnessError (2) if the fault cannot be put into `package` (the folder drift/), or changes nothing."""
    path = package / fault.file
    if not path.is_file():
        raise usage(f"{fault.place}: there is no drift/{fault.file} in the SDK")
    source = path.read_text()
    text = edited(fault, source)
    try:
        compile(text, str(path), "exec")
    except SyntaxError as error:
        raise usage(f"{fault.place}: what it makes of drift/{fault.file} is not Python: {error}") from error
    if text.split() == source.split():
        raise usage(f"{fault.place}: it changes nothing")


def copy_with(fault: Fault | None, package: Path, folder: Path) -> None:
    """Copies `package` without bytecode to `folder`, with the fault (None: unchanged)."""
    shutil.copytree(package, folder / package.name, ignore=shutil.ignore_patterns("__pycache__"))
    if fault is not None:
        path = folder / package.name / fault.file
        path.write_text(edited(fault, path.read_text()))


def _depth(lines: list[str], old: list[str]) -> str | None:
    """Returns the white space that all of `lines` have before the lines of `old`, or None if they do not match."""
    first = lines[0] if lines else ""
    depth = first[: len(first) - len(first.lstrip())]
    wanted = textwrap.indent("\n".join(old), depth).splitlines()
    return depth if [line.rstrip() for line in lines] == [line.rstrip() for line in wanted] else None


def _faults(row: Any) -> list[str]:
    """Returns the errors in a row of the file."""
    if not isinstance(row, dict):
        return [f"must be a mapping with the keys {', '.join(KEYS)}"]
    wrong = [f"unknown key {key!r}{did_you_mean(str(key), KEYS)}" for key in row if key not in KEYS]
    for key in TEXTS:
        if not isinstance(row.get(key), str) or not row[key].strip():
            wrong.append(f"{key!r} must be a text")
    if isinstance(row.get("diff"), str) and re.search(r"^[^ +\n-]", row["diff"], re.MULTILINE):
        wrong.append("each line of 'diff' begins with '-', '+' or a blank")
    for key in ("says", "only"):
        if not isinstance(row.get(key) or "", str):
            wrong.append(f"{key!r} must be a text")
    red = row.get("red")
    if not isinstance(red, list) or not red or not all(isinstance(name, str) and name for name in red):
        wrong.append("'red' must be a list of requests")
    elif NO_REQUEST in red and not row.get("says"):
        wrong.append(f"'red: [{NO_REQUEST}]' needs 'says': what tells this reason from any other")
    return wrong
