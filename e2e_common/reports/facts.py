"""What a suite's head shows: what ran, how long each phase took, and what got past the instrumentation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from e2e_common.verdict import PHASES

SHORTEST_S, GAP = 0.05, 0.2  # a phase that is shown, and percent between two of them


@dataclass(frozen=True)
class Fact:
    """A label and what stands below it. `bad`: it is a reason to look twice."""

    label: str
    text: str
    bad: bool = False


@dataclass(frozen=True)
class Phase:
    """A part of the bar of seconds; `left` and `width` in percent, `kind` its colour's class."""

    name: str
    seconds: float
    left: float
    width: float
    kind: str


def facts(result: Mapping[str, Any], *, is_older: bool = False) -> list[Fact]:
    """Versions and circumstances of a run; `result`: its result.json; `is_older`: it left no artifacts of its own."""
    versions = {name: str(version) for name, version in result["versions"].items() if version}
    sdk, python = versions.pop("sdk", ""), versions.pop("python", "")
    cli, checks = result["cli"], result["checks"]
    found = [
        Fact("SDK", f"{sdk} ({result['sdk_source']})" if sdk else ""),
        Fact("Python", python),
        *(Fact(name.replace("_", " "), version) for name, version in versions.items()),
        Fact("CLI", f"{cli['name']} {cli['version']}".strip() or "none ran"),
        Fact("Runtime", str(result["runtime"])),
        Fact("Network in replay", "its own" if result["isolation"]["network"] else "shared" if cli["name"] else ""),
        Fact("Laid over", str(result["with"])),
        Fact("Files in replay", "its own" if result["isolation"]["files"] else "shared" if cli["name"] else ""),
        Fact("Sentinels", "" if result["isolation"]["sentinels"] else "off: NOT ISOLATED", bad=True),
        Fact("Requests", "PARTIAL (E2E_ONLY)" if result["partial"] else "", bad=True),
        Fact("Artifacts", "those of the run before" if is_older else "", bad=True),
        Fact("Checks", ", ".join(f"{name} {state}" for name, state in checks.items()), "failed" in checks.values()),
    ]
    return [fact for fact in found if fact.text]


def phases(seconds: Mapping[str, float | None]) -> list[Phase]:
    """The phases that took long enough to be seen, as parts of one bar."""
    parts = [(number, name, float(seconds.get(name) or 0)) for number, name in enumerate(PHASES) if name != "total"]
    shown = [part for part in parts if part[2] >= SHORTEST_S]
    whole, left = sum(length for _, _, length in shown), 0.0
    found = []
    for number, name, length in shown:
        share = 100 * length / whole
        found.append(Phase(name, length, round(left, 2), round(max(share - GAP, GAP), 2), f"p{number}"))
        left += share
    return found


def past_the_instrumentation(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What reached a sentinel and what the SDK warned of: rows of `request`, `what` and `expected`."""
    leaks = [{**row, "what": f"{row.get('service')}: {row.get('what')}"} for row in result["leaks"]]
    warnings = [{**row, "what": f"{row.get('kind')} {row.get('method')}"} for row in result["warnings"]]
    return leaks + warnings
