"""Wait for work of the service after its last response: threads and child processes that no handler waits for.

The SDK warns of a call outside any request when the call is made. If the service were stopped right after its last
response, the warning would be lost. Linux only: without /proc nothing is waited for.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import NamedTuple

from e2e_common.util.readiness import wait_until

LIMIT_S = 1.0
QUIET_S = 0.1
POLL_S = 0.01
SDK_THREADS = 1  # the SDK starts it with the first request and keeps it
PROC = Path("/proc")
AWAKE = "RD"  # states in proc(5): running or runnable, and waiting for a disk


class Activity(NamedTuple):
    """Counts for a service: processes (its group and their descendants), their threads, threads that are awake, and
    used processor time in clock ticks."""

    processes: int
    threads: int
    awake: int
    ticks: int


def activity(group: int) -> Activity:
    """The current activity of the service with the process group `group`; zero if it cannot be seen."""
    processes = {int(stat.parent.name): fields for stat in PROC.glob("[0-9]*/stat") if (fields := _fields(stat))}
    ours = {pid for pid in processes if _belongs(pid, group, processes)}
    threads = [fields for pid in ours for fields in _threads(PROC / str(pid))]
    awake = sum(fields[0] in AWAKE for fields in threads)
    ticks = sum(int(fields[11]) + int(fields[12]) for fields in threads)
    return Activity(len(ours), len(threads), awake, ticks)


def wait_for_background(group: int, before: Activity) -> None:
    """Wait until the service has no more processes and threads than `before` the tests (plus the SDK's own thread) and
    all were asleep for QUIET_S; at most LIMIT_S. A thread that sleeps for longer before its call is missed."""
    seen: list[Activity] = []

    def settled() -> bool:
        now = activity(group)
        seen.append(now)
        last = seen[-round(QUIET_S / POLL_S) :]
        quiet = len(last) * POLL_S >= QUIET_S and len(set(last)) == 1 and not now.awake
        if now.processes != before.processes:  # more: work goes on; fewer: it is dying, and cannot be reaped yet
            return False
        return quiet and now.threads <= before.threads + SDK_THREADS

    with contextlib.suppress(TimeoutError):
        wait_until(settled, timeout_s=LIMIT_S, what="background work", interval_s=POLL_S)


def _belongs(pid: int, group: int, processes: dict[int, list[str]]) -> bool:
    """Whether a process is in the group, or is a descendant of one that is (it may have its own session)."""
    while (fields := processes.get(pid)) is not None:
        if int(fields[2]) == group:
            return True
        pid = int(fields[1])
    return False


def _threads(process: Path) -> list[list[str]]:
    return [fields for stat in process.glob("task/*/stat") if (fields := _fields(stat))]


def _fields(stat: Path) -> list[str]:
    """The fields of proc(5) from the third on: state, parent, group, …; empty if the process is gone or a zombie."""
    with contextlib.suppress(OSError):
        fields = stat.read_text().rpartition(")")[2].split()
        return fields if len(fields) > 12 and fields[0] != "Z" else []
    return []
