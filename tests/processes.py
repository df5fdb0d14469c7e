"""The processes of a test's run, as /proc shows them."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

from e2e_common.util.readiness import wait_until

GONE_LIMIT_S = 30.0


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
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")


def below(top: int, pattern: str) -> int:
    """The process at `top` or below it whose command line matches, the uppermost of them."""
    family = [top]
    for pid in family:
        if re.search(pattern, command_of(pid)):
            return pid
        for thread in Path(f"/proc/{pid}/task").iterdir():
            family += map(int, (thread / "children").read_text().split())
    raise AssertionError(f"nothing below {top} is {pattern}")
