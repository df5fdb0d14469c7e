#!/usr/bin/env python3
"""A stand-in for the official Tusk CLI: says what that one says (official-cli.md, sections 3 to 8), with the one fault
that FAKE names. It starts no application; a child process stands for it where one is needed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

FAKE = os.environ.get("FAKE", "")
HOLD_S = 30
LOG = Path(".tusk/logs/tusk-replay-20260101-000000.log")  # always the same: the real one's has a resolution of a second
WARNING = (
    "2026-01-01T00:00:00 [TuskDrift] [SocketInstrumentation] TCP connect() called from inbound request context, likely "
    "unpatched dependency. spanId=00000000000000ab, traceId={}"
)
STALL = 'time=2026-01-01T00:00:00Z level=WARN msg="Failed to set time travel" error="timeout" traceID={}'
BODY = {"field": "response.body", "expected": 1, "actual": 2, "description": "Response body content mismatch"}
# The application, as far as it matters: what it does when the CLI has told it to end and is gone.
LATE = "import sys, time; time.sleep(0.5); open(sys.argv[1], 'a').write(sys.argv[2] + chr(10))"
DEAF = f"import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep({HOLD_S})"


def main() -> int:
    if "--version" in sys.argv:
        return version()
    Path("seen.json").write_text(json.dumps(seen()))
    flags = dict(zip(sys.argv, sys.argv[1:]))
    only = flags.get("--trace-id", "")
    say("➤ Loaded tests from local traces (0.0s)")
    if FAKE in REFUSALS:
        stdout, stderr, status = REFUSALS[FAKE]
        print(stdout, end="")
        say(stderr)
        return status
    ids = trace_ids(Path(flags["--trace-dir"] if "--trace-dir" in flags else os.environ["TUSK_TRACES_DIR"]))
    LOG.parent.mkdir(exist_ok=True)
    LOG.write_text("" if FAKE == "empty log" else f"2026-01-01T00:00:00 [TuskDrift] initialized for {only or 'all'}\n")
    start_application(ids[0])
    return replay([only] if only else ids, again=bool(only), agent=Path(flags["--results-dir"]))


def version() -> int:
    if FAKE == "version: hangs":
        time.sleep(HOLD_S)
    said = {"version: none": "tusk 7", "version: a commit": "Tusk CLI (version: 06c827b)"}
    print(said.get(FAKE, "Tusk CLI (version: v0.1.40)\nGit Commit: 06c827b"))
    return 0


def seen() -> dict[str, Any]:
    """What the real one would go by."""
    config = json.loads(Path(".tusk/config.yaml").read_text())
    return {"argv": sys.argv[1:], "environ": dict(os.environ), "config": config, "stdin": sys.stdin.read()}


def trace_ids(folder: Path) -> list[str]:
    """In the order in which the requests were sent, which the files' names do not always tell."""
    spans = [json.loads(line) for file in folder.glob("*.jsonl") for line in file.read_text().splitlines()]
    began = {span["traceId"]: tuple(span["timestamp"].values()) for span in spans if span["isRootSpan"]}
    return sorted(began, key=lambda trace_id: began[trace_id])


FIRST = "  ↳ Loaded 2 suite spans (2 unique traces, 0 pre-app-start) (0.0s)\n"
REFUSALS = {
    "no tests": ("[]\n", "No tests found", 0),
    "first line only": (FIRST, "\nTests: 0 total, 0 passed, 0 failed", 0),
    "nothing": ("", "", 0),
    "broken traces": ("", "Error: failed to load tests: malformed span in x.jsonl at line 1", 1),
    "usage error": ("", "Error: unknown flag: --sandbox-mode\nUsage:\n  tusk drift run [flags]", 1),
    "port in use": (FIRST, "Error: start environment: port 8000 is already in use", 1),
    "panics": ("panic: runtime error\n\ngoroutine 1 [running]:\n", "", 2),
}


