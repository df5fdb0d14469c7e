"""Reads the official CLI's reports of failed tests (`--save-results agent`).

Only they name a call that had no recorded answer (official-cli.md, section 6). A passed test has no report.
"""

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
    """The calls of one test without a recorded answer, as listed in `file`."""

    file: str
    calls: tuple[str, ...]


def missing_mocks(files: Mapping[str, bytes], *, again: bool = False) -> dict[str, Missing]:
    """Returns trace id → Missing, for each test with such calls. `files`: path below the run's folder → Markdown.
    `again`: whether to read the reports of the retries instead of the first run. Raises nothing."""
    by_trace: dict[str, Missing] = {}
    for path, data in files.items():
        name = _NAME.fullmatch(path.rpartition("/")[2])
        if name is None or path.startswith("again/") != again:
            continue
        sections = _SECTION.findall(data.decode(errors="replace"))
        events = _EVENT.findall(sections[-1]) if sections else []  # a body may contain one, too
        if events:
            by_trace[name[1]] = Missing(path, tuple(dict.fromkeys(shorten(event, 200) for event in events)))
    return by_trace


def missing(files: Mapping[str, bytes], retried_ids: Container[str]) -> tuple[dict[str, Missing], frozenset[str]]:
    """Returns (missing, lacking) as in Evidence. For a test in `retried_ids`, the retry's list counts."""
    first, second = missing_mocks(files), missing_mocks(files, again=True)
    lacking = frozenset(
        id_ for id_, retry in second.items() if set(retry.calls).difference(first[id_].calls if id_ in first else ())
    )
    counts = {id_: calls for id_, calls in first.items() if id_ not in retried_ids or id_ in lacking}
    return counts | {id_: calls for id_, calls in second.items() if id_ not in lacking}, lacking
