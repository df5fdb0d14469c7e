"""`make test-faults`: runs the suites with faults in the SDK, two at a time; reports the detected ones."""

from __future__ import annotations

import argparse
import fnmatch
import re
import shutil
import signal
import tempfile
import textwrap
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from e2e_common.report.write import Progress
from e2e_common.run.suite_run import SuiteRun, interrupt_all
from e2e_common.setup import environments
from e2e_common.setup.options import load_options
from e2e_common.setup.suites import folder_of, name_of
from e2e_common.util.command_line import DEFAULT_PORT
from e2e_common.util.errors import Code, did_you_mean, usage
from e2e_common.util.interrupts import Interrupted, Interrupts
from e2e_common.util.paths import ROOT, shown, suite_names
from e2e_common.util.readiness import NO_LIMIT_S, wait_until
from tests.faults import catalogue
from tests.faults.catalogue import Fault

AT_A_TIME = 2
PHASES = "setup,record,replay,check"  # without copying the traces to the suite's folder
REFUSED = {"E2E_SDK": "", "E2E_ONLY": "", "E2E_SENTINELS": "on"}


@dataclass(frozen=True)
class Job:
    """One run. `package`: the SDK's drift/ to copy; `fault`: None for the run without a fault."""

    suite_dir: Path
    package: Path
    fault: Fault | None

    @property
    def name(self) -> str:
        return self.fault.name if self.fault else "(no fault)"

    @property
    def suite(self) -> str:
        return name_of(self.suite_dir)

    @property
    def slug(self) -> str:
        """The name as a folder name."""
        return f"{self.suite}-{re.sub('[^a-z0-9]+', '-', self.name.lower()).strip('-')}"


class Batch:
    """All runs. `out`: their artifacts; kept if a run has not detected its fault."""

    def __init__(self, jobs: list[Job], out: Path, scratch: Path) -> None:
        self.out, self._scratch = out, scratch
        self.detected: list[Job] = []
        self.missed: list[Job] = []
        self._waiting, self._number = jobs.copy(), len(jobs)
        self._of_suites = Counter(job.suite for job in jobs if job.fault)
        self._running: dict[Job, tuple[SuiteRun, float]] = {}
        self._progress = Progress("test-faults", verbose=False)

    def run(self) -> None:
        wait_until(self._advance, timeout_s=NO_LIMIT_S, what="the faults")

    def interrupt(self, signum: int) -> None:
        """Ends the active runs and removes their files."""
        self._progress.clear()
        interrupt_all([run for run, _ in self._running.values()], signum)
        for job, (run, _) in self._running.items():
            run.end()
            shutil.rmtree(self.out / job.slug, ignore_errors=True)

    def _advance(self) -> bool:
        for job in [job for job, (run, _) in self._running.items() if run.has_ended()]:
            self._take_in(job)
        while self._waiting and len(self._running) < AT_A_TIME:
            self._start(self._waiting.pop(0))
        self._progress.tick()
        return not self._waiting and not self._running

    def _start(self, job: Job) -> None:
        sdk, out = self._scratch / job.slug, self.out / job.slug
        catalogue.copy_with(job.fault, job.package, sdk)
        result = out / f"{job.suite}-{DEFAULT_PORT}" / "result.json"
        env = {"E2E_SDK": str(sdk), "E2E_OUT": str(out), "E2E_RUNTIME": "local", "E2E_RECORDING": "off"}
        env["E2E_ONLY"] = job.fault.needed if job.fault else ""
        run = SuiteRun(job.suite_dir, [str(DEFAULT_PORT), "--phases", PHASES], result, env)
        self._running[job] = run, time.monotonic()
        done = len(self.detected) + len(self.missed)
        self._progress.phase(f"{done} of {self._number} runs; {', '.join(job.slug for job in self._running)}")

    def _take_in(self, job: Job) -> None:
        """Reports whether a finished run has detected its fault. If so, removes its files."""
        run, started = self._running.pop(job)
        problem = catalogue.missed(job.fault, run.end())
        shutil.rmtree(self._scratch / job.slug)
        self._progress.clear()
        seconds = time.monotonic() - started
        print(f"{'✗' if problem else '✓'} {job.suite:<9} {job.name}   {seconds:.1f} s", flush=True)
        (self.missed if problem else self.detected).append(job)
        if not problem:
            shutil.rmtree(self.out / job.slug, ignore_errors=True)
            return
        diff = textwrap.indent(f"drift/{job.fault.file}:\n{job.fault.diff}", "    ") if job.fault else ""
        print(f"    {problem}\n{diff}    {shown(self.out / job.slug)}", flush=True)

    def summary(self) -> str:
        """Returns the share of detected faults, in total and for each suite."""
        detected = Counter(job.suite for job in self.detected if job.fault)
        shares = ", ".join(f"{suite} {detected[suite]}/{number}" for suite, number in self._of_suites.items())
        number = self._of_suites.total()
        return f"{detected.total()} of {number} faults detected ({100 * detected.total() // number} %): {shares}"


