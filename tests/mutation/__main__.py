"""`make test-verdict`: mutations of the judge and of the bundled CLI's matching and comparison: is each noticed?"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from e2e_common.errors import Code, HarnessError, did_you_mean, usage
from e2e_common.interrupts import Interrupted, Interrupts
from e2e_common.paths import CACHE, ROOT
from tests.mutation import mutants
from tests.mutation.mutants import Mutant

LIMIT_S = 3600.0  # twelve minutes on two cores that have nothing else to do
JUDGE, CLI = 90, 85  # the least share of a module's mutants that must be noticed, in percent
VERDICT = "tests/unit/verdict"


@dataclass(frozen=True)
class Group:
    """Modules with one goal, and the tests that must notice their mutants: those that say what these modules do. What
    takes long, starts processes, measures time or finds things by chance is not among them."""

    goal: int
    modules: tuple[str, ...]
    tests: tuple[str, ...]


GROUPS = (
    Group(JUDGE, ("e2e_common/results.py",), ("tests/unit/test_results.py", "tests/unit/test_second_runs.py")),
    Group(JUDGE, ("e2e_common/socket_warnings.py",), ("tests/unit/test_socket_warnings.py",)),
    Group(JUDGE, ("e2e_common/traces.py",), ("tests/unit/test_traces.py", "tests/unit/replay/test_replay_matching.py")),
    Group(
        JUDGE,
        ("e2e_common/rules/recording.py",),
        (f"{VERDICT}/test_rule_1.py", f"{VERDICT}/test_rule_2.py", f"{VERDICT}/test_rule_8.py"),
    ),
    Group(
        JUDGE,
        ("e2e_common/rules/replay.py",),
        (*(f"{VERDICT}/test_rule_{number}.py" for number in (5, 6, 7, 9)), "tests/unit/test_second_runs.py"),
    ),
    Group(JUDGE, ("e2e_common/rules/answers.py",), (f"{VERDICT}/test_answers.py",)),
    Group(JUDGE, ("e2e_common/rules/errors.py",), (f"{VERDICT}/test_errors.py",)),
    Group(JUDGE, ("e2e_common/rules/reached.py",), (f"{VERDICT}/test_reached.py",)),
    Group(JUDGE, ("e2e_common/rules/left_out.py",), (f"{VERDICT}/test_by_design.py",)),
    Group(JUDGE, ("e2e_common/expectation.py",), ("tests/unit/test_expectation.py",)),
    Group(JUDGE, ("e2e_common/sdk_log.py",), ("tests/unit/test_sdk_log.py",)),
    Group(
        JUDGE,
        ("e2e_common/rules/cli.py", "e2e_common/rules/whole.py"),
        (
            *(f"{VERDICT}/test_{name}.py" for name in ("rule_1", "rule_2", "rule_3", "rule_4", "whole_run")),
            "tests/unit/test_second_runs.py",
        ),
    ),
    Group(
        JUDGE,
        ("e2e_common/verdict.py",),
        (
            *(
                f"{VERDICT}/test_{name}.py"
                for name in (
                    "reason",
                    "result_json",
                    "known_failures",
                    "by_design",
                    "rule_5",
                    "rule_6",
                    "rule_9",
                    "whole_run",
                )
            ),
            "tests/unit/test_second_runs.py",
        ),
    ),
    Group(
        JUDGE,
        tuple(
            f"e2e_common/{name}.py" for name in ("known_failures", "facts", "conditions", "failure", "agent_results")
        ),
        (
            "tests/unit/test_known_failures.py",
            "tests/unit/test_facts.py",
            "tests/unit/test_failure.py",
            "tests/unit/test_second_runs.py",
        ),
    ),
    Group(JUDGE, ("e2e_common/decoding.py",), ("tests/unit/test_decoding.py",)),
    Group(
        JUDGE,
        ("e2e_common/evidence.py",),
        (
            *(f"{VERDICT}/test_rule_{number}.py" for number in range(1, 10)),
            f"{VERDICT}/test_whole_run.py",
            "tests/unit/test_evidence.py",
            "tests/unit/test_second_runs.py",
        ),
    ),
    Group(
        CLI,
        ("e2e_common/replay/matching.py", "e2e_common/replay/shape.py", "e2e_common/replay/similarity.py"),
        ("tests/unit/replay/test_replay_matching.py",),
    ),
    Group(CLI, ("e2e_common/replay/comparison.py",), ("tests/unit/replay/test_replay_comparison.py",)),
)
GOALS = {module: group.goal for group in GROUPS for module in group.modules}


def main(argv: Sequence[str]) -> int:
    """Judge the tests of the modules that `argv` names (all by default). Returns 0 where every module is at its goal, 1
    where one is not, else the contract's code."""
    began = time.monotonic()
    try:
        modules = _modules(argv)
        with Interrupts(LIMIT_S) as interrupts, tempfile.TemporaryDirectory(dir=CACHE, prefix="mutation-") as folder:
            found = _judged(modules, Path(folder))
            interrupts.hold()
    except HarnessError as error:
        sys.stderr.write(f"e2e: {error}\n")
        return error.code
    except Interrupted as error:
        if error.signum != signal.SIGALRM:
            return 128 + error.signum
        sys.stderr.write(f"e2e: the mutants were not done after {LIMIT_S:.0f} s; name one module at a time\n")
        return Code.TIMED_OUT
    under = [message for module in modules if (message := _under(found, module))]
    unnoticed = [mutant for mutant in found if mutant.fate == "survived"]
    for mutant in unnoticed:
        print(f"no test notices {mutant.diff()}")
    for message in under:
        print(f"✗ {message}")
    print(f"{len(found)} mutants, {len(unnoticed)} unnoticed, {time.monotonic() - began:.0f} s")
    return Code.FAILED if under else Code.PASSED


