"""A hostile CLI (hostile_tusk.py), through the whole scripts/e2e.sh: none of its acts is green, none hangs, each
ends with the exit code of the contract, and says what is wrong and what to do; nothing runs on, nothing is left over.
One recording serves them all; each act gets a copy of it."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e_common.paths import ROOT
from tests.conftest import CANARIES, Finished, Suite
from tests.official.hostile_tusk import ACTS, ESCAPES, HARMLESS

TUSK = Path(__file__).with_name("hostile_tusk.py")
REPLAY = ("--phases", "setup,replay,check,cleanup")
RUN_LIMIT_S = 100
TIME_OUT_S = "3"  # and 8 s for stalls of the official CLI
KNOBS = {"TUSK_CLI": "official", "TUSK_CLI_PATH": str(TUSK), "CANARY": "hangs in replay"}  # two requests
NO_RESULT = "nothing was replayed: results.json"
CHANGED = "the replay has changed the recording"

# act: exit code, and what the reason says of it
TABLE = {
    "an empty object": (1, "results.json, line 1: the result that begins here: 'duration' is missing"),
    "null": (4, f"{NO_RESULT} holds no result, only 'null'"),
    "a number": (4, f"{NO_RESULT} holds no result, only '2'"),
    "a list of results": (1, "text that is no result: ', {"),
    "cut in a key": (1, "broken or cut off"),
    "cut in a value": (1, "broken or cut off"),
    "cut before the last brace": (1, "broken or cut off"),
    "passed: 'false'": (1, "'passed' must be true or false, not \"false\""),
    "passed: 1": (1, "'passed' must be true or false, not 1"),
    "passed: null": (1, "'passed' must be true or false, not null"),
    "passed is missing": (1, "'passed' is missing"),
    "one twice, one not": (1, "2 results of one trace"),
    "ids of another run": (1, "not replayed: no result has its id"),
    "upper-case ids": (1, "'test_id' must be 32 hexadecimal digits"),
    "an id with a line break": (1, "'test_id' must be 32 hexadecimal digits"),
    "an id that is a number": (1, "'test_id' must be a string, not 7"),
    "a result missing": (1, "not replayed: no result has its id"),
    "an extra result": (1, "which is the id of no recorded trace"),
    "cancelled, and passed": (1, "cancelled"),
    "retried, and passed": (1, "retried after crash"),
    "crashed, and passed": (1, "crashed server"),
    "passed in spite of deviations": (1, "passed in spite of: response.body: differs"),
    "deviations that are none": (1, "'deviations' must be a list of objects"),
    "split over two documents": (1, "'duration' is missing"),
    "NaN": (1, "NaN is no JSON"),
    "duplicate keys": (1, "the key 'passed' stands there twice"),
    "nested without end": (1, "recursion"),
    "a line of 50 MB": (1, "passed in spite of: xxx"),
    "50 MB that are no result": (1, "text that is no result: 'xxx"),
    "50 MB on stderr": (1, "the CLI's totals (2 total, 1 passed, 1 failed, 0 crashed) disagree with its 2 results"),
    "invalid UTF-8": (1, "results.json is not UTF-8: byte"),
    "UTF-16": (1, "results.json is not UTF-8: byte 0"),
    "UTF-16 without a mark": (1, "broken or cut off"),
    "a byte order mark": (1, "results.json holds '\\ufeff' before the first result"),
    "zero bytes": (1, "text that is no result: '??"),
    "zero bytes first": (1, "results.json holds '\\x00' before the first result"),
    "escapes in an error": (1, "before ?[2J?]0;owned??31m?detrevni after"),
    "escapes between results": (1, "text that is no result: '?[2J?]0;owned??31m?detrevni"),
    "CRLF, and wrong totals": (1, "holds several totals lines"),
    "a last word": (1, "text that is no result: 'Thank you for using tusk'"),
    "a negative duration": (1, "'duration' must be milliseconds, 0 or more, not -1"),
    "a duration of 5000 digits": (1, "results.json, line 1: the result that begins here: Exceeds the limit"),
    "a duration without end": (1, "'duration' must be a whole number, not Infinity"),
    "100 000 results": (1, "which is the id of no recorded trace"),
    "all on stderr": (4, f"{NO_RESULT} is empty"),
    "totals: 0 of 0": (1, "the CLI's totals (0 total, 0 passed, 0 failed, 0 crashed) disagree with its 2 results"),
    "totals: more passed than run": (1, "the CLI's totals (2 total, 5 passed, 0 failed, 0 crashed) disagree with its 2 results"),
    "totals: negative": (1, "holds no totals"),
    "totals: twice": (1, "holds several totals lines"),
    "totals: none": (1, "holds no totals"),
    "exit 0 after a failure": (1, "response.body: differs"),
    "exit 1 after no failure": (1, "the CLI ended with status 1, but 2 of its 2 results passed"),
    "exit 2 after no failure": (1, "the CLI ended with status 2, but 2 of its 2 results passed"),
    "SIGSEGV at its end": (1, "the CLI was ended by SIGSEGV, but 2 of its 2 results passed"),
    "SIGKILL at its end": (1, "the CLI was ended by SIGKILL, but 2 of its 2 results passed"),
    "SIGKILL at once": (1, f"{NO_RESULT} is empty; the CLI was ended by SIGKILL"),
    "hangs at once": (5, "not done within 3 s (E2E_TIMEOUT"),
    "hangs at its end": (5, "not done within 3 s (E2E_TIMEOUT"),
    "hangs, and hears no SIGTERM": (5, "not done within 3 s (E2E_TIMEOUT"),
    "hangs with stdout closed": (5, "not done within 3 s (E2E_TIMEOUT"),
    "stops itself": (5, "not done within 3 s (E2E_TIMEOUT"),
    "prints without end": (1, "the official CLI prints without end"),
    "prints without end when it is called once more": (1, "the official CLI prints without end"),
    "leaves a child": (6, "the application left processes behind"),
    "leaves a child in a session of its own": (6, "the application left processes behind"),
    "leaves a child that hears no SIGTERM": (6, "the application left processes behind"),
    "leaves a daemon": (6, "the application left processes behind"),
    "leaves five, each below the other": (6, "the application left processes behind"),
    "kills the process that called it": (1, "the replay ended with -9"),
    "takes a request away": (1, f"{CHANGED} (requests.jsonl, traces/"),
    "takes a request away, and hangs": (5, "not done within 3 s (E2E_TIMEOUT"),
    "takes a trace away": (1, f"{CHANGED} (traces/"),
    "adds a trace": (1, f"{CHANGED} (traces/x_"),
    "rewrites the traces": (1, f"{CHANGED} (traces/"),
    "rewrites the requests": (1, f"{CHANGED} (requests.jsonl)"),
    "switches the sentinels off": (1, f"{CHANGED} (run.json)"),
    "removes all it finds": (1, f"{CHANGED} (requests.jsonl, run.json, traces/"),
    "deletes the sentinels' account": (1, "touched.jsonl is missing: without sentinels replay proves no isolation"),
    "deletes its own output": (4, f"{NO_RESULT} is missing"),
    "makes a pipe of its output": (1, "results.json could not be read: it is no file"),
    "makes a device of its output": (1, "results.json could not be read: it is no file"),
    "makes a pipe of its stderr": (1, "logs/tusk-cli.log could not be read: it is no file"),
    "makes a device of its stderr": (1, "logs/tusk-cli.log could not be read: it is no file"),
    "deletes the replay log": (1, "no logs/tusk-replay-*.log"),
    "makes a folder of the replay log": (1, "could not be read: Is a directory"),
    "makes a pipe of the replay log": (1, "could not be read: it is no file"),
    "makes a device of the replay log": (1, "could not be read: it is no file"),
    "writes its own result.json": (1, "response.body: differs"),
    "an account without end": (1, "could not be read: it is no file"),
    "never starts the application": (1, "no logs/tusk-replay-*.log"),
    "starts it and answers nothing": (4, f"{NO_RESULT} holds no result, only"),
    "the log of another program": (1, "holds no line of the SDK"),
    "a log that is not text": (1, "is not UTF-8"),
    "wants a terminal": (1, "the CLI says: Error: open /dev/tty: no answer"),
    "asks on stdin": (1, "the CLI says: Error: Do you agree: no answer"),
}  # fmt: skip

QUICK = {"passed: 'false'", "escapes in an error", "takes a request away", "leaves five, each below the other"}
"""Those that `make test` goes through: one of each kind. The others take a minute or two, in `make test-slow`."""


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    """The canary application with two requests, recorded."""
    suite = Suite(tmp_path_factory.mktemp("hostile") / "canary", CANARIES)
    done = suite.run("--phases", "setup,record,cleanup", **KNOBS)
    assert done.code == 0, done.output
    return suite


class Scene:
    """A copy of the recording, with a temporary folder of its own; `run` replays it under an act and looks around."""

    def __init__(self, recorded: Suite, folder: Path) -> None:
        self.suite = recorded.copied(folder / "canary")
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self._mark = f"HOSTILE_MARK={uuid.uuid4()}"

    def run(self, act: str, *words: str, **knobs: str) -> Finished:
        name, _, value = self._mark.partition("=")
        told = {**KNOBS, "HOSTILE": act, "TMPDIR": str(self.temporary), name: value, **knobs}
        done = subprocess.run(
            self.suite.command(*(words or REPLAY)), env=self.suite.environ(told), stdin=subprocess.DEVNULL,
            capture_output=True, timeout=RUN_LIMIT_S, check=False, cwd=ROOT,
        )  # fmt: skip
        output = (done.stdout + done.stderr).decode()
        assert not [char for char in output if not (char.isprintable() or char == "\n")], "the terminal is not steered"
        assert list(self._running()) == []
        assert list(self.temporary.iterdir()) == []
        return self.suite.finished(done.returncode, output)

    def _running(self) -> Iterator[str]:
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if self._mark.encode() in (folder / "environ").read_bytes():
                    yield (folder / "cmdline").read_bytes().decode()
            except OSError:  # just gone
                continue


@pytest.fixture
def scene(recorded: Suite, tmp_path: Path) -> Iterator[Scene]:
    yield Scene(recorded, tmp_path)
    shutil.rmtree(tmp_path / "canary")  # some leave a few hundred megabytes


def told(run: Finished, code: int, says: str) -> None:
    assert (run.code, run.result["code"]) == (code, code), run.output
    assert run.result["verdict"] == ("failed" if code == 1 else "error")
    assert says in run.result["reason"]
    assert says in run.output
    assert "✓" not in run.output
    assert any(f"    {words}: " in run.output for words in ("again", "only this")), "what to do next"


def rows() -> list[object]:
    marks = {act: () if act in QUICK else (pytest.mark.slow,) for act in TABLE}
    return [pytest.param(act, *TABLE[act], id=act, marks=marks[act]) for act in TABLE]


def test_every_act_is_in_the_table() -> None:
    assert list(TABLE) == list(ACTS)
    assert len(TABLE) >= 50


@pytest.mark.parametrize(("act", "code", "says"), rows())
def test_an_act_is_red_and_told(scene: Scene, act: str, code: int, says: str) -> None:
    told(scene.run(act, E2E_TIMEOUT=TIME_OUT_S if code == 5 else "60"), code, says)


@pytest.mark.slow
@pytest.mark.parametrize("act", HARMLESS)
def test_what_is_harmless_is_green(scene: Scene, act: str) -> None:
    run = scene.run(act)
    assert (run.code, run.result["requests"]["passed"]) == (0, 2), run.output


@pytest.mark.slow
@pytest.mark.parametrize("act", ["passed: null", "takes a request away", "leaves a daemon"])
def test_the_same_with_a_recording_of_its_own(scene: Scene, act: str) -> None:
    run = scene.run(act, "--phases", "setup,record,replay,check,cleanup")
    told(run, *TABLE[act])


@pytest.mark.slow
@pytest.mark.parametrize("act", ["takes a request away", "takes a request away, and hangs"])
@pytest.mark.parametrize("verb", [REPLAY, ("--phases", "check")])
def test_what_it_has_changed_is_no_recording_any_more(scene: Scene, act: str, verb: tuple[str, ...]) -> None:
    scene.run(act, E2E_TIMEOUT=TIME_OUT_S)
    run = scene.run("honest", *verb)
    assert run.code == 2, run.output
    assert "there is no recording in" in run.output


@pytest.mark.slow
def test_what_it_leaves_in_the_folder_is_no_hindrance_to_the_next(scene: Scene) -> None:
    for act in ("makes a folder of the replay log", "makes a pipe of its output", "an account without end", "honest"):
        run = scene.run(act)
    assert run.code == 0, run.output


VERSIONS = {
    "version: nothing": "is no Tusk CLI: it does not say its version; check TUSK_CLI_PATH",
    "version: another program": "is no Tusk CLI: it does not say its version; check TUSK_CLI_PATH",
    "version: escapes": "which the SDK refuses to talk to: stamp it v1.2.3",
    "version: a commit": "calls itself version 06c827b, which the SDK refuses to talk to: stamp it v1.2.3",
    "version: hangs": "timed out after 10 seconds; check TUSK_CLI_PATH",
    "version: leaves a child": "timed out after 10 seconds; check TUSK_CLI_PATH",
}


@pytest.mark.slow
@pytest.mark.parametrize(("act", "says"), VERSIONS.items(), ids=VERSIONS)
def test_a_version_that_is_none_is_told_at_once(scene: Scene, act: str, says: str) -> None:
    told(scene.run(act), 3, says)


PROGRAMS = {
    "is not executable": ("#!/bin/sh\n", 0o644, "Permission denied"),
    "has no interpreter": ("#!/no/such/interpreter\n", 0o755, "No such file or directory"),
    "is no program": ("\x7fELF, or not", 0o755, "Exec format error"),
    "is empty": ("", 0o755, "Exec format error"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("text", "mode", "says"), PROGRAMS.values(), ids=PROGRAMS)
def test_a_file_that_does_not_run_is_told_at_once(
    scene: Scene, tmp_path: Path, text: str, mode: int, says: str
) -> None:
    (tmp_path / "tusk").write_text(text)
    (tmp_path / "tusk").chmod(mode)
    run = scene.run("honest", TUSK_CLI_PATH=str(tmp_path / "tusk"))
    told(run, 3, f"the Tusk CLI {tmp_path / 'tusk'} does not run: ")
    assert says in run.output


@pytest.mark.slow
@pytest.mark.parametrize("path", [str(TUSK.parent), "~nobody-here/tusk", "/dev/null"])
def test_a_path_that_leads_to_no_program_is_told_at_once(scene: Scene, path: str) -> None:
    told(scene.run("honest", TUSK_CLI_PATH=path), 3, "does not run: ")


@pytest.mark.slow
def test_the_bundled_one_cannot_be_led_around(tmp_path: Path) -> None:
    """A run that must be red is red for its own reason, whatever the environment offers instead of the replayer."""
    suite = Suite(tmp_path / "canary", CANARIES)
    green = tmp_path / "green"
    for name in ("tusk", "python", "python3"):
        (green / name).parent.mkdir(exist_ok=True)
        (green / name).symlink_to(TUSK)
    fake = tmp_path / "fake" / "e2e_common"
    fake.mkdir(parents=True)
    (fake / "__init__.py").write_text("raise SystemExit(0)\n")
    (fake.parent / "sitecustomize.py").write_text("raise SystemExit(0)\n")
    (tmp_path / "startup.py").write_text("raise SystemExit(0)\n")
    astray = {
        "TUSK_CLI": "bundled", "TUSK_CLI_PATH": str(TUSK), "HOSTILE": "honest", "TUSK_TRACES_DIR": "/nowhere",
        "TUSK_RESULTS_DIR": "/nowhere", "TUSK_REQUIRE_INBOUND_REPLAY_SPAN": "0", "TUSK_MOCK_SOCKET": "/nowhere",
        "TUSK_DRIFT_MODE": "DISABLED", "PYTHONPATH": str(fake.parent), "PYTHONHOME": "/nowhere",
        "PYTHONSTARTUP": str(tmp_path / "startup.py"), "PYTHONSAFEPATH": "1", "PYTHONOPTIMIZE": "2",
        "PYTHONINSPECT": "1", "PYTHONIOENCODING": "latin-1", "PYTHONWARNINGS": "error",
        "PATH": f"{os.environ['PATH']}{os.pathsep}{green}",
    }  # fmt: skip
    run = suite.run(**{"CANARY": "random number", **astray})
    told(run, 1, "'random number': response.body: Response body content mismatch")
    assert run.result["cli"]["name"] == "bundled"
    assert suite.run(**{"CANARY": "", **astray}).code == 0


def test_the_escapes_are_worth_their_name() -> None:
    assert sum(not char.isprintable() for char in ESCAPES) == 5
