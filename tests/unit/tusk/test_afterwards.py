"""What a request declares that it does after its response is waited for before the next test, and nothing else is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from e2e_common.tusk import service
from e2e_common.tusk.service import LIMIT_S, Afterwards
from tests.unit.judge.good_run import request
from tests.unit.judge.verdict.spoiling import BACKGROUND
from tests.unit.tusk.replay_support import request_of

LEAK = json.dumps({"event": "touched", "service": "upstream", "at": 1.5, "what": "GET /leak"})
LISTENING = json.dumps({"event": "listening", "service": "upstream", "at": 1.0, "address": "127.0.0.1:1"})
CALL = BACKGROUND
OTHER = "no such call"
ONE_LEAK = {"leaks": ["upstream: GET /leak"]}
BOTH = {"background": 1, **ONE_LEAK}
TWICE = {"background": 2, "leaks": ["upstream: GET /leak", "redis: PING"]}
NUMBER = "X-E2e-Request"

CASES: dict[str, tuple[dict[str, Any], dict[str, str], list[str], list[str], list[str], int]] = {
    # id: declared by request 2, header of the test, lines before the test, during it, before each poll but the first;
    # how often the files are read
    "nothing declared": (BOTH, {NUMBER: "1"}, [], [], [], 0),
    "no request": (BOTH, {"X-Other": "2"}, [], [], [], 0),
    "all that is declared": (TWICE, {NUMBER: "2"}, [LISTENING], [], [CALL, LEAK, OTHER, CALL, LEAK], 6),
    "a call at once": ({"background": 1}, {NUMBER: "2"}, [], [CALL], [], 1),
    "a leak at once": (ONE_LEAK, {NUMBER: "2"}, [], [LEAK], [], 1),
    "lines of before": (BOTH, {NUMBER: "2"}, [CALL, LEAK], [], [CALL, LEAK], 3),
    "never": ({"background": 1}, {NUMBER: "2"}, [], [], [OTHER], 2),
    "no files yet": (ONE_LEAK, {NUMBER: "2"}, [], [], [LISTENING, LEAK], 3),
}


@pytest.mark.parametrize(("declared", "headers", "before", "during", "later", "polls"), CASES.values(), ids=CASES)
def test_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, declared: dict[str, Any], headers: dict[str, str],
    before: list[str], during: list[str], later: list[str], polls: int,
) -> None:  # fmt: skip
    def write(line: str) -> None:
        with (tmp_path / ("service.log" if line in (CALL, OTHER) else "touched.jsonl")).open("a") as file:
            file.write(f"{line}\n")

    def wait_until(condition: Callable[[], bool], *, timeout_s: float, what: str) -> None:
        assert (timeout_s, what) == (LIMIT_S, "what the request does after its answer")
        polled.append(condition())
        for line in later:
            write(line)
            polled.append(condition())
        if not polled[-1]:
            raise TimeoutError

    polled: list[bool] = []
    monkeypatch.setattr(service, "wait_until", wait_until)
    lines = [request(1, "one"), request(2, "two", **declared), {"end": True, "sent": 2}]
    (tmp_path / "requests.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    waits = Afterwards(tmp_path, tmp_path / "service.log")
    for line in before:
        write(line)
    with waits.awaited(request_of(headers={"Accept": "*/*", **headers})):
        for line in during:
            write(line)
    assert polled == [False] * (polls - 1) + [later != [OTHER]] * bool(polls)
