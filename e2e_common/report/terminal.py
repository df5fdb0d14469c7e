"""The lines that a failed run prints: the reason first, then what is needed to understand it, in 25 lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from e2e_common.artifacts.failure import REPLAY, Failure, shorten
from e2e_common.judge.judging import Outcome
from e2e_common.judge.known_failures import START
from e2e_common.report import logs
from e2e_common.report.explain import call_lines
from e2e_common.report.model import RequestReport, RunReport, read
from e2e_common.report.source import places
from e2e_common.report.text import clip
from e2e_common.report.values import diff_lines, excerpts
from e2e_common.util import container
from e2e_common.util.errors import Code
from e2e_common.util.paths import shown

LINES = 25
SHORT = 170
MOST_REASON, MOST_EVIDENCE, MOST_OTHERS, MOST_LOG = 12, 9, 6, 8
PARTS, LAST = 3, 4
ANSWER = 3  # the rule of a response that differs
SHOWN_BY_EVIDENCE = (ANSWER, 7, 9)  # rules whose failures `_evidence` shows in full
_UNMET = re.compile(r"(?P<at>[^:]+): expected (?P<expected>.*?), got (?P<got>.*)", re.DOTALL)


def lines(outcome: Outcome, run: RunReport, details: str, notes: Sequence[str]) -> list[str]:
    """Returns the lines to print. `run`: the report of `outcome`; `details`: of write.py; `notes`: printed last."""
    first = outcome.failures[0] if outcome.failures else None
    case = run.by_name.get(first.request or "") if first else None
    reason, *rest = f"{run.result['suite']:<9} {run.result['reason']}".splitlines()
    head = [f"✗ {clip(reason)}", *map(clip, _first(rest, MOST_REASON - 1))]
    foot = [*_foot(first, case, run, details), *notes]
    room = max(
        0, LINES - len(head) - len(foot) - (2 if container.is_driven() else 0)
    )  # the process outside may add two
    evidence = _first(_evidence(case, run) if case else _unfinished(run), min(MOST_EVIDENCE, room))
    room -= len(evidence)
    others = _first(_others(outcome.failures, case, run), min(MOST_OTHERS, room), "· and {} more (result.json)")
    log = _log(outcome, first, case, run, min(MOST_LOG, room - len(others)))
    return [*head, *(f"    {clip(line)}" for line in [*evidence, *others, *log, *foot])]


def _first(rows: Sequence[str], limit: int, suffix: str = "… {} lines more") -> list[str]:
    """At most `limit` of the lines; the last one gives the number of omitted lines."""
    return list(rows) if len(rows) <= limit else [*rows[: limit - 1], suffix.format(len(rows) - limit + 1)][:limit]


def _evidence(case: RequestReport, run: RunReport) -> list[str]:
    """The evidence for a request's failures: differences in its response, and the calls that went wrong."""
    problems = filter(None, map(_UNMET.fullmatch, case.request.problems[:PARTS]))  # as record/client.py writes them
    unmet = [(match["at"], match["expected"], match["got"]) for match in problems]
    rows = [*diff_lines(unmet, PARTS, "recording", lambda *texts: texts), *diff_lines(case.differences, PARTS)]
    return rows + [line for call in case.calls if call.is_wrong for line in call_lines(run, case, call)]


def _unfinished(run: RunReport) -> list[str]:
    """How far a run got that timed out."""
    if run.result["code"] != Code.TIMED_OUT or not run.requests:
        return []
    if not run.folder.recording.exists():
        return [f"it was recording; the last answer was that of {run.requests[-1].name!r}"]
    waiting = [repr(row.name) for row in run.requests if row.trace and row.result is None]
    ended = f"it was replaying; tests that had ended: {len(run.verdict.evidence.results)}"
    return [f"{ended}; not yet: {', '.join(waiting[:3])}{', …' if len(waiting) > 3 else ''}"] if waiting else []


def _others(failures: Sequence[Failure], case: RequestReport | None, run: RunReport) -> list[str]:
    """The other failures, one line for each request; of a response that differs, the first part that does."""
    seen: dict[str, str] = {}
    for number, failure in enumerate(failures[1:]):
        name = failure.request or ""
        parts = run.by_name[name].differences if failure.rule == ANSWER and name in run.by_name else []
        if case and name == case.name:
            if failure.rule not in SHOWN_BY_EVIDENCE:
                seen[f"own {number}"] = f"and {shorten(failure.message, SHORT)}"
        elif parts:
            path, one, other = parts[0][0], *excerpts(*parts[0][1:], SHORT // 4)
            rest = f" (the first of {len(parts)} parts)" if len(parts) > 1 else ""
            seen.setdefault(name, f"{name!r}: {path}: {one} recorded, {other} in replay{rest}")
        else:
            line = f"{name!r}: {failure.message}" if name else failure.line()
            seen.setdefault(name or f"run {number}", shorten(line, SHORT))
    return [f"· {line}" for line in seen.values()]


def _log(outcome: Outcome, first: Failure | None, case: RequestReport | None, run: RunReport, room: int) -> list[str]:
    """The last lines of the application's log that concern the failure: those of its request, else those of the run;
    for a run that timed out, of the phase that did not finish."""
    folder, evidence = run.folder, run.verdict.evidence
    path, label = Path(outcome.log or folder.record_log), "its last lines"
    rows: list[str] = []
    if case and first:
        path, label, rows = folder.record_log, f"of {case.name!r}", logs.in_recording(case, evidence)
        if first.stage == REPLAY and evidence.raw.replay_logs:
            path, rows = folder.root / next(iter(evidence.raw.replay_logs)), logs.in_replay(case, evidence)
        rows = logs.that_matter(rows)
    elif outcome.log or outcome.code == Code.TIMED_OUT:
        if not outcome.log and folder.recording.exists():
            replayed = [*folder.logs.glob("tusk-replay-*.log"), *folder.work_logs.glob("tusk-replay-*.log")]
            path = max(replayed, default=path)
        every = logs.lines_of(read(path))
        rows = logs.that_matter(every) or every[-LAST:]
    if not rows or room < 2:
        return []
    return [f"{shown(path)}, {label}:", *(f"| {line}" for line in rows[1 - room :])]


def _foot(first: Failure | None, case: RequestReport | None, run: RunReport, details: str) -> Iterator[str]:
    """The files to open, the exit code, and the commands to type."""
    names = [first.file] if first and first.rule and (run.folder.root / first.file).is_file() else []
    names += [case.trace.name] if case and case.trace and case.trace.name not in names else []
    if names:
        yield f"look at: {', '.join(map(run.path, names))}"
    if case and case.request.at:
        yield places(run.suite_dir, case.request)
    yield f"exit {run.result['code']}, {details}"
    alone = case.name if case and case.name != START and run.rerun.sends else None
    yield f"{'rerun' if alone is None else 'only this'}: {run.rerun.command(alone)}"
    if case:
        yield f"all of it: {run.rerun.explanation(case.name)}"
