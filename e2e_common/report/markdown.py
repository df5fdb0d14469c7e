"""summary.md: a table of the suites, then the failures; for the job summary in GitHub Actions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from e2e_common.artifacts.failure import shorten
from e2e_common.report.model import RequestReport, RunReport
from e2e_common.report.text import clip, printable, uncoloured
from e2e_common.report.values import diff_lines

WHOLE = 1_000_000  # bytes; GitHub accepts 1 MiB per step, and rejects longer summaries
REQUESTS = 50
LINES, PARTS = 8, 12  # of a request: failures, and differing parts of its response
REASON_LIMIT = 300
LINE_LIMIT = 600
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~@$&]|(?<=:)/(?=/)|(?<=www)\.|^[-+=])", re.IGNORECASE)
_NUMBER = re.compile(r"^(\d{1,9})([.)])")  # of a list item
_RUNS_OF_TICKS = re.compile("`+")
_HEAD = "| suite | verdict | sent | recorded | replayed | passed | known failures | seconds | reason |"


def render(runs: Sequence[RunReport]) -> str:
    """Returns the text, at most WHOLE bytes. What does not fit is omitted from the end; the last line says so."""
    parts = ["\n".join([_HEAD, "|---|---|--:|--:|--:|--:|--:|--:|---|", *map(_row, runs), ""])]
    size, left_out = len(parts[0].encode()), 0
    for part in (part for run in runs if run.code for part in _red(run)):
        size += len(part.encode())
        if size > WHOLE:
            left_out += 1
        else:
            parts.append(part)
    note = f"\n{left_out} parts are left out: this summary may not be longer. report.html and result.json hold all.\n"
    return "".join([*parts, *([note] if left_out else [])])


def escaped(text: str, limit: int = LINE_LIMIT) -> str:
    """Returns `text` on one line as plain text: no markup, HTML, end of a table cell, or mention."""
    return _NUMBER.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", printable(shorten(text, limit))))


def _row(run: RunReport) -> str:
    result = run.result
    verdict = f"{'❌' if run.code else '✅'} {result['verdict']}" + (f" ({run.code})" if run.code else "")
    reason = escaped(run.reason, REASON_LIMIT) if run.code else ""
    counts = [str(result["requests"][key]) for key in ("sent", "recorded", "replayed", "passed", "known_failures")]
    cells = [escaped(run.suite), verdict, *counts, f"{result['seconds']['total'] or 0:.1f}", reason]
    return f"| {' | '.join(cells)} |"


def _red(run: RunReport) -> Iterator[str]:
    """The parts of a failed run's section; each may be omitted."""
    text = [*run.others[:REQUESTS], "", f"rerun: {run.rerun.command()}", f"artifacts: {run.path()}"]
    yield f"\n### {escaped(run.suite)}: {run.result['verdict']}, exit {run.code}\n{_fenced(text)}"
    yield from (_request(request, run) for request in run.failed[:REQUESTS])
    if len(run.failed) > REQUESTS:
        yield f"\nand {len(run.failed) - REQUESTS} more requests that failed\n"


def _request(request: RequestReport, run: RunReport) -> str:
    text = [failure.message for failure in request.failures[:LINES]] + diff_lines(request.differences, PARTS)
    return f"\n#### {escaped(request.name)}\n{_fenced([*text, '', f'rerun: {run.rerun.command(request.name)}'])}"


def _fenced(lines: Sequence[str]) -> str:
    """The lines as a diff, in a fence that is longer than any in the lines."""
    text = "\n".join(clip(uncoloured(line), LINE_LIMIT) for line in lines)
    longest = max((len(ticks) for ticks in _RUNS_OF_TICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"\n{fence}diff\n{text}\n{fence}\n"
