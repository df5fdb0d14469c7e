"""known_failures.yaml: by cause, which requests of a suite are known to fail, and what differs then.

An entry pins facts (facts.py) of its requests at a stage. A failure is known when all its facts are pinned; what is not
pinned stands. A pinned fact that no longer shows is fixed. The causes are entries of known_causes.yaml, one for all
suites. Nothing here is imported or parsed for a suite that has no known_failures.yaml.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from e2e_common import conditions
from e2e_common.errors import did_you_mean
from e2e_common.facts import ANY, Fact, fits
from e2e_common.failure import EXPECTATION, RECORDING, REPLAY, Failure, shorten
from e2e_common.yaml_files import Document

FILE = "known_failures.yaml"
CAUSES_FILE = "known_causes.yaml"
UNKNOWN = "unknown"
"""The cause of facts that make update-known-failures has pinned and nobody has named yet."""

START = "(start)"
"""In `requests`: what the application asks for before it is ready, which is no request's."""

NEVER_KNOWN = (5, 6)
"""Rules of what got past the instrumentation: a request states it (`expect_unpatched`, `leaks`, `background`)."""

STAGES = (EXPECTATION, RECORDING, REPLAY)
SCALAR, VALUES, CALLS = "scalar", "values", "calls"
"""How a kind of facts is written: one value; key → wrong value, or a list of keys; a list of calls, or `all`."""

KINDS: dict[str, dict[str, str]] = {
    EXPECTATION: {"no_answer": SCALAR, "status": SCALAR, "headers": VALUES, "body": VALUES, "floats": SCALAR},
    RECORDING: {
        "traces": SCALAR,
        "method": SCALAR,
        "target": SCALAR,
        "status": SCALAR,
        "body": VALUES,
        "calls": VALUES,
        "asked": CALLS,
        "unanswered": CALLS,
        "form": CALLS,
        "reached": CALLS,
        "errors": CALLS,
    },
    REPLAY: {
        "result": SCALAR,
        "error": SCALAR,
        "flags": CALLS,
        "status": SCALAR,
        "headers": VALUES,
        "body": VALUES,
        "floats": SCALAR,
        "inbound_span": SCALAR,
        "inbound": VALUES,
        "other": VALUES,
        "unanswered": CALLS,
        "not_asked": CALLS,
        "asked_again": CALLS,
        "by_shape": CALLS,
        "inexact": CALLS,
        "borrowed": CALLS,
        "dropped": CALLS,
        "errors": CALLS,
    },
}
OF_MOCKS = (
    "headers",
    "floats",
    "inbound",
    "unanswered",
    "not_asked",
    "asked_again",
    "by_shape",
    "inexact",
    "borrowed",
    "dropped",
    "errors",
)
"""Kinds at replay that only the bundled CLI's account of mock requests tells."""

ALL = "all"
BUG, BY_DESIGN, LIMIT = "bug", "by-design", "limit"
OWNERS = ("sdk", "cli", "rust-core", "library")
HARMS = ("changes-the-application", "not-recorded", "wrong-replay", "fidelity")
_CAUSE_KEYS = ("title", "kind", "owner", "source", "since", "harm", "reported")
_CHOICES = {"kind": (BUG, BY_DESIGN, LIMIT), "owner": OWNERS, "harm": HARMS}
_KEYS = ("cause", "requests", "when", *STAGES)


class KnownFailuresError(ValueError):
    """A file is not what it should be. `problems`: a message for each fault, with file and line."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


class Sent(Protocol):
    """What an entry is expanded by: a request's name, and library → number of outbound calls that it states."""

    @property
    def name(self) -> str: ...

    @property
    def calls(self) -> Mapping[str, int]: ...


@dataclass(frozen=True)
class Cause:
    """An entry of known_causes.yaml. `source`: file and function of the fault; `since`: the oldest release that has it,
    of those tried; `reported`: a link, empty until it is reported."""

    id: str
    title: str
    kind: str
    owner: str
    source: str
    since: str
    harm: str
    reported: str = ""


UNNAMED = {UNKNOWN: Cause(UNKNOWN, "nobody has named its cause yet", BUG, "sdk", "", "", "fidelity")}


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
        """The requests that it is about, of those that were sent, and (start)."""
        if isinstance(self.requests, Mapping):
            wanted = self.requests["calls"]
            return [r.name for r in sent if (sum(r.calls.values()) if wanted == "out" else r.calls.get(wanted))]
        known = [START, *(request.name for request in sent)]
        return [name for name in known if any(is_meant(pattern, name) for pattern in self.requests)]


