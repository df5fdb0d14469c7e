"""e2e_common/report/terminal.py: what a red run says, of whatever kind, in 25 lines."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.judge import judging
from e2e_common.report import terminal
from e2e_common.report.model import of
from e2e_common.report.write import summary
from tests.unit.judge.good_run import FILE, ORDER, T0, GoodRun, mock, result, root, span
from tests.unit.report.made import HOSTILE, SURROGATE, differing, failed, missed, write
from tests.unit.services.never_waits import within

RERUN = {
    "options": "E2E_PYTHON=3.12", "out": "", "only": "", "run": "make e2e-flask", "explain": "make explain-flask",
}  # fmt: skip
ACCESS = '127.0.0.1 - - [21/Sep/2026 14:13:20] "GET /x HTTP/1.1" 200 -\n'


def said(folder: RunFolder, outcome: judging.Outcome, notes: Sequence[str] = ()) -> list[str]:
    outcome.result["rerun"] = RERUN
    return terminal.lines(outcome, of(folder, folder.root, outcome.verdict, outcome.result), "2.6 s", notes)


def judged(run: GoodRun, tmp_path: Path) -> list[str]:
    """What the run in these artifacts says."""
    folder = write(tmp_path, run.artifacts())
    found = said(folder, judging.judge_run(folder, tmp_path))
    assert len(found) <= terminal.LINES
    return [line.replace(f"{folder.root}/", "") for line in found]


def test_an_answer_that_differs_shows_its_differing_parts(tmp_path: Path) -> None:
    run = differing(*({"items": [{"id": 1, "name": name}], "same": "x" * 3000} for name in ("tea", "coffee")))
    reason, *lines = judged(run, tmp_path)
    assert reason.startswith("✗ flask     'create order': response.body: it differs (expected {")
    assert lines == [
        "    expected (-), and got in replay (+):",
        '    - response.body.items[0].name: "tea"',
        '    + response.body.items[0].name: "coffee"',
        f"    look at: results.json, {run.name(2)}",
        "    exit 1, 2.6 s",
        "    only this: E2E_ONLY='create order' E2E_PYTHON=3.12 make e2e-flask",
        "    all of it: E2E_ONLY='create order' make explain-flask",
    ]


def test_a_call_that_another_recorded_call_answered_is_shown(tmp_path: Path) -> None:
    run = differing({"a": 1}, {"a": 2})
    again = mock(ORDER, "call-a", reused=True, asked="GET /twice")
    run.mocks[3:4] = [again, mock(ORDER, "call-b", by="shape", asked="GET /of-a-shape")]
    assert judged(run, tmp_path)[3:6] == [
        "    + response.body.a: 2",
        "    GET /twice: answered with span call-a: the same input, which had answered before",
        "    GET /of-a-shape: answered with span call-b: NOT the same input: a call of the same shape",
    ]


def test_an_expectation_that_was_not_met(tmp_path: Path) -> None:
    run = GoodRun()
    run.requests[1]["problems"] = ["status: expected 200, got 500: 'oh'", "body.a: expected 'x', got 'y'"]
    run.recording["exit_status"] = 1
    run.raw["record_log"] = (ACCESS + "ValueError: no tea\n" + ACCESS + ACCESS).encode()
    assert judged(run, tmp_path)[1:8] == [
        "    expected (-), and got in recording (+):",
        "    - status: 200",
        "    + status: 500: 'oh'",
        "    - body.a: 'x'",
        "    + body.a: 'y'",
        "    logs/record.log, of 'create order':",
        "    | ValueError: no tea",
    ]


def test_a_missing_trace_shows_what_the_sdk_says(tmp_path: Path) -> None:
    run = GoodRun()
    del run.traces[run.name(2)], run.results[1]
    run.totals = "Tests: 2 total, 2 passed, 0 failed\n"
    blocked = f"2026-09-21 14:13:20,000 [TuskDrift] DEBUG Blocked trace {'a' * 32}: binary_content:HTML"
    run.raw["record_log"] = f"{ACCESS}{ACCESS}{blocked}\n{ACCESS}".encode()
    lines = judged(run, tmp_path)
    assert "no trace was recorded" in lines[0] and {f"    | {blocked}", "    look at: logs/record.log"} <= {*lines}


def test_other_requests_have_a_line_each_and_the_rest_a_number(tmp_path: Path) -> None:
    run = GoodRun()
    for number in range(4, 24):
        run.requests.insert(-1, {**run.requests[0], "n": number, "name": f"more {number}"})
    run.requests[-1]["sent"] = 23
    lines = judged(run, tmp_path)
    assert lines[0].startswith("✗ flask     'more 4': no trace was recorded")
    shown = [line.partition("':")[0] for line in lines if line.startswith("    · ")]
    assert shown == [*(f"    · 'more {n}" for n in range(5, 10)), "    · and 14 more (result.json)"]


def test_another_answer_that_differs_shows_the_first_part_that_does(tmp_path: Path) -> None:
    run = differing({"a": 1}, {"a": 2})
    run.results[0] = failed("1" * 32, [{"b": n} for n in range(3)], [{"b": n + 9} for n in range(3)])
    run.results[2] = failed("3" * 32, 200, 500, "response.status")
    run.totals = "Tests: 3 total, 0 passed, 3 failed\n"
    assert [line for line in judged(run, tmp_path) if line.startswith("    · ")] == [
        "    · 'create order': response.body.a: 1 recorded, 2 in replay",
        "    · 'leak': response.status: 200 recorded, 500 in replay",
    ]


def test_what_was_asked_for_before_the_start_is_explained_and_not_run_alone(tmp_path: Path) -> None:
    run = GoodRun()
    run.mocks.insert(1, missed("", "GET /more", pre_app_start=True))
    assert judged(run, tmp_path)[-2:] == [
        "    rerun: E2E_PYTHON=3.12 make e2e-flask",
        "    all of it: E2E_ONLY='(start)' make explain-flask",
    ]


def test_a_run_that_stopped_shows_the_last_lines_of_its_log_and_nothing_of_an_earlier_run(tmp_path: Path) -> None:
    folder = write(tmp_path, differing({"a": 1}, {"a": 2}).artifacts())
    log = tmp_path / "logs" / "postgres.log"
    log.write_text("".join(f"line {n}\n" for n in range(40)))
    outcome = judging.stopped(folder, tmp_path, {"suite": "flask"}, 3, "no server", str(log), has_artifacts=False)
    assert said(folder, outcome) == [
        "✗ flask     no server",
        f"    {log}, its last lines:",
        *(f"    | line {n}" for n in range(33, 40)),
        "    exit 3, 2.6 s",
        "    rerun: E2E_PYTHON=3.12 make e2e-flask",
    ]


def test_a_log_that_has_no_end_is_not_read(tmp_path: Path) -> None:
    folder = write(tmp_path, GoodRun().artifacts())
    (folder.logs / "tusk-replay-1.log").unlink()
    os.mkfifo(folder.logs / "tusk-replay-1.log")
    with within(10):
        lines = said(folder, judging.judge_run(folder, tmp_path))
    assert lines[0] == "✗ flask     logs/tusk-replay-1.log could not be read: it is no file" and " | " not in lines[1]


def test_a_run_out_of_time_says_how_far_it_came(tmp_path: Path) -> None:
    run = GoodRun()
    run.results = run.results[:1]
    run.log = "2026-09-21T14:13:20 [TuskDrift] initialized\nwaiting for tea\n"
    run.raw |= {"replay": None, "record_log": run.log.encode()}
    folder = write(tmp_path, run.artifacts())

    def lines() -> list[str]:
        found = said(folder, judging.stopped(folder, tmp_path, {}, 5, "not done within 3 s"))
        return [line.replace(f"{tmp_path}/", "") for line in found][1:5]

    log = [f"    | {line}" for line in run.log.splitlines()]
    waiting = "    it was replaying; tests that had ended: 1; not yet: 'create order', 'leak'"
    assert lines() == [waiting, "    logs/tusk-replay-1.log, its last lines:", *log]
    folder.recording.unlink()
    last = "    it was recording; the last answer was that of 'leak'"
    assert lines() == [last, "    logs/record.log, its last lines:", *log]


def test_a_fault_in_telling_it_does_not_hide_the_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path, differing({"a": 1}, {"a": 2}).artifacts())
    monkeypatch.setattr(terminal, "diff_lines", lambda *_: 1 // 0)
    lines = summary(judging.judge_run(folder, tmp_path), folder, tmp_path, ["a note"]).splitlines()
    begins = (
        "✗ flask     'create order': response.body: it differs",
        "    exit 1, ",
        "    (no more can be shown of it, a fault of the harness: ZeroDivisionError: ",
        "    a note",
    )
    assert [line[: len(begin)] for line, begin in zip(lines, begins, strict=True)] == [*begins]


@pytest.mark.parametrize("seed", range(25))
def test_whatever_happened_it_is_25_lines_that_a_terminal_can_show(tmp_path: Path, seed: int) -> None:
    """Hostile texts in many failures at once."""
    chance = random.Random(seed)
    nasty = ["\n" * 30, "\x1b[2J", "x" * 5000, SURROGATE, HOSTILE, "'", "%s", "\r", "ü🐎", ""]

    def text() -> str:
        return "".join(chance.choices(nasty, k=3))

    run = differing({text(): text(), "b": [1, text()]}, {text(): text(), "b": [text(), 2, {}]})
    run.results[1]["error"] = text()
    for row in run.requests[:-1]:
        row["name"] += text()
        row["problems"] = [f"body.a: expected {text()}, got {text()}" for _ in range(chance.randrange(4))]
    run.mocks[2] = missed(ORDER, text(), note=text())
    for number in range(4, 30):
        run.requests.insert(-1, {**run.requests[0], "n": number, "name": f"{number}{text()}"})
        trace = f"{number:032d}"
        run.traces[FILE.format(number, trace)] = [
            span(trace, "a", T0 + number, 0.1, name=text()),
            root(trace, number, T0 + number, name=text()),
        ]
        run.results.append(result(trace, error=text()))
    run.raw["record_log"] = (text() * 40).encode("utf-8", "replace")
    run.log += text().encode("utf-8", "replace").decode() * 40
    folder = write(tmp_path, run.artifacts())
    lines = said(folder, judging.judge_run(folder, tmp_path), ["a note"])
    assert len(lines) <= terminal.LINES and max(map(len, lines)) <= 404 and lines[-1] == "    a note"
    assert all(line.isprintable() for line in lines), "a lone surrogate is not"
