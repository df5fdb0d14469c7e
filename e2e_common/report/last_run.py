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
from e2e_common.report.text import clip, coloured
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
        raise usage(f"the last run sent no request ({run.path()}): {run.result['reason']}")
    return run, chosen(run, options["E2E_ONLY"])


def chosen(run: RunReport, pattern: str) -> list[RequestReport]:
    """Returns the request of this name, else those whose name matches the pattern."""
    names = [pattern] if pattern in run.by_name else [name for name in run.by_name if selects(pattern, name)]
    if not names:
        nearest = did_you_mean(pattern, run.by_name)
        listed = f"make traces-{run.result['suite']} lists them"
        raise usage(f"E2E_ONLY={pattern}: the last run sent no such request{nearest} ({listed})")
    return [run.by_name[name] for name in names]


def show(lines: Iterable[str]) -> None:
    text = "\n".join(lines)
    say(coloured(text) if has_colour(sys.stdout) else text)


def about(run: RunReport) -> list[str]:
    """Lines about the run itself: the failures that belong to no request."""
    omitted = len(run.others) - MOST_PROBLEMS
    lines = [*map(clip, run.others[:MOST_PROBLEMS]), *([f"… and {omitted} more"] if omitted > 0 else [])]
    return [f"The run ended with {run.result['code']}:", *lines, ""] if lines else []


def table(run: RunReport, requests: Sequence[RequestReport], width: int) -> Iterator[str]:
    """Yields a line for each of `requests`, and one for each of its outbound calls."""
    yield from about(run)
    traces = sum(case.trace is not None for case in run.requests)
    recorded = sum(call.span is not None for case in run.requests for call in case.calls)
    counts = f"{len(run.requests)} requests, {traces} traces, {recorded} outbound calls"
    verdict = f"{run.result['verdict']}, exit {run.result['code']}"
    yield clip(f"{run.folder.root.name}: {counts}; {verdict}", width)
    longest = max([len("request"), *(min(WIDEST_NAME, len(case.name)) for case in requests)])
    form = f"{{:1}} {{:>3}}  {{:{longest}}}  {{:>6}}  {{:{TRACE_SHOWN}}}  {{:13}}  {{}}"
    yield clip(form.format("", "n", "request", "status", "trace", "verdict", "file"), width)
    for case in sorted(requests, key=lambda case: case.request.number):  # (start) has the number 0
        name = case.name if len(case.name) <= WIDEST_NAME else f"{case.name[: WIDEST_NAME - 1]}…"
        status = "-" if case.request.status is None else case.request.status
        trace_id = case.trace.trace_id[:TRACE_SHOWN] if case.trace else "-"
        files = ", ".join(file.name for file in case.files) or "-"
        mark = "✗" if case.verdict == FAILED else ""
        yield clip(form.format(mark, case.request.number or "", name, status, trace_id, case.verdict, files), width)
        spans = {call.span.span_id: (call.span, call.text) for call in case.calls if call.span}  # each once
        rows = [f"{span.duration.ns / 1e6:8.1f} ms  {span.library}  {text}" for span, text in spans.values()]
        rows += [f"asked for, not recorded: {call.text}" for call in case.calls if call.span is None]
        yield from (clip(f"{'':9}{row}", width) for row in rows)
