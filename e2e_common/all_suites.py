"""Every suite, so many at a time: a line each as it ends, a table at the end. A red one stops none of the others."""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from e2e_common import under_make
from e2e_common.command_line import DEFAULT_PORT, port_number
from e2e_common.errors import Code, HarnessError, usage
from e2e_common.failure import shorten
from e2e_common.interrupts import Interrupted, Interrupts
from e2e_common.knobs import load_knobs
from e2e_common.paths import ROOT, SUITES, suite_names
from e2e_common.readiness import NO_LIMIT_S, wait_until
from e2e_common.report import Progress
from e2e_common.streams import inert, say
from e2e_common.suite_run import Ended, SuiteRun, how, interrupt_all, shown
from e2e_common.suites import folder_of, name_of

SHOWN_LINES = 15
REASON_WIDTH = 100


@dataclass(frozen=True)
class Row:
    """How one suite ended, for the table. `code`: its exit code in the contract."""

    suite: str
    code: int
    verdict: str
    passed: str
    known: str
    seconds: float
    reason: str = ""


def main(argv: Sequence[str]) -> int:
    """Run the suites that `argv` names (all, where it names none). Returns the exit code of the contract."""
    try:
        limit, words, port, build = _parse(argv)
        knobs = load_knobs()
        _refuse_what_proves_nothing(knobs)
        folders = _folders(words)
    except HarnessError as error:
        sys.stderr.write(f"e2e: {error}\n")
        return error.code
    if under_make.only_pretends(os.environ):
        print(*(f"scripts/run-suite.sh {folder} {port}" for folder in folders), sep="\n")
        return Code.PASSED
    batch = Batch(folders, [str(port), *(["--build"] if build else [])], under_make.slots(limit, os.environ))
    with Interrupts() as interrupts:
        try:
            batch.run()
        except Interrupted as error:
            batch.interrupt(error.signum)
    say(inert(batch.table()))
    if knobs["E2E_REPORT"]:
        from e2e_common.reports import rendering

        rendering.after_runs(batch.ended(), ROOT / knobs["E2E_OUT"] / "report", knobs["E2E_REPORT"])
    return 128 + interrupts.first if interrupts.first is not None else exit_code(batch.rows)


class Batch:
    """The runs of the suites in `folders`. `words`: for each of them, the port that names it first. `rows`: those that
    have ended, in that order."""

    def __init__(self, folders: Sequence[Path], words: Sequence[str], slots: under_make.Slots) -> None:
        self._out = ROOT / load_knobs()["E2E_OUT"]
        self._folders, self._words, self._slots = list(dict.fromkeys(folders)), words, slots
        self._waiting = list(self._folders)
        self._running: dict[Path, tuple[SuiteRun, float]] = {}
        self._progress = Progress("e2e-all", verbose=False)
        self._parent = under_make.Parent(os.environ)
        self._started = time.monotonic()
        self._without_result: dict[Path, str] = {}
        self.rows: list[Row] = []

    def run(self) -> None:
        """Run them all to their end."""
        wait_until(self._advance, timeout_s=NO_LIMIT_S, what="the suites")

    def interrupt(self, signum: int) -> None:
        """End those that run, in order; those that wait are not started."""
        interrupt_all([run for run, _ in self._running.values()], signum)
        for folder in list(self._running):
            self._take_in(folder)
        self._slots.close()

    def table(self) -> str:
        """A line for each suite, in the order of their names, and one for all."""
        rows = {row.suite: row for row in self.rows}
        names = [name_of(folder) for folder in self._folders]
        width = max([5, *map(len, names)])
        lines = [f"{'suite':{width}}  {'verdict':7}  {'passed':>10}  {'known':>5}  {'seconds':>7}"]
        for name in names:
            row = rows.get(name) or Row(name, Code.NOTHING_VERIFIED, "not run", "", "", 0.0)
            seconds = f"{row.seconds:.1f}" if row.seconds else ""
            line = f"{name:{width}}  {row.verdict:7}  {row.passed:>10}  {row.known:>5}  {seconds:>7}  {row.reason}"
            lines.append(line.rstrip())
        passed = sum(row.code == Code.PASSED for row in self.rows)
        took = time.monotonic() - self._started
        return "\n".join(["", *lines, f"{passed} of {len(names)} suites passed, {took:.1f} s"])

    def ended(self) -> list[tuple[Path, Path, str]]:
        """Of each suite its folder, that of its artifacts, and why those are not of this run (else nothing)."""
        ran = {row.suite for row in self.rows}
        why = {folder: "not run" for folder in self._folders if name_of(folder) not in ran} | self._without_result
        return [(folder, self._folder_of_run(folder), why.get(folder, "")) for folder in self._folders]

    def _advance(self) -> bool:
        for folder in [folder for folder, (run, _) in self._running.items() if run.has_ended()]:
            self._take_in(folder)
            self._slots.give()
        while self._waiting and self._slots.take():
            folder = self._waiting.pop(0)
            run = SuiteRun(folder, self._words, self._folder_of_run(folder) / "result.json")
            self._running[folder] = run, time.monotonic()
            self._progress.phase(", ".join(map(name_of, self._running)))
        self._progress.tick()
        self._parent.check()
        return not self._waiting and not self._running

    def _take_in(self, folder: Path) -> None:
        """The run has ended: say it."""
        run, started = self._running[folder]
        ended = run.end()
        row = row_of(name_of(folder), ended, time.monotonic() - started, self._folder_of_run(folder))
        self._progress.clear()
        say(_shown(row, "\n".join(_told(row, ended))))
        self.rows.append(row)
        if ended.result is None:
            self._without_result[folder] = row.reason
        del self._running[folder]

    def _folder_of_run(self, folder: Path) -> Path:
        return self._out / f"{name_of(folder)}-{self._words[0]}"


