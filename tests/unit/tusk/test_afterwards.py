"""What a request states that it does outside its answer is waited for before the next test, and nothing else is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from e2e_common.tusk import afterwards
from e2e_common.tusk.afterwards import LIMIT_S, Afterwards
from e2e_common.tusk.traces import Test
from tests.unit.judge.good_run import request
from tests.unit.judge.verdict.spoiling import BACKGROUND
from tests.unit.tusk.replay_support import recording_of, root_dict

CALL = f"{BACKGROUND}\n"
CONTACT = json.dumps({"event": "touched", "service": "upstream", "at": 1.5, "what": "GET /leak"}) + "\n"
LISTENING = json.dumps({"event": "listening", "service": "upstream", "at": 1.0, "address": "127.0.0.1:1"}) + "\n"


class Run:
    """A folder with requests.jsonl, and the log of the application. `polls`: how often it was looked after what is
    waited for; `comes`: what happens before each time."""

    def __init__(self, folder: Path, **stated: Any) -> None:
        self.folder = folder
        self.log = folder / "service.log"
        self.log.write_text("before\n")
        (folder / "touched.jsonl").write_text(LISTENING)
        lines = [request(1, "one"), request(2, "two", **stated), {"end": True, "sent": 2}]
        (folder / "requests.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        self.polls = 0
        self.comes: list[Callable[[], object]] = []
        self.afterwards = Afterwards(folder, self.log)

    def test(self, name: str = "X-E2e-Request", number: str = "2") -> Test:
        root = root_dict()
        root["inputValue"]["headers"] = {"Accept": "*/*", name: number}
        return recording_of(self.folder / "traces", a=[root]).tests[0]

    def wait_until(self, condition: Callable[[], bool], *, timeout_s: float, what: str) -> None:
        """In place of that of e2e_common.util.readiness."""
        assert (timeout_s, what) == (LIMIT_S, "what the request does after its answer")
        while True:
            self.polls += 1
            if condition():
                return
            if not self.comes:
                raise TimeoutError
            self.comes.pop(0)()

    def logs(self, text: str) -> Callable[[], object]:
        return lambda: self.log.write_text(self.log.read_text() + text)

    def reached(self, text: str) -> Callable[[], object]:
        file = self.folder / "touched.jsonl"
        return lambda: file.write_text((file.read_text() if file.exists() else "") + text)


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Run]:
    def made(**stated: Any) -> Run:
        run = Run(tmp_path, **stated)
        monkeypatch.setattr(afterwards, "wait_until", run.wait_until)
        return run

    return made


def test_where_nothing_is_declared_nothing_is_waited_for(make: Callable[..., Run]) -> None:
    run = make(background=1, leaks=["upstream: GET /leak"])
    run.afterwards.mark()
    for test in (run.test(number="1"), run.test(number="7"), run.test(name="X-Other")):
        run.afterwards.wait(test)
    assert run.polls == 0


@pytest.mark.parametrize("name", ["X-E2e-Request", "x-e2e-request"])
def test_as_many_calls_and_contacts_as_are_declared_are_waited_for(make: Callable[..., Run], name: str) -> None:
    run = make(background=2, leaks=["upstream: GET /leak", "redis: PING"])
    run.afterwards.mark()
    run.comes = [run.logs(CALL), run.reached(CONTACT), run.logs("other\n"), run.logs(CALL), run.reached(CONTACT)]
    run.afterwards.wait(run.test(name))
    assert (run.polls, run.comes) == (6, [])


@pytest.mark.parametrize("stated", [{"background": 1}, {"leaks": ["upstream: GET /leak"]}], ids=["call", "contact"])
def test_what_is_there_at_once_costs_one_look(make: Callable[..., Run], stated: dict[str, Any]) -> None:
    run = make(**stated)
    run.afterwards.mark()
    run.logs(CALL)()
    run.reached(CONTACT)()
    run.afterwards.wait(run.test())
    assert run.polls == 1


def test_what_was_there_before_the_test_began_is_not_its_own(make: Callable[..., Run]) -> None:
    run = make(background=1, leaks=["upstream: GET /leak"])
    run.logs(CALL)()
    run.reached(CONTACT)()
    run.afterwards.mark()
    run.comes = [run.logs(CALL), run.reached(CONTACT)]
    run.afterwards.wait(run.test())
    assert run.polls == 3


def test_what_never_comes_holds_nothing_up_for_ever(make: Callable[..., Run]) -> None:
    run = make(background=1)
    run.afterwards.mark()
    run.comes = [run.logs("no such call\n")]
    run.afterwards.wait(run.test())
    assert run.polls == 2


def test_files_that_are_not_there_yet_hold_nothing(make: Callable[..., Run]) -> None:
    run = make(leaks=["upstream: GET /leak"])
    (run.folder / "touched.jsonl").unlink()
    run.log.unlink()
    run.afterwards.mark()
    run.comes = [run.reached(LISTENING), run.reached(CONTACT)]
    run.afterwards.wait(run.test())
    assert run.polls == 3
