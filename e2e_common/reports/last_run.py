"""The last run of a suite: `make traces-<suite>`, its table of request → trace → spans, and how explain.py finds it.

`traces SUITE|FOLDER [port]`; on a terminal lines are cut to its width.
"""

from __future__ import annotations

import fnmatch
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from e2e_common.command_line import parse_run
from e2e_common.errors import Code, did_you_mean, usage
from e2e_common.failure import shorten
from e2e_common.knobs import load_knobs
from e2e_common.paths import ROOT
from e2e_common.report import has_colour
from e2e_common.reports import model
from e2e_common.reports.model import RequestReport, RunReport
from e2e_common.reports.text import BOLD, RED, Paint, clip
from e2e_common.run_folder import RunFolder
from e2e_common.streams import say
from e2e_common.suites import folder_of, name_of
from e2e_common.verdict import FAILED

SHOWN_PROBLEMS = 5
WHOLE = 1_000_000  # characters: no line of a pipe is cut
WIDEST_NAME = 40
TRACE_SHOWN = 8  # digits of a trace id: enough to find it by


def main(argv: Sequence[str]) -> int:
    """Prints the table. Returns the exit code of the contract."""
    words = parse_run("traces", argv)
    suite_dir, knobs = folder_of(words.suite), load_knobs()
    run = load(suite_dir, words.port, knobs)
    requests = chosen(run, knobs["E2E_ONLY"]) if knobs["E2E_ONLY"] else list(run.by_name.values())
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else WHOLE
    say("\n".join(table(run, requests, width, Paint(has_colour(sys.stdout)))))
    return Code.PASSED


def load(suite_dir: Path, port: int, knobs: Mapping[str, str]) -> RunReport:
    """Its report. Raises HarnessError (2) where there is no run, or one that sent nothing."""
    run = model.load(RunFolder(ROOT / knobs["E2E_OUT"] / f"{name_of(suite_dir)}-{port}"), suite_dir)
    if not run.by_name:
        raise usage(f"the last run sent no request ({run.path()}): {run.reason}")
    return run


def chosen(run: RunReport, pattern: str) -> list[RequestReport]:
    """The request of this name, else those whose name the pattern matches. Raises HarnessError (2) where there is
    none."""
    if pattern in run.by_name:
        return [run.by_name[pattern]]
    found = [each for name, each in run.by_name.items() if fnmatch.fnmatchcase(name, pattern)]
    if not found:
        nearest = did_you_mean(pattern, run.by_name)
        listed = f"make traces-{run.suite} lists them"
        raise usage(f"E2E_ONLY={pattern}: the last run sent no such request{nearest} ({listed})")
    return found


def about(run: RunReport) -> Iterator[str]:
    """What must be known of the run before anything of it is read."""
    problems = run.evidence.problems
    if run.under_way:
        yield "A run is under way; what follows is what it has left so far."
        yield ""
    elif not run.has_artifacts:
        yield f"The last run ended before it sent anything: {shorten(run.reason, 300)}"
        yield "What follows is of the run before it."
        yield ""
    elif run.code not in (Code.PASSED, Code.FAILED):
        yield f"The run ended with {run.code}: {shorten(run.reason, 300)}"
        yield ""
    yield from (clip(f"Not readable: {problem.line()}") for problem in problems[:SHOWN_PROBLEMS])
    if len(problems) > SHOWN_PROBLEMS:
        yield f"… and {len(problems) - SHOWN_PROBLEMS} more"
    if problems:
        yield ""


def table(run: RunReport, requests: Sequence[RequestReport], width: int, paint: Paint) -> Iterator[str]:
    """The lines: one for each of `requests`, and one for each of its outbound calls."""
    yield from about(run)
    yield paint(BOLD, clip(_totals(run), width))
    names = max([len("request"), *(min(WIDEST_NAME, len(each.name)) for each in requests)])
    yield clip(f"  n  {'request':{names}}  status  {'trace':{TRACE_SHOWN}}  {'verdict':13}  file", width)
    for each in sorted(requests, key=lambda each: each.request.number):  # what was before the start has the number 0
        line = clip(_request(each, names), width)
        yield paint(RED, line) if each.verdict == FAILED else line
        yield from (clip(line, width) for line in _spans(each))


def _totals(run: RunReport) -> str:
    traces = sum(each.trace is not None for each in run.requests)
    spans = sum(call.span is not None for each in run.requests for call in each.calls)
    counts = f"{len(run.requests)} requests, {traces} traces, {spans} outbound calls"
    return f"{run.folder.root.name}: {counts}; {run.result['verdict']}, exit {run.code}"


def _request(of: RequestReport, names: int) -> str:
    number = str(of.request.number or "")
    name = of.name if len(of.name) <= WIDEST_NAME else f"{of.name[: WIDEST_NAME - 1]}…"
    trace_id = of.trace.trace_id[:TRACE_SHOWN] if of.trace else "-"
    files = ", ".join(file.name for file in of.files) or "-"
    status = "-" if of.request.status is None else str(of.request.status)
    return f"{number:>3}  {name:{names}}  {status:>6}  {trace_id:{TRACE_SHOWN}}  {of.verdict:13}  {files}"


def _spans(of: RequestReport) -> Iterator[str]:
    seen = set()
    for call in of.calls:
        if call.span is None:
            yield f"       asked for, not recorded: {call.text}"
        elif call.span.span_id not in seen:
            seen.add(call.span.span_id)
            took = (call.span.end_ns - call.span.start_ns) / 1e6
            yield f"       {took:8.1f} ms  {call.span.library}  {call.text}"
