"""Runs a suite until one run fails: pass rate, and the time of each phase.

`stress SUITE PORT [N]` (make stress-<suite>). A copy of the failed run's artifacts is kept in
`out/<suite>-<port>-stress`, which later runs do not clear.
"""

from __future__ import annotations

import argparse
import math
import shutil
import statistics
from collections.abc import Sequence
from pathlib import Path

from e2e_common.report.write import Progress
from e2e_common.run.suite_run import Ended, SuiteRun, how, interrupt_all
from e2e_common.setup.options import load_options
from e2e_common.setup.suites import folder_of, name_of
from e2e_common.util.command_line import port_number
from e2e_common.util.errors import Code, usage
from e2e_common.util.interrupts import Interrupted, Interrupts
from e2e_common.util.paths import ROOT, shown
from e2e_common.util.readiness import NO_LIMIT_S, wait_until

RUNS = 50
Z_95 = statistics.NormalDist().inv_cdf(0.975)


def main(argv: Sequence[str]) -> int:
    """Run the suite in `argv`. Returns 0 if all runs passed, the exit code of the first failed one, 2 for wrong usage,
    and 130 or 143 when interrupted, after printing the results so far."""
    suite, port, runs = _parse(argv)
    stress = Stress(folder_of(suite), port, runs)
    with Interrupts() as interrupts:
        try:
            stress.run()
        except Interrupted as error:
            stress.interrupt(error.signum)
    print(stress.summary())
    return 128 + interrupts.first if interrupts.first is not None else stress.code


class Stress:
    """At most `runs` runs of the suite in `folder`, one after the other. `code`: 0, or that of the failed run."""

    def __init__(self, folder: Path, port: int, runs: int) -> None:
        self._folder, self._port, self._runs = folder, port, runs
        self._out = ROOT / load_options()["E2E_OUT"] / f"{name_of(folder)}-{port}"
        self._progress = Progress(f"stress-{name_of(folder)}", verbose=False)
        self._running: SuiteRun | None = None
        self._passed: list[dict[str, float]] = []
        self._failed: Ended | None = None
        self._kept: Path | None = None
        self.code = int(Code.PASSED)

    def run(self) -> None:
        while len(self._passed) < self._runs and not self._failed:
            self._progress.phase(f"run {len(self._passed) + 1} of {self._runs}")
            run = self._running = SuiteRun(self._folder, [str(self._port), "--build"], self._out / "result.json")
            wait_until(lambda run=run: self._ended(run), timeout_s=NO_LIMIT_S, what="the run")  # type: ignore[misc]
            self._running = None
            self._take_in(run.end())

    def interrupt(self, signum: int) -> None:
        """End the current run; it counts neither as passed nor as failed."""
        if self._running is not None:
            interrupt_all([self._running], signum)
            self._running.end()

    def summary(self) -> str:
        """Returns the pass rate with its confidence interval, the seconds of each phase, and the output of the failed
        run."""
        self._progress.clear()
        passed, total = len(self._passed), len(self._passed) + (self._failed is not None)
        if not total:
            return f"{name_of(self._folder)}: no run has ended"
        low, high = wilson(passed, total)
        lines = [
            f"{name_of(self._folder)}: {passed} of {total} runs passed, pass rate {100 * passed / total:.1f} % "
            f"(95 % confidence: {100 * low:.1f} to {100 * high:.1f} %)",
            *table(self._passed),
        ]
        if self._failed is not None:
            kept = f"its artifacts: {shown(self._kept)}" if self._kept else "it left no result"
            lines += [f"run {total} failed, {how(self._failed.code)}; {kept}", self._failed.output]
        return "\n".join(lines)

    def _ended(self, run: SuiteRun) -> bool:
        self._progress.tick()
        return run.has_ended()

    def _take_in(self, ended: Ended) -> None:
        """Add an ended run. A run without a result proves nothing, whatever its exit status."""
        if ended.code == Code.PASSED and ended.result is not None:
            self._passed.append({phase: value for phase, value in ended.result["seconds"].items() if value is not None})
            return
        self._failed = ended
        self.code = ended.code or int(Code.NOTHING_VERIFIED)
        if ended.result is not None:  # else the artifacts may be another run's
            self._kept = keep(self._out)


def keep(folder: Path) -> Path:
    """Copy the artifacts in `folder` to where no later run clears them. Returns the copy, or `folder` if it cannot be
    copied. Until then, the paths and commands that the run printed stay valid."""
    copy = folder.with_name(f"{folder.name}-stress")
    shutil.rmtree(copy, ignore_errors=True)
    try:
        shutil.copytree(folder, copy, symlinks=True)
    except OSError:
        return folder
    return copy


def wilson(passed: int, total: int) -> tuple[float, float]:
    """Returns the 95 % confidence interval (Wilson score) of a pass rate, as fractions. It also holds for few runs, and
    if all passed. `total` is at least 1."""
    rate, weight = passed / total, Z_95**2 / total
    centre = (rate + weight / 2) / (1 + weight)
    half = Z_95 / (1 + weight) * math.sqrt(rate * (1 - rate) / total + weight / (4 * total))
    return max(0.0, centre - half), min(1.0, centre + half)


def table(runs: Sequence[dict[str, float]]) -> list[str]:
    """Returns a row for each part of a run (key of its seconds): median, 95th percentile and maximum over `runs`."""
    if not runs:
        return []
    phases = list(dict.fromkeys(phase for run in runs for phase in run))
    width = max(10, *(len(phase) + 2 for phase in phases))
    lines = [f"{'seconds':<{width}}{'p50':>7}{'p95':>7}{'max':>7}"]
    for phase in phases:
        values = [run[phase] for run in runs if phase in run]
        last = statistics.quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]
        lines.append(f"{phase:<{width}}{statistics.median(values):>7.2f}{last:>7.2f}{max(values):>7.2f}")
    return lines


def _parse(argv: Sequence[str]) -> tuple[str, int, int]:
    suite, port, *rest = argv
    count = rest[0] if rest else str(RUNS)
    if not count.isdecimal() or int(count) < 1:
        raise usage(f"N={count}: how many runs? 1 or more (make stress-<suite> N=50)")
    try:
        return suite, port_number(port), int(count)
    except argparse.ArgumentTypeError as error:
        raise usage(str(error)) from error
