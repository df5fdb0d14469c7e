"""The command line and the configuration."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from e2e_common.replay.arguments import UsageError, parse
from e2e_common.replay.config import Config, ConfigError, find_config, read_config, seconds_from
from e2e_common.replay.run import main
from e2e_common.replay.service import base_environment, describe_status, new_log


def _read(folder: Path, text: str, **environ: str) -> Config:
    path = folder / ".tusk" / "config.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return read_config(path, folder, environ)


def test_the_official_call() -> None:
    options = parse(
        ["drift", "run", "--print", "--output-format", "json", "--enable-service-logs", "--sandbox-mode", "off"]
    )
    assert (options.print, options.output_format, options.sandbox_mode) == (True, "json", "off")
    options = parse(["run", "-p", "--output-format=json", "-f", "path=x", "-q", "--concurrency", "5", "--debug=false"])
    given = (options.print, options.filter, options.quiet, options.concurrency, options.debug)
    assert given == (
        True, "path=x", True, "5", False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "--trace-dri", "x"], "unknown flag: --trace-dri; did you mean --trace-dir?"),
        (["run", "--prnt"], "unknown flag: --prnt; did you mean --print?"),
        (["run", "-x"], "unknown flag: -x"),
        (["run", "--save-results=json"], "unknown flag: --save-results"),
        (["run", "--trace-dir"], "flag needs an argument: --trace-dir"),
        (["run", "--output-format", "jsn"], "did you mean json?"),
        (["run", "--sandbox-mode", "on"], "--sandbox-mode: 'on' is not a choice"),
        (["run", "--concurrency", "none"], "no number of tests"),
        (["run", "--quiet=maybe"], "neither true nor false"),
        (["replay"], "unknown command 'replay'"),
        ([], "unknown command '(none)'"),
    ],
)
def test_wrong_command_lines_are_named(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError) as caught:
        parse(arguments)
    assert message in str(caught.value)
    assert main(arguments) == 1
    assert "Usage: python -m e2e_common.replay run" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--version"], ["-v"], ["-V"]])
def test_version(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 0
    assert capsys.readouterr().out == "Tusk CLI (version: bundled-0.1.0)\n"


def test_help_names_every_flag(capsys: pytest.CaptureFixture[str]) -> None:
    from dataclasses import fields

    from e2e_common.replay.arguments import Options

    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    for field in fields(Options):
        assert field.name == "help" or f"--{field.name.replace('_', '-')}" in text


@pytest.mark.parametrize(
    ("text", "seconds"), [("45s", 45), ("200ms", 0.2), ("2m", 120), ("1m30s", 90), ("1.5h", 5400), ("10us", 1e-5)]
)
def test_durations(text: str, seconds: float) -> None:
    assert seconds_from(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["45", "s", "-1s", "1 s", "1d", ""])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration"):
        seconds_from(text)


def test_defaults(tmp_path: Path) -> None:
    config = read_config(None, tmp_path, {})
    assert (config.port, config.readiness_timeout_s, config.readiness_interval_s) == (3000, 10.0, 2.0)
    assert (config.request_timeout_s, config.communication, config.tcp_port, config.start_command) == (
        30.0,
        "auto",
        9001,
        "",
    )
    assert config.sandbox_mode == "off"
    assert (config.tusk_folder, config.traces_folder) == (tmp_path / ".tusk", tmp_path / ".tusk" / "traces")
    assert not config.over_tcp


SETTINGS: dict[str, Any] = {
    "service": {
        "port": 8000,
        "start": {"command": "docker compose up"},
        "readiness_check": {"command": "true", "timeout": "45s", "interval": "50ms"},
        "unknown": 1,
    },
    "test_execution": {"timeout": "2m", "batch_size": 1},
    "traces": {"dir": "elsewhere"},
    "replay": {"sandbox": {"mode": "off"}},
    "comparison": {"ignore_fields": ["a"]},
}


def test_json_is_read_without_yaml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)  # importing it fails
    config = _read(tmp_path, json.dumps(SETTINGS))
    assert (config.port, config.readiness_timeout_s, config.readiness_interval_s) == (8000, 45.0, 0.05)
    assert (config.request_timeout_s, config.traces_folder) == (120.0, tmp_path / "elsewhere")
    assert config.comparison == {"ignore_fields": ["a"]}
    assert config.over_tcp  # the start command says docker
    with pytest.raises(ConfigError, match="package pyyaml"):
        _read(tmp_path, "service:\n  port: 1\n")


def test_yaml_is_read_too(tmp_path: Path) -> None:
    config = _read(tmp_path, "service: {port: 8000, communication: {type: unix}}\nreplay: {sandbox: {mode: off}}\n")
    assert (config.port, config.communication, config.sandbox_mode) == (8000, "unix", "off")
    assert _read(tmp_path, "# nothing\n").port == 3000
    section = _read(tmp_path, "comparison: {a: no, b: off, c: yes, d: on, e: true, f: False}\n").comparison
    assert section == {"a": "no", "b": "off", "c": "yes", "d": "on", "e": True, "f": False}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", "cannot be read"),
        ("[1]", "must hold keys and values"),
        ("service: 1", "`service` must hold keys and values"),
        ("service: {port: '80'}", r"service\.port: '80' is no whole number"),
        ("service: {readiness_check: {timeout: 45}}", r"readiness_check\.timeout: '45' is no duration"),
    ],
)
def test_broken_configurations_are_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        _read(tmp_path, text)


def test_the_environment_names_the_traces(tmp_path: Path) -> None:
    assert _read(tmp_path, "{}", TUSK_TRACES_DIR="/over").traces_folder == Path("/over")


def test_the_configuration_is_found_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find_config(below) is None
    for name in ("tusk.yml", "tusk.yaml", ".tusk/config.yml", ".tusk/config.yaml"):  # each is preferred to the last
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
        assert find_config(below) == path


def test_recorded_variables_do_not_replace_those_of_this_machine() -> None:
    recorded = {"PATH": "x", "PYENV_ROOT": "x", "UV_CACHE": "x", "APP": "recorded", "NEW": "recorded"}
    merged = base_environment({"PATH": "here", "APP": "here"}, recorded)
    assert merged == {"PATH": "here", "APP": "recorded", "NEW": "recorded"}


def test_logs_of_one_second_have_names_of_their_own(tmp_path: Path) -> None:
    paths = {new_log(tmp_path / "logs") for _ in range(4)}
    assert len(paths) == 4
    assert all(path.match("tusk-replay-????????-??????*.log") for path in paths)


def test_statuses_in_words() -> None:
    assert (describe_status(3), describe_status(-9)) == ("exit status 3", "signal 9")
