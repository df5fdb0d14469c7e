"""Annotations for GitHub Actions (workflow commands on standard output)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from e2e_common.report.text import one_line, printable

SHOWN = 10  # annotations per step; GitHub shows no more


def of(result: Mapping[str, Any]) -> list[str]:
    """Returns at most SHOWN `::error` lines: the run's own reason first if it belongs to no request, then one for each
    failed request. `result`: the document of result.json. Empty for a passed run."""
    if not result["code"]:
        return []
    suite, reason = result["suite"], result["reason"]
    failed = [test for test in result["tests"] if test["verdict"] == "failed"]
    annotations = [(f"{suite}: {test['name']}", test["reason"]) for test in failed]
    if not any(reason.startswith(f"{test['name']!r}: ") for test in failed):
        annotations.insert(0, (f"{suite}: {result['verdict']}, exit {result['code']}", reason))
    if len(annotations) > SHOWN:
        annotations[SHOWN - 1 :] = [(suite, f"and {len(annotations) - SHOWN + 1} more: see result.json")]
    return [error(title, message) for title, message in annotations]


def error(title: str, message: str) -> str:
    name = _data(one_line(title)).replace(":", "%3A").replace(",", "%2C")
    return f"::error title={name}::{_data(printable(message))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
