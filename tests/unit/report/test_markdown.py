"""summary.md: what GitHub takes, and as text whatever a run has said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from e2e_common.report import markdown
from tests.unit.judge.good_run import GoodRun
from tests.unit.report.made import HOSTILE, deviation, large, red, written

MIB = 1024 * 1024


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", row)][1:-1]


def outside_code(text: str) -> str:
    """Without what is fenced, and without code in a line: there nothing is markup."""
    text = re.sub(r"^(`{3,})diff\n.*?\n\1$", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"(?<![\\`])(`+)(?!`).*?(?<!`)\1(?!`)", "", text)


def test_a_green_suite_is_a_row(tmp_path: Path) -> None:
    text = markdown.render([written(GoodRun(), tmp_path)])
    head, rule, row = text.splitlines()
    assert cells(row) == ["flask", "✅ passed", "3", "3", "3", "3", "0", "6.1", ""]
    assert len(cells(head)) == len(cells(rule)) == len(cells(row))


def test_a_red_one_says_what_and_how_to_see_it_again(tmp_path: Path) -> None:
    text = markdown.render([written(GoodRun(), tmp_path / "a"), written(red(), tmp_path / "b")])
    rows = [cells(line) for line in text.splitlines() if line.startswith("|")]
    assert [row[1] for row in rows[2:]] == ["✅ passed", "❌ failed (1)"]
    assert "no recorded answer for GET http:\\//127.0.0.1:9123/wether" in rows[-1][-1]
    assert "#### create order\n" in text
    assert "- response.body.id: 7\n+ response.body.id: 8\n" in text
    assert "\nrerun: E2E_ONLY='create order' E2E_PYTHON=3.12 make e2e-flask\n" in text


@pytest.mark.parametrize(
    "markup",
    ["<img src=x>", "a|b", "[x](y)", "![x](y)", "`x`", "**x**", "_x_", "~~x~~", "# x", "- x", "+ x", "=", "1. x",
     "1) x", "12. x", "123456789) x", "http://x", "www.x.org", "@someone", "#1", "&lt;", "a\\|b", "$x$"],
)  # fmt: skip
def test_no_text_is_markup(markup: str) -> None:
    text = markdown.escaped(markup)
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text) == markup, "it reads as it was"
    assert text != markup
    assert not re.search(r"(?<!\\)(?:\\\\)*([<|\[`*_~#@$&]|^[-+=]|^\d+[.)]|(?<=:)/(?=/))", text)


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    text = markdown.render([written(large(30, text=HOSTILE), tmp_path)])
    assert not re.search(r"(?<!\\)<", outside_code(text)) and text.replace("\n", "").isprintable()
    assert {len(cells(row)) for row in text.splitlines() if row.startswith("|")} == {9}


def test_a_fence_is_longer_than_what_it_holds(tmp_path: Path) -> None:
    run = red()
    run.results[1]["deviations"][0].update(expected="```\n# out\n", actual="````\n<b>")
    text = markdown.render([written(run, tmp_path)])
    assert "`````diff" in text
    assert "\n# out" not in outside_code(text)


def test_it_is_never_longer_than_github_takes(tmp_path: Path) -> None:
    run = large(50, text="é`|<&" * 60, body_bytes=10)
    for item in run.results:
        item["deviations"] = [deviation("a" * 999, "b" * 999, f"header {n}{'x' * 99}") for n in range(14)]
        item["passed"] = False
    text = markdown.render([written(run, tmp_path)] * 60)
    assert 0.8 * MIB < len(text.encode()) < MIB
    assert text.rstrip().endswith("report.html and result.json hold all.")
    assert text.count("\n| flask |") == 60, "every suite keeps its row"
