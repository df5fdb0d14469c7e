"""The configuration (.tusk/config.yaml; replay protocol, section 17), as far as a replay goes by it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATH = Path(".tusk", "config.yaml")
_DURATION = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)")
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


class ConfigError(Exception):
    """The configuration cannot be used; the message names file and key."""


@dataclass(frozen=True)
class Config:
    """Times are seconds."""

    port: int
    start_command: str
    stop_command: str
    readiness_command: str
    readiness_timeout_s: float
    readiness_interval_s: float
    request_timeout_s: float
    comparison: Mapping[str, Any]


def read_config(folder: Path) -> Config:
    """The configuration of the service in `folder`, with the defaults. Raises ConfigError."""
    path = folder / PATH
    data = _parse(path)
    service = _Section(data, "service", path)
    readiness = _Section(service.values, "readiness_check", path)
    return Config(
        port=service.number("port", 3000),
        start_command=_Section(service.values, "start", path).text("command"),
        stop_command=_Section(service.values, "stop", path).text("command"),
        readiness_command=readiness.text("command"),
        readiness_timeout_s=readiness.seconds("timeout", 10.0),
        readiness_interval_s=readiness.seconds("interval", 2.0),
        request_timeout_s=_Section(data, "test_execution", path).seconds("timeout", 30.0),
        comparison=_Section(data, "comparison", path).values,
    )


def seconds_from(text: str) -> float:
    """A duration as Go writes it (`45s`, `200ms`, `1m30s`) in seconds. Raises ValueError."""
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"{text!r} is no duration; write for example 45s, 200ms or 2m")
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


class _Section:
    """One mapping of the file; its values with their types checked."""

    def __init__(self, parent: Mapping[str, Any], name: str, path: Path) -> None:
        values = parent.get(name)
        if values is not None and not isinstance(values, dict):
            raise ConfigError(f"{path}: `{name}` must hold keys and values, not {values!r}")
        self.values: dict[str, Any] = values or {}
        self._where = f"{path}: {name}"

    def text(self, key: str) -> str:
        value = self.values.get(key)
        return "" if value is None else str(value)

    def number(self, key: str, default: int) -> int:
        value = self.values.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise ConfigError(f"{self._where}.{key}: {value!r} is no whole number")
        return default if value is None else value

    def seconds(self, key: str, default: float) -> float:
        try:
            return seconds_from(self.text(key)) if self.text(key) else default
        except ValueError as error:
            raise ConfigError(f"{self._where}.{key}: {error}") from error


def _parse(path: Path) -> dict[str, Any]:
    """JSON is YAML, and the harness writes JSON, so that a green run never imports the slower parser."""
    try:
        text = path.read_text(encoding="utf-8")
        try:
            data = json.loads(text)
        except ValueError:
            data = _parse_yaml(text)
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error
    if not isinstance(data, dict):
        raise ConfigError(f"{path} must hold keys and values")
    return data


def _parse_yaml(text: str) -> Any:
    try:
        import yaml
    except ImportError as error:
        raise ValueError("it is YAML, for which this Python needs the package pyyaml (or write it as JSON)") from error

    class Loader(yaml.SafeLoader):
        """Only true and false are truth values, as for the official CLI; `no` and `off` are words."""

    tag = "tag:yaml.org,2002:bool"
    resolvers = yaml.SafeLoader.yaml_implicit_resolvers
    Loader.yaml_implicit_resolvers = {
        first: [each for each in known if each[0] != tag] for first, known in resolvers.items()
    }
    Loader.add_implicit_resolver(tag, re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z"), list("tTfF"))
    try:
        return yaml.load(text, Loader) or {}  # noqa: S506 (it is a SafeLoader)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