@dataclass(frozen=True)
class Unseen:
    """A pinned fact of a request that no longer shows: fixed, where nothing else is wrong with the request there."""

    request: str
    pin: Pin
    entry: Entry

    def __str__(self) -> str:
        return f"{self.request!r} ({self.pin.stage}: {shorten(self.pin.fact, 80)})"


@dataclass(frozen=True)
class Matched:
    """`standing`: failures that are not known, or the part of them that is not; `known`: each with its entry."""

    standing: list[Failure]
    known: list[tuple[Failure, Entry]]
    unseen: list[Unseen]

    @property
    def fixed(self) -> list[Unseen]:
        """What no longer shows, and not because something else is wrong with the same request at the same stage."""
        wrong = {(failure.request, failure.stage) for failure in self.standing}
        return [each for each in self.unseen if (each.request, each.pin.stage) not in wrong]


def is_meant(pattern: str, name: str) -> bool:
    """Whether an entry's `pattern`, a name or a glob, means the request `name`."""
    return pattern == name or fnmatch.fnmatchcase(name, pattern)


def load_causes(document: Document) -> dict[str, Cause]:
    """Id → cause. Raises KnownFailuresError with every fault."""
    raw = document.value or {}
    if not isinstance(raw, dict):
        raise KnownFailuresError([f"{document.name} must map ids to causes, not be {shorten(repr(raw), 40)}"])
    problems = [problem for id_, cause in raw.items() for problem in _cause_faults(document, id_, cause)]
    if problems:
        raise KnownFailuresError(problems)
    return {id_: Cause(id=id_, **{**dict.fromkeys(_CAUSE_KEYS, ""), **cause}) for id_, cause in raw.items()}


def load_entries(document: Document, causes: Mapping[str, Cause]) -> list[Entry]:
    """The entries of a suite's file. Raises KnownFailuresError with every fault: a cause that nobody has named, too."""
    raw = document.value
    if raw is None:
        return []
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


def match(
    entries: Sequence[Entry],
    failures: Iterable[Failure],
    sent: Sequence[Sent],
    *,
    reached: Callable[[str, Pin], bool],
) -> Matched:
    """Splits `failures` into what stands and what is known, in the given order, and finds what is fixed. `reached(name,
    pin)`: whether the run got as far as showing that fact of that request. A selector's pin shows where it does for one
    of its requests; any other pin must show for each."""
    pins: dict[tuple[str, str], _Pinned] = {}
    for entry in entries:
        for name in entry.names(sent):
            for pin in entry.pins:
                pins.setdefault((name, pin.stage), _Pinned()).add(pin, entry)
    standing, known = [], []
    for failure in failures:
        pinned = pins.get((failure.request or "", failure.stage)) if failure.rule not in NEVER_KNOWN else None
        if pinned is None or not failure.facts:
            standing.append(failure)
            continue
        beyond, of = pinned.take(failure.facts)
        known += [(failure, of)] if of else []
        standing += [_beyond(failure, beyond, of or pinned.first)] if beyond else []
    shown = {pin.place for pinned in pins.values() for pin in pinned.shown}
    unseen = [
        Unseen(name, pin, entry)
        for (name, _), pinned in pins.items()
        for pin, entry in pinned.unseen
        if reached(name, pin) and not (isinstance(entry.requests, Mapping) and pin.place in shown)
    ]
    return Matched(standing, known, unseen)


def strangers(entries: Iterable[Entry], sent: Sequence[Sent]) -> list[str]:
    """What is wrong with entries that name no request of the suite."""
    names = [START, *(request.name for request in sent)]
    problems = []
    for entry in entries:
        for pattern in entry.requests if isinstance(entry.requests, tuple) else ():
            if not any(is_meant(pattern, name) for name in names):
                hint = did_you_mean(pattern, names)
                problems.append(f"{entry.place}: the suite sends no request called {shorten(pattern)!r}{hint}")
        if isinstance(entry.requests, Mapping) and not entry.names(sent):
            wanted = entry.requests["calls"]
            problems.append(f"{entry.place}: no request of the suite states calls ({{calls: {wanted}}})")
    return problems


