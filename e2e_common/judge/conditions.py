"""`when` of an entry in known_failures.yaml: the versions and the CLI to which the entry applies.

It maps `cli`, `sdk`, `recorded_by` (the SDK that recorded), `python` or a package to the name of a CLI or a version
range (PEP 440). The entry applies if all of them match.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from e2e_common.artifacts.failure import shorten
from e2e_common.util.errors import did_you_mean

if TYPE_CHECKING:
    from e2e_common.judge.known_failures import Entry

CLIS = ("official", "bundled")


def applicable(entries: Iterable[Entry], versions: Mapping[str, str | None], cli: str) -> tuple[list[Entry], list[str]]:
    """Returns the entries whose `when` matches these versions and this CLI, and the problems: a range for a package
    whose version is unknown or cannot be compared."""
    chosen, problems = [], []
    for entry in entries:
        unknown = [problem for name in entry.when if (problem := _unknown(entry.place, name, versions, cli))]
        problems += unknown
        if not unknown and all(_holds(name, wanted, versions, cli) for name, wanted in entry.when.items()):
            chosen.append(entry)
    return chosen, problems


def faults(place: str, when: Any) -> Iterator[str]:
    """Yields what is wrong with a raw `when` value. None is valid."""
    if when is None:
        return
    if not isinstance(when, dict) or not all(isinstance(key, str) for key in when):
        yield f"{place}: 'when' must map names to ranges of versions, not {shorten(repr(when), 40)}"
        return
    for key, wanted in when.items():
        if not isinstance(wanted, str) or not wanted.strip():
            yield f"{place}: 'when: {key}' must be a text in quotes, not {shorten(repr(wanted), 40)}"
        elif key == "cli":
            if wanted not in CLIS:
                yield f"{place}: 'when: cli' cannot be {wanted!r}{did_you_mean(wanted, CLIS)}"
        elif not _specifier(wanted):
            yield f"{place}: 'when: {key}' is no range of versions: {shorten(wanted)!r} (like '>=1.2,<2')"


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