def start_application(trace_id: str) -> None:
    """In a group of its own, as the real one does, or in this one."""
    words = {
        "application writes on": [LATE, str(LOG.resolve()), WARNING.format(trace_id)],
        "application stays": [DEAF],
        "application stays, in its group": [DEAF],
        "hangs beside its application": [DEAF],
    }.get(FAKE)
    if words is None:
        return
    group = None if FAKE.endswith("in its group") else os.setpgrp
    with LOG.open("a") as log:
        child = subprocess.Popen(
            [sys.executable, "-c", *words], env={**os.environ, "TUSK_DRIFT_MODE": "REPLAY"},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
            preexec_fn=group,  # noqa: PLW1509 - it has no threads
        )  # fmt: skip
    if child.stdout is not None and DEAF in words:
        child.stdout.read(1)


def replay(ids: list[str], *, again: bool, agent: Path) -> int:
    fault = FAKE.partition(", then ")[2 if again else 0]
    results = [result(trace_id) for trace_id in ids]
    if FAKE.startswith("stalls"):
        results[0].update(FAULTS.get(fault, {}))
        if not again:
            say(STALL.format(ids[0]))
    elif FAKE == "all stall, then pass" and not again:
        for trace_id in ids:
            say(STALL.format(trace_id))
    elif FAKE in FAULTS:
        results[0].update(FAULTS[FAKE])
    totals = count(results)
    if FAKE == "says one thing, lists another":
        totals = count([result("")] * 5)
    if FAKE in ("silently absent", "absent and not counted") or (again and FAKE == "stalls, then has no result"):
        gone = results.pop()
        totals = totals if FAKE != "absent and not counted" else count(results)
        gone["passed"] = FAKE == "absent and not counted"
    if FAKE == "one id twice":
        results.append(results[0])
        totals = count(results)
    return show(results, totals, agent)


FAULTS: dict[str, dict[str, Any]] = {
    "retried": {"retried_after_crash": True},
    "crashed": {"passed": False, "crashed_server": True, "retried_after_crash": True, "error": "EOF"},
    "cancelled": {"cancelled": True},
    "another body": {"passed": False, "deviations": [BODY]},
    "misses a mock": {"passed": False, "deviations": [BODY]},
    "stalls and crashes": {"passed": False, "crashed_server": True, "retried_after_crash": True, "error": "EOF"},
    "stalls and fails": {"passed": False, "deviations": [BODY]},
    "fails": {"passed": False, "deviations": [BODY]},
    "is retried": {"retried_after_crash": True},
}


def result(trace_id: str) -> dict[str, Any]:
    return {"test_id": trace_id, "passed": True, "cancelled": False, "duration": 3}


def count(results: list[dict[str, Any]]) -> tuple[int, int, int, int]:
    crashed = sum(bool(item.get("crashed_server")) for item in results)
    passed = sum(item["passed"] for item in results)
    return len(results), passed, len(results) - passed - crashed, crashed


def show(results: list[dict[str, Any]], totals: tuple[int, int, int, int], agent: Path) -> int:
    print(FIRST, end="")
    if FAKE == "warns first":
        print("⚠️  Sandbox unavailable (bubblewrap not found), running without")
    for number, item in enumerate(results):
        text = json.dumps(item, indent=2)
        print(text[:-9] if FAKE == "cut off" and number else text, flush=True)
        if FAKE == "killed half way":
            os.kill(os.getpid(), signal.SIGKILL)
        if FAKE == "prints between":
            print("service: a line of the log")
        if FAKE == "misses a mock" and not item["passed"]:
            account(agent, item["test_id"])
    if FAKE.startswith("hangs"):
        time.sleep(HOLD_S)
    if FAKE == "killed":
        os.kill(os.getpid(), signal.SIGTERM)
    total, passed, failed, crashed = totals
    say(
        f"\nTests: {total} total, {passed} passed, {failed} failed" + (f", {crashed} crashed server" if crashed else "")
    )
    if FAKE == "no log":
        LOG.unlink()
    red = failed or crashed or FAKE == "exit 1 without a reason" or not all(item["passed"] for item in results)
    if red:
        say(f"Error: {failed} tests with deviations, {crashed} crashed server")
    return int(bool(red))


def account(agent: Path, trace_id: str) -> None:
    folder = agent / "run-20260101-000000"
    folder.mkdir(parents=True)
    text = "---\nfailure_type: MOCK_NOT_FOUND\n---\n\n## Mock Not Found Events\n- http: GET /users/1\n  Request: GET\n"
    (folder / f"deviation-{trace_id}.md").write_text(text)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
