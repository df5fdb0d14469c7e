"""`make report` and E2E_REPORT: what is written where, from whatever artifacts there are, and what is said if not."""

from __future__ import annotations

import html as html_module
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from e2e_common.artifacts.run_folder import RunFolder, write_json
from e2e_common.judge import judging
from e2e_common.report import html, model, rendering
from e2e_common.report.model import RunReport
from e2e_common.setup.options import read_options
from e2e_common.util.errors import HarnessError
from e2e_common.util.paths import ROOT
from tests.conftest import Suite, clean_environ, execute
from tests.e2e.local.test_run_all import Several
from tests.unit.judge.good_run import GoodRun
from tests.unit.report.made import red, written

ALL = {"report.html", "summary.md", "junit.xml"}


def report(out: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`e2e.sh report`, with the artifacts in `out`."""
    return execute(ROOT / "scripts" / "e2e.sh", "report", *words, env=clean_environ(E2E_OUT=str(out)))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Artifacts of a flask run that is red and of a redis run that is green, both at port 8000."""
    green = GoodRun()
    green.recording["suite"] = "redis"
    written(red(), tmp_path)
    written(green, tmp_path)
    return tmp_path / "out"


def test_it_writes_all_kinds_and_says_where(out: Path) -> None:
    done = report(out)
    assert done.returncode == 0, done.stderr
    assert {Path(line).name for line in done.stdout.splitlines()} == ALL
    assert {path.name for path in (out / "report").iterdir()} == ALL, "no draft stays"
    assert "1 of 2 suites red" in (out / "report" / "report.html").read_text(encoding="utf-8")


def test_a_run_that_is_under_way_is_no_red_one_and_no_green_one(out: Path) -> None:
    folder = RunFolder(out / "flask-8000")
    folder.lock()
    assert "under way" not in page_of(out), "somebody only holds what has its verdict"
    folder.result.unlink()
    page = page_of(out)
    assert "is under way, and has no verdict yet" in page
    assert page.count(" passed, 0 known failures") == 1, "only of the other suite"
    shutil.rmtree(folder.root)
    assert "is under way, and has no verdict yet" in page_of(out)
    summary = (out / "report" / "summary.md").read_text()
    assert re.search(r"^\| flask \| ❌ none \(4\) .* is under way, and", summary, re.MULTILINE)


def page_of(out: Path) -> str:
    done = report(out)
    assert done.returncode == 0, done.stderr
    return (out / "report" / "report.html").read_text(encoding="utf-8")


def test_a_suite_without_a_run_is_wrong_use(out: Path) -> None:
    for words, code, says in (
        (["psycopg"], 2, f"there is no run of psycopg at port 8000 in {out}: make e2e-psycopg first"),
        (["psycop"], 2, "did you mean psycopg?"),
        (["--port", "8001"], 4, "there is no run at port 8001"),
    ):
        done = report(out, *words)
        assert (done.returncode, done.stdout, says in done.stderr) == (code, "", True), done.stderr


def test_a_run_without_artifacts_of_its_own_is_not_presented_with_those_of_another(tmp_path: Path) -> None:
    suite_dir, folder = tmp_path / "flask" / "e2e-tests", written(red(), tmp_path).folder
    outcome = judging.stopped(folder, suite_dir, {"suite": "flask"}, 3, "port 8000 is taken", has_artifacts=False)
    write_json(folder.result, outcome.result)
    for run in (model.load(folder, suite_dir), model.of(folder, suite_dir, outcome.verdict, outcome.result)):
        assert run.others == ["port 8000 is taken"]
        assert "create order" not in html.render([run])


def test_the_option_takes_some_of_the_kinds() -> None:
    assert read_options({})["E2E_REPORT"] == ""
    assert read_options({"E2E_REPORT": "html, junit,html"})["E2E_REPORT"] == "html,junit"
    for wrong, told in (
        ("htm", "did you mean html?"),
        ("junit;md", "there is no 'junit;md'; did you mean junit?"),
        ("junit,", "there is no ''"),
    ):
        with pytest.raises(HarnessError, match=rf"E2E_REPORT.*{re.escape(told)}") as error:
            read_options({"E2E_REPORT": wrong})
        assert error.value.code == 2


def test_a_report_that_cannot_be_made_changes_no_verdict(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def ended() -> list[RunReport]:
        return [rendering.read(out.parent / "flask" / "e2e-tests", out / "flask-8000")]

    rendering.after_runs(ended, out / "report", "junit,md,html")
    assert {path.name for path in (out / "report").iterdir()} == ALL
    assert capsys.readouterr() == ("", "")
    (out / "flask-8000" / "junit.xml").mkdir()
    rendering.after_runs(ended, out / "flask-8000", "junit")
    out_text, errors = capsys.readouterr()
    assert out_text == "" and "E2E_REPORT=junit: " in errors and "cannot be written" in errors


def test_all_suites_are_reported_together_those_without_a_result_too(tmp_path: Path) -> None:
    several = Several(tmp_path)
    several.real("red", "wrong answer")
    several.stand_in("lost", -9)
    done = several.run(several.script("2"), E2E_REPORT="md,junit", GITHUB_ACTIONS="true")
    assert done.returncode == 1, done.stdout
    text = (several.out / "report" / "summary.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:3] for line in text.splitlines() if line.startswith("|")][2:]
    assert [[cell.strip() for cell in row] for row in rows] == [["red", "❌ failed (1)"], ["lost", "❌ none (4)"]]
    assert "SIGKILL, and no result.json" in text
    assert (several.out / "report" / "junit.xml").read_text().count("<testsuite ") == 2
    assert not (several.out / "report" / "report.html").exists()
    lines = done.stdout.splitlines()
    assert "::error title=lost::ended by SIGKILL, and no result.json" in lines
    assert sum(line.startswith("::error title=red%3A wrong answer::") for line in lines) == 1
    assert "\x1b" not in done.stdout


def test_a_run_writes_what_it_is_asked_for(canary: Suite) -> None:
    run = canary.run(CANARY="hidden miss", E2E_REPORT="junit,html", GITHUB_ACTIONS="true", E2E_TIMEOUT="59")
    assert run.code == 1
    again = next(line.partition(": ")[2] for line in run.output.splitlines() if line.startswith("    only this: "))
    assert "E2E_TIMEOUT=59" in again and again in (run.folder / "junit.xml").read_text(), "the terminal's very command"
    assert again in html_module.unescape((run.folder / "report.html").read_text(encoding="utf-8"))
    assert (run.folder / "junit.xml").read_text().count("<failure") == 1
    assert "hidden miss" in (run.folder / "report.html").read_text(encoding="utf-8")
    assert not (run.folder / "summary.md").exists()
    (line,) = [line for line in run.output.splitlines() if line.startswith("::error ")]
    assert line.startswith("::error title=canary%3A hidden miss::no recorded answer for GET http://")
    assert canary.run("8000", "--phases", "check", E2E_REPORT="md").code == 1
    assert (run.folder / "summary.md").exists()
