"""Times warm runs of one suite or of all, and separates the harness's own time from what it waits for.

`bench [SUITE|all] [RUNS]`, in the runtime of E2E_RUNTIME (default: local). A run's own share is its wall time minus:
the application's start in recording (spawned → first request), the requests, the exporter's flush, and the replay
(flushed → last test ended).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from e2e_common.dev.stress import table
from e2e_common.run.suite_run import FROM_MAKE
from e2e_common.setup.options import load_options
from e2e_common.util.errors import usage
from e2e_common.util.paths import ROOT

RUNS = 10
RUN_LIMIT_S = 120
PORT = "8790"


def main(argv: Sequence[str]) -> int:
    """Print the seconds of each part of a run, as `make stress-<suite>` does. Returns 1 if a run fails."""
    suite, runs = _parse(argv)
    options = load_options()
    runtime = "docker" if options["E2E_RUNTIME"] == "docker" else "local"
    folder = ROOT / options["E2E_OUT"] / f"{suite}-{PORT}"
    command = ["make", "-C", str(ROOT), *(["-j4"] if suite == "all" else []), f"e2e-{suite}", f"PORT={PORT}"]
    parts: list[dict[str, float]] = []
    for number in range(runs + 1):  # the first one is a warm-up
        wall = _run(command, runtime)
        if wall is None:
            return 1
        if number:
            parts.append({"wall": wall} if suite == "all" else _parts(folder, wall))
            print(f"run {number} of {runs}: {wall:.2f} s", file=sys.stderr)
    print(f"{runs} warm runs of make {' '.join(command[3:-1])}, {runtime}", *table(parts), sep="\n")
    return 0


def _parse(argv: Sequence[str]) -> tuple[str, int]:
    suite, runs = [*argv, *("flask", str(RUNS))[len(argv) :]]
    if not runs.isdecimal() or not int(runs):
        raise usage(f"RUNS={runs}: how many runs? 1 or more (make bench RUNS=3)")
    return suite, int(runs)


def _run(command: Sequence[str], runtime: str) -> float | None:
    env = {key: value for key, value in os.environ.items() if key not in FROM_MAKE}
    began = time.monotonic()
    done = subprocess.run(
        command, env={**env, "E2E_RUNTIME": runtime}, capture_output=True, text=True, timeout=RUN_LIMIT_S, check=False
    )
    wall = time.monotonic() - began
    if done.returncode != 0:
        print(done.stdout + done.stderr, file=sys.stderr)
        return None
    return wall


def _parts(folder: Path, wall: float) -> dict[str, float]:
    """Returns part of a run → seconds, from its artifacts."""
    seconds = json.loads((folder / "result.json").read_text())["seconds"]
    recording = json.loads((folder / "recording.json").read_text())
    requests = [row for row in _lines(folder / "requests.jsonl") if "n" in row]
    tests = [row for row in _lines(folder / "mocks.jsonl") if row["event"] == "test"]
    parts = {
        "application start": requests[0]["started"] - recording["started"],
        "requests": requests[-1]["ended"] - requests[0]["started"],
        "flush": seconds["flush"],
        "replay": tests[-1]["ended"] - recording["flushed"],
    }
    named = {f"phase: {name}": value for name, value in seconds.items() if value is not None and name != "total"}
    return {"wall": wall, **parts, "own share": wall - sum(parts.values()), **named}


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]
