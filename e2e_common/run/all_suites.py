"""Runs every suite; make schedules them (scripts/run-all-e2e-tests.sh). `plan` selects the suites, `table` prints the
results.

The batch folder contains a file for each suite with the path of the suite's folder, and, when its run has ended,
`<suite>.ended` with its exit status. `times` has the CPU seconds of the script, and of the runs, as bash prints them.
"""

from __future__ import annotations

import argparse
import fnmatch
import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from e2e_common.artifacts.failure import shorten
from e2e_common.report import write
from e2e_common.run.suite_run import how, identity, result_of
from e2e_common.setup.options import load_options
from e2e_common.setup.suites import folder_of, name_of
from e2e_common.util.command_line import DEFAULT_PORT, port_number
from e2e_common.util.errors import Code, HarnessError, usage
from e2e_common.util.paths import ROOT, SUITES, shown, suite_names
from e2e_common.util.streams import inert, say

REASON_WIDTH = 100
SIGNAL = 128
"""A shell's exit status for a process ended by a signal is this plus the signal's number."""


@dataclass(frozen=True)
class SuiteRow:
    """The result of one suite's run. `code`: its exit code; `artifacts`: their folder; `lost`: why they are not this
    run's (empty: they are); `cells`: its table row; `is_local`: it ran in the local runtime."""

    folder: Path
    artifacts: Path
    code: int
    cells: Sequence[str]
    lost: str = ""
    is_local: bool = False


def plan(words: Sequence[str]) -> int:
    """Write the batch files of the suites in `words` (BATCH [N] [SUITE…] [--port PORT] [-- SUITE…]: names, patterns or
    folders; default: all). Prints make's option for the number of parallel runs (an empty line if N is not given), the
    port, and the suites, one per line. Raises HarnessError: 2 for options that prove nothing, 4 if there is no
    suite."""
    batch, *rest = words
    jobs, words_of_suites, port = _parse(rest)
    options = load_options()
    if options["E2E_ONLY"] or options["E2E_SENTINELS"] == "off":
        named = f"E2E_ONLY={options['E2E_ONLY']} E2E_SENTINELS={options['E2E_SENTINELS']}"
        raise usage(f"{named}: all suites with some of their requests, or NOT ISOLATED, prove nothing")
    folders = _folders(words_of_suites)
    for folder in folders:
        Path(batch, name_of(folder)).write_text(f"{folder}\n")
    print(jobs, port, *map(name_of, folders), sep="\n")
    return Code.PASSED


def table(words: Sequence[str]) -> int:
    """Print a row for each suite in the batch of `words` (BATCH PORT SUITE…) and a summary; write the reports that
    E2E_REPORT names. Returns 1 if any suite failed, else the first error's code, else 0."""
    batch, port, *names = Path(words[0]), *words[1:]
    options = load_options()
    rows = [row_of(batch, name, ROOT / options["E2E_OUT"] / f"{name}-{port}") for name in names]
    width = max(map(len, ["suite", *names]))
    cells = [
        ("suite", "verdict", "passed", "known", "seconds", ""),
        *((name_of(row.folder), *row.cells) for row in rows),
    ]
    lines = [f"{a:{width}}  {b:7}  {c:>10}  {d:>5}  {e:>7}  {reason}".rstrip() for a, b, c, d, e, reason in cells]
    passed = sum(row.code == Code.PASSED for row in rows)
    seconds = f"{time.time() - (batch / names[0]).stat().st_mtime:.1f} s"
    if all(row.is_local for row in rows):  # Docker's engine starts most processes of the others
        seconds += f", {cpu_seconds((batch / 'times').read_text()):.1f} s of CPU"
    say(inert("\n".join(["", *lines, f"{passed} of {len(rows)} suites passed, {seconds}"])))
    if os.environ.get("GITHUB_ACTIONS") == "true":
        for row in rows:
            if row.lost:  # else the run has printed it
                say(write.error(name_of(row.folder), row.lost))
    if options["E2E_REPORT"]:
        from e2e_common.report import rendering

        folder = ROOT / options["E2E_OUT"] / "report"
        ended = [(row.folder, row.artifacts, row.lost) for row in rows]
        rendering.after_runs(lambda: [rendering.read(*run) for run in ended], folder, options["E2E_REPORT"])
    return exit_code([row.code for row in rows])


