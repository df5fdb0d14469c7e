"""Runs that a test interrupts, and their processes, as /proc shows them."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import signal
from collections.abc import Callable, Mapping
from pathlib import Path

from e2e_common.util.readiness import wait_until
from tests.conftest import Finished, Suite, hangs_in_recording, read, start

GONE_LIMIT_S = 30.0
REACH_LIMIT_S = 60.0
LONG_LIMIT_S = 120.0  # the first such run may set up an environment


def hangs_in_replay(folder: Path) -> bool:
    return any(b"hanging" in read(log) for log in (folder / "replay-work" / ".tusk" / "logs").glob("*"))


PHASES = {
    "requests": ("hangs in recording", hangs_in_recording),
    "flush": ("", lambda folder: b'"end"' in read(folder / "requests.jsonl")),
    "replay": ("hangs in replay", hangs_in_replay),
}
"""Phases of a run of the canary: the fault that it needs, and when its run folder shows that it is there."""


def running(mark: str) -> list[str]:
    """Process id and command line of what has `mark` in its environment, its command line or its working folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # just gone, or another user's
            command = command_of(process.name)
            cwd = os.fsencode((process / "cwd").readlink())
            if any(os.fsencode(mark) in where for where in (command.encode(), cwd, (process / "environ").read_bytes())):
                found.append(f"{process.name} {command}")
    return found


def wait_until_gone(mark: str) -> None:
    """Until nothing with `mark` runs."""
    try:
        wait_until(lambda: not running(mark), timeout_s=GONE_LIMIT_S, what="the end of the processes")
    except TimeoutError as error:
        raise AssertionError(f"still running: {running(mark)}") from error


def alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def command_of(pid: int | str) -> str:
    """Its command line and its name; a fork of the runner has the runner's command line."""
    process = Path(f"/proc/{pid}")
    line = process.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return f"{line}({process.joinpath('comm').read_text().rstrip()})"


def below(top: int, pattern: str) -> int:
    """The process at `top` or below it whose command line matches, the uppermost of them."""
    family = [top]
    for pid in family:
        if re.search(pattern, command_of(pid)):
            return pid
        for thread in Path(f"/proc/{pid}/task").iterdir():
            family += map(int, (thread / "children").read_text().split())
    raise AssertionError(f"nothing below {top} is {pattern}")


def interrupted(
    *command: object, env: Mapping[str, str], when: Callable[[], bool], signum: int
) -> tuple[int, str, list[str]]:
    """Starts a command and signals its process alone when `when` holds. Returns its exit status, its output and the
    processes of the artifacts in E2E_OUT that are left at its end."""
    process = start(*command, env=env)
    try:
        wait_until(when, timeout_s=LONG_LIMIT_S, what="the moment for the signal")
        process.send_signal(signum)
        output, _ = process.communicate(timeout=REACH_LIMIT_S)
    finally:
        process.kill()
        code = process.wait()
    return code, output, running(env["E2E_OUT"])


def at_terminal(command: list[str], env: Mapping[str, str], when: Callable[[], bool], keys: bytes) -> tuple[int, str]:
    """Starts a command at a terminal and types `keys` when `when` holds. Returns its exit status and its output."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe(command[0], command, env)
    printed = bytearray()

    def read() -> bool:
        """Reads what has been printed, so that no writer blocks. Returns whether it is time to type."""
        with contextlib.suppress(OSError):  # nothing yet, or the end of the terminal
            while text := os.read(terminal, 65536):
                printed.extend(text)
        return when()

    os.set_blocking(terminal, False)
    wait_until(read, timeout_s=LONG_LIMIT_S, what="the moment to type")
    os.write(terminal, keys)
    os.set_blocking(terminal, True)
    read()
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), printed.decode(errors="replace")


class Run:
    """A run in its own session. `mark`: what its processes have in common; `printed`: the file with its output."""

    def __init__(self, suite: Suite, mark: str, printed: Path, *words: str, **options: str) -> None:
        self.suite, self.mark, self.printed = suite, mark, printed
        self.port = next((word for word in words if word.isdigit()), "8000")
        self.folder = suite.out / f"{suite.name}-{self.port}"
        with printed.open("wb") as log:
            self.process = start(*suite.command(*words), env=suite.environ(options), stdout=log)

    def reach(self, condition: Callable[[], bool], what: str) -> None:
        def reached() -> bool:
            assert self.process.poll() is None, f"ended before {what}:\n{self.printed.read_text()}"
            return condition()

        try:
            wait_until(reached, timeout_s=REACH_LIMIT_S, what=what)
        except TimeoutError as error:
            self.signal(signal.SIGKILL)
            raise AssertionError(f"{error}; {running(self.mark)}\n{self.printed.read_text()}") from error

    def reach_phase(self, phase: str) -> None:
        self.reach(lambda: PHASES[phase][1](self.folder), phase)

    def signal(self, signum: int) -> None:
        os.killpg(self.process.pid, signum)

    def kill(self) -> None:
        """Kills the run's first process, and waits until nothing of it runs."""
        self.process.kill()
        self.process.wait()
        wait_until_gone(self.mark)

    def ended(self) -> Finished:
        """Waits for the end. No process may be left."""
        code = self.process.wait(timeout=REACH_LIMIT_S)
        wait_until_gone(self.mark)
        return self.suite.finished(code, self.printed.read_text(), self.port)