class _Pinned:
    """What is pinned of one request at one stage. A pinned call stands for one call, any other pin for its key."""

    def __init__(self) -> None:
        self._pins: list[tuple[Pin, Entry]] = []
        self._shown: set[int] = set()

    def add(self, pin: Pin, entry: Entry) -> None:
        self._pins.append((pin, entry))

    @property
    def first(self) -> Entry:
        """The first entry that pins something."""
        return self._pins[0][1]

    def take(self, facts: Iterable[Fact]) -> tuple[list[Fact], Entry | None]:
        """The facts that are not pinned, and the entry of the first that is; None where none is."""
        beyond: list[Fact] = []
        first: Entry | None = None
        for fact in facts:
            entry = self._take(fact)
            first = first or entry
            beyond += [] if entry else [fact]
        return beyond, first

    def _take(self, fact: Fact) -> Entry | None:
        fitting = [number for number, (pin, _) in enumerate(self._pins) if _covers(pin, fact)]
        new = [number for number in fitting if number not in self._shown]
        for number in new or [number for number in fitting if not _is_one_call(self._pins[number][0])]:
            self._shown.add(number)
            return self._pins[number][1]
        return None

    @property
    def shown(self) -> list[Pin]:
        """The pins that show."""
        return [self._pins[number][0] for number in self._shown]

    @property
    def unseen(self) -> list[tuple[Pin, Entry]]:
        """The pins of which nothing shows; but for those of a part that another pin shows to be wrong, alone or with a
        whole that it belongs to."""
        shown = self.shown
        left = [each for number, each in enumerate(self._pins) if number not in self._shown]
        return [(pin, entry) for pin, entry in left if not any(_is_within(pin, other) for other in shown)]


def _covers(pin: Pin, fact: Fact) -> bool:
    pinned = pin.fact
    if pinned.kind != fact.kind:
        return False
    shape = KINDS[pin.stage][fact.kind]
    if shape == CALLS:
        return fact.key == ANY or fits(pinned.key, fact.key)
    if pinned.value == ANY and shape == VALUES and _is_below(fact, pinned):
        return True
    return pinned.key == fact.key and fits(pinned.value, fact.value)


def _is_one_call(pin: Pin) -> bool:
    return KINDS[pin.stage][pin.fact.kind] == CALLS and pin.fact.key != ANY


def _is_within(pin: Pin, other: Pin) -> bool:
    if _is_one_call(pin) or pin.fact.kind != other.fact.kind:
        return False
    return pin.fact.key == other.fact.key or _is_below(pin.fact, other.fact)


def _is_below(fact: Fact, whole: Fact) -> bool:
    """Whether one JSON path leads to a part of what the other one leads to."""
    return fact.key.startswith((f"{whole.key}.", f"{whole.key}["))


def _beyond(failure: Failure, facts: list[Fact], entry: Entry) -> Failure:
    what = ", ".join(shorten(fact, 160) for fact in facts[:3])
    more = f" and {len(facts) - 3} more" if len(facts) > 3 else ""
    message = f"{what}{more}: beyond the known failure {entry.cause.id} ({entry.place}); {failure.message}"
    return replace(failure, message=message, facts=tuple(facts))


def _pins(document: Document, number: int, entry: Mapping[str, Any]) -> Iterable[Pin]:
    for stage in STAGES:
        for kind, raw in (entry.get(stage) or {}).items():
            shape = KINDS[stage][kind]
            where = (number, stage, kind)
            if shape == SCALAR:
                yield Pin(stage, Fact(kind, "", raw), document.place(*where))
            elif shape == CALLS:
                for index, call in enumerate([ANY] if raw == ALL else raw):
                    yield Pin(stage, Fact(kind, call), document.place(*where, index))
            elif isinstance(raw, dict):
                for key, value in raw.items():
                    yield Pin(stage, Fact(kind, key, value), document.place(*where, key))
            else:
                for index, key in enumerate(raw):
                    yield Pin(stage, Fact(kind, key, ANY), document.place(*where, index))


