"""The minimal client and replayer of make bench and make overhead-<suite>, with a real application."""

from __future__ import annotations

import json
import sys

from tests.conftest import Suite, execute


def test_the_floor_of_a_run_sends_its_requests_again_without_the_harness(canary: Suite) -> None:
    assert canary.run(CANARY="").code == 0
    before = {path: path.read_bytes() for path in (canary.out / "canary-8000").glob("*.json*")}
    command = (sys.executable, "-m", "e2e_common.dev.floor", str(canary.folder), "8000")
    done = execute(*command, env=canary.environ())
    assert done.returncode == 0, done.stderr
    floor = json.loads(done.stdout)
    assert floor["cpu"] > 0 and floor["wall"] > 0
    assert {path: path.read_bytes() for path in (canary.out / "canary-8000").glob("*.json*")} == before
