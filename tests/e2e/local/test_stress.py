"""make stress-<suite> with real runs of a canary."""

from __future__ import annotations

import os
import signal
import subprocess

from e2e_common.util.paths import ROOT
from e2e_common.util.readiness import wait_until
from tests.conftest import Suite, start

STRESS = (str(ROOT / "scripts" / "e2e.sh"), "stress")


def stress(suite: Suite, runs: str, **options: str) -> subprocess.Popen[str]:
    return start(*STRESS, suite.folder, "8000", runs, env=suite.environ(options))


def test_runs_that_all_pass_are_counted_and_timed(canary: Suite) -> None:
    process = stress(canary, "2")
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "canary: 2 of 2 runs passed" in output
    assert {"total", "record", "replay"} <= {line.split()[0] for line in output.splitlines()}


def test_the_first_red_run_ends_it_and_its_artifacts_are_kept(canary: Suite) -> None:
    process = stress(canary, "9", CANARY="hidden miss")
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "0 of 1 runs passed" in output
    assert "no recorded answer" in output  # the run's own message
    kept, seen = canary.out / "canary-8000-stress", canary.out / "canary-8000"
    assert f"its artifacts: {kept}" in output
    assert (kept / "result.json").read_bytes() == (seen / "result.json").read_bytes()
    look_at = next(line.partition(": ")[2] for line in output.splitlines() if line.startswith("    look at: "))
    assert all((ROOT / name).is_file() for name in look_at.split(", ")), "what the run said holds"


def test_ctrl_c_ends_the_run_and_says_what_was_measured(canary: Suite) -> None:
    process = stress(canary, "9")
    result = canary.out / "canary-8000" / "recording.json"
    wait_until(result.exists, timeout_s=30, what="a run")
    os.killpg(process.pid, signal.SIGINT)
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "0 of 0 runs passed" in output or "1 of 1 runs passed" in output
