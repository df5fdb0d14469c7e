"""The configuration .tusk/config.yaml (replay protocol, section 17), which a run writes as JSON."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from e2e_common.tusk import ReplayError

PATH = Path(".tusk", "config.yaml")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_UNITS = {"ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True)
class Config:
    """Times are seconds. `ignored`: body fields that are not compared, in lower case."""

    port: int
    start_command: str
    readiness_command: str
    readiness_timeout_s: float
    request_timeout_s: float
    ignored: frozenset[str]


def read_config(folder: Path) -> Config:
    """The configuration of the service in `folder`. Raises ReplayError with the file and the key."""
    path = folder / PATH
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        service = data["service"]
        return Config(
            port=service["port"],
            start_command=service["start"]["command"],
            readiness_command=service["readiness_check"]["command"],
            readiness_timeout_s=seconds_from(service["readiness_check"]["timeout"]),
            request_timeout_s=seconds_from((data.get("test_execution") or {}).get("timeout") or "30s"),
            ignored=_ignored(data.get("comparison") or {}),
        )
    except (OSError, LookupError, TypeError, ValueError) as error:
        raise ReplayError(f"{path}: {error}") from error


def _ignored(comparison: dict[str, Any]) -> frozenset[str]:
    """`ignore_fields`. Raises ValueError for any other rule that is on. Rules that are on by default in the official
    CLI do not exist here, which is stricter."""
    fields = comparison.get("ignore_fields") or []
    if not isinstance(fields, list) or not all(isinstance(name, str) for name in fields):
        raise ValueError(f"comparison.ignore_fields: {fields!r} is no list of strings")
    if others := [key for key, value in comparison.items() if value and key != "ignore_fields"]:
        raise ValueError(f"comparison.{others[0]}: only the official CLI has it: use ignore_fields, or that CLI")
    return frozenset(name.lower() for name in fields)


def seconds_from(text: str) -> float:
    """A duration in Go's notation (`45s`, `200ms`) in seconds. Raises ValueError."""
    match = _DURATION.fullmatch(str(text))
    if match is None:
        raise ValueError(f"{text!r} is no duration; write for example 45s, 200ms or 2m")
    return float(match[1]) * _UNITS[match[2]]
