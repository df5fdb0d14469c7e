"""The last run of a suite: `make traces-<suite>` (a table of request → trace → spans), `make logs-<suite>` (the end of
every log), and its lookup for explain.py.

`traces|logs SUITE|FOLDER [port]`; on a terminal, lines of the table are cut to its width.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.judge.verdict import FAILED
from e2e_common.report import model
from e2e_common.report.model import RequestReport, RunReport
from e2e_common.report.text import BOLD, RED, clip, paint, uncoloured
from e2e_common.report.write import has_colour
from e2e_common.setup.options import load_options
from e2e_common.setup.suites import folder_of, name_of
from e2e_common.util.command_line import parse_run
from e2e_common.util.errors import Code, did_you_mean, usage
from e2e_common.util.names import selects
from e2e_common.util.paths import ROOT
from e2e_common.util.streams import say

MOST_PROBLEMS = 5
WHOLE = 1_000_000  # characters: no line of a pipe is cut
WIDEST_NAME = 40
TRACE_SHOWN = 8  # digits of a trace id: enough to find it


def main(argv: Sequence[str]) -> int:
    """Prints the table. Returns the exit code."""
    words, options = parse_run("traces", argv), load_options()
    run, requests = load(folder_of(words.suite), words.port, options)
    show(table(run, requests, shutil.get_terminal_size().columns if sys.stdout.isatty() else WHOLE))
    return Code.PASSED


def logs(argv: Sequence[str]) -> int:
    """Replaces this process with `tail`. Raises HarnessError (2) if there are no logs."""
    words = parse_run("logs", argv)
    suite = name_of(folder_of(words.suite))
    folder = ROOT / load_options()["E2E_OUT"] / f"{suite}-{words.port}" / "logs"
    if not (paths := sorted(map(str, folder.glob("*.log")))):
        raise usage(f"there are no logs in {folder}: make e2e-{suite} first")
    os.execvp("tail", ["tail", "-n", "200", "-v", *paths])  # noqa: S606 - tail from PATH


def load(suite_dir: Path, port: int, options: Mapping[str, str]) -> tuple[RunReport, list[RequestReport]]:
    """Returns the report of the last run, and the requests that E2E_ONLY names, or all. Raises HarnessError (2) if
    there is no run, or no such request in it."""
    run = model.load(RunFolder(ROOT / options["E2E_OUT"] / f"{name_of(suite_dir)}-{port}"), suite_dir)
    if not run.by_name:
        raise usage(f"the last run sent no request ({run.path()}): {run.reason}")
    return run, chosen(run, options["E2E_ONLY"])


def chosen(run: RunReport, pattern: str) -> list[RequestReport]:
    """Returns the request of this name, else those whose name matches the pattern."""
    if pattern in run.by_name:
        return [run.by_name[pattern]]
    matching = [request for name, request in run.by_name.items() if selects(pattern, name)]
    if not matching:
        nearest = did_you_mean(pattern, run.by_name)
        listed = f"make traces-{run.suite} lists them"
        raise usage(f"E2E_ONLY={pattern}: the last run sent no such request{nearest} ({listed})")
    return matching


def show(lines: Iterable[str]) -> None:
    text = "\n".join(lines)
    say(text if has_colour(sys.stdout) else uncoloured(text))


def about(run: RunReport) -> list[str]:
    """Lines about the run itself: the failures that belong to no request."""
    omitted = len(run.others) - MOST_PROBLEMS
    lines = [*map(clip, run.others[:MOST_PROBLEMS]), *([f"… and {omitted} more"] if omitted > 0 else [])]
    return [f"The run ended with {run.code}:", *lines, ""] if lines else []


def table(run: RunReport, requests: Sequence[RequestReport], width: int) -> Iterator[str]:
    """Yields a line for each of `requests`, and one for each of its outbound calls."""
    yield from about(run)
    traces = sum(request.trace is not None for request in run.requests)
    spans = sum(call.span is not None for request in run.requests for call in request.calls)
    counts = f"{len(run.requests)} requests, {traces} traces, {spans} outbound calls"
    yield paint(BOLD, clip(f"{run.folder.root.name}: {counts}; {run.result['verdict']}, exit {run.code}", width))
    names = max([len("request"), *(min(WIDEST_NAME, len(request.name)) for request in requests)])
    yield clip(f"  n  {'request':{names}}  status  {'trace':{TRACE_SHOWN}}  {'verdict':13}  file", width)
    for request in sorted(requests, key=lambda request: request.request.number):  # (start) has the number 0
        line = clip(_request(request, names), width)
        yield paint(RED, line) if request.verdict == FAILED else line
        yield from (clip(line, width) for line in _spans(request))


def _request(request: RequestReport, names: int) -> str:
    number = str(request.request.number or "")
    name = request.name if len(request.name) <= WIDEST_NAME else f"{request.name[: WIDEST_NAME - 1]}…"
    trace_id = request.trace.trace_id[:TRACE_SHOWN] if request.trace else "-"
    files = ", ".join(file.name for file in request.files) or "-"
    status = "-" if request.request.status is None else str(request.request.status)
    return f"{number:>3}  {name:{names}}  {status:>6}  {trace_id:{TRACE_SHOWN}}  {request.verdict:13}  {files}"


def _spans(request: RequestReport) -> Iterator[str]:
    seen = set()
    for call in request.calls:
        if call.span is None:
            yield f"       asked for, not recorded: {call.text}"
        elif call.span.span_id not in seen:
            seen.add(call.span.span_id)
            milliseconds = (call.span.end_ns - call.span.start_ns) / 1e6
            yield f"       {milliseconds:8.1f} ms  {call.span.library}  {call.text}"
