"""report.html as text: spans on a line of time, what a run's head shows, and a page that stays bounded and inert."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e_common.report import html
from e2e_common.report.model import RunReport
from e2e_common.report.waterfall import LEAST, SHOWN, Waterfall, waterfall
from tests.unit.judge.good_run import CAUSE, T0, GoodRun, mock, span
from tests.unit.report.made import HOSTILE, large, red, written


def fall(run: RunReport) -> Waterfall:
    return waterfall(run.by_name["create order"])


def test_recorded_spans_stand_where_they_were_beside_the_moments_of_the_replay(tmp_path: Path) -> None:
    run = GoodRun()
    run.mocks[2]["at"], run.mocks[3]["at"] = T0 + 102.1, T0 + 102.4
    found = fall(written(run, tmp_path))
    assert (found.recorded_ms, found.replayed_ms) == (500, 500)
    assert [(line.state, line.library) for line in found.lines] == [
        ("root", "flask"), ("answered", "requests"), ("answered", "requests"),
    ]  # fmt: skip
    assert [line.recorded and line.recorded[:2] for line in found.lines] == [(0, 100), (20, 20), (40, 20)]
    replayed = [(round(line.replayed.left), round(line.replayed.began_ms)) for line in found.lines if line.replayed]
    assert replayed == [(0, 0), (20, 100), (80, 400)]


def test_a_call_that_went_wrong_is_told_apart_from_those_that_did_not(tmp_path: Path) -> None:
    run = red()
    found = fall(written(run, tmp_path))
    assert [line.state for line in found.lines] == ["root", "answered", "unasked", "missed"]
    assert found.lines[-1].recorded is None
    run.mocks[3] = mock(run.spans(2)[0]["traceId"], "elsewhere", matched_trace="3" * 32)
    assert fall(written(run, tmp_path)).lines[-1].state == "elsewhere"


def test_the_official_cli_keeps_no_account(tmp_path: Path) -> None:
    run = GoodRun()
    run.replay["cli"] = {"name": "official", "version": "v1"}
    run.raw = {"mocks": None}
    report = written(run, tmp_path)
    found = fall(report)
    assert ([line.state for line in found.lines], found.replayed_ms) == (["root", "unknown", "unknown"], 0)
    assert "The official CLI keeps no account" in html.render([report])


def test_a_bar_stays_on_its_line_whatever_the_times(tmp_path: Path) -> None:
    run = GoodRun()
    spans = run.spans(2)
    trace = spans[0]["traceId"]
    spans[0]["timestamp"]["seconds"] -= 10**6
    spans[1]["duration"] = {"seconds": 10**9, "nanos": 0}
    spans[:0] = [span(trace, f"n{n}", T0 + 2.1, 0.0) for n in range(SHOWN + 40)]
    run.mocks[2]["at"] = T0 - 5
    found = fall(written(run, tmp_path))
    assert (len(found.lines), found.more) == (SHOWN, 43)
    for line in found.lines:
        for bar in (line.recorded, line.replayed):
            assert bar is None or (0 <= bar.left <= 100 - LEAST and bar.width > 0 and bar.left + bar.width <= 100.01)


def test_a_known_failure_is_shown_with_its_cause(tmp_path: Path) -> None:
    page = html.render([written(large(10), tmp_path)])
    assert f"({CAUSE})" in page and "known_failures.yaml:1" in page


def test_what_makes_a_run_prove_less_stands_out(tmp_path: Path) -> None:
    run = GoodRun()
    run.recording["partial"] = "order*"
    run.setup |= {"sentinels": False, "with": "flask<3.1"}
    found = html.facts(written(run, tmp_path))
    assert (found["Sentinels"], found["Requests"]) == ("NOT ISOLATED: they were off", "PARTIAL (E2E_ONLY)")
    assert (found["E2E_WITH"], found["sdk"], found["SDK from"]) == ("flask<3.1", "0.1.29", "index 0.1.29")
    assert found["Seconds"] == "total 6.1, prepare 0.1, services 0.2, record 1.5, flush 1.4, replay 2.5"


def test_a_page_does_not_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = written(large(100, body_bytes=3_000), tmp_path)
    whole = html.render([run])
    monkeypatch.setattr(html, "WHOLE", 60_000)
    page = html.render([run])
    assert len(page) < len(whole) / 2
    assert page.count("Left out, for the page would be too long") > 50
    assert page.count('data-verdict="failed"') == 10
    assert page.count("response.body.n") == 10, "what failed is told in full"


def test_bodies_of_a_megabyte_are_cut(tmp_path: Path) -> None:
    run = red()
    value = {"text": "<]]>&" * 300_000}
    run.results[1]["deviations"][0].update(expected=value, actual={"text": "short"})
    for each in run.spans(2):
        each["outputValue"] = {"statusCode": 200, "body": "x" * 1_500_000, "headers": {"a": "b" * 1_000_000}}
    assert len(html.render([written(run, tmp_path)])) < 100_000


def test_hostile_text_is_no_markup(tmp_path: Path) -> None:
    page = html.render([written(large(30, text=HOSTILE), tmp_path)])
    assert "<img" not in page
    assert page.count("<script") == page.count("</script") == 1
    assert "{{ 7*7 }}" in page
    assert not set(page) & set("\x00\x1b\u202e\ufffe\ud800")
