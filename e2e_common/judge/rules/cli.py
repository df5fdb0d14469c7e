"""Rules 3 and 4: the CLI's results, and how the CLI and the application ended."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping

from e2e_common.artifacts.decoding import Request
from e2e_common.artifacts.facts import Fact, body_facts, compact, equal_as_json, without_addresses
from e2e_common.artifacts.failure import CONFIGURATION, REPLAY, RUN, Failure, shorten
from e2e_common.judge.evidence import Evidence, TraceFile
from e2e_common.judge.results import Result
from e2e_common.util.errors import Code

LAST_BYTES = 20_000
Found = tuple[str, str, tuple[Fact, ...]]
"""What is wrong with a result, the file that contains it, and the facts that differ (none where they are unknown)."""


def rule_3(evidence: Evidence) -> Iterator[Failure]:
    """Every trace has exactly one result, and it is a clean pass. If the CLI could not set the clock for a test, the
    test is retried. The second result then decides about the response; deviations in the first that no wrong clock
    explains still count."""
    for request in evidence.requests:
        for file in evidence.recorded(request):
            for message, name, facts in _complaints(evidence, request, file):
                yield Failure(3, REPLAY, message, name, request.name, file.trace_id, facts=facts)
    known = {file.trace_id for file in evidence.files if file.root}
    for test_id in evidence.results_by_id:
        if test_id not in known:
            message = f"results.json holds a result of {test_id}, which is the id of no recorded trace"
            yield Failure(3, RUN, message, "results.json", trace_id=test_id)


def _complaints(evidence: Evidence, request: Request, file: TraceFile) -> Iterator[Found]:
    """Of a test whose clock stalled, about both runs: of the first only what a wrong clock does not explain, or all of
    it where the test needed another recording (`lacking`)."""
    id_, name = file.trace_id, "results.json"
    results = evidence.results_by_id.get(id_, [])
    status = file.root.output_value.get("statusCode") if file.root else None
    is_skipped, recorded = isinstance(status, (int, float)) and status >= 300, f"recorded with status {shorten(status)}"
    if not request.replayed:
        if results:
            yield "declares replayed=False, and the CLI has replayed it", name, ()
        elif not is_skipped:
            yield f"declares replayed=False, and was {recorded}: the CLI replays those below 300", name, ()
    elif not results:
        message = f"recorded in {file.name} and not replayed: no result has its id"
        if is_skipped:
            message = f"{recorded}: the CLI replays only answers below 300, so it has no result"
        yield message, name, (Fact("result", "", "none"),)
    elif len(results) > 1:
        yield f"{len(results)} results of one trace", name, ()
    else:
        stalled = id_ in evidence.stalled
        first = results[0].beyond_the_clock() if stalled and id_ not in evidence.lacking else results[0]
        message, facts = first.complaint(), result_facts(first, evidence.recording.services)
        if message:
            yield message, name, facts
        if stalled:
            yield from _second(evidence, id_, facts if message else ())


def result_facts(result: Result, services: Mapping[str, str]) -> tuple[Fact, ...]:
    """Returns the facts that differ according to a result. `services`: name → address; facts contain names instead."""
    facts = [Fact("flags", flag) for flag in result.flags()]
    for item in () if result.passed else result.deviations:
        field = str(item.get("field", "?"))
        expected, actual = (without_addresses(item.get(key), services) for key in ("expected", "actual"))
        if field == "response.body":
            facts += body_facts(expected, actual, equal_as_json) or (Fact("body", "$", compact(actual)),)
        elif field == "replay.inbound_span":
            facts.append(Fact("inbound_span", "", "missing"))
        else:
            kind, key = ("status", "") if field == "response.status" else ("other", field)
            facts.append(Fact(kind, key, compact(actual)))
    if result.error:
        facts.append(Fact("error", "", compact(without_addresses(result.error, services))))
    return tuple(facts)


def _second(evidence: Evidence, trace_id: str, known: tuple[Fact, ...]) -> Iterator[Found]:
    """`known`: facts of the first run, which are not reported once more."""
    retry, name = evidence.retries.get(trace_id), f"retries/{trace_id}/results.json"
    stall = "the CLI could not set the clock for it"
    ids = [result.test_id for result in retry.results] if retry else []
    if retry is None:
        yield f"{stall}, and it was not run once more: too many tests were so, or the replay broke off", name, ()
    elif ids != [trace_id]:
        found = f"it has {ids.count(trace_id)} results among {len(ids)}{cli_error(retry.log)}"
        yield f"{stall}; run once more, {found}", name, ()
    else:
        result = retry.results[0].beyond_the_clock() if trace_id in evidence.lacking else retry.results[0]
        facts = result_facts(result, evidence.recording.services)
        left = tuple(fact for fact in facts if fact not in known)  # no set: values may be lists
        if (complaint := result.complaint()) and (left or not facts):
            stalled_again = " (nor could it then)" if retry.stalled else ""
            yield f"{stall}; run once more{stalled_again}: {complaint}", name, left


def rule_4(evidence: Evidence) -> Iterator[Failure]:
    """The exit status and the totals of each CLI call agree with its results, and no process of the CLI or the
    application is left after the replay (exit code 6)."""
    for id_, call in evidence.calls.items():
        count, passed = len(call.results), sum(result.passed for result in call.results)
        if not count:
            continue  # reported as "nothing was verified", or as a fault of results.json
        failed, status, totals, name = count - passed, call.exit_status, call.totals, call.log_name
        is_killed = (status or 0) < 0 and not id_  # whole_run.killed reports it
        if (status == 0) != (not failed) and not is_killed:
            message = f"the CLI {ended(status)}, but {passed} of its {count} results passed"
            yield Failure(4, RUN, message, "replay.json")
        if call.log is None:
            yield Failure(4, RUN, f"{name} is missing: the CLI's totals cannot be compared with its results", name)
        elif totals is None:
            yield Failure(4, RUN, f"{name} holds no totals ('Tests: N total, …')", name)
        elif (totals.total, totals.passed) != (count, passed) or failed - totals.failed not in (0, totals.crashed):
            counts = f"{totals.total} total, {totals.passed} passed, {totals.failed} failed, {totals.crashed} crashed"
            message = f"the CLI's totals ({counts}) disagree with its {count} results, of which {passed} passed"
            yield Failure(4, RUN, message, name)
    if left_behind := evidence.replay.left_behind:
        message = f"the application left processes behind: {shorten('; '.join(left_behind), 400)}"
        yield Failure(CONFIGURATION, RUN, message, "replay.json", code=int(Code.LEFT_BEHIND))


def ended(status: int | None) -> str:
    """How a CLI ended, as text. `status`: exit status, negative for a signal."""
    if status is None or status >= 0:
        return f"ended with status {status}"
    known = {number.value: number.name for number in signal.Signals}
    return f"was ended by {known.get(-status, f'signal {-status}')}"


def cli_error(log: bytes | None) -> str:
    """The CLI's last error message in its log, as a suffix for a message; empty where there is none."""
    lines = (log or b"")[-LAST_BYTES:].decode(errors="replace").splitlines()
    errors = [line for line in lines if line.lstrip().startswith(("Error:", "No tests found"))]
    return f"; the CLI says: {shorten(errors[-1], 250)}" if errors else ""
