"""The README's tables are made from what the repository holds, and are current."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from e2e_common.errors import Code, HarnessError
from e2e_common.paths import ROOT, suite_names
from e2e_common.readme import suites
from e2e_common.readme.__main__ import PARTS, written
from e2e_common.readme.error_texts import WRITTEN, error_texts
from e2e_common.readme.error_texts import written as written_by
from tests.conftest import clean_environ


def test_the_readme_is_current() -> None:
    text = (ROOT / "README.md").read_text()
    assert written(text) == text, "make readme"


def test_what_is_between_the_marks_is_made_anew_and_nothing_else() -> None:
    marks = "".join(f"before\n<!-- {name}: made by `make readme` -->\nold\n<!-- /{name} -->\nafter\n" for name in PARTS)
    made = written(marks)
    assert "-->\nold\n" not in made
    assert made.count("before\n") == made.count("after\n") == len(PARTS)
    assert written(made) == made


def test_a_readme_without_a_place_for_a_part() -> None:
    with pytest.raises(HarnessError, match="there is no '<!-- suites: made by `make readme` -->'") as raised:
        written("nothing")
    assert raised.value.code == Code.USAGE


def test_every_suite_has_its_line() -> None:
    assert [line.split("`")[1] for line in suites.table()[2:]] == suite_names()


SOURCE = '''
"""usage("a docstring is none of them")"""
def one(name):
    raise usage(f"{name}: there is no such thing")
def two():
    message = "this came by way" if name else "of a variable"
    yield Failure(1, RUN, message, "results.json")
def three():
    print("this is no error text")
'''


def test_an_error_text_is_found_with_its_exit_code(tmp_path: Path) -> None:
    (tmp_path / "e2e_common").mkdir()
    (tmp_path / "e2e_common" / "module.py").write_text(SOURCE)
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "one.sh").write_text('die 3 "no $(tail -n 1 "$LOG") in ${name}: install it"\n')
    error_texts.cache_clear()
    assert error_texts(tmp_path) == {
        1: ["of a variable", "this came by way"],
        2: ["…: there is no such thing"],
        3: ["no … in …: install it"],
    }


def test_no_module_writes_a_text_that_stands_nowhere() -> None:
    common = ROOT / "e2e_common"
    texts = {path: list(written_by(ast.parse(path.read_text()))) for path in common.rglob("*.py")}
    found = {path.relative_to(common).as_posix(): told for path, told in texts.items() if told}
    of_no_code = found.pop("reports/rendering.py")  # changes no verdict
    assert found.keys() == WRITTEN.keys()
    listed = set((ROOT / "README.md").read_text().splitlines())
    assert {f"- `{text}`" for told in found.values() for text in told} <= listed
    assert all(f"`{text}`" in " ".join((ROOT / "README.md").read_text().split()) for text in of_no_code)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["make", "e2e-flsk"], 2),
        (["make", "stress-flask", "N=0"], 2),
        (["make", "e2e-flask", "E2E_SDK=no-such"], 2),
        (["make", "e2e-flask", "E2E_RUNTIMES=local"], 2),
        (["make", "replay-flask", "PORT=1025"], 2),
        (["make", "e2e-flask", "TUSK_CLI=official", "TUSK_CLI_PATH=/no/such"], 3),
        (["make", "e2e-flask", "E2E_PYTHON=3.1"], 3),
    ],
)
def test_what_is_said_on_the_terminal_stands_in_the_list(command: list[str], code: int, tmp_path: Path) -> None:
    environ = clean_environ(E2E_OUT=str(tmp_path))
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    patterns = [".*".join(map(re.escape, text.split("…"))) for text in error_texts()[code] if len(text) > 12]
    assert any(re.search(pattern, done.stdout + done.stderr) for pattern in patterns), done.stdout + done.stderr
    assert done.returncode == 2  # make's own
