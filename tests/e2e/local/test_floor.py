"""The minimal client and replayer of make bench and make overhead-<suite>, with a real application."""

from __future__ import annotations

import json
import sys

from tests.conftest import Copied, execute


def test_the_floor_of_a_run_sends_its_requests_again_without_the_harness(copied: Copied) -> None:
    canary = copied("")
    before = {path: path.read_bytes() for path in (canary.out / "canary-8000").glob("*.json*")}
    command = (sys.executable, "-m", "e2e_common.dev.floor", str(canary.folder), "8000")
    floor = json.loads(execute(*command, env=canary.environ(), check=True).stdout)
    assert floor["cpu"] > 0 and floor["wall"] > 0
    assert {path: path.read_bytes() for path in (canary.out / "canary-8000").glob("*.json*")} == before
