"""`make explain-<suite>`: everything about one request of the last run, in the order in which it happened.

`explain SUITE|FOLDER [port]`; E2E_ONLY says which: a name, or a pattern for several.
"""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

from e2e_common.call_text import text_of
from e2e_common.command_line import BANNERS, parse_run
from e2e_common.decoding import OFFICIAL
from e2e_common.errors import Code, usage
from e2e_common.failure import shorten
from e2e_common.knobs import load_knobs
from e2e_common.known_failures import START
from e2e_common.report import has_colour
from e2e_common.reports import last_run, logs
from e2e_common.reports.answered import in_words
from e2e_common.reports.model import Call, RequestReport, RunReport
from e2e_common.reports.rerun import rerun
from e2e_common.reports.text import BOLD, GREEN, RED, Paint, clip
from e2e_common.reports.values import decoded, diff_lines, value_lines
from e2e_common.streams import say
from e2e_common.suites import folder_of, name_of
from e2e_common.traces import Span

MOST_LINES = 40  # of a log
MOST_PARTS = 30
LONGEST = 2500  # characters of a line: a value of one line, and its title


def main(argv: Sequence[str]) -> int:
    """Prints the request that E2E_ONLY names. Returns the exit code of the contract."""
    words = parse_run("explain", argv)
    suite_dir, knobs = folder_of(words.suite), load_knobs()
    suite = name_of(suite_dir)
    command = rerun(suite_dir, suite, words.port, "e2e", BANNERS).explain
    if not knobs["E2E_ONLY"]:
        raise usage(f"which request? E2E_ONLY='its name' {command} (make traces-{suite} lists them)")
    run = last_run.load(suite_dir, words.port, knobs)
    asked_for = last_run.chosen(run, knobs["E2E_ONLY"])
    paint = Paint(has_colour(sys.stdout))
    lines = [*last_run.about(run), *(line for each in asked_for for line in (*explain(run, each, paint), ""))]
    say("\n".join(lines[:-1]))
    return Code.PASSED


def explain(run: RunReport, of: RequestReport, paint: Paint) -> Iterator[str]:
    """All of one request, line by line."""
    number = f" (request {of.request.number})" if of.request.number else ""
    code = RED if of.verdict == "failed" else GREEN if of.verdict == "passed" else BOLD
    yield f"{paint(BOLD, clip(repr(of.name)))} of {run.folder.root.name}{number}: {paint(code, of.verdict)}"
    sections = [("Verdict", _judged(of)), ("Recorded", _recorded(of)), ("Asked for in replay", _asked(run, of))]
    if of.name != START:
        sections[1:1] = [("Sent", _sent(of)), ("Answered in recording", _answered(of))]
        sections += [("Answered in replay", _replayed(run, of, paint)), ("Past the instrumentation", _past(of))]
        sections += [("Logged in recording", _logged(run, of)), ("Logged in replay", _logged_in_replay(run, of))]
    sections.append(("Files", _files(run, of)))
    for title, section in sections:
        lines = list(section)
        if lines:
            yield ""
            yield paint(BOLD, title)
            yield from (f"  {clip(line, LONGEST)}" for line in lines)


def _judged(of: RequestReport) -> Iterator[str]:
    for failure in of.failures:
        yield f"failed at {failure.stage} (rule {failure.rule}): {failure.message} ({failure.file})"
    for failure, entry in of.known:
        yield f"known failure at {failure.stage} (rule {failure.rule}): {failure.message} ({failure.file})"
        yield from (f"  differs: {fact}" for fact in failure.facts)
        yield f"  {entry.cause.id} ({entry.place}): {entry.cause.title}"
        yield f"  its source: {entry.cause.source}"
    if not of.failures and not of.known:
        yield of.reason or "nothing is wrong with it"


def _sent(of: RequestReport) -> Iterator[str]:
    request, root = of.request, of.trace.root if of.trace else None
    when = time.strftime("%H:%M:%S", time.localtime(request.started)) + f"{request.started % 1:.3f}"[1:]
    yield f"{request.method} {request.path}, at {when}, answered in {1000 * (request.ended - request.started):.0f} ms"
    if root:
        yield from _message(root.input_value, root.raw.get("inputSchema"))
    else:
        yield "(its headers and its body are in no trace; src/test_requests.py says them)"


