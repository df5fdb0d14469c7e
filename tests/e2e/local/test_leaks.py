"""Negative controls of the sentinels: a handler and a child process bypass the instrumentation and call PostgreSQL,
Redis and HTTP in a real run. Only a sentinel can detect this, because the responses are the same."""

from __future__ import annotations

import pytest

from e2e_common.report.terminal import LINES
from tests.conftest import Finished, Suite, all_passed

LEAKS = {
    "handler, postgres": ("postgres", "SELECT 'below the cursor'"),
    "handler, redis": ("redis", "GET 'below the client'"),
    "handler, http": ("upstream", "GET /users/2"),
    "child, postgres": ("postgres", "SELECT $1 (parameters: 'in a child')"),
    "child, redis": ("redis", "GET in-child"),
    "child, http": ("upstream", "GET /users/3"),
}


def connection_of(run: Finished) -> str:
    log = next((run.folder / "logs").glob("tusk-replay-*.log")).read_text()
    return log.partition("the connection is a ")[2].split()[0]


def test_every_leak_is_red_and_named(leaks: Suite) -> None:
    run = leaks.run(LEAKS="on")
    assert (run.code, run.result["verdict"]) == (1, "failed"), run.output
    assert run.result["checks"] == {"warnings": "ok", "leaks": "failed", "mocks": "ok"}, "nothing else has seen them"
    assert run.result["requests"] == all_passed(6, passed=0)
    told = [(leak["request"], (leak["service"], leak["what"]), leak["expected"]) for leak in run.result["leaks"]]
    assert sorted(told) == sorted((request, what, False) for request, what in LEAKS.items()), "each is told once"
    for request, (service, what) in LEAKS.items():
        message = f"leak: {service} was reached in replay: {what}"
        assert run.test(request)["reason"] == message
        assert f"'{request}': {message}" in run.output
    assert sum(": leak: " in line for line in run.output.splitlines()) == len(LEAKS), "a line each"
    assert len(run.output.splitlines()) <= LINES


@pytest.mark.slow
def test_the_same_without_leaks_is_green(leaks: Suite) -> None:
    run = leaks.run(LEAKS="off")
    assert (run.code, run.result["verdict"]) == (0, "passed"), run.output
    assert (run.result["leaks"], run.result["requests"]["passed"]) == ([], 6)
    assert run.result["isolation"]["sentinels"] is True
    assert connection_of(run) == "psycopg.Connection"


@pytest.mark.parametrize("leaking", ["on", pytest.param("off", marks=pytest.mark.slow)])
def test_without_sentinels_it_says_so_and_the_sdk_falls_back(leaks: Suite, leaking: str) -> None:
    run = leaks.run(LEAKS=leaking, E2E_SENTINELS="off", E2E_ONLY="*, postgres")
    assert (run.code, "NOT ISOLATED" in run.output, "NOT ISOLATED" in run.result["reason"]) == (0, True, True)
    assert run.result["isolation"]["sentinels"] is False
    assert (run.result["checks"]["leaks"], run.result["leaks"]) == ("unknown", [])
    assert not (run.folder / "touched.jsonl").exists()
    if leaking == "off":
        assert connection_of(run) == "drift.instrumentation.psycopg.mocks.MockConnection"
