"""known_failures.yaml: the requests of a suite that are known to fail, by cause, and what differs: an entry pins facts
(facts.py) of its requests at a stage. Causes are defined in known_causes.yaml, one file for all suites."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any, TypeVar, Union

import msgspec
from msgspec import UNSET, Meta, Struct

from e2e_common.artifacts.decoding import BUNDLED, OFFICIAL
from e2e_common.artifacts.facts import ANY, Fact
from e2e_common.artifacts.failure import EXPECTATION, RECORDING, REPLAY, shorten
from e2e_common.util.errors import did_you_mean, usage
from e2e_common.util.yaml_files import Document

T = TypeVar("T")
Sent = Mapping[str, Mapping[str, int]]  # the requests of a suite: name → library → expected number of outbound calls
FILE = "known_failures.yaml"
CAUSES_FILE = "known_causes.yaml"
UNKNOWN = "unknown"  # the cause of facts that `make update-known-failures-<suite>` has pinned
START = "(start)"  # in `requests`: the calls of the application before it is ready, which belong to no request
STAGES = (EXPECTATION, RECORDING, REPLAY)
_OF_MOCKS = ("unanswered", "not_asked", "asked_again", "by_shape", "inexact", "borrowed", "dropped", "errors")
# Kinds of facts that have one value:
SCALARS = ("no_answer", "traces", "method", "target", "status", "floats", "result", "error", "inbound_span")
# Kinds written as a mapping of key → wrong value, or as a list of keys:
VALUES = ("headers", "body", "calls", "inbound", "other")
CALLS = ("flags", "asked", "form", "reached", *_OF_MOCKS)  # kinds written as a list of calls, or `all`
# Kinds at replay that need the bundled CLI's log of mock requests:
OF_MOCKS = ("headers", "floats", "inbound", *_OF_MOCKS)
ALL = "all"
CLIS = (BUNDLED, OFFICIAL)
HARMS = ("changes-the-application", "not-recorded", "wrong-replay", "fidelity")
Text = Annotated[str, Meta(pattern=r"\S")]
Texts = Annotated[list[Text], Meta(min_length=1)]


class Cause(Struct, frozen=True, forbid_unknown_fields=True):
    """An entry of known_causes.yaml. `source`: file and function of the fault; `since`: the oldest tested release that
    has it; `reported`: a link, or empty; `id`: its key."""

    title: Text
    kind: Annotated[str, Meta(pattern=r"\A(bug|by-design|limit)\Z")]
    owner: Annotated[str, Meta(pattern=r"\A(sdk|cli|rust-core|library)\Z")]
    source: Text
    since: Text
    harm: Annotated[str, Meta(pattern=rf"\A({'|'.join(HARMS)})\Z")]
    reported: str = ""
    id: str = ""


UNNAMED = {UNKNOWN: Cause("no cause is named yet", "bug", "sdk", "", "", "fidelity", id=UNKNOWN)}

_KINDS: dict[str, Any] = {
    **dict.fromkeys(SCALARS, Union[str, int, float, bool, None]),
    **dict.fromkeys(VALUES, Union[Annotated[dict[str, Any], Meta(min_length=1)], Texts]),
    **dict.fromkeys(CALLS, Union[Annotated[str, Meta(pattern=rf"\A{ALL}\Z")], Texts]),
}
_struct = partial(msgspec.defstruct, "_", forbid_unknown_fields=True)
_STAGE = _struct([(kind, type_, UNSET) for kind, type_ in _KINDS.items()])
_SELECTOR = _struct([("calls", Text)])
_HEAD = (("cause", str), ("requests", Union[Texts, _SELECTOR]), ("when", dict[str, Text], UNSET))
_ENTRY = _struct([*_HEAD, *((stage, _STAGE, UNSET) for stage in STAGES)])
_KEYS = {*Cause.__struct_fields__, *_ENTRY.__struct_fields__, *_KINDS}


@dataclass(frozen=True)
class Pin:
    """A pinned fact. `place`: its file and line."""

    entry: Entry
    stage: str
    fact: Fact
    place: str


@dataclass(frozen=True)
class Entry:
    """An entry of known_failures.yaml. `requests`: names, globs and (start), or a selector `{calls: out | LIBRARY}`;
    `when`: `cli`, `sdk`, `recorded_by` (the SDK that recorded), `python` or a package → the name of a CLI or a version
    range (PEP 440); the entry applies if all of them match. `place`: its file and line."""

    cause: Cause
    requests: Sequence[str] | Mapping[str, str]
    when: Mapping[str, str]
    place: str
    pins: list[Pin] = field(default_factory=list, repr=False, compare=False)

    def names(self, sent: Sent) -> list[str]:
        """The names of those requests in `sent` to which the entry applies, and (start)."""
        if isinstance(self.requests, Mapping):
            wanted = self.requests["calls"]
            return [
                name for name, calls in sent.items() if (sum(calls.values()) if wanted == "out" else calls.get(wanted))
            ]
        known = (START, *sent)
        meant = {name for pattern in self.requests for name in _meant(pattern, known)}
        return [name for name in known if name in meant]

    def applies(self, versions: Mapping[str, str | None], cli: str) -> bool:
        """Whether its `when` matches. Raises HarnessError (2) for what cannot be compared."""
        held = [self._holds(name, wanted, versions, cli) for name, wanted in self.when.items()]
        return all(held)

    def _holds(self, name: str, wanted: str, versions: Mapping[str, str | None], cli: str) -> bool:
        if name == "cli":
            if wanted not in CLIS:
                raise usage(f"{self.place}: 'when: cli' cannot be {wanted!r}{did_you_mean(wanted, CLIS)}")
            return wanted == cli
        if name not in versions:
            hint = did_you_mean(name, [*versions, "cli"])
            raise usage(f"{self.place}: 'when' names {name!r}, whose version is unknown{hint}")
        from packaging.specifiers import SpecifierSet
        from packaging.version import Version

        version = versions[name]
        try:  # a package that is not installed has no version
            return version is not None and SpecifierSet(wanted).contains(Version(version), prereleases=True)
        except ValueError as error:
            raise usage(f"{self.place}: 'when: {name}': {error} (a range is like '>=1.2,<2')") from None


def load_causes(document: Document) -> dict[str, Cause]:
    """Returns id → cause. Raises HarnessError (2) for the first fault."""
    raw: dict[str, Any] = _converted(document, document.value or {}, dict[str, Any])
    causes = {id_: _converted(document, cause, Cause, id_) for id_, cause in raw.items()}
    return {id_: msgspec.structs.replace(cause, id=id_) for id_, cause in causes.items()}


def load_entries(document: Document, causes: Mapping[str, Cause]) -> list[Entry]:
    """Returns the entries of a suite's file. Raises HarnessError (2) for the first fault, such as the cause
    `unknown`."""
    _converted(document, document.value or [], list[_ENTRY])  # type: ignore[valid-type]
    entries = []
    for number, raw in enumerate(document.value or []):
        place, id_ = document.place(number), raw["cause"]
        if id_ == UNKNOWN and id_ not in causes:
            raise usage(f"{place}: the cause is still `{UNKNOWN}`: find it, and name one of {CAUSES_FILE}")
        if id_ not in causes:
            raise usage(f"{place}: {CAUSES_FILE} has no cause {shorten(id_)!r}{did_you_mean(id_, causes)}")
        entry = Entry(causes[id_], raw["requests"], raw.get("when", {}), place)
        for stage in STAGES:
            for kind, value in raw.get(stage, {}).items():
                facts = _facts(kind, value)
                entry.pins.extend(
                    Pin(entry, stage, fact, document.place(number, stage, kind, *key)) for fact, *key in facts
                )
        if not entry.pins:
            raise usage(f"{place}: nothing says what differs, at {', '.join(STAGES)}")
        entries.append(entry)
    return entries


def _facts(kind: str, value: Any) -> Iterator[tuple[Any, ...]]:
    """The facts that `value` pins, each with the key or index of its place."""
    if kind in SCALARS:
        yield (Fact(kind, "", value),)
    elif isinstance(value, dict):
        yield from ((Fact(kind, key, part), key) for key, part in value.items())
    else:
        keys = [ANY] if value == ALL else value
        yield from ((Fact(kind, key, ... if kind in CALLS else ANY), index) for index, key in enumerate(keys))


def check_names(entries: Iterable[Entry], sent: Sent) -> None:
    """Raises HarnessError (2) for the first entry that matches no request of the suite."""
    for entry in entries:
        if isinstance(entry.requests, Mapping) and not entry.names(sent):
            raise usage(f"{entry.place}: no request of the suite declares calls to {entry.requests['calls']!r}")
        for pattern in () if isinstance(entry.requests, Mapping) else entry.requests:
            if not _meant(pattern, (START, *sent)):
                hint = did_you_mean(pattern, [START, *sent])
                raise usage(f"{entry.place}: the suite sends no request called {shorten(pattern)!r}{hint}")


def _meant(pattern: str, names: Sequence[str]) -> Sequence[str]:
    """The names that are the pattern or match it. (fnmatchcase, name by name, takes four times as long.)"""
    return [*({pattern} & {*names}), *fnmatch.filter(names, pattern)]


def _converted(document: Document, raw: Any, kind: type[T], *where: str) -> T:
    """The value of `document` at `where` as `kind`. Raises HarnessError (2) with file and line."""
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        path = re.findall(r"\w+", str(error).partition(" - at ")[2])
        unknown = re.search("unknown field `(.*?)`", str(error))
        hint = did_you_mean(unknown[1], _KEYS) if unknown else ""
        place = document.place(*where, *path, *(unknown.groups() if unknown else ()))
        raise usage(f"{place}: {': '.join([*where, shorten(error, 200)])}{hint}") from None
