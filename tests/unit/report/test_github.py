"""What a job of GitHub Actions makes of a run: groups, annotations, and no colour."""

from __future__ import annotations

import re
from pathlib import Path
from unittest.mock import Mock
from urllib.parse import unquote

import pytest

from e2e_common.judge import judging
from e2e_common.report import write
from e2e_common.report.write import Progress, failures_as_errors, has_colour, summary
from e2e_common.util.streams import inert
from tests.unit.judge.good_run import GoodRun
from tests.unit.report.made import deviation, large, red, written

LINE = re.compile(r"::error title=([^:,\r\n]*)::([^\r\n]*)")


def errors(run: GoodRun, home: Path) -> list[str]:
    return failures_as_errors(written(run, home).result)


def parts(line: str) -> list[str]:
    """What the runner makes of an annotation: its title and its message."""
    match = LINE.fullmatch(line)
    assert match, line
    return [unquote(text) for text in match.groups()]


def test_a_request_that_failed_has_an_annotation(tmp_path: Path) -> None:
    assert errors(GoodRun(), tmp_path) == []
    run = red()
    (line,) = errors(run, tmp_path)
    title, message = parts(line)
    assert title == "flask: create order"
    assert message.startswith("no recorded answer for GET http://127.0.0.1:9123/wether; closest")
    run.requests.pop()  # the script broke off: a reason that is of no request comes first
    first, second = errors(run, tmp_path)
    assert first.startswith("::error title=flask%3A failed%2C exit 1::") and second == line


def test_there_are_ten_at_most(tmp_path: Path) -> None:
    lines = errors(large(200), tmp_path)
    assert (len(lines), lines[-1]) == (10, "::error title=flask::and 11 more: see result.json")
    assert len(errors(large(100), tmp_path / "ten")) == 10


def test_no_text_ends_its_line_or_its_property() -> None:
    hostile = "a%0A::error::b\r\n::stop-commands::x,y:z\ud800"
    assert parts(write.error(hostile, hostile)) == [
        r"a%0A::error::b\r\n::stop-commands::x,y:z\ud800",
        "a%0A::error::b\\r\n::stop-commands::x,y:z\\ud800",
    ]


def test_what_others_wrote_is_no_command_there(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "::stop-commands::x\n    ::add-mask::a\na ##[add-mask]b\n| ##[error]::\na\r::error::b\na::b"
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    assert inert(text) == text
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    harmless = ": :stop-commands::x\n    : :add-mask::a\na ## [add-mask]b\n| ## [error]::\na\r: :error::b\na::b"
    assert inert(text) == harmless


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
