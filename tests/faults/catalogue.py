"""The faults of a suite: reads them from its YAML file, puts them into a copy of the SDK, and tells whether a run has
detected its fault."""

from __future__ import annotations

import fnmatch
import shutil
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec

from e2e_common.artifacts.failure import one_line, shorten
from e2e_common.judge.known_failures import START
from e2e_common.run.suite_run import Ended, how
from e2e_common.util.errors import Code, usage
from e2e_common.util.yaml_files import load_yaml

FOLDER = Path(__file__).parent
SIXTHS = (1, 2, 3, 4, 5, 6)
NO_REQUEST = "(none)"
"""In a row's `red`: a reason that names no request."""
Some = msgspec.Meta(min_length=1)
Lines = Annotated[str, msgspec.Meta(pattern=r"\A([ +-].*\n?|\n)+\Z")]
Files = dict[str, Annotated[list[dict[str, Any]], Some]]


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"name": "fault"}):
    """One edit of the SDK. The package's docstring explains the fields."""

    suite: str
    name: str
    file: str
    diff: Lines
    red: Annotated[tuple[str, ...], Some]
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
    """Returns the faults of `suite`, in the order of its file. Raises HarnessError (2) if the file is wrong."""
    path = path_of(suite, folder)
    if not path.is_file():
        raise usage(f"the suite {suite} has no faults: {path} is missing")
    place: object = path
    try:
        faults = []
        for file, rows in msgspec.convert(load_yaml(path), Files).items():
            for row in rows:
                place = f"{path}, {file}, {row.get('fault')!r}"
                faults.append(msgspec.convert({**row, "suite": suite, "file": file}, Fault))
    except msgspec.ValidationError as error:
        raise usage(f"{place}: {error}") from error
    names = [fault.name for fault in faults]
    for fault in faults:
        if names.count(fault.name) > 1:
            raise usage(f"{fault.place}: two faults have this name")
        if NO_REQUEST in fault.red and not fault.says:
            raise usage(f"{fault.place}: 'red: [{NO_REQUEST}]' needs 'says': a part of the expected reason")
    return faults


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
        how_often = f"{len(places)} times" if places else "0 times"
        raise usage(
            f"{fault.place}: its old lines occur {how_often} in drift/{fault.file}, not once: {shorten(old[0])}"
        )
    at, depth = places[0]
    indented = textwrap.indent("\n".join(new), depth).splitlines()
    return "\n".join([*lines[:at], *indented, *lines[at + len(old) :]]) + "\n"


def _side(diff: str, sign: str) -> list[str]:
    """Returns the lines of a diff before (`-`) or after (`+`) the edit."""
    return [line[1:] for line in diff.rstrip("\n").splitlines() if line[:1] in ("", " ", sign)]


def _depth(lines: list[str], old: list[str]) -> str | None:
    """Returns the white space that all of `lines` have before the lines of `old`, or None if they do not match."""
    first = lines[0] if lines else ""
    depth = first[: len(first) - len(first.lstrip())]
    wanted = textwrap.indent("\n".join(old), depth).splitlines()
    return depth if [line.rstrip() for line in lines] == [line.rstrip() for line in wanted] else None


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
        raise usage(f"{fault.place}: drift/{fault.file} is not valid Python with it: {error}") from error
    if text.split() == source.split():
        raise usage(f"{fault.place}: it changes nothing")


def copy_with(fault: Fault | None, package: Path, folder: Path) -> None:
    """Copies `package` without bytecode to `folder`, with the fault (None: unchanged)."""
    shutil.copytree(package, folder / package.name, ignore=shutil.ignore_patterns("__pycache__"))
    if fault is not None:
        path = folder / package.name / fault.file
        path.write_text(edited(fault, path.read_text()))


def missed(fault: Fault | None, ended: Ended) -> str:
    """Returns "" if the fault is detected: the run failed, and its reason names a request that the fault breaks, with
    the expected words. Otherwise returns what is wrong. Without a fault, the run must have passed."""
    if ended.result is None:
        return f"{how(ended.code)}, and no result.json"
    reason, named = ended.result["reason"], request_of(ended.result)
    if fault is None:
        return "" if ended.code == Code.PASSED else f"it fails without a fault: {reason}"
    outside = NO_REQUEST in fault.red  # then `says` is for reasons without a request
    is_another = named and not any(named == pattern or fnmatch.fnmatchcase(named, pattern) for pattern in fault.red)
    has_other_words = fault.says not in reason and not (named and outside)
    problems = {
        "it stays green": ended.code == Code.PASSED,
        f"{how(ended.code)} is no verdict on the SDK: {reason}": ended.code != Code.FAILED,
        f"failed, and the reason names no request: {reason}": named is None and not outside,
        f"failed, and the reason names another request than {', '.join(fault.red)}: {reason}": is_another,
        f"failed, and the reason does not contain {fault.says!r}: {reason}": has_other_words,
    }
    return next((problem for problem, is_so in problems.items() if is_so), "")


def request_of(result: Mapping[str, Any]) -> str | None:
    """Returns the first request that the reason of result.json names (`'name': …`), or None."""
    names = [START, *(row["name"] for row in result["tests"])]
    return next((name for name in names if result["reason"].startswith(one_line(f"{name!r}: ") + " ")), None)
