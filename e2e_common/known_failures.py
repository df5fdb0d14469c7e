"""known_failures.yaml: what a suite is known to fail, why, and for which versions.

A row excuses the failures of one request at one stage. It still runs: a row that no longer fails is an error, so is one
that matches nothing. Nothing here is imported or parsed for a suite that has no such file.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from e2e_common import conditions
from e2e_common.errors import did_you_mean
from e2e_common.failure import EXCUSABLE_STAGES, Failure, shorten

FILE = "known_failures.yaml"
NEVER_EXCUSED = (5, 6)
_TEXTS = ("request", "reason", "source", "at")
_KEYS = (*_TEXTS, "when")


class KnownFailuresError(ValueError):
    """The file is not what it should be. `problems`: one message for each fault, naming row, key and the right name."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


@dataclass(frozen=True)
class Row:
    """`number` counts from 1. `source`: where the fault comes from, in the SDK most often. `at`: expectation, recording
    or replay. `when`: see e2e_common/conditions.py."""

    number: int
    request: str
    reason: str
    source: str
    at: str
    when: dict[str, str] = field(default_factory=dict)

    def command(self, suite: str) -> str:
        """The command that shows the failure, after a run of `suite`."""
        quoted = f'"{self.request}"' if "'" in self.request else shlex.quote(self.request)
        return f"E2E_ONLY={quoted} make explain-{suite}"

    @property
    def place(self) -> str:
        """How a message names the row."""
        return f"{FILE}, row {self.number} ({self.request!r}, at {self.at})"


def load_rows(source: Any, parse: Callable[[str], Any] | None = None) -> list[Row]:
    """The rows of a file: of its text (str or bytes; `parse` is yaml.safe_load unless told), or of the document that
    its text holds, already parsed. An empty file has no rows. Raises KnownFailuresError with every fault."""
    raw = _parse(source, parse or _yaml) if isinstance(source, (str, bytes)) else source
    if raw is None:
        return []
    if not isinstance(raw, list):
        raise KnownFailuresError([f"{FILE} must be a list of rows ('- request: …'), not {shorten(repr(raw), 40)}"])
    problems = [problem for number, row in enumerate(raw, 1) for problem in _faults(f"{FILE}, row {number}", row)]
    problems = problems or _twice(raw)
    if problems:
        raise KnownFailuresError(problems)
    return [
        Row(number, row["request"], row["reason"], row["source"], row["at"], dict(row.get("when") or {}))
        for number, row in enumerate(raw, 1)
    ]


START = "(start)"
"""In a row's `request`: what the application asks for before it is ready, which is no request's."""


def excuse(rows: Iterable[Row], failures: Iterable[Failure]) -> tuple[list[Failure], list[tuple[Failure, Row]]]:
    """Splits `failures` into those that stand and those that a row excuses, in the given order. What got past the
    instrumentation (rules 5 and 6) no row excuses: a request states it (`expect_unpatched`, `leaks`, `background`)."""
    known = {(row.request, row.at): row for row in reversed(list(rows))}
    standing, excused = [], []
    for failure in failures:
        excusable = failure.request is not None and failure.rule not in NEVER_EXCUSED
        row = known.get((failure.request or "", failure.stage)) if excusable else None
        if row:
            excused.append((failure, row))
        else:
            standing.append(failure)
    return standing, excused


def stale(
    rows: Iterable[Row],
    excused: Collection[tuple[Failure, Row]],
    *,
    sent: Collection[str],
    reached: Callable[[str, str], bool],
) -> list[str]:
    """What is wrong with rows that apply and excuse nothing. `sent`: the names of all requests; `reached(request,
    stage)`: whether the run got as far as that stage with that request."""
    used = {(failure.request, failure.stage) for failure, _ in excused}
    problems = []
    for row in rows:
        if row.request not in sent and row.request != START:
            problems.append(f"{row.place}: the suite sends no such request{did_you_mean(row.request, sent)}")
        elif (row.request, row.at) not in used and reached(row.request, row.at):
            problems.append(f"{row.place}: the request shows no failure there any more; remove this row")
    return problems


def _parse(source: bytes | str, parse: Callable[[str], Any]) -> Any:
    try:
        return parse(source.decode() if isinstance(source, bytes) else source)
    except Exception as error:  # whatever the parser raises: the file is not what it should be
        raise KnownFailuresError([f"{FILE} cannot be read: {shorten(error, 200)}"]) from error


def _yaml(text: str) -> Any:
    import yaml

    return yaml.safe_load(text)


def _faults(place: str, row: Any) -> list[str]:
    if not isinstance(row, dict):
        return [f"{place} must be a mapping with the keys {', '.join(_KEYS)}, not {shorten(repr(row), 40)}"]
    faults = [
        f"{place}: unknown key {shorten(key)!r}{did_you_mean(str(key), _KEYS)}" for key in row if key not in _KEYS
    ]
    for key in _TEXTS:
        if key not in row:
            faults.append(f"{place}: the key {key!r} is missing")
        elif not isinstance(row[key], str) or not row[key].strip():
            faults.append(f"{place}: {key!r} must be a text, not {shorten(repr(row[key]), 40)}")
    at = row.get("at")
    if isinstance(at, str) and at.strip() and at not in EXCUSABLE_STAGES:
        faults.append(f"{place}: 'at' cannot be {shorten(at)!r}{did_you_mean(at, EXCUSABLE_STAGES)}")
    return faults + conditions.faults(place, row.get("when"))


def _twice(rows: list[dict[str, Any]]) -> list[str]:
    """Rows for one request, stage and range: of two such rows only one can ever be found stale."""
    keys = [(row["request"], row["at"], sorted((row.get("when") or {}).items())) for row in rows]
    return [
        f"{FILE}, row {number} says the same as row {keys.index(key) + 1} ({key[0]!r}, at {key[1]}): keep one of them"
        for number, key in enumerate(keys, 1)
        if keys.index(key) < number - 1
    ]
