"""known_failures.yaml: the requests of a suite that are known to fail, by cause, and what differs.

An entry pins facts (facts.py) of its requests at a stage; known_matching.py compares them with a run's facts. Causes
are defined in known_causes.yaml, one file for all suites. A suite without known_failures.yaml imports and parses none
of this.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from e2e_common.artifacts.facts import ANY, Fact
from e2e_common.artifacts.failure import EXPECTATION, RECORDING, REPLAY, shorten
from e2e_common.judge import conditions
from e2e_common.util.errors import did_you_mean
from e2e_common.util.yaml_files import Document

FILE = "known_failures.yaml"
CAUSES_FILE = "known_causes.yaml"
UNKNOWN = "unknown"
"""The placeholder cause of facts that `make update-known-failures-<suite>` has pinned."""

START = "(start)"
"""In `requests`: the calls of the application before it is ready, which belong to no request."""

STAGES = (EXPECTATION, RECORDING, REPLAY)
_OF_MOCKS = ("unanswered", "not_asked", "asked_again", "by_shape", "inexact", "borrowed", "dropped", "errors")
SCALARS = ("no_answer", "traces", "method", "target", "status", "floats", "result", "error", "inbound_span")
"""Kinds of facts that have one value."""

VALUES = ("headers", "body", "calls", "inbound", "other")
"""Kinds written as a mapping of key → wrong value, or as a list of keys."""

CALLS = ("flags", "asked", "form", "reached", *_OF_MOCKS)
"""Kinds written as a list of calls, or `all`."""

OF_MOCKS = ("headers", "floats", "inbound", *_OF_MOCKS)
"""Kinds at replay that need the bundled CLI's log of mock requests."""

KINDS = {
    EXPECTATION: ("no_answer", "status", "headers", "body", "floats"),
    RECORDING: (
        *("traces", "method", "target", "status", "body", "calls"),
        *("asked", "unanswered", "form", "reached", "errors"),
    ),
    REPLAY: (
        *("result", "error", "flags", "status", "headers", "body", "floats", "inbound_span", "inbound", "other"),
        *_OF_MOCKS,
    ),
}

ALL = "all"
HARMS = ("changes-the-application", "not-recorded", "wrong-replay", "fidelity")
_CAUSE_KEYS = ("title", "kind", "owner", "source", "since", "harm", "reported")
_CHOICES = {
    "kind": ("bug", "by-design", "limit"),
    "owner": ("sdk", "cli", "rust-core", "library"),
    "harm": HARMS,
}
_KEYS = ("cause", "requests", "when", *STAGES)


class KnownFailuresError(ValueError):
    """A file is invalid. `problems`: one message for each fault, with file and line."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


class Sent(Protocol):
    """A request as an entry needs it: its name, and library → expected number of outbound calls."""

    @property
    def name(self) -> str: ...

    @property
    def calls(self) -> Mapping[str, int]: ...


@dataclass(frozen=True)
class Cause:
    """An entry of known_causes.yaml. `source`: file and function of the fault; `since`: the oldest tested release that
    has it; `reported`: a link, or empty."""

    id: str
    title: str
    kind: str
    owner: str
    source: str
    since: str
    harm: str
    reported: str = ""


UNNAMED = {UNKNOWN: Cause(UNKNOWN, "nobody has named its cause yet", "bug", "sdk", "", "", "fidelity")}


@dataclass(frozen=True)
class Pin:
    """A pinned fact. `place`: its file and line."""

    stage: str
    fact: Fact
    place: str


@dataclass(frozen=True)
class Entry:
    """An entry of known_failures.yaml. `requests`: names, globs and (start), or a selector `{calls: out | LIBRARY}`;
    `when`: see conditions.py; `place`: its file and line."""

    cause: Cause
    requests: tuple[str, ...] | Mapping[str, str]
    pins: tuple[Pin, ...]
    place: str
    when: dict[str, str] = field(default_factory=dict)

    def names(self, sent: Sequence[Sent]) -> list[str]:
        """The names of those requests in `sent` to which the entry applies, and (start)."""
        if isinstance(self.requests, Mapping):
            wanted = self.requests["calls"]
            return [r.name for r in sent if (sum(r.calls.values()) if wanted == "out" else r.calls.get(wanted))]
        known = [START, *(request.name for request in sent)]
        return [name for name in known if any(is_meant(pattern, name) for pattern in self.requests)]


def is_meant(pattern: str, name: str) -> bool:
    """Whether an entry's `pattern`, a name or a glob, matches the request `name`."""
    return pattern == name or fnmatch.fnmatchcase(name, pattern)


def load_causes(document: Document) -> dict[str, Cause]:
    """Returns id → cause. Raises KnownFailuresError with every fault."""
    raw = document.value or {}
    if not isinstance(raw, dict):
        raise KnownFailuresError([f"{document.name} must map ids to causes, not be {_shown(raw)}"])
    problems = [problem for id_, cause in raw.items() for problem in _cause_faults(document, id_, cause)]
    if problems:
        raise KnownFailuresError(problems)
    return {id_: Cause(id=id_, **{**dict.fromkeys(_CAUSE_KEYS, ""), **cause}) for id_, cause in raw.items()}


