"""`make coverage-<suite>`: the lines of the SDK's instrumentation that the suite's requests reach, and those that none
does.

Three worlds are measured in sequence: the recording, its replay, and its replay without sentinels, where the services'
addresses refuse connections (the SDK then uses stand-in objects, which occur nowhere else). The first two are one run
with its own folder; the third is another replay of it.
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
from e2e_common.setup.options import load_options
from e2e_common.setup.suites import folder_of, name_of
from e2e_common.util.command_line import parse_run
from e2e_common.util.errors import Code, environment
from e2e_common.util.interrupts import Interrupted, Interrupts
from e2e_common.util.paths import ROOT, shown
from e2e_common.util.readiness import NO_LIMIT_S, wait_until

REPORT = "report.json"
REPLAY_AGAIN = ("--phases", "setup,replay,check,cleanup")


def main(argv: Sequence[str]) -> int:
    """Print the report. Returns 0 if all three worlds were measured, whatever the coverage and the verdicts; else the
    error's exit code."""
    options = parse_run("coverage", argv)
    with Interrupts():
        return _Measurement(folder_of(options.suite), options.port).make()


class _Measurement:
    def __init__(self, suite_dir: Path, port: int) -> None:
        self._suite_dir, self._port = suite_dir, port
        self._suite = name_of(suite_dir)
        options = load_options()
        self._verbose = options["E2E_VERBOSE"] == "1"
        self._run = RunFolder(ROOT / options["E2E_OUT"] / f"{self._suite}-{port}-coverage")

    def make(self) -> int:
        first = self._measure("recording and replay", sentinels="on")
        print(first.output)
        if first.result is None or first.result["seconds"]["replay"] is None:  # there is nothing for the second replay
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
        progress = Progress(f"coverage-{self._suite}", verbose=False)
        progress.phase(what)
        variables = {"E2E_SENTINELS": sentinels}
        run = SuiteRun(self._suite_dir, [str(self._port), "--coverage", *words], self._run.result, variables)

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
        """Returns coverage.py's JSON report over the data files `counted`, made by the coverage.py that wrote them."""
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
        """Print the report over the data files `counted`. Returns the worlds in which nothing was measured."""
        recording, setup = self._run.read_recording(), self._run.read_setup()
        document = self._combined(counted, self._run.env_bin / "python")
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # allows `| head`
        files = coverage_report.by_name(document, measuring.instrumentation(self._run.env_bin.parent))
        sdk, python = setup.versions["sdk"], setup.versions["python"]
        partial = f", PARTIAL ({recording.partial})" if recording.partial else ""
        print(f"\nlines of the SDK's drift/instrumentation/ reached, SDK {sdk}, Python {python}{partial}\n")
        folders, extras = measuring.folders(self._suite_dir), measuring.folders_beside(self._suite_dir)
        print(*coverage_report.table(folders, extras, files), sep="\n")
        print(*coverage_report.not_reached(folders, extras, files), sep="\n")
        print(f"\n{shown(measuring.home(self._run) / REPORT)}")
        return coverage_report.unmeasured(files.values())

    def _in_one_line(self, ended: Ended) -> str:
        """Summary of the replay without sentinels. It often fails, so it gets only one line."""
        if ended.result is None:
            return f"replay without sentinels: {how(ended.code)}\n{ended.output}"
        counts = ended.result["requests"]
        known = f", {counts['known_failures']} known failures" if counts["known_failures"] else ""
        text = f"replay without sentinels: {counts['passed']} of {counts['sent']} requests matched{known}"
        if ended.code == Code.PASSED:
            return text
        return f"{text}; {how(ended.code)}: {ended.result['reason']} ({shown(self._run.result)})"


def _code(*runs: Ended) -> int:
    """The exit code without a complete report: that of the first failed run."""
    return next((run.code for run in runs if run.code > 0), int(Code.NOTHING_VERIFIED))
