"""Times warm runs of one suite or of all: `bench SUITE|all [RUNS]`, in the runtime of E2E_RUNTIME (default: local)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence

from e2e_common.dev.stress import count, table
from e2e_common.run.suite_run import FROM_MAKE
from e2e_common.setup.options import load_options
from e2e_common.util.paths import ROOT

RUN_LIMIT_S = 120
PORT = "8790"


def main(argv: Sequence[str]) -> int:
    """Print the seconds of a run (wall) and of its phases. Returns 1 if a run fails."""
    suite, runs, options = argv[0], count("RUNS", *argv[1:] or ["10"]), load_options()
    runtime = "docker" if options["E2E_RUNTIME"] == "docker" else "local"
    env = {key: value for key, value in os.environ.items() if key not in FROM_MAKE} | {"E2E_RUNTIME": runtime}
    command = ["make", *(["-j4"] if suite == "all" else []), f"e2e-{suite}", f"PORT={PORT}"]
    rows: list[dict[str, float | None]] = []
    for number in range(runs + 1):  # the first one is a warm-up
        began = time.monotonic()
        done = subprocess.run(
            command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=RUN_LIMIT_S, check=False
        )
        rows.append({"wall": time.monotonic() - began})
        print(f"run {number} of {runs}: {rows[-1]['wall']:.2f} s", file=sys.stderr)
        if done.returncode != 0:
            print(done.stdout + done.stderr, file=sys.stderr)
            return 1
        if suite != "all":
            rows[-1] |= json.loads((ROOT / options["E2E_OUT"] / f"{suite}-{PORT}" / "result.json").read_text())[
                "seconds"
            ]
    print(f"{runs} warm runs of {' '.join(command)}, {runtime}", *table(rows[1:]), sep="\n")
    return 0
