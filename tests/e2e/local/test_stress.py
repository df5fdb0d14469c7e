"""make stress-<suite>, and the minimal client and replayer of make bench and make overhead-<suite>, with a canary."""

from __future__ import annotations

import json
import os
import signal
import sys

from e2e_common.util.readiness import wait_until
from tests.conftest import E2E, Copied, Suite, execute, start


def test_ctrl_c_ends_the_run_and_says_what_was_measured(canary: Suite) -> None:
    process = start(E2E, "stress", canary.folder, "8000", "9", env=canary.environ())
    result = canary.out / "canary-8000" / "result.json"
    wait_until(result.exists, timeout_s=60, what="the end of the first run")
    wait_until(lambda: not result.exists(), timeout_s=60, what="the second run")
    os.killpg(process.pid, signal.SIGINT)
    output, _ = process.communicate(timeout=30)
    assert (process.returncode, "canary: 1 of 1 runs passed" in output) == (130, True), output
    assert {"total", "record", "replay"} <= {line.split()[0] for line in output.splitlines() if line.strip()}


def test_the_first_red_run_ends_it_and_its_artifacts_are_kept(canary: Suite) -> None:
    done = canary.verb("stress", "8000", "9", CANARY="breaks off")
    assert done.code == 1
    assert "0 of 1 runs passed" in done.output
    assert "src/test_requests.py broke off" in done.output  # the run's own message
    kept, seen = canary.out / "canary-8000-stress", canary.out / "canary-8000"
    assert f"its artifacts: {kept}" in done.output
    assert (kept / "result.json").read_bytes() == (seen / "result.json").read_bytes()
    assert f"{seen}/logs/requests.log, its last lines:" in done.output and (seen / "logs" / "requests.log").is_file()


def test_the_floor_of_a_run_sends_its_requests_again_without_the_harness(copied: Copied) -> None:
    canary = copied("")
    before = {path: path.read_bytes() for path in (canary.out / "canary-8000").glob("*.json*")}
    command = (sys.executable, "-m", "e2e_common.dev.floor", str(canary.folder), "8000")
    floor = json.loads(execute(*command, env=canary.environ(), check=True).stdout)
    assert floor["cpu"] > 0 and floor["wall"] > 0
    assert {path: path.read_bytes() for path in (canary.out / "canary-8000").glob("*.json*")} == before
