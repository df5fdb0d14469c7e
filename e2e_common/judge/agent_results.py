"""Reads the official CLI's account of failed tests (`--save-results agent`): the only place where it names a call that
had no recorded answer (official-cli.md, section 6). It writes none for a test that passed."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass

from e2e_common.artifacts.failure import shorten

_NAME = re.compile(r"deviation-([0-9a-f]{32})\.md")
_SECTION = re.compile(r"^## Mock Not Found Events$(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_EVENT = re.compile(r"^- (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Missing:
    """The calls of one test without a recorded answer, as the CLI names them in `file`."""

    file: str
    calls: tuple[str, ...]


def missing_mocks(files: Mapping[str, bytes], *, again: bool = False) -> dict[str, Missing]:
    """Trace id → Missing, for each test that has such calls: in the first run, or in those of a test once more
    (`again`). `files`: path below the run's folder → Markdown. Raises nothing."""
    found: dict[str, Missing] = {}
    for path, data in files.items():
        name = _NAME.fullmatch(path.rpartition("/")[2])
        if name is None or path.startswith("again/") != again:
            continue
        sections = _SECTION.findall(data.decode(errors="replace"))
        events = _EVENT.findall(sections[-1]) if sections else []  # the last: a body before it may hold anything
        if events:
            found[name[1]] = Missing(path, tuple(dict.fromkeys(shorten(event, 200) for event in events)))
    return found


def missing(files: Mapping[str, bytes], again: Container[str]) -> tuple[dict[str, Missing], frozenset[str]]:
    """(missing, lacking) as Evidence has them: a test that was run `again` misses what it missed then."""
    first, second = missing_mocks(files), missing_mocks(files, again=True)
    lacking = frozenset(
        id_ for id_, then in second.items() if set(then.calls).difference(first[id_].calls if id_ in first else ())
    )
    counts = {id_: of for id_, of in first.items() if id_ not in again or id_ in lacking}
    return counts | {id_: of for id_, of in second.items() if id_ not in lacking}, lacking
