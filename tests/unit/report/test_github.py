"""What a job of GitHub Actions makes of a run: groups, annotations, and no colour."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from e2e_common.judge import judging
from e2e_common.report import write
from e2e_common.report.write import Progress, failures_as_errors, has_colour, summary
from e2e_common.util.streams import inert
from tests.unit.judge.good_run import GoodRun
from tests.unit.report.made import deviation, large, red, written

LINE = re.compile(r"::error title=(?P<title>[^:,\r\n]*)::(?P<message>[^\r\n]*)")


def result(run: GoodRun, tmp_path: Path) -> Mapping[str, Any]:
    return written(run, tmp_path).result


def undo(text: str) -> str:
    """What the runner makes of an escaped text."""
    for code, char in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, char)
    return text


def test_a_request_that_failed_has_an_annotation(tmp_path: Path) -> None:
    assert failures_as_errors(result(GoodRun(), tmp_path)) == []
    run = red()
    (line,) = failures_as_errors(result(run, tmp_path))
    match = LINE.fullmatch(line)
    assert match
    assert undo(match["title"]) == "flask: create order"
    assert undo(match["message"]).startswith("no recorded answer for GET http://127.0.0.1:9123/wether; closest")
    run.requests.pop()  # the script broke off: a reason that is of no request comes first
    first, second = failures_as_errors(result(run, tmp_path))
    assert first.startswith("::error title=flask%3A failed%2C exit 1::") and second == line


def test_there_are_ten_at_most(tmp_path: Path) -> None:
    lines = failures_as_errors(result(large(200), tmp_path))
    assert len(lines) == write.ANNOTATIONS
    assert lines[-1] == "::error title=flask::and 11 more: see result.json"
    assert len(failures_as_errors(result(large(100), tmp_path / "ten"))) == 10


def test_no_text_ends_its_line_or_its_property() -> None:
    hostile = "a%0A::error::b\r\n::stop-commands::x,y:z\ud800"
    line = write.error(hostile, hostile)
    match = LINE.fullmatch(line)
    assert match, line
    assert undo(match["title"]) == r"a%0A::error::b\r\n::stop-commands::x,y:z\ud800"
    assert undo(match["message"]) == "a%0A::error::b\\r\n::stop-commands::x,y:z\\ud800"


HOSTILE_LINES = ["::stop-commands::x", "    ::add-mask::a", "a ##[add-mask]b", "| ##[error]::", "a\r::error::b", "a::b"]


def test_what_others_wrote_is_no_command_there(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\n".join(HOSTILE_LINES)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    assert inert(text) == text
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    made = inert(text)
    assert made.splitlines() == [
        ": :stop-commands::x", "    : :add-mask::a", "a ## [add-mask]b", "| ## [error]::", "a", ": :error::b", "a::b",
    ]  # fmt: skip
    assert not [line for line in made.splitlines() if "##[" in line or line.lstrip().startswith("::")]


def test_a_red_run_holds_no_command_but_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    run = red()
    run.results[1]["deviations"] = [deviation("##[add-mask]e", "::stop-commands::x")]
    folder = written(run, tmp_path).folder
    printed = summary(judging.judge_run(folder, tmp_path), folder, tmp_path, ["::error::a note"])
    assert "## [add-mask]e" in printed and ": :error::a note" in printed
    assert "##[" not in printed
    Progress("flask", verbose=True).say("::error::of the CLI")
    assert capsys.readouterr().out == ": :error::of the CLI\n"


@pytest.mark.parametrize(
    ("is_terminal", "variables", "coloured"),
    [
        (False, {}, False),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": ""}, False),
        (True, {}, True),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
    ],
)
def test_colour_is_for_terminals_and_comes_by_force(
    monkeypatch: pytest.MonkeyPatch, is_terminal: bool, variables: dict[str, str], coloured: bool
) -> None:
    for name, value in {"FORCE_COLOR": "", "NO_COLOR": "", "TERM": "xterm", **variables}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert has_colour(Mock(isatty=lambda: is_terminal)) is coloured
