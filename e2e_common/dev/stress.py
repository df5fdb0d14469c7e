"""Runs a suite until one run fails: how many passed, and the time of each phase.

`stress SUITE PORT [N]` (make stress-<suite>). A copy of the failed run's artifacts is kept in
`out/<suite>-<port>-stress`, which later runs do not clear.
"""

from __future__ import annotations

import contextlib
import shutil
import statistics
from collections.abc import Mapping, Sequence

from e2e_common.run.suite_run import SuiteRun, how
from e2e_common.setup.options import load_options
from e2e_common.setup.suites import folder_of, name_of
from e2e_common.util.command_line import parse_run
from e2e_common.util.errors import Code, usage
from e2e_common.util.interrupts import Interrupts
from e2e_common.util.paths import ROOT, shown


def main(argv: Sequence[str]) -> int:
    """Returns 0 if all runs passed, else the exit code of the first failed one. Raises HarnessError (2), and
    Interrupted after it has printed the results so far."""
    options, runs = parse_run("stress", argv[:2]), count("N", *argv[2:] or ["50"])
    folder = folder_of(options.suite)
    suite = name_of(folder)
    out = ROOT / load_options()["E2E_OUT"] / f"{suite}-{options.port}"
    passed: list[Mapping[str, float | None]] = []
    total = 0  # the run that is interrupted does not count
    with Interrupts():
        try:
            while total == len(passed) < runs:
                run = SuiteRun(folder, [str(options.port), "--build"], out / "result.json")
                last = run.follow(f"stress-{suite}", f"run {total + 1} of {runs}")
                total += 1
                if last.code == Code.PASSED and last.result:
                    passed.append(last.result["seconds"])
        finally:
            print(f"{suite}: {len(passed)} of {total} runs passed", *table(passed), sep="\n")
    if len(passed) == total:
        return Code.PASSED
    print(f"run {total} failed, {how(last.code)}\n{last.output}")
    if last.result:  # else the artifacts may be another run's
        copy = out.with_name(f"{out.name}-stress")
        shutil.rmtree(copy, ignore_errors=True)
        with contextlib.suppress(OSError):  # what can be copied
            shutil.copytree(out, copy, symlinks=True)
        print(f"its artifacts: {shown(copy)}")
    return last.code or Code.NOTHING_VERIFIED  # a run without a result proves nothing


def count(name: str, text: str) -> int:
    """`text`, the value of `name`, as a number of runs. Raises HarnessError (2)."""
    if not text.isdecimal() or not int(text):
        raise usage(f"{name}={text}: how many runs? 1 or more")
    return int(text)


def table(runs: Sequence[Mapping[str, float | None]]) -> list[str]:
    """Returns a row for each part of a run (key of its seconds): median and maximum over `runs`."""
    parts = dict.fromkeys(part for run in runs for part in run)
    rows = {part: [seconds for run in runs if (seconds := run.get(part)) is not None] for part in parts}
    return [f"{'seconds':<10}{'median':>8}{'most':>8}"] + [
        f"{part:<10}{statistics.median(values):>8.2f}{max(values):>8.2f}" for part, values in rows.items() if values
    ]
