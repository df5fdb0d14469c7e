"""Rule 3: every trace has exactly one result, and it is a clean pass."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

from collections.abc import Callable

from tests.unit.judge.good_run import FIRST_LINE, HEALTH, LEAK, ORDER, GoodRun, result
from tests.unit.judge.verdict.spoiling import (
    CREATE,
    DEVIATION,
    STRANGER,
    Said,
    Spoiled,
    all_of,
    bytes_of,
    order_result,
    raw,
    results,
)


def in_results(old: str, new: str) -> Callable[[GoodRun], None]:
    def change(run: GoodRun) -> None:
        data = (run.artifacts().results or b"").decode()
        assert old in data
        run.raw["results"] = data.replace(old, new, 1).encode()

    return change


def redirect(run: GoodRun) -> None:
    run.spans(1)[0]["outputValue"]["statusCode"] = 302
    run.requests[0]["status"] = 302
    run.results.pop(0)
    run.totals = "Tests: 2 total, 2 passed, 0 failed\n"


def no_result_of(status: object) -> Callable[[GoodRun], None]:
    return all_of(redirect, lambda run: run.spans(1)[0]["outputValue"].update(statusCode=status))


TWICE = '"passed": true,\n  "passed": true'


# fmt: off
CASES = [
    Spoiled("results missing", raw(results=None), "nothing was replayed: results.json is missing", 3, "run", code=4),
    Spoiled("results empty", raw(results=b""), "nothing was replayed: results.json is empty", 3, "run", code=4),
    Spoiled("results []", raw(results=b"[]\n"), "nothing was replayed: results.json holds no result, only '[]'", 3, "run", code=4),
    Spoiled("results: the first line only", raw(results=FIRST_LINE.encode()), "nothing was replayed: results.json holds no result, only '↳ Loaded 5 suite spans (3 unique traces, 0 pre-app-start) (0.0s)'", 3, "run", code=4),
    Spoiled("results truncated", lambda run: raw(results=bytes_of(run, "results")[:-20])(run), "results.json, line 14: the result that begins here: broken or cut off (Expecting property name enclosed in double quotes in line 17)", 3, "run"),
    Spoiled("results not UTF-8", lambda run: raw(results=b"\xff" + bytes_of(run, "results"))(run), "results.json is not UTF-8: byte 0", 3, "run"),
    Spoiled("passed is text", in_results('"passed": true', '"passed": "false"'), "results.json, line 2: the result that begins here: Expected `bool`, got `str` - at `$.passed`", 3, "run"),
    Spoiled("passed is 1", in_results('"passed": true', '"passed": 1'), "results.json, line 2: the result that begins here: Expected `bool`, got `int` - at `$.passed`", 3, "run"),
    Spoiled("passed is missing", in_results('"passed": true,', ""), "results.json, line 2: the result that begins here: Object missing required field `passed`", 3, "run"),
    Spoiled("a key twice", in_results('"passed": true', TWICE), "results.json, line 2: the result that begins here: the key 'passed' is there twice", 3, "run"),
    Spoiled("test_id no trace id", in_results(HEALTH, "health"), "results.json, line 2: the result that begins here: Expected `str` matching regex '\\\\A[0-9a-f]{32}\\\\Z' - at `$.test_id`", 3, "run"),
    Spoiled("text between objects", in_results("}\n{", "}\nTraceback\n{"), "results.json, line 8: text that is no result: 'Traceback { \"test_id\": \"222222222222222…'", 3, "run"),
    Spoiled("text after objects", lambda run: raw(results=bytes_of(run, "results") + b"]")(run), "results.json, line 20: text that is no result: ']'", 3, "run"),
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
EXACT = [
    *(Said(f"no result of an answer with {status!r}", no_result_of(status), (ANSWERED.format(status), f"recorded in {GoodRun.name(1)} and not replayed: no result has its id")) for status in (299, "404")),
    *(Said(f"no result of an answer with {status!r}", no_result_of(status), (ANSWERED.format(status), f"recorded with status {status}: the CLI replays only answers below 300, so it has no result")) for status in (300, 404.0)),
]
# fmt: on