def _modules(argv: Sequence[str]) -> list[str]:
    parser = argparse.ArgumentParser(prog="test.sh verdict", description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="for instance e2e_common/results.py")
    names: list[str] = parser.parse_args(argv).modules
    for name in names:
        if name not in GOALS:
            raise usage(f"{name} is none of the modules with a goal{did_you_mean(name, GOALS)}")
    return list(dict.fromkeys(names)) or list(GOALS)


def _judged(modules: Sequence[str], folder: Path) -> list[Mutant]:
    """All mutants of `modules`, group by group; prints a line for each module."""
    at_a_time = os.cpu_count() or 1
    print(f"mutants of {len(modules)} modules, {at_a_time} at a time ...", file=sys.stderr, flush=True)
    root = mutants.copy_of(ROOT, folder / "checkout")
    found: list[Mutant] = []
    for number, group in enumerate(GROUPS):
        chosen = [module for module in group.modules if module in modules]
        if chosen:
            found += mutants.run(chosen, group.tests, root, folder / str(number), at_a_time)
        for module in chosen:
            print(_line(found, module), flush=True)
    return found


def _noticed(found: Iterable[Mutant], module: str) -> tuple[int, int, float]:
    """How many mutants of `module` are noticed, of how many, and the share in percent."""
    fates = [mutant.fate for mutant in found if mutant.module == module]
    noticed = sum(fate != "survived" for fate in fates)
    return noticed, len(fates), 100 * noticed / len(fates) if fates else 0.0


def _line(found: Sequence[Mutant], module: str) -> str:
    noticed, total, share = _noticed(found, module)
    slow = sum(mutant.fate == "timeout" for mutant in found if mutant.module == module)
    more = f", {slow} of them by the time limit" if slow else ""
    return f"{module:<34} {noticed:>4} of {total:>4} noticed  {share:5.1f} %  (goal {GOALS[module]} %{more})"


def _under(found: Iterable[Mutant], module: str) -> str:
    """What is wrong where `module` is under its goal; else empty."""
    share = _noticed(found, module)[2]
    return f"{module} is under its goal of {GOALS[module]} %: {share:.1f} %" if share < GOALS[module] else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
