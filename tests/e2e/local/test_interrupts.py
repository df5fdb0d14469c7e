"""INT and TERM in every phase, to the group and typed at a terminal, once and twice. Each ends with 130 or 143, leaves
no process behind and keeps the artifacts."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from e2e_common.util.interrupts import Interrupted, Interrupts
from e2e_common.util.paths import ROOT
from e2e_common.util.readiness import wait_until
from tests.conftest import LEAKS, Finished, Suite, execute, read
from tests.processes import below, running, wait_until_gone

END_LIMIT_S = 30.0
REACH_LIMIT_S = 30.0


class Run:
    """A run in its own session, and what it has left."""

    def __init__(self, suite: Suite, *words: str, **options: str) -> None:
        self.suite = suite
        self.folder = suite.out / f"{suite.name}-8000"
        self.log = suite.folder / "printed"
        self.held: list[int] = []
        self.temporary = Path(tempfile.mkdtemp(prefix="e2e-"))  # short: a socket's path has at most 108 bytes
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                suite.command(*words),
                env=suite.environ({**options, "TMPDIR": str(self.temporary)}),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd=ROOT,
            )

    def reach(self, condition: Callable[[], bool], what: str) -> None:
        def reached() -> bool:
            assert self.process.poll() is None, f"ended before {what}:\n{self.log.read_text()}"
            return condition()

        try:
            wait_until(reached, timeout_s=REACH_LIMIT_S, what=what)
        except TimeoutError as error:
            logs = {path.name: path.read_text(errors="replace")[-1500:] for path in self.folder.glob("logs/*")}
            logs["mocks"] = read(self.folder / "mocks.jsonl").decode()
            os.killpg(self.process.pid, signal.SIGKILL)
            raise AssertionError(f"{error}; {running(str(self.suite.out))}\n{self.log.read_text()}\n{logs}") from error

    def hold_open(self, fifo: Path) -> bool:
        """Returns whether a process reads the pipe. If so, keeps it open until `ended`, so that the reader waits."""
        with contextlib.suppress(OSError):
            self.held.append(os.open(fifo, os.O_WRONLY | os.O_NONBLOCK))
        return bool(self.held)

    def signal(self, signum: int) -> None:
        os.killpg(self.process.pid, signum)

    def ended(self) -> Finished:
        """Waits for the end. Nothing may be left."""
        for pipe in self.held:  # a signal just before a read is handled when that read ends
            os.close(pipe)
        code = self.process.wait(timeout=REACH_LIMIT_S)
        wait_until_gone(str(self.suite.out))
        assert not list(self.temporary.iterdir()), "a socket or another temporary file is left"
        self.temporary.rmdir()
        return self.suite.finished(code, self.log.read_text())


def hanging_backend(folder: Path) -> Path:
    """Returns an SDK checkout whose build never ends, to make a run hang in Setup."""
    folder.mkdir()
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "tusk-drift-python-sdk"\nversion = "9"\n'
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    )
    mark = folder / "building"
    (folder / "backend.py").write_text(
        f"import time\ndef build_wheel(*_, **__):\n    open({str(mark)!r}, 'w').close(); time.sleep(60)\n"
    )
    return folder


def in_setup(suite: Suite) -> Run:
    checkout = hanging_backend(suite.folder / "sdk")
    run = Run(suite, E2E_SDK=str(checkout))
    run.reach((checkout / "building").exists, "the build of the SDK")
    return run


def in_requests(suite: Suite) -> Run:
    run = Run(suite, CANARY="hangs in recording")
    run.reach(lambda: b"hanging" in read(run.folder / "logs" / "record.log"), "the request that hangs")
    return run


def in_flush(suite: Suite) -> Run:
    run = Run(suite, CANARY="")
    run.reach(lambda: b'"end"' in read(run.folder / "requests.jsonl"), "the last request")
    return run


def in_replay(suite: Suite) -> Run:
    run = Run(suite, CANARY="hangs in replay")
    logs = run.folder / "replay-work" / ".tusk" / "logs"
    run.reach(lambda: any(b"hanging" in read(log) for log in logs.glob("*")), "the replay of the request that hangs")
    return run


def in_check(suite: Suite) -> Run:
    assert suite.run(CANARY="").code == 0
    facts = suite.out / f"{suite.name}-8000" / "recording.json"
    facts.unlink()
    os.mkfifo(facts)  # the judge waits for a writer
    run = Run(suite, "--phases", "check")
    run.reach(lambda: run.hold_open(facts), "the judge")
    return run


def in_cleanup(suite: Suite) -> Run:
    run = Run(suite, "--phases", "record,setup,cleanup", CANARY="ignores SIGTERM")
    run.reach(lambda: b'"end"' in read(run.folder / "requests.jsonl"), "the last request")
    run.signal(signal.SIGINT)  # the first signal starts a slow clean-up
    return run


PHASES = {
    "setup": in_setup,
    "requests": in_requests,
    "flush": in_flush,
    "replay": in_replay,
    "check": in_check,
    "cleanup": in_cleanup,
}


def phases_and_signals() -> list[object]:
    """Returns each phase with each signal. `make test` runs some of them in turn, `make test-slow` the rest."""
    both = (signal.SIGINT, signal.SIGTERM)
    found: list[object] = []
    for number, phase in enumerate(PHASES):
        for signum in both:
            marks = () if signum == both[number % 2] else (pytest.mark.slow,)
            found.append(pytest.param(phase, signum, id=f"{phase}-{signum.name[3:]}", marks=marks))
    return [*found, pytest.param("requests", signal.SIGHUP, id="requests-HUP")]


@pytest.mark.parametrize(("phase", "signum"), phases_and_signals())
def test_a_signal_ends_a_run_in_any_phase(canary: Suite, phase: str, signum: signal.Signals) -> None:
    run = PHASES[phase](canary)
    run.signal(signum)
    finished = run.ended()
    first = signal.SIGINT if phase == "cleanup" else signum
    assert finished.code == 128 + first
    assert finished.result["code"] == 128 + first
    assert finished.result["verdict"] == "error"
    assert f"interrupted by {first.name}" in finished.output
    if phase in ("flush", "replay", "check"):
        assert (finished.folder / "requests.jsonl").stat().st_size
        assert (finished.folder / "logs" / "record.log").stat().st_size


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_a_test_starts_hears_signals_that_its_caller_ignores(signum: int) -> None:
    heard = f"import signal; print(signal.getsignal({int(signum)}) != signal.SIG_IGN)"
    tests = f"from tests.conftest import *; pytest_configure(); subprocess.run([{sys.executable!r}, '-c', {heard!r}])"
    ignoring = f'trap \'\' {int(signum)}; exec "$0" "$@"'
    assert execute("bash", "-c", ignoring, sys.executable, "-c", tests, check=True).stdout == "True\n"


def test_with_nohup_it_goes_on() -> None:
    before = {signum: signal.getsignal(signum) for signum in Interrupts.SIGNALS}
    try:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        with Interrupts() as interrupts:
            signal.raise_signal(signal.SIGHUP)
        assert interrupts.first is None
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        with pytest.raises(Interrupted), Interrupts():
            signal.raise_signal(signal.SIGHUP)
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)


def test_signals_over_and_over_do_not_stop_the_clean_up(canary: Suite) -> None:
    run = in_replay(canary)
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGINT, signal.SIGINT):
        run.signal(signum)
    assert run.ended().code == 130


def test_ctrl_c_at_a_terminal(canary: Suite) -> None:
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe("make", ["make", "-C", str(ROOT), "e2e-flask"], canary.environ())
    folder = canary.out / "flask-8000"
    printed: list[bytes] = []
    with drained(terminal, printed):
        wait_until(lambda: b'"n": 3' in read(folder / "requests.jsonl"), timeout_s=REACH_LIMIT_S, what="some requests")
        os.write(terminal, b"\x03")
        _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGINT, f"{status}: {b''.join(printed)!r}"
    assert json.loads((folder / "result.json").read_text())["code"] == 130
    assert "recording traces" in b"".join(printed).decode(errors="replace").lower()  # the progress line of a terminal


@pytest.mark.slow  # tests/unit/util/test_processes.py tests it without a run
def test_an_application_that_ignores_sigterm_is_killed(canary: Suite) -> None:
    run = Run(canary, CANARY="ignores SIGTERM")
    assert run.process.wait(timeout=REACH_LIMIT_S) == 0, run.log.read_text()
    assert not running(str(canary.out))
    run.temporary.rmdir()


def test_the_time_limit_is_exit_5(canary: Suite) -> None:
    finished = canary.run(CANARY="hangs in replay", E2E_TIMEOUT="6")
    assert finished.code == 5
    assert finished.result["verdict"] == "error"
    assert "not done within 6 s" in finished.result["reason"]


def with_services(suite: Suite) -> Suite:
    """Adds PostgreSQL and Redis to the suite, which does not call them."""
    for name in ("docker-compose.yml", "requirements.txt", "requirements.lock"):
        shutil.copyfile(LEAKS / name, suite.folder / name)
    return suite


@pytest.mark.parametrize(
    ("phase", "killed", "code", "named"),
    [
        ("requests", "bin/postgres", 3, "postgres died (exit status -9)"),
        ("requests", "(redis|valkey)-server", 3, "redis died (exit status -9)"),
        ("requests", "e2e_common.services.upstream.app", 3, "upstream died (exit status -9)"),
        ("requests", "src/app.py", 1, "the application was ended by signal 9 while it was being recorded"),
        ("requests", "src/test_requests.py", 1, "src/test_requests.py broke off (exit status -9)"),
        ("replay", "e2e_common.tusk run", 1, "CLI was ended by SIGKILL"),
        ("replay", "e2e_common.replay.replaying", 1, "the replay ended with -9"),
        ("replay", "src/app.py", 1, "signal 9"),
    ],
)
def test_what_is_killed_is_named(canary: Suite, phase: str, killed: str, code: int, named: str) -> None:
    run = PHASES[phase](with_services(canary) if code == 3 else canary)
    os.kill(below(run.process.pid, killed), signal.SIGKILL)
    finished = run.ended()
    assert finished.code == code, finished.output
    assert named in finished.result["reason"]


def test_a_killed_run_takes_everything_with_it(canary: Suite) -> None:
    run = in_replay(canary)
    run.process.kill()
    run.process.wait()
    wait_until_gone(str(canary.out))
    shutil.rmtree(run.temporary)  # the killed run could not remove the socket


@contextlib.contextmanager
def drained(terminal: int, into: list[bytes]) -> Iterator[None]:
    """Reads a terminal in a separate process, so that no writer blocks."""
    copy = subprocess.Popen(
        [sys.executable, "-c", "import os\nwhile True: os.write(1, os.read(0, 65536))"],  # ends when the terminal does
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert copy.stdout is not None
    try:
        yield
    finally:
        with contextlib.suppress(subprocess.TimeoutExpired):
            copy.wait(timeout=END_LIMIT_S)
        copy.kill()
        into.append(copy.stdout.read())
        copy.wait()
        os.close(terminal)