def _answered(of: RequestReport) -> Iterator[str]:
    request, root = of.request, of.trace.root if of.trace else None
    yield f"status {request.status}" if request.status is not None else "no answer came"
    if root:
        yield from _message(root.output_value, root.raw.get("outputSchema"))
    yield from [f"not as stated: {problem}" for problem in request.problems] or ["as the request states"]
    yield from _stated(of)


def _stated(of: RequestReport) -> Iterator[str]:
    request = of.request
    calls = ", ".join(f"{library} {count}" for library, count in sorted(request.calls.items()))
    yield f"it states the outbound calls: {calls or 'none'}"
    if request.late:
        yield "it states that a span may end after its answer (late)"
    if request.expect_unpatched:
        yield f"it states of which sockets the SDK warns (expect_unpatched): {request.expect_unpatched}"
    if request.background:
        yield f"it states {request.background} calls outside its context (background)"
    for what, stated in (
        ("that it reaches past the SDK", request.leaks),
        ("calls that ask for something else in replay", [f"{of} {count}" for of, count in request.inexact.items()]),
        ("a call that nothing answers", request.unanswered),
        ("that it reaches the upstream beyond its calls", request.reached),
        ("an exception", request.errors),
    ):
        yield from (f"it states {what}: {each}" for each in stated)


def _message(value: dict[str, Any], schema: Any) -> Iterator[str]:
    """Headers and body; a body that no schema calls base64 is base64 all the same (replay protocol, section 9)."""
    headers = value.get("headers")
    yield from (clip(f"{key}: {header}") for key, header in (headers.items() if isinstance(headers, dict) else ()))
    if value.get("body") in (None, ""):
        yield "body: none"
        return
    properties = schema.get("properties") if isinstance(schema, dict) else None
    of_body = properties.get("body") if isinstance(properties, dict) else None
    yield from _indented("body: ", value_lines(decoded(value["body"], of_body or {"encoding": 1})))


def _indented(title: str, lines: Sequence[str]) -> Iterator[str]:
    yield f"{title}{lines[0]}"
    yield from (" " * len(title) + line for line in lines[1:])


def _recorded(of: RequestReport) -> Iterator[str]:
    root = of.trace.root if of.trace else None
    if of.trace and root:
        yield f"trace {of.trace.trace_id}, {len(of.trace.spans)} spans, {of.trace.name}"
        yield f"{root.library} {root.name}, {_ms(root)}"
    elif of.name != START:
        yield "no trace with a root span; what is left of it:" if of.stray else "nothing: no trace of it was written"
    numbered = _numbered(of)
    for number, span in numbered:
        at = f", {(span.start_ns - root.start_ns) / 1e6:+.1f} ms" if root else ""
        below = f", below {span.parent_span_id or 'none'}" if root and span.parent_span_id != root.span_id else ""
        yield f"{number}. {span.library} {clip(text_of(span))}{at}, {_ms(span)} (span {span.span_id}{below})"
        yield from _indented("   input: ", value_lines(decoded(span.input_value, span.raw.get("inputSchema"))))
        yield from _indented("   output: ", value_lines(decoded(span.output_value, span.raw.get("outputSchema"))))
    for file in of.stray if of.name != START else ():
        yield f"also {file.name}{'' if file.root else ', which has no root span'}:"
        for span in file.spans:
            yield f"  {span.library} {clip(span.name)}, {_ms(span)} (span {span.span_id})"
            yield from _indented("    input: ", value_lines(decoded(span.input_value, span.raw.get("inputSchema"))))
    if not numbered and (of.trace or of.name == START):
        yield "no outbound call"


def _numbered(of: RequestReport) -> list[tuple[int, Span]]:
    spans = {(call.span.trace_id, call.span.span_id): call.span for call in of.calls if call.span}
    return list(enumerate(spans.values(), start=1))


def _ms(span: Span) -> str:
    return f"{(span.end_ns - span.start_ns) / 1e6:.1f} ms"


