"""The results of all variants: printed lines, mutations.json, and the exit code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from e2e_common.artifacts.failure import shorten
from e2e_common.dev.mutating.facts import Fact
from e2e_common.dev.mutating.variants import Plan
from e2e_common.util.errors import Code

SCHEMA = 3
# Percentage of changed facts that must fail: the suite's value in docs/testing-the-tests.md minus one point.
GOALS = {
    "django": 96.0,
    "fastapi": 91.6,
    "flask": 96.9,
    "httpx": 83.8,
    "psycopg": 97.2,
    "psycopg2": 97.2,
    "redis": 96.3,
    "requests": 98.2,
}
GOAL = 85.0  # for other suites, and for a part of a suite


@dataclass(frozen=True)
class Outcome:
    """`red`: number of a variant → why it failed, empty if it passed; `partial`: E2E_ONLY; `seconds`: total time."""

    suite: str
    plan: Plan
    red: Mapping[int, str]
    partial: str
    seconds: float

    @cached_property
    def uncounted(self) -> dict[str, str]:
        """Request → why its unchanged recording failed in the session. Its variants prove nothing."""
        controls = [variant for variant in reversed(self.plan.variants) if variant.fact is None]
        return {control.request.name: self.red[control.number] for control in controls if self.red[control.number]}

    @cached_property
    def counted(self) -> list[tuple[str, Fact, str]]:
        """The variants that count: (request, changed fact, why it failed or empty)."""
        every = [(variant.request.name, variant.fact, self.red[variant.number]) for variant in self.plan.variants]
        return [(name, fact, why) for name, fact, why in every if fact and name not in self.uncounted]

    @property
    def goal(self) -> float:
        """The minimum share in percent."""
        return GOAL if self.partial else GOALS.get(self.suite, GOAL)

    @property
    def turned_red(self) -> int:
        return sum(bool(why) for _, _, why in self.counted)

    @property
    def share(self) -> float:
        """In percent with one decimal, rounded down: 84.99 is not 85."""
        return int(1000 * self.turned_red / len(self.counted)) / 10 if self.counted else 0.0

    @property
    def code(self) -> int:
        """0 if the goal is reached and every request counted; 4 if none counted."""
        if not self.counted:
            return Code.NOTHING_VERIFIED
        return Code.FAILED if self.share < self.goal or self.uncounted else Code.PASSED

    def lines(self) -> list[str]:
        """Returns the lines to print: the share, then the facts whose change went unnoticed, by request and place."""
        tried = len(self.counted)
        share = f"{self.turned_red} of {tried} changed facts turned red, {self.share:.1f} % (goal {self.goal:g} %)"
        partial = f" PARTIAL ({shorten(self.partial)})" if self.partial else ""
        places: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for name, fact, why in self.counted:
            if not why:
                places[name][fact.place].append(fact.what)
        return [
            f"{'✗' if self.code else '✓'} {self.suite:<9} {share}{partial}   {self.seconds:.0f} s · at most "
            f"{self.plan.most} facts of a request, {tried} of {self.plan.found} in all",
            *(
                f"    {name!r} does not count: its recording, unchanged, was red among its variants: {shorten(why)}"
                for name, why in self.uncounted.items()
            ),
            *([f"    {tried - self.turned_red} that nothing depends on, by request:"] if places else []),
            *(
                f"      {name!r}: " + "; ".join(f"{place}: {', '.join(whats)}" for place, whats in by_place.items())
                for name, by_place in places.items()
            ),
        ]

    def document(self) -> dict[str, Any]:
        """Returns mutations.json, schema 3. `reason` of a fact: why its replay failed, or null if it passed."""
        return {
            "schema": SCHEMA,
            "suite": self.suite,
            "code": int(self.code),
            "partial": bool(self.partial),
            "goal": self.goal,
            "share": self.share,
            "red": self.turned_red,
            "tried": len(self.counted),
            "not_counted": [{"request": name, "reason": why} for name, why in self.uncounted.items()],
            "seconds": self.seconds,
            "facts": [
                {
                    "request": name,
                    "kind": fact.kind,
                    "place": fact.place,
                    "what": fact.what,
                    "reason": shorten(why, 400) if why else None,
                }
                for name, fact, why in self.counted
            ],
        }