def row_of(batch: Path, name: str, artifacts: Path) -> SuiteRow:
    """Returns the table row of a run. A run without a result proves nothing, whatever its exit status."""
    plan_file, ended, path = batch / name, batch / f"{name}.ended", artifacts / "result.json"
    folder = Path(plan_file.read_text().rstrip("\n"))
    if not ended.exists():
        return SuiteRow(folder, artifacts, Code.NOTHING_VERIFIED, ("not run", "", "", "", ""), "not run")
    code = int(ended.read_text())
    result, written = result_of(path, code), identity(path)
    if result is None or not written or written[1] < plan_file.stat().st_mtime_ns:  # the last one: an older run's
        kept = code in (Code.USAGE, Code.ENVIRONMENT, Code.TIMED_OUT, Code.LEFT_BEHIND)
        lost = f"{how(code if code <= SIGNAL else SIGNAL - code)}, and no result.json"
        return SuiteRow(folder, artifacts, code if kept else Code.NOTHING_VERIFIED, ("error", "", "", "", lost), lost)
    reason = f"{shorten(result['reason'], REASON_WIDTH)} ({shown(path)})" if code else ""
    counts, seconds = result["requests"], f"{result['seconds']['total']:.1f}"
    passed = f"{counts['passed']} of {counts['sent']}"
    cells = (result["verdict"], passed, str(counts["known_failures"]), seconds, reason)
    return SuiteRow(folder, artifacts, code, cells, is_local=result["runtime"] == "local")


def cpu_seconds(times: str) -> float:
    """Returns the sum of user and system time of the child processes, from what bash's `times` prints."""
    return sum(
        60 * int(minutes) + float(rest) for minutes, rest in re.findall(r"(\d+)m([\d.]+)s", times.splitlines()[1])
    )


def exit_code(codes: Sequence[int]) -> int:
    """Returns 1 if any suite failed, else the first error's code, else 0."""
    return int(Code.FAILED) if Code.FAILED in codes else next((code for code in codes if code), 0)


def _folders(words: Sequence[str]) -> list[Path]:
    names = suite_names()
    matching = [fnmatch.filter(names, word) or [word] for word in words] or [names]
    folders = {folder_of(word): None for words in matching for word in words}
    if not folders:
        raise HarnessError(Code.NOTHING_VERIFIED, f"there are no suites below {SUITES}")
    return list(folders)


def _parse(argv: Sequence[str]) -> tuple[str, list[str], int]:
    """Returns make's option for the number of parallel runs (empty if not given), the suites, and the port."""
    parser = argparse.ArgumentParser(
        prog="run-all-e2e-tests.sh", usage="%(prog)s [N] [SUITE ...] [--port PORT]", allow_abbrev=False
    )
    parser.add_argument("words", nargs="*", help="how many at a time (0: no limit), and which", metavar="N, SUITE")
    parser.add_argument("--port", type=port_number, default=DEFAULT_PORT, help="names the runs")
    end = argv.index("--") if "--" in argv else len(argv)
    parsed = parser.parse_args(argv[:end])
    named: list[str] = parsed.words
    only_names = list(argv[end + 1 :])
    if not named or not re.match(r"-?\d", named[0]):
        return "", named + only_names, parsed.port
    if not named[0].isdecimal():
        raise usage(f"{named[0]}: how many suites at a time? 1, 2 or more; 0: no limit")
    return f"-j{int(named[0]) or ''}", named[1:] + only_names, parsed.port
