"""Rule 5: the replay log can be read and warns of nothing but what a request states."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

import json

import pytest

from e2e_common.judge.verdict import judge
from tests.unit.judge.good_run import ANSWER, HEALTH, LEAK, ORDER, T0, WARNING, GoodRun, root, span
from tests.unit.judge.verdict.spoiling import (
    BACKGROUND,
    CREATE,
    STRANGER,
    Spoiled,
    alert,
    failures,
    leaks_nothing,
    log,
    messages,
    no_trace,
    official,
    pinned,
    raw,
    stated_background,
)


def log_without_the_sdk(run: GoodRun) -> None:
    leaks_nothing(run)
    run.log = "Serving\n"


def background_early(run: GoodRun) -> None:
    run.log = BACKGROUND + "\n" + run.log
    for test in run.mocks:
        test.update(logged=len(BACKGROUND) + 1)


def background_of_order(run: GoodRun) -> None:
    before, text = len(run.log), f"{BACKGROUND}\n"
    run.log += text
    for test, logged in zip((m for m in run.mocks if m["event"] == "test"), (before, before, before + len(text))):
        test.update(logged=logged)


def official_background(run: GoodRun) -> None:
    official(run)
    log(BACKGROUND)(run)


# fmt: off
CASES = [
    Spoiled("log missing", raw(replay_logs={}), "no logs/tusk-replay-*.log: without the application's output in replay nothing is known", 5, "run"),
    Spoiled("log empty", raw(replay_logs={"logs/tusk-replay-1.log": b" \n"}), "logs/tusk-replay-1.log is empty: the application's output in replay was not kept", 5, "run"),
    Spoiled("one log of two empty", lambda run: raw(replay_logs={"logs/a": run.log.encode(), "logs/tusk-replay-2.log": b""})(run), "logs/tusk-replay-2.log is empty: the application's output in replay was not kept", 5, "run"),
    Spoiled("log undecodable", lambda run: raw(replay_logs={"logs/tusk-replay-1.log": run.log.encode() + b"\xff"})(run), "logs/tusk-replay-1.log is not UTF-8 (byte 472): it cannot be searched for warnings in full", 5, "run"),
    Spoiled("log without the SDK", log_without_the_sdk, "logs/tusk-replay-1.log holds no line of the SDK ([TuskDrift] …): its log level hides warnings, or this is another log", 5, "run"),
    Spoiled("warning", log(WARNING.format(method="connect", trace=HEALTH)), "unpatched dependency: TCP connect() in replay reached past the SDK", 5, "replay", "health"),
    Spoiled("warning over lines", log(WARNING.format(method="send", trace=ORDER).replace(" ", "\n   ").replace("called", "cal\nled")), "unpatched dependency: TCP send() in replay reached past the SDK", 5, "replay", CREATE),
    Spoiled("warning of a stranger", log(WARNING.format(method="sendall", trace=STRANGER)), f"unpatched dependency: TCP sendall() in replay of {STRANGER}, which is no request's trace (logs/tusk-replay-1.log)", 5, "run", trace=STRANGER),
    Spoiled("warning without trace id", log(WARNING.format(method="sendall", trace="")), "unpatched dependency: TCP sendall() in replay without a trace id (logs/tusk-replay-1.log)", 5, "run"),
    Spoiled("warning in other words", log(f"[SocketInstrumentation] TCP connect() was used, traceId={ORDER}\n"), "unpatched dependency: TCP connect() in replay reached past the SDK", 5, "replay", CREATE),
    Spoiled("background call", log(BACKGROUND), "calls outside any request's context in replay ([ModeUtils] Background request …): 1, and 0 are stated (background=)", 5, "replay", "leak"),
    Spoiled("background call before the first test", background_early, "calls outside any request's context in replay ([ModeUtils] Background request …), in the time of no request: 1 (logs/tusk-replay-1.log)", 5, "run"),
    Spoiled("background call in an earlier test", background_of_order, "calls outside any request's context in replay ([ModeUtils] Background request …): 1, and 0 are stated (background=)", 5, "replay", CREATE),
    Spoiled("background calls, one more than stated", stated_background(2, 3), "calls outside any request's context in replay ([ModeUtils] Background request …): 3, and 2 are stated (background=)", 5, "replay", "leak"),
    Spoiled("background calls, one fewer than stated", stated_background(2, 1), "calls outside any request's context in replay ([ModeUtils] Background request …): 1, and 2 are stated (background=)", 5, "replay", "leak"),
    Spoiled("background call, official CLI", official_background, "calls outside any request's context in replay ([ModeUtils] Background request …): 1, and 0 are stated (logs/tusk-replay-1.log)", 5, "run"),
    Spoiled("alert without a warning", lambda run: run.mocks.insert(5, alert(ORDER, 102.3)), "the SDK sent an alert of an unpatched dependency (its stack stands in mocks.jsonl)", 5, "replay", CREATE),
    Spoiled("alert without trace id", lambda run: run.mocks.insert(2, alert("", 101.3)), "the SDK sent an alert of an unpatched dependency (its stack stands in mocks.jsonl)", 5, "replay", "health"),
    Spoiled("expected leak not reported", lambda run: setattr(run, "log", "[TuskDrift] initialized\n"), "expected to be reported as an unpatched dependency, and the replay log lacks TCP connect()", 5, "replay", "leak"),
    Spoiled("warned of once more than stated", log(WARNING.format(method="connect", trace=LEAK)), "unpatched dependency: TCP connect() in replay reached past the SDK", 5, "replay", "leak"),
    Spoiled("warned of much more than stated", log(WARNING.format(method="connect", trace=LEAK) * 2 + WARNING.format(method="send", trace=LEAK)), "unpatched dependency: TCP connect() 2 times, send() in replay reached past the SDK", 5, "replay", "leak"),
    Spoiled("warned of less than stated", lambda run: run.requests[2].update(expect_unpatched={"connect": 3, "sendall": 1}), "expected to be reported as an unpatched dependency, and the replay log lacks TCP connect() 2 times", 5, "replay", "leak"),
    Spoiled("warned of another method than stated", lambda run: run.requests[2].update(expect_unpatched={"connect": 1, "send": 1}), "unpatched dependency: TCP sendall() in replay reached past the SDK", 5, "replay", "leak"),
    Spoiled("alert of no test", lambda run: run.mocks.insert(1, alert("", 100.5)), "the SDK sent an alert of an unpatched dependency of no test that ran (its stack stands in mocks.jsonl)", 5, "run", trace=None),
    Spoiled("alert of a stranger", lambda run: run.mocks.insert(1, alert(STRANGER, 102.3)), f"the SDK sent an alert of an unpatched dependency of {STRANGER}, which is no request's trace (its stack stands in mocks.jsonl)", 5, "run", trace=STRANGER),
]
# fmt: on


@pytest.mark.parametrize("calls", [1, 2])
@pytest.mark.parametrize("cli", ["bundled", "official"])
def test_stated_background_calls_are_green_and_marked_as_expected(cli: str, calls: int) -> None:
    run = GoodRun()
    stated_background(calls, calls)(run)
    if cli == "official":
        official(run)
    verdict = judge(run.artifacts())
    assert verdict.code == 0, verdict.reason
    rows = [row for row in verdict.result()["warnings"] if row["kind"] == "background"]
    assert [(row["request"], row["expected"]) for row in rows] == [
        ("leak", True) if cli == "bundled" else (None, False)
    ] * calls


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


@pytest.mark.parametrize("cli", ["bundled", "official"])
def test_calls_outside_any_context_are_not_missed_of_a_request_that_was_not_replayed(cli: str) -> None:
    run = GoodRun()
    if cli == "official":
        official(run)
    no_trace(run)
    run.requests[1].update(background=1)
    run.known = pinned(run, "recording")
    assert judge(run.artifacts()).code == 0, judge(run.artifacts()).reason


@pytest.mark.parametrize("cli", ["bundled", "official"])
def test_nor_are_they_of_one_that_was_recorded_and_that_the_cli_does_not_replay(cli: str) -> None:
    run = GoodRun()
    if cli == "official":
        official(run)
    no_trace(run)
    redirect = root(ORDER, 2, T0 + 2, outputValue={**ANSWER, "statusCode": 302})
    run.traces[run.name(2)] = [span(ORDER, f"call-{n}", T0 + 2.1, 0.1) for n in "ab"] + [redirect]
    run.requests[1].update(background=1, status=302, replayed=False)
    assert judge(run.artifacts()).code == 0, judge(run.artifacts()).reason


def test_without_any_log_nothing_more_is_said_of_the_log() -> None:
    run = GoodRun()
    run.raw["replay_logs"] = {}
    about_the_log = [(rule, stage, file) for rule, stage, message, file, _, _ in failures(run) if "no logs/" in message]
    assert about_the_log == [(5, "run", "logs/")]
    missing = "expected to be reported as an unpatched dependency, and the replay log lacks TCP connect()"
    assert (5, "replay", missing, "logs/", "leak", LEAK) in failures(run)


def test_background_calls_without_any_log() -> None:
    run = GoodRun()
    run.requests[2].update(background=1)
    run.raw["replay_logs"] = {}
    words = "calls outside any request's context in replay ([ModeUtils] Background request \u2026)"
    assert (5, "replay", f"{words}: 0, and 1 are stated (background=)", "logs/", "leak", LEAK) in failures(run)
    official(run)
    assert (5, "run", f"{words}: 0, and 1 are stated (logs/)", "logs/", None, None) in failures(run)


def test_every_alert_of_a_request_is_one_failure_and_other_alerts_are_none() -> None:
    run = GoodRun()
    run.mocks[5:5] = [{**alert(HEALTH, 101.2), "kind": "other"}]
    assert messages(run) == []
    other = {**alert(HEALTH, 101.2), "kind": "other"}
    run.mocks[5:6] = [other, alert(ORDER, 102.3), alert(ORDER, 102.4), alert(HEALTH, 101.3)]
    assert [request for rule, _, _, _, request, _ in failures(run) if rule == 5] == ["create order", "health"]


def test_a_warning_in_the_log_comes_before_the_alert_of_the_same_request() -> None:
    run = GoodRun()
    log(WARNING.format(method="connect", trace=ORDER))(run)
    run.mocks.insert(5, alert(ORDER, 102.3))
    assert messages(run) == ["unpatched dependency: TCP connect() in replay reached past the SDK"]


def test_what_is_warned_of_is_stated_by_method_and_number() -> None:
    run = GoodRun()
    run.requests[1].update(expect_unpatched={"connect": 2, "send": 1})
    log(WARNING.format(method="connect", trace=ORDER) * 2 + WARNING.format(method="send", trace=ORDER))(run)
    assert messages(run) == []


def test_a_warning_is_expected_where_it_is_stated_and_nowhere_else() -> None:
    run = GoodRun()
    log(WARNING.format(method="connect", trace=HEALTH))(run)
    rows = judge(run.artifacts()).result()["warnings"]
    assert [(row["request"], row["expected"]) for row in rows] == [("leak", True), ("leak", True), ("health", False)]
    run = GoodRun()
    log(f"{BACKGROUND}\n")(run)
    assert [row["expected"] for row in judge(run.artifacts()).result()["warnings"]] == [True, True, False]


def test_a_log_that_is_shorter_than_it_was_when_a_test_began_was_cut() -> None:
    run = GoodRun()
    size = len(run.log.encode())
    last = [line for line in run.mocks if line["event"] == "test"][-1]
    last.update(logged=size)
    assert messages(run) == []
    last.update(logged=size + 1)
    file = "logs/tusk-replay-1.log"
    message = f"{file} was cut: it holds {size} bytes, and held {size + 1} when the last test began"
    assert failures(run) == [(5, "run", message, file, None, None)]


def test_a_log_that_was_shorter_when_a_later_test_began_was_cut_however_it_grew() -> None:
    run = GoodRun()
    tests = [line for line in run.mocks if line["event"] == "test"]
    file = "logs/tusk-replay-1.log"
    message = f"{file} was cut while the tests ran: it was shorter when one began than at the one before"
    for lengths, expected in (
        ((7, 7, 9), []),
        ((7, 6, 9), [(5, "run", message, file, None, None)]),
        ((6, 9, 8), [(5, "run", message, file, None, None)]),
    ):
        for line, length in zip(tests, lengths):
            line["logged"] = length
        assert failures(run) == expected
    run.raw["replay_logs"] = {}
    assert not any("was cut" in said for said in messages(run))


def test_an_empty_log_is_not_called_cut() -> None:
    run = GoodRun()
    run.log = ""
    run.mocks = [run.mocks[-1]]
    assert not any("was cut" in message or "fault of the judge" in message for message in messages(run))
    official(run)
    assert not any("was cut" in message for message in messages(run))
