"""report.html as text: spans on a line of time, what a run's head shows, and a page that stays bounded and inert."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from e2e_common.report import html
from e2e_common.report.model import RunReport
from tests.unit.judge.good_run import CAUSE, T0, GoodRun, mock, span
from tests.unit.report.made import HOSTILE, large, red, written


def rows(run: RunReport) -> list[tuple[str, ...]]:
    """State, start and length of each bar in the waterfall of `create order`, and the rest of its row's text."""
    page = html.render([replace(run, requests=(run.by_name["create order"],))])
    table = page.partition('<table class="fall">')[2].partition("</table>")[0]
    bar = re.compile(r'<svg[^>]*><rect class="\w+" x="([^"]*)" width="([^"]*)" height="1"/></svg>')
    return [
        (state, *(part for match in bar.findall(row) for part in match), " ".join(re.sub("<[^>]*>", " ", row).split()))
        for state, row in re.findall(r'<tr class="(\w+)">(.*?)</tr>', table, re.DOTALL)
    ]


def test_recorded_spans_stand_where_they_were_beside_the_moments_of_the_replay(tmp_path: Path) -> None:
    run = GoodRun()
    run.mocks[2]["at"], run.mocks[3]["at"] = T0 + 102.1, T0 + 102.4
    found = rows(written(run, tmp_path))
    starts = [(row[0], *(round(float(text)) for text in row[1:-1:2])) for row in found]
    assert starts == [("root", 0, 0), ("answered", 100, 100), ("answered", 200, 400)]
    assert found[0][-1] == "GET /x flask +0.0 ms, 500.0 ms +0.0 ms, 500.0 ms"
    assert found[2][-1].endswith("requests +200.0 ms, 100.0 ms +400.0 ms answered")


def test_a_call_that_went_wrong_is_distinguished_from_those_that_did_not(tmp_path: Path) -> None:
    run = red()
    found = rows(written(run, tmp_path))
    assert [row[0] for row in found] == ["root", "answered", "unasked", "missed"]
    assert "not recorded here" in found[-1][-1] and "✗ no recorded answer" in found[-1][-1]
    run.mocks[3] = mock(run.spans(2)[0]["traceId"], "elsewhere", matched_trace="3" * 32)
    assert rows(written(run, tmp_path))[-1][0] == "elsewhere"


def test_the_official_cli_keeps_no_account(tmp_path: Path) -> None:
    run = GoodRun()
    run.replay["cli"] = {"name": "official", "version": "v1"}
    run.raw = {"mocks": None}
    found = [(row[0], row[-1][-10:]) for row in rows(written(run, tmp_path))]
    assert found == [(state, "no account") for state in ("root", "unknown", "unknown")]


def test_a_waterfall_is_bounded(tmp_path: Path) -> None:
    run = GoodRun()
    spans = run.spans(2)
    spans[:0] = [span(spans[0]["traceId"], f"n{n}", T0 + 2.1, 0.0) for n in range(100)]
    report = written(run, tmp_path)
    assert len(rows(report)) == 61
    assert "and 42 more: E2E_ONLY=" in html.render([report])


def test_a_known_failure_is_shown_with_its_cause(tmp_path: Path) -> None:
    page = html.render([written(large(10), tmp_path)])
    assert f"Known failure {CAUSE} (" in page and "known_failures.yaml:1" in page


def test_what_makes_a_run_prove_less_stands_out(tmp_path: Path) -> None:
    run = GoodRun()
    run.recording["partial"] = "order*"
    run.setup |= {"sentinels": False, "with": "flask<3.1"}
    page = html.render([written(run, tmp_path)])
    for text in ("<b>PARTIAL</b>", "<b>NOT ISOLATED</b>", "with flask&lt;3.1", "SDK 0.1.29", "record 1.5", "flush 1.4"):
        assert text in page
    assert "<li>leak: unpatched connect (expected)</li>" in page
    assert "<li>leak: upstream GET /leak (expected)</li>" in html.render([written(GoodRun(), tmp_path / "isolated")])


def test_bodies_of_a_megabyte_are_cut(tmp_path: Path) -> None:
    run = red()
    value = {"text": "<]]>&" * 300_000}
    run.results[1]["deviations"][0].update(expected=value, actual={"text": "short"})
    for each in run.spans(2):
        each["outputValue"] = {"statusCode": 200, "body": "x" * 1_500_000, "headers": {"a": "b" * 1_000_000}}
    assert len(html.render([written(run, tmp_path)])) < 100_000


def test_hostile_text_is_no_markup(tmp_path: Path) -> None:
    page = html.render([written(large(30, text=HOSTILE), tmp_path)])
    assert "<img" not in page and "{{ 7*7 }}" in page
    assert page.count("<script") == page.count("</script") == 1
    assert not set(page) & set("\x00\x1b\u202e\ufffe\ud800")
