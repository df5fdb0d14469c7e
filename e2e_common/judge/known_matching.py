"""Which failures of a run are known: a failure whose facts are all pinned in known_failures.yaml. What is not pinned
stands; a pinned fact that no longer shows is fixed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from e2e_common.artifacts.facts import ANY, Fact, fits
from e2e_common.artifacts.failure import Failure, shorten
from e2e_common.judge.known_failures import CALLS, STAGES, VALUES, Entry, Pin, Sent

NEVER_KNOWN = (5, 6)
"""Rules of what got past the instrumentation: a request states it (`expect_unpatched`, `leaks`, `background`)."""


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
                pins.setdefault((name, pin.stage), _Pinned(entry)).left.append((pin, entry))
    standing, known = [], []
    for failure in failures:
        pinned = pins.get((failure.request or "", failure.stage))
        if pinned is None or not failure.facts or failure.rule in NEVER_KNOWN:
            standing.append(failure)
            continue
        found = [(fact, pinned.take(fact)) for fact in failure.facts]
        of = next((entry for _, entry in found if entry), None)
        beyond = [fact for fact, entry in found if entry is None]
        known += [(failure, of)] if of else []
        standing += [_beyond(failure, beyond, of or pinned.first)] if beyond else []
    shown = {pin.place for pinned in pins.values() for pin, _ in pinned.shown}
    unseen = [
        Unseen(name, pin, entry)
        for (name, _), pinned in pins.items()
        for pin, entry in pinned.unseen()
        if reached(name, pin) and not (isinstance(entry.requests, Mapping) and pin.place in shown)
    ]
    return Matched(standing, known, unseen)


def facts_of(failures: Iterable[Failure]) -> dict[tuple[str, str], list[Fact]]:
    """(request, stage) → the facts of its failures, of those that may be pinned."""
    found: dict[tuple[str, str], list[Fact]] = {}
    for failure in failures:
        if failure.request is not None and failure.stage in STAGES and failure.rule not in NEVER_KNOWN:
            found.setdefault((failure.request, failure.stage), []).extend(failure.facts)
    return found


class _Pinned:
    """What is pinned of one request at one stage: what has shown, and what is left. A pinned call stands for one call,
    any other pin for its key."""

    def __init__(self, first: Entry) -> None:
        self.first = first
        self.left: list[tuple[Pin, Entry]] = []
        self.shown: list[tuple[Pin, Entry]] = []

    def take(self, fact: Fact) -> Entry | None:
        """The entry that pins `fact`, None where none does."""
        new = next((each for each in self.left if _covers(each[0], fact)), None)
        if new:
            self.left.remove(new)
            self.shown.append(new)
            return new[1]
        return next((entry for pin, entry in self.shown if not _is_one_call(pin) and _covers(pin, fact)), None)

    def unseen(self) -> list[tuple[Pin, Entry]]:
        """The pins of which nothing shows; but for those of a part that another pin shows to be wrong, alone or with a
        whole that it belongs to."""
        return [each for each in self.left if not any(_is_within(each[0], pin) for pin, _ in self.shown)]


def _covers(pin: Pin, fact: Fact) -> bool:
    pinned = pin.fact
    if pinned.kind != fact.kind:
        return False
    if fact.kind in CALLS:
        return fact.key == ANY or fits(pinned.key, fact.key)
    if pinned.value == ANY and fact.kind in VALUES and _is_below(fact, pinned):
        return True
    return pinned.key == fact.key and fits(pinned.value, fact.value)


def _is_one_call(pin: Pin) -> bool:
    return pin.fact.kind in CALLS and pin.fact.key != ANY


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
