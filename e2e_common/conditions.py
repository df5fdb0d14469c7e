"""`when` of an entry of known_failures.yaml: the versions and the CLI that it is for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol, TypeVar

from e2e_common.errors import did_you_mean
from e2e_common.failure import shorten

CLIS = ("official", "bundled")


class Conditional(Protocol):
    """A row. `place`: how a message names it. `when`: `cli`, `sdk`, `recorded_by` (the SDK that recorded), `python`, a
    package → a CLI's name or a range of versions (PEP 440); the row applies where all of them hold."""

    @property
    def place(self) -> str: ...

    @property
    def when(self) -> Mapping[str, str]: ...


R = TypeVar("R", bound=Conditional)


def applicable(rows: Iterable[R], versions: Mapping[str, str | None], cli: str) -> tuple[list[R], list[str]]:
    """The rows whose `when` holds for these versions and this CLI, and what cannot be told: a range for something whose
    version is not known, or is none that can be compared."""
    chosen, problems = [], []
    for row in rows:
        unknown = [problem for name in row.when if (problem := _unknown(row.place, name, versions, cli))]
        problems += unknown
        if not unknown and all(_holds(name, wanted, versions, cli) for name, wanted in row.when.items()):
            chosen.append(row)
    return chosen, problems


def faults(place: str, when: Any) -> list[str]:
    """What is wrong with the `when` of a row, as its file has it; None is none."""
    if when is None:
        return []
    if not isinstance(when, dict) or not all(isinstance(key, str) for key in when):
        return [f"{place}: 'when' must map names to ranges of versions, not {shorten(repr(when), 40)}"]
    found = []
    for key, wanted in when.items():
        if not isinstance(wanted, str) or not wanted.strip():
            found.append(f"{place}: 'when: {key}' must be a text in quotes, not {shorten(repr(wanted), 40)}")
        elif key == "cli":
            known = wanted in CLIS
            found += [] if known else [f"{place}: 'when: cli' cannot be {wanted!r}{did_you_mean(wanted, CLIS)}"]
        elif not _specifier(wanted):
            found.append(f"{place}: 'when: {key}' is no range of versions: {shorten(wanted)!r} (like '>=1.2,<2')")
    return found


def _specifier(text: str) -> Any:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        return None


def _unknown(place: str, name: str, versions: Mapping[str, str | None], cli: str) -> str:
    if name == "cli":
        return "" if cli else f"{place}: 'when: cli' cannot be judged: replay.json does not say which CLI ran"
    if name not in versions:
        return f"{place}: 'when' names {name!r}, whose version is unknown{did_you_mean(name, [*versions, 'cli'])}"
    version = versions[name]
    if version is None:  # it is not installed
        return ""
    from packaging.version import InvalidVersion, Version

    try:
        Version(version)
    except InvalidVersion:
        return f"{place}: 'when' names {name!r}, whose version {version!r} cannot be compared"
    return ""


def _holds(name: str, wanted: str, versions: Mapping[str, str | None], cli: str) -> bool:
    if name == "cli":
        return wanted == cli
    version = versions[name]
    return version is not None and bool(_specifier(wanted).contains(version, prereleases=True))
