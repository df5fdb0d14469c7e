"""Negative controls: real runs with one fault each. Each must be red, with the reason that names the fault."""

from __future__ import annotations

import pytest

from e2e_common.report.terminal import LINES
from e2e_common.util.isolation import TEMPORARY
from tests.conftest import Ran, Suite

OF_A_REQUEST = {
    "random number": "response.body",
    "raw socket": "TCP connect",
    "child process": "leak: upstream was reached in replay: GET /users/1",
    "child in recording alone": "reached by more than the trace says, and reached= declares: GET /users/1",
    "clock not set back": "response.body",
    "answers 500": "no trace was recorded",
    "hidden miss": "no recorded answer for GET http://",
    "wrong answer": "body $.fine: expected False, got True",
    **{f"keeps a number in {folder}": "response.body" for folder in ("~", *TEMPORARY)},
}
"""Fault of one request → part of its reason. One run has all of them."""
ALL = ", ".join(OF_A_REQUEST)
FAULTS = [
    ("plain thread", 1, "Background request"),
    ("late thread", 1, "Background request"),
    ("late child", 1, "GET /users/1"),
    ("dies after its answer", 1, "the CLI ended with status 1"),
    ("asks at its start only in recording", 1, "requests GET /users/1: 1 recorded, and 0 asked for in replay"),
    ("does not start", 1, "exited with status 1 at start"),
    ("exits half way", 1, "exited with status 3 while it was being recorded"),
    ("dies only in replay", 1, "service process exited during startup"),
    ("breaks off", 1, "broke off"),
    ("sends nothing", 4, "sent nothing"),
    ("records nothing", 4, "no trace"),
    ("leaves a process", 6, "sleep 60"),
]
"""Fault, exit code, part of the reason."""
SLOW = ("plain thread", "dies only in replay", "records nothing")  # unit tests or another fault show nearly the same


def test_what_comes_after_an_answer_belongs_to_its_request(ran: Ran) -> None:
    _, run = ran("calls after its answers")
    assert run.code == 0, run.output
    assert {warning["request"] for warning in run.result["warnings"]} == {f"told {n}" for n in range(6)}
    assert [leak["request"] for leak in run.result["leaks"]] == [f"reached {n}" for n in range(6)]


def test_each_fault_of_a_request_is_red_and_named(ran: Ran) -> None:
    _, run = ran(ALL)
    assert (run.code, run.result["code"], run.result["verdict"]) == (1, 1, "failed"), run.output
    assert run.result["reason"] in run.output and len(run.output.splitlines()) <= LINES
    reasons = {row["name"]: row["reason"] for row in run.result["tests"]}
    wanted = {
        fault: named
        for fault, named in OF_A_REQUEST.items()
        if run.result["isolation"]["files"] or not fault.endswith(TEMPORARY)  # this machine refuses mount namespaces
    }
    assert [fault for fault, named in wanted.items() if named not in (reasons[fault] or "")] == []


@pytest.mark.parametrize(
    ("fault", "code", "named"),
    [pytest.param(*row, marks=pytest.mark.slow if row[0] in SLOW else ()) for row in FAULTS],
)
def test_a_fault_is_red_and_named(ran: Ran, fault: str, code: int, named: str) -> None:
    _, run = ran(fault)
    assert (run.code, run.result["code"]) == (code, code), run.output
    assert run.result["verdict"] == ("failed" if code == 1 else "error")
    assert named in run.result["reason"] in run.output and len(run.output.splitlines()) <= LINES


@pytest.mark.slow
def test_an_application_that_writes_into_its_environment_is_red_and_gets_another(canary: Suite) -> None:
    """Uses a separate environment, because the shared one would have to be rebuilt."""
    options = {"E2E_WITH": "itsdangerous<2.2"}
    run = canary.run(CANARY="keeps a number in sys.prefix", **options)
    assert run.code == 1
    for words in ("the application has changed its environment", "drift-e2e-canary"):
        assert words in run.result["reason"]
    assert canary.run(CANARY="", **options).code == 0