def _faults(document: Document, number: int, entry: Any, causes: Mapping[str, Cause]) -> list[str]:
    place = document.place(number)
    if not isinstance(entry, dict):
        return [f"{place}: an entry must be a mapping with the keys {', '.join(_KEYS)}, not {_shown(entry)}"]
    faults = [
        f"{place}: unknown key {shorten(key)!r}{did_you_mean(str(key), _KEYS)}" for key in entry if key not in _KEYS
    ]
    faults += _cause_fault(place, entry.get("cause"), causes)
    faults += _request_faults(place, entry.get("requests"))
    faults += conditions.faults(place, entry.get("when"))
    stages = [stage for stage in STAGES if stage in entry]
    faults += [] if stages else [f"{place}: says nothing of what differs: {', '.join(STAGES)} is missing"]
    for stage in stages:
        faults += _stage_faults(document, (number, stage), entry[stage])
    return faults


def _cause_fault(place: str, cause: Any, causes: Mapping[str, Cause]) -> list[str]:
    if cause == UNKNOWN and UNKNOWN not in causes:
        return [f"{place}: the cause is still `{UNKNOWN}`: find it, and name one of {CAUSES_FILE}"]
    if not isinstance(cause, str) or cause not in causes:
        hint = did_you_mean(str(cause), causes)
        return [f"{place}: {CAUSES_FILE} has no cause {shorten(cause)!r}{hint}"]
    return []


def _request_faults(place: str, requests: Any) -> list[str]:
    if isinstance(requests, dict):
        sound = list(requests) == ["calls"] and isinstance(requests["calls"], str)
        return [] if sound else [f"{place}: a selector is {{calls: out}} or {{calls: LIBRARY}}, not {_shown(requests)}"]
    if isinstance(requests, list) and requests and all(isinstance(name, str) and name for name in requests):
        return []
    return [f"{place}: 'requests' must be a list of names or a selector, not {_shown(requests)}"]


def _stage_faults(document: Document, where: tuple[int, str], raw: Any) -> list[str]:
    place, stage = document.place(*where), where[1]
    kinds = KINDS[stage]
    if not isinstance(raw, dict) or not raw:
        return [f"{place}: {stage!r} must say what differs ({', '.join(kinds)}), not {_shown(raw)}"]
    faults = []
    for kind, value in raw.items():
        place = document.place(*where, kind)
        shape = kinds.get(kind)
        if shape is None:
            faults.append(f"{place}: {stage} has no {shorten(kind)!r}{did_you_mean(str(kind), kinds)}")
        elif shape == SCALAR and isinstance(value, (dict, list)):
            faults.append(f"{place}: {kind!r} must be one value, not {_shown(value)}")
        elif shape == CALLS and value != ALL and not _is_texts(value):
            faults.append(f"{place}: {kind!r} must be a list of texts or `{ALL}`, not {_shown(value)}")
        elif shape == VALUES and not (isinstance(value, dict) and value) and not _is_texts(value):
            faults.append(
                f"{place}: {kind!r} must map what differs to its wrong value, or list it, not {_shown(value)}"
            )
    return faults


def _cause_faults(document: Document, id_: Any, cause: Any) -> list[str]:
    place = document.place(id_)
    if not isinstance(cause, dict):
        return [f"{place}: {shorten(id_)} must be a mapping with the keys {', '.join(_CAUSE_KEYS)}"]
    faults = [
        f"{place}: {id_}: unknown key {shorten(key)!r}{did_you_mean(str(key), _CAUSE_KEYS)}"
        for key in cause
        if key not in _CAUSE_KEYS
    ]
    for key in _CAUSE_KEYS[:-1]:
        value, choices = cause.get(key), _CHOICES.get(key)
        if not isinstance(value, str) or not value.strip():
            faults.append(f"{place}: {id_}: {key!r} must be a text in quotes, not {_shown(value)}")
        elif choices and value not in choices:
            faults.append(f"{place}: {id_}: {key!r} cannot be {value!r}{did_you_mean(value, choices)}")
    return faults


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) and item for item in value)


def _shown(value: Any) -> str:
    return shorten(repr(value), 40)


def facts_of(failures: Iterable[Failure]) -> dict[tuple[str, str], list[Fact]]:
    """(request, stage) → the facts of its failures, of those that may be pinned."""
    found: dict[tuple[str, str], list[Fact]] = {}
    for failure in failures:
        if failure.request is not None and failure.stage in STAGES and failure.rule not in NEVER_KNOWN:
            found.setdefault((failure.request, failure.stage), []).extend(failure.facts)
    return found
