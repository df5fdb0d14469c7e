"""summary.md: a table of the suites, then the failures; for the job summary in GitHub Actions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from e2e_common.artifacts.failure import shorten
from e2e_common.judge.verdict import FAILED
from e2e_common.report.model import RunReport
from e2e_common.report.text import clip, printable

WHOLE = 1_000_000  # bytes; GitHub accepts 1 MiB per step, and rejects longer summaries
OTHERS, FAILURES = 50, 8  # of a run, of a request
REASON_LIMIT = 300
LINE_LIMIT = 600
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~@$&]|(?<=:)/(?=/)|(?<=www)\.|^[-+=])", re.IGNORECASE)
_NUMBER = re.compile(r"^(\d{1,9})([.)])")  # of a list item
_TICKS = re.compile("`+")
_HEAD = "| suite | verdict | sent | recorded | replayed | passed | known failures | seconds | reason |"


def render(runs: Sequence[RunReport]) -> str:
    """Returns the text, at most WHOLE bytes. What does not fit is omitted from the end; the last line says so."""
    parts = ["\n".join([_HEAD, "|---|---|--:|--:|--:|--:|--:|--:|---|", *map(_row, runs), ""])]
    size, left_out = len(parts[0].encode()), 0
    for part in (part for run in runs if run.result["code"] for part in _red(run)):
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
    result, is_red = run.result, bool(run.result["code"])
    verdict = f"❌ {result['verdict']} ({result['code']})" if is_red else f"✅ {result['verdict']}"
    counts = [str(result["requests"][key]) for key in ("sent", "recorded", "replayed", "passed", "known_failures")]
    reason = escaped(result["reason"], REASON_LIMIT) if is_red else ""
    cells = [escaped(result["suite"]), verdict, *counts, f"{result['seconds']['total'] or 0:.1f}", reason]
    return f"| {' | '.join(cells)} |"


def _red(run: RunReport) -> Iterator[str]:
    """The parts of a failed run's section; each may be omitted."""
    result = run.result
    yield f"\n### {escaped(result['suite'])}: {result['verdict']}, exit {result['code']}\n{_fenced(run.text(OTHERS))}"
    for case in run.ordered:
        if case.verdict == FAILED and case is not run.start:
            yield f"\n#### {escaped(case.name)}\n{_fenced(run.text(FAILURES, case))}"


def _fenced(lines: Sequence[str]) -> str:
    """The lines as a diff, in a fence that is longer than any in the lines."""
    text = "\n".join(clip(line, LINE_LIMIT) for line in lines)
    fence = "`" * max([3, *(len(ticks) + 1 for ticks in _TICKS.findall(text))])
    return f"\n{fence}diff\n{text}\n{fence}\n"
