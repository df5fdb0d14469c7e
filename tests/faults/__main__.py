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
from dataclasses import dataclass, field
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
from tests.faults.judging import missed

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


@dataclass
class Batch:
    """All runs. `out`: their artifacts; kept if a run has not detected its fault."""

    jobs: list[Job]
    out: Path
    scratch: Path
    caught: list[Job] = field(default_factory=list)
    missed: list[Job] = field(default_factory=list)
    _running: dict[Job, tuple[SuiteRun, float]] = field(default_factory=dict)

    def run(self) -> None:
        self._progress = Progress("test-faults", verbose=False)
        self._waiting = list(self.jobs)
        wait_until(self._advance, timeout_s=NO_LIMIT_S, what="the faults")

    def interrupt(self, signum: int) -> None:
        """Ends the active runs and removes their files."""
        self._progress.clear()
        interrupt_all([run for run, _ in self._running.values()], signum)
        for job, (run, _) in self._running.items():
            run.end()
            shutil.rmtree(self._out_of(job), ignore_errors=True)

    def _advance(self) -> bool:
        for job in [job for job, (run, _) in self._running.items() if run.has_ended()]:
            self._take_in(job)
        while self._waiting and len(self._running) < AT_A_TIME:
            self._start(self._waiting.pop(0))
        self._progress.tick()
        return not self._waiting and not self._running

    def _start(self, job: Job) -> None:
        sdk = self.scratch / job.slug
        catalogue.copy_with(job.fault, job.package, sdk)
        out = self._out_of(job)
        result = out / f"{job.suite}-{DEFAULT_PORT}" / "result.json"
        env = {"E2E_SDK": str(sdk), "E2E_OUT": str(out), "E2E_RUNTIME": "local", "E2E_RECORDING": "off"}
        env["E2E_ONLY"] = job.fault.needed if job.fault else ""
        run = SuiteRun(job.suite_dir, [str(DEFAULT_PORT), "--phases", PHASES], result, env)
        self._running[job] = run, time.monotonic()
        done = len(self.caught) + len(self.missed)
        self._progress.phase(f"{done} of {len(self.jobs)} runs; {', '.join(job.slug for job in self._running)}")

    def _take_in(self, job: Job) -> None:
        """Reports whether a finished run has detected its fault. If so, removes its files."""
        run, started = self._running.pop(job)
        problem = missed(job.fault, run.end())
        seconds = time.monotonic() - started
        shutil.rmtree(self.scratch / job.slug)
        self._progress.clear()
        print(f"{'✗' if problem else '✓'} {job.suite:<9} {job.name}   {seconds:.1f} s", flush=True)
        if not problem:
            self.caught.append(job)
            shutil.rmtree(self._out_of(job), ignore_errors=True)
            return
        self.missed.append(job)
        print(f"    {problem}")
        if job.fault:
            print(textwrap.indent(f"drift/{job.fault.file}:\n{job.fault.diff.rstrip()}", "    "))
        print(f"    {shown(self._out_of(job))}", flush=True)

    def _out_of(self, job: Job) -> Path:
        return self.out / job.slug

    def summary(self) -> str:
        """Returns the share of detected faults, in total and for each suite."""
        of_suites, caught = (Counter(job.suite for job in jobs if job.fault) for jobs in (self.jobs, self.caught))
        shares = ", ".join(f"{suite} {caught[suite]}/{number}" for suite, number in of_suites.items())
        number = of_suites.total()
        percent = f" ({100 * caught.total() // number} %)" if number else ""
        return f"{caught.total()} of {number} faults caught{percent}: {shares}"


def main(argv: Sequence[str]) -> int:
    """Runs the faults that `argv` selects. Returns 0 if all are detected, 1 if not, else an error's exit code."""
    began = time.monotonic()
    words = _parse(argv)
    options = load_options()
    with Interrupts() as interrupts, tempfile.TemporaryDirectory(prefix="sdk-faults-") as scratch:
        for name, wanted in REFUSED.items():
            if options[name] != wanted:
                raise usage(
                    f"{name}={options[name]}: the faults are edits of the locked SDK, seen by whole runs; unset it"
                )
        jobs = _jobs(words, options)
        batch = Batch(jobs, ROOT / options["E2E_OUT"] / "faults", Path(scratch))
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
    for unknown names and faults that do not fit the SDK, 3 for an environment that cannot be created."""
    jobs: list[Job] = []
    names: list[str] = []
    for suite_dir in dict.fromkeys(folder_of(word) for word in _with_faults(words.suites or suite_names())):
        faults = catalogue.load(name_of(suite_dir))
        names += [fault.name for fault in faults]
        (package,) = environments.prepare(suite_dir, options).home.glob("lib/python*/site-packages/drift")
        for fault in faults:
            catalogue.check(fault, package)
        chosen = [f for f in catalogue.sixth_of(faults, words.sixth) if fnmatch.fnmatchcase(f.name, words.fault)]
        if chosen:
            plain = [] if words.sixth else [None]
            jobs += [Job(suite_dir, package, fault) for fault in (*plain, *chosen)]
    if not jobs:
        raise usage(f"no fault is called {words.fault}{did_you_mean(words.fault, names)}")
    return jobs


def _with_faults(words: Sequence[str]) -> list[str]:
    """Returns the suites that have faults. Prints the names of the others, which are new."""
    without = [word for word in words if not catalogue.path_of(name_of(folder_of(word))).is_file()]
    if len(without) == len(words):
        return list(words)  # the first one raises the error
    for word in without:
        print(f"- {word:<9} no faults yet: {shown(catalogue.path_of(name_of(folder_of(word))))} is missing", flush=True)
    return [word for word in words if word not in without]


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="e2e.sh test-faults", allow_abbrev=False)
    parser.add_argument("suites", nargs="*", help="which suites (all)", metavar="SUITE")
    parser.add_argument("--sixth", type=int, choices=catalogue.SIXTHS, help="a fixed sixth of each suite's")
    parser.add_argument("--fault", default="*", help="only those whose name matches this pattern")
    return parser.parse_args(argv)
