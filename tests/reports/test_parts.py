"""What reports are made of: text made fit, bodies laid out, spans on a line of time, seconds as a bar."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from e2e_common.reports import facts, html, logs, values
from e2e_common.reports.runs import Case, Run
from e2e_common.reports.text import cut, last, plain, printable
from e2e_common.reports.waterfall import LEAST, SHOWN, Waterfall, waterfall
from e2e_common.traces import Span, parse_trace
from tests.reports.made import large, red, written
from tests.unit.good_run import T0, GoodRun, lines, mock, root, span


def case(run: Run, name: str) -> Case:
    return next(each for each in run.cases if each.name == name)


def fall(run: Run, name: str, *, account: bool = True) -> Waterfall:
    told = case(run, name).told
    assert told is not None
    found = waterfall(told, account=account)
    assert found is not None
    return found


def test_what_cannot_be_seen_is_spelled_out() -> None:
    assert printable("a\tb\nc é 日本 \U0001f600") == "a\tb\nc é 日本 \U0001f600"
    assert printable("\x00\r\x1b\x7f\x85\u200b\u202e\u2066\ufeff\ud800\uffff") == (
        "\\x00\\x0d\\x1b\\x7f\\x85\\u200b\\u202e\\u2066\\ufeff\\ud800\\uffff"
    )
    assert plain("\x1b[35m\x1b[1mPOST\x1b[0m\r\nnext") == "POST\nnext"


def test_what_is_cut_says_so() -> None:
    assert cut("abc", 3) == "abc"
    assert cut("a" * 5_003, 3) == "aaa\n… cut: 5,000 more characters"
    assert last("a\nb\nc\n", lines=3, limit=99) == "a\nb\nc"
    assert last("a\nb\nc\n", lines=2, limit=99) == "… 1 lines before\nb\nc"
    assert last("a" * 50 + "z", lines=2, limit=3) == "… cut\naaz"


def inbound(body: Any) -> Span:
    (found,) = parse_trace("x", lines([root("1" * 32, 1, T0, outputValue={"statusCode": 200, "body": body})]))
    return found


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (None, ""),
        ("", ""),
        (base64.b64encode(b'{"a":[1,"\xc3\xa9"]}').decode(), '{\n  "a": [\n    1,\n    "é"\n  ]\n}'),
        (base64.b64encode(b"plain text, long").decode(), "plain text, long"),
        (base64.b64encode(b"\xff\xfe\x00\x01").decode(), "4 bytes that are no text: ff fe 00 01"),
        ("no base64!", "no base64!"),
        ({"a": 1}, '{\n  "a": 1\n}'),
        (base64.b64encode(b"[" * 5_000).decode(), "[" * 1_000 + "\n… cut: 4,000 more characters"),
    ],
)
def test_a_body_is_decoded_and_laid_out(body: Any, shown: str) -> None:
    assert values.answered(inbound(body), 1_000).body == shown


def test_headers_are_bounded() -> None:
    headers = {str(number): "v" for number in range(99)}
    trace = root("1" * 32, 1, T0, inputValue={"method": "GET", "target": "/x", "headers": headers})
    sent = values.sent(parse_trace("x", lines([trace]))[0], 10)
    assert sent.head == "GET /x"
    assert (len(sent.headers), sent.headers[-1]) == (values.HEADERS + 1, ("…", "69 more"))


def test_a_value_that_is_nested_too_deep_is_no_fault() -> None:
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    assert values.laid_out(value, 50)


def test_recorded_spans_stand_where_they_were_beside_the_moments_of_the_replay(tmp_path: Path) -> None:
    run = GoodRun()
    run.mocks[2]["at"], run.mocks[3]["at"] = T0 + 102.1, T0 + 102.4
    found = fall(written(run, tmp_path), "create order")
    assert (found.recorded_ms, found.replayed_ms) == (500, 500)
    shape = [(line.state, line.depth, line.library) for line in found.lines]
    assert shape == [("root", 0, "flask"), ("answered", 1, "requests"), ("answered", 1, "requests")]
    recorded = [(line.recorded.left, line.recorded.width) for line in found.lines if line.recorded]
    assert recorded == [(0, 100), (20, 20), (40, 20)]
    assert [round(line.replayed.left) for line in found.lines if line.replayed] == [0, 20, 80]
    assert [round(line.replayed.began_ms) for line in found.lines if line.replayed] == [0, 100, 400]


def test_a_miss_and_a_call_that_was_not_asked_for_are_told_apart(tmp_path: Path) -> None:
    run = written(red(), tmp_path)
    found = fall(run, "create order")
    assert [line.state for line in found.lines] == ["root", "answered", "unasked", "missed"]
    assert found.lines[-1].recorded is None
    assert [call.text for call in case(run, "create order").misses] == ["GET http://127.0.0.1:9123/wether"]


def test_an_answer_from_another_recording_is_told(tmp_path: Path) -> None:
    run = red()
    run.mocks[3] = mock(run.spans(2)[0]["traceId"], "elsewhere", matched_trace="3" * 32)
    assert [line.state for line in fall(written(run, tmp_path), "create order").lines][-1] == "elsewhere"


def test_the_official_cli_keeps_no_account(tmp_path: Path) -> None:
    run = GoodRun()
    run.replay["cli"] = {"name": "official", "version": "v1"}
    run.raw = {"mocks": None}
    told = written(run, tmp_path)
    found = fall(told, "create order", account=False)
    assert {line.state for line in found.lines} == {"root", "unknown"}
    assert found.replayed_ms is None
    assert "The official CLI keeps no account" in html.render([told])


def test_a_bar_stays_on_its_line_whatever_the_times(tmp_path: Path) -> None:
    run = GoodRun()
    spans = run.spans(2)
    trace = spans[0]["traceId"]
    spans[0]["timestamp"]["seconds"] -= 10**6
    spans[1]["duration"] = {"seconds": 10**9, "nanos": 0}
    spans[1]["parentSpanId"] = spans[1]["spanId"]
    spans[:0] = [span(trace, f"n{n}", T0 + 2.1, 0.0, parentSpanId=f"n{n - 1}") for n in range(SHOWN + 40)]
    run.mocks[2]["at"] = T0 - 5
    found = fall(written(run, tmp_path), "create order")
    assert (len(found.lines), found.more) == (SHOWN, 43)
    for line in found.lines:
        for bar in (line.recorded, line.replayed):
            assert bar is None or (0 <= bar.left <= 100 - LEAST and bar.width > 0 and bar.left + bar.width <= 100.01)


def test_the_log_of_a_request_is_what_was_written_in_its_time(tmp_path: Path) -> None:
    run = written(large(20), tmp_path)
    told = case(run, "request 13").told
    assert told is not None
    assert logs.of_request(told, run) == "2026-09-21T14:13:22 [TuskDrift] request 13"


def test_the_ends_of_logs_are_bounded(tmp_path: Path) -> None:
    run = written(GoodRun(), tmp_path)
    (run.folder / "logs" / "huge.log").write_bytes(b"first\n" + b"x" * 3_000_000 + b"\n" + b"line\n" * 200)
    (run.folder / "logs" / "empty.log").touch()
    found = {Path(log.path).name: log.text for log in logs.ends(run)}
    assert "empty.log" not in found
    assert found["huge.log"].endswith("line\nline")
    assert len(found["huge.log"]) < logs.LIMIT + 100
    assert next(iter(found)).startswith("tusk-"), "those of the replay come first"


def test_phases_fill_their_bar() -> None:
    bar = facts.phases({"total": 9, "prepare": 0.01, "services": 1.0, "record": 2.0, "replay": 5.0, "check": None})
    assert [(phase.name, phase.seconds) for phase in bar] == [("services", 1.0), ("record", 2.0), ("replay", 5.0)]
    assert [phase.left for phase in bar] == [0, 12.5, 37.5]
    assert facts.phases({}) == []


def test_what_makes_a_run_prove_less_stands_out(tmp_path: Path) -> None:
    run = GoodRun()
    run.run.update({"partial": "order*", "sentinels": False, "with": "flask<3.1"})
    told = written(run, tmp_path).told
    assert told is not None
    found = {fact.label: fact for fact in facts.facts(json.loads(json.dumps(told.result)))}
    assert [label for label, fact in found.items() if fact.bad] == ["Sentinels", "Requests"]
    assert (found["Laid over"].text, found["SDK"].text) == ("flask<3.1", "0.1.29 (index 0.1.29)")
