"""What came of the variants: the lines for a person, mutations.json for other tools, the exit code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from e2e_common.errors import Code
from e2e_common.failure import shorten
from e2e_common.mutating.facts import Fact
from e2e_common.mutating.session import Settled
from e2e_common.mutating.variants import Plan, Variant

SCHEMA = 2
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
    """`settled`: number of a variant → what became of it; `partial`: E2E_ONLY; `facts`: run.json; `seconds`: in
    all."""

    suite: str
    port: int
    plan: Plan
    settled: Mapping[int, Settled]
    partial: str
    facts: Mapping[str, Any]
    seconds: float

    @cached_property
    def uncounted(self) -> dict[str, str]:
        """Requests whose recording, unchanged, did not pass beside its variants → why. Their variants prove nothing."""
        controls = [variant for variant in self.plan.variants if variant.fact is None]
        red = [variant for variant in controls if self.settled[variant.number].red]
        return {variant.request.name: self.settled[variant.number].reason for variant in reversed(red)}

    @cached_property
    def counted(self) -> list[Variant]:
        """The variants that count."""
        return [each for each in self.plan.variants if each.fact and each.request.name not in self.uncounted]

    @cached_property
    def survivors(self) -> list[Variant]:
        """Those that stayed green: nothing depends on the fact."""
        return [each for each in self.counted if not self.settled[each.number].red]

    @property
    def goal(self) -> float:
        """The least share."""
        return GOAL if self.partial else GOALS.get(self.suite, GOAL)

    @property
    def red(self) -> int:
        return len(self.counted) - len(self.survivors)

    @property
    def share(self) -> float:
        """Of a hundred, one decimal, rounded down: 84.99 is not 85."""
        return int(1000 * self.red / len(self.counted)) / 10 if self.counted else 0.0

    @property
    def code(self) -> int:
        """0: the goal is reached, and every request counted; 4: none did."""
        if not self.counted:
            return Code.NOTHING_VERIFIED
        return Code.FAILED if self.share < self.goal or self.uncounted else Code.PASSED

    def lines(self) -> list[str]:
        """What to print."""
        tried, names = len(self.counted), {each.request.name for each in self.counted}
        share = f"{self.red} of {tried} changed facts turned red, {self.share:.1f} % (goal {self.goal:g} %)"
        partial = f" PARTIAL ({shorten(self.partial)})" if self.partial else ""
        return [
            f"{'✗' if self.code else '✓'} {self.suite:<9} {share}{partial}   {self.seconds:.0f} s · "
            f"{len(names)} requests, at most {self.plan.most} facts of each, {tried} of {self.plan.found} in all",
            *self._not_counted(),
            *self._broken(),
            *self._indifferent(),
        ]

    def _not_counted(self) -> list[str]:
        return [
            f"    {name!r} does not count: its recording, unchanged, was red among its variants: {shorten(why, 200)}"
            for name, why in self.uncounted.items()
        ]

    def _broken(self) -> list[str]:
        broke = [each for each in self.plan.variants if each.fact and self.settled[each.number].broke]
        return [
            f"    {each.request.name!r} ended the application, or left it without an answer (red): {_named(each)}"
            for each in broke
        ]

    def _indifferent(self) -> list[str]:
        if not self.survivors:
            return []
        lines = [f"    {len(self.survivors)} that nothing depends on, by request:"]
        return lines + [f"      {name!r}: {told}" for name, told in _by_request(self.survivors).items()]

    def document(self) -> dict[str, Any]:
        """mutations.json, schema 2. `verdict` of a row: red, or indifferent (nothing depends on the fact), which has no
        `reason`."""
        controls = [each for each in self.plan.variants if each.fact is None]
        return {
            "schema": SCHEMA,
            "suite": self.suite,
            "port": self.port,
            "code": int(self.code),
            "partial": bool(self.partial),
            "goal": self.goal,
            "share": self.share,
            "red": self.red,
            "tried": len(self.counted),
            "found": self.plan.found,
            "most_of_a_request": self.plan.most,
            "requests": len({each.request.name for each in self.counted}),
            "controls": len(controls),
            "not_counted": [{"request": name, "reason": why} for name, why in self.uncounted.items()],
            "versions": self.facts["versions"],
            "sdk_source": self.facts["sdk_source"],
            "seconds": self.seconds,
            "facts": [self._row(each) for each in self.counted],
        }

    def _row(self, variant: Variant) -> dict[str, Any]:
        fact, settled = _fact(variant), self.settled[variant.number]
        return {
            "request": variant.request.name,
            "kind": fact.kind,
            "place": fact.place,
            "what": fact.what,
            "verdict": "red" if settled.red else "indifferent",
            "reason": shorten(settled.reason, 400) if settled.red else None,
            "broke": settled.broke,
            "trace_id": variant.trace_id,
            "session": settled.folder.name,
        }


def _fact(variant: Variant) -> Fact:
    assert variant.fact is not None  # noqa: S101 - controls are left out before
    return variant.fact


def _named(variant: Variant) -> str:
    return f"{_fact(variant).place}: {_fact(variant).what}"


def _by_request(variants: Sequence[Variant]) -> dict[str, str]:
    """Name of a request → its facts in words, by place."""
    places: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for variant in variants:
        places[variant.request.name][_fact(variant).place].append(_fact(variant).what)
    return {
        name: "; ".join(f"{place}: {', '.join(whats)}" for place, whats in each.items())
        for name, each in places.items()
    }
