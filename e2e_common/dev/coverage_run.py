"""`make coverage-<suite>`: which lines of the SDK's instrumentation the suite's requests reach, and which none does.

Three worlds are measured, one after the other: the recording, its replay, and its replay with nothing at the services'
addresses (the SDK then falls back to stand-in objects that are seen nowhere else). The first two are one run, with a
folder of its own, and the third is a replay of it.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.dev import coverage_report
from e2e_common.record import measuring
from e2e_common.report.write import Progress
from e2e_common.run.suite_run import Ended, SuiteRun, how, interrupt_all
from e2e_common.setup.bootstrap import BootstrapError, run
from e2e_common.setup.knobs import load_knobs
from e2e_common.setup.suites import folder_of, name_of
from e2e_common.util.command_line import parse_run
from e2e_common.util.errors import Code, environment
from e2e_common.util.interrupts import Interrupted, Interrupts
from e2e_common.util.paths import ROOT, shown
from e2e_common.util.readiness import NO_LIMIT_S, wait_until

REPORT = "report.json"
REPLAY_AGAIN = ("--phases", "setup,replay,check,cleanup")


def main(argv: Sequence[str]) -> int:
    """Print the report. Returns 0 when all three worlds were measured, whatever the figure and the verdicts; else the
    code of the contract."""
    words = parse_run("coverage", argv)
    with Interrupts():
        return _Measurement(folder_of(words.suite), words.port).make()


class _Measurement:
    def __init__(self, suite_dir: Path, port: int) -> None:
        self._suite_dir, self._port = suite_dir, port
        self._suite = name_of(suite_dir)
        knobs = load_knobs()
        self._verbose = knobs["E2E_VERBOSE"] == "1"
        self._run = RunFolder(ROOT / knobs["E2E_OUT"] / f"{self._suite}-{port}-coverage")

    def make(self) -> int:
        first = self._measure("recording and replay", sentinels="on")
        print(first.output)
        if first.result is None or first.result["seconds"]["replay"] is None:  # there is nothing to replay again
            return _code(first)
        second = self._measure("replay without sentinels", *REPLAY_AGAIN, sentinels="off")
        print(second.output if self._verbose else self._in_one_line(second))
        counted = [str(path) for path in measuring.home(self._run).glob("data.*")]
        unmeasured = self._report(counted) if counted else list(measuring.WORLDS.values())
        if not unmeasured:
            return Code.PASSED
        sys.stderr.write(
            f"e2e: nothing was measured in: {', '.join(unmeasured)}. The application did not start there, or it was "
            f"killed before coverage.py could write down what it had counted; see {self._run.logs}\n"
        )
        return _code(first, second)

    def _measure(self, what: str, *words: str, sentinels: str) -> Ended:
        """One run of the suite, measured."""
        progress = Progress(f"coverage-{self._suite}", verbose=False)
        progress.phase(what)
        told = {"E2E_SENTINELS": sentinels}
        run = SuiteRun(self._suite_dir, [str(self._port), "--coverage", *words], self._run.result, told)

        def done() -> bool:
            progress.tick()
            return run.has_ended()

        try:
            wait_until(done, timeout_s=NO_LIMIT_S, what=what)
        except Interrupted as error:
            interrupt_all([run], error.signum)
            print(run.end().output)
            raise
        finally:
            progress.clear()
        return run.end()

    def _combined(self, counted: Sequence[str], python: Path) -> dict[str, Any]:
        """coverage.py's JSON report over the files `counted`, made by the coverage.py that wrote them."""
        home = measuring.home(self._run)
        coverage = [str(python), "-m", "coverage"]
        common = ["--quiet", "--rcfile", str(home / "settings.ini"), "--data-file", str(home / "combined")]
        report = home / REPORT
        try:
            run([*coverage, "combine", *common, "--keep", *counted], "coverage combine")
            run([*coverage, "json", *common, "--show-contexts", "-o", str(report)], "coverage json")
        except BootstrapError as error:
            raise environment(str(error)) from error
        document: dict[str, Any] = json.loads(report.read_bytes())
        return document

    def _report(self, counted: Sequence[str]) -> list[str]:
        """Print what stands in the files `counted`. Returns the worlds in which nothing was measured."""
        recording, setup = self._run.read_recording(), self._run.read_setup()
        document = self._combined(counted, self._run.env_bin / "python")
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `| head` may have seen enough
        files = coverage_report.by_name(document, measuring.instrumentation(self._run.env_bin.parent))
        sdk, python = setup.versions["sdk"], setup.versions["python"]
        partial = f", PARTIAL ({recording.partial})" if recording.partial else ""
        print(f"\nlines of the SDK's drift/instrumentation/ reached, SDK {sdk}, Python {python}{partial}\n")
        counting, beside = measuring.folders(self._suite_dir), measuring.folders_beside(self._suite_dir)
        print(*coverage_report.table(counting, beside, files), sep="\n")
        print(*coverage_report.not_reached(counting, beside, files), sep="\n")
        print(f"\n{shown(measuring.home(self._run) / REPORT)}")
        return coverage_report.unmeasured(files.values())

    def _in_one_line(self, ended: Ended) -> str:
        """What became of the replay without sentinels. Where it is red that is no news, so it gets no more room."""
        if ended.result is None:
            return f"replay without sentinels: {how(ended.code)}\n{ended.output}"
        counts = ended.result["requests"]
        known = f", {counts['known_failures']} known failures" if counts["known_failures"] else ""
        words = f"replay without sentinels: {counts['passed']} of {counts['sent']} requests matched{known}"
        if ended.code == Code.PASSED:
            return words
        return f"{words}; {how(ended.code)}: {ended.result['reason']} ({shown(self._run.result)})"


def _code(*runs: Ended) -> int:
    """The exit code where there is no report over all worlds: that of the first run that went wrong."""
    return next((run.code for run in runs if run.code > 0), int(Code.NOTHING_VERIFIED))
