"""e2e_common/reports/model.py: a run by request, whatever state its artifacts are in."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from e2e_common.artifacts import Artifacts
from e2e_common.errors import Code, HarnessError
from e2e_common.reports import html, junit, last_run, markdown, model
from e2e_common.reports.explain import explain
from e2e_common.reports.text import Paint
from e2e_common.run_folder import RunFolder
from tests.reports.made import SURROGATE, differing, failed, red, told, write
from tests.unit.good_run import CAUSE, FILE, HEALTH, ORDER, T0, GoodRun, dump, mock, root, span


def test_a_good_run_request_by_request(tmp_path: Path) -> None:
    found = model.load(write(tmp_path, GoodRun().artifacts()), tmp_path)
    assert [(each.name, each.verdict) for each in found.requests] == [
        ("health", "passed"),
        ("create order", "passed"),
        ("leak", "passed"),
    ]
    order = found.by_name["create order"]
    assert order.trace is not None and order.trace.trace_id == ORDER
    assert [(c.span and c.span.span_id, c.asked and c.asked.matched_span) for c in order.calls] == [
        ("call-a", "call-a"),
        ("call-b", "call-b"),
    ]
    assert order.calls[0].text == "GET http://127.0.0.1:9123/weather"
    assert order.window == (T0 + 102, T0 + 102.5) and order.result is not None and order.result.passed
    leak = found.by_name["leak"]
    assert [row["what"] for row in leak.leaks] == ["GET /leak"]
    assert {row["method"] for row in leak.warnings} == {"connect", "sendall"}
    assert found.start is None and found.others == [] and not found.is_older


def test_a_call_that_nothing_answered_and_one_that_nobody_asked_for() -> None:
    run = GoodRun()
    near = {"trace_id": ORDER, "span_id": "call-b", "file": "x", "asked": "GET /b", "difference": "url: …"}
    run.mocks[2] = mock(ORDER, "", found=False, step=None, matched_trace=None, asked="GET /c", closest=[near])
    order = told(run).by_name["create order"]
    assert [(c.span and c.span.span_id, c.asked and c.asked.found) for c in order.calls] == [
        ("call-a", None),
        ("call-b", True),
        (None, False),
    ]
    missing = order.calls[2].asked
    assert missing is not None and [(n.asked, n.difference) for n in missing.nearest] == [("GET /b", "url: …")]
    assert order.verdict == "failed" and order.failures[0].rule == 7


def test_a_call_asked_for_twice_is_there_twice() -> None:
    run = GoodRun()
    run.mocks[3] = mock(ORDER, "call-a", step=2)
    calls = told(run).by_name["create order"].calls
    assert [(c.span and c.span.span_id, c.asked and c.asked.step) for c in calls] == [
        ("call-a", 1),
        ("call-a", 2),
        ("call-b", None),
    ]


def test_a_known_failure_comes_with_its_entry() -> None:
    run = differing({"a": 1}, {"a": 2})
    run.known = [{"cause": CAUSE, "requests": ["create order"], "replay": {"body": {"$.a": 2}}}]
    order = told(run).by_name["create order"]
    assert order.verdict == "known failure" and not order.failures
    assert [entry.cause.id for entry in order.entries] == [CAUSE]
    assert [failure.rule for failure, _ in order.known] == [3]


def test_what_is_asked_for_before_the_start_is_a_request_of_its_own() -> None:
    run = GoodRun()
    run.traces[FILE.format(0, "9" * 32)] = [span("9" * 32, "early", T0 - 1, 0.1, isPreAppStart=True, parentSpanId="")]
    run.mocks[1:1] = [
        mock("", "early", matched_trace="9" * 32, pre_app_start=True),
        mock("", "", found=False, step=None, matched_trace=None, pre_app_start=True, asked="GET /more"),
    ]
    found = told(run)
    assert found.start is not None and found.start.verdict == "failed"
    assert [(c.text, c.span is not None) for c in found.start.calls] == [
        ("GET http://127.0.0.1:9123/weather", True),
        ("GET /more", False),
    ]
    assert found.by_name["(start)"] is found.start


def test_what_is_left_of_a_request_without_a_root_span_is_its_own() -> None:
    run = GoodRun()
    run.traces[run.name(2)] = run.spans(2)[:2]
    order = told(run).by_name["create order"]
    assert order.trace is None and [file.name for file in order.stray] == [run.name(2)]


def test_with_the_official_cli_a_missing_call_is_named_and_none_was_seen_asked_for() -> None:
    run = GoodRun()
    run.replay["cli"] = {"name": "official", "version": "1"}
    run.raw["agent"] = {f"agent/x/deviation-{ORDER}.md": b"## Mock Not Found Events\n\n- GET /c\n"}
    run.results[1] = failed(ORDER, 200, 500, "response.status")
    calls = told(run).by_name["create order"].calls
    assert [(c.span and c.span.span_id, c.asked, c.text) for c in calls][-1] == (None, None, "GET /c")
    assert all(call.asked is None for call in calls)


def test_the_second_result_of_a_test_counts() -> None:
    run = GoodRun()
    run.replay["cli"] = {"name": "official", "version": "1"}
    run.replay["again"] = [{"trace_id": HEALTH, "started": T0 + 200, "exit_status": 0}]
    run.results[0] = failed(HEALTH, 1, 2)
    run.raw["again"] = {HEALTH: (dump({"test_id": HEALTH, "passed": True, "cancelled": False, "duration": 7}), b"")}
    result = told(run).by_name["health"].result
    assert result is not None and result.passed and result.duration_ms == 7


def test_a_run_that_stopped_early_has_the_reason_of_its_result(tmp_path: Path) -> None:
    reason = {"verdict": "error", "code": 3, "reason": "no such server"}
    found = model.load(write(tmp_path, Artifacts(), **reason), tmp_path)
    assert found.result["reason"] == "no such server" and found.requests == ()


def test_artifacts_of_an_earlier_run_are_told_apart(tmp_path: Path) -> None:
    found = model.load(write(tmp_path, GoodRun().artifacts(), tests=[], code=3), tmp_path)
    assert found.is_older and len(found.requests) == 3


def test_no_run_is_a_usage_error_that_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "known_failures.yaml").write_text("- {}")
    with pytest.raises(HarnessError, match=r"no run in .*out/flask-8000: make e2e-flask first") as caught:
        model.load(RunFolder(tmp_path / "out" / "flask-8000"), tmp_path)
    assert caught.value.code == Code.USAGE


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[]", b"{}", b'{"tests": 1}', b"\xff", b"[" * 100_000, b'{"schema": 1, "requests": 3}']
)
def test_a_broken_result_is_judged_anew(tmp_path: Path, text: bytes) -> None:
    folder = write(tmp_path, GoodRun().artifacts())
    folder.result.write_bytes(text)
    assert model.load(folder, tmp_path).result["reason"] == "passed"


def test_the_result_on_disk_counts(tmp_path: Path) -> None:
    folder = write(tmp_path, GoodRun().artifacts(), reason="not done within 3 s", code=5, verdict="error")
    assert model.load(folder, tmp_path).result["code"] == 5


HOSTILE = [b"", b"\xff\xfe", b"{}\n[]\n1\nnull\n", b'{"event": "mock"}\n', b"[" * 5000 + b"\n", b'{"a": "\\ud800"}\n']
RENDERERS = (html.render, markdown.render, junit.render)


@pytest.mark.parametrize("seed", range(60))
def test_nothing_in_the_artifacts_makes_a_report_raise(tmp_path: Path, seed: int) -> None:
    """Recorded values of any kind; files replaced, cut, and lines of them with a key taken out or of another kind."""
    chance, run = random.Random(seed), red() if seed % 2 else GoodRun()
    for each in [row for spans in run.traces.values() for row in spans] if seed % 3 else []:
        odd: Any = chance.choice([None, 7, -1.5, "x\x1b[2J\n", SURROGATE, [], {}, {"headers": 1}, True])
        each["outputValue"] = {"body": odd, "headers": odd, "statusCode": odd}
        each[chance.choice(["inputSchema", "outputSchema", "name"])] = odd
        if not each["isRootSpan"]:
            each["inputValue"] = {"body": odd, "headers": odd, "url": odd}
    folder = write(tmp_path, run.artifacts())
    files = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    for path in chance.sample(files, chance.randint(0, 2)):
        data = path.read_bytes()
        choice = chance.randrange(4)
        if choice == 0:
            path.write_bytes(chance.choice(HOSTILE))
        elif choice == 1:
            path.write_bytes(data[: chance.randrange(len(data) + 1)])
        elif choice == 2:
            path.unlink()
        else:
            path.write_bytes(_spoilt(data, chance))
    found = model.load(folder, tmp_path)
    lines = [line for each in found.by_name.values() for line in explain(found, each, Paint(False))]
    lines += last_run.table(found, list(found.by_name.values()), 100, Paint(False))
    assert all(line.isprintable() for line in lines)
    assert found.reason and all(len(render([found])) > 100 for render in RENDERERS)


def _spoilt(data: bytes, chance: random.Random) -> bytes:
    """Each line that is an object, with one value anywhere in it of another kind."""
    spoilt = []
    for line in data.splitlines():
        try:
            value = json.loads(line)
        except ValueError:
            value = None
        if isinstance(value, dict) and value:
            place: Any = value
            key = chance.choice(sorted(place))
            while isinstance(place[key], dict) and place[key] and chance.random() < 0.7:
                place = place[key]
                key = chance.choice(sorted(place))
            place[key] = chance.choice([None, 1, -1, 1e300, True, "x", "\ud800", [], [1], {}, {"a": [None]}])
        spoilt.append(line if value is None else json.dumps(value).encode())
    return b"\n".join(spoilt) + b"\n"


def test_a_strange_input_of_a_recorded_call_is_called_by_its_name() -> None:
    run = GoodRun()
    run.spans(2)[0]["inputValue"] = {"command": "SET", "arguments": 7}
    assert told(run).by_name["create order"].calls[0].text == "GET /weather"


def test_a_further_trace_of_a_request_is_not_its_first() -> None:
    run = GoodRun()
    run.traces[FILE.format(4, "4" * 32)] = [root("4" * 32, 2, T0 + 2.01)]
    order = told(run).by_name["create order"]
    assert order.trace is not None and order.trace.trace_id == ORDER
    assert [file.trace_id for file in order.stray] == ["4" * 32]
