#!/usr/bin/env python3
"""A stand-in for the official Tusk CLI. It prints the same output (official-cli.md, sections 3 to 8), with the one
fault that FAKE names; test_fake_tusk.py has the table. It starts no application; a child process takes its place.

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
BODY = {"field": "response.body", "expected": 1, "actual": 2, "description": "differs"}
WARNING = (
    "2026-01-01T00:00:00 [TuskDrift] [SocketInstrumentation] TCP connect() called from inbound request context, likely "
    "unpatched dependency. spanId=00000000000000ab, traceId={}\n"
)
STALL = 'time=2026-01-01T00:00:00Z level=WARN msg="Failed to set time travel" error="timeout" traceID={}\n'


def result(trace_id: str) -> dict[str, Any]:
    return {"test_id": trace_id, "passed": True, "cancelled": False, "duration": 3}


def print_results(results: list[dict[str, Any]]) -> int:
    """Prints the results and their totals, like an honest CLI. Returns the exit status."""
    print("".join(f"{json.dumps(each, indent=2)}\n" for each in results), end="", flush=True)
    failed = sum(not each["passed"] for each in results)
    print(f"\nTests: {len(results)} total, {len(results) - failed} passed, {failed} failed", file=sys.stderr)
    return int(failed > 0)


def honest(ids: list[str]) -> int:
    return print_results([result(trace_id) for trace_id in ids])


def first_fails(ids: list[str]) -> int:
    first = {**result(ids[0]), "passed": False, "deviations": [BODY]}
    return print_results([first, *(result(trace_id) for trace_id in ids[1:])])


Act = Callable[[list[str]], int]


def at_end(act: Callable[[], Any]) -> Act:
    """Prints honest results, then calls `act`."""

    def honest_then(ids: list[str]) -> int:
        status = honest(ids)
        act()
        return status

    return honest_then


def at_start(*acts: Callable[[], Any]) -> Act:
    """Calls `acts`, then prints honest results for what is left of the recording."""

    def then_honest(ids: list[str]) -> int:
        for act in acts:
            act()
        return honest([each for each in ids if any(RUN.glob(f"traces/*{each}*"))])

    return then_honest


def hold() -> None:
    time.sleep(HOLD_S)


def print_without_end() -> None:
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


def hang_beside_an_application() -> None:
    """The application is in a separate process group, like the real one's."""
    env = {**os.environ, "TUSK_DRIFT_MODE": "REPLAY"}
    subprocess.Popen(["sleep", str(HOLD_S)], env=env, start_new_session=True)
    hold()


def warn_late(ids: list[str]) -> int:
    """The application logs a warning after the CLI has ended."""

    def warn() -> None:
        while os.getppid() == cli:
            time.sleep(0.01)
        with LOG.open("a") as log:
            log.write(WARNING.format(ids[0]))

    cli = os.getpid()
    child(warn)
    return honest(ids)


def stall(ids: list[str], then: Act, *, stalled: int = 1) -> int:
    """Reports that the clock could not be set for `stalled` tests, then calls `then`. The retry of one of them is
    honest."""
    if "--trace-id" in sys.argv:
        return honest(ids)
    print("".join(map(STALL.format, ids[:stalled])), end="", file=sys.stderr)
    return then(ids)


def take_a_request_away() -> None:
    """Removes a trace and its request: all counts agree."""
    trace = max(RUN.glob("traces/*.jsonl"))
    number = json.loads(trace.read_text().splitlines()[-1])["inputValue"]["headers"]["X-E2E-Request"]
    lines = [json.loads(line) for line in (RUN / "requests.jsonl").read_text().splitlines()]
    kept = [line for line in lines if str(line.get("n")) != number]
    kept[-1]["sent"] = len(kept) - 1
    (RUN / "requests.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in kept))
    trace.unlink()


def make_devices_of_outputs() -> None:
    """Replaces the CLI's output files with endless devices."""
    for path in (RUN / "results.json", RUN / "logs" / "tusk-cli.log", LOG):
        path.unlink()
        path.symlink_to("/dev/zero")


def write_own_verdict(ids: list[str]) -> int:
    (RUN / "result.json").write_text(json.dumps({"schema": 1, "verdict": "passed", "code": 0, "reason": "passed"}))
    return first_fails(ids)


ACTS: dict[str, Act] = {
    "": honest,
    "the application logs on": warn_late,
    "stalls and fails, then passes": lambda ids: stall(ids, first_fails),
    "stalls in all": lambda ids: stall(ids, honest, stalled=len(ids)),
    "hangs beside its application": at_end(hang_beside_an_application),
    "prints without end": at_end(print_without_end),
    "leaves five, each below the other": at_end(lambda: family(5)),
    "takes a request away": at_start(take_a_request_away),
    "takes a request away, and hangs": at_start(take_a_request_away, hold),
    "makes devices of its outputs": at_end(make_devices_of_outputs),
    "writes its own result.json": write_own_verdict,
}


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
    flags = dict(zip(sys.argv, sys.argv[1:]))
    ids = trace_ids(Path(flags.get("--trace-dir") or os.environ["TUSK_TRACES_DIR"]))
    only = flags.get("--trace-id", "")
    LOG.parent.mkdir(exist_ok=True)
    LOG.write_text(f"2026-01-01T00:00:00 [TuskDrift] initialized for {only or 'all'}\n")
    return ACTS[FAKE]([only] if only else ids)


if __name__ == "__main__":
    raise SystemExit(main())
