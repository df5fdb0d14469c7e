"""Rule 2: every request has exactly one recorded trace, and every trace its request."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

import pytest

from e2e_common.judge.rules.recording import BLOCKED
from tests.unit.judge.good_run import ORDER, T0, GoodRun, answer, result, root, span
from tests.unit.judge.verdict.spoiling import CREATE, STRANGER, Spoiled, failures, messages, no_trace, rootless


def split_trace(run: GoodRun) -> None:
    calls = run.traces[run.name(2)]
    run.traces["traces/split.jsonl"] = [{**call, "traceId": STRANGER} for call in calls[:2]]
    run.traces[run.name(2)] = calls[2:]
    run.mocks[2:4] = []


def two_traces(run: GoodRun) -> None:
    run.traces["traces/y.jsonl"] = [root(STRANGER, 2, T0 + 2)]
    run.results.append(result(STRANGER))
    run.totals = "Tests: 4 total, 4 passed, 0 failed\n"
    run.mocks[-1:-1] = [run.test(STRANGER, 103), answer(STRANGER, 103)]


# fmt: off
CASES = [
    Spoiled("no traces", lambda run: run.traces.clear(), "3 requests were sent and the SDK recorded no trace at all", 2, "run", code=4),
    Spoiled("request without trace", no_trace, "no trace was recorded: it was answered with 200; the SDK blocks answers with HTTP >= 400, HTML and other types than JSON or text, and spans over 1 MiB", 2, "recording", CREATE, trace=None),
    Spoiled("rootless file", rootless, f"recorded without its root span: the SDK blocks answers with HTTP >= 400, HTML and other types than JSON or text, and spans over 1 MiB; only traces/2026-09-21T14-13-22_trace_{ORDER}.jsonl is left of it", 2, "recording", CREATE),
    Spoiled("rootless file of nobody", lambda run: run.traces.update({"traces/x.jsonl": [span(STRANGER, "x", T0 + 50, 0.1)]}), "traces/x.jsonl has no root span and began in the time of no request: a call outside any request", 2, "run", trace=STRANGER),
    Spoiled("split trace", split_trace, "recorded in several traces: traces/split.jsonl has no root span, so replay finds none of its calls (split trace)", 2, "recording", CREATE),
    Spoiled("two traces of one request", two_traces, f"2 traces of one request: traces/2026-09-21T14-13-22_trace_{ORDER}.jsonl, traces/y.jsonl", 2, "recording", CREATE, trace=STRANGER),
    Spoiled("one trace id in two files", lambda run: run.traces.update({"traces/z.jsonl": [span(ORDER, "x", T0 + 2.1, 0.1)]}), f"one trace id in 2 files: traces/2026-09-21T14-13-22_trace_{ORDER}.jsonl, traces/z.jsonl", 2, "recording", CREATE),
    Spoiled("trace of a request that was not sent", lambda run: run.traces.update({"traces/v.jsonl": [root(STRANGER, 9, T0 + 5)]}), "traces/v.jsonl (GET /x) carries the number '9', and no such request was sent", 2, "run", trace=STRANGER),
    Spoiled("trace without a number", lambda run: run.traces.update({"traces/w.jsonl": [root(STRANGER, 0, T0 + 5, inputValue={})]}), "traces/w.jsonl (? ?) carries no request number: something else than test_requests.py sent it", 2, "run", trace=STRANGER),
]
# fmt: on


def rootless_at(start: float, *times: tuple[float, float]) -> list[str | None]:
    """The requests of the failures of a rootless file that began at `start`; `times`: of the three requests, all in
    seconds after T0."""
    run = GoodRun()
    for line, (started, ended) in zip(run.requests, times):
        line.update(started=T0 + started, ended=T0 + ended)
    run.traces["traces/x.jsonl"] = [span(STRANGER, "x", T0 + start, 0.01)]
    return [name for rule, _, _, file, name, _ in failures(run) if rule == 2 and file == "traces/x.jsonl"]


@pytest.mark.parametrize(
    ("start", "owner"),
    [
        (2.0, CREATE),
        (2.75, CREATE),
        (3.0, CREATE),
        (3.05, "leak"),  # of two that had just ended, the one that was sent last
        (3.0625, None),
        (1.9375, None),
    ],
)
def test_a_rootless_file_belongs_to_the_request_in_which_it_began_or_that_ended_last(
    start: float, owner: str | None
) -> None:
    assert rootless_at(start, (0.5, 1.5), (2.0, 3.0), (2.5, 3.0)) == [owner]


def test_inside_comes_before_just_ended() -> None:
    assert rootless_at(3.0, (0.5, 1.5), (2.0, 3.0), (2.5, 2.96875)) == [CREATE]


def test_all_rootless_files_of_a_request_are_named() -> None:
    run = GoodRun()
    rootless(run)
    run.traces["traces/x.jsonl"] = [span(STRANGER, "x", T0 + 2.1, 0.01)]
    (message,) = (text for rule, _, text, _, name, _ in failures(run) if (rule, name) == (2, CREATE))
    assert message.endswith(f"; only {run.name(2)}, traces/x.jsonl is left of it")


def test_one_trace_id_in_two_files_of_nobody() -> None:
    run = GoodRun()
    for name in ("traces/p.jsonl", "traces/q.jsonl"):
        run.traces[name] = [span(STRANGER, name, T0 + 50, 0.1)]
    message = f"one trace id in 2 files: traces/p.jsonl, traces/q.jsonl (trace {STRANGER}, of no known request)"
    assert (2, "run", message, "traces/q.jsonl", None, STRANGER) in failures(run)


def test_a_request_without_answer_and_without_trace_is_reported_without_a_status() -> None:
    run = GoodRun()
    no_trace(run)
    run.requests[1]["status"] = None
    assert messages(run)[:2] == ["no answer", f"no trace was recorded: {BLOCKED}"]


def test_of_requests_that_overlap_the_first_has_it() -> None:
    """Both ends of a request's time are its own."""
    assert rootless_at(2.0, (0.5, 1.5), (2.0, 3.0), (1.5, 2.5)) == [CREATE]
    assert rootless_at(2.0, (0.5, 1.5), (2.0, 1.96875), (5.0, 6.0)) == [CREATE], "the clock was set back"


@pytest.mark.parametrize(("rate", "says"), [("0.5", " (sampling_rate 0.5)"), ("1.0", "")])
def test_a_sampled_recording_says_so(rate: str, says: str) -> None:
    run = GoodRun()
    no_trace(run)
    run.raw["record_log"] = (
        "2026-09-21T14:13:10 [TuskDrift] SDK initialized successfully (version=0.1.29, env=e2e, "
        f"samplingMode=fixed, samplingBaseRate={rate}, samplingMinRate=0.0).\n"
    ).encode()
    assert f"no trace was recorded{says}: it was answered with 200; {BLOCKED}" in messages(run)
