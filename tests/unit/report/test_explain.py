"""e2e_common/report/explain.py: the last run, one request at a time, and as a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e_common.report import model
from e2e_common.report.explain import BY, about, chosen, explain, table
from e2e_common.util.errors import HarnessError
from tests.unit.judge.good_run import CAUSE, FILE, HEALTH, NAMED, ORDER, T0, GoodRun, mock, span
from tests.unit.report.made import differing, encoded, missed, reported, write


def sections(run: GoodRun, name: str) -> dict[str, list[str]]:
    """Title → lines of what is said of a request; the first line is under ""."""
    found: dict[str, list[str]] = {"": []}
    title = ""
    report = reported(run)
    for line in explain(report, report.by_name[name]):
        if line and not line.startswith(" ") and found[""]:
            title = line
        found.setdefault(title, []).extend([line.strip()] if line != title and line else [])
    return found


def test_of_a_sound_request_all_is_said_in_the_order_of_time() -> None:
    run = GoodRun()
    run.spans(2)[2]["inputValue"] |= {"body": encoded({"item": "tea"})}
    found = sections(run, "create order")
    assert found[""] == ["✓ 'create order' of flask-8000 (request 2): passed"]
    assert list(found)[1:] == [
        "Verdict", "Sent", "Answered in recording", "Recorded", "Asked for in replay", "Answered in replay", "Files",
    ]  # fmt: skip
    assert found["Verdict"] == ["nothing is wrong with it"]
    assert found["Sent"][0].startswith("GET /x, at ") and found["Sent"][0].endswith(", answered in 700 ms")
    assert found["Sent"][1:] == ["GET /x", "X-E2e-Request: 2", 'body: {"item": "tea"}']
    answer = ["200", "Content-Type: application/json", 'body: {"a": 1}']
    assert found["Answered in recording"] == ["status 200", *answer, "as expected", 'expected calls: {"requests": 2}']
    assert found["Recorded"][:2] == [
        f"{run.name(2)}, 3 spans: flask GET /x, 500.0 ms",
        "· requests GET http://127.0.0.1:9123/weather, +100.0 ms, 100.0 ms (span call-a)",
    ]
    assert 'output: {"statusCode": 200}' in found["Recorded"]
    assert found["Asked for in replay"] == [
        f"GET http://127.0.0.1:9123/weather: answered with span call-{n}: {BY['value']}" for n in "ab"
    ]
    assert found["Answered in replay"] == ["as recorded, in 12 ms"]
    assert f"jq . out/flask-8000/{run.name(2)}" in found["Files"]


def test_what_a_request_declares_is_said() -> None:
    run = GoodRun()
    run.requests[2] |= {"late": True, "background": 2, "inexact": {"$.url": 2}, "unanswered": ["GET /new"]}
    run.requests[2] |= {"reached": ["GET /more"], "errors": ["KeyError: 'x'"]}
    found = sections(run, "leak")
    assert found["Answered in recording"][-9:] == [
        "as expected",
        "expected late: true",
        "expected background: 2",
        'expected expect_unpatched: {"connect": 1, "sendall": 1}',
        'expected leaks: ["upstream: GET /leak"]',
        'expected inexact: {"$.url": 2}',
        'expected unanswered: ["GET /new"]',
        'expected reached: ["GET /more"]',
        "expected errors: [\"KeyError: 'x'\"]",
    ]


def test_a_call_that_went_wrong_each_way() -> None:
    run = GoodRun()
    near = {"trace_id": HEALTH, "span_id": "s", "asked": "GET /near", "difference": "url: 'a' recorded, 'b' asked"}
    run.mocks[2:4] = [
        missed(ORDER, "GET /c", closest=[near], note="split"),
        missed(ORDER, "GET /d"),
        mock(ORDER, "call-b", by="shape", asked="GET /weather?b"),
        mock(ORDER, "root", matched_trace=HEALTH, asked="GET /e", by="value"),
    ]
    lines = sections(run, "create order")["Asked for in replay"]
    assert lines == [
        "GET http://127.0.0.1:9123/weather: recorded, and NOT asked for (span call-a)",
        f"GET /weather?b: answered with span call-b: {BY['shape']}",
        "GET /c: NO RECORDED ANSWER",
        "split",
        "the nearest recorded by 'health': GET /near (span s)",
        "differs in url: 'a' recorded, 'b' asked",
        "GET /d: NO RECORDED ANSWER, nothing like it was recorded",
        f"GET /e: answered with span root of 'health': {BY['value']}, of another recording",
    ]


def test_an_answer_that_differs_and_the_known_failure_that_it_is() -> None:
    run = differing({"a": 1, "b": 1}, {"a": 1, "b": 2})
    run.known = f"- cause: {CAUSE}\n  requests: [create order]\n  replay: {{body: {{$.b: 2}}}}\n"
    found = sections(run, "create order")
    assert found[""] == ["'create order' of flask-8000 (request 2): known failure"]
    assert found["Verdict"][0].startswith("known failure at replay (rule 3): response.body: it differs")
    assert found["Verdict"][1:] == [
        "differs: body $.b: 2",
        f"{CAUSE} (known_failures.yaml:1): {NAMED['title']}",
        f"its source: {NAMED['source']}",
    ]
    assert found["Answered in replay"][1:] == [
        "expected (-), and got in replay (+):",
        "- response.body.b: 1",
        "+ response.body.b: 2",
    ]


def test_a_request_without_a_trace_says_why() -> None:
    run = GoodRun()
    run.traces[run.name(2)] = run.spans(2)[:1]
    found = sections(run, "create order")
    assert "its headers and its body are in no trace" in found["Sent"][1]
    assert found["Recorded"][:2] == [
        "no trace with a root span; what is left of it:",
        f"{run.name(2)}, 1 spans: no root span",
    ]
    assert found["Answered in replay"] == ["no result: it was not replayed, since it was not recorded"]
    assert found["Verdict"][0].startswith("failed at recording (rule 2): recorded without its root span")
    del run.traces[run.name(2)]
    assert sections(run, "create order")["Recorded"] == ["nothing: no trace of it was written"]


def test_the_start_is_a_request_too() -> None:
    run = GoodRun()
    run.traces[FILE.format(0, "9" * 32)] = [span("9" * 32, "early", T0 - 1, 0.1, isPreAppStart=True, parentSpanId="")]
    run.mocks.insert(1, mock("", "early", matched_trace="9" * 32, pre_app_start=True, by="value"))
    found = sections(run, "(start)")
    assert found[""] == ["✓ '(start)' of flask-8000: passed"]
    assert found["Recorded"][1] == "· requests GET http://127.0.0.1:9123/weather, 100.0 ms (span early)"
    assert found["Asked for in replay"] == [
        f"GET http://127.0.0.1:9123/weather: answered with span early: {BY['value']}"
    ]
    assert "Sent" not in found
    run.mocks.insert(1, missed("", "GET /more", pre_app_start=True))
    found = sections(run, "(start)")
    assert found[""] == ["✗ '(start)' of flask-8000: failed"]
    assert "GET /more: NO RECORDED ANSWER, nothing like it was recorded" in found["Asked for in replay"]


def test_with_the_official_cli_it_says_what_is_not_known() -> None:
    run = GoodRun()
    run.replay["cli"] = {"name": "official", "version": "1"}
    run.raw["agent"] = {f"agent/x/deviation-{ORDER}.md": b"## Mock Not Found Events\n\n- GET /c\n"}
    lines = sections(run, "create order")["Asked for in replay"]
    assert lines[0].startswith("(the official CLI keeps no account of it")
    assert lines[1:] == ["GET /c: NO RECORDED ANSWER"]


def test_a_request_is_found_by_its_name_before_any_pattern() -> None:
    run = GoodRun()
    run.requests[0]["name"] = "*"
    assert [each.name for each in chosen(reported(run), "*")] == ["*"]
    assert [each.name for each in chosen(reported(run), "*e*")] == ["create order", "leak"]
    assert [each.name for each in chosen(reported(run), "[*]")] == ["*"]
    with pytest.raises(HarnessError, match="did you mean create order"):
        chosen(reported(run), "create oder")


def test_what_is_wrong_with_the_run_itself_comes_first(tmp_path: Path) -> None:
    assert not about(reported(GoodRun()))
    folder = write(tmp_path, GoodRun().artifacts(), code=5, verdict="error", reason="not done within 3 s")
    assert about(model.load(folder, tmp_path)) == ["The run ended with 5:", "not done within 3 s", ""]
    run = GoodRun()
    run.raw["mocks"] = b"{\n" * 20
    lines = about(reported(run))
    assert lines[1].startswith("mocks.jsonl, line 1: ") and lines[6].startswith("… and ")


def test_the_table_has_a_line_for_each_request_and_each_call() -> None:
    run = GoodRun()
    run.mocks.insert(2, missed(ORDER, "GET /c"))
    report = reported(run)
    lines = table(report, report.requests, 1000)
    assert [" ".join(line.split()) for line in lines] == [
        "flask-8000: 3 requests, 3 traces, 2 outbound calls; failed, exit 1",
        "n request status trace verdict file",
        f"1 health 200 11111111 passed {run.name(1)}",
        f"✗ 2 create order 200 22222222 failed {run.name(2)}",
        *["100.0 ms requests GET http://127.0.0.1:9123/weather"] * 2,
        "asked for, not recorded: GET /c",
        f"3 leak 200 33333333 passed {run.name(3)}",
    ]
    assert max(map(len, table(report, report.requests, 40))) == 40
