"""What GitHub Actions makes of lines on standard output: annotations (workflow commands)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from e2e_common.reports.text import one_line, printable

SHOWN = 10  # annotations of one step; the page shows no more


def of(result: Mapping[str, Any]) -> list[str]:
    """An `::error` line for each request that failed, after the run's own reason where that is of none; SHOWN at most.
    `result`: result.json's document. Empty where it is green."""
    if not result["code"]:
        return []
    found = list(_failed(result))
    more = len(found) - SHOWN
    if more > 0:
        found[SHOWN - 1 :] = [(result["suite"], f"and {more + 1} more: see result.json")]
    return [error(title, message) for title, message in found]


def error(title: str, message: str) -> str:
    """One annotation."""
    return f"::error title={_property(one_line(title))}::{_data(printable(message))}"


def _failed(result: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    failed = [test for test in result["tests"] if test["verdict"] == "failed"]
    if not any(result["reason"].startswith(f"{test['name']!r}: ") for test in failed):
        yield f"{result['suite']}: {result['verdict']}, exit {result['code']}", result["reason"]
    for test in failed:
        yield f"{result['suite']}: {test['name']}", test["reason"]


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
