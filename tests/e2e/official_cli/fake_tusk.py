#!/usr/bin/env python3
"""A stand-in for the official Tusk CLI. It prints the same output, with the one fault that FAKE names;
test_fake_tusk.py has the table. It starts no application; a child process takes its place.

Only faults that need a process are here. Faults in a CLI's output are tests on files, in tests/unit/judge.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

FAKE = os.environ.get("FAKE", "")
RUN = Path.cwd().parent  # the run's folder, which an honest CLI does not change
LOG = Path(".tusk/logs/tusk-replay-20260101-000000.log")  # a fixed name: the real one contains the time in seconds
HOLD_S = 600  # longer than any run here
ONLY = sys.argv[sys.argv.index("--trace-id") + 1] if "--trace-id" in sys.argv else ""  # the retry of one test
BODY = {"field": "response.body", "expected": 1, "actual": 2, "description": "differs"}
WARNING = (
    "2026-01-01T00:00:00 [TuskDrift] [SocketInstrumentation] TCP connect() called from inbound request context, likely "
    "unpatched dependency. spanId=00000000000000ab, traceId={}\n"
)
STALL = 'time=2026-01-01T00:00:00Z level=WARN msg="Failed to set time travel" error="timeout" traceID={}\n'
Act = Callable[[list[str]], Any]  # of trace ids


def print_results(ids: list[str], first_fails: bool) -> int:
    """Prints the results and their totals, like an honest CLI. Returns the exit status."""
    for number, trace_id in enumerate(ids):
        result = {"test_id": trace_id, "passed": True, "cancelled": False, "duration": 3}
        if first_fails and number == 0:
            result |= {"passed": False, "deviations": [BODY]}
        print(json.dumps(result, indent=2), flush=True)
    failed = int(first_fails)
    print(f"\nTests: {len(ids)} total, {len(ids) - failed} passed, {failed} failed", file=sys.stderr)
    return failed


def hold(_: object = None) -> None:
    time.sleep(HOLD_S)


def print_without_end(_: list[str]) -> None:
    while True:
        print("x" * (1 << 20))


def child(act: Callable[[], Any]) -> None:
    """Starts a process in its own session that calls `act` after this one may continue. It keeps this process's
    standard output open."""
    ready, started = os.pipe()
    if os.fork() == 0:
        os.setsid()
        os.write(started, b".")
        act()
        os._exit(0)
    os.read(ready, 1)


def family(depth: int) -> None:
    """Starts nested child processes that all keep running."""

    def stay() -> None:
        if depth > 1:
            family(depth - 1)
        hold()

    child(stay)


def hang_beside_an_application(_: list[str]) -> None:
    """The application is in a separate process group, like the real one's."""
    env = {**os.environ, "TUSK_DRIFT_MODE": "REPLAY"}
    subprocess.Popen(["sleep", str(HOLD_S)], env=env, start_new_session=True)
    hold()


def warn_late(ids: list[str]) -> None:
    """The application logs a warning after the CLI has ended."""

    def warn() -> None:
        while os.getppid() == cli:
            time.sleep(0.01)
        with LOG.open("a") as log:
            log.write(WARNING.format(ids[0]))

    cli = os.getpid()
    child(warn)


def stall(ids: list[str]) -> None:
    """Reports that the clock could not be set for these tests. A retry is honest."""
    if not ONLY:
        print("".join(map(STALL.format, ids)), end="", file=sys.stderr)


def take_a_request_away(_: list[str]) -> None:
    """Removes a trace and its request: all counts agree."""
    trace = max(RUN.glob("traces/*.jsonl"))
    number = json.loads(trace.read_text().splitlines()[-1])["inputValue"]["headers"]["X-E2E-Request"]
    lines = [json.loads(line) for line in (RUN / "requests.jsonl").read_text().splitlines()]
    kept = [line for line in lines if str(line.get("n")) != number]
    kept[-1]["sent"] = len(kept) - 1
    (RUN / "requests.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in kept))
    trace.unlink()


def make_devices_of_outputs(_: list[str]) -> None:
    """Replaces the CLI's output files with endless devices."""
    for path in (RUN / "results.json", RUN / "logs" / "tusk-cli.log", LOG):
        path.unlink()
        path.symlink_to("/dev/zero")


def write_own_verdict(_: list[str]) -> None:
    (RUN / "result.json").write_text(json.dumps({"schema": 1, "verdict": "passed", "code": 0, "reason": "passed"}))


BEFORE: dict[str, Act] = {
    "stalls and fails, then passes": lambda ids: stall(ids[:1]),
    "stalls in all": stall,
    "takes a request away": take_a_request_away,
    "takes a request away, and hangs": take_a_request_away,
    "writes its own result.json": write_own_verdict,
}
FAILS = ("stalls and fails, then passes", "writes its own result.json")
AFTER: dict[str, Act] = {
    "takes a request away, and hangs": hold,
    "the application logs on": warn_late,
    "hangs beside its application": hang_beside_an_application,
    "prints without end": print_without_end,
    "leaves five, each below the other": lambda _: family(5),
    "makes devices of its outputs": make_devices_of_outputs,
}
"""What it does before and after it has printed honest results for what is left of the recording."""


def trace_ids(folder: Path) -> list[str]:
    """Returns the trace ids in the order of the requests. The files' names do not always have that order."""
    spans = [json.loads(line) for file in folder.glob("*.jsonl") for line in file.read_text().splitlines()]
    began = {span["traceId"]: tuple(span["timestamp"].values()) for span in spans if span["isRootSpan"]}
    return sorted(began, key=lambda trace_id: began[trace_id])


def main() -> int:
    if "--version" in sys.argv:
        print("Tusk CLI (version: v0.1.40)\nGit Commit: 06c827b")
        return 0
    config = json.loads(Path(".tusk/config.yaml").read_text())
    call = {"argv": sys.argv[1:], "environ": dict(os.environ), "config": config, "stdin": sys.stdin.read()}
    Path("call.json").write_text(json.dumps(call))
    assert FAKE in ("", *BEFORE, *AFTER)
    folder = os.environ.get("TUSK_TRACES_DIR") or sys.argv[sys.argv.index("--trace-dir") + 1]
    ids = [ONLY] if ONLY else trace_ids(Path(folder))
    LOG.parent.mkdir(exist_ok=True)
    LOG.write_text(f"2026-01-01T00:00:00 [TuskDrift] initialized for {ONLY or 'all'}\n")
    BEFORE.get(FAKE, len)(ids)
    left = [each for each in ids if any(RUN.glob(f"traces/*{each}*"))]
    status = print_results(left, FAKE in FAILS and not ONLY)
    AFTER.get(FAKE, len)(ids)
    return status


if __name__ == "__main__":
    raise SystemExit(main())
