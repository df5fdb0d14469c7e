"""Faults of an official CLI, accidental and hostile: the acts of fake_tusk.py through the whole scripts/e2e.sh.

No act is green or hangs. Each ends with the documented exit code and a message with the cause and what to do, and
leaves no process and no file behind. All use copies of one recording."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from e2e_common.util.readiness import wait_until
from tests.conftest import CANARIES, Copied, Finished, Suite, all_passed, read
from tests.processes import running

FAKE = Path(__file__).with_name("fake_tusk.py")
OPTIONS = {"TUSK_CLI": "official", "TUSK_CLI_PATH": str(FAKE), "CANARY": "hangs in replay"}
CHANGED = "the replay has changed the recording"
OUT_OF_TIME = "not done within 3 s (E2E_TIMEOUT, and 8 s for stalls of the official CLI)"
# act: exit code, part of the reason
RED = {
    "the application logs on": (1, "unpatched dependency: TCP connect() in replay reached past the SDK"),
    "stalls in all": (1, "it was not run once more: too many tests were so"),
    "hangs beside its application": (5, OUT_OF_TIME),
    "prints without end": (1, "the official CLI prints without end"),
    "leaves five, each below the other": (6, "the application left processes behind"),
    "takes a request away": (1, f"{CHANGED} (requests.jsonl, traces/"),
    "writes its own result.json": (1, "response.body: differs"),
}
QUICK = {"takes a request away", "leaves five, each below the other"}
"""Those that `make test` goes through. The others are in `make test-slow`."""


@dataclass
class Scene:
    """A copy of the recording with its own temporary folder. `run` replays it with an act and checks what is left."""

    suite: Suite
    temporary: Path

    def run(self, act: str, *words: str, **options: str) -> Finished:
        options = {**OPTIONS, "FAKE": act, "TMPDIR": str(self.temporary), "MARK": f"{uuid.uuid4()}", **options}
        run = self.suite.under([], *(words or Suite.REPLAY), **options)
        assert not [char for char in run.output if not (char.isprintable() or char == "\n")], "steers a terminal"
        assert (running(options["MARK"]), list(self.temporary.iterdir())) == ([], [])
        return run


@pytest.fixture
def scene(copied: Copied, tmp_path: Path) -> Iterator[Scene]:
    (tmp_path / "tmp").mkdir()
    scene = Scene(copied(OPTIONS["CANARY"], *Suite.RECORD), tmp_path / "tmp")
    yield scene
    shutil.rmtree(scene.suite.out)  # some leave a few hundred megabytes


def call_of(run: Finished) -> dict[str, Any]:
    """Returns the inputs of the fake's last call."""
    return dict(json.loads((run.folder / "replay-work" / "call.json").read_text()))


def assert_red(run: Finished, code: int, says: str) -> None:
    assert (run.code, run.result["code"]) == (code, code), run.output
    assert run.result["verdict"] == ("failed" if code == 1 else "error")
    assert says in run.result["reason"]
    assert says in run.output
    assert "✓" not in run.output
    assert any(f"    {words}: " in run.output for words in ("rerun", "only this")), "what to do next"


@pytest.mark.parametrize(
    "act", [pytest.param(act, marks=() if act in QUICK else pytest.mark.slow) for act in RED], ids=str
)
def test_an_act_is_red_and_named(scene: Scene, act: str) -> None:
    code, says = RED[act]
    assert_red(scene.run(act, E2E_TIMEOUT="3" if code == 5 else "60"), code, says)


def test_a_test_whose_clock_stalled_is_run_once_more(scene: Scene) -> None:
    run = scene.run("stalls and fails, then passes")
    assert run.code == 0, run.output
    assert run.result["requests"]["passed"] == 2
    (warning,) = run.result["warnings"]
    name, trace_id = warning["request"], warning["trace_id"]
    assert run.test(name)["trace_id"] == trace_id
    assert (warning["kind"], warning["expected"]) == ("time travel stall", True)
    (call,) = json.loads((run.folder / "replay.json").read_text())["retries"]
    assert (call["trace_id"], call["exit_status"]) == (trace_id, 0)
    logs = [path.read_text() for path in sorted((run.folder / "logs").glob("tusk-replay-*.log"))]
    assert ["initialized for all" in logs[0], f"initialized for {trace_id}" in logs[1]] == [True, True]
    words = call_of(run)["argv"]
    assert words[words.index("--trace-id") + 1] == trace_id
    assert "--trace-dir" not in words, "it would be the stronger one"


@pytest.mark.slow
def test_what_it_has_changed_is_no_recording_any_more(scene: Scene) -> None:
    assert_red(scene.run("takes a request away, and hangs", E2E_TIMEOUT="3"), 5, OUT_OF_TIME)
    for words in (Suite.CHECK, Suite.REPLAY):
        run = scene.run("", *words)
        assert run.code == 2, run.output
        assert "there is no recording in" in run.output


@pytest.mark.slow
def test_what_it_leaves_in_the_folder_is_no_hindrance_to_the_next(scene: Scene) -> None:
    assert_red(scene.run("makes devices of its outputs"), 1, "could not be read: it is no file")
    run = scene.run("")
    assert run.code == 0, run.output