def _asked(run: RunReport, of: RequestReport) -> Iterator[str]:
    if run.evidence.raw.replay is None:
        return
    numbers = {(span.trace_id, span.span_id): number for number, span in _numbered(of)}
    official = run.evidence.replay.cli.name == OFFICIAL
    if official:
        yield "(the official CLI keeps no account of it; it names calls without a recorded answer, of tests that fail)"
    for call in of.calls:
        if call.asked is None and call.span and not official and (of.result or of.name == START):
            yield f"{call.text}: recorded, and NOT asked for (call {numbers[call.span.trace_id, call.span.span_id]})"
        elif call.is_missed:
            yield from _missed(run, of, call)
        elif call.asked:
            trace_id, span_id = call.asked.matched_trace, call.asked.matched_span
            by = numbers.get((trace_id, span_id))
            own = f"call {by}" if by else f"span {span_id} of {_owner(run, trace_id)}"
            yield f"{clip(call.asked.asked)}: answered with {own}: {in_words(call.asked)}"


def _owner(run: RunReport, trace_id: str) -> str:
    owner = run.evidence.by_trace.get(trace_id)
    return repr(owner.name) if owner else f"trace {trace_id}"


def _missed(run: RunReport, of: RequestReport, call: Call) -> Iterator[str]:
    yield f"{clip(call.text)}: NO RECORDED ANSWER"
    if call.asked is None:
        return
    if call.asked.note:
        yield f"  {clip(call.asked.note)}"
    for near in call.asked.nearest:
        owner = run.evidence.by_trace.get(near.trace_id)
        of_other = f" by {owner.name!r}" if owner and owner.name != of.name else ""
        yield f"  the nearest recorded{of_other}: {clip(near.asked)} (span {near.span_id})"
        yield f"    differs in {clip(near.difference)}"
    if not call.asked.nearest:
        yield "  nothing like it was recorded"


def _replayed(run: RunReport, of: RequestReport, paint: Paint) -> Iterator[str]:
    result, raw = of.result, run.evidence.raw
    if result is None:
        if raw.replay is not None:
            yield "no result: it was not replayed" + ("" if of.trace else ", since it was not recorded")
        return
    again = " when it was run once more (its clock had stalled)" if of.trace and of.trace.trace_id in raw.again else ""
    if not result.complaint():
        yield f"as recorded, in {result.duration_ms} ms{again}"
        return
    yield f"not as recorded{again}: {shorten(result.complaint(), 400)}"
    yield from diff_lines(of.differences, MOST_PARTS, paint)


def _past(of: RequestReport) -> Iterator[str]:
    for warning in of.warnings:
        what = f" TCP {warning['method']}()" if warning["method"] else ""
        yield f"the SDK warned: {warning['kind']}{what}{_expected(warning)}"
    for leak in of.leaks:
        yield clip(f"{leak['service']} was reached: {leak['what']}{_expected(leak)}")


def _expected(row: dict[str, Any]) -> str:
    return ", as the request states" if row["expected"] else ", which the request does not state"


def _logged(run: RunReport, of: RequestReport) -> Iterator[str]:
    yield from _of_log(run.path("logs/record.log"), logs.in_recording(of, run.evidence))


def _logged_in_replay(run: RunReport, of: RequestReport) -> Iterator[str]:
    if not of.trace:
        return
    names = ", ".join(map(run.path, run.evidence.raw.replay_logs))
    yield from _of_log(names, logs.in_replay(of, run.evidence))


def _of_log(name: str, found: Sequence[str]) -> Iterator[str]:
    lines = logs.without_frames(found)
    if lines:
        less = f" ({len(found) - len(lines)} lines of libraries left out)" if len(found) > len(lines) else ""
        yield f"{name}{less}:"
        yield from [f"… {len(lines) - MOST_LINES} lines more above"] if len(lines) > MOST_LINES else []
        yield from (clip(f"| {line}") for line in lines[-MOST_LINES:])


def _files(run: RunReport, of: RequestReport) -> Iterator[str]:
    for file in of.files:
        yield f"jq . {shlex.quote(run.path(file.name))}"
    trace_id = of.trace.trace_id if of.trace else ""
    for name in ("mocks.jsonl", "results.json"):
        if trace_id and (run.folder.root / name).is_file():
            yield f"grep -n {trace_id} {shlex.quote(run.path(name))}"
    if of.request.number:
        select = shlex.quote(f"select(.n == {of.request.number})")
        yield f"jq {select} {shlex.quote(run.path('requests.jsonl'))}"
