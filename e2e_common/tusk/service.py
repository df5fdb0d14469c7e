"""The service under test: its configuration, start, readiness, and what goes on in it after a response.

Before the next test, wait for the declared work of a request (`background=`, `leaks=`), because calls and leaks are
assigned to tests by the clock and by the length of the log at the start of each test. After the last one, wait for
threads and child processes that no handler waits for: the SDK warns of a call outside any request when it is made.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from e2e_common.tusk import ReplayError
from e2e_common.tusk.traces import Test
from e2e_common.util.ports import LOOPBACK
from e2e_common.util.processes import exit_status, last_lines, spawn, table
from e2e_common.util.readiness import tcp_answers, wait_until

CONFIG = Path(".tusk", "config.yaml")  # a run writes it as JSON
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_UNITS = {"ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
POLL_S = 0.01
LIMIT_S = 2.0
BACKGROUND = b"Background request detected during replay"
CONTACT = b'"touched"'
BACKGROUND_LIMIT_S = 1.0
START_POLLS, END_POLLS = 2, 5  # how often in a row the service must be at rest
SDK_THREADS = 1  # the SDK starts it with the first request and keeps it
PROC = "/proc"  # Linux only: without it no background work is waited for
AWAKE = b"RD"  # states in proc(5): running or runnable, and waiting for a disk

# As in the official CLI, recorded variables never replace these variables of the replayer.
KEPT = "HOME LOGNAME OLDPWD PATH PWD SHELL SHLVL TEMP TERM TMP TMPDIR USER".split()  # noqa: SIM905 - a list of names


class Config:
    """The configuration of the service in `folder`. Times are seconds; `ignored`: body fields that are not compared, in
    lower case."""

    def __init__(self, folder: Path) -> None:
        """Raises ReplayError with the file and the key."""
        path = folder / CONFIG
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            service, readiness = data["service"], data["service"]["readiness_check"]
            self.port: int = service["port"]
            self.start_command: str = service["start"]["command"]
            self.readiness_command: str = readiness["command"]
            self.readiness_timeout_s = seconds_from(readiness["timeout"])
            self.request_timeout_s = seconds_from((data.get("test_execution") or {}).get("timeout") or "30s")
            self.ignored = _ignored(data.get("comparison") or {})
        except (OSError, LookupError, TypeError, ValueError) as error:
            raise ReplayError(f"{path}: {error}") from error


def _ignored(comparison: dict[str, Any]) -> frozenset[str]:
    """`ignore_fields`. Raises ValueError for any other rule that is on. Rules that are on by default in the official
    CLI do not exist here, which is stricter."""
    fields = comparison.get("ignore_fields") or []
    if not isinstance(fields, list) or not all(isinstance(name, str) for name in fields):
        raise ValueError(f"comparison.ignore_fields: {fields!r} is no list of strings")
    if others := [key for key, value in comparison.items() if value and key != "ignore_fields"]:
        raise ValueError(f"comparison.{others[0]}: only the official CLI has it: use ignore_fields, or that CLI")
    return frozenset(name.lower() for name in fields)


def seconds_from(text: str) -> float:
    """A duration in Go's notation (`45s`, `200ms`) in seconds. Raises ValueError."""
    match = _DURATION.fullmatch(str(text))
    if match is None:
        raise ValueError(f"{text!r} is no duration; write for example 45s, 200ms or 2m")
    return float(match[1]) * _UNITS[match[2]]


def base_environment(environ: Mapping[str, str], snapshot: Mapping[str, str]) -> dict[str, str]:
    """The replayer's environment, with the recorded variables over it."""
    return {**environ, **{name: value for name, value in snapshot.items() if name not in KEPT}}


def port_is_taken(port: int) -> bool:
    """Whether something accepts connections on localhost, over IPv4 or IPv6."""
    return any(tcp_answers(host, port) for host in LOOPBACK)


