"""What a red run prints: the reason first, then what a person needs to see it, in 25 lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from e2e_common.artifacts.failure import REPLAY, Failure, shorten
from e2e_common.judge.judging import Outcome
from e2e_common.judge.known_failures import START
from e2e_common.report import logs
from e2e_common.report.explain import call_lines
from e2e_common.report.model import RequestReport, RunReport, read
from e2e_common.report.text import DIM, GREEN, RED, clip, paint
from e2e_common.report.values import diff_lines, excerpts
from e2e_common.util import world
from e2e_common.util.errors import Code
from e2e_common.util.paths import shown

LINES = 25
SHORT = 170
MOST_REASON, MOST_EVIDENCE, MOST_OTHERS, MOST_LOG = 12, 9, 6, 8
PARTS, LAST = 3, 4
ANSWER = 3  # the rule of a response that differs
SHOWN_BY_EVIDENCE = (ANSWER, 7, 9)  # the rules whose failures `_evidence` shows in full
_UNMET = re.compile(r"(?P<at>[^:]+): expected (?P<expected>.*?), got (?P<got>.*)", re.DOTALL)


def lines(outcome: Outcome, run: RunReport, facts: str, notes: Sequence[str]) -> list[str]:
    """The lines to print. `run`: the report of `outcome`; `facts`: seconds, versions and the like; `notes`: printed at
    the end."""
    first = outcome.failures[0] if outcome.failures else None
    own = run.by_name.get(first.request or "") if first else None
    reason, *more = run.reason.splitlines() or [""]
    head = [f"{paint(RED, '✗')} {clip(f'{run.suite:<9} {reason}')}", *map(clip, _first(more, MOST_REASON - 1))]
    foot = [*_look_at(first, own, run), f"exit {run.code}, {facts}", *_commands(own, run), *notes]
    room = max(0, LINES - len(head) - len(foot) - (2 if world.is_driven() else 0))  # two may come from outside
    evidence = _first(_evidence(own, run) if own else _unfinished(run), min(MOST_EVIDENCE, room))
    room -= len(evidence)
    others = _first(_others(outcome.failures, own, run), min(MOST_OTHERS, room), "· and {} more (result.json)")
    log = _log(outcome, first, own, run, min(MOST_LOG, room - len(others)))
    return [*head, *(f"    {clip(line)}" for line in [*evidence, *others, *log, *foot])]


def _first(found: Sequence[str], most: int, more: str = "… {} lines more") -> list[str]:
    """At most that many of the lines, the last of them saying how many are left out."""
    return list(found) if len(found) <= most else [*found[: most - 1], more.format(len(found) - most + 1)][:most]


def _evidence(own: RequestReport, run: RunReport) -> list[str]:
    """What shows the failures of a request: what of its response differs, and the calls that went wrong."""
    found = []
    for each in filter(None, map(_UNMET.fullmatch, own.request.problems[:PARTS])):  # in the words of record/client.py
        found += [paint(RED, f"- {each['at']}: {each['expected']}"), paint(GREEN, f"+ {each['at']}: {each['got']}")]
    unmet = ["expected (-), and got in recording (+):", *found] if found else []
    calls = [line for call in own.calls if call.is_wrong for line in call_lines(run, own, call)]
    return [*unmet, *diff_lines(own.differences, PARTS), *calls]


def _unfinished(run: RunReport) -> list[str]:
    """How far a run came that ran out of time."""
    if run.code != Code.TIMED_OUT or not run.requests:
        return []
    if not run.folder.recording.exists():
        return [f"it was recording; the last answer was that of {run.requests[-1].name!r}"]
    waiting = [repr(each.name) for each in run.requests if each.trace and each.result is None]
    ended = f"it was replaying; tests that had ended: {len(run.evidence.results)}"
    return [f"{ended}; not yet: {', '.join(waiting[:3])}{', …' if len(waiting) > 3 else ''}"] if waiting else []


def _others(failures: Sequence[Failure], own: RequestReport | None, run: RunReport) -> list[str]:
    """The other failures, one line a request."""
    seen: dict[str, str] = {}
    for number, failure in enumerate(failures[1:]):
        if own is None or failure.request != own.name:
            seen.setdefault(failure.request or f"run {number}", _short(failure, run))
        elif failure.rule not in SHOWN_BY_EVIDENCE:
            seen[f"own {number}"] = f"and {shorten(failure.message, SHORT)}"
    return [f"· {line}" for line in seen.values()]


def _short(failure: Failure, run: RunReport) -> str:
    """A failure in one line; of a response that differs the first part that does."""
    of = run.by_name.get(failure.request or "")
    if of is None or failure.rule != ANSWER or not (parts := of.differences):
        return shorten(f"{failure.request!r}: {failure.message}" if failure.request else failure.line(), SHORT)
    path, expected, actual = parts[0]
    one, other = excerpts(expected, actual, SHORT // 4)
    more = f" (the first of {len(parts)} parts)" if len(parts) > 1 else ""
    return f"{of.name!r}: {path}: {one} recorded, {other} in replay{more}"


def _log(outcome: Outcome, first: Failure | None, own: RequestReport | None, run: RunReport, room: int) -> list[str]:
    """The last lines of the application's log that say something of the failure: of its request, else of the run."""
    path, found = _log_of(own, run, first) if own and first else _log_of_run(outcome, run, first)
    if not found or room < 2:
        return []
    of = f", of {own.name!r}" if own else ", its last lines"
    return [f"{shown(path)}{of}:", *(paint(DIM, f"| {line}") for line in found[1 - room :])]


def _log_of(own: RequestReport, run: RunReport, first: Failure) -> tuple[Path, list[str]]:
    evidence = run.evidence
    if first.stage == REPLAY and evidence.raw.replay_logs:
        log = run.folder.root / next(iter(evidence.raw.replay_logs))
        return log, logs.that_matter(logs.in_replay(own, evidence))
    return run.folder.record_log, logs.that_matter(logs.in_recording(own, evidence))


def _log_of_run(outcome: Outcome, run: RunReport, first: Failure | None) -> tuple[Path, list[str]]:
    """Of a run that ran out of time: the application's, of the phase that it did not get beyond."""
    folder, path = run.folder, Path(outcome.log or run.folder.record_log)
    if not outcome.log and run.code != Code.TIMED_OUT:
        return path, []
    if not outcome.log and folder.recording.exists():
        replayed = [*folder.logs.glob("tusk-replay-*.log"), *folder.work_logs.glob("tusk-replay-*.log")]
        path = max(replayed, default=path)
    every = logs.lines_of(read(path))
    sdk = [line for line in every if "[TuskDrift]" in line] if first and first.rule else []
    return path, logs.that_matter(every) or sdk[-LAST:] or every[-LAST:]


def _look_at(first: Failure | None, own: RequestReport | None, run: RunReport) -> list[str]:
    """The files to open."""
    names = [first.file] if first and first.rule and (run.folder.root / first.file).is_file() else []
    names += [own.trace.name] if own and own.trace and own.trace.name not in names else []
    return [f"look at: {', '.join(map(run.path, names))}"] if names else []


def _commands(own: RequestReport | None, run: RunReport) -> list[str]:
    alone = own.name if own and own.name != START and run.rerun.sends else None
    return [
        f"{'only this' if alone is not None else 'again'}: {run.rerun.command(alone)}",
        *([f"all of it: {run.rerun.explanation(own.name)}"] if own else []),
    ]
