"""Wait for what goes on after a response.

Before the next test: the declared work of a request (`background=`, `leaks=`), which a handler may do after its
response was sent. Calls and leaks are assigned to tests by the clock and by the length of the log at the start of each
test. After the last one: threads and child processes that no handler waits for. The SDK warns of a call outside any
request when the call is made; if the service were stopped right after its last response, the warning would be lost.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections import deque
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from e2e_common.tusk.traces import Test
from e2e_common.util.processes import table
from e2e_common.util.readiness import INTERVAL_S, wait_until

LIMIT_S = 2.0
BACKGROUND = b"Background request detected during replay"
CONTACT = b'"touched"'
BACKGROUND_LIMIT_S = 1.0
QUIET_S = 0.1
SDK_THREADS = 1  # the SDK starts it with the first request and keeps it
PROC = "/proc"  # Linux only: without it no background work is waited for
AWAKE = b"RD"  # states in proc(5): running or runnable, and waiting for a disk


class Afterwards:
    """`folder`: the run's folder, with requests.jsonl and touched.jsonl; `log`: the application's log."""

    def __init__(self, folder: Path, log: Path) -> None:
        self._requests = folder / "requests.jsonl"
        self._marks = {log: BACKGROUND, folder / "touched.jsonl": CONTACT}

    def mark(self) -> None:
        """A test begins: ignore what the files contain already."""
        self._before = self._counts()

    def wait(self, test: Test) -> None:
        """Wait until the log and touched.jsonl have the declared number of new entries, at most LIMIT_S."""
        declared = self._declared.get(test.root.request or "", [0, 0])
        if not any(declared):
            return
        wanted = list(map(sum, zip(self._before, declared)))
        with contextlib.suppress(TimeoutError):
            wait_until(
                lambda: all(count >= least for count, least in zip(self._counts(), wanted)),
                timeout_s=LIMIT_S,
                what="what the request does after its answer",
            )

    def _counts(self) -> list[int]:
        """Numbers of background calls and of leaks so far."""
        return [path.read_bytes().count(mark) if path.exists() else 0 for path, mark in self._marks.items()]

    @cached_property
    def _declared(self) -> dict[str, list[int]]:
        """Number of a request → numbers of its declared background calls and leaks."""
        requests = [raw for raw in map(json.loads, self._requests.read_bytes().splitlines()) if "n" in raw]
        return {str(raw["n"]): [raw["background"], len(raw["leaks"])] for raw in requests}


class Activity(NamedTuple):
    """Of a service: its processes (its group and their descendants), their threads, threads that are awake, the used
    processor time, and the start of its newest thread; both in clock ticks, the start since the machine's."""

    processes: int
    threads: int
    awake: int
    used: int
    newest: int


def activity(group: int) -> Activity:
    """The current activity of the service with the process group `group`; zero if it cannot be seen."""
    processes = {pid: fields for pid, fields in table(PROC).items() if fields[0] != b"Z"}
    ours = {pid for pid, fields in processes.items() if int(fields[2]) == group}
    while children := {pid for pid, fields in processes.items() if int(fields[1]) in ours} - ours:
        ours |= children  # they may have their own session
    threads = [fields for pid in ours for fields in table(f"{PROC}/{pid}/task").values() if fields[0] != b"Z"]
    awake = sum(fields[0] in AWAKE for fields in threads)
    used = sum(int(fields[11]) + int(fields[12]) for fields in threads)
    return Activity(len(ours), len(threads), awake, used, max((int(fields[19]) for fields in threads), default=0))


def at_rest(group: int, polls: int = 2, fits: Callable[[Activity], bool] = lambda _: True) -> Activity:
    """The activity once it fits and all threads have been asleep for so many polls, or after BACKGROUND_LIMIT_S. The
    request of a readiness check, for instance, may still have a thread when its answer has been received."""
    last: deque[Activity] = deque(maxlen=polls)

    def settled() -> bool:
        last.append(now := activity(group))
        return len(last) == polls and len(set(last)) == 1 and not now.awake and fits(now)

    with contextlib.suppress(TimeoutError):
        wait_until(settled, timeout_s=BACKGROUND_LIMIT_S, what="background work")
    return last[-1]


def wait_for_background(group: int, before: Activity) -> None:
    """Wait until the service has as many processes as `before` the tests (fewer: it is dying, and cannot be reaped
    yet), no more threads (plus the SDK's own) unless the newest is BACKGROUND_LIMIT_S old (a pool keeps its threads),
    and is at rest for QUIET_S. A thread that sleeps for longer before its call is missed."""

    def fits(now: Activity) -> bool:
        if now.processes != before.processes or now.threads <= before.threads + SDK_THREADS:
            return now.processes == before.processes
        return time.clock_gettime(time.CLOCK_BOOTTIME) - now.newest / os.sysconf("SC_CLK_TCK") > BACKGROUND_LIMIT_S

    at_rest(group, round(QUIET_S / INTERVAL_S), fits)
