"""The configuration (.tusk/config.yaml; replay protocol, section 17) as a run writes it, in JSON."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from e2e_common.replay.comparison import Rules, rules_from

PATH = Path(".tusk", "config.yaml")
_DURATION = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ms|s|m|h)")
_UNITS = {"ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


class ConfigError(Exception):
    """The configuration cannot be used; the message names the file, and the key."""


@dataclass(frozen=True)
class Config:
    """Times are seconds."""

    port: int
    start_command: str
    readiness_command: str
    readiness_timeout_s: float
    readiness_interval_s: float
    request_timeout_s: float
    rules: Rules


def read_config(folder: Path) -> Config:
    """The configuration of the service in `folder`. Raises ConfigError."""
    path = folder / PATH
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        service = data["service"]
        readiness = service["readiness_check"]
        return Config(
            port=service["port"],
            start_command=service["start"]["command"],
            readiness_command=readiness["command"],
            readiness_timeout_s=seconds_from(readiness["timeout"]),
            readiness_interval_s=seconds_from(readiness["interval"]),
            request_timeout_s=seconds_from((data.get("test_execution") or {}).get("timeout") or "30s"),
            rules=rules_from(data.get("comparison") or {}),
        )
    except KeyError as error:
        raise ConfigError(f"{path}: {error} is missing") from error
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ConfigError(f"{path}: {error}") from error


def seconds_from(text: str) -> float:
    """A duration as Go writes it (`45s`, `200ms`, `1m30s`) in seconds. Raises ValueError."""
    parts = _DURATION.findall(str(text))
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"{text!r} is no duration; write for example 45s, 200ms or 2m")
    return sum(float(number) * _UNITS[unit] for number, unit in parts)
