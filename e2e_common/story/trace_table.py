"""`make traces-<suite>`: a table of the last run, request → trace → spans.

`traces SUITE|FOLDER [port]`. On a terminal lines are cut to its width; a pipe gets them
whole.
"""

from __future__ import annotations

import fnmatch
import shutil
import sys
from collections.abc import Iterator, Sequence

from e2e_common.command_line import parse_run
from e2e_common.errors import Code
from e2e_common.knobs import load_knobs
from e2e_common.report import has_colour
from e2e_common.story import last_run
from e2e_common.story.in_words import BOLD, RED, Paint, cut
from e2e_common.story.model import RequestStory, Story
from e2e_common.streams import say
from e2e_common.suites import folder_of
from e2e_common.verdict import FAILED

WHOLE = 1_000_000  # characters: no line of a pipe is cut
WIDEST_NAME = 40
TRACE_SHOWN = 8  # digits of a trace id: enough to find it by


def main(argv: Sequence[str]) -> int:
    """Prints the table. Returns the exit code of the contract."""
    words = parse_run("traces", argv)
    suite_dir, knobs = folder_of(words.suite), load_knobs()
    story = last_run.load(suite_dir, words.port, knobs)
    if knobs["E2E_ONLY"]:
        last_run.chosen(story, knobs["E2E_ONLY"])  # there is one
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else WHOLE
    lines = table(story, knobs["E2E_ONLY"] or "*", width, Paint(has_colour(sys.stdout)))
    say("\n".join(lines))
    return Code.PASSED


def table(story: Story, pattern: str, width: int, paint: Paint) -> Iterator[str]:
    """The lines: of each request whose name `pattern` matches one, and one for each of its outbound calls."""
    yield from last_run.about(story)
    yield paint(BOLD, cut(_totals(story), width))
    rows = [each for each in (story.start, *story.requests) if each and _is_chosen(each.name, pattern)]
    names = max([len("request"), *(min(WIDEST_NAME, len(each.name)) for each in rows)])
    yield cut(f"  n  {'request':{names}}  status  {'trace':{TRACE_SHOWN}}  {'verdict':13}  file", width)
    for each in rows:
        line = cut(_request(each, names), width)
        yield paint(RED, line) if each.verdict == FAILED else line
        yield from (cut(line, width) for line in _spans(each))


def _is_chosen(name: str, pattern: str) -> bool:
    return name == pattern or fnmatch.fnmatchcase(name, pattern)


def _totals(story: Story) -> str:
    traces = sum(each.trace is not None for each in story.requests)
    spans = sum(call.span is not None for each in story.requests for call in each.calls)
    counts = f"{len(story.requests)} requests, {traces} traces, {spans} outbound calls"
    return f"{story.folder.root.name}: {counts}; {story.result['verdict']}, exit {story.result['code']}"


def _request(of: RequestStory, names: int) -> str:
    number = str(of.request.number or "")
    name = of.name if len(of.name) <= WIDEST_NAME else f"{of.name[: WIDEST_NAME - 1]}…"
    trace_id = of.trace.trace_id[:TRACE_SHOWN] if of.trace else "-"
    files = ", ".join(file.name for file in (*([of.trace] if of.trace else []), *of.stray)) or "-"
    status = "-" if of.request.status is None else str(of.request.status)
    return f"{number:>3}  {name:{names}}  {status:>6}  {trace_id:{TRACE_SHOWN}}  {of.verdict:13}  {files}"


def _spans(of: RequestStory) -> Iterator[str]:
    seen = set()
    for call in of.calls:
        if call.span is None:
            yield f"       asked for, not recorded: {call.text}"
        elif call.span.span_id not in seen:
            seen.add(call.span.span_id)
            took = (call.span.end_ns - call.span.start_ns) / 1e6
            yield f"       {took:8.1f} ms  {call.span.library}  {call.text}"