def row_of(suite: str, ended: Ended, seconds: float, folder: Path) -> Row:
    """What the table says of a run. One that has left no result proves nothing, whatever its exit status. `seconds`:
    how long it took; `folder`: where its artifacts are."""
    if ended.result is None:
        known = ended.code in (Code.USAGE, Code.ENVIRONMENT, Code.TIMED_OUT, Code.LEFT_BEHIND)
        code = ended.code if known else Code.NOTHING_VERIFIED
        return Row(suite, code, "error", "", "", seconds, f"{how(ended.code)}, and no result.json")
    result: Mapping[str, Any] = ended.result
    counts = result["requests"]
    reason = (
        ""
        if ended.code == Code.PASSED
        else f"{shorten(result['reason'], REASON_WIDTH)} ({shown(folder / 'result.json')})"
    )
    passed = f"{counts['passed']} of {counts['sent']}"
    return Row(
        suite, ended.code, result["verdict"], passed, str(counts["known_failures"]), result["seconds"]["total"], reason
    )


def exit_code(rows: Sequence[Row]) -> int:
    """1 if any suite failed, else the first error's code, else 0."""
    codes = [row.code for row in rows]
    return int(Code.FAILED) if Code.FAILED in codes else next((code for code in codes if code), 0)


def _told(row: Row, ended: Ended) -> list[str]:
    """What a suite's end is worth on the terminal: what it printed, or what is left to say of one that died."""
    if ended.result is not None:
        return [ended.output]
    tail = [f"    | {line}" for line in ended.output.splitlines()[-SHOWN_LINES:]]
    lines = [inert(line) for line in (f"✗ {row.suite:<9} {row.reason}", *tail)]
    if os.environ.get("GITHUB_ACTIONS") == "true":
        from e2e_common.reports import github

        lines.append(github.error(row.suite, row.reason))
    return lines


def _shown(row: Row, text: str) -> str:
    """What to print of a suite's end: `text`; in a job of GitHub Actions as a group, which folds away."""
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return text
    from e2e_common.reports import github

    mark = "✓" if row.code == Code.PASSED else "✗"
    return github.group(f"{mark} {row.suite}: {row.verdict}", text)


def _folders(words: Sequence[str]) -> list[Path]:
    """Of the suites that are named, or of all."""
    folders = [folder_of(word) for word in words or suite_names()]
    if not folders:
        raise HarnessError(Code.NOTHING_VERIFIED, f"there are no suites below {SUITES}")
    return folders


def _refuse_what_proves_nothing(knobs: Mapping[str, str]) -> None:
    if knobs["E2E_ONLY"]:
        raise usage(f"E2E_ONLY={knobs['E2E_ONLY']}: all suites with some of their requests prove nothing; unset it")
    if knobs["E2E_SENTINELS"] == "off":
        raise usage("E2E_SENTINELS=off: all suites NOT ISOLATED prove nothing; unset it")


def _parse(argv: Sequence[str]) -> tuple[int | None, list[str], int, bool]:
    """How many at a time (None: not said), which suites (none: all), the port that names their runs, and whether they
    may build the base image."""
    parser = argparse.ArgumentParser(
        prog="run-all-e2e-tests.sh", usage="%(prog)s [N] [SUITE ...] [--port PORT] [--build]", allow_abbrev=False
    )
    parser.add_argument(
        "words", nargs="*", help="how many at a time (0: no limit), and which (all)", metavar="N, SUITE"
    )
    parser.add_argument("--port", type=port_number, default=DEFAULT_PORT, help="names the runs")
    parser.add_argument("--build", action="store_true", help="with Docker: build the base image where it is missing")
    known = parser.parse_args(argv)
    words: list[str] = known.words
    if not words or not re.match(r"-?\d", words[0]):
        return None, words, known.port, known.build
    if not words[0].isdecimal():
        raise usage(f"{words[0]}: how many suites at a time? 1, 2 or more; 0: no limit")
    return int(words[0]), words[1:], known.port, known.build


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
