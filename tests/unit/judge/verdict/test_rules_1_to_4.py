"""Rules 1 to 4: every request met its expectation, has one trace, and that has one result, a clean pass; the CLI's exit
status and totals agree."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

import pytest

from e2e_common.judge.rules.recording import BLOCKED
from tests.unit.judge.good_run import FIRST_LINE, HEALTH, LEAK, ORDER, T0, GoodRun, answer, result, root, span
from tests.unit.judge.verdict.changes import cut, no_trace, order_result, raw, results, rootless
from tests.unit.judge.verdict.spoiling import CREATE, DEVIATION, STRANGER, Change, Said, Spoiled, all_of, failures

# fmt: off
CASES = [
    Spoiled("setup.json missing", raw(setup=None), "setup.json is missing: the setup did not run to its end", 1, "run"),
    Spoiled("recording.json missing", raw(recording=None), "recording.json is missing: the recording did not run to its end", 1, "run"),
    Spoiled("setup.json: sentinels is text", lambda run: run.setup.update(sentinels="off"), "setup.json: Expected `bool`, got `str` - at `$.sentinels`", 1, "run"),
    Spoiled("requests.jsonl missing", raw(requests=None), "no request was sent: requests.jsonl is missing (test_requests.py ended with status 0)", 1, "run", code=4),
    Spoiled("requests.jsonl empty", raw(requests=b""), "no request was sent: requests.jsonl names no request (test_requests.py ended with status 0)", 1, "run", code=4),
    Spoiled("no end line", lambda run: run.requests.pop(), "the script broke off: requests.jsonl has no end line (test_requests.py ended with status 0)", 1, "run"),
    Spoiled("end line disagrees", lambda run: run.requests[-1].update(sent=4), "requests.jsonl says that 4 requests were sent and holds 3", 1, "run"),
    Spoiled("a line after the end line", lambda run: run.requests.append(run.requests[0]), "requests.jsonl, line 5: a line after the end line", 1, "run"),
    Spoiled("request line broken", lambda run: run.requests[1].update(calls={"requests": "2"}), "requests.jsonl, line 2: Expected `int`, got `str` - at `$.calls[...]`", 1, "run"),
    Spoiled("two requests of one name", lambda run: run.requests[1].update(name="health"), "requests.jsonl holds 2 requests of the name 'health': give each a name of its own", 1, "run"),
    Spoiled("script failed", lambda run: run.recording.update(exit_status=1), "the script broke off: test_requests.py ended with status 1 though no expectation was missed", 1, "run"),
    Spoiled("wrong answer", lambda run: run.requests[1].update(problems=["status: expected 201, got 200"]), "status: expected 201, got 200", 1, "expectation", CREATE, trace=None),
    Spoiled("no answer", lambda run: run.requests[1].update(status=None), "no answer", 1, "expectation", CREATE, trace=None),
    Spoiled("two problems", lambda run: run.requests[1].update(problems=["status: expected 201, got 200", "body: expected {}"]), "status: expected 201, got 200; body: expected {}", 1, "expectation", CREATE, trace=None),
    Spoiled("two requests of one number", lambda run: run.requests[1].update(n=1), "requests.jsonl holds 2 requests of the number '1': give each a number of its own", 1, "run"),
]
EXACT = [
    Said("a script that ends with 1 for an unmet expectation", lambda run: (run.requests[1].update(problems=["status"]), run.recording.update(exit_status=1)), ("status",)),
]
# fmt: on


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


def sampled(rate: str) -> Change:
    line = f"[TuskDrift] SDK initialized successfully (samplingMode=fixed, samplingBaseRate={rate}, samplingMinRate=0.0).\n"
    return all_of(no_trace, raw(record_log=line.encode()))


# fmt: off
CASES += [
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
EXACT += [
    Said("two rootless files of one request", all_of(rootless, lambda run: run.traces.update({"traces/x.jsonl": [span(STRANGER, "x", T0 + 2.1, 0.01)]})), (f"recorded without its root span: {BLOCKED}; only {GoodRun.name(2)}, traces/x.jsonl is left of it",)),
    Said("one trace id in two files of no request", files_of_no_request, (NO_REQUEST.format("p"), NO_REQUEST.format("q"), f"one trace id in 2 files: traces/p.jsonl, traces/q.jsonl (trace {STRANGER}, of no known request)")),
    Said("neither an answer nor a trace", all_of(no_trace, lambda run: run.requests[1].update(status=None)), ("no answer", f"no trace was recorded: {BLOCKED}")),
    Said("a sampled recording", sampled("0.5"), (f"no trace was recorded (sampling_rate 0.5): it was answered with 200; {BLOCKED}",)),
    Said("a recording of all requests", sampled("1.0"), (f"no trace was recorded: it was answered with 200; {BLOCKED}",)),
]
# fmt: on


OVERLAP = ((0.5, 1.5), (2.0, 3.0), (2.5, 3.0))


ROOTLESS: dict[str, tuple[float, tuple[tuple[float, float], ...], str | None]] = {
    "as it begins": (2.0, OVERLAP, CREATE),
    "while it runs": (2.75, OVERLAP, CREATE),
    "as it ends": (3.0, OVERLAP, CREATE),
    "of two that have ended, the last one": (3.05, OVERLAP, "leak"),
    "too late": (3.0625, OVERLAP, None),
    "too early": (1.9375, OVERLAP, None),
    "one that runs before one that has ended": (3.0, ((0.5, 1.5), (2.0, 3.0), (2.5, 2.96875)), CREATE),
    "of two that run, the first": (2.0, ((0.5, 1.5), (2.0, 3.0), (1.5, 2.5)), CREATE),
    "the clock was set back": (2.0, ((0.5, 1.5), (2.0, 1.96875), (5.0, 6.0)), CREATE),
}


@pytest.mark.parametrize(("start", "times", "owner"), ROOTLESS.values(), ids=ROOTLESS)
def test_the_request_of_a_rootless_file(
    start: float, times: tuple[tuple[float, float], ...], owner: str | None
) -> None:
    """`start` and the times of the three requests: seconds after T0."""

    def change(run: GoodRun) -> None:
        for line, (started, ended) in zip(run.requests, times):
            line.update(started=T0 + started, ended=T0 + ended)
        run.traces["traces/x.jsonl"] = [span(STRANGER, "x", T0 + start, 0.01)]

    owners = [name for rule, _, _, file, name, _ in failures(change) if rule == 2 and file == "traces/x.jsonl"]
    assert owners == [owner]


def redirect(run: GoodRun) -> None:
    run.spans(1)[0]["outputValue"]["statusCode"] = 302
    run.requests[0]["status"] = 302
    run.results.pop(0)
    run.totals = "Tests: 2 total, 2 passed, 0 failed\n"


def no_result_of(status: object) -> Change:
    return all_of(redirect, lambda run: run.spans(1)[0]["outputValue"].update(statusCode=status))


# fmt: off
CASES += [
    Spoiled("results missing", raw(results=None), "nothing was replayed: results.json is missing", 3, "run", code=4),
    Spoiled("results empty", raw(results=b""), "nothing was replayed: results.json is empty", 3, "run", code=4),
    Spoiled("results []", raw(results=b"[]\n"), "nothing was replayed: results.json holds no result, only '[]'", 3, "run", code=4),
    Spoiled("results: the first line only", raw(results=FIRST_LINE.encode()), "nothing was replayed: results.json holds no result, only '↳ Loaded 5 suite spans (3 unique traces, 0 pre-app-start) (0.0s)'", 3, "run", code=4),
    Spoiled("results truncated", cut("results", -20), "results.json, line 14: the result that begins here: broken or cut off (Expecting property name enclosed in double quotes in line 17)", 3, "run"),
    Spoiled("results not UTF-8", raw(results=b"\xff"), "results.json is not UTF-8: byte 0", 3, "run"),
    Spoiled("id twice", results(result(HEALTH), result(ORDER), result(ORDER), result(LEAK), totals="Tests: 4 total, 4 passed, 0 failed\n"), "2 results of one trace", 3, "replay", CREATE),
    Spoiled("id of no trace", results(result(HEALTH), result(ORDER), result(LEAK), result(STRANGER), totals="Tests: 4 total, 4 passed, 0 failed\n"), f"results.json holds a result of {STRANGER}, which is the id of no recorded trace", 3, "run", trace=STRANGER),
    Spoiled("trace without result", results(result(HEALTH), result(LEAK), totals="Tests: 2 total, 2 passed, 0 failed\n"), f"recorded in traces/2026-09-21T14-13-22_trace_{ORDER}.jsonl and not replayed: no result has its id", 3, "replay", CREATE),
    Spoiled("not passed", order_result(passed=False, deviations=[DEVIATION]), "response.status: HTTP status code mismatch (expected 200, got 500)", 3, "replay", CREATE),
    Spoiled("not passed, no reason", order_result(passed=False), "did not pass (the CLI gives no reason)", 3, "replay", CREATE),
    Spoiled("error", order_result(passed=False, error="EOF"), "EOF", 3, "replay", CREATE),
    Spoiled("passed with an error", order_result(error="boom"), "passed in spite of: boom", 3, "replay", CREATE),
    Spoiled("cancelled", order_result(cancelled=True), "cancelled", 3, "replay", CREATE),
    Spoiled("crashed", order_result(crashed_server=True), "crashed server", 3, "replay", CREATE),
    Spoiled("retried", order_result(retried_after_crash=True), "retried after crash", 3, "replay", CREATE),
    Spoiled("recorded redirect", redirect, "recorded with status 302: the CLI replays only answers below 300, so it has no result", 3, "replay", "health"),
    Spoiled("trace without result, and the CLI was killed", results(result(HEALTH), result(LEAK), totals="Tests: 2 total, 2 passed, 0 failed\n", status=-9), "the bundled CLI was ended by SIGKILL when 2 tests were done", 4, "run"),
]
ANSWERED = "the trace says that it was answered with {}, and it was with 302"
EXACT += [
    *(Said(f"no result of an answer with {status!r}", no_result_of(status), (ANSWERED.format(status), f"recorded in {GoodRun.name(1)} and not replayed: no result has its id")) for status in (299, "404")),
    *(Said(f"no result of an answer with {status!r}", no_result_of(status), (ANSWERED.format(status), f"recorded with status {status}: the CLI replays only answers below 300, so it has no result")) for status in (300, 404.0)),
]
# fmt: on


def totals(counts: str) -> Change:
    return lambda run: setattr(run, "totals", f"Tests: {counts}\n")


# fmt: off
CASES += [
    Spoiled("totals disagree", totals("4 total, 4 passed, 0 failed"), "the CLI's totals (4 total, 4 passed, 0 failed, 0 crashed) disagree with its 3 results, of which 3 passed", 4, "run"),
    Spoiled("totals: one failed", totals("3 total, 3 passed, 1 failed"), "the CLI's totals (3 total, 3 passed, 1 failed, 0 crashed) disagree with its 3 results, of which 3 passed", 4, "run"),
    Spoiled("totals: one did not pass", totals("3 total, 2 passed, 0 failed"), "the CLI's totals (3 total, 2 passed, 0 failed, 0 crashed) disagree with its 3 results, of which 3 passed", 4, "run"),
    Spoiled("two totals", lambda run: setattr(run, "totals", run.totals + "Tests: 1 total, 1 passed, 0 failed\n"), "logs/tusk-cli.log holds several totals lines ('Tests: N total, …') that differ", 4, "run"),
    Spoiled("no totals", lambda run: setattr(run, "totals", ""), "logs/tusk-cli.log holds no totals ('Tests: N total, …')", 4, "run"),
    Spoiled("no CLI log", raw(cli_log=None), "logs/tusk-cli.log is missing: the CLI's totals cannot be compared with its results", 4, "run"),
    Spoiled("exit status 1", results(result(HEALTH), result(ORDER), result(LEAK), status=1), "the CLI ended with status 1, but 3 of its 3 results passed", 4, "run"),
    Spoiled("ended by a signal", results(result(HEALTH), result(ORDER), result(LEAK), status=-11), "the bundled CLI was ended by SIGSEGV when 3 tests were done", 4, "run"),
    Spoiled("totals: 0 of 0", totals("0 total, 0 passed, 0 failed"), "the CLI's totals (0 total, 0 passed, 0 failed, 0 crashed) disagree with its 3 results, of which 3 passed", 4, "run"),
    Spoiled("exit status null", lambda run: (run.replay.update(exit_status=None), run.mocks[-1].update(exit_status=None)), "the CLI ended with status None, but 3 of its 3 results passed", 4, "run"),
    Spoiled("replay.json missing", raw(replay=None), "replay.json is missing: the replay did not run to its end", 4, "run"),
    Spoiled("replay.json broken", raw(replay=b"{"), "replay.json: no JSON: Expecting property name enclosed in double quotes (column 2)", 4, "run"),
    Spoiled("again is no list of objects", lambda run: run.replay.update(retries=[HEALTH]), "replay.json: Expected `object`, got `str` - at `$.retries[0]`", 4, "run"),
    Spoiled("ended by a signal without a name", results(result(HEALTH), result(ORDER), result(LEAK), status=-99), "the bundled CLI was ended by signal 99 when 3 tests were done", 4, "run"),
]
EXACT += [
    *(Said(f"a crashed test, {counts}", all_of(order_result(passed=False, crashed_server=True, error="EOF"), totals(f"3 total, {counts}")), ("crashed server; EOF",)) for counts in ("2 passed, 0 failed, 1 crashed server", "2 passed, 1 failed, 1 crashed server")),
    Said("trace without result, which is reported once", all_of(results(result(HEALTH), result(LEAK), totals="Tests: 2 total, 2 passed, 0 failed\n"), lambda run: run.mocks.__delitem__(slice(2, 4))), (f"recorded in {GoodRun.name(2)} and not replayed: no result has its id",)),
    Said("a CLI that ends well in spite of a failed test", all_of(order_result(passed=False), lambda run: (run.replay.update(exit_status=0), run.mocks[-1].update(exit_status=0))), ("did not pass (the CLI gives no reason)", "the CLI ended with status 0, but 2 of its 3 results passed")),
]
# fmt: on
