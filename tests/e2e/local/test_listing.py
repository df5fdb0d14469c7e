"""`make list-<suite>`: the requests, before any run."""

from __future__ import annotations

from tests.conftest import Suite


def test_the_requests_are_listed_without_a_run(canary: Suite) -> None:
    every = canary.verb("list", CANARY="careless, wrong answer")
    assert every.code == 0, every.output
    assert [line.split("  ")[0] for line in every.output.splitlines()] == [
        "GET /fine", "careless", "wrong answer", "3 requests, 0 with known failures",
    ]  # fmt: skip
    assert "careless      GET /careless  src/test_requests.py:" in every.output
    some = canary.verb("list", CANARY="careless, wrong answer", E2E_ONLY="not *answer or careless")
    assert [line.split("  ")[0] for line in some.output.splitlines()] == [
        "GET /fine",
        "1 requests, 0 with known failures",
    ]
    none = canary.verb("list", CANARY="careless", E2E_ONLY="carless")
    assert (none.code, "did you mean careless?" in none.output) == (2, True), none.output
    assert not canary.out.exists()
