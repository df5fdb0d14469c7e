"""The faults of tests/faults: what its files may say, how an edit is made, and which runs have seen their fault."""

from __future__ import annotations

import os
import py_compile
from pathlib import Path
from typing import Any

import pytest

from e2e_common.run.suite_run import Ended
from e2e_common.setup.environments import prepare
from e2e_common.setup.options import read_options
from e2e_common.util.errors import HarnessError
from e2e_common.util.paths import SUITES, suite_names
from tests.conftest import E2E, clean_environ, execute
from tests.faults import catalogue
from tests.faults.catalogue import Fault, missed

SOURCE = """\
def one():
    try:
        return first()
    except OSError:

        return None


def two():
        return first()
"""
ROW = """
- fault: the first is lost
  diff: |2
    -return first()
  red: [request]
"""
FILE = f"module.py:{ROW}"


def fault(old: str = "return None", new: str = "return second()", **fields: Any) -> Fault:
    stated = {"suite": "flask", "name": "f", "file": "module.py", "red": ("one *",)}
    lines = [*(f"-{line}" for line in old.splitlines()), *(f"+{line}" for line in new.splitlines())]
    return Fault(**{**stated, "diff": "\n".join(lines), **fields})


def test_lines_are_replaced_as_deep_as_they_stand() -> None:
    old = "try:\n    return first()\nexcept OSError:\n\n    return None\n"
    text = catalogue.edited(fault(old, "if True:\n    return second()\n\n"), SOURCE)
    assert text == "def one():\n    if True:\n        return second()\n" + SOURCE[SOURCE.index("\n\ndef two") :]
    kept = fault(diff=" try:\n-    return first()\n+    pass\n except OSError:\n\n")
    assert catalogue.edited(kept, SOURCE) == SOURCE.replace("return first()", "pass", 1)
    assert catalogue.edited(fault(old, ""), SOURCE) == "def one():\n" + SOURCE[SOURCE.index("\n\ndef two") :]


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        ({"old": "return first()"}, "occur 2 times in drift/module.py, not once"),
        ({"old": "return third()"}, "occur 0 times in drift/module.py, not once"),
        ({"old": "return first"}, "occur 0 times"),  # whole lines
        ({"old": "try:\nreturn first()"}, "occur 0 times"),  # as deep below each other
        ({"old": "    return first()\nexcept OSError:"}, "occur 0 times"),
        ({"old": "return None", "new": "return None"}, "changes nothing"),
        ({"old": "return None", "new": "return ("}, "is not valid Python"),
        ({"file": "other.py"}, "there is no drift/other.py"),
    ],
)
def test_an_edit_that_is_no_fault_is_exit_2(edit: dict[str, str], says: str, tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(SOURCE)
    with pytest.raises(HarnessError, match=says) as error:
        catalogue.check(fault(**edit), tmp_path)
    assert error.value.code == 2


def test_a_copy_has_the_fault_and_no_bytecode(tmp_path: Path) -> None:
    package = tmp_path / "drift"
    package.mkdir()
    (package / "module.py").write_text(SOURCE)
    py_compile.compile(str(package / "module.py"))
    for name, edit, expected in (("copy", fault(new="return 1000"), "1000"), ("plain", None, "return None")):
        catalogue.copy_with(edit, package, tmp_path / name)
        [copied] = [path for path in (tmp_path / name).rglob("*") if path.is_file()]
        assert copied.read_text() == SOURCE.replace("return None", f"return {expected.split()[-1]}")
    assert (package / "module.py").read_text() == SOURCE


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "the suite flask has no faults"),
        ("", "Expected `object`, got `null`"),
        (FILE + ROW, "'the first is lost': two faults have this name"),
        (FILE.replace("red:", "rad:"), "'the first is lost': Object contains unknown field `rad`"),
        (FILE.replace("[request]", "[]"), "Expected `array` of length >= 1"),
        (FILE.replace("-return", "return"), "Expected `str` matching regex"),
        (FILE.replace("[request]", "[(none)]"), r"'red: \[\(none\)\]' needs 'says'"),
    ],
)
def test_a_file_that_is_wrong_is_exit_2(text: str | None, says: str, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / "flask.yaml").write_text(text)
    with pytest.raises(HarnessError, match=says) as error:
        catalogue.load("flask", tmp_path)
    assert error.value.code == 2


def ended(code: int, reason: str) -> Ended:
    tests = [{"name": name} for name in ("one", "one call", "one [call]", "another", "it", "it's")]
    return Ended(code, "", {"code": code, "reason": reason, "tests": tests})


LOST, OUTSIDE, EITHER, BRACKETS = (
    fault(says="lost"),
    fault(red=("(none)",), says="outside"),
    fault(red=("(none)", "one call"), says="outside"),  # `says` is for a reason that names no request
    fault(red=("one [call]",)),  # a pattern and a name
)


