"""The command line and the configuration."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from e2e_common.replay.arguments import Options, parse
from e2e_common.replay.config import Config, ConfigError, read_config, seconds_from
from e2e_common.replay.run import main
from e2e_common.replay.service import base_environment, describe_status, new_log
from e2e_common.tusk_cli import find_cli
from tests.unit.replay.replay_support import config_in


def test_the_call_of_a_run(tmp_path: Path) -> None:
    cli = find_cli("bundled", "")
    assert cli.program[-2:] == ("-m", "e2e_common.replay")
    words = cli.command(tmp_path / "traces", tmp_path / "run" / "mocks.jsonl", tmp_path)[len(cli.program) :]
    assert parse(words) == Options(tmp_path / "traces", tmp_path / "run" / "mocks.jsonl", tmp_path / "run")
    assert parse(["run", "--trace-dir=traces"]) == Options(Path("traces"), None, None)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "--trace-dir", "x", "--prnt"], "unrecognized arguments: --prnt"),
        (["run", "--trace-dir", "x", "--trace-id", "y"], "unrecognized arguments: --trace-id y"),
        (["run", "--trace-d", "x"], "the following arguments are required: --trace-dir"),
        (["run", "--trace-dir"], "argument --trace-dir: expected one argument"),
        (["run"], "the following arguments are required: --trace-dir"),
        (["run", "--trace-dir", "x", "--output-format", "text"], "argument --output-format: invalid choice: 'text'"),
        (["run", "--trace-dir", "x", "--sandbox-mode", "strict"], "argument --sandbox-mode: invalid choice: 'strict'"),
        (["drift", "run", "--trace-dir", "x"], "argument command: invalid choice: 'drift'"),
    ],
)
def test_wrong_command_lines_are_named(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    said = capsys.readouterr().err
    assert said.startswith("usage: python -m e2e_common.replay ")
    assert f"error: {message}" in said


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
    assert config_in(tmp_path, "{}") == Config(
        port=3000, start_command="", stop_command="", readiness_command="", readiness_timeout_s=10.0,
        readiness_interval_s=2.0, request_timeout_s=30.0, comparison={},
    )  # fmt: skip


SETTINGS: dict[str, Any] = {
    "service": {
        "port": 8000,
        "start": {"command": "python app.py"},
        "readiness_check": {"command": "true", "timeout": "45s", "interval": "50ms"},
        "unknown": 1,
    },
    "test_execution": {"timeout": "2m", "batch_size": 1},
    "replay": {"sandbox": {"mode": "off"}},
    "comparison": {"ignore_fields": ["a"]},
}


def test_json_is_read_without_yaml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)  # importing it fails
    config = config_in(tmp_path, json.dumps(SETTINGS))
    assert (config.port, config.readiness_timeout_s, config.readiness_interval_s) == (8000, 45.0, 0.05)
    assert (config.request_timeout_s, config.start_command) == (120.0, "python app.py")
    assert config.comparison == {"ignore_fields": ["a"]}
    with pytest.raises(ConfigError, match="package pyyaml"):
        config_in(tmp_path, "service:\n  port: 1\n")


def test_yaml_is_read_too(tmp_path: Path) -> None:
    assert config_in(tmp_path, "service: {port: 8000}\n").port == 8000
    assert config_in(tmp_path, "# nothing\n").port == 3000
    section = config_in(tmp_path, "comparison: {a: no, b: off, c: yes, d: on, e: true, f: False}\n").comparison
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
        config_in(tmp_path, text)


def test_a_configuration_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"config\.yaml cannot be read: .*No such file"):
        read_config(tmp_path)


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
