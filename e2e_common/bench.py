"""Time warm runs of the flask suite, and tell the harness's own share from what it waits for.

`python -m e2e_common.bench [RUNS]`. A run's own share is its wall time less: the application's start in recording
(spawned → first request), the requests, the exporter's flush, and the replay (flushed → last test ended; the start of
the application of the replay is hidden behind the flush where networks can be isolated).
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from e2e_common.paths import ROOT

RUNS = 10
RUN_LIMIT_S = 120
PORT = "8790"


def main(argv: Sequence[str]) -> int:
    """Print minimum, median and maximum of each part in seconds. Returns 1 when a run is not green."""
    runs = int(argv[0]) if argv else RUNS
    folder = ROOT / "out" / f"flask-{PORT}"
    parts: list[dict[str, float]] = []
    for number in range(runs + 1):  # the first one warms up
        wall = _run()
        if wall is None:
            return 1
        if number:
            parts.append(_parts(folder, wall))
            print(f"run {number} of {runs}: {wall:.2f} s", file=sys.stderr)
    print(f"{'seconds':<22}{'min':>7}{'median':>8}{'max':>7}   of {runs} warm runs of make e2e-flask")
    for name in parts[0]:
        values = [part[name] for part in parts]
        print(f"{name:<22}{min(values):>7.2f}{statistics.median(values):>8.2f}{max(values):>7.2f}")
    return 0


def _run() -> float | None:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("E2E_")}
    began = time.monotonic()
    command = ["make", "-C", str(ROOT), "e2e-flask", f"PORT={PORT}"]
    done = subprocess.run(command, env=kept, capture_output=True, text=True, timeout=RUN_LIMIT_S, check=False)
    wall = time.monotonic() - began
    if done.returncode != 0:
        print(done.stdout + done.stderr, file=sys.stderr)
        return None
    return wall


def _parts(folder: Path, wall: float) -> dict[str, float]:
    """The parts of one run, from its artifacts."""
    seconds = json.loads((folder / "result.json").read_text())["seconds"]
    moments = json.loads((folder / "run.json").read_text())["moments"]
    requests = [row for row in _lines(folder / "requests.jsonl") if "n" in row]
    tests = [row for row in _lines(folder / "mocks.jsonl") if row["event"] == "test"]
    parts = {
        "application start": requests[0]["started"] - moments["application started"],
        "requests": requests[-1]["ended"] - requests[0]["started"],
        "flush": seconds["flush"],
        "replay": tests[-1]["ended"] - moments["flushed"],
    }
    named = {f"phase: {name}": value for name, value in seconds.items() if value is not None and name != "total"}
    return {"wall": wall, **parts, "own share": wall - sum(parts.values()), **named}


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
