"""What came of the variants: the lines for a person, mutations.json for other tools, the exit code."""

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
# Of a hundred changed facts, so many must turn red: what docs/testing-the-tests.md says of a suite, less one point.
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
GOAL = 85.0  # of any other suite, and of some requests of one


@dataclass(frozen=True)
class Outcome:
    """`red`: number of a variant → why it is red, empty where it stayed green; `partial`: E2E_ONLY; `seconds`: in
    all."""

    suite: str
    plan: Plan
    red: Mapping[int, str]
    partial: str
    seconds: float

    @cached_property
    def uncounted(self) -> dict[str, str]:
        """Requests whose recording, unchanged, did not pass beside its variants → why. Their variants prove nothing."""
        controls = [each for each in reversed(self.plan.variants) if each.fact is None]
        return {each.request.name: self.red[each.number] for each in controls if self.red[each.number]}

    @cached_property
    def counted(self) -> list[tuple[str, Fact, str]]:
        """The variants that count: name of the request, what was changed, why that is red."""
        every = [(each.request.name, each.fact, self.red[each.number]) for each in self.plan.variants]
        return [(name, fact, why) for name, fact, why in every if fact and name not in self.uncounted]

    @property
    def goal(self) -> float:
        """The least share."""
        return GOAL if self.partial else GOALS.get(self.suite, GOAL)

    @property
    def turned_red(self) -> int:
        return sum(bool(why) for _, _, why in self.counted)

    @property
    def share(self) -> float:
        """Of a hundred, one decimal, rounded down: 84.99 is not 85."""
        return int(1000 * self.turned_red / len(self.counted)) / 10 if self.counted else 0.0

    @property
    def code(self) -> int:
        """0: the goal is reached, and every request counted; 4: none did."""
        if not self.counted:
            return Code.NOTHING_VERIFIED
        return Code.FAILED if self.share < self.goal or self.uncounted else Code.PASSED

    def lines(self) -> list[str]:
        """What to print: the figure, then what stayed green, by request and place: nothing depends on that."""
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
                f"      {name!r}: " + "; ".join(f"{place}: {', '.join(whats)}" for place, whats in each.items())
                for name, each in places.items()
            ),
        ]

    def document(self) -> dict[str, Any]:
        """mutations.json, schema 3. `reason` of a fact: why it turned red, null where nothing depends on it."""
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
