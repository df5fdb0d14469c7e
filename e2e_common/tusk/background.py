"""What the service still does after its last answer: threads and child processes that no handler waited for.

The SDK warns of a call outside any request when it is made, so a service that is stopped with its last answer would
take that warning along. Linux only: elsewhere there is no /proc to see it in, and nothing is waited for.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import NamedTuple

from e2e_common.util.readiness import wait_until

LIMIT_S = 1.0
QUIET_S = 0.1
POLL_S = 0.01
SDK_THREADS = 1  # that the SDK starts with the first request and keeps
PROC = Path("/proc")
AWAKE = "RD"  # states of proc(5): running or about to, and waiting for a disk


class Activity(NamedTuple):
    """Of a service: the processes of its group and those below it, their threads, how many of these are awake, and the
    processor time that they have used (clock ticks)."""

    processes: int
    threads: int
    awake: int
    ticks: int


def activity(group: int) -> Activity:
    """The activity of the service whose process group is `group` now; zero where it cannot be seen."""
    processes = {int(stat.parent.name): fields for stat in PROC.glob("[0-9]*/stat") if (fields := _fields(stat))}
    ours = {pid for pid in processes if _belongs(pid, group, processes)}
    threads = [fields for pid in ours for fields in _threads(PROC / str(pid))]
    awake = sum(fields[0] in AWAKE for fields in threads)
    ticks = sum(int(fields[11]) + int(fields[12]) for fields in threads)
    return Activity(len(ours), len(threads), awake, ticks)


def wait_for_background(group: int, before: Activity) -> None:
    """Return once the service has no more processes and threads than `before` the tests, but for the SDK's own thread,
    and all have been asleep for QUIET_S; or after LIMIT_S: what sleeps longer before it calls out is not seen."""
    seen: list[Activity] = []

    def settled() -> bool:
        now = activity(group)
        seen.append(now)
        last = seen[-round(QUIET_S / POLL_S) :]
        quiet = len(last) * POLL_S >= QUIET_S and len(set(last)) == 1 and not now.awake
        if now.processes != before.processes:  # more: somebody is at work; fewer: it is dying, and not yet reapable
            return False
        return quiet and now.threads <= before.threads + SDK_THREADS

    with contextlib.suppress(TimeoutError):
        wait_until(settled, timeout_s=LIMIT_S, what="background work", interval_s=POLL_S)


def _belongs(pid: int, group: int, processes: dict[int, list[str]]) -> bool:
    """Whether a process is of the group, or below one that is: it may have left the group for a session of its own."""
    while (fields := processes.get(pid)) is not None:
        if int(fields[2]) == group:
            return True
        pid = int(fields[1])
    return False


def _threads(process: Path) -> list[list[str]]:
    return [fields for stat in process.glob("task/*/stat") if (fields := _fields(stat))]


def _fields(stat: Path) -> list[str]:
    """State, parent, group, … (the fields of proc(5) from the third on); none for what is gone or a zombie."""
    with contextlib.suppress(OSError):
        fields = stat.read_text().rpartition(")")[2].split()
        return fields if len(fields) > 12 and fields[0] != "Z" else []
    return []
