"""Rules 5 and 6: the replay log warns of nothing, and nothing reached a sentinel, but what a request states."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.judge.good_run import HEALTH, LEAK, ORDER, T0, WARNING, GoodRun
from tests.unit.judge.verdict.changes import began, cut, leaks_nothing, log, official, raw, redirected, touch, untraced
from tests.unit.judge.verdict.spoiling import BACKGROUND, CREATE, STRANGER, Change, Said, Spoiled, all_of, judged


def alert(trace: str, at: float) -> dict[str, Any]:
    return {"event": "alert", "at": T0 + at, "trace_id": trace, "kind": "unpatched_dependency", "detail": "psutil"}


def stated_background(stated: int, found: int) -> Change:
    def spoil(run: GoodRun) -> None:
        run.requests[2].update(background=stated)
        run.log += f"{BACKGROUND}\n" * found

    return spoil


def background_early(run: GoodRun) -> None:
    run.log = BACKGROUND + "\n" + run.log
    for test in run.mocks:
        test.update(logged=len(BACKGROUND) + 1)


def background_of_order(run: GoodRun) -> None:
    before, text = len(run.log), f"{BACKGROUND}\n"
    run.log += text
    began(run, before, before, before + len(text))


def lengths(*logged: int) -> Change:
    """Of the log when each test began; in the end it holds 472 bytes."""

    def change(run: GoodRun) -> None:
        run.log += "x" * (472 - len(run.log.encode()))
        began(run, *logged)

    return change


def same_length(run: GoodRun) -> None:
    run.requests[2].update(background=1)
    run.log = f"{BACKGROUND}\n{run.log}"
    renamed = json.loads(json.dumps([run.traces, run.results, run.mocks, run.log]).replace(LEAK, "0" * 32))
    run.traces, run.results, run.mocks, run.log = renamed


# fmt: off
CASES = [
    Spoiled("log missing", raw(replay_logs={}), "no logs/tusk-replay-*.log: without the application's output in replay nothing is known", 5, "run"),
    Spoiled("log empty", raw(replay_logs={"logs/tusk-replay-1.log": b" \n"}), "logs/tusk-replay-1.log is empty: the application's output in replay was not kept", 5, "run"),
    Spoiled("one log of two empty", lambda run: raw(replay_logs={"logs/a": run.log.encode(), "logs/tusk-replay-2.log": b""})(run), "logs/tusk-replay-2.log is empty: the application's output in replay was not kept", 5, "run"),
    Spoiled("log undecodable", lambda run: raw(replay_logs={"logs/tusk-replay-1.log": run.log.encode() + b"\xff"})(run), "logs/tusk-replay-1.log is not UTF-8 (byte 472): it cannot be searched for warnings in full", 5, "run"),
    Spoiled("log without the SDK", all_of(leaks_nothing, lambda run: setattr(run, "log", "Serving\n")), "logs/tusk-replay-1.log holds no line of the SDK ([TuskDrift] …): its log level hides warnings, or this is another log", 5, "run"),
    Spoiled("warning", log(WARNING.format(method="connect", trace=HEALTH)), "unpatched dependency: TCP connect() in replay reached past the SDK", 5, "replay", "health"),
    Spoiled("warning over lines", log(WARNING.format(method="send", trace=ORDER).replace(" ", "\n   ").replace("called", "cal\nled")), "unpatched dependency: TCP send() in replay reached past the SDK", 5, "replay", CREATE),
    Spoiled("warning of a stranger", log(WARNING.format(method="sendall", trace=STRANGER)), f"unpatched dependency: TCP sendall() in replay reached past the SDK (trace {STRANGER}, of no known request)", 5, "run", trace=STRANGER),
    Spoiled("warning without trace id", log(WARNING.format(method="send", trace="")), "unpatched dependency: TCP send() in replay reached past the SDK (of no known request)", 5, "run"),
    Spoiled("warning in other words", log(f"[SocketInstrumentation] TCP connect() was used, traceId={ORDER}\n"), "unpatched dependency: TCP connect() in replay reached past the SDK", 5, "replay", CREATE),
    Spoiled("background call", log(BACKGROUND), "calls outside any request's context in replay ([ModeUtils] Background request …): 1, and 0 are declared (background=)", 5, "replay", "leak"),
    Spoiled("background call before the first test", background_early, "calls outside any request's context in replay ([ModeUtils] Background request …): 1, and 0 are declared (background=) (of no known request)", 5, "run"),
    Spoiled("background call in an earlier test", background_of_order, "calls outside any request's context in replay ([ModeUtils] Background request …): 1, and 0 are declared (background=)", 5, "replay", CREATE),
    Spoiled("background calls, one more than stated", stated_background(2, 3), "calls outside any request's context in replay ([ModeUtils] Background request …): 3, and 2 are declared (background=)", 5, "replay", "leak"),
    Spoiled("background calls, one fewer than stated", stated_background(2, 1), "calls outside any request's context in replay ([ModeUtils] Background request …): 1, and 2 are declared (background=)", 5, "replay", "leak"),
    Spoiled("background call, official CLI", all_of(official, log(BACKGROUND * 2)), "calls outside any request's context in replay ([ModeUtils] Background request …): 2, and 0 are declared (background=) (of no known request)", 5, "run"),
    Spoiled("alert without a warning", lambda run: run.mocks.insert(5, alert(ORDER, 102.3)), "the SDK sent an alert of an unpatched dependency (its stack stands in mocks.jsonl)", 5, "replay", CREATE),
    Spoiled("alert without trace id", lambda run: run.mocks.insert(2, alert("", 101.3)), "the SDK sent an alert of an unpatched dependency (its stack stands in mocks.jsonl)", 5, "replay", "health"),
    Spoiled("expected leak not reported", lambda run: setattr(run, "log", "[TuskDrift] initialized\n"), "expected to be reported as an unpatched dependency, and the replay log lacks TCP connect()", 5, "replay", "leak"),
    Spoiled("warned of once more than stated", log(WARNING.format(method="connect", trace=LEAK)), "unpatched dependency: TCP connect() in replay reached past the SDK", 5, "replay", "leak"),
    Spoiled("warned of much more than stated", log(WARNING.format(method="connect", trace=LEAK) * 2 + WARNING.format(method="send", trace=LEAK)), "unpatched dependency: TCP connect() 2 times, send() in replay reached past the SDK", 5, "replay", "leak"),
    Spoiled("warned of less than stated", lambda run: run.requests[2].update(expect_unpatched={"connect": 3, "sendall": 1}), "expected to be reported as an unpatched dependency, and the replay log lacks TCP connect() 2 times", 5, "replay", "leak"),
    Spoiled("warned of another method than stated", lambda run: run.requests[2].update(expect_unpatched={"connect": 1, "send": 1}), "unpatched dependency: TCP sendall() in replay reached past the SDK", 5, "replay", "leak"),
    Spoiled("alert of no test", lambda run: run.mocks.insert(1, alert("", 100.5)), "the SDK sent an alert of an unpatched dependency (its stack stands in mocks.jsonl) (of no known request)", 5, "run", trace=None),
    Spoiled("alert of a stranger", lambda run: run.mocks.insert(1, alert(STRANGER, 102.3)), f"the SDK sent an alert of an unpatched dependency (its stack stands in mocks.jsonl) (trace {STRANGER}, of no known request)", 5, "run", trace=STRANGER),
    Spoiled("log cut at the end", lengths(0, 0, 473), "logs/tusk-replay-1.log was cut: it held 473 bytes at the start of a test, later 472", 5, "run"),
    Spoiled("log cut before the last test", lengths(7, 6, 9), "logs/tusk-replay-1.log was cut: it held 7 bytes at the start of a test, later 6", 5, "run"),
    Spoiled("log cut before the last test, after it grew", lengths(6, 9, 8), "logs/tusk-replay-1.log was cut: it held 9 bytes at the start of a test, later 8", 5, "run"),
]
CONNECTED = "unpatched dependency: TCP connect() in replay reached past the SDK"
ALERTED = "the SDK sent an alert of an unpatched dependency (its stack stands in mocks.jsonl)"
OTHER = {**alert(HEALTH, 101.2), "kind": "other"}
NO_LOG = ("no logs/tusk-replay-*.log: without the application's output in replay nothing is known", "expected to be reported as an unpatched dependency, and the replay log lacks TCP connect()")
NONE_MADE = "calls outside any request's context in replay ([ModeUtils] Background request \u2026): 0, and 1 are declared (background=)"
EXACT = [
    Said("a log that grew", lengths(7, 7, 472)),
    Said("an alert of another kind", lambda run: run.mocks.insert(5, OTHER)),
    Said("alerts of two requests, one of them twice", lambda run: run.mocks.__setitem__(slice(5, 5), [OTHER, alert(ORDER, 102.3), alert(ORDER, 102.4), alert(HEALTH, 101.3)]), (ALERTED, ALERTED)),
    Said("an alert of what is warned of", all_of(log(WARNING.format(method="connect", trace=ORDER)), lambda run: run.mocks.insert(5, alert(ORDER, 102.3))), (CONNECTED,)),
    Said("warnings as stated", all_of(log(WARNING.format(method="connect", trace=ORDER) * 2 + WARNING.format(method="send", trace=ORDER)), lambda run: run.requests[1].update(expect_unpatched={"connect": 2, "send": 1}))),
    Said("tests that began at the same length of the log: the last of them made the call", same_length),
    Said("background calls of a request that was not replayed", untraced(background=1)),
    Said("background calls of a request that was not replayed, official CLI", all_of(official, untraced(background=1))),
    Said("background calls of a redirect", redirected(background=1)),
    Said("background calls of a redirect, official CLI", all_of(official, redirected(background=1))),
    Said("an empty log", all_of(official, lambda run: setattr(run, "log", "")), ("logs/tusk-replay-1.log is empty: the application's output in replay was not kept", "expected to be reported as an unpatched dependency, and the replay log lacks TCP connect()")),
    Said("no log", raw(replay_logs={}), NO_LOG),
    Said("no log, and a background call is declared", all_of(raw(replay_logs={}), stated_background(1, 0)), (*NO_LOG, NONE_MADE)),
    Said("no log, and a background call is declared, official CLI", all_of(raw(replay_logs={}), stated_background(1, 0), official), (*NO_LOG, f"{NONE_MADE} (of no known request)")),
]
# fmt: on


@pytest.mark.parametrize("calls", [1, 2])
@pytest.mark.parametrize(
    ("cli", "row"), [((), ("leak", True)), ((official,), (None, False))], ids=["bundled", "official"]
)
def test_declared_background_calls_are_green_and_marked_as_expected(
    cli: tuple[Change, ...], row: tuple[str | None, bool], calls: int
) -> None:
    verdict = judged(stated_background(calls, calls), *cli)
    assert verdict.code == 0, verdict.reason
    rows = [each for each in verdict.result()["warnings"] if each["kind"] == "background"]
    assert [(each["request"], each["expected"]) for each in rows] == [row] * calls


@pytest.mark.parametrize(
    ("text", "owner"), [(WARNING.format(method="connect", trace=HEALTH), "health"), (f"{BACKGROUND}\n", "leak")]
)
def test_a_warning_is_expected_where_it_is_declared_and_nowhere_else(text: str, owner: str) -> None:
    rows = judged(log(text)).result()["warnings"]
    assert [(row["request"], row["expected"]) for row in rows] == [("leak", True), ("leak", True), (owner, False)]


def leak_at_redis(run: GoodRun) -> None:
    run.recording["services"]["redis"] = "127.0.0.1:9124"
    run.touched.insert(0, {**run.touched[0], "service": "redis", "address": "127.0.0.1:9124"})
    run.touched[2]["service"] = "redis"


def at_address(listened: str, stood: str) -> Change:
    """A sentinel stands at the port of its service."""

    def change(run: GoodRun) -> None:
        run.touched[0]["address"], run.recording["services"]["upstream"] = listened, stood
        run.upstream.clear()

    return change


# fmt: off
CASES += [
    Spoiled("touched.jsonl missing", raw(touched=None), "touched.jsonl is missing: without sentinels replay proves no isolation", 6, "run"),
    Spoiled("touched.jsonl not closed", lambda run: run.touched.pop(), "touched.jsonl has no closed line at its end: the sentinels did not stand to the end of replay", 6, "run"),
    Spoiled("touched.jsonl empty", raw(touched=b""), "touched.jsonl is empty: the sentinels did not stand to the end of replay", 6, "run"),
    Spoiled("touched.jsonl truncated", cut("touched", -5), "touched.jsonl, line 3: no JSON: Expecting ',' delimiter (column 34)", 6, "run"),
    Spoiled("unknown event", lambda run: run.touched.insert(1, {"event": "leaked", "at": 1}), "touched.jsonl, line 2: Expected one of listening, touched, closed, got 'leaked' - at `$.event`", 6, "run"),
    Spoiled("no sentinel", lambda run: run.touched.pop(0), "touched.jsonl: the sentinel of upstream listened at no address, not at 127.0.0.1:9123", 6, "run"),
    Spoiled("sentinel elsewhere", lambda run: run.touched[0].update(address="127.0.0.1:9124"), "touched.jsonl: the sentinel of upstream listened at 127.0.0.1:9124, not at 127.0.0.1:9123", 6, "run"),
    Spoiled("leak", touch(102.2, "GET /weather"), "leak: upstream was reached in replay: GET /weather", 6, "replay", CREATE),
    Spoiled("leak as a test begins", touch(102.0, "GET /first"), "leak: upstream was reached in replay: GET /first", 6, "replay", CREATE),
    Spoiled("leak after a test's end", touch(101.9, "GET /late"), "leak: upstream was reached in replay: GET /late", 6, "replay", "health"),
    Spoiled("leak before the first test", touch(100.5, "PING"), "leak: upstream was reached in replay: PING (of no known request)", 6, "run"),
    Spoiled("leak beside the stated one", touch(103.3, "GET /other"), "leak: upstream was reached in replay: GET /other", 6, "replay", "leak"),
    Spoiled("stated leak at another service", leak_at_redis, "leak: redis was reached in replay: GET /leak", 6, "replay", "leak"),
    Spoiled("stated leak twice", touch(103.3, "GET /leak"), "leak: upstream was reached in replay: GET /leak", 6, "replay", "leak"),
    Spoiled("stated leak of another request", touch(102.2, "GET /leak"), "leak: upstream was reached in replay: GET /leak", 6, "replay", CREATE),
    Spoiled("stated leak not seen", lambda run: run.touched.pop(1), "declares the leak 'upstream: GET /leak', and the replay had no such leak", 6, "replay", "leak"),
    Spoiled("leak beside the expected one, official CLI", all_of(official, touch(101, "GET /hidden")), "leak: upstream was reached in replay: GET /hidden (of no known request)", 6, "run"),
    Spoiled("a leak of two requests, seen of one", lambda run: run.requests[0].update(leaks=["upstream: GET /leak"]), "declares the leak 'upstream: GET /leak', and the replay had no such leak", 6, "replay", "health"),
    Spoiled("sentinel at another port", all_of(at_address("[::1]:9123", "127.0.0.1:9123"), lambda run: run.touched[0].update(address="[::1]:9125")), "touched.jsonl: the sentinel of upstream listened at [::1]:9125, not at 127.0.0.1:9123", 6, "run"),
]
MISSED = "declares the leak 'upstream: GET /leak', and the replay had no such leak"
EXACT += [
    Said("a leak of two requests", all_of(touch(101.2, "GET /leak"), lambda run: run.requests[0].update(leaks=["upstream: GET /leak"]))),
    Said("a leak stated twice and seen once", lambda run: run.requests[2].update(leaks=["upstream: GET /leak"] * 2), (MISSED,)),
    Said("a leak stated twice and seen twice", all_of(touch(103.3, "GET /leak"), lambda run: run.requests[2].update(leaks=["upstream: GET /leak"] * 2))),
    Said("a leak stated of a request that was not replayed", all_of(official, untraced(), lambda run: (run.requests[1].update(leaks=run.requests[2]["leaks"]), run.requests[2].update(leaks=[])), lambda run: run.upstream.clear()), ("leak: upstream was reached in replay: GET /leak (of no known request)",)),
    *(Said(f"sentinel at {listened}", at_address(listened, stood)) for listened, stood in (("[::1]:9123", "127.0.0.1:9123"), ("127.0.0.1:9123", "[::1]:9123"), ("up:9123", "9123"))),
    Said("a leak stated of a request that was not recorded", untraced(leaks=["upstream: GET /other"])),
]
# fmt: on


def test_a_declared_leak_is_matched_by_its_text_under_the_official_cli() -> None:
    leak = {"request": "leak", "service": "upstream", "what": "GET /leak", "expected": True}
    assert judged(official).result()["leaks"] == [leak]
    reason = judged(official, lambda run: run.touched.pop(1)).reason
    assert reason.startswith("'leak': declares the leak 'upstream: GET /leak'")


def test_without_sentinels_a_pass_says_that_it_is_not_isolated() -> None:
    verdict = judged(lambda run: run.setup.update(sentinels=False))
    assert (verdict.code, verdict.reason) == (0, "passed, NOT ISOLATED")
    assert verdict.result()["isolation"] == {"network": True, "files": True, "sentinels": False}
    assert verdict.result()["checks"] == {"warnings": "ok", "leaks": "unknown", "mocks": "ok"}
