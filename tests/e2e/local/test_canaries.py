"""Negative controls: real runs with one fault each. Each must be red, with the reason that names the fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e_common.report.terminal import LINES
from e2e_common.util.isolation import TEMPORARY
from tests.conftest import Ran, Suite, all_passed

FAULTS = [
    ("random number", 1, "response.body"),
    ("raw socket", 1, "TCP connect"),
    ("child process", 1, "GET /users/1"),
    ("child in recording alone", 1, "reached by more than the trace says, and reached= declares: GET /users/1"),
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
]
"""Fault, exit code, part of the reason."""


def test_without_a_fault_it_is_green(ran: Ran) -> None:
    _, run = ran("")
    assert run.code == 0, run.output
    assert run.result["verdict"] == "passed"
    assert run.result["requests"] == all_passed(1)


def test_what_comes_after_an_answer_belongs_to_its_request(ran: Ran) -> None:
    _, run = ran("calls after its answers")
    assert run.code == 0, run.output
    assert {warning["request"] for warning in run.result["warnings"]} == {f"told {n}" for n in range(6)}
    assert [leak["request"] for leak in run.result["leaks"]] == [f"reached {n}" for n in range(6)]


@pytest.mark.parametrize(("fault", "code", "named"), FAULTS)
def test_a_fault_is_red_and_named(ran: Ran, fault: str, code: int, named: str) -> None:
    _, run = ran(fault)
    assert run.code == code, run.output
    assert run.result["code"] == code
    assert run.result["verdict"] == ("failed" if code == 1 else "error")
    assert named in run.result["reason"]
    assert run.result["reason"] in run.output
    assert len(run.output.splitlines()) <= LINES
    if fault == "raw socket":
        assert "connection.sendall(" in run.output and "/src/app.py" in run.output, "the line of the application"
        assert "site-packages" not in run.output, "the frames of libraries say nothing of the fault"


def test_an_application_that_writes_into_its_environment_is_red_and_gets_another(canary: Suite) -> None:
    """Uses a separate environment, because the shared one would have to be rebuilt."""
    options = {"E2E_WITH": "itsdangerous<2.2"}
    run = canary.run(CANARY="keeps a number in its environment", **options)
    assert run.code == 1
    assert "the application has changed its environment" in run.result["reason"]
    assert "drift-e2e-canary" in run.result["reason"]
    assert canary.run(CANARY="", **options).code == 0


@pytest.mark.parametrize("folder", ["~", *TEMPORARY])
def test_what_the_recording_keeps_the_replay_does_not_find(canary: Suite, folder: str) -> None:
    kept = Path(folder) / "drift-e2e-canary"
    kept.unlink(missing_ok=True)
    try:
        run = canary.run(CANARY=f"keeps a number in {folder}")
    finally:
        kept.unlink(missing_ok=True)
    if not run.result["isolation"]["files"] and folder in TEMPORARY:
        pytest.skip("this machine refuses mount namespaces")
    assert (run.code, "response.body" in run.result["reason"]) == (1, True), run.output
