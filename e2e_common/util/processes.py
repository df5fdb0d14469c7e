"""Start processes that cannot outlive the run, and end whole process groups."""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Union

if TYPE_CHECKING:
    from e2e_common.util.forked import Forked

PR_SET_PDEATHSIG, PR_SET_NAME, PR_SET_CHILD_SUBREAPER = 1, 15, 36
STOP_GRACE_S = 1.5
ORPHANS_LIMIT_S = 5.0
LAST_BYTES = 20_000
Process = Union["subprocess.Popen[bytes]", "Forked"]
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_prctl: Callable[..., int] = ctypes.CDLL(None).prctl if sys.platform == "linux" else lambda *_: 0


def die_with_parent(signum: int = signal.SIGKILL) -> None:
    """Ask the kernel to signal this process when the thread that started it ends (Linux only). The kernel forgets this
    when credentials change."""
    _prctl(PR_SET_PDEATHSIG, signum, 0, 0, 0)


def name_process(name: str) -> None:
    """Set this process's name in /proc/PID/comm to the first 15 bytes of `name` (Linux only)."""
    _prctl(PR_SET_NAME, name.encode(), 0, 0, 0)


def spawn(
    command: str | Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    stdout: int | IO[Any],
    stderr: int | IO[Any] = subprocess.STDOUT,
    stdin: int | IO[Any] = subprocess.DEVNULL,
    pass_fds: Sequence[int] = (),
    in_child: Callable[[], None] = die_with_parent,
) -> subprocess.Popen[bytes]:
    """Start `command` (a string is run with `/bin/sh -c`) as the leader of a new session and process group.

    Call it from the main thread: the child dies with the thread that started it, unless another `in_child` is given.
    `in_child` runs in the new process before the program. Raises OSError if the program cannot be started.
    """
    return subprocess.Popen(
        command,
        shell=isinstance(command, str),
        cwd=cwd,
        env=dict(env),
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        pass_fds=pass_fds,
        start_new_session=True,
        preexec_fn=in_child,  # noqa: PLW1509 - no threads are running when a run starts its processes
    )


def exit_status(process: Process) -> int | None:
    """Exit status of `process` (negative: the number of the signal that ended it), or None while it runs. The process
    is not reaped: its id remains the id of its group, so that `stop` can still end the rest of the group."""
    if process.returncode is not None:
        return process.returncode
    try:
        ended = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG)
    except ChildProcessError:  # another thread has just reaped it
        return process.poll()
    if ended is None:
        return None
    return ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status


def has_exited(process: Process) -> bool:
    """Whether `process` has ended. It is not reaped (see `exit_status`)."""
    return exit_status(process) is not None


def stop(process: Process, grace_s: float = STOP_GRACE_S) -> int:
    """End the process and its group: SIGTERM, then SIGKILL after `grace_s` seconds. Returns the exit status.

    Reap processes only with this function: the group of a reaped process cannot be signalled safely.
    """
    if process.returncode is not None:
        return process.returncode
    _signal_group(process, signal.SIGTERM)
    deadline = time.monotonic() + grace_s
    while not has_exited(process) and time.monotonic() < deadline:
        time.sleep(0.005)
    _signal_group(process, signal.SIGKILL)  # also ends the leader's children
    return process.wait()


def _signal_group(process: Process, signum: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signum)


def adopt_orphans() -> None:
    """Become the parent of orphaned descendants, so that `end_orphans` finds them (Linux only)."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def await_orphans(leader: Process, grace_s: float = STOP_GRACE_S) -> list[str]:
    """Wait up to `grace_s` seconds for the descendants of `leader`, which has ended. Returns those that still run, as
    `pid command`. Kills none and does not reap `leader`. Needs `adopt_orphans`."""
    deadline = time.monotonic() + grace_s
    while (left := _children(spare=leader.pid)) and time.monotonic() < deadline:
        time.sleep(0.01)
    return [f"{pid} {_command_line(pid)}" for pid in left]


def end_orphans() -> list[str]:
    """Kill and reap all children of this process, and their children after them. Returns them as `pid command`."""
    ended: dict[int, str] = {}
    # The time limit is for processes that restart themselves, and for those that cannot be killed.
    deadline = time.monotonic() + ORPHANS_LIMIT_S
    while (left := _children()) and time.monotonic() < deadline:
        for pid in left:
            ended.setdefault(pid, f"{pid} {_command_line(pid)}")
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.002)
    return list(ended.values())


def end_replayed(folder: Path) -> None:
    """Kill the application of an earlier replay that still runs in `folder` (Linux only). The official CLI starts it in
    its own process group, which survives if the harness is killed. All other processes die with their parent."""
    for link in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):
            inside = link.readlink() == folder.resolve()
            if inside and b"TUSK_DRIFT_MODE=REPLAY" in (link.parent / "environ").read_bytes().split(b"\0"):
                os.kill(int(link.parent.name), signal.SIGKILL)


def _children(spare: int | None = None) -> list[int]:
    """Ids of the live children. Reaps zombies, except `spare`."""
    children = []
    for pid, (state, parent, *_) in table("/proc").items():
        if int(parent) == os.getpid() and pid != spare:
            if state == b"Z":
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)
            else:
                children.append(pid)
    return children


def table(folder: str) -> dict[int, list[bytes]]:
    """Processes (/proc) or threads (/proc/PID/task): id → the fields of proc(5) from the third on: state, parent,
    group, …. Empty where there is no such folder. (pathlib takes twice as long, and a run asks 20 times.)"""
    found = {}
    with contextlib.suppress(OSError):
        for name in filter(str.isdigit, os.listdir(folder)):  # noqa: PTH208
            with contextlib.suppress(OSError), open(f"{folder}/{name}/stat", "rb", buffering=0) as stat:  # noqa: PTH123
                found[int(name)] = stat.read().rpartition(b")")[2].split()
    return found


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()[:120]
    except OSError:
        return "(gone)"


def last_lines(path: Path, count: int = 15) -> str | None:
    """The last `count` lines of a log, printable and without colours. None if the file is missing or empty."""
    if not path.is_file():  # reading a pipe or a device may never end
        return None
    try:
        text = _COLOUR.sub("", path.read_bytes()[-LAST_BYTES:].decode(errors="replace"))
    except OSError:
        return None
    return "\n".join(map(_printable, text.splitlines()[-count:])) or None


def _printable(line: str) -> str:
    return "".join(char if char.isprintable() else " " if char == "\t" else "?" for char in line)
