"""The judge over one good run and over every way to spoil it: nothing spoiled is green, each has its own message."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from e2e_common.artifacts import Artifacts, load
from e2e_common.known_failures import NEVER_EXCUSED
from e2e_common.verdict import Verdict, judge
from tests.unit.good_run import FIRST_LINE, HEALTH, LEAK, ORDER, T0, WARNING, GoodRun, mock, request, result, root, span

STAGES = ("expectation", "recording", "replay")
STRANGER = "f" * 32
BACKGROUND = "2026-09-21T14:13:22 [TuskDrift] [ModeUtils] Background request detected during replay (no active trace"
ROW = {"request": "health", "reason": "issue 12", "evidence": "link", "at": "replay"}


@dataclass(frozen=True)
class Spoiled:
    """One change to the good run and what the judge must say: where (stage), by which rule, in which words."""

    id: str
    change: Callable[[GoodRun], Any]
    says: str
    rule: int
    stage: str
    request: str | None = None
    code: int = 1


def raw(**values: Any) -> Callable[[GoodRun], None]:
    return lambda run: run.raw.update(values)


def bytes_of(run: GoodRun, name: str) -> bytes:
    data = getattr(run.artifacts(), name)
    assert isinstance(data, bytes)
    return data


def results(*items: dict[str, Any], totals: str | None = None, status: int = 0) -> Callable[[GoodRun], None]:
    def change(run: GoodRun) -> None:
        run.results[:] = items
        run.totals = totals or run.totals
        run.replay["exit_status"] = status
        run.mocks[-1]["exit_status"] = status

    return change


def order_result(**changes: Any) -> Callable[[GoodRun], None]:
    """`create order` fails, and exit status and totals say so."""
    totals = "Tests: 3 total, 2 passed, 1 failed\n"
    if changes.get("passed", True):
        return results(result(HEALTH), result(ORDER, **changes), result(LEAK))
    return results(result(HEALTH), result(ORDER, **changes), result(LEAK), totals=totals, status=1)


def in_results(old: str, new: str) -> Callable[[GoodRun], None]:
    def change(run: GoodRun) -> None:
        data = (run.artifacts().results or b"").decode()
        assert old in data
        run.raw["results"] = data.replace(old, new, 1).encode()

    return change


def rootless(run: GoodRun) -> None:
    run.spans(2).pop()
    run.results.pop(1)
    run.totals = "Tests: 2 total, 2 passed, 0 failed\n"
    run.mocks[2:4] = []


def no_trace(run: GoodRun) -> None:
    rootless(run)
    del run.traces[run.name(2)]


def redirect(run: GoodRun) -> None:
    run.spans(1)[0]["outputValue"]["statusCode"] = 302
    run.requests[0]["status"] = 302
    run.results.pop(0)
    run.totals = "Tests: 2 total, 2 passed, 0 failed\n"


def split_trace(run: GoodRun) -> None:
    calls = run.traces[run.name(2)]
    run.traces["traces/split.jsonl"] = [{**call, "traceId": STRANGER} for call in calls[:2]]
    run.traces[run.name(2)] = calls[2:]
    run.mocks[2:4] = []


def two_traces(run: GoodRun) -> None:
    run.traces["traces/y.jsonl"] = [root(STRANGER, 2, T0 + 2)]
    run.results.append(result(STRANGER))
    run.totals = "Tests: 4 total, 4 passed, 0 failed\n"
    run.mocks.insert(-1, run.test(STRANGER, 103))


def log_without_the_sdk(run: GoodRun) -> None:
    run.log = "Serving\n"
    run.requests[2].update(expect_unpatched=False, leaks=[])
    del run.touched[1], run.mocks[6]


def rust_core(wanted: str, said: str, in_replay: str | None = None) -> Callable[[GoodRun], None]:
    def spoil(run: GoodRun) -> None:
        run.run.update(recorded_rust_core=wanted, rust_core=wanted)
        run.raw["record_log"] = f"[TuskDrift] {said}\n".encode()
        run.log += f"[TuskDrift] {said if in_replay is None else in_replay}\n"

    return spoil


def background_early(run: GoodRun) -> None:
    run.log = BACKGROUND + "\n" + run.log
    for test in run.mocks:
        test.update(logged=len(BACKGROUND) + 1)


def background_of_order(run: GoodRun) -> None:
    before, text = len(run.log), f"{BACKGROUND}\n"
    run.log += text
    for test, logged in zip((m for m in run.mocks if m["event"] == "test"), (before, before, before + len(text))):
        test.update(logged=logged)


def stated_background(stated: int, found: int) -> Callable[[GoodRun], None]:
    def spoil(run: GoodRun) -> None:
        run.requests[2].update(background=stated)
        run.log += f"{BACKGROUND}\n" * found

    return spoil


def official(run: GoodRun) -> None:
    run.replay["cli"] = {"name": "official", "version": "v1.2.3"}
    run.raw["mocks"] = None


def official_background(run: GoodRun) -> None:
    official(run)
    log(BACKGROUND)(run)


def official_leak(run: GoodRun) -> None:
    official(run)
    run.touched.insert(1, {"event": "touched", "service": "upstream", "at": T0 + 101, "what": "GET /hidden"})


def leak_at_redis(run: GoodRun) -> None:
    run.run["services"]["redis"] = "127.0.0.1:9124"
    run.touched.insert(0, {**run.touched[0], "service": "redis", "address": "127.0.0.1:9124"})
    run.touched[2]["service"] = "redis"


def boot(run: GoodRun) -> None:
    run.mocks.insert(
        1, mock("", "", found=False, matched_trace=None, matched_span=None, asked="GET catalogue", pre_app_start=True)
    )


def touch(at: float, what: str) -> Callable[[GoodRun], None]:
    line = {"event": "touched", "service": "upstream", "at": T0 + at, "what": what}
    return lambda run: run.touched.insert(1, line)


def log(text: str) -> Callable[[GoodRun], None]:
    return lambda run: setattr(run, "log", run.log + text)


def known(*rows: Any) -> Callable[[GoodRun], None]:
    return lambda run: setattr(run, "known", list(rows))


def timed_out(run: GoodRun) -> None:
    run.replay.update(timed_out=True, exit_status=None)
    run.mocks.pop()


def alert(trace: str, at: float) -> dict[str, Any]:
    return {"event": "alert", "at": T0 + at, "trace_id": trace, "kind": "unpatched_dependency", "detail": "psutil"}


CREATE = "create order"
DEVIATION = {"field": "response.status", "expected": 200, "actual": 500, "description": "HTTP status code mismatch"}
TWICE = '"passed": true,\n  "passed": true'

# fmt: off
SPOILED = [
    # results.json and the CLI's totals and exit status
    Spoiled("results missing", raw(results=None), "results.json is missing", 3, "run", code=4),
    Spoiled("results empty", raw(results=b""), "results.json is empty", 3, "run", code=4),
    Spoiled("results []", raw(results=b"[]\n"), "only '[]'", 3, "run", code=4),
    Spoiled("results: the first line only", raw(results=FIRST_LINE.encode()), "only '↳ Loaded", 3, "run", code=4),
    Spoiled("results truncated", lambda run: raw(results=bytes_of(run, "results")[:-20])(run), "broken or cut off", 3, "run"),
    Spoiled("results not UTF-8", lambda run: raw(results=b"\xff" + bytes_of(run, "results"))(run), "not UTF-8: byte 0", 3, "run"),
    Spoiled("passed is text", in_results('"passed": true', '"passed": "false"'), "'passed' must be true or false", 3, "run"),
    Spoiled("passed is 1", in_results('"passed": true', '"passed": 1'), "true or false, not 1", 3, "run"),
    Spoiled("passed is missing", in_results('"passed": true,', ""), "'passed' is missing", 3, "run"),
    Spoiled("a key twice", in_results('"passed": true', TWICE), "'passed' stands there twice", 3, "run"),
    Spoiled("test_id no trace id", in_results(HEALTH, "health"), "32 hexadecimal digits, not 'health'", 3, "run"),
    Spoiled("text between objects", in_results("}\n{", "}\nTraceback\n{"), "text that is no result: 'Traceback", 3, "run"),
    Spoiled("text after objects", lambda run: raw(results=bytes_of(run, "results") + b"]")(run), "text that is no result: ']'", 3, "run"),
    Spoiled("id twice", results(result(HEALTH), result(ORDER), result(ORDER), result(LEAK), totals="Tests: 4 total, 4 passed, 0 failed\n"), "2 results of one trace", 3, "replay", CREATE),
    Spoiled("id of no trace", results(result(HEALTH), result(ORDER), result(LEAK), result(STRANGER), totals="Tests: 4 total, 4 passed, 0 failed\n"), "the id of no recorded trace", 3, "run"),
    Spoiled("trace without result", results(result(HEALTH), result(LEAK), totals="Tests: 2 total, 2 passed, 0 failed\n"), "no result has its id", 3, "replay", CREATE),
    Spoiled("not passed", order_result(passed=False, deviations=[DEVIATION]), "HTTP status code mismatch (expected 200, got 500)", 3, "replay", CREATE),
    Spoiled("not passed, no reason", order_result(passed=False), "did not pass", 3, "replay", CREATE),
    Spoiled("error", order_result(passed=False, error="EOF"), "EOF", 3, "replay", CREATE),
    Spoiled("passed with an error", order_result(error="boom"), "passed in spite of: boom", 3, "replay", CREATE),
    Spoiled("cancelled", order_result(cancelled=True), "cancelled", 3, "replay", CREATE),
    Spoiled("crashed", order_result(crashed_server=True), "crashed server", 3, "replay", CREATE),
    Spoiled("retried", order_result(retried_after_crash=True), "retried after crash", 3, "replay", CREATE),
    Spoiled("recorded redirect", redirect, "recorded with status 302", 3, "replay", "health"),
    Spoiled("totals disagree", lambda run: setattr(run, "totals", "Tests: 4 total, 4 passed, 0 failed\n"), "disagree with its 3 results", 4, "run"),
    Spoiled("totals: one failed", lambda run: setattr(run, "totals", "Tests: 3 total, 3 passed, 1 failed\n"), "3 passed, 1 failed, 0 crashed", 4, "run"),
    Spoiled("totals: one did not pass", lambda run: setattr(run, "totals", "Tests: 3 total, 2 passed, 0 failed\n"), "2 passed, 0 failed, 0 crashed", 4, "run"),
    Spoiled("two totals", lambda run: setattr(run, "totals", run.totals + "Tests: 1 total, 1 passed, 0 failed\n"), "several totals", 4, "run"),
    Spoiled("no totals", lambda run: setattr(run, "totals", ""), "holds no totals", 4, "run"),
    Spoiled("no CLI log", raw(cli_log=None), "logs/tusk-cli.log is missing", 4, "run"),
    Spoiled("exit status 1", results(result(HEALTH), result(ORDER), result(LEAK), status=1), "ended with status 1, but 3 of its 3", 4, "run"),
    Spoiled("exit status null", lambda run: (run.replay.update(exit_status=None), run.mocks[-1].update(exit_status=None)), "ended with status None", 4, "run"),
    Spoiled("replay.json missing", raw(replay=None), "replay.json is missing", 4, "run"),
    Spoiled("replay.json broken", raw(replay=b"{"), "replay.json: no JSON", 4, "run"),
    Spoiled("unknown CLI", lambda run: run.replay.update(cli={"name": "other", "version": ""}), "'name' must be bundled or official", 4, "run"),
    Spoiled("replay timed out", timed_out, "replay timed out after 3 results", 0, "run", code=5),
    Spoiled("processes left behind", lambda run: run.replay.update(left_behind=["7 sleep 60"]), "left processes behind: 7 sleep 60", 0, "run", code=6),
    Spoiled("left_behind is no list", lambda run: run.replay.update(left_behind="none"), "'left_behind' must be a list of strings", 4, "run"),
    Spoiled("again is no list of objects", lambda run: run.replay.update(again=[HEALTH]), "'again' must be a list of objects", 4, "run"),
    # the Rust core
    Spoiled("Rust core not in use", rust_core("1", "Rust core path unavailable at startup; using Python path instead"), "E2E_RUST_CORE=1, and the SDK says 'Rust core path unavailable at startup; using", 0, "recording"),
    Spoiled("Rust core in use all the same", rust_core("0", "Rust core path enabled at startup (env=0)."), "E2E_RUST_CORE=0, and the SDK says 'Rust core path enabled", 0, "recording"),
    Spoiled("Rust core not spoken of", rust_core("1", ""), "E2E_RUST_CORE=1, and the SDK says nothing of the Rust core (logs/record.log)", 0, "recording"),
    Spoiled("Rust core not spoken of in replay", rust_core("1", "Rust core path enabled at startup", ""), "E2E_RUST_CORE=1, and the SDK says nothing of the Rust core (logs/tusk-replay-1.log)", 0, "run"),
    # logs
    Spoiled("log missing", raw(replay_logs={}), "no logs/tusk-replay-*.log", 5, "run"),
    Spoiled("log empty", raw(replay_logs={"logs/tusk-replay-1.log": b" \n"}), "tusk-replay-1.log is empty", 5, "run"),
    Spoiled("one log of two empty", lambda run: raw(replay_logs={"logs/a": run.log.encode(), "logs/tusk-replay-2.log": b""})(run), "tusk-replay-2.log is empty", 5, "run"),
    Spoiled("log undecodable", lambda run: raw(replay_logs={"logs/tusk-replay-1.log": run.log.encode() + b"\xff"})(run), "is not UTF-8", 5, "run"),
    Spoiled("log without the SDK", log_without_the_sdk, "holds no line of the SDK", 5, "run"),
    Spoiled("warning", log(WARNING.format(method="connect", trace=HEALTH)), "TCP connect() in replay reached past", 5, "replay", "health"),
    Spoiled("warning over lines", log(WARNING.format(method="send", trace=ORDER).replace(" ", "\n   ").replace("called", "cal\nled")), "TCP send() in replay reached past", 5, "replay", CREATE),
    Spoiled("warning of a stranger", log(WARNING.format(method="sendall", trace=STRANGER)), f"TCP sendall() in replay of {STRANGER}", 5, "run"),
    Spoiled("warning without trace id", log(WARNING.format(method="sendall", trace="")), "without a trace id", 5, "run"),
    Spoiled("warning in other words", log(f"[SocketInstrumentation] TCP connect() was used, traceId={ORDER}\n"), "TCP connect() in replay reached past", 5, "replay", CREATE),
    Spoiled("background call", log(BACKGROUND), "calls outside any request's context in replay ([ModeUtils] Background request …): 1, and 0 are stated", 5, "replay", "leak"),
    Spoiled("background call before the first test", background_early, "in the time of no request", 5, "run"),
    Spoiled("background call in an earlier test", background_of_order, "calls outside any request's context in replay", 5, "replay", CREATE),
    Spoiled("background calls, one more than stated", stated_background(2, 3), "Background request …): 3, and 2 are stated", 5, "replay", "leak"),
    Spoiled("background calls, one fewer than stated", stated_background(2, 1), "Background request …): 1, and 2 are stated", 5, "replay", "leak"),
    Spoiled("background call, official CLI", official_background, "Background request …): 1, and 0 are stated (logs/", 5, "run"),
    Spoiled("alert without a warning", lambda run: run.mocks.insert(5, alert(ORDER, 102.3)), "alert of an unpatched dependency", 5, "replay", CREATE),
    Spoiled("alert without trace id", lambda run: run.mocks.insert(2, alert("", 101.3)), "alert of an unpatched", 5, "replay", "health"),
    Spoiled("expected leak not reported", lambda run: setattr(run, "log", "[TuskDrift] initialized\n"), "the replay log holds no warning", 5, "replay", "leak"),
    # sentinels
    Spoiled("touched.jsonl missing", raw(touched=None), "touched.jsonl is missing", 6, "run"),
    Spoiled("touched.jsonl not closed", lambda run: run.touched.pop(), "has no closed line", 6, "run"),
    Spoiled("touched.jsonl empty", raw(touched=b""), "touched.jsonl is empty", 6, "run"),
    Spoiled("touched.jsonl truncated", lambda run: raw(touched=bytes_of(run, "touched")[:-5])(run), "touched.jsonl, line 3: no JSON", 6, "run"),
    Spoiled("unknown event", lambda run: run.touched.insert(1, {"event": "leaked", "at": 1}), "'event' must be listening", 6, "run"),
    Spoiled("no sentinel", lambda run: run.touched.pop(0), "no sentinel listened in place of upstream", 6, "run"),
    Spoiled("sentinel elsewhere", lambda run: run.touched[0].update(address="127.0.0.1:9124"), "listened at 127.0.0.1:9124", 6, "run"),
    Spoiled("leak", touch(102.2, "GET /weather"), "upstream was reached in replay: GET /weather", 6, "replay", CREATE),
    Spoiled("leak as a test begins", touch(102.0, "GET /first"), "GET /first", 6, "replay", CREATE),
    Spoiled("leak after a test's end", touch(101.9, "GET /late"), "reached in replay: GET /late", 6, "replay", "health"),
    Spoiled("leak before the first test", touch(100.5, "PING"), "PING (in the time of no request", 6, "run"),
    Spoiled("leak beside the stated one", touch(103.3, "GET /other"), "reached in replay: GET /other", 6, "replay", "leak"),
    Spoiled("stated leak at another service", leak_at_redis, "redis was reached in replay: GET /leak", 6, "replay", "leak"),
    Spoiled("stated leak twice", touch(103.3, "GET /leak"), "upstream was reached in replay: GET /leak", 6, "replay", "leak"),
    Spoiled("stated leak of another request", touch(102.2, "GET /leak"), "reached in replay: GET /leak", 6, "replay", CREATE),
    Spoiled("stated leak not seen", lambda run: run.touched.pop(1), "states the leak 'upstream: GET /leak', and replay has none such", 6, "replay", "leak"),
    Spoiled("leak beside the expected one, official CLI", official_leak, "GET /hidden (no mocks.jsonl says", 6, "run"),
    # mocks.jsonl
    Spoiled("mocks missing", raw(mocks=None), "mocks.jsonl is missing", 9, "run"),
    Spoiled("mock not found", lambda run: run.mocks.insert(4, mock(ORDER, "", found=False, matched_trace=None, matched_span=None, asked="GET /new", closest=[{"asked": "GET /old", "difference": "url"}], note="why")), "no recorded answer for GET /new; closest recorded: GET /old; url; why", 7, "replay", CREATE),
    Spoiled("mock not found at start", lambda run: run.mocks.insert(1, mock("", "", found=False, matched_trace=None, matched_span=None, asked="SELECT 1")), "no recorded answer for SELECT 1 (outside any request", 7, "run"),
    Spoiled("frame dropped", lambda run: run.mocks.insert(4, {"event": "dropped", "at": T0 + 102.2, "reason": "frame of 20971520 bytes"}), "dropped what the SDK sent: frame of 20971520", 7, "replay", CREATE),
    Spoiled("call asked twice", lambda run: run.mocks.insert(4, mock(ORDER, "call-a")), "asked for 2 times", 9, "replay", CREATE),
    Spoiled("call not asked", lambda run: run.mocks.pop(3), "(span call-b) was not asked for", 9, "replay", CREATE),
    Spoiled("answer borrowed", lambda run: run.mocks.insert(2, mock(HEALTH, "call-a", matched_trace=ORDER)), "answered from the recording of 'create order'", 9, "replay", "health"),
    Spoiled("answer from nowhere", lambda run: run.mocks.insert(4, mock(ORDER, "call-z")), "span 'call-z' of no request's trace", 9, "replay", CREATE),
    Spoiled("mocks without end", lambda run: run.mocks.pop(), "mocks.jsonl has no end line", 9, "run"),
    Spoiled("mocks truncated", lambda run: raw(mocks=bytes_of(run, "mocks")[:-9])(run), "mocks.jsonl, line 9: no JSON", 9, "run"),
    Spoiled("mocks go on after the end", lambda run: run.mocks.append(run.mocks[0]), "a line after the end line", 9, "run"),
    Spoiled("no test line", lambda run: run.mocks.pop(1), f"no test line of {HEALTH} ('health')", 9, "run"),
    Spoiled("mocks say another exit status", lambda run: run.mocks[-1].update(exit_status=1), "ends with exit status 1, replay.json says 0", 9, "run"),
    # recording
    Spoiled("run.json missing", raw(run=None), "run.json is missing", 1, "run"),
    Spoiled("run.json: sentinels is text", lambda run: run.run.update(sentinels="off"), "'sentinels' must be true or false", 1, "run"),
    Spoiled("requests.jsonl missing", raw(requests=None), "requests.jsonl is missing", 1, "run", code=4),
    Spoiled("requests.jsonl empty", raw(requests=b""), "requests.jsonl names no request", 1, "run", code=4),
    Spoiled("no end line", lambda run: run.requests.pop(), "requests.jsonl has no end line", 1, "run"),
    Spoiled("end line disagrees", lambda run: run.requests[-1].update(sent=4), "4 requests were sent and holds 3", 1, "run"),
    Spoiled("a line after the end line", lambda run: run.requests.append(request(4, "more")), "line 5: a line after the end", 1, "run"),
    Spoiled("request line broken", lambda run: run.requests[1].update(calls={"requests": "2"}), "requests.jsonl, line 2: 'calls' must be", 1, "run"),
    Spoiled("two requests of one name", lambda run: run.requests[1].update(name="health"), "2 requests of the name 'health'", 1, "run"),
    Spoiled("script failed", lambda run: run.run["requester"].update(exit_status=1), "ended with status 1 though", 1, "run"),
    Spoiled("recording timed out", lambda run: run.run["requester"].update(timed_out=True), "recording timed out", 0, "run", code=5),
    Spoiled("wrong answer", lambda run: run.requests[1].update(problems=["status: expected 201, got 200"]), "status: expected 201, got 200", 1, "expectation", CREATE),
    Spoiled("no answer", lambda run: run.requests[1].update(status=None), "no answer", 1, "expectation", CREATE),
    Spoiled("no traces", lambda run: run.traces.clear(), "the SDK recorded no trace at all", 2, "run", code=4),
    Spoiled("request without trace", no_trace, "no trace was recorded: it was answered with 200", 2, "recording", CREATE),
    Spoiled("rootless file", rootless, "recorded without its root span", 2, "recording", CREATE),
    Spoiled("rootless file of nobody", lambda run: run.traces.update({"traces/x.jsonl": [span(STRANGER, "x", T0 + 50, 0.1)]}), "traces/x.jsonl has no root span", 2, "run"),
    Spoiled("split trace", split_trace, "split trace", 2, "recording", CREATE),
    Spoiled("two traces of one request", two_traces, "2 traces of one request", 2, "recording", CREATE),
    Spoiled("one trace id in two files", lambda run: run.traces.update({"traces/z.jsonl": [span(ORDER, "x", T0 + 2.1, 0.1)]}), "one trace id in 2 files", 2, "recording", CREATE),
    Spoiled("trace of a request that was not sent", lambda run: run.traces.update({"traces/v.jsonl": [root(STRANGER, 9, T0 + 5)]}), "carries the number '9'", 2, "run"),
    Spoiled("trace without a number", lambda run: run.traces.update({"traces/w.jsonl": [root(STRANGER, 0, T0 + 5, inputValue={})]}), "carries no request number", 2, "run"),
    Spoiled("malformed trace line", lambda run: raw(**{run.name(2): b"[]\n"})(run), "malformed trace", 8, "run"),
    Spoiled("trace with a NaN", lambda run: raw(**{run.name(2): run.artifacts().traces[run.name(2)].replace(b'"kind": 3', b'"kind": NaN', 1)})(run), "line 1: not a span (ValueError: NaN is no JSON", 8, "run"),
    Spoiled("truncated trace", lambda run: raw(**{run.name(2): run.artifacts().traces[run.name(2)][:-30]})(run), "line 3: not a span", 8, "run"),
    Spoiled("empty trace file", raw(**{"traces/empty.jsonl": b"\n"}), "traces/empty.jsonl holds no span", 8, "run"),
    Spoiled("trace id is a number", lambda run: run.spans(1)[0].update(traceId=7), "traceId is not 32", 8, "run"),
    Spoiled("headers are a list", lambda run: run.spans(1)[0]["inputValue"].update(headers=[1]), "headers of root span", 8, "run"),
    Spoiled("a time beyond time", lambda run: run.spans(1)[0]["timestamp"].update(seconds=10**300), "the times of span root", 8, "run"),
    Spoiled("two roots", lambda run: run.spans(1).append(root(HEALTH, 1, T0 + 1, spanId="other")), "2 root spans", 8, "recording", "health"),
    Spoiled("two traces in one file", lambda run: run.spans(2)[0].update(traceId=STRANGER), "spans of several traces", 8, "recording", CREATE),
    Spoiled("orphan", lambda run: run.spans(2)[0].update(parentSpanId="gone"), "orphan: its parent gone", 8, "recording", CREATE),
    Spoiled("span ends after its root", lambda run: run.spans(2)[0]["duration"].update(nanos=500_000_000), "ends 100.0 ms after its root", 8, "recording", CREATE),
    Spoiled("span begins before its root", lambda run: run.spans(2)[0]["timestamp"].update(seconds=T0 + 1, nanos=998_000_000), "begins 2.0 ms before", 8, "recording", CREATE),
    Spoiled("span ends before it begins", lambda run: run.spans(2)[0]["duration"].update(nanos=-1_000_000), "ends before it begins", 8, "recording", CREATE),
    Spoiled("span id twice", lambda run: (run.spans(2)[1].update(spanId="call-a"), run.mocks.pop(3)), "the span id call-a occurs 2 times", 8, "recording", CREATE),
    Spoiled("call missing", lambda run: (run.spans(2).pop(1), run.mocks.pop(3)), "states requests 2, recorded were requests 1", 8, "recording", CREATE),
    Spoiled("call too many", lambda run: run.requests[1].update(calls={"requests": 1}), "states requests 1, recorded were requests 2", 8, "recording", CREATE),
    Spoiled("call not stated", lambda run: run.requests[1].update(calls={}), "states none, recorded were", 8, "recording", CREATE),
    Spoiled("other library", lambda run: run.requests[1].update(calls={"httpx": 2}), "states httpx 2", 8, "recording", CREATE),
    Spoiled("trace of another path", lambda run: run.spans(1)[0]["inputValue"].update(target="/y"), "the trace is of GET /y, and GET /x was sent", 8, "recording", "health"),
    Spoiled("trace of another method", lambda run: run.spans(1)[0]["inputValue"].update(method="HEAD"), "the trace is of HEAD /x, and GET /x was sent", 8, "recording", "health"),
    Spoiled("trace with another body", lambda run: run.spans(1)[0]["outputValue"].update(body="eyJhIjoyfQ=="), "answered with b'{\"a\":2}' (7 bytes), and it was with others", 8, "recording", "health"),
    Spoiled("trace without the body", lambda run: run.spans(1)[0]["outputValue"].pop("body"), "answered with b'' (0 bytes), and it was with others", 8, "recording", "health"),
    Spoiled("trace of another time", lambda run: run.spans(1)[0]["timestamp"].update(nanos=800_000_000), "its root span begins +0.900 s from the request, which took 0.700 s", 8, "recording", "health"),
    Spoiled("trace with another status", lambda run: run.spans(1)[0]["outputValue"].update(statusCode=204), "answered with 204, and it was with 200", 8, "recording", "health"),
    Spoiled("call without its answer", lambda run: run.spans(2)[1].update(outputValue={}), "was recorded without its answer", 8, "recording", CREATE),
    Spoiled("call at the start answered by shape", lambda run: run.mocks.insert(1, mock("", "call-a", matched_trace=ORDER, asked="GET catalogue", pre_app_start=True, step=14)), "GET catalogue was asked for and not recorded: another call", 9, "replay", "(start)"),
    Spoiled("call at the start not found", boot, "no recorded answer for GET catalogue", 7, "replay", "(start)"),
    Spoiled("call answered by shape", lambda run: run.mocks[3].update(step=7), "another call of its shape answered it", 9, "replay", CREATE),
    # known_failures.yaml
    Spoiled("row: twice", lambda run: setattr(run, "known", [ROW, ROW]), "row 2 says the same as row 1", 0, "run", code=2),
    Spoiled("row that passes", known(ROW), "remove this row", 0, "run", code=2),
    Spoiled("row of no request", known({**ROW, "request": "helth"}), "sends no such request; did you mean health?", 0, "run", code=2),
    Spoiled("row: unknown key", known({**ROW, "evidense": "x"}), "unknown key 'evidense'; did you mean evidence?", 0, "run", code=2),
    Spoiled("row: missing key", known({key: ROW[key] for key in ("request", "reason", "at")}), "'evidence' is missing", 0, "run", code=2),
    Spoiled("row: unknown stage", known({**ROW, "at": "run"}), "'at' cannot be 'run'", 0, "run", code=2),
    Spoiled("row: no range", known({**ROW, "when": {"sdk": "newest"}}), "no range of versions: 'newest'", 0, "run", code=2),
    Spoiled("row: a number for a range", known({**ROW, "when": {"python": 3.9}}), "must be a text in quotes, not 3.9", 0, "run", code=2),
    Spoiled("row: unknown CLI", known({**ROW, "when": {"cli": "offical"}}), "did you mean official?", 0, "run", code=2),
    Spoiled("row: version unknown", known({**ROW, "when": {"flsk": ">=1"}}), "'flsk', whose version is unknown; did you mean flask?", 0, "run", code=2),
    Spoiled("no rows at all", lambda run: setattr(run, "known", "request: health"), "must be a list of rows", 0, "run", code=2),
    Spoiled("no YAML", lambda run: setattr(run, "known", "- [1"), "known_failures.yaml cannot be read", 0, "run", code=2),
    Spoiled("a row that is text", known("health"), "must be a mapping", 0, "run", code=2),
]
# fmt: on
FILES = re.compile(r"\w+\.jsonl?|\.log|logs/|known_failures\.yaml|test_requests\.py")


def spoil(case: Spoiled) -> Verdict:
    run = GoodRun()
    case.change(run)
    return judge(run.artifacts())


def test_the_good_run_is_green() -> None:
    verdict = judge(GoodRun().artifacts())
    assert [failure.line() for failure in verdict.failures] == []
    assert (verdict.code, verdict.verdict, verdict.reason) == (0, "passed", "passed")


@pytest.mark.parametrize("case", SPOILED, ids=lambda case: case.id)
def test_nothing_spoiled_is_green(case: Spoiled) -> None:
    verdict = spoil(case)
    lines = [failure.line() for failure in verdict.failures]
    assert verdict.code == case.code, lines
    assert verdict.verdict == ("failed" if case.code == 1 else "error")
    first = verdict.failures[0]
    assert case.says in first.message, lines
    assert (first.rule, first.stage, first.request) == (case.rule, case.stage, case.request), lines
    assert verdict.reason == first.line()
    assert case.request in verdict.reason if case.request else FILES.search(verdict.reason)
    assert FILES.search(first.file) or first.file.startswith("traces/")
    assert "a fault of the judge" not in "".join(lines)
    json.dumps(verdict.result())


def test_what_is_missed_at_the_start_is_excused_by_a_row_of_its_own() -> None:
    row = {"request": "(start)", "at": "replay", "reason": "too large", "evidence": "seen"}
    run = GoodRun()
    boot(run)
    assert judge(run.artifacts()).reason.startswith("'(start)': no recorded answer for GET catalogue")
    run.known = [row]
    assert judge(run.artifacts()).code == 0
    run.run["partial"] = "health"
    assert judge(run.artifacts()).code == 0
    run = GoodRun()
    run.known = [row]
    assert "'(start)', at replay): the request shows no failure there any more" in judge(run.artifacts()).reason
    run = GoodRun()
    run.known = [row]
    run.mocks.insert(4, mock(ORDER, "", found=False, matched_trace=None, matched_span=None, asked="GET /new"))
    assert judge(run.artifacts()).code == 1, "it excuses nothing of a request"


def test_a_stated_leak_is_matched_by_its_text_under_the_official_cli() -> None:
    run = GoodRun()
    official(run)
    assert judge(run.artifacts()).result()["leaks"] == [
        {"request": "leak", "service": "upstream", "what": "GET /leak", "expected": True}
    ]
    run.touched.pop(1)
    assert judge(run.artifacts()).reason.startswith("'leak': states the leak 'upstream: GET /leak'")


def test_every_fault_has_its_own_message() -> None:
    reasons = {case.id: spoil(case).reason for case in SPOILED}
    assert len(SPOILED) == len(reasons) >= 40
    assert sorted(reasons.values()) == sorted(set(reasons.values()))


@pytest.mark.parametrize("case", [case for case in SPOILED if case.request], ids=lambda case: case.id)
def test_a_row_excuses_its_request_at_its_stage_only(case: Spoiled) -> None:
    def with_row(**changes: Any) -> Verdict:
        run = GoodRun()
        case.change(run)
        run.known = [{**ROW, "request": case.request, "at": case.stage, **changes}]
        return judge(run.artifacts())

    excused = with_row()
    if case.rule in NEVER_EXCUSED:
        assert excused.code != 0
        assert not any(failure.rule == case.rule for failure, _ in excused.excused)
        return
    assert any(case.says in failure.message for failure, _ in excused.excused)
    assert not any(failure.request == case.request and failure.stage == case.stage for failure in excused.failures)
    other_stages = set(STAGES) - {case.stage}
    others = next(name for name in ("health", CREATE) if name != case.request)
    for row in ({"at": next(iter(sorted(other_stages)))}, {"request": others}, {"when": {"sdk": "<0.1"}}):
        assert with_row(**row).code != 0


@pytest.mark.parametrize("target", ["/caf%C3%A9?q=a%20b", "/caf\u00c3\u00a9?q=a%20b", "/caf\u00e9?q=a%20b"])
def test_a_path_is_compared_as_it_is_recorded(target: str) -> None:
    """As it was sent (FastAPI), decoded as Latin-1 (WSGI), decoded as UTF-8 (Django)."""
    run = GoodRun()
    run.requests[0].update(path="/caf%C3%A9?q=a%20b")
    run.spans(1)[0]["inputValue"].update(target=target)
    assert judge(run.artifacts()).code == 0


@pytest.mark.parametrize("body", ["{}", 7, None, "e", "\u00e9"])
def test_a_recorded_body_that_cannot_be_read_is_said(body: Any) -> None:
    run = GoodRun()
    run.spans(1)[0]["outputValue"].update(body=body)
    says = "the body of the answer is no base64" if body else "answered with b'' (0 bytes), and it was with others"
    assert says in judge(run.artifacts()).reason


def test_a_root_span_may_end_a_little_after_its_answer_and_much_later_where_it_is_said() -> None:
    run = GoodRun()
    run.spans(1)[0]["duration"]["seconds"] = 1
    assert judge(run.artifacts()).code == 0
    run.spans(1)[0]["duration"]["seconds"] = 100
    run.requests[0].update(late=True)
    assert judge(run.artifacts()).code == 0


def test_recorded_without_the_rust_core_replayed_with_it() -> None:
    run = GoodRun()
    rust_core("0", "Rust core path disabled at startup", "Rust core path enabled at startup")(run)
    run.run.update(rust_core="1")
    assert judge(run.artifacts()).code == 0


def test_tests_that_began_at_the_same_length_of_the_log_are_told_apart_by_their_time() -> None:
    """The last of them made the call, whatever its trace id."""
    run = GoodRun()
    for number, background in ((1, 0), (2, 0), (3, 1)):
        run.requests[number - 1].update(background=background)
    run.log = f"{BACKGROUND}\n{run.log}"
    last = {LEAK: "0" * 32}
    renamed = json.loads(json.dumps([run.traces, run.results, run.mocks, run.log]).replace(LEAK, last[LEAK]))
    run.traces, run.results, run.mocks, run.log = renamed
    assert judge(run.artifacts()).code == 0, judge(run.artifacts()).reason


def test_calls_outside_any_context_are_not_missed_of_a_request_that_was_not_replayed() -> None:
    run = GoodRun()
    no_trace(run)
    run.requests[1].update(background=1)
    run.known = [{**ROW, "request": CREATE, "at": "recording"}]
    assert judge(run.artifacts()).code == 0, judge(run.artifacts()).reason


def test_a_body_that_came_compressed_is_not_looked_for() -> None:
    run = GoodRun()
    run.requests[0].update(body=None)
    run.spans(1)[0]["outputValue"].update(body="AAAA")
    assert judge(run.artifacts()).code == 0


def test_a_known_failure_is_green_and_counted() -> None:
    run = GoodRun()
    order_result(passed=False, error="EOF")(run)
    run.known = [{**ROW, "request": CREATE, "when": {"sdk": ">=0.1.29", "flask": ">=3,<4", "cli": "bundled"}}]
    verdict = judge(run.artifacts())
    assert (verdict.code, verdict.reason) == (0, "passed")
    document = verdict.result()
    assert document["requests"] == {"sent": 3, "recorded": 3, "replayed": 3, "passed": 2, "known_failures": 1}
    assert [(row["verdict"], row["reason"]) for row in document["tests"]][1] == ("known failure", "issue 12")


def test_a_request_that_is_not_recorded_needs_no_row_for_replay() -> None:
    run = GoodRun()
    no_trace(run)
    run.known = [{**ROW, "request": CREATE, "at": "recording"}]
    assert judge(run.artifacts()).code == 0
    run.known.append({**ROW, "request": CREATE, "at": "replay"})
    assert judge(run.artifacts()).code == 0  # never got there, so the row is not refuted either


def test_no_row_excuses_what_belongs_to_no_request() -> None:
    for case in SPOILED:
        if not case.request and case.code == 1:
            run = GoodRun()
            case.change(run)
            run.known = [{**ROW, "request": name, "at": at} for name in ("health", CREATE, "leak") for at in STAGES]
            assert case.says in judge(run.artifacts()).reason


def test_a_row_that_passes_is_no_excuse_for_calling_a_failing_run_an_error() -> None:
    run = GoodRun()
    order_result(passed=False)(run)
    run.known = [ROW]
    verdict = judge(run.artifacts())
    assert verdict.code == 1
    assert "remove this row" in verdict.failures[-1].message


def test_a_partial_run_judges_the_rows_of_what_it_sent() -> None:
    run = GoodRun()
    run.run["partial"] = "creat*"
    run.known = [{**ROW, "request": "another", "when": {"nothing": ">1"}}]
    verdict = judge(run.artifacts())
    assert (verdict.code, verdict.reason) == (0, "passed, PARTIAL (creat*)")
    assert verdict.result()["partial"] is True
    run.known = [ROW]
    assert judge(run.artifacts()).code == 2


@pytest.mark.parametrize("cli", ["bundled", "official"])
def test_stated_background_calls_are_green_and_marked_as_expected(cli: str) -> None:
    run = GoodRun()
    stated_background(2, 2)(run)
    if cli == "official":
        official(run)
    verdict = judge(run.artifacts())
    assert verdict.code == 0, verdict.reason
    rows = [row for row in verdict.result()["warnings"] if row["kind"] == "background"]
    assert [(row["request"], row["expected"]) for row in rows] == [
        ("leak", True) if cli == "bundled" else (None, False)
    ] * 2


def test_without_sentinels_a_pass_says_that_it_is_not_isolated() -> None:
    run = GoodRun()
    run.run["sentinels"] = False
    run.raw["touched"] = None
    verdict = judge(run.artifacts())
    assert (verdict.code, verdict.reason) == (0, "passed, NOT ISOLATED")
    assert verdict.result()["isolation"] == {"network": True, "sentinels": False}
    assert verdict.result()["checks"] == {"warnings": "ok", "leaks": "unknown", "mocks": "ok"}


def test_the_official_cli_keeps_no_account_of_mocks() -> None:
    run = GoodRun()
    official(run)
    verdict = judge(run.artifacts())
    assert verdict.code == 0, verdict.reason
    assert verdict.result()["checks"] == {"warnings": "ok", "leaks": "ok", "mocks": "unknown"}
    run.raw["mocks"] = b"left over from another run"
    assert judge(run.artifacts()).code == 0


def test_a_late_span_and_one_within_the_tolerance_are_no_failure() -> None:
    run = GoodRun()
    run.requests[1]["late"] = True
    run.spans(2)[0]["duration"]["nanos"] = 900_000_000
    run.spans(2)[1]["timestamp"] = {"seconds": T0 + 1, "nanos": 999_000_000}
    assert judge(run.artifacts()).code == 0


@pytest.mark.parametrize("is_root", [False, True])
def test_what_the_application_did_before_it_was_ready_is_nobodys_fault(is_root: bool) -> None:
    run = GoodRun()
    before = span(STRANGER, "x", T0 - 5, 0.1, isPreAppStart=True, isRootSpan=is_root, parentSpanId="")
    run.traces["traces/before.jsonl"] = [before]
    run.spans(2).insert(0, span(ORDER, "y", T0 - 4, 0.1, isPreAppStart=True))
    run.mocks.insert(4, mock(ORDER, "x", matched_trace=STRANGER))
    run.mocks.insert(1, mock("", "call-a", matched_trace=ORDER, pre_app_start=True))
    assert judge(run.artifacts()).code == 0


def test_a_span_that_is_no_client_is_no_call() -> None:
    run = GoodRun()
    run.spans(2).insert(0, span(ORDER, "view", T0 + 2.1, 0.1, kind=1))
    assert judge(run.artifacts()).code == 0


@pytest.mark.parametrize(("after_end", "owner"), [(0.04, CREATE), (0.06, None)])
def test_a_rootless_file_belongs_to_the_request_in_whose_time_it_began(after_end: float, owner: str | None) -> None:
    run = GoodRun()
    run.traces["traces/x.jsonl"] = [span(STRANGER, "x", run.requests[1]["ended"] + after_end, 0.01)]
    assert [failure.request for failure in judge(run.artifacts()).failures] == [owner]


def test_a_crashed_test_is_told_once_whichever_way_the_totals_count_it() -> None:
    for totals in ("2 passed, 0 failed, 1 crashed server", "2 passed, 1 failed, 1 crashed server"):
        run = GoodRun()
        order_result(passed=False, crashed_server=True, error="EOF")(run)
        run.totals = f"Tests: 3 total, {totals}\n"
        assert [failure.message for failure in judge(run.artifacts()).failures] == ["crashed server; EOF"]


def test_one_cause_is_told_once() -> None:
    run = GoodRun()
    run.mocks[5:5] = [alert(ORDER, 102.3)] * 2
    assert len(judge(run.artifacts()).failures) == 1
    run = GoodRun()
    results(result(HEALTH), result(LEAK), totals="Tests: 2 total, 2 passed, 0 failed\n")(run)
    del run.mocks[2:4]
    assert [failure.rule for failure in judge(run.artifacts()).failures] == [3]


def test_what_never_ran_is_not_blamed_on_its_rules() -> None:
    run = GoodRun()
    run.raw = {"replay": None, "results": None, "cli_log": None, "replay_logs": {}, "touched": None, "mocks": None}
    verdict = judge(run.artifacts())
    assert (verdict.code, verdict.reason) == (4, "nothing was replayed: results.json is missing")
    assert {failure.rule for failure in verdict.failures} == {3, 4}
    assert verdict.result()["checks"] == {"warnings": "unknown", "leaks": "unknown", "mocks": "unknown"}


def test_rows_are_not_called_stale_where_that_cannot_be_known() -> None:
    run = GoodRun()
    timed_out(run)
    run.known = [ROW]
    assert not any("remove this row" in failure.message for failure in judge(run.artifacts()).failures)
    run = GoodRun()
    run.known = [ROW, {**ROW, "when": {"flsk": ">=1"}}]
    assert [failure.code for failure in judge(run.artifacts()).failures] == [2]


def test_a_reason_can_always_be_printed() -> None:
    run = GoodRun()
    run.raw["requests"] = (run.artifacts().requests or b"").replace(
        b'"problems": []', b'"problems": ["\\ud800\\n x"]', 1
    )
    assert judge(run.artifacts()).reason == "'health': ? x (requests.jsonl)"


def test_the_reason_is_the_cause_and_not_its_consequence() -> None:
    run = GoodRun()
    order_result(passed=False, deviations=[DEVIATION])(run)
    run.mocks.insert(4, mock(ORDER, "", found=False, matched_trace=None, matched_span=None, asked="GET /new"))
    reason = judge(run.artifacts()).reason
    assert reason == "'create order': no recorded answer for GET /new (mocks.jsonl)"
    run.requests[0]["problems"] = ["body: expected {}"]
    assert judge(run.artifacts()).reason == "'health': body: expected {} (requests.jsonl)"


def test_the_cli_says_why_there_is_no_result() -> None:
    run = GoodRun()
    run.raw.update(results=b"", cli_log=b"Error: port 8000 is already in use\n")
    assert judge(run.artifacts()).reason.endswith(
        "the CLI says: Error: port 8000 is already in use (logs/tusk-cli.log)"
    )


def test_result_json_has_exactly_the_documented_shape() -> None:
    document = judge(GoodRun().artifacts()).result({"total": 7.5, "check": 0.1})
    assert document == {
        "schema": 1,
        "suite": "flask",
        "port": 8000,
        "runtime": "local",
        "verdict": "passed",
        "code": 0,
        "reason": "passed",
        "partial": False,
        "requests": {"sent": 3, "recorded": 3, "replayed": 3, "passed": 3, "known_failures": 0},
        "cli": {"name": "bundled", "version": "1.0"},
        "versions": {"sdk": "0.1.29", "python": "3.12.1", "rust_core": None, "flask": "3.1.2"},
        "sdk_source": "index 0.1.29",
        "with": "",
        "isolation": {"network": True, "sentinels": True},
        "checks": {"warnings": "ok", "leaks": "ok", "mocks": "ok"},
        "seconds": {
            "total": 7.5,
            "prepare": 0.1,
            "services": 0.2,
            "record": 1.5,
            "flush": 1.4,
            "replay": 2.5,
            "check": 0.1,
            "cleanup": None,
        },
        "leaks": [{"request": "leak", "service": "upstream", "what": "GET /leak", "expected": True}],
        "warnings": [
            {"request": "leak", "kind": "unpatched", "method": method, "trace_id": LEAK, "expected": True}
            for method in ("connect", "sendall")
        ],
        "tests": [
            {
                "request": number,
                "name": name,
                "method": "GET",
                "path": "/x",
                "trace_id": str(number) * 32,
                "verdict": "passed",
                "reason": "",
                "duration_ms": 12,
            }
            for number, name in ((1, "health"), (2, "create order"), (3, "leak"))
        ],
    }


def test_a_failed_test_says_why_in_its_row() -> None:
    run = GoodRun()
    order_result(passed=False, error="EOF")(run)
    rows = judge(run.artifacts()).result()["tests"]
    assert [(row["verdict"], row["reason"]) for row in rows] == [("passed", ""), ("failed", "EOF"), ("passed", "")]


def test_nothing_at_all_is_an_error_and_no_crash() -> None:
    verdict = judge(Artifacts())
    assert (verdict.code, verdict.verdict) == (4, "error")
    assert verdict.result()["tests"] == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(ORDER),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)


@settings(max_examples=300, deadline=None)
@given(value=JSON, seed=st.integers(0, 2**32))
def test_no_value_anywhere_makes_the_judge_stumble(value: Any, seed: int) -> None:
    """Puts `value` in place of one value somewhere in the artifacts: whatever the verdict, it is one."""
    run, choose = GoodRun(), random.Random(seed)
    run.known = [{**ROW, "when": {"sdk": "<1"}}]
    name = choose.choice(["run", "requests", "traces", "replay", "results", "touched", "mocks", "known"])
    places = list(_places(getattr(run, name)))
    holder, key = choose.choice(places)
    holder[key] = value
    artifacts = _serialised(run)
    if artifacts:
        verdict = judge(artifacts)
        assert not any("a fault of the judge" in failure.message for failure in verdict.failures)
        json.dumps(verdict.result())


def _serialised(run: GoodRun) -> Artifacts | None:
    try:
        artifacts: Artifacts = run.artifacts()
    except (TypeError, AttributeError, ValueError):  # not even this harness could have written it
        return None
    return artifacts


def _places(value: Any) -> Any:
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], (dict, list)):
            yield from _places(value[key])


WITHOUT_AN_END = ("known_failures", "unreadable", "record_log", "replay_logs", "again", "agent")
WITH_AN_END = [field.name for field in fields(Artifacts) if field.name not in WITHOUT_AN_END]


@pytest.mark.parametrize("name", WITH_AN_END)
def test_no_file_may_be_cut_anywhere(name: str) -> None:
    good = GoodRun().artifacts()
    value = getattr(good, name)
    key, data = next(iter(value.items())) if isinstance(value, dict) else ("", value)
    for end in range(0, len(data.rstrip()), 7):
        cut = {**value, key: data[:end]} if isinstance(value, dict) else data[:end]
        changed: dict[str, Any] = {name: cut}
        verdict = judge(replace(good, **changed))
        assert verdict.code != 0, f"{name} cut at byte {end} is green"
        assert not any("a fault of the judge" in failure.message for failure in verdict.failures)


def test_load_reads_what_is_there_and_names_what_it_cannot_read(tmp_path: Path) -> None:
    out, suite = tmp_path / "out", tmp_path / "suite"
    for folder in (out / "traces" / "deep", out / "logs", suite):
        folder.mkdir(parents=True)
    (out / "run.json").write_bytes(b"{}")
    (out / "traces" / "b.jsonl").write_bytes(b"b")
    (out / "traces" / "deep" / "a.jsonl").write_bytes(b"a")
    (out / "traces" / "other.txt").write_bytes(b"")
    (out / "logs" / "tusk-replay-1.log").write_bytes(b"log")
    (out / "logs" / "record.log").write_bytes(b"record")
    (out / "logs" / "upstream.log").write_bytes(b"not read")
    (out / "again" / "id" / "agent").mkdir(parents=True)
    (out / "again" / "id" / "results.json").write_bytes(b"second")
    (out / "again" / "id" / "agent" / "deviation-id.md").write_bytes(b"account")
    (out / "mocks.jsonl").mkdir()
    (suite / "known_failures.yaml").write_bytes(b"[]")
    found = load(out, suite)
    assert found == Artifacts(
        run=b"{}",
        traces={"traces/b.jsonl": b"b", "traces/deep/a.jsonl": b"a"},
        record_log=b"record",
        replay_logs={"logs/tusk-replay-1.log": b"log"},
        again={"id": (b"second", None)},
        agent={"again/id/agent/deviation-id.md": b"account"},
        known_failures=b"[]",
        unreadable={"mocks.jsonl": "Is a directory"},
    )
    assert "mocks.jsonl could not be read: Is a directory" in [failure.message for failure in judge(found).failures]


def test_a_loaded_run_is_judged_like_its_bytes(tmp_path: Path) -> None:
    good = GoodRun().artifacts()
    files = {"run.json": good.run, "requests.jsonl": good.requests, "replay.json": good.replay}
    files.update({"results.json": good.results, "logs/tusk-cli.log": good.cli_log, "mocks.jsonl": good.mocks})
    files.update({"logs/record.log": good.record_log, "touched.jsonl": good.touched, **good.traces, **good.replay_logs})
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data or b"")
    assert load(tmp_path, tmp_path) == good
    assert judge(load(tmp_path, tmp_path)).code == 0


def test_thirty_requests_are_judged_in_a_moment() -> None:
    run = GoodRun()
    for number in range(4, 34):
        trace = f"{number:032x}"
        run.requests.insert(-1, request(number, f"request {number}", calls={"requests": 2}))
        calls = [span(trace, f"{number}-{call}", T0 + number + 0.1, 0.1) for call in "ab"]
        run.traces[f"traces/{number}.jsonl"] = [*calls, root(trace, number, T0 + number)]
        run.results.append(result(trace))
        run.mocks[-1:-1] = [mock(trace, call["spanId"]) for call in calls] + [run.test(trace, 100 + number)]
    run.requests[-1]["sent"] = 33
    run.totals = "Tests: 33 total, 33 passed, 0 failed\n"
    artifacts = run.artifacts()
    began = time.perf_counter()
    assert judge(artifacts).code == 0
    assert time.perf_counter() - began < 0.05


def test_a_green_run_imports_no_parser_of_yaml() -> None:
    code = (
        "import sys\n"
        "from tests.unit.good_run import GoodRun\n"
        "from e2e_common.verdict import judge\n"
        "run = GoodRun()\n"
        "assert judge(run.artifacts()).code == 0\n"
        "run.known = [dict(request='x', reason='x', evidence='x', at='replay', when={'cli': 'official'})]\n"
        "assert judge(run.artifacts()).code == 0\n"
        "print(sorted({'yaml', 'packaging', 'requests'} & set(sys.modules)))\n"
    )
    root_folder = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root_folder, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
