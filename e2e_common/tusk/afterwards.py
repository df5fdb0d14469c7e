"""Wait for what goes on after a response.

Before the next test: the declared work of a request (`background=`, `leaks=`), because calls and leaks are assigned to
tests by the clock and by the length of the log at the start of each test. After the last one: threads and child
processes that no handler waits for, because the SDK warns of a call outside any request when the call is made.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections import deque
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from e2e_common.tusk.traces import Test
from e2e_common.util.processes import table
from e2e_common.util.readiness import wait_until

LIMIT_S = 2.0
BACKGROUND = b"Background request detected during replay"
CONTACT = b'"touched"'
BACKGROUND_LIMIT_S = 1.0
START_POLLS, END_POLLS = 2, 5  # how often in a row the service must be at rest
SDK_THREADS = 1  # the SDK starts it with the first request and keeps it
PROC = "/proc"  # Linux only: without it no background work is waited for
AWAKE = b"RD"  # states in proc(5): running or runnable, and waiting for a disk


class Afterwards:
    """`folder`: the run's folder, with requests.jsonl and touched.jsonl; `log`: the application's log."""

    def __init__(self, folder: Path, log: Path) -> None:
        self._requests = folder / "requests.jsonl"
        self._marks = {log: BACKGROUND, folder / "touched.jsonl": CONTACT}

    @contextlib.contextmanager
    def awaited(self, test: Test) -> Iterator[None]:
        """At the end of the block, wait until the log and touched.jsonl have the declared number of new entries since
        its start, at most LIMIT_S."""
        declared = self._declared.get(test.root.request or "")
        if not declared:
            yield
            return
        before = self._counts()
        yield
        with contextlib.suppress(TimeoutError):
            wait_until(
                lambda: all(now >= old + new for now, old, new in zip(self._counts(), before, declared)),
                timeout_s=LIMIT_S,
                what="what the request does after its answer",
            )

    def _counts(self) -> list[int]:
        """Numbers of background calls and of leaks so far."""
        return [path.read_bytes().count(mark) if path.exists() else 0 for path, mark in self._marks.items()]

    @cached_property
    def _declared(self) -> dict[str, tuple[int, int]]:
        """Number of a request that declares any → numbers of its background calls and leaks."""
        lines = map(json.loads, self._requests.read_bytes().splitlines())
        rows = {str(row["n"]): (row["background"], len(row["leaks"])) for row in lines if "n" in row}
        return {number: counts for number, counts in rows.items() if any(counts)}


class Activity(NamedTuple):
    """Of a service's process group and its descendants. `used`: processor time, `newest`: when the last thread was
    started, since the start of the machine; both in clock ticks."""

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


def at_rest(group: int, before: Activity | None = None) -> Activity:
    """The activity once all threads have been asleep for some polls, or after BACKGROUND_LIMIT_S. The request of a
    readiness check, for instance, may still have a thread when its answer has been received.

    `before`: the activity before the tests: wait until there are as many processes (fewer: the service is dying) and no
    more threads, plus the SDK's own, unless the newest is BACKGROUND_LIMIT_S old: a pool keeps its threads. A thread
    that sleeps for longer before its call is missed."""
    last: deque[Activity] = deque(maxlen=END_POLLS if before else START_POLLS)

    def settled() -> bool:
        last.append(now := activity(group))
        if before and (now.processes != before.processes or _are_new(now, before)):
            return False
        return len(last) == last.maxlen and len(set(last)) == 1 and not now.awake

    with contextlib.suppress(TimeoutError):
        wait_until(settled, timeout_s=BACKGROUND_LIMIT_S, what="background work")
    return last[-1]


def _are_new(now: Activity, before: Activity) -> bool:
    """Whether there are more threads than before, and one of them may still have something to do."""
    if now.threads <= before.threads + SDK_THREADS:
        return False
    return time.clock_gettime(time.CLOCK_BOOTTIME) - now.newest / os.sysconf("SC_CLK_TCK") < BACKGROUND_LIMIT_S
