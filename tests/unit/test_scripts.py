"""The scripts run the code of their own checkout, from wherever they are called."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from e2e_common.__main__ import main
from e2e_common.util.paths import ROOT
from tests.conftest import E2E, clean_environ, execute
from tests.unit.report.made import large, written

LIMIT_S = 60


@pytest.mark.parametrize(
    ("script", "words", "says"),
    [
        ("e2e.sh", ["run", "flsk"], "did you mean flask?"),
        ("e2e.sh", [], "there is no such verb"),
        ("run-all-e2e-tests.sh", ["2", "flsk"], "did you mean flask?"),
    ],
)
def test_another_checkout_that_one_stands_in_is_not_run(
    script: str, words: list[str], says: str, tmp_path: Path
) -> None:
    other = tmp_path / "e2e_common"
    other.mkdir()
    (other / "__init__.py").write_text("raise SystemExit('this is the code of another checkout')\n")
    done = execute(ROOT / "scripts" / script, *words, env=clean_environ(), cwd=tmp_path)
    assert (says in done.stderr, "another checkout" in done.stderr) == (True, False), done.stderr


@pytest.mark.parametrize("verb", ["run", "traces", "explain", "mutate", "coverage", "logs", "update-known-failures"])
def test_a_verb_asks_for_a_suite_and_says_which_is_nearest(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([verb]) == 2
    assert capsys.readouterr().err.startswith(f"e2e: which suite? e2e.sh {verb} SUITE")
    assert main([verb, "flsk"]) == 2
    assert "did you mean flask?" in capsys.readouterr().err


def test_a_folder_may_be_said_from_where_one_stands(tmp_path: Path) -> None:
    suite = tmp_path / "tea" / "e2e-tests"
    suite.mkdir(parents=True)
    (suite / "entrypoint.py").touch()
    (suite.parent / "flask").mkdir()  # what has the name of a suite and is none, is none
    for word, name in (("e2e-tests", "tea"), ("flask", "flask")):
        done = execute(E2E, "logs", word, env=clean_environ(E2E_OUT=str(tmp_path / "out")), cwd=suite.parent)
        assert (done.returncode, f"in {tmp_path / 'out' / name}-8000" in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize("verb", ["traces", "explain"])
def test_a_reader_that_goes_away_is_no_fault(verb: str, tmp_path: Path) -> None:
    run, options = written(large(200), tmp_path), {"E2E_OUT": str(tmp_path / "out"), "E2E_ONLY": "*"}
    suite = tmp_path / run.result["suite"] / "e2e-tests"
    (suite / "entrypoint.py").touch()
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as nobody:
        done = subprocess.run(
            [E2E, verb, suite], env=clean_environ(**options), stdin=subprocess.DEVNULL, stdout=nobody,
            stderr=subprocess.PIPE, text=True, timeout=LIMIT_S, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_cdpath_leads_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    done = execute("scripts/e2e.sh", "traces", "flsk", env=clean_environ(CDPATH=str(tmp_path)))
    assert "did you mean flask?" in done.stderr, done.stderr


MARK = "e2e-was-run-by-a-shell"
ODD = f"x`touch {MARK}`; touch {MARK}; '; touch {MARK}; '\ntouch {MARK}"  # unquoted, in either quotes, as a line


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ["e2e-flask", "logs-flask", "update-known-failures-flask", "e2e-all", "PORT="],
            "is not a port (1024 to 65535)",
        ),
        (["e2e-all", "report", "test-faults", "SUITES="], "there is no suite"),
        (["test-faults", "SIXTH="], "argument --sixth: invalid"),
        (["test-faults", "SUITES=flask", "FAULT="], "no fault is called"),
        (["stress-flask", "N="], "how many runs? 1 or more"),
        (["bench", "RUNS="], "how many runs? 1 or more"),
        (["bench", "SUITE="], "there is no suite"),
        (["new-suite", "NAME="], "not a name like that of a package"),
        (["e2e-flask;"], "there is no target e2e-flask;"),
        (["repotr", "ALL="], "did you mean report?"),
        (["e2e-flask", "E2E_RUNTIMES="], "there is no option E2E_RUNTIMES; did you mean E2E_RUNTIME?"),
    ],
)
def test_no_shell_reads_what_make_is_given(words: list[str], says: str, tmp_path: Path) -> None:
    errors = _refused(["--keep-going", *words[:-1], words[-1] + ODD], says, tmp_path)
    targets = len([word for word in words if "=" not in word])
    assert (errors.count(says), errors.count("Error 2")) == (targets, targets), "each recipe's own status"


@pytest.mark.parametrize("name", ["PORT", "SUITES", "E2E_ONLY", "SHELL", "KNOWN"])
def test_make_itself_reads_nothing_in_a_value(name: str, tmp_path: Path) -> None:
    for value in (f"$(shell touch {MARK})", f"$$$(shell touch {MARK})"):
        says = f"e2e: {name}={value}: make expands the `$` in it: write `$$`"
        _refused(["doctor", f"{name}={value}"], says, tmp_path)


def _refused(words: list[str], says: str, tmp_path: Path) -> str:
    done = execute("make", *words, env=clean_environ(E2E_OUT=str(tmp_path)))
    mark = ROOT / MARK
    was_run = mark.exists()
    mark.unlink(missing_ok=True)
    assert (was_run, done.returncode) == (False, 2), done.stderr
    assert says in done.stderr, done.stderr
    return done.stderr


def test_suites_are_named_on_the_command_line_alone_and_make_n_starts_none(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for environ, words, known in (({"SUITES": "redis"}, [], 8), ({}, ["SUITES=redis psycopg*"], 3)):
        done = execute("make", "-n", "e2e-all", *words, env=clean_environ(E2E_OUT=str(out), **environ))
        assert (done.returncode, out.exists()) == (0, False), done.stderr
        assert done.stdout.count("scripts/e2e.sh run ") == known
