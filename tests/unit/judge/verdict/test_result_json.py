"""result.json: exactly the documented shape, of which its schema is made."""

from __future__ import annotations

import json
from typing import Any

import pytest

from e2e_common.artifacts.files import Artifacts
from e2e_common.judge import result_json
from e2e_common.judge.verdict import judge
from e2e_common.util.paths import ROOT
from tests.unit.judge.good_run import HEALTH, LEAK, WARNING, GoodRun
from tests.unit.judge.verdict.changes import log, no_trace, order_result, touch, unanswered
from tests.unit.judge.verdict.spoiling import Change, judged

COUNTS = {"sent": 3, "recorded": 3, "replayed": 3, "passed": 3, "floats": 0, "known_failures": 0, "by_design": 0}
PASSED = {"method": "GET", "path": "/x", "verdict": "passed", "reason": "", "duration_ms": 12}
GOOD: dict[str, Any] = {
    "schema": 2,
    "suite": "flask",
    "port": 8000,
    "runtime": "local",
    "verdict": "passed",
    "code": 0,
    "reason": "passed",
    "partial": False,
    "requests": COUNTS,
    "cli": {"name": "bundled", "version": "1.0"},
    "versions": {"sdk": "0.1.29", "python": "3.12.1", "rust_core": None, "flask": "3.1.2"},
    "sdk_source": "index 0.1.29",
    "with": "",
    "isolation": {"network": True, "files": True, "sentinels": True},
    "checks": {"warnings": "ok", "leaks": "ok", "mocks": "ok"},
    "seconds": {"total": None, "prepare": 0.1, "services": 0.2, "record": 1.5, "flush": 1.4, "replay": 2.5}
    | {"check": None, "cleanup": None},
    "forgives": [],
    "locked": True,
    "fixed": [],
    "leaks": [{"request": "leak", "service": "upstream", "what": "GET /leak", "expected": True}],
    "warnings": [
        {"request": "leak", "kind": "unpatched", "method": method, "trace_id": LEAK, "expected": True}
        for method in ("connect", "sendall")
    ],
    "tests": [
        {"request": number, "name": name, "trace_id": str(number) * 32, **PASSED}
        for number, name in ((1, "health"), (2, "create order"), (3, "leak"))
    ],
}


def result_of(*changes: Change) -> dict[str, Any]:
    return judged(*changes).result()


def test_result_json_has_exactly_the_documented_shape() -> None:
    assert result_of() == GOOD


def test_the_schema_is_made_of_the_types() -> None:
    committed = (ROOT / "docs" / "result.schema.json").read_text()
    assert committed == result_json.schema(), "python -m e2e_common.judge.result_json > docs/result.schema.json"


@pytest.mark.parametrize("run", [GoodRun().artifacts(), Artifacts()])
def test_what_a_judge_says_is_read_again(run: Artifacts) -> None:
    document = judge(run).result()
    assert result_json.read(json.dumps(document).encode()) == document


@pytest.mark.parametrize("data", [b"", b"[]", b"[" * 100_000, b"{}"])
def test_what_is_no_object_is_not_read(data: bytes) -> None:
    assert result_json.read(data) is None


# What is right everywhere else is in the schema.
@pytest.mark.parametrize("changes", [{"schema": 1}, {"verdict": "green"}, {"code": True}, {"seconds": {"lunch": 1.0}}])
def test_what_is_no_result_is_not_read(changes: dict[str, Any]) -> None:
    assert result_json.read(json.dumps({**GOOD, **changes}).encode()) is None


def test_a_failed_test_says_why_in_its_row() -> None:
    rows = result_of(order_result(passed=False, error="EOF"))["tests"]
    assert [(row["verdict"], row["reason"]) for row in rows] == [("passed", ""), ("failed", "EOF"), ("passed", "")]


def test_reasons_are_cut_to_400_characters() -> None:
    rows = result_of(lambda run: run.requests[1].update(problems=["x" * 401]))["tests"]
    assert rows[1]["reason"] == "x" * 399 + "\u2026"


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        (log(WARNING.format(method="connect", trace=HEALTH)), "warnings"),
        (touch(102.2, "GET /weather"), "leaks"),
        (lambda run: run.mocks.insert(4, unanswered("GET /a")), "mocks"),
        (lambda run: run.mocks.pop(3), "mocks"),
        (order_result(passed=False), None),
    ],
)
def test_the_check_that_failed(change: Change, failed: str | None) -> None:
    expected = {name: "failed" if name == failed else "ok" for name in ("warnings", "leaks", "mocks")}
    assert result_of(change)["checks"] == expected


def test_a_request_without_a_trace_or_a_result_has_a_row_all_the_same() -> None:
    document = result_of(no_trace, lambda run: run.results.pop(0))
    rows = [(row["trace_id"], row["duration_ms"]) for row in document["tests"]]
    assert rows == [(HEALTH, None), (None, None), (LEAK, 12)]
    assert document["requests"] == {**COUNTS, "recorded": 2, "replayed": 1, "passed": 1}


def test_a_leak_of_nobody_has_a_row_without_a_name() -> None:
    leak = {"request": None, "service": "upstream", "what": "PING", "expected": False}
    assert result_of(touch(100.5, "PING"))["leaks"] == [leak, *GOOD["leaks"]]
