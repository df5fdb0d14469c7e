"""What a red run prints: the reason first, then what a person needs to see it, in 25 lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from e2e_common import world
from e2e_common.artifacts import bytes_of
from e2e_common.decoding import BUNDLED, Asked
from e2e_common.errors import Code
from e2e_common.failure import REPLAY, Failure, shorten
from e2e_common.judging import Outcome
from e2e_common.known_failures import START
from e2e_common.reports import logs
from e2e_common.reports.answered import in_words
from e2e_common.reports.model import Call, RequestReport, RunReport
from e2e_common.reports.text import DIM, GREEN, RED, Paint, clip
from e2e_common.reports.values import diff_lines, excerpts
from e2e_common.suite_run import shown

LINES = 25
SHORT = 170
MOST_REASON, MOST_EVIDENCE, MOST_OTHERS, MOST_LOG = 12, 9, 6, 8
PARTS, MISSES, NEAREST, LAST = 3, 2, 3, 4
ANSWER = 3  # the rule of an answer that differs
SHOWN_BY_EVIDENCE = (ANSWER, 7, 9)  # the rules whose failures `_evidence` shows in full
_UNMET = re.compile(r"(?P<at>[^:]+): expected (?P<expected>.*?), got (?P<got>.*)", re.DOTALL)


def lines(outcome: Outcome, run: RunReport, facts: str, notes: Sequence[str], *, colour: bool) -> list[str]:
    """The lines to print. `run`: the report of `outcome`; `facts`: seconds, versions and the like; `notes`: printed at
    the end."""
    first = outcome.failures[0] if outcome.failures else None
    own = run.by_name.get(first.request or "") if first else None
    paint = Paint(colour)
    head = _head(run, paint)
    foot = [*_look_at(first, own, run), f"exit {run.code}, {facts}", *_commands(own, run), *notes]
    room = max(0, LINES - len(head) - len(foot) - (2 if world.is_driven() else 0))  # two may come from outside
    evidence = (_evidence(own, run, paint) if own else _unfinished(run))[: min(MOST_EVIDENCE, room)]
    room -= len(evidence)
    others = _others(outcome.failures, own, run, min(MOST_OTHERS, room))
    log = _log(outcome, first, own, run, min(MOST_LOG, room - len(others)), paint)
    return [*head, *(f"    {clip(line)}" for line in [*evidence, *others, *log, *foot])]


def _head(run: RunReport, paint: Paint) -> list[str]:
    """The reason; that of an error may have more lines than one."""
    first, *more = run.reason.splitlines() or [""]
    if len(more) >= MOST_REASON:
        more[MOST_REASON - 2 :] = [f"… {len(more) - MOST_REASON + 2} lines more"]
    return [f"{paint(RED, '✗')} {clip(f'{run.suite:<9} {first}')}", *map(clip, more)]


def _evidence(own: RequestReport, run: RunReport, paint: Paint) -> list[str]:
    """What shows the failures of a request: what of its answer differs, and the calls that went wrong."""
    found = [*_unmet(own, paint), *diff_lines(own.differences, PARTS, paint)]
    missed = own.misses
    for call in missed[:MISSES]:
        found += _miss(call, own, run, NEAREST if len(missed) == 1 else 1)
    found += [f"… and {len(missed) - MISSES} more calls without a recorded answer"] if len(missed) > MISSES else []
    if run.evidence.replay.cli.name == BUNDLED and own.result and own.window:
        unasked = [call for call in own.calls if call.span and not call.asked]
        found += [f"recorded, and not asked for in replay: {call.text}" for call in unasked[:MISSES]]
    wrong = [call.asked for call in own.calls if call.asked and call.asked.found and _is_wrong(call.asked, call, own)]
    found += [f"{asked.asked}: answered with {in_words(asked)}" for asked in wrong[:MISSES]]
    return found


def _is_wrong(asked: Asked, call: Call, own: RequestReport) -> bool:
    """Whether another recorded call answered than the one that should, or one that had answered before."""
    if own.name == START:
        return asked.by != "value"
    return call.span is None or asked.reused or asked.by != "value"


def _unmet(own: RequestReport, paint: Paint) -> list[str]:
    """What of the answer in recording is not as the request states it (in the words of requester.py)."""
    found = []
    for each in filter(None, map(_UNMET.fullmatch, own.request.problems[:PARTS])):
        found += [paint(RED, f"- {each['at']}: {each['expected']}"), paint(GREEN, f"+ {each['at']}: {each['got']}")]
    return ["stated (-), and answered in recording (+):", *found] if found else []


def _miss(call: Call, own: RequestReport, run: RunReport, nearest: int) -> list[str]:
    near = call.asked.nearest[:nearest] if call.asked else ()
    found = [f"asked for in replay: {shorten(call.text, 200)}"]
    if not near:
        found[0] += " (nothing like it was recorded)" if call.asked else " (without a recorded answer)"
    for each in near:
        owner = run.evidence.by_trace.get(each.trace_id)
        of = "" if owner is None or owner.name == own.name else f" by {owner.name!r}"
        found += [f"  recorded{of}: {shorten(each.asked, 150)}", f"    differs in {shorten(each.difference, 200)}"]
    return found


def _unfinished(run: RunReport) -> list[str]:
    """How far a run came that ran out of time."""
    if run.code != Code.TIMED_OUT or not run.requests:
        return []
    if not run.folder.recording.exists():
        return [f"it was recording; the last answer was that of {run.requests[-1].name!r}"]
    waiting = [each.name for each in run.requests if each.trace and each.result is None]
    names = ", ".join(map(repr, waiting[:3])) + (", …" if len(waiting) > 3 else "")
    ended = len(run.evidence.results)
    return [f"it was replaying; tests that had ended: {ended}; not yet: {names}"] if waiting else []


def _others(failures: Sequence[Failure], own: RequestReport | None, run: RunReport, room: int) -> list[str]:
    """The other failures, one line a request, and how many there are beyond `room` lines."""
    seen: dict[str, Failure] = {}
    for number, failure in enumerate(failures[1:]):
        if own is None or failure.request != own.name:
            seen.setdefault(failure.request or f"run {number}", failure)
        elif failure.rule not in SHOWN_BY_EVIDENCE:
            seen[f"own {number}"] = failure
    shown = list(seen.items()) if len(seen) <= room else list(seen.items())[: max(0, room - 1)]
    lines = [f"· {_short(failure, own, run)}" for _, failure in shown]
    return lines + ([f"· and {len(seen) - len(shown)} more (result.json)"] if room and len(seen) > len(shown) else [])


def _short(failure: Failure, own: RequestReport | None, run: RunReport) -> str:
    """A failure in one line; of an answer that differs the first part that does."""
    if own and failure.request == own.name:
        return f"and {shorten(failure.message, SHORT)}"
    of = run.by_name.get(failure.request or "")
    if of is None or failure.rule != ANSWER or not (parts := of.differences):
        return shorten(f"{failure.request!r}: {failure.message}" if failure.request else failure.line(), SHORT)
    path, expected, actual = parts[0]
    one, other = excerpts(expected, actual, SHORT // 4)
    more = f" (the first of {len(parts)} parts)" if len(parts) > 1 else ""
    return f"{of.name!r}: {path}: {one} recorded, {other} in replay{more}"


def _log(
    outcome: Outcome, first: Failure | None, own: RequestReport | None, run: RunReport, room: int, paint: Paint
) -> list[str]:
    """The last lines of the application's log that say something of the failure: of its request, else of the run."""
    path: Path | None
    if own and first:
        path, found = _log_of(own, run, first)
    else:
        path = Path(outcome.log) if outcome.log else _last_log(run) if run.code == Code.TIMED_OUT else None
        found = _of_the_run(path, judged=bool(first and first.rule)) if path else []
    if path is None or not found or room < 2:
        return []
    of = f", of {own.name!r}" if own else ", its last lines"
    return [f"{shown(path)}{of}:", *(paint(DIM, f"| {line}") for line in found[1 - room :])]


def _of_the_run(path: Path, *, judged: bool) -> list[str]:
    """Of a log that belongs to no request: where nothing else matters, what the SDK says, or what came last."""
    every = logs.lines_of(_read(path))
    sdk = [line for line in every if "[TuskDrift]" in line] if judged else []
    return logs.that_matter(every) or sdk[-LAST:] or every[-LAST:]


def _last_log(run: RunReport) -> Path:
    """The application's, of the phase that a run did not get beyond."""
    folder = run.folder
    replayed = [*folder.logs.glob("tusk-replay-*.log"), *folder.work_logs.glob("tusk-replay-*.log")]
    return max(replayed, default=folder.record_log) if run.folder.recording.exists() else folder.record_log


def _log_of(own: RequestReport, run: RunReport, first: Failure) -> tuple[Path, list[str]]:
    evidence = run.evidence
    if first.stage == REPLAY and evidence.raw.replay_logs:
        log = run.folder.root / next(iter(evidence.raw.replay_logs))
        return log, logs.that_matter(logs.in_replay(own, evidence))
    return run.folder.record_log, logs.that_matter(logs.in_recording(own, evidence))


def _read(path: Path) -> bytes:
    try:
        return bytes_of(path)
    except OSError:
        return b""


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