def test_its_application_outlives_a_killed_run_and_no_further(scene: Scene) -> None:
    """It is in a separate process group, and not a child of the harness."""
    folder = scene.suite.out / "canary-8000"
    work, printed = str(folder / "replay-work"), folder / "results.json"
    killed = scene.suite.start(*Suite.REPLAY, **OPTIONS, FAKE="hangs beside its application")
    hang = "the fake and its application"
    wait_until(lambda: len(running(work)) == 2 and b"test_id" in read(printed), timeout_s=60, what=hang)
    killed.kill()
    killed.wait()
    wait_until(lambda: [each.split()[1] for each in running(work)] == ["sleep"], timeout_s=60, what="the fake's end")
    run = scene.suite.run(*Suite.REPLAY, **OPTIONS)
    assert run.code == 0, run.output
    assert running(work) == []


def test_without_a_fault_it_is_green_and_is_called_as_documented(scene: Scene, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    astray = {
        "TUSK_API_KEY": "secret", "TUSK_TRACES_DIR": "/nowhere", "TUSK_RESULTS_DIR": "/nowhere",
        "TUSK_REQUIRE_INBOUND_REPLAY_SPAN": "0", "TUSK_MOCK_SOCKET": "/nowhere", "HTTPS_PROXY": "http://127.0.0.1:1",
        "PYTHONPATH": "/nowhere", "ENV": "production", "XDG_CONFIG_HOME": str(home), "HOME": str(home),
    }  # fmt: skip
    run = scene.run("", **astray)
    assert (run.code, run.result["verdict"]) == (0, "passed"), run.output
    assert run.result["requests"] == all_passed(2)
    assert run.result["cli"] == {"name": "official", "version": "v0.1.40"}
    assert run.result["checks"] == {"warnings": "ok", "leaks": "ok", "mocks": "unknown"}
    assert (run.result["warnings"], (run.folder / "retries").exists()) == ([], False)
    call, folder = call_of(run), run.folder
    assert call["argv"] == [
        "drift", "run", "--print", "--output-format", "json", "--enable-service-logs", "--sandbox-mode", "off",
        "--concurrency", "1", "--trace-dir", str(folder / "traces"), "--save-results", "agent",
        "--results-dir", str(folder / "agent"),
    ]  # fmt: skip
    assert call["stdin"] == ""
    variables = {name: value for name, value in call["environ"].items() if name.startswith("TUSK_")}
    wait = {"TUSK_TEST_DEFAULT_WAIT": "120s"}
    assert variables == {"TUSK_ANALYTICS_DISABLED": "1", "TUSK_REQUIRE_INBOUND_REPLAY_SPAN": "1", **wait}
    assert call["environ"]["XDG_CONFIG_HOME"] == str(folder / "replay-work")
    assert not {"HTTPS_PROXY", "PYTHONPATH", "ENV", "PYTHONUTF8"} & set(call["environ"])
    assert list(home.glob("**/*tusk*")) == []
    config = call["config"]
    readiness = config["service"]["readiness_check"]
    assert readiness["command"].startswith("timeout 2 ")
    assert (readiness["timeout"], readiness["interval"]) == ("120s", "50ms")
    assert config["replay"] == {"sandbox": {"mode": "off"}}
    assert "communication" not in config["service"]


def test_one_that_does_not_run_ends_the_run_at_once(scene: Scene) -> None:
    """tests/unit/replay/test_tusk_cli.py has the other ways not to run."""
    assert_red(scene.run("", TUSK_CLI_PATH="/nowhere/tusk"), 3, "the Tusk CLI /nowhere/tusk does not run: ")


@pytest.mark.slow
def test_the_bundled_one_cannot_be_led_around(tmp_path: Path) -> None:
    """A run that must be red is red for its own reason, whatever the environment offers instead of the bundled CLI."""
    suite = Suite(tmp_path / "canary", CANARIES)
    green = tmp_path / "green"
    green.mkdir()
    for name in ("tusk", "python", "python3"):
        (green / name).symlink_to(FAKE)
    fake = tmp_path / "fake"
    (fake / "e2e_common").mkdir(parents=True)
    startup = tmp_path / "startup.py"
    for module in (fake / "e2e_common" / "__init__.py", fake / "sitecustomize.py", startup):
        module.write_text("raise SystemExit(0)\n")
    astray = {
        "TUSK_CLI": "bundled", "TUSK_CLI_PATH": str(FAKE), "FAKE": "", "TUSK_TRACES_DIR": "/nowhere",
        "TUSK_RESULTS_DIR": "/nowhere", "TUSK_REQUIRE_INBOUND_REPLAY_SPAN": "0", "TUSK_MOCK_SOCKET": "/nowhere",
        "TUSK_DRIFT_MODE": "DISABLED", "PYTHONPATH": str(fake), "PYTHONHOME": "/nowhere",
        "PYTHONSTARTUP": str(startup), "PYTHONSAFEPATH": "1", "PYTHONOPTIMIZE": "2",
        "PYTHONINSPECT": "1", "PYTHONIOENCODING": "latin-1", "PYTHONWARNINGS": "error",
        "PATH": f"{os.environ['PATH']}{os.pathsep}{green}",
    }  # fmt: skip
    run = suite.run(**{"CANARY": "random number", **astray})
    assert_red(run, 1, "'random number': response.body: Response body content mismatch")
    assert run.result["cli"]["name"] == "bundled"
    assert suite.run(**{"CANARY": "", **astray}).code == 0
