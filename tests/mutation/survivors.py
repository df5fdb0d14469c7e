"""The list of survivors with their reasons (survivors.yaml), read strictly and held against what survived."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from e2e_common.errors import did_you_mean, usage
from e2e_common.failure import shorten
from e2e_common.yaml_files import load_yaml
from tests.mutation.mutants import Mutant

FILE = Path(__file__).with_name("survivors.yaml")
TEXTS = ("module", "function", "line", "reason")
KEYS = (*TEXTS[:3], "becomes", "reason")


@dataclass(frozen=True)
class Row:
    """Survivors of one line, with one reason (the package's docstring says what each part is)."""

    number: int
    module: str
    function: str
    line: str
    becomes: tuple[str, ...]
    reason: str

    def changes(self) -> list[tuple[str, str, str, str]]:
        """What identifies each of its mutants."""
        return [(self.module, self.function, self.line, text) for text in self.becomes]


def load(path: Path = FILE) -> list[Row]:
    """The rows, in the order of the file. Raises HarnessError (2) with everything that is wrong there."""
    raw = load_yaml(path) or []
    if not isinstance(raw, list):
        raise usage(f"{path}: expected a list of survivors ('- module: …')")
    wrong = [f"{path.name}, row {number}: {fault}" for number, row in enumerate(raw, 1) for fault in _faults(row)]
    if wrong:
        raise usage("\n".join(wrong))
    rows = [
        Row(number, row["module"], row["function"], _one_line(row["line"]), tuple(map(_one_line, row["becomes"])),
            row["reason"])
        for number, row in enumerate(raw, 1)
    ]  # fmt: skip
    seen: dict[tuple[str, str, str, str], int] = {}
    for row in rows:
        for key in row.changes():
            if key in seen:
                wrong.append(f"{path.name}, row {row.number}: stands in row {seen[key]} too: {key[3]}")
            seen[key] = row.number
    if wrong:
        raise usage("\n".join(wrong))
    return rows


def unexplained(mutants: Iterable[Mutant], rows: Iterable[Row]) -> list[Mutant]:
    """The survivors that no row names."""
    known = {key for row in rows for key in row.changes()}
    return [mutant for mutant in mutants if mutant.fate == "survived" and _key(mutant) not in known]


def stale(mutants: Iterable[Mutant], rows: Iterable[Row], modules: Sequence[str]) -> list[str]:
    """A message for each change in a row of one of `modules` that is no survivor: there is no such mutant (any more),
    or a test notices it."""
    fates: dict[tuple[str, str, str, str], set[str]] = {}
    for mutant in mutants:
        fates.setdefault(_key(mutant), set()).add(mutant.fate)
    found = []
    for row in rows:
        for key in row.changes():
            if row.module in modules and "survived" not in fates.get(key, ()):
                why = "a test notices it now" if key in fates else "there is no such mutant"
                found.append(f"{FILE.name}, row {row.number} ({row.module}, {row.function}): {why}; remove: {key[3]}")
    return found


def _key(mutant: Mutant) -> tuple[str, str, str, str]:
    return mutant.module, mutant.function, mutant.line, mutant.becomes


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _faults(row: Any) -> list[str]:
    if not isinstance(row, dict):
        return [f"must be a mapping with the keys {', '.join(KEYS)}, not {shorten(repr(row), 40)}"]
    faults = [f"unknown key {key!r}{did_you_mean(str(key), KEYS)}" for key in row if key not in KEYS]
    faults += [f"the key {key!r} must be a text" for key in TEXTS if not _text(row.get(key))]
    becomes = row.get("becomes")
    if not isinstance(becomes, list) or not becomes or not all(isinstance(text, str) for text in becomes):
        faults.append("the key 'becomes' must be a list of texts")
    return faults


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
