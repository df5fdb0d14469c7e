"""The last run of a suite: `make explain-<suite>` (everything about one request, in chronological order),
`make traces-<suite>` (a table of request → trace → spans), `make logs-<suite>` (the end of every log).

`explain|traces|logs SUITE|FOLDER [port]`; E2E_ONLY is a request's name, or a pattern for several.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Sequence

from e2e_common.artifacts.call_text import text_of
from e2e_common.artifacts.decoding import OFFICIAL
from e2e_common.artifacts.failure import shorten
from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.artifacts.traces import Span
from e2e_common.judge.known_failures import START
from e2e_common.judge.verdict import FAILED
from e2e_common.report import logs, model
from e2e_common.report.model import MISSED, UNASKED, Call, RequestReport, RunReport
from e2e_common.report.rerun import rerun
from e2e_common.report.source import places
from e2e_common.report.text import clip, coloured
from e2e_common.report.values import as_json, decoded, diff_lines, laid_out, message
from e2e_common.report.write import has_colour
from e2e_common.setup.options import load_options
from e2e_common.setup.suites import folder_of, name_of
from e2e_common.util.command_line import BANNERS, parse_run
from e2e_common.util.errors import Code, did_you_mean, usage
from e2e_common.util.names import selects
from e2e_common.util.paths import ROOT
from e2e_common.util.streams import say

MOST_LINES = 40  # from one log
MOST_PARTS = 30
OF_START = ("Verdict", "Recorded", "Asked for in replay", "Files")
VALUE = 2000  # characters
LONGEST = 2500  # characters of a line with a value and its title
STATED = ("calls", "late", "background", "expect_unpatched", "leaks", "inexact", "unanswered", "reached", "errors")
NO_TRACE = "(its headers and its body are in no trace; src/test_requests.py says them)"
NO_ACCOUNT = "(the official CLI keeps no account of it; it names calls without a recorded answer, of tests that fail)"
BY = {
    "value": "the same input",
    "reduced": "the same input but for what does not count",
    "shape": "NOT the same input: a call of the same shape",
}
MOST_PROBLEMS = 5
WHOLE = 1_000_000  # characters: no line of a pipe is cut
WIDEST_NAME = 40
TRACE_SHOWN = 8  # digits of a trace id: enough to find it


def main(argv: Sequence[str]) -> int:
    """Prints everything about the requests that E2E_ONLY names. Returns the exit code."""
    run, requests = load("explain", argv)
    show(run, [line for case in requests for line in (*explain(run, case), "")][:-1])
    return Code.PASSED


def traces(argv: Sequence[str]) -> int:
    """Prints the table; on a terminal, its lines are cut to the width. Returns the exit code."""
    run, requests = load("traces", argv)
    show(run, table(run, requests, shutil.get_terminal_size().columns if sys.stdout.isatty() else WHOLE))
    return Code.PASSED


def tail(argv: Sequence[str]) -> int:
    """Replaces this process with `tail`. Raises HarnessError (2) if there are no logs."""
    words = parse_run("logs", argv)
    suite = name_of(folder_of(words.suite))
    folder = ROOT / load_options()["E2E_OUT"] / f"{suite}-{words.port}" / "logs"
    if not (paths := sorted(map(str, folder.glob("*.log")))):
        raise usage(f"there are no logs in {folder}: make e2e-{suite} first")
    os.execvp("tail", ["tail", "-n", "200", "-v", *paths])  # noqa: S606 - tail from PATH


def load(verb: str, argv: Sequence[str]) -> tuple[RunReport, list[RequestReport]]:
    """Returns the report of the last run, and the requests that E2E_ONLY names, or all. Raises HarnessError (2) if
    there is no run, or no such request in it."""
    words, options = parse_run(verb, argv), load_options()
    suite_dir = folder_of(words.suite)
    suite = name_of(suite_dir)
    if verb == "explain" and not options["E2E_ONLY"]:
        command = rerun(suite_dir, suite, words.port, "e2e", BANNERS).explain
        raise usage(f"which request? E2E_ONLY='its name' {command} (make traces-{suite} lists them)")
    run = model.load(RunFolder(ROOT / options["E2E_OUT"] / f"{suite}-{words.port}"), suite_dir)
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


def show(run: RunReport, lines: Iterable[str]) -> None:
    text = "\n".join([*about(run), *lines])
    say(coloured(text) if has_colour(sys.stdout) else text)


def about(run: RunReport) -> list[str]:
    """Lines about the run itself: the failures that belong to no request."""
    omitted = len(run.others) - MOST_PROBLEMS
    lines = [*map(clip, run.others[:MOST_PROBLEMS]), *([f"… and {omitted} more"] if omitted > 0 else [])]
    return [f"The run ended with {run.result['code']}:", *lines, ""] if lines else []


def table(run: RunReport, requests: Sequence[RequestReport], width: int) -> Iterator[str]:
    """Yields a line for each of `requests`, and one for each of its outbound calls."""
    traces = sum(case.trace is not None for case in run.requests)
    recorded = sum(call.span is not None for case in run.requests for call in case.calls)
    counts = f"{len(run.requests)} requests, {traces} traces, {recorded} outbound calls"
    verdict = f"{run.result['verdict']}, exit {run.result['code']}"
    yield clip(f"{run.folder.root.name}: {counts}; {verdict}", width)
    longest = min(WIDEST_NAME, max([len("request"), *(len(case.name) for case in requests)]))
    form = f"{{:1}} {{:>3}}  {{:{longest}}}  {{:>6}}  {{:{TRACE_SHOWN}}}  {{:13}}  {{}}"
    yield clip(form.format("", "n", "request", "status", "trace", "verdict", "file"), width)
    for case in sorted(requests, key=lambda case: case.request.number):  # (start) has the number 0
        status = "-" if case.request.status is None else case.request.status
        trace_id = case.trace.trace_id[:TRACE_SHOWN] if case.trace else "-"
        files = ", ".join(file.name for file in case.files) or "-"
        cells = (case.request.number or "", case.name, status, trace_id, case.verdict, files)
        yield clip(form.format("✗" if case.verdict == FAILED else "", *cells), width)
        spans = {call.span.span_id: (call.span, call.text) for call in case.calls if call.span}  # each once
        rows = [f"{span.duration.ns / 1e6:8.1f} ms  {span.library}  {text}" for span, text in spans.values()]
        rows += [f"asked for, not recorded: {call.text}" for call in case.calls if call.span is None]
        yield from (clip(f"{'':9}{row}", width) for row in rows)


def explain(run: RunReport, case: RequestReport) -> Iterator[str]:
    number = f" (request {case.request.number})" if case.request.number else ""
    mark = {"failed": "✗ ", "passed": "✓ "}.get(case.verdict, "")
    yield clip(f"{mark}{case.name!r} of {run.folder.root.name}{number}: {case.verdict}")
    note = [NO_ACCOUNT] if run.verdict.evidence.replay.cli.name == OFFICIAL else []
    sent, answered = _exchanged(run, case)
    sections: dict[str, Iterable[str]] = {
        "Verdict": _verdict(case),
        "Sent": sent,
        "Answered in recording": answered,
        "Recorded": _recorded(case),
        "Asked for in replay": [*note, *(line for call in case.calls for line in call_lines(run, case, call))],
        "Answered in replay": _replayed(run, case),
        "Logged in recording": _log(run, ["logs/record.log"], logs.in_recording(case, run.verdict.evidence)),
        "Logged in replay": _log(run, run.verdict.evidence.raw.replay_logs, logs.in_replay(case, run.verdict.evidence)),
        "Files": _files(run, case),
    }
    for title, section in sections.items():
        if lines := list(section) if case.name != START or title in OF_START else []:
            yield from ("", title, *(f"  {clip(line, LONGEST)}" for line in lines))


def _verdict(case: RequestReport) -> Iterator[str]:
    for failure in case.failures:
        yield f"failed at {failure.stage} (rule {failure.rule}): {failure.message} ({failure.file})"
    for failure, entry in case.known:
        yield f"known failure at {failure.stage} (rule {failure.rule}): {failure.message} ({failure.file})"
        yield from (f"  differs: {fact}" for fact in failure.facts)
        yield f"  {entry.cause.id} ({entry.place}): {entry.cause.title}"
        yield f"  its source: {entry.cause.source}"
    if not case.failures and not case.known:
        yield case.reason or "nothing is wrong with it"


def _exchanged(run: RunReport, case: RequestReport) -> tuple[list[str], list[str]]:
    """What was sent while recording, and what was answered."""
    request, root = case.request, case.trace.root if case.trace else None
    when = time.strftime("%H:%M:%S", time.localtime(request.started)) + f"{request.started % 1:.3f}"[1:]
    took = f"answered in {1000 * (request.ended - request.started):.0f} ms"
    sent = [places(run.suite_dir, request)] if request.at else []
    sent.append(f"{request.method} {request.path}, at {when}, {took}")
    sent += message(root.input_value, VALUE).split("\n") if root else [NO_TRACE]
    answered = [f"status {request.status}" if request.status is not None else "no answer came"]
    answered += message(root.output_value, VALUE).split("\n") if root else []
    answered += [f"not as expected: {problem}" for problem in request.problems] or ["as expected"]
    answered += [f"expected {name}: {as_json(value)}" for name in STATED if (value := getattr(request, name))]
    return sent, answered


def _recorded(case: RequestReport) -> Iterator[str]:
    if case.name != START and not case.trace:
        yield "no trace with a root span; what is left of it:" if case.files else "nothing: no trace of it was written"
    for number, file in enumerate(case.files):
        root = file.root
        about = f"{root.library} {root.name}, {root.duration.ns / 1e6:.1f} ms" if root else "no root span"
        yield f"{'also ' if number else ''}{file.name}, {len(file.spans)} spans: {about}"
        for span in sorted(file.spans, key=lambda span: span.start_ns):
            yield from _span(span, root) if span is not root else ()


def _span(span: Span, root: Span | None) -> Iterator[str]:
    at = f"{(span.start_ns - root.start_ns) / 1e6:+.1f} ms, " if root else ""
    took = f"{span.duration.ns / 1e6:.1f} ms"
    parent = f" below {span.parent_span_id or 'none'}" if root and span.parent_span_id != root.span_id else ""
    yield f"· {span.library} {clip(text_of(span))}, {at}{took} (span {span.span_id}{parent})"
    for name, value in (("input", span.input_value), ("output", span.output_value)):
        first, *rest = laid_out(decoded(value, span.raw.get(f"{name}Schema")), VALUE).split("\n")
        yield from (f"  {name}: {first}", *(f"    {line}" for line in rest))


def call_lines(run: RunReport, case: RequestReport, call: Call) -> Iterator[str]:
    """Yields the lines about a call of one request in replay."""

    def owner(trace_id: str, word: str) -> str:
        """The name of the request that recorded a call, if it is another request."""
        owner = run.verdict.evidence.by_trace.get(trace_id)
        return f" {word} {owner.name!r}" if owner and owner.name != case.name else ""

    text, mock = clip(call.text), call.asked
    if call.state == UNASKED and call.span:
        yield f"{text}: recorded, and NOT asked for (span {call.span.span_id})"
    elif call.state == MISSED:
        yield f"{text}: NO RECORDED ANSWER{'' if not mock or mock.nearest else ', nothing like it was recorded'}"
        yield from [f"  {clip(mock.note)}"] if mock and mock.note else []
        for near in mock.nearest if mock else ():
            yield f"  the nearest recorded{owner(near.trace_id, 'by')}: {clip(near.asked)} (span {near.span_id})"
            yield f"    differs in {clip(near.difference)}"
    elif mock:
        source = f"{mock.matched_span}{owner(mock.matched_trace, 'of')}"
        other = ", of another recording" if mock.trace_id and mock.matched_trace != mock.trace_id else ""
        reused = ", which had answered before" if mock.reused else ""
        yield f"{clip(mock.asked)}: answered with span {source}: {BY[mock.by]}{other}{reused}"


def _replayed(run: RunReport, case: RequestReport) -> Iterator[str]:
    result, raw = case.result, run.verdict.evidence.raw
    note = " in its retry (its clock had stalled)" if case.trace and case.trace.trace_id in raw.retries else ""
    if result and result.complaint():
        yield f"not as recorded{note}: {shorten(result.complaint(), 400)}"
        yield from diff_lines(case.differences, MOST_PARTS)
    elif result:
        yield f"as recorded, in {result.duration_ms} ms{note}"
    elif raw.replay is not None:
        yield "no result: it was not replayed" + ("" if case.trace else ", since it was not recorded")


def _log(run: RunReport, names: Iterable[str], logged: Sequence[str]) -> Iterator[str]:
    if lines := logs.without_frames(logged):
        note = f" ({len(logged) - len(lines)} lines of libraries left out)" if len(logged) > len(lines) else ""
        yield f"{', '.join(map(run.path, names))}{note}:"
        yield from [f"… {len(lines) - MOST_LINES} lines more above"] if len(lines) > MOST_LINES else []
        yield from (clip(f"| {line}") for line in lines[-MOST_LINES:])


def _files(run: RunReport, case: RequestReport) -> Iterator[str]:
    yield from (f"jq . {shlex.quote(run.path(file.name))}" for file in case.files)
    for name in ("mocks.jsonl", "results.json"):
        if case.trace and (run.folder.root / name).is_file():
            yield f"grep -n {case.trace.trace_id} {shlex.quote(run.path(name))}"
    if case.request.number:
        select = shlex.quote(f"select(.n == {case.request.number})")
        yield f"jq {select} {shlex.quote(run.path('requests.jsonl'))}"
