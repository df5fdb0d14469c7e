"""summary.md: a table of the suites, and below it what failed; for the summary of a job of GitHub Actions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from e2e_common.failure import shorten
from e2e_common.reports.model import RequestReport, RunReport
from e2e_common.reports.text import printable
from e2e_common.reports.values import laid_out

WHOLE = 1_000_000  # bytes; GitHub takes 1 MiB a step, and nothing of what is longer
CASES = 50
LINES = 8  # of what failed, of a request
PARTS = 12  # of its answer that differ
REASON_LIMIT = 300
LINE_LIMIT = 600
SIDE_LIMIT = 400
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~@$&]|(?<=:)/(?=/)|(?<=www)\.|^[-+=])", re.IGNORECASE)
_NUMBER = re.compile(r"^(\d{1,9})([.)])")  # of a list
_RUNS_OF_TICKS = re.compile("`+")
_HEAD = "| suite | verdict | sent | recorded | replayed | passed | known failures | seconds | reason |"


def render(runs: Sequence[RunReport]) -> str:
    """The text, of at most WHOLE bytes: what does not fit is left out from the end, and the last line says so."""
    parts = ["\n".join([_HEAD, "|---|---|--:|--:|--:|--:|--:|--:|---|", *map(_row, runs), ""])]
    size, left_out = len(parts[0].encode()), 0
    for part in (part for run in runs for part in _red(run)):
        size += len(part.encode())
        if size > WHOLE:
            left_out += 1
        else:
            parts.append(part)
    if left_out:
        parts.append(
            f"\n{left_out} parts are left out: this summary may not be longer. report.html and result.json hold all.\n"
        )
    return "".join(parts)


def escaped(text: str, limit: int = LINE_LIMIT) -> str:
    """`text` on one line, as text and nothing else: no markup, no HTML, no end of a table's cell, no mention."""
    return _NUMBER.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", printable(shorten(text, limit))))


def code(text: str, limit: int = LINE_LIMIT) -> str:
    """`text` on one line as code, whatever ticks it holds; not for the cell of a table."""
    line = printable(shorten(text, limit))
    fence = _fence(line, 1)
    return f"{fence} {line} {fence}" if "`" in line else f"`{line}`"


def _row(run: RunReport) -> str:
    result = run.result
    verdict = f"{'❌' if run.code else '✅'} {result['verdict']}" + (f" ({run.code})" if run.code else "")
    reason = escaped(run.reason, REASON_LIMIT) if run.code else ""
    counts = [str(result["requests"][key]) for key in ("sent", "recorded", "replayed", "passed", "known_failures")]
    cells = [escaped(run.suite), verdict, *counts, f"{result['seconds']['total'] or 0:.1f}", reason]
    return f"| {' | '.join(cells)} |"


def _red(run: RunReport) -> Iterator[str]:
    """What is to be said of a red run, in pieces that may be left out."""
    if not run.code:
        return
    yield f"\n### {escaped(run.suite)}: {run.result['verdict']}, exit {run.code}\n\n{escaped(run.reason)}\n\n"
    yield f"Again: {code(run.rerun.command())}, artifacts: {code(run.path())}\n\n"
    yield from (f"- {escaped(line)}\n" for line in run.others[:CASES] if line != run.reason)
    for case in run.failed[:CASES]:
        yield _failed(case, run)
    if len(run.failed) > CASES:
        yield f"\nand {len(run.failed) - CASES} more requests that failed\n"


def _failed(case: RequestReport, run: RunReport) -> str:
    lines = [f"\n#### {escaped(case.name)}\n\n"]
    lines += [f"- {escaped(failure.message)}\n" for failure in case.failures[:LINES]]
    for call in case.misses[:LINES]:
        nearest = call.asked.nearest if call.asked else ()
        lines += [
            f"- recorded, and like it: {escaped(near.asked)}; {escaped(near.difference)}\n" for near in nearest[1:]
        ]
    changes = _changes(case)
    if changes:
        fence = _fence(changes, 3)
        lines.append(f"\n{fence}diff\n{changes}\n{fence}\n")
    return "".join([*lines, f"\nAgain: {code(run.rerun.command(case.name))}\n"])


def _changes(case: RequestReport) -> str:
    """The parts of the answer that differ, as a diff."""
    lines = []
    for path, was, now in case.differences[:PARTS]:
        lines += [f"@ {shorten(path)}", *_signed("-", was), *_signed("+", now)]
    return printable("\n".join(lines))


def _signed(sign: str, value: object) -> list[str]:
    return [f"{sign} {line}" for line in laid_out(value, SIDE_LIMIT).split("\n")]


def _fence(text: str, least: int) -> str:
    """Ticks that nothing in `text` ends."""
    longest = max((len(ticks) for ticks in _RUNS_OF_TICKS.findall(text)), default=0)
    return "`" * max(least, longest + 1)
