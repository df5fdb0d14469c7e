"""Rule 2: every request has exactly one recorded trace, and every trace its request."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

from collections.abc import Callable

import pytest

from e2e_common.judge.rules.recording import BLOCKED
from tests.unit.judge.good_run import ORDER, STARTED, T0, GoodRun, answer, result, root, span
from tests.unit.judge.verdict.spoiling import CREATE, STRANGER, Said, Spoiled, all_of, failures, no_trace, raw, rootless


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


def files_of_no_request(run: GoodRun) -> None:
    for name in ("traces/p.jsonl", "traces/q.jsonl"):
        run.traces[name] = [span(STRANGER, name, T0 + 50, 0.1)]


def sampled(rate: str) -> Callable[[GoodRun], None]:
    line = (
        f"{STARTED}SDK initialized successfully (samplingMode=fixed, samplingBaseRate={rate}, samplingMinRate=0.0).\n"
    )
    return all_of(no_trace, raw(record_log=line.encode()))


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
NO_REQUEST = "traces/{}.jsonl has no root span and began in the time of no request: a call outside any request"
EXACT = [
    Said("two rootless files of one request", all_of(rootless, lambda run: run.traces.update({"traces/x.jsonl": [span(STRANGER, "x", T0 + 2.1, 0.01)]})), (f"recorded without its root span: {BLOCKED}; only {GoodRun.name(2)}, traces/x.jsonl is left of it",)),
    Said("one trace id in two files of no request", files_of_no_request, (NO_REQUEST.format("p"), NO_REQUEST.format("q"), f"one trace id in 2 files: traces/p.jsonl, traces/q.jsonl (trace {STRANGER}, of no known request)")),
    Said("neither an answer nor a trace", all_of(no_trace, lambda run: run.requests[1].update(status=None)), ("no answer", f"no trace was recorded: {BLOCKED}")),
    Said("a sampled recording", sampled("0.5"), (f"no trace was recorded (sampling_rate 0.5): it was answered with 200; {BLOCKED}",)),
    Said("a recording of all requests", sampled("1.0"), (f"no trace was recorded: it was answered with 200; {BLOCKED}",)),
]
# fmt: on


OVERLAP = ((0.5, 1.5), (2.0, 3.0), (2.5, 3.0))


@pytest.mark.parametrize(
    ("start", "times", "owner"),
    [
        pytest.param(2.0, OVERLAP, CREATE, id="as it begins"),
        pytest.param(2.75, OVERLAP, CREATE, id="while it runs"),
        pytest.param(3.0, OVERLAP, CREATE, id="as it ends"),
        pytest.param(3.05, OVERLAP, "leak", id="of two that have ended, the last one"),
        pytest.param(3.0625, OVERLAP, None, id="too late"),
        pytest.param(1.9375, OVERLAP, None, id="too early"),
        pytest.param(
            3.0, ((0.5, 1.5), (2.0, 3.0), (2.5, 2.96875)), CREATE, id="one that runs before one that has ended"
        ),
        pytest.param(2.0, ((0.5, 1.5), (2.0, 3.0), (1.5, 2.5)), CREATE, id="of two that run, the first"),
        pytest.param(2.0, ((0.5, 1.5), (2.0, 1.96875), (5.0, 6.0)), CREATE, id="the clock was set back"),
    ],
)
def test_the_request_of_a_rootless_file(
    start: float, times: tuple[tuple[float, float], ...], owner: str | None
) -> None:
    """`start` and the times of the three requests: seconds after T0."""
    run = GoodRun()
    for line, (started, ended) in zip(run.requests, times):
        line.update(started=T0 + started, ended=T0 + ended)
    run.traces["traces/x.jsonl"] = [span(STRANGER, "x", T0 + start, 0.01)]
    owners = [name for rule, _, _, file, name, _ in failures(run) if rule == 2 and file == "traces/x.jsonl"]
    assert owners == [owner]
