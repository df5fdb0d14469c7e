"""What the service still does after its last answer: threads and child processes that no handler waited for.

The SDK warns of a call outside any request when it is made, so a service that is stopped with its last answer would
take that warning along. Linux only: elsewhere there is no /proc to see it in, and nothing is waited for.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import NamedTuple

from e2e_common.readiness import wait_until

LIMIT_S = 2.0
QUIET_S = 0.1
POLL_S = 0.01
PROC = Path("/proc")
AWAKE = "RD"  # states of proc(5): running or about to, and waiting for a disk


class Activity(NamedTuple):
    """Of a process group: its threads in all its processes, those of them that are awake, and the processor time that
    it has used (clock ticks)."""

    threads: int
    awake: int
    ticks: int


def activity(group: int) -> Activity:
    """The activity of the process group `group` now; zero where it cannot be seen."""
    threads = [fields for stat in PROC.glob("[0-9]*/stat") if _group(stat) == group for fields in _threads(stat.parent)]
    awake = sum(fields[0] in AWAKE for fields in threads)
    return Activity(len(threads), awake, sum(int(fields[11]) + int(fields[12]) for fields in threads))


def wait_for_background(group: int, before: Activity) -> None:
    """Return once the group has no more threads than `before` the tests, or none was awake for QUIET_S (the SDK starts
    a thread of its own with the first request; a pool waits for more work), or after LIMIT_S."""
    seen: list[Activity] = []

    def settled() -> bool:
        seen.append(activity(group))
        last = seen[-round(QUIET_S / POLL_S) :]
        quiet = len(last) * POLL_S >= QUIET_S and len(set(last)) == 1 and not last[0].awake
        return seen[-1].threads <= before.threads or quiet

    with contextlib.suppress(TimeoutError):
        wait_until(settled, timeout_s=LIMIT_S, what="background work", interval_s=POLL_S)


def _group(stat: Path) -> int:
    fields = _fields(stat)
    return int(fields[2]) if fields else 0


def _threads(process: Path) -> list[list[str]]:
    return [fields for stat in process.glob("task/*/stat") if (fields := _fields(stat))]


def _fields(stat: Path) -> list[str]:
    """State, parent, group, … (the fields of proc(5) from the third on); none for what is gone or a zombie."""
    with contextlib.suppress(OSError):
        fields = stat.read_text().rpartition(")")[2].split()
        return fields if len(fields) > 12 and fields[0] != "Z" else []
    return []