def load_entries(document: Document, causes: Mapping[str, Cause]) -> list[Entry]:
    """Returns the entries of a suite's file. Raises KnownFailuresError with every fault, including the cause
    `unknown`."""
    raw = [] if document.value is None else document.value
    if not isinstance(raw, list):
        raise KnownFailuresError([f"{document.name} must be a list of entries ('- cause: …'), not {_shown(raw)}"])
    problems = [problem for number, entry in enumerate(raw) for problem in _faults(document, number, entry, causes)]
    if problems:
        raise KnownFailuresError(problems)
    return [
        Entry(
            causes[entry["cause"]],
            requests if isinstance(requests := entry["requests"], dict) else tuple(requests),
            tuple(_pins(document, number, entry)),
            document.place(number),
            dict(entry.get("when") or {}),
        )
        for number, entry in enumerate(raw)
    ]


def strangers(entries: Iterable[Entry], sent: Sequence[Sent]) -> Iterator[str]:
    """Yields a message for each entry that matches no request of the suite."""
    names = [START, *(request.name for request in sent)]
    for entry in entries:
        if isinstance(entry.requests, Mapping):
            if not entry.names(sent):
                yield f"{entry.place}: no request of the suite states calls ({{calls: {entry.requests['calls']}}})"
            continue
        for pattern in entry.requests:
            if not any(is_meant(pattern, name) for name in names):
                hint = did_you_mean(pattern, names)
                yield f"{entry.place}: the suite sends no request called {shorten(pattern)!r}{hint}"


def _pins(document: Document, number: int, entry: Mapping[str, Any]) -> Iterator[Pin]:
    for stage in STAGES:
        for kind, raw in (entry.get(stage) or {}).items():
            where = (number, stage, kind)
            if kind in SCALARS:
                yield Pin(stage, Fact(kind, "", raw), document.place(*where))
            elif isinstance(raw, dict):
                for key, value in raw.items():
                    yield Pin(stage, Fact(kind, key, value), document.place(*where, key))
            else:
                for index, key in enumerate([ANY] if raw == ALL else raw):
                    fact = Fact(kind, key) if kind in CALLS else Fact(kind, key, ANY)
                    yield Pin(stage, fact, document.place(*where, index))


def _faults(document: Document, number: int, entry: Any, causes: Mapping[str, Cause]) -> Iterator[str]:
    place = document.place(number)
    if not isinstance(entry, dict):
        yield f"{place}: an entry must be a mapping with the keys {', '.join(_KEYS)}, not {_shown(entry)}"
        return
    for key in entry:
        if key not in _KEYS:
            yield f"{place}: unknown key {shorten(key)!r}{did_you_mean(str(key), _KEYS)}"
    cause = entry.get("cause")
    if cause == UNKNOWN and UNKNOWN not in causes:
        yield f"{place}: the cause is still `{UNKNOWN}`: find it, and name one of {CAUSES_FILE}"
    elif not isinstance(cause, str) or cause not in causes:
        yield f"{place}: {CAUSES_FILE} has no cause {shorten(cause)!r}{did_you_mean(str(cause), causes)}"
    yield from _request_faults(place, entry.get("requests"))
    yield from conditions.faults(place, entry.get("when"))
    stages = [stage for stage in STAGES if stage in entry]
    if not stages:
        yield f"{place}: says nothing of what differs: {', '.join(STAGES)} is missing"
    for stage in stages:
        yield from _stage_faults(document, (number, stage), entry[stage])


def _request_faults(place: str, requests: Any) -> Iterator[str]:
    if isinstance(requests, dict):
        if list(requests) != ["calls"] or not isinstance(requests["calls"], str):
            yield f"{place}: a selector is {{calls: out}} or {{calls: LIBRARY}}, not {_shown(requests)}"
    elif not _is_texts(requests):
        yield f"{place}: 'requests' must be a list of names or a selector, not {_shown(requests)}"


def _stage_faults(document: Document, where: tuple[int, str], raw: Any) -> Iterator[str]:
    place, stage = document.place(*where), where[1]
    kinds = KINDS[stage]
    if not isinstance(raw, dict) or not raw:
        yield f"{place}: {stage!r} must say what differs ({', '.join(kinds)}), not {_shown(raw)}"
        return
    for kind, value in raw.items():
        place = document.place(*where, kind)
        if kind not in kinds:
            yield f"{place}: {stage} has no {shorten(kind)!r}{did_you_mean(str(kind), kinds)}"
        elif kind in SCALARS and isinstance(value, (dict, list)):
            yield f"{place}: {kind!r} must be one value, not {_shown(value)}"
        elif kind in CALLS and value != ALL and not _is_texts(value):
            yield f"{place}: {kind!r} must be a list of texts or `{ALL}`, not {_shown(value)}"
        elif kind in VALUES and not (isinstance(value, dict) and value) and not _is_texts(value):
            yield f"{place}: {kind!r} must map what differs to its wrong value, or list it, not {_shown(value)}"


def _cause_faults(document: Document, id_: Any, cause: Any) -> Iterator[str]:
    place = f"{document.place(id_)}:"
    if not isinstance(cause, dict):
        yield f"{place} {shorten(id_)} must be a mapping with the keys {', '.join(_CAUSE_KEYS)}"
        return
    for key in cause:
        if key not in _CAUSE_KEYS:
            yield f"{place} {id_}: unknown key {shorten(key)!r}{did_you_mean(str(key), _CAUSE_KEYS)}"
    for key in _CAUSE_KEYS[:-1]:
        value, choices = cause.get(key), _CHOICES.get(key)
        if not isinstance(value, str) or not value.strip():
            yield f"{place} {id_}: {key!r} must be a text in quotes, not {_shown(value)}"
        elif choices and value not in choices:
            yield f"{place} {id_}: {key!r} cannot be {value!r}{did_you_mean(value, choices)}"


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) and item for item in value)


def _shown(value: Any) -> str:
    return shorten(repr(value), 40)
