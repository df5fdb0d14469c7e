"""What the official CLI may do to a run that trusts it (official-cli.md, sections 3 to 7): each trap in a real run with a
stand-in that does so. None may be green, and each is told for what it is. One recording serves them all."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from e2e_common import tusk_cli
from e2e_common.errors import HarnessError
from e2e_common.readiness import wait_until
from tests.conftest import CANARIES, Finished, Suite

FAKE = Path(__file__).with_name("fake_tusk.py")
REPLAY = ("--phases", "setup,replay,check,cleanup")
KNOBS = {"TUSK_CLI": "official", "TUSK_CLI_PATH": str(FAKE)}
KNOBS["CANARY"] = "hangs in replay"  # two requests; it does nothing of the kind when it is recorded
Run = Callable[..., Finished]


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    """The canary application with two requests, recorded."""
    suite = Suite(tmp_path_factory.mktemp("official") / "canary", CANARIES)
    done = suite.run("--phases", "setup,record,cleanup", **KNOBS)
    assert done.code == 0, done.output
    return suite


@pytest.fixture
def replay(recorded: Suite) -> Run:
    """Replays the recording with the stand-in; its argument is the fault."""
    return lambda fault, **knobs: recorded.run(*REPLAY, **{**KNOBS, "FAKE": fault, **knobs})


TRAPS = {
    # fault: exit code, and what the reason says of it
    "no tests": (4, "nothing was replayed: results.json holds no result, only '[]'; the CLI says: No tests found"),
    "first line only": (4, "nothing was replayed: results.json holds no result, only '↳ Loaded 2 suite spans"),
    "nothing": (4, "nothing was replayed: results.json is empty"),
    "broken traces": (1, "the CLI says: Error: failed to load tests: malformed span in x.jsonl at line 1"),
    "usage error": (1, "the CLI says: Error: unknown flag: --sandbox-mode"),
    "port in use": (1, "the CLI says: Error: start environment: port 8000 is already in use"),
    "panics": (1, "only 'panic: runtime error"),
    "killed": (1, "the CLI was ended by SIGTERM, but 2 of its 2 results passed"),
    "killed half way": (1, "no result has its id; the CLI was ended by SIGKILL"),
    "silently absent": (1, "not replayed: no result has its id"),
    "absent and not counted": (1, "not replayed: no result has its id"),
    "one id twice": (1, "2 results of one trace"),
    "says one thing, lists another": (1, "the CLI's totals (5 total, 5 passed, 0 failed, 0 crashed) disagree with its 2 results"),
    "exit 1 without a reason": (1, "the CLI ended with status 1, but 2 of its 2 results passed"),
    "cut off": (1, "broken or cut off"),
    "prints between": (1, "text that is no result: 'service: a line of the log"),
    "retried": (1, "retried after crash"),
    "crashed": (1, "crashed server"),
    "cancelled": (1, "cancelled"),
    "another body": (1, "response.body: Response body content mismatch"),
    "misses a mock": (1, "no recorded answer for http: GET /users/1 (agent/"),
    "no log": (1, "no logs/tusk-replay-*.log"),
    "empty log": (1, "is empty: the application's output in replay was not kept"),
    "application writes on": (1, "unpatched dependency: TCP connect() in replay reached past the SDK"),
    "application stays": (6, "the application left processes behind"),
    "application stays, in its group": (6, "the application left processes behind"),
    "stalls, then fails": (1, "could not set the clock for it; run once more: response.body"),
    "stalls, then is retried": (1, "could not set the clock for it; run once more: retried after crash"),
    "stalls, then has no result": (1, "could not set the clock for it; run once more, it has 0 results"),
    "stalls and crashes, then passes": (1, "crashed server"),
    "all stall, then pass": (1, "it was not run once more: too many tests were so"),
}  # fmt: skip


@pytest.mark.parametrize("fault", ["", "warns first"])
def test_without_a_fault_it_is_green(replay: Run, fault: str) -> None:
    run = replay(fault)
    assert (run.code, run.result["verdict"]) == (0, "passed"), run.output
    assert run.result["requests"] == {
        "sent": 2,
        "recorded": 2,
        "replayed": 2,
        "passed": 2,
        "floats": 0,
        "known_failures": 0,
        "by_design": 0,
    }
    assert run.result["cli"] == {"name": "official", "version": "v0.1.40"}
    assert run.result["checks"] == {"warnings": "ok", "leaks": "ok", "mocks": "unknown"}
    assert run.result["warnings"] == []
    assert not (run.folder / "again").exists()


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "code", "says"), [(fault, *told) for fault, told in TRAPS.items()], ids=TRAPS)
def test_a_trap_is_red_and_named(replay: Run, fault: str, code: int, says: str) -> None:
    run = replay(fault)
    assert run.code == run.result["code"] == code, run.output
    assert run.result["verdict"] == ("failed" if code == 1 else "error")
    assert says in run.result["reason"]
    assert run.result["reason"] in run.output


@pytest.mark.slow
def test_one_that_hangs_runs_out_of_time(replay: Run) -> None:
    run = replay("hangs", E2E_TIMEOUT="2")
    assert (run.code, run.result["verdict"]) == (5, "error"), run.output
    assert "not done within 2 s (E2E_TIMEOUT, and 8 s for stalls of the official CLI)" in run.result["reason"]


@pytest.mark.parametrize("fault", ["stalls, then passes", "stalls and fails, then passes"])
def test_a_test_whose_clock_stalled_is_run_once_more(replay: Run, fault: str) -> None:
    run = replay(fault)
    assert run.code == 0, run.output
    assert run.result["requests"]["passed"] == 2
    (warning,) = run.result["warnings"]
    name, trace_id = warning["request"], warning["trace_id"]
    assert run.test(name)["trace_id"] == trace_id
    assert (warning["kind"], warning["expected"]) == ("time travel stall", True)
    (call,) = json.loads((run.folder / "replay.json").read_text())["again"]
    assert (call["trace_id"], call["exit_status"]) == (trace_id, 0)
    logs = [path.read_text() for path in sorted((run.folder / "logs").glob("tusk-replay-*.log"))]
    assert ["initialized for all" in logs[0], f"initialized for {trace_id}" in logs[1]] == [True, True]
    words = seen(run)["argv"]
    assert words[words.index("--trace-id") + 1] == trace_id
    assert "--trace-dir" not in words, "it would be the stronger one"


def running_in(folder: Path) -> list[int]:
    return [int(link.parent.name) for link in Path("/proc").glob("[0-9]*/cwd") if _leads_to(link, folder)]


def _leads_to(link: Path, folder: Path) -> bool:
    try:
        return link.readlink() == folder
    except OSError:  # not ours, or just gone
        return False


def test_its_application_outlives_a_killed_run_and_no_further(recorded: Suite, replay: Run) -> None:
    """It is in a group of its own, and no child of ours."""
    out = recorded.out / "canary-8000"
    folder = out / "replay-work"

    def hangs() -> bool:
        return len(running_in(folder)) == 2 and "test_id" in (out / "results.json").read_text()

    knobs = recorded.environ({**KNOBS, "FAKE": "hangs beside its application"})
    killed = subprocess.Popen(recorded.command(*REPLAY), env=knobs, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    wait_until(hangs, timeout_s=20, what="the stand-in and its application")
    killed.kill()
    killed.wait()
    wait_until(lambda: len(running_in(folder)) == 1, timeout_s=5, what="the stand-in's end")
    run = replay("")
    assert run.code == 0, run.output
    assert running_in(folder) == []


def seen(run: Finished) -> dict[str, Any]:
    """What the last call of the stand-in went by."""
    found: dict[str, Any] = json.loads((run.folder / "replay-work" / "seen.json").read_text())
    return found


def test_it_is_called_as_documented_and_led_astray_by_nothing(replay: Run, tmp_path: Path) -> None:
    """Official-cli.md, sections 1 and 2."""
    astray = {
        "TUSK_API_KEY": "secret", "TUSK_TRACES_DIR": "/nowhere", "TUSK_RESULTS_DIR": "/nowhere",
        "TUSK_REQUIRE_INBOUND_REPLAY_SPAN": "0", "TUSK_MOCK_SOCKET": "/nowhere", "HTTPS_PROXY": "http://127.0.0.1:1",
        "PYTHONPATH": "/nowhere", "ENV": "production", "XDG_CONFIG_HOME": str(tmp_path), "HOME": str(tmp_path),
    }  # fmt: skip
    run = replay("", **astray)
    assert run.code == 0, run.output
    call, folder = seen(run), run.folder
    assert call["argv"] == [
        "drift", "run", "--print", "--output-format", "json", "--enable-service-logs", "--sandbox-mode", "off",
        "--concurrency", "1", "--trace-dir", str(folder / "traces"), "--save-results", "agent",
        "--results-dir", str(folder / "agent"),
    ]  # fmt: skip
    assert call["stdin"] == ""
    told = {name: value for name, value in call["environ"].items() if name.startswith("TUSK_")}
    wait = {"TUSK_TEST_DEFAULT_WAIT": "60s"}
    assert told == {"TUSK_ANALYTICS_DISABLED": "1", "TUSK_REQUIRE_INBOUND_REPLAY_SPAN": "1", **wait}
    assert call["environ"]["XDG_CONFIG_HOME"] == str(folder / "replay-work")
    assert not {"HTTPS_PROXY", "PYTHONPATH", "ENV", "PYTHONUTF8"} & set(call["environ"])
    assert list(tmp_path.glob("**/*tusk*")) == []


def test_its_configuration_makes_it_quick_and_open(replay: Run) -> None:
    config = seen(replay(""))["config"]
    readiness = config["service"]["readiness_check"]
    assert readiness["command"].startswith("timeout 2 ")
    assert (readiness["timeout"], readiness["interval"]) == ("60s", "50ms")
    assert config["replay"] == {"sandbox": {"mode": "off"}}
    assert "communication" not in config["service"]


@pytest.mark.parametrize(
    ("fault", "path", "says"),
    [
        ("", "/nowhere/tusk", "/nowhere/tusk does not run: "),
        ("", "no-such-program", "no-such-program does not run: "),
        ("", str(FAKE.parent), f"{FAKE.parent} does not run: "),
        ("version: none", str(FAKE), "is no Tusk CLI: it does not say its version"),
        ("version: a commit", str(FAKE), "calls itself version 06c827b, which the SDK refuses"),
    ],
)
def test_one_that_cannot_be_used_is_told_at_once(replay: Run, fault: str, path: str, says: str) -> None:
    run = replay(fault, TUSK_CLI_PATH=path)
    assert run.code == 3, run.output
    assert says in run.output


def test_one_that_does_not_even_say_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE", "version: hangs")
    monkeypatch.setattr(tusk_cli, "VERSION_LIMIT_S", 0.5)
    with pytest.raises(HarnessError, match=r"timed out after 0\.5 seconds; check TUSK_CLI_PATH") as told:
        tusk_cli.find_cli("official", str(FAKE))
    assert told.value.code == 3


@pytest.mark.parametrize("cli", ["official", "auto"])
def test_it_is_found_on_the_path(replay: Run, tmp_path: Path, cli: str) -> None:
    (tmp_path / "tusk").symlink_to(FAKE)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    run = replay("", TUSK_CLI=cli, TUSK_CLI_PATH="", PATH=path)
    assert (run.code, run.result["cli"]["name"]) == (0, "official"), run.output
