"""The command line and the configuration."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from e2e_common.replay.tusk_cli import find_cli
from e2e_common.tusk import ReplayError
from e2e_common.tusk.__main__ import parse
from e2e_common.tusk.service import CONFIG, Config, base_environment, seconds_from


def test_the_call_of_a_run(tmp_path: Path) -> None:
    cli = find_cli("bundled", "")
    assert cli.program == ("e2e_common.tusk",)
    words = cli.command(tmp_path / "traces", tmp_path / "run", tmp_path)[len(cli.program) :]
    options = parse(words)
    assert (options.trace_dir, options.run_folder) == (tmp_path / "traces", tmp_path / "run")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--trace-id", "y"], "unrecognized arguments: --trace-id y"),
        (["--sandbox-mode", "strict"], "argument --sandbox-mode: invalid choice: 'strict'"),
    ],
)
def test_wrong_command_lines_are_named(more: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        parse(["run", "--trace-dir", "x", "--run-folder", "y", *more])
    assert f"error: {message}" in capsys.readouterr().err


@pytest.mark.parametrize(("text", "seconds"), [("45s", 45), ("200ms", 0.2), ("2m", 120), ("1.5h", 5400)])
def test_durations(text: str, seconds: float) -> None:
    assert seconds_from(text) == pytest.approx(seconds)


SERVICE = {
    "port": 8000,
    "start": {"command": "python app.py"},
    "readiness_check": {"command": "true", "timeout": "45s"},
}


def config_in(folder: Path, **changes: Any) -> Config:
    (folder / CONFIG).parent.mkdir(exist_ok=True)
    (folder / CONFIG).write_text(json.dumps({"service": SERVICE, **changes}))
    return Config(folder)


def test_the_configuration_of_a_run(tmp_path: Path) -> None:
    found = {
        "port": 8000, "start_command": "python app.py", "readiness_command": "true", "readiness_timeout_s": 45.0,
        "request_timeout_s": 30.0, "ignored": frozenset(),
    }  # fmt: skip
    assert vars(config_in(tmp_path, replay={"sandbox": {"mode": "off"}})) == found
    comparison = {"ignore_fields": ["A"], "ignore_uuids": False}
    changed = config_in(tmp_path, test_execution={"timeout": "2m"}, comparison=comparison)
    assert vars(changed) == {**found, "request_timeout_s": 120.0, "ignored": frozenset({"a"})}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"service": {**SERVICE, "start": {}}}, r"config\.yaml: 'command'"),
        ({"test_execution": {"timeout": 45}}, r"config\.yaml: 45 is no duration; write for example 45s"),
        *[({"test_execution": {"timeout": text}}, "is no duration") for text in ("45", "s", "-1s", "1 s", "1d")],
        ({"comparison": {"ignore_fields": [5]}}, r"comparison\.ignore_fields: \[5\] is no list of strings"),
        ({"comparison": {"ignore_dates": True}}, r"config\.yaml: comparison\.ignore_dates: only the official CLI"),
        ({"comparison": {"ignore_patterns": ["x"]}}, r"comparison\.ignore_patterns: only the official CLI has it"),
    ],
)
def test_broken_configurations_are_named(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ReplayError, match=message):
        config_in(tmp_path, **changes)


def test_recorded_variables_do_not_replace_those_of_this_machine() -> None:
    recorded = {"PATH": "x", "APP": "recorded", "NEW": "recorded"}
    merged = base_environment({"PATH": "here", "APP": "here"}, recorded)
    assert merged == {"PATH": "here", "APP": "recorded", "NEW": "recorded"}
