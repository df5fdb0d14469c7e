"""survivors.yaml: the facts that nothing depends on, each with the reason, held against what stayed green."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from e2e_common import conditions
from e2e_common.errors import did_you_mean, usage
from e2e_common.failure import shorten
from e2e_common.mutating.facts import Fact
from e2e_common.yaml_files import load_yaml

FILE = "survivors.yaml"
SHARED = Path(__file__).with_name(FILE)
_ANY = "*"
_OF_A_SUITE, _OF_ALL = "request", "library"
_TEXTS = ("where", "what", "reason")

Survivor = tuple[str, Fact]  # the name of a request, and the fact of it that stayed green


@dataclass(frozen=True)
class Row:
    """Facts of `requests` (of all, if none is named) and `libraries` (likewise) that stay green for one reason. `where`
    and `what` are a fact's place and what it is, as `make mutate-<suite>` prints them; `*` stands for any text. `when`:
    see e2e_common/conditions.py."""

    place: str
    requests: tuple[str, ...]
    libraries: tuple[str, ...]
    where: str
    what: tuple[str, ...]
    reason: str
    when: dict[str, str] = field(default_factory=dict, hash=False)  # rows are keys

    def holds(self, survivor: Survivor, what: str | None = None) -> bool:
        """Whether the fact is of this row; of this one of its texts, if `what` is given."""
        request, fact = survivor
        return (
            (not self.requests or request in self.requests)
            and (not self.libraries or fact.library in self.libraries)
            and _like(self.where, fact.place)
            and any(_like(each, fact.what) for each in (self.what if what is None else [what]))
        )


def load(suite_dir: Path, sent: Sequence[str], versions: Mapping[str, str | None]) -> list[Row]:
    """The suite's rows, if it has such a file, and those of every suite, as far as they are for these versions (of
    run.json). `sent`: the names of the suite's requests. Raises HarnessError (2) with every fault of a file, or every
    name in it that is no request's."""
    own = suite_dir / FILE
    rows = _rows(own, _OF_A_SUITE) if own.exists() else []
    strange = [
        f"{row.place}: the suite sends no request {name!r}{did_you_mean(name, sent)}"
        for row in rows
        for name in row.requests
        if name not in sent
    ]
    chosen, unknown = conditions.applicable([*rows, *_rows(SHARED, _OF_ALL)], versions, "bundled")
    if strange or unknown:
        raise usage("\n".join([*strange, *unknown]))
    return chosen


def row_of(rows: Iterable[Row], survivor: Survivor) -> Row | None:
    """The first row that holds the fact."""
    return next((row for row in rows if row.holds(survivor)), None)


def stale(rows: Iterable[Row], survivors: Sequence[Survivor], tried: Sequence[Survivor]) -> list[str]:
    """What in the rows nothing that stayed green is like. Nothing is said of a suite's row with a request of which
    nothing was `tried`, nor of a text in a row of every suite that nothing tried is like."""
    found = []
    requests = {name for name, _ in tried}
    for row in rows:
        if not requests.issuperset(row.requests):
            continue
        unused = [name for name in row.requests if not any(name == each[0] and row.holds(each) for each in survivors)]
        known = [text for text in row.what if row.requests or any(row.holds(each, text) for each in tried)]
        unused += [text for text in known if not any(row.holds(each, text) for each in survivors)]
        found += [f"{row.place}: nothing of {text!r} stays green there (any more); remove it" for text in unused]
    return found


def _rows(path: Path, names: str) -> list[Row]:
    raw = load_yaml(path)
    raw = [] if raw is None else raw
    if not isinstance(raw, list):
        raise usage(f"{path} must be a list of rows ('- {names}: …'), not {shorten(repr(raw), 40)}")
    wrong = [fault for number, row in enumerate(raw, 1) for fault in _faults(_place(path, number), row, names)]
    if wrong:
        raise usage("\n".join(wrong))
    return [
        Row(
            _place(path, number),
            _texts(row.get(_OF_A_SUITE)),
            _texts(row.get(_OF_ALL)),
            row.get("where", _ANY),
            _texts(row["what"]),
            " ".join(row["reason"].split()),
            dict(row.get("when") or {}),
        )
        for number, row in enumerate(raw, 1)
    ]


def _place(path: Path, number: int) -> str:
    return f"{'of every suite, ' if path == SHARED else ''}{FILE}, row {number}"


def _faults(place: str, row: Any, names: str) -> list[str]:
    keys = (names, *_TEXTS, "when")
    if not isinstance(row, dict):
        return [f"{place} must be a mapping with the keys {', '.join(keys)}, not {shorten(repr(row), 40)}"]
    faults = [f"{place}: unknown key {shorten(key)!r}{did_you_mean(str(key), keys)}" for key in row if key not in keys]
    for key in (names, *_TEXTS):
        value = row.get(key)
        many = key in (names, "what")
        if key in row and not (_texts(value) if many else _text(value)):
            wanted = "a text, or a list of texts" if many else "a text"
            faults.append(f"{place}: {key!r} must be {wanted}, not {shorten(repr(value), 40)}")
    required = ("what", "reason", *([names] if names == _OF_A_SUITE else []))
    faults += [f"{place}: the key {key!r} is missing" for key in required if key not in row]
    return faults + conditions.faults(place, row.get("when"))


def _texts(value: Any) -> tuple[str, ...]:
    """A text, or a list of texts; nothing if it is neither."""
    texts = value if isinstance(value, list) else [value]
    return tuple(texts) if all(map(_text, texts)) else ()


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _like(pattern: str, text: str) -> bool:
    """Whether `text` is `pattern`, in which `*` is any text. (fnmatch would take `rows[0]` for a set of letters.)"""
    return re.fullmatch(".*".join(map(re.escape, pattern.split(_ANY))), text, re.DOTALL) is not None
