"""The results of all variants: mutations.json, and the lines to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from e2e_common.artifacts.failure import shorten
from e2e_common.dev.mutating.variants import Variant

# Percentage of changed facts that must fail: the suite's value in docs/testing-the-tests.md minus one point.
GOALS = {
    "django": 96.0,
    "fastapi": 90.7,
    "flask": 96.9,
    "httpx": 83.8,
    "psycopg": 93.0,
    "psycopg2": 97.2,
    "redis": 96.3,
    "requests": 97.7,
}
GOAL = 85.0  # for other suites, and for a part of a suite


def outcome(variants: Sequence[Variant], red: Mapping[int, str], goal: float) -> dict[str, Any]:
    """Returns mutations.json. `red`: number of a variant → why it failed, empty if it passed. `goal`, `share`: in
    percent. `not_counted`: requests whose unchanged recording failed in the session; their variants prove nothing.
    `reason` of a fact: why its replay failed, or null if it passed."""
    controls = {v.request.name: red[v.number] for v in reversed(variants) if v.fact is None and red[v.number]}
    facts = [
        {
            "request": variant.request.name,
            "place": variant.fact.place,
            "what": variant.fact.what,
            "reason": shorten(red[variant.number], 400) or None,
        }
        for variant in variants
        if variant.fact and variant.request.name not in controls
    ]
    turned_red = sum(fact["reason"] is not None for fact in facts)
    return {
        "goal": goal,
        "share": int(1000 * turned_red / len(facts)) / 10 if facts else 0.0,  # rounded down: 84.99 is not 85
        "red": turned_red,
        "tried": len(facts),
        "not_counted": [{"request": name, "reason": reason} for name, reason in controls.items()],
        "facts": facts,
    }


def lines(document: Mapping[str, Any]) -> list[str]:
    """Returns the lines to print: the share, then the facts whose change went unnoticed, by request and place."""
    printed = ["{red} of {tried} changed facts turned red, {share:.1f} % (goal {goal:g} %)".format_map(document)]
    for row in document["not_counted"]:
        reason = f"its recording, unchanged, was red among its variants: {shorten(row['reason'])}"
        printed.append(f"    {row['request']!r} does not count: {reason}")
    unnoticed = [fact for fact in document["facts"] if fact["reason"] is None]
    if unnoticed:
        printed.append(f"    {len(unnoticed)} that nothing depends on, by request:")
    for (request, place), of_place in groupby(unnoticed, key=lambda fact: (fact["request"], fact["place"])):
        printed.append(f"      {request!r}: {place}: {', '.join(fact['what'] for fact in of_place)}")
    return printed