def main(argv: Sequence[str]) -> int:
    """Runs the faults that `argv` selects. Returns 0 if all are detected, 1 if not, else an error's exit code."""
    began = time.monotonic()
    parser = argparse.ArgumentParser(prog="e2e.sh test-faults", allow_abbrev=False)
    parser.add_argument("suites", nargs="*", help="which suites (all)", metavar="SUITE")
    parser.add_argument("--sixth", type=int, choices=catalogue.SIXTHS, help="a fixed sixth of each suite's")
    parser.add_argument("--fault", default="*", help="only those whose name matches this pattern")
    words, options = parser.parse_args(argv), load_options()
    for name, wanted in REFUSED.items():
        if options[name] != wanted:
            raise usage(
                f"{name}={options[name]}: the faults are edits of the locked SDK, and need all requests; unset it"
            )
    with Interrupts() as interrupts, tempfile.TemporaryDirectory(prefix="sdk-faults-") as scratch:
        batch = Batch(_jobs(words, options), ROOT / options["E2E_OUT"] / "faults", Path(scratch))
        try:
            batch.run()
        except Interrupted as error:
            batch.interrupt(error.signum)
        except BaseException:
            batch.interrupt(signal.SIGTERM)
            raise
    print(f"{batch.summary()}, {time.monotonic() - began:.0f} s")
    if interrupts.first is not None:
        return 128 + interrupts.first
    return Code.FAILED if batch.missed else Code.PASSED


def _jobs(words: argparse.Namespace, options: Mapping[str, str]) -> list[Job]:
    """Returns the runs, suite by suite: one without a fault, and one for each selected fault. Raises HarnessError: 2
    for unknown names and faults that do not fit the SDK, 3 for an environment that cannot be created. Prints which
    suites have no faults yet."""
    jobs: list[Job] = []
    names: list[str] = []
    for suite_dir in dict.fromkeys(map(folder_of, words.suites or suite_names())):
        suite = name_of(suite_dir)
        if not catalogue.path_of(suite).is_file() and words.suites != [suite]:
            print(f"- {suite:<9} no faults yet: {shown(catalogue.path_of(suite))} is missing", flush=True)
            continue
        faults = catalogue.load(suite)
        names += [fault.name for fault in faults]
        (package,) = environments.prepare(suite_dir, options).home.glob("lib/python*/site-packages/drift")
        for fault in faults:
            catalogue.check(fault, package)
        chosen = [f for f in catalogue.sixth_of(faults, words.sixth) if fnmatch.fnmatchcase(f.name, words.fault)]
        plain = [] if words.sixth or not chosen else [None]
        jobs += [Job(suite_dir, package, fault) for fault in (*plain, *chosen)]
    if not jobs:
        raise usage(f"no fault is called {words.fault}{did_you_mean(words.fault, names)}")
    return jobs
