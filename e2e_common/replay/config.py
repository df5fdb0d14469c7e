"""The configuration (.tusk/config.yaml; replay protocol, section 17), as far as a replay goes by it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CANDIDATES = (".tusk/config.yaml", ".tusk/config.yml", "tusk.yaml", "tusk.yml")
_DURATION = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)")
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


class ConfigError(Exception):
    """The configuration cannot be used; the message names file and key."""


@dataclass(frozen=True)
class Config:
    """Times are seconds. `tusk_folder`: where logs/ lies."""

    tusk_folder: Path
    traces_folder: Path
    port: int
    start_command: str
    stop_command: str
    readiness_command: str
    readiness_timeout_s: float
    readiness_interval_s: float
    communication: str
    tcp_port: int
    request_timeout_s: float
    sandbox_mode: str
    comparison: Mapping[str, Any]

    @property
    def in_docker(self) -> bool:
        """Whether the service is started in a container."""
        return "docker" in self.start_command

    @property
    def over_tcp(self) -> bool:
        """Whether the SDK is to connect by TCP (section 3): as configured, else when the start command says docker."""
        return self.communication == "tcp" or (self.communication == "auto" and self.in_docker)


def find_config(folder: Path) -> Path | None:
    """The nearest configuration file at or above `folder`, else the one in the home folder, else None."""
    for place in (folder, *folder.parents):
        for name in CANDIDATES:
            if (place / name).is_file():
                return place / name
    try:
        last_resort = Path.home() / CANDIDATES[0]
    except RuntimeError:  # no home folder
        return None
    return last_resort if last_resort.is_file() else None


def read_config(path: Path | None, cwd: Path, environ: Mapping[str, str]) -> Config:
    """The configuration in `path` with its defaults; without a file, only defaults. Raises ConfigError."""
    data = _parse(path) if path is not None else {}
    service = _Section(data, "service", path)
    readiness = _Section(service.values, "readiness_check", path)
    communication = _Section(service.values, "communication", path)
    in_tusk = path is not None and path.parent.name == ".tusk"
    tusk_folder = path.parent if in_tusk and path is not None else cwd / ".tusk"
    traces = environ.get("TUSK_TRACES_DIR") or _Section(data, "traces", path).text("dir") or ".tusk/traces"
    sandbox = _Section(_Section(data, "replay", path).values, "sandbox", path).values.get("mode")
    return Config(
        tusk_folder=tusk_folder,
        traces_folder=cwd / traces,
        port=service.number("port", 3000),
        start_command=_Section(service.values, "start", path).text("command"),
        stop_command=_Section(service.values, "stop", path).text("command"),
        readiness_command=readiness.text("command"),
        readiness_timeout_s=readiness.seconds("timeout", 10.0),
        readiness_interval_s=readiness.seconds("interval", 2.0),
        communication=communication.text("type") or "auto",
        tcp_port=communication.number("tcp_port", 9001),
        request_timeout_s=_Section(data, "test_execution", path).seconds("timeout", 30.0),
        sandbox_mode="off" if sandbox in (None, False) else str(sandbox),
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

    def __init__(self, parent: Mapping[str, Any], name: str, path: Path | None) -> None:
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
