"""`make test-verdict`: which mutants count as noticed, and when a module is under its goal."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e_common.errors import HarnessError
from e2e_common.paths import ROOT
from tests.mutation import __main__ as main
from tests.mutation import mutants
from tests.mutation.mutants import Mutant

MODULE = '''\
from dataclasses import dataclass


@dataclass(frozen=True)
class Pair:
    """Two numbers."""

    one: int
    other: int

    @property
    def larger(self) -> int:
        return self.one if self.one > self.other else self.other


def unnoticed(number: int) -> int:
    return number + 1


def waited(steps: int) -> int:
    while steps > 0:
        steps -= 1
    return steps
'''
TEST = """\
from e2e_common.small import Pair, unnoticed, waited


def test_all():
    assert Pair(1, 2).larger == 2 and Pair(3, 2).larger == 3
    assert unnoticed(1)
    assert waited(2) == 0
"""


def mutant(fate: str = "survived", becomes: str = "if key in raw:", module: str = "e2e_common/results.py") -> Mutant:
    return Mutant(module, "_typed", 7, "if key not in raw:", becomes, fate)


def test_every_module_and_every_test_that_is_named_is_there() -> None:
    assert all((ROOT / path).is_file() for group in main.GROUPS for path in (*group.modules, *group.tests))


def test_a_module_under_its_goal_is_told() -> None:
    module = "e2e_common/results.py"
    nine = [mutant("killed", str(number)) for number in range(8)] + [mutant("timeout")]
    ten = [*nine, mutant(), mutant(module="e2e_common/traces.py")]
    assert main._line(ten, module).endswith("   9 of   10 noticed   90.0 %  (goal 90 %, 1 of them by the time limit)")
    assert main._under(ten, module) == ""
    assert main._under([*ten, mutant()], module) == f"{module} is under its goal of 90 %: 81.8 %"
    assert main._under([], module) == f"{module} is under its goal of 90 %: 0.0 %"


def test_a_module_without_a_goal_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["e2e_common/result.py"]) == 2
    assert "did you mean e2e_common/results.py?" in capsys.readouterr().err


def small_checkout(root: Path, test: str) -> None:
    files = {"e2e_common/__init__.py": "", "e2e_common/small.py": MODULE, "tests/unit/test_small.py": test}
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


@pytest.mark.slow
def test_what_is_noticed_and_what_is_not(tmp_path: Path) -> None:
    """mutmut itself, on a small module: properties are changed too, and what never ends is ended."""
    small_checkout(tmp_path, TEST)
    found = mutants.run(["e2e_common/small.py"], ["tests/unit/test_small.py"], tmp_path, tmp_path / "copy", 2)
    fates = {(each.function, each.number, each.becomes): each.fate for each in found}
    assert fates["unnoticed", 17, "return number - 1"] == "killed"
    assert fates["unnoticed", 17, "return number + 2"] == "survived"
    assert fates["Pair.larger", 13, "return self.one if self.one >= self.other else self.other"] == "survived"
    assert fates["Pair.larger", 13, "return self.one if (self.one > self.other) and False else self.other"] == "killed"
    assert fates["waited", 22, "steps += 1"] == "timeout"
    assert (tmp_path / "e2e_common" / "small.py").read_text() == MODULE


@pytest.mark.slow
def test_tests_that_fail_without_any_mutant_are_no_verdict(tmp_path: Path) -> None:
    small_checkout(tmp_path, TEST + "    assert False\n")
    with pytest.raises(HarnessError, match="do the tests pass"):
        mutants.run(["e2e_common/small.py"], ["tests/unit/test_small.py"], tmp_path, tmp_path / "copy", 2)
