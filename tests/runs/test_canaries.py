"""Negative controls: each is a real run with one fault, and must be red for the reason that names it."""

from __future__ import annotations

import pytest

from e2e_common.story.red import LINES
from tests.conftest import Suite


def test_without_a_fault_it_is_green(canary: Suite) -> None:
    run = canary.run(CANARY="")
    assert run.code == 0, run.output
    assert run.result["verdict"] == "passed"
    assert run.result["requests"] == {
        "sent": 1,
        "recorded": 1,
        "replayed": 1,
        "passed": 1,
        "floats": 0,
        "known_failures": 0,
        "by_design": 0,
    }


@pytest.mark.parametrize(
    ("fault", "code", "named"),
    [
        ("random number", 1, "response.body"),
        ("raw socket", 1, "TCP connect"),
        ("child process", 1, "GET /users/1"),
        ("plain thread", 1, "Background request"),
        ("late thread", 1, "Background request"),
        ("late child", 1, "GET /users/1"),
        ("dies after its answer", 1, "the CLI ended with status 1"),
        ("clock not set back", 1, "response.body"),
        ("answers 500", 1, "no trace was recorded"),
        ("hidden miss", 1, "/posts/"),
        ("asks at its start only in recording", 1, "requests GET /users/1: 1 recorded, and 0 asked for in replay"),
        ("wrong answer", 1, "body $.fine: expected False, got True"),
        ("does not start", 1, "exited with status 1 at start"),
        ("exits half way", 1, "exited with status 3 while it was being recorded"),
        ("dies only in replay", 1, "service process exited during startup"),
        ("breaks off", 1, "broke off"),
        ("sends nothing", 4, "sent nothing"),
        ("records nothing", 4, "no trace"),
        ("leaves a process", 6, "sleep 60"),
    ],
)
def test_a_fault_is_red_and_named(canary: Suite, fault: str, code: int, named: str) -> None:
    run = canary.run(CANARY=fault)
    assert run.code == code, run.output
    assert run.result["code"] == code
    assert run.result["verdict"] == ("failed" if code == 1 else "error")
    assert named in run.result["reason"]
    assert run.result["reason"] in run.output
    assert len(run.output.splitlines()) <= LINES
    if fault == "does not start":
        assert run.result["seconds"]["total"] < 15, "nobody waits READY_LIMIT_S for what has died"
    if fault == "raw socket":
        assert "connection.sendall(" in run.output and "/src/app.py" in run.output, "the line of the application"
        assert "site-packages" not in run.output, "the frames of libraries say nothing of the fault"