class ServiceProcess:
    """The process of `service.start.command`. Errors are ReplayErrors with the end of its log."""

    def __init__(self, config: Config, environment: dict[str, str], socket_path: str) -> None:
        """Start it; call from the main thread. `environment`: from base_environment; the readiness command gets it
        unchanged. Raises OSError if the log cannot be written or the shell cannot be started."""
        self._config, self._environment = config, environment
        folder = Path.cwd() / ".tusk" / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / time.strftime("tusk-replay-%Y%m%d-%H%M%S.log")
        variables = {"TUSK_MOCK_SOCKET": socket_path, "TUSK_DRIFT_MODE": "REPLAY"}
        with self.log.open("ab") as log:  # append mode: writers do not overwrite each other
            self.process = spawn(config.start_command, cwd=Path.cwd(), env={**environment, **variables}, stdout=log)

    def wait_until(self, condition: Callable[[], bool], timeout_s: float, problem: Callable[[], str]) -> None:
        """Wait while the service runs. Raises ReplayError if it has ended, or with `problem()` if the time is up."""

        def reached() -> bool:
            status = exit_status(self.process)
            if status is not None:
                raise self.failure(f"service process exited during startup: {describe_status(status)}")
            return condition()

        try:
            wait_until(reached, timeout_s=timeout_s, what="service", interval_s=POLL_S)
        except TimeoutError:
            raise self.failure(problem()) from None

    def wait_ready(self) -> None:
        """Wait until the port is open and the readiness command succeeds. The command, which has its own time limit, is
        not run before the port is open: it would fail, and slow the start down. Raises ReplayError."""
        port, command, timeout_s = self._config.port, self._config.readiness_command, self._config.readiness_timeout_s
        last = f"nothing accepts connections on port {port}"

        def ready() -> bool:
            nonlocal last
            if not port_is_taken(port):
                return False
            # Not processes.spawn: its preexec_fn is unsafe once threads run.
            probe = subprocess.run(
                ["/bin/sh", "-c", command], env=self._environment, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
            )  # fmt: skip
            last = f"`{command}` ended with {describe_status(probe.returncode)}"
            return probe.returncode == 0

        self.wait_until(ready, timeout_s, lambda: f"service failed to become ready within {timeout_s:g} s: {last}")

    def at_rest(self, before: Activity | None = None) -> Activity:
        """The activity once all threads have been asleep for some polls, or after BACKGROUND_LIMIT_S. The request of a
        readiness check, for instance, may still have a thread when its answer has been received.

        `before`: the activity before the tests: wait until there are as many processes (fewer: the service is dying)
        and no more threads, plus the SDK's own, unless the newest is BACKGROUND_LIMIT_S old: a pool keeps its threads.
        A thread that sleeps for longer before its call is missed."""
        last: deque[Activity] = deque(maxlen=END_POLLS if before else START_POLLS)

        def settled() -> bool:
            last.append(now := activity(self.process.pid))
            if before and now.processes != before.processes:
                return False
            if before and now.threads > before.threads + SDK_THREADS:
                age_s = time.clock_gettime(time.CLOCK_BOOTTIME) - now.newest / os.sysconf("SC_CLK_TCK")
                if age_s < BACKGROUND_LIMIT_S:
                    return False
            return len(last) == last.maxlen and len(set(last)) == 1 and not now.awake

        with contextlib.suppress(TimeoutError):
            wait_until(settled, timeout_s=BACKGROUND_LIMIT_S, what="background work")
        return last[-1]

    def failure(self, message: str) -> ReplayError:
        """An error with the end and the path of the service's log."""
        lines = last_lines(self.log) or "(the service wrote nothing)"
        return ReplayError(f"{message}\n{lines}\nService log: {self.log}")


def describe_status(status: int) -> str:
    """`exit status 3`, or `signal 15`."""
    return f"exit status {status}" if status >= 0 else f"signal {-status}"


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
