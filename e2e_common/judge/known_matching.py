"""Splits a run's failures into known and unknown ones. A failure is known if known_failures.yaml pins all its facts.
A pinned fact that no longer occurs is fixed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from e2e_common.artifacts.facts import ANY, Fact, fits
from e2e_common.artifacts.failure import Failure, shorten
from e2e_common.judge.known_failures import CALLS, STAGES, VALUES, Entry, Pin, Sent

# Rules for calls that bypass the instrumentation: requests declare those (expect_unpatched, leaks, background).
NEVER_KNOWN = (5, 6)


class Unseen(NamedTuple):
    """A pinned fact of a request that did not occur."""

    request: str
    pin: Pin


@dataclass(frozen=True)
class Matched:
    """`standing`: unknown failures, or the unknown part of a failure; `known`: each with its entry."""

    standing: list[Failure]
    known: list[tuple[Failure, Entry]]
    unseen: list[Unseen]

    @property
    def fixed(self) -> list[Unseen]:
        """Unseen facts of requests that have no other failure at the same stage."""
        wrong = {(failure.request, failure.stage) for failure in self.standing}
        return [unseen for unseen in self.unseen if (unseen.request, unseen.pin.stage) not in wrong]


def match(
    entries: Sequence[Entry], failures: Iterable[Failure], sent: Sent, *, reached: Callable[[str, Pin], bool]
) -> Matched:
    """Splits `failures` into standing and known ones, in the given order, and finds the pins that did not occur.
    `reached(name, pin)`: whether the run got far enough to show that fact of that request. A pin of a selector must
    occur for at least one of its requests, any other pin for each."""
    pins: dict[tuple[str, str], _Pinned] = defaultdict(_Pinned)
    for entry in entries:
        for name in entry.names(sent):
            for pin in entry.pins:
                pins[name, pin.stage].left.append(pin)
    standing, known = [], []
    for failure in failures:
        pinned = pins.get((failure.request or "", failure.stage))
        if pinned is None or not failure.facts or failure.rule in NEVER_KNOWN:
            standing.append(failure)
            continue
        matched = [(fact, pinned.take(fact)) for fact in failure.facts]
        taken = [pin.entry for _, pin in matched if pin]
        known += [(failure, entry) for entry in taken[:1]]
        if beyond := tuple(fact for fact, pin in matched if pin is None):
            entry = (*taken, *(pin.entry for pin in (*pinned.shown, *pinned.left)))[0]
            text = ", ".join(shorten(fact, 160) for fact in beyond[:3])
            text += f" and {len(beyond) - 3} more" if len(beyond) > 3 else ""
            message = f"{text}: beyond the known failure {entry.cause.id} ({entry.place}); {failure.message}"
            standing.append(replace(failure, message=message, facts=beyond))
    shown = {pin.place for pinned in pins.values() for pin in pinned.shown}
    unseen = [
        Unseen(name, pin)
        for (name, _), pinned in pins.items()
        for pin in pinned.unseen()
        if reached(name, pin) and not (isinstance(pin.entry.requests, Mapping) and pin.place in shown)
    ]
    return Matched(standing, known, unseen)


def facts_of(failures: Iterable[Failure]) -> dict[tuple[str, str], list[Fact]]:
    """Returns (request, stage) → the facts of its failures that may be pinned."""
    by_stage: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for failure in failures:
        if failure.request is not None and failure.stage in STAGES and failure.rule not in NEVER_KNOWN:
            by_stage[failure.request, failure.stage] += failure.facts
    return by_stage


@dataclass
class _Pinned:
    """The pins of one request at one stage: those that occurred (`shown`) and the rest (`left`). A pinned call matches
    one call; any other pin matches every fact with its key."""

    left: list[Pin] = field(default_factory=list)
    shown: list[Pin] = field(default_factory=list)

    def take(self, fact: Fact) -> Pin | None:
        """Returns the pin that covers `fact`, or None."""
        for pin in self.left:
            if _covers(pin.fact, fact):
                self.left.remove(pin)
                self.shown.append(pin)
                return pin
        return next((pin for pin in self.shown if not _is_one_call(pin.fact) and _covers(pin.fact, fact)), None)

    def unseen(self) -> list[Pin]:
        """The pins that did not occur, except those for a part whose fact another pin matched, or for a part of a
        larger value that another pin matched."""
        return [pin for pin in self.left if not any(_is_within(pin.fact, other.fact) for other in self.shown)]


def _covers(pinned: Fact, fact: Fact) -> bool:
    if pinned.kind != fact.kind:
        return False
    if fact.kind in CALLS:
        return fact.key == ANY or fits(pinned.key, fact.key)
    if pinned.value == ANY and fact.kind in VALUES and _is_below(fact, pinned):
        return True
    return pinned.key == fact.key and fits(pinned.value, fact.value)


def _is_one_call(pinned: Fact) -> bool:
    return pinned.kind in CALLS and pinned.key != ANY


def _is_within(pinned: Fact, other: Fact) -> bool:
    is_part = pinned.key == other.key or _is_below(pinned, other)
    return is_part and pinned.kind == other.kind and not _is_one_call(pinned)


def _is_below(fact: Fact, whole: Fact) -> bool:
    """Whether the JSON path of `fact` leads to a part of the value at the path of `whole`."""
    return fact.key.startswith((f"{whole.key}.", f"{whole.key}["))
