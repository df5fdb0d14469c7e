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
from e2e_common.mutating.survivors import FILE, Row, Survivor, row_of, stale
from e2e_common.mutating.variants import Plan, Variant

SCHEMA = 2
GOAL = 85.0  # of a hundred changed facts, so many must turn red


@dataclass(frozen=True)
class Outcome:
    """`settled`: number of a variant → what became of it; `rows`: what is known to stay green; `partial`: E2E_ONLY;
    `facts`: run.json; `seconds`: in all."""

    suite: str
    port: int
    plan: Plan
    settled: Mapping[int, Settled]
    rows: Sequence[Row]
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

    @cached_property
    def explained(self) -> dict[Row | None, list[Survivor]]:
        """The survivors, by the row that has their reason; those of no row by None."""
        found: dict[Row | None, list[Survivor]] = defaultdict(list)
        for survivor in map(_survivor, self.survivors):
            found[row_of(self.rows, survivor)].append(survivor)
        return found

    @cached_property
    def stale(self) -> list[str]:
        """What is wrong with the rows."""
        return stale(self.rows, [*map(_survivor, self.survivors)], [*map(_survivor, self.counted)])

    @property
    def red(self) -> int:
        return len(self.counted) - len(self.survivors)

    @property
    def share(self) -> float:
        """Of a hundred, one decimal, rounded down: 84.99 is not 85."""
        return int(1000 * self.red / len(self.counted)) / 10 if self.counted else 0.0

    @property
    def code(self) -> int:
        """0: the goal is reached, every request counted, and the rest has its reasons; 2: a row is wrong; 4: no request
        counted."""
        if not self.counted:
            return Code.NOTHING_VERIFIED
        if self.stale:
            return Code.USAGE
        return Code.FAILED if self.share < GOAL or self.uncounted or self.explained.get(None) else Code.PASSED

    def lines(self) -> list[str]:
        """What to print."""
        tried, names = len(self.counted), {each.request.name for each in self.counted}
        share = f"{self.red} of {tried} changed facts turned red, {self.share:.1f} % (goal {GOAL:.0f} %)"
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
        lines = [f"    {message}" for message in self.stale]
        if unknown := self.explained.get(None):
            lines.append(f"    {len(unknown)} that nothing depends on stand in no row of {FILE}, by request:")
            lines += [f"      {name!r}: {told}" for name, told in _by_request(unknown).items()]
        by_reason: dict[str, list[Survivor]] = defaultdict(list)
        of_every_suite = set()
        for row, found in self.explained.items():
            if row:
                by_reason[row.reason] += found
                if not row.requests:
                    of_every_suite.add(row.reason)
        if by_reason:
            lines.append(f"    {sum(map(len, by_reason.values()))} that nothing depends on, by reason:")
        for reason, found in by_reason.items():
            lines.append(f"      {len(found)}: {reason}")
            if reason not in of_every_suite:  # those are many; mutations.json has each
                lines += [f"        {name!r}: {told}" for name, told in _by_request(found).items()]
        return lines

    def document(self) -> dict[str, Any]:
        """mutations.json, schema 2. `verdict` of a row: red, or indifferent (nothing depends on the fact); `reason`: of
        either, null where it is not known."""
        controls = [each for each in self.plan.variants if each.fact is None]
        return {
            "schema": SCHEMA,
            "suite": self.suite,
            "port": self.port,
            "code": int(self.code),
            "partial": bool(self.partial),
            "goal": GOAL,
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
        known = None if settled.red else row_of(self.rows, _survivor(variant))
        return {
            "request": variant.request.name,
            "kind": fact.kind,
            "place": fact.place,
            "what": fact.what,
            "verdict": "red" if settled.red else "indifferent",
            "reason": shorten(settled.reason, 400) if settled.red else known.reason if known else None,
            "broke": settled.broke,
            "trace_id": variant.trace_id,
            "session": settled.folder.name,
        }


def _fact(variant: Variant) -> Fact:
    assert variant.fact is not None  # noqa: S101 - controls are left out before
    return variant.fact


def _survivor(variant: Variant) -> Survivor:
    return variant.request.name, _fact(variant)


def _named(variant: Variant) -> str:
    return f"{_fact(variant).place}: {_fact(variant).what}"


def _by_request(survivors: Sequence[Survivor]) -> dict[str, str]:
    """Name of a request → its facts in words, by place."""
    places: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, fact in survivors:
        places[name][fact.place].append(fact.what)
    return {
        name: "; ".join(f"{place}: {', '.join(whats)}" for place, whats in each.items())
        for name, each in places.items()
    }