@pytest.mark.parametrize(
    ("edit", "run", "says"),
    [
        (LOST, ended(1, "'one call': lost (mocks.jsonl)"), ""),
        (LOST, ended(0, "passed"), "it stays green"),
        (LOST, ended(1, "'another': lost"), "names another request than one *"),
        (LOST, ended(1, "'one': lost"), "names another request"),
        (LOST, ended(1, "the log is missing"), "names no request"),
        (LOST, ended(1, "lost: 'one call': lost"), "names no request"),
        (LOST, ended(1, "'one call': gone"), "does not contain 'lost'"),
        (LOST, ended(2, "'one call': lost"), "exit 2 is no verdict"),
        (LOST, ended(5, "'one call': lost"), "exit 5 is no verdict"),
        (LOST, Ended(1, "", None), "exit 1, and no result.json"),
        (LOST, Ended(-9, "", None), "ended by SIGKILL"),
        (BRACKETS, ended(1, "'one call': x"), "names another request"),
        (BRACKETS, ended(1, "'one [call]': x"), ""),
        (fault(red=("it's",)), ended(1, '"it\'s": it is not'), ""),
        (fault(red=("(start)",)), ended(1, "'(start)': x"), ""),
        (OUTSIDE, ended(1, "a call outside"), ""),
        (OUTSIDE, ended(1, "'one': a call outside"), "names another request"),
        (EITHER, ended(1, "'one call': x"), ""),
        (EITHER, ended(1, "a call inside"), "does not contain"),
        (None, ended(0, "passed"), ""),
        (None, ended(1, "'one': lost"), "it fails without a fault"),
    ],
)
def test_whether_a_run_has_seen_its_fault(edit: Fault | None, run: Ended, says: str) -> None:
    problem = missed(edit, run)
    assert (says in problem, bool(problem)) == (True, bool(says))


@pytest.mark.parametrize(
    ("red", "only", "needed"),
    [
        (("a call", "log*"), "", "a call or log*"),
        (("a call",), "*", ""),
        (("a call",), "two calls", "two calls"),
        (("*",), "", ""),
        (("(none)", "a call"), "", ""),
        (("(none)",), "a call", "a call"),
    ],
)
def test_a_run_sends_what_its_fault_breaks(red: tuple[str, ...], only: str, needed: str) -> None:
    assert Fault("flask", "a name", "a.py", "-a\n+b", red, only=only).needed == needed


def test_sixths_are_fixed_and_together_all() -> None:
    faults = [fault(name=number) for number in "01234567"]
    sixths = ["".join(one.name for one in catalogue.sixth_of(faults, sixth)) for sixth in (*catalogue.SIXTHS, None)]
    assert sixths == ["06", "17", "2", "3", "4", "5", "01234567"]


@pytest.mark.parametrize("suite", sorted(path.stem for path in catalogue.FOLDER.glob("*.yaml")))
def test_the_faults_of_each_suite(suite: str) -> None:
    assert suite in suite_names() and len(catalogue.load(suite)) >= 6


def test_an_installed_package_is_overlaid_on_the_locked_environment(tmp_path: Path) -> None:
    """E2E_SDK on a folder that holds drift/ alone: the folder's content as it is now, whatever bytecode lies there."""
    suite, package, light = SUITES / "flask" / "e2e-tests", tmp_path / "sdk" / "drift", tmp_path / "light"
    package.mkdir(parents=True)
    module = package / "__init__.py"
    locked = read_options({})
    options = {**locked, "E2E_SDK": str(package.parent)}
    for said in ("one", "two"):
        for text in (said, said.upper()):  # the bytecode is of the first, and seems to be of the second
            module.write_text(f"said = {text!r}")
            os.utime(module, (1, 1))
            if text == said:
                py_compile.compile(str(module), doraise=True)
        used = prepare(suite, options, light)
        script = "import drift, flask; print(drift.said, flask.__name__)"
        assert execute(used.home / "bin" / "python", "-c", script, check=True).stdout.split() == [said.upper(), "flask"]
        assert used.sdk_source == f"package {package.parent}"
        assert used.versions["flask"]
    (package.parent / "tusk_drift_python_sdk-9.9.0rc1.dist-info").mkdir()
    (package / ".hidden").symlink_to("nowhere")
    assert prepare(suite, options, light).versions["sdk"] == "9.9.0rc1"
    (package / "dangling.py").symlink_to("nowhere")
    with pytest.raises(HarnessError, match=r"cannot be copied: .*dangling\.py"):
        prepare(suite, options, light)
    assert prepare(suite, locked, light).home != light
    assert not light.exists(), "what an earlier run laid over"


@pytest.mark.parametrize(
    ("words", "environ", "says"),
    [
        (["flusk"], {}, "there is no suite flusk"),
        (["flask", "--fault", "no such fault"], {}, "no fault is called no such fault"),
        (["flask", "--sixth", "7"], {}, "invalid choice"),
        (["flask"], {"E2E_SDK": "0.1.28"}, "E2E_SDK=0.1.28: the faults are edits of the locked SDK"),
        (["flask"], {"E2E_ONLY": "one*"}, "E2E_ONLY=one*"),
        (["flask"], {"E2E_SENTINELS": "off"}, "E2E_SENTINELS=off"),
    ],
)
def test_what_is_refused_with_exit_2(words: list[str], environ: dict[str, str], says: str) -> None:
    done = execute(E2E, "test-faults", *words, env=clean_environ(**environ))
    assert (done.returncode, done.stdout, says in done.stderr) == (2, "", True), done.stderr
