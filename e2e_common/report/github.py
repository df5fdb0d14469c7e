"""What GitHub Actions makes of lines on standard output: annotations (workflow commands)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from e2e_common.report.text import one_line, printable

SHOWN = 10  # annotations of one step; the page shows no more


def of(result: Mapping[str, Any]) -> list[str]:
    """An `::error` line for each request that failed, after the run's own reason where that is of none; SHOWN at most.
    `result`: result.json's document. Empty where it is green."""
    if not result["code"]:
        return []
    suite, reason = result["suite"], result["reason"]
    failed = [test for test in result["tests"] if test["verdict"] == "failed"]
    found = [(f"{suite}: {test['name']}", test["reason"]) for test in failed]
    if not any(reason.startswith(f"{test['name']!r}: ") for test in failed):
        found.insert(0, (f"{suite}: {result['verdict']}, exit {result['code']}", reason))
    if len(found) > SHOWN:
        found[SHOWN - 1 :] = [(suite, f"and {len(found) - SHOWN + 1} more: see result.json")]
    return [error(title, message) for title, message in found]


def error(title: str, message: str) -> str:
    """One annotation."""
    name = _data(one_line(title)).replace(":", "%3A").replace(",", "%2C")
    return f"::error title={name}::{_data(printable(message))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
