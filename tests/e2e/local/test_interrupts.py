"""INT and TERM in every phase, to the group and typed at a terminal, once and twice. Each ends with 130 or 143, leaves
no process behind and keeps the artifacts."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from e2e_common.util.interrupts import Interrupted, Interrupts
from e2e_common.util.paths import ROOT
from tests.conftest import WITH_SERVICES, Copied, Finished, Suite, installed_sdk, read, sdk_checkout
from tests.processes import PHASES, Run, at_terminal, below


class LocalRun(Run):
    """A run with its own temporary folder, in which it leaves nothing."""

    def __init__(self, suite: Suite, *words: str, **options: str) -> None:
        self.held: list[int] = []
        self.temporary = Path(tempfile.mkdtemp(prefix="e2e-"))  # short: a socket's path has at most 108 bytes
        options["TMPDIR"] = str(self.temporary)
        super().__init__(suite, str(suite.out), suite.folder / "printed", *words, **options)

    def hold_open(self, fifo: Path) -> bool:
        """Returns whether a process reads the pipe. If so, keeps it open until `ended`, so that the reader waits."""
        with contextlib.suppress(OSError):
            self.held.append(os.open(fifo, os.O_WRONLY | os.O_NONBLOCK))
        return bool(self.held)

    def ended(self) -> Finished:
        for pipe in self.held:  # a signal just before a read is handled when that read ends
            os.close(pipe)
        finished = super().ended()
        self.temporary.rmdir()
        return finished


Reach = Callable[[str], LocalRun]


@pytest.fixture
def reach(canary: Suite, copied: Copied) -> Reach:
    """Returns a function that starts a run and waits until it is in a phase."""

    def in_setup() -> LocalRun:
        mark = canary.folder / "building"
        backend = f"import time\ndef build_wheel(*_, **__):\n    open({str(mark)!r}, 'w').close(); time.sleep(60)\n"
        run = LocalRun(canary, E2E_SDK=str(sdk_checkout(installed_sdk(), canary.folder / "sdk", "9", backend)))
        run.reach(mark.exists, "the build of the SDK")
        return run

    def in_phase(phase: str) -> LocalRun:
        fault, words = PHASES[phase][0], Suite.REPLAY if phase == "replay" else ()
        run = LocalRun(copied(fault, *Suite.RECORD) if words else canary, *words, CANARY=fault)
        run.reach_phase(phase)
        return run

    def in_check() -> LocalRun:
        suite = copied("")
        facts = suite.out / "canary-8000" / "recording.json"
        facts.unlink()
        os.mkfifo(facts)  # the judge waits for a writer
        run = LocalRun(suite, *Suite.CHECK)
        run.reach(lambda: run.hold_open(facts), "the judge")
        return run

    def in_cleanup() -> LocalRun:
        run = LocalRun(canary, "--phases", "record,setup,cleanup", CANARY="ignores SIGTERM")
        run.reach_phase("flush")
        run.signal(signal.SIGINT)  # the first signal starts a slow clean-up
        return run

    others = {"setup": in_setup, "check": in_check, "cleanup": in_cleanup}
    return lambda phase: others[phase]() if phase in others else in_phase(phase)


BOTH = (signal.SIGINT, signal.SIGTERM)


@pytest.mark.parametrize(
    ("phase", "signum"),
    [
        *(
            pytest.param(phase, signum, marks=() if signum == BOTH[number % 2] else pytest.mark.slow)
            for number, phase in enumerate(("setup", *PHASES, "check", "cleanup"))
            for signum in BOTH
        ),
        ("requests", signal.SIGHUP),
    ],
)
def test_a_signal_ends_a_run_in_any_phase(reach: Reach, phase: str, signum: signal.Signals) -> None:
    run = reach(phase)
    run.signal(signum)
    finished = run.ended()
    first = signal.SIGINT if phase == "cleanup" else signum
    assert (finished.code, finished.result["code"], finished.result["verdict"]) == (128 + first, 128 + first, "error")
    assert f"interrupted by {first.name}" in finished.output
    if phase in ("flush", "replay", "check"):
        assert (finished.folder / "requests.jsonl").stat().st_size
        assert (finished.folder / "logs" / "record.log").stat().st_size


@pytest.mark.parametrize(("inherited", "raises"), [(signal.SIG_IGN, False), (signal.SIG_DFL, True)])
def test_with_nohup_it_goes_on(inherited: signal.Handlers, raises: bool) -> None:
    before = signal.signal(signal.SIGHUP, inherited)
    try:
        with pytest.raises(Interrupted) if raises else contextlib.nullcontext(), Interrupts():
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_signals_over_and_over_do_not_stop_the_clean_up(reach: Reach) -> None:
    run = reach("replay")
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGINT, signal.SIGINT):
        run.signal(signum)
    assert run.ended().code == 130


def test_ctrl_c_at_a_terminal(canary: Suite) -> None:
    folder = canary.out / "flask-8000"
    command = ["make", "-C", str(ROOT), "e2e-flask"]
    when = lambda: b'"n": 3' in read(folder / "requests.jsonl")  # noqa: E731
    code, printed = at_terminal(command, canary.environ(), when, b"\x03")
    assert (code, json.loads((folder / "result.json").read_text())["code"]) == (-signal.SIGINT, 130), printed
    assert "recording traces" in printed.lower()  # the progress line of a terminal


def test_the_time_limit_is_exit_5(copied: Copied) -> None:
    finished = copied("hangs in replay", *Suite.RECORD).run(*Suite.REPLAY, CANARY="hangs in replay", E2E_TIMEOUT="3")
    assert (finished.code, finished.result["verdict"]) == (5, "error")
    assert "not done within 3 s" in finished.result["reason"]


@pytest.mark.parametrize(
    ("phase", "killed", "code", "named"),
    [
        ("requests", "bin/postgres", 3, "postgres died (exit status -9)"),
        ("requests", "src/app.py", 1, "the application was ended by signal 9 while it was being recorded"),
        ("requests", r"\(test_requests\)", 1, "src/test_requests.py broke off (exit status -9)"),
        ("replay", r"\(tusk\)", 1, "CLI was ended by SIGKILL"),
        ("replay", r"\(replaying\)", 1, "the replay ended with -9"),
        ("replay", "src/app.py", 1, "signal 9"),
    ],
)
def test_what_is_killed_is_named(canary: Suite, reach: Reach, phase: str, killed: str, code: int, named: str) -> None:
    if code == 3:
        (canary.folder / "docker-compose.yml").write_text(WITH_SERVICES)
    run = reach(phase)
    os.kill(below(run.process.pid, killed), signal.SIGKILL)
    finished = run.ended()
    assert (finished.code, named in finished.result["reason"]) == (code, True), finished.output


def test_a_killed_run_takes_everything_with_it(reach: Reach) -> None:
    run = reach("replay")
    run.kill()
    shutil.rmtree(run.temporary)  # the killed run could not remove the socket
