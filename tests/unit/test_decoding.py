"""The strict decoders of what the harness itself writes: what each key may hold, and what is said where it does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from e2e_common import decoding
from e2e_common.decoding import (
    Answered,
    Asked,
    Call,
    Inbound,
    Malformed,
    Mocks,
    Near,
    Notice,
    Replay,
    Request,
    Run,
    Touched,
    Window,
)
from e2e_common.facts import Fact

RUN: dict[str, Any] = {
    "suite": "flask",
    "port": 8000,
    "runtime": "local",
    "partial": "creat*",
    "services": {"upstream": "127.0.0.1:9123"},
    "versions": {"sdk": "0.1.29", "rust_core": None},
    "sdk_source": "index",
    "with": "flask<3",
    "rust_core": "1",
    "recorded_rust_core": "0",
    "recorded_by": "0.1.28",
    "packages": {"flask": "3.1.2"},
    "forgives": [],
    "locked": True,
    "sentinels": False,
    "seconds": {"record": 1.5, "flush": 2},
    "requester": {"exit_status": 3},
}
REQUEST: dict[str, Any] = {
    "n": 7,
    "name": "create order",
    "method": "POST",
    "path": "/orders",
    "started": 1.5,
    "ended": 2,
    "status": 201,
    "body": "aa",
    "problems": ["p"],
    "calls": {"requests": 2},
    "asked": {"requests": ["GET /a", "GET /b"]},
    "late": True,
    "expect_unpatched": {"connect": 1},
    "leaks": ["upstream: GET /"],
    "background": 1,
    "size": 20,
    "differs": [["status", "", 500], ["body", "$.id", None]],
    "recorded": "size",
    "replayed": False,
    "refused": 2,
    "inexact": {"$.url": 1},
    "unanswered": ["GET a"],
    "errors": ["KeyError: 1"],
    "reached": ["GET /b"],
    "expected": {"status": 201, "headers": {"X": {"__matches__": "a+"}}, "body": {"base64": "aGk="}},
}
REPLAY: dict[str, Any] = {
    "exit_status": 1,
    "cli": {"name": "official", "version": "v1"},
    "network_isolated": True,
    "own_files": True,
    "left_behind": ["7 sleep"],
    "again": [{"trace_id": "t", "started": 5.5, "exit_status": 0}],
    "seconds": {"replay": 2.5},
}
ASKED: dict[str, Any] = {
    "trace_id": "t",
    "asked": "GET /",
    "found": True,
    "matched_trace": "m",
    "matched_span": "s",
    "pre_app_start": True,
    "step": 3,
    "closest": [{"trace_id": "a", "span_id": "b", "asked": "c", "difference": "d"}],
    "note": "n",
    "at": 9.5,
    "instrumentation": "i",
    "differs": ["$.url"],
}
WINDOW: dict[str, Any] = {"trace_id": "t", "started": 1.5, "ended": 2.5, "logged": 7}
ANSWER: dict[str, Any] = {
    "trace_id": "t",
    "status": 200,
    "headers": [["Set-Cookie", "a=1"], ["set-cookie", "b=2"]],
    "body": "aGk=",
}
INBOUND: dict[str, Any] = {"trace_id": "t", "output": {"statusCode": 200.0}, "schema": {"type": 6}}
ALERT: dict[str, Any] = {"event": "alert", "at": 1.5, "trace_id": "t", "kind": "unpatched_dependency", "detail": "d"}
TEXT, FLAG, WHOLE, NUMBER = "a string", "true or false", "a whole number", "a number"


def test_whole_documents() -> None:
    assert decoding.decode_run(RUN) == Run(
        suite="flask",
        port=8000,
        runtime="local",
        partial="creat*",
        services={"upstream": "127.0.0.1:9123"},
        versions={"sdk": "0.1.29", "rust_core": None},
        sdk_source="index",
        laid_over="flask<3",
        rust_core="1",
        recorded_rust_core="0",
        recorded_by="0.1.28",
        packages={"flask": "3.1.2"},
        locked=True,
        sentinels=False,
        seconds={"record": 1.5, "flush": 2},
        exit_status=3,
    )
    request = decoding.decode_request(REQUEST)
    assert request == Request(
        7, "create order", "POST", "/orders", 1.5, 2, 201, "aa", ("p",), {"requests": 2}, True, {"connect": 1},
        ("upstream: GET /",), 1, (Fact("status", "", 500), Fact("body", "$.id", None)), 20, "size", False, 2,
        {"$.url": 1}, ("GET a",), ("KeyError: 1",), ("GET /b",), {"requests": ["GET /a", "GET /b"]}, request.expected,
    )  # fmt: skip
    stated = request.expected
    assert (stated.status, stated.body, str(stated.headers)) == (201, b"hi", "{'X': matches('a+')}")
    again, seconds = (Call("t", 5.5, 0),), {"replay": 2.5}
    assert decoding.decode_replay(REPLAY) == Replay(1, "official", "v1", True, True, ("7 sleep",), again, seconds)
    nearest = (Near("a", "b", "c", "d"),)
    assert decoding.decode_asked(ASKED) == Asked(
        "t", "GET /", True, "m", "s", True, 3, nearest, "n", 9.5, "i", ("$.url",)
    )
    assert decoding.decode_window(WINDOW) == Window("t", 1.5, 2.5, 7)
    assert decoding.decode_notice(ALERT) == Notice("alert", 1.5, "t", "unpatched_dependency", "d")
    assert decoding.decode_answer(ANSWER) == Answered("t", 200, (("Set-Cookie", "a=1"), ("set-cookie", "b=2")), b"hi")
    assert decoding.decode_inbound(INBOUND) == Inbound("t", {"statusCode": 200.0}, {"type": 6})


def test_a_header_of_an_answer_is_found_by_its_name_in_any_case_of_letters() -> None:
    answer = decoding.decode_answer(ANSWER)
    assert (answer.values("SET-COOKIE"), answer.header("Set-cookie")) == (["a=1", "b=2"], "a=1, b=2")
    assert (answer.values("cookie"), answer.header("cookie")) == ([], None)


OPTIONAL = ("step", "note", "at", "instrumentation", "differs")


def test_what_may_be_null_or_missing() -> None:
    run = decoding.decode_run({**RUN, "partial": None, "requester": {"exit_status": None}})
    assert (run.partial, run.exit_status) == (None, None)
    request = decoding.decode_request({**REQUEST, "status": None, "body": None})
    assert (request.status, request.body) == (None, None)
    assert decoding.decode_replay({**REPLAY, "exit_status": None}).exit_status is None
    unmatched = {**ASKED, "found": False, "matched_trace": None, "matched_span": None}
    fewest = {key: value for key, value in unmatched.items() if key not in OPTIONAL}
    expected = Asked("t", "GET /", False, "", "", True, 0, (Near("a", "b", "c", "d"),), "")
    assert decoding.decode_asked(fewest) == expected
    assert decoding.decode_asked({**fewest, "step": 7, "at": "soon", "instrumentation": None}) == expected
    assert decoding.decode_notice({**ALERT, "detail": None}).detail == ""


@pytest.mark.parametrize(
    ("line", "touched"),
    [
        ({"event": "listening", "at": 1, "service": "s", "address": "a"}, Touched("listening", 1, "s", "a", "")),
        ({"event": "touched", "at": 1, "service": "s", "what": "w"}, Touched("touched", 1, "s", "", "w")),
        ({"event": "closed", "at": 1}, Touched("closed", 1, "", "", "")),
    ],
)
def test_lines_of_touched(line: dict[str, Any], touched: Touched) -> None:
    assert decoding.decode_touched(line) == touched


def test_a_dropped_frame() -> None:
    line = {"event": "dropped", "at": 1.5, "reason": "r" * 200}
    assert decoding.decode_notice(line) == Notice("dropped", 1.5, "", "", "r" * 119 + "\u2026")


Decoder = Callable[[dict[str, Any]], Any]
WRONG: list[tuple[Decoder, dict[str, Any], str, Any, str]] = [
    *((decoding.decode_run, RUN, key, 7, TEXT) for key in ("suite", "runtime", "sdk_source", "with", "rust_core")),
    (decoding.decode_run, RUN, "recorded_rust_core", None, TEXT),
    (decoding.decode_run, RUN, "recorded_by", None, TEXT),
    (decoding.decode_run, RUN, "packages", {"flask": None}, "an object of versions"),
    (decoding.decode_run, RUN, "locked", 1, FLAG),
    (decoding.decode_run, RUN, "port", "8000", WHOLE),
    (decoding.decode_run, RUN, "port", True, WHOLE),
    (decoding.decode_run, RUN, "port", 2**53, WHOLE),
    (decoding.decode_run, RUN, "port", 1.0, WHOLE),
    (decoding.decode_run, RUN, "partial", 7, "null or the pattern of E2E_ONLY"),
    (decoding.decode_run, RUN, "services", {"a": "b", "c": 7}, "an object of addresses"),
    (decoding.decode_run, RUN, "services", [], "an object of addresses"),
    (decoding.decode_run, RUN, "versions", {"sdk": 7}, "an object of versions"),
    (decoding.decode_run, RUN, "sentinels", "off", FLAG),
    (decoding.decode_run, RUN, "sentinels", 0, FLAG),
    (decoding.decode_run, RUN, "seconds", {"record": "1"}, "an object of seconds"),
    (decoding.decode_run, RUN, "seconds", {"record": True}, "an object of seconds"),
    (decoding.decode_run, RUN, "seconds", {"record": 1e15}, "an object of seconds"),
    (decoding.decode_run, RUN, "requester", [], "an object"),
    (decoding.decode_request, REQUEST, "n", "7", WHOLE),
    *((decoding.decode_request, REQUEST, key, None, TEXT) for key in ("name", "method", "path")),
    *((decoding.decode_request, REQUEST, key, "now", NUMBER) for key in ("started", "ended")),
    (decoding.decode_request, REQUEST, "status", "200", "null or a whole number"),
    (decoding.decode_request, REQUEST, "body", 7, "null or a hash"),
    (decoding.decode_request, REQUEST, "problems", ["p", 7], "a list of strings"),
    (decoding.decode_request, REQUEST, "problems", "p", "a list of strings"),
    (decoding.decode_request, REQUEST, "calls", {"requests": 1.5}, "an object of whole numbers"),
    *((decoding.decode_request, REQUEST, key, 1, FLAG) for key in ("late",)),
    (decoding.decode_request, REQUEST, "leaks", [None], "a list of strings"),
    *((decoding.decode_request, REQUEST, key, False, WHOLE) for key in ("background", "size", "refused")),
    (decoding.decode_request, REQUEST, "differs", ["body"], "a list of lists"),
    (decoding.decode_request, REQUEST, "recorded", "mood", "one of status, type, size, rule, sampling"),
    (decoding.decode_request, REQUEST, "replayed", 1, FLAG),
    *((decoding.decode_request, REQUEST, key, [1], "a list of strings") for key in ("unanswered", "errors", "reached")),
    *(
        (decoding.decode_request, REQUEST, key, {"a": "b"}, "an object of whole numbers")
        for key in ("inexact", "expect_unpatched")
    ),
    (decoding.decode_request, REQUEST, "expected", "OK", "an object"),
    (decoding.decode_request, REQUEST, "asked", {"requests": "GET /"}, "an object of lists of strings"),
    (decoding.decode_answer, ANSWER, "trace_id", None, TEXT),
    (decoding.decode_answer, ANSWER, "status", "200", WHOLE),
    (decoding.decode_answer, ANSWER, "headers", ["a: 1"], "a list of [name, value]"),
    (decoding.decode_answer, ANSWER, "body", None, TEXT),
    (decoding.decode_inbound, INBOUND, "trace_id", 7, TEXT),
    *((decoding.decode_inbound, INBOUND, key, [], "an object") for key in ("output", "schema")),
    (decoding.decode_replay, REPLAY, "exit_status", "0", "null or the CLI's exit status"),
    (decoding.decode_replay, REPLAY, "network_isolated", "no", FLAG),
    (decoding.decode_replay, REPLAY, "own_files", 1, FLAG),
    (decoding.decode_replay, REPLAY, "cli", "official", "an object"),
    (decoding.decode_replay, REPLAY, "left_behind", {}, "a list of strings"),
    (decoding.decode_replay, REPLAY, "again", [[]], "a list of objects"),
    (decoding.decode_replay, REPLAY, "again", {}, "a list of objects"),
    (decoding.decode_replay, REPLAY, "seconds", [2.5], "an object of seconds"),
    *((decoding.decode_asked, ASKED, key, None, TEXT) for key in ("trace_id", "asked")),
    *((decoding.decode_asked, ASKED, key, 1, FLAG) for key in ("found", "pre_app_start")),
    (decoding.decode_asked, ASKED, "matched_trace", None, "null or a trace id"),
    (decoding.decode_asked, ASKED, "matched_span", None, "null or a span id"),
    (decoding.decode_asked, {**ASKED, "found": False}, "matched_trace", 7, "null or a trace id"),
    (decoding.decode_asked, {**ASKED, "found": False}, "matched_span", 7, "null or a span id"),
    (decoding.decode_asked, ASKED, "step", "3", WHOLE),
    (decoding.decode_window, WINDOW, "trace_id", 7, TEXT),
    *((decoding.decode_window, WINDOW, key, None, NUMBER) for key in ("started", "ended")),
    (decoding.decode_window, WINDOW, "logged", 1.5, WHOLE),
    *((decoding.decode_notice, ALERT, key, 7, TEXT) for key in ("event", "trace_id", "kind")),
    (decoding.decode_notice, ALERT, "at", "now", NUMBER),
    (decoding.decode_notice, {"event": "dropped", "at": 1}, "reason", 7, TEXT),
    (decoding.decode_touched, {"at": 1}, "event", "leaked", "listening, touched or closed"),
    (decoding.decode_touched, {"event": "closed"}, "at", None, NUMBER),
    (decoding.decode_touched, {"event": "touched", "at": 1, "what": ""}, "service", 7, TEXT),
    (decoding.decode_touched, {"event": "listening", "at": 1, "service": ""}, "address", 7, TEXT),
    (decoding.decode_touched, {"event": "touched", "at": 1, "service": ""}, "what", 7, TEXT),
]


@pytest.mark.parametrize(("decode", "good", "key", "value", "words"), WRONG)
def test_a_value_of_another_kind_is_named(
    decode: Decoder, good: dict[str, Any], key: str, value: Any, words: str
) -> None:
    with pytest.raises(Malformed) as caught:
        decode({**good, key: value})
    assert str(caught.value) == f"{key!r} must be {words}, not {value!r}"
    with pytest.raises(Malformed) as caught:
        decode({name: each for name, each in good.items() if name != key})
    assert str(caught.value) == f"{key!r} is missing"


@pytest.mark.parametrize(
    ("decode", "good", "part", "key", "value", "words"),
    [
        (decoding.decode_run, RUN, "requester", "exit_status", "0", "null or the script's exit status"),
        (decoding.decode_replay, REPLAY, "cli", "name", "other", "bundled or official"),
        (decoding.decode_replay, REPLAY, "cli", "version", None, TEXT),
        (decoding.decode_replay, REPLAY, "again", "trace_id", 7, TEXT),
        (decoding.decode_replay, REPLAY, "again", "started", "now", NUMBER),
        (decoding.decode_replay, REPLAY, "again", "exit_status", None, WHOLE),
    ],
)
def test_a_value_in_a_part(decode: Decoder, good: dict[str, Any], part: str, key: str, value: Any, words: str) -> None:
    def within(change: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
        old = good[part]
        return {**good, part: [change(old[0])] if isinstance(old, list) else change(old)}

    with pytest.raises(Malformed) as caught:
        decode(within(lambda old: {**old, key: value}))
    assert str(caught.value) == f"{key!r} must be {words}, not {value!r}"
    with pytest.raises(Malformed) as caught:
        decode(within(lambda old: {name: each for name, each in old.items() if name != key}))
    assert str(caught.value) == f"{key!r} is missing"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"headers": [["a"]]}, "'headers' must be a list of [name, value]"),
        ({"headers": [["a", 1]]}, "'headers' must be a list of [name, value]"),
        ({"body": "aGk"}, "'body' is no base64: "),
        ({"body": "a,b!"}, "'body' is no base64: "),
    ],
)
def test_an_answer_that_is_none_is_told(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(Malformed) as caught:
        decoding.decode_answer({**ANSWER, **changes})
    assert str(caught.value).startswith(says)


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "OK"},
        {"body": {}},
        {"body": "text"},
        {"body": {"base64": "aGk"}},
        {"headers": None},
        {"body": {"value": [{"__matches__": "("}]}},
        {"headers": {"X": {"__matches__": 7}}},
    ],
)
def test_a_stated_answer_that_is_none_is_told(changes: dict[str, Any]) -> None:
    with pytest.raises(Malformed, match=r"^'expected' is no stated answer"):
        decoding.decode_request({**REQUEST, "expected": {**REQUEST["expected"], **changes}})
    for missing in REQUEST["expected"]:
        expected = {key: value for key, value in REQUEST["expected"].items() if key != missing}
        with pytest.raises(Malformed, match=r"^'expected' is no stated answer"):
            decoding.decode_request({**REQUEST, "expected": expected})


def test_numbers_at_their_bounds() -> None:
    assert decoding.decode_run({**RUN, "port": 2**53 - 1}).port == 2**53 - 1
    assert decoding.decode_run({**RUN, "seconds": {"record": 9e14}}).seconds == {"record": 9e14}


def test_a_long_value_is_shown_in_40_characters() -> None:
    with pytest.raises(Malformed) as caught:
        decoding.decode_run({**RUN, "port": "8" * 80})
    assert str(caught.value) == f"'port' must be a whole number, not '{'8' * 38}\u2026"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\xff", "not UTF-8 (byte 0)"),
        (b'{"a": }', "no JSON: Expecting value (column 7)"),
        (b"[" * 100_000, "no JSON: "),
        (b"[]", "not an object: []"),
        (b'"%s"' % (b"x" * 80), f"not an object: '{'x' * 38}\u2026"),
    ],
)
def test_what_is_no_object(data: bytes, says: str) -> None:
    with pytest.raises(Malformed) as caught:
        decoding.json_object(data)
    assert str(caught.value).startswith(says)
    assert ("recursion" in str(caught.value)) is data.startswith(b"[[")


def test_lines_are_numbered_blank_ones_too() -> None:
    data = b'\n{"a": 1}\n \t\n[]\n{"b": 2}'
    (first, second, third) = decoding.json_lines(data)
    assert (first, third) == ((2, {"a": 1}), (5, {"b": 2}))
    assert (second[0], str(second[1])) == (4, "not an object: []")


def asked(**changes: Any) -> Asked:
    return decoding.decode_asked({**ASKED, **changes})


def test_the_nearest_calls_are_three_at_most_and_what_is_none_is_passed_over() -> None:
    near = {"asked": "GET /", "difference": "url"}
    assert asked(closest=[near] * 4).nearest == (Near("", "", "GET /", "url"),) * 3
    assert asked(closest=["text", near]).nearest == (Near("", "", "GET /", "url"),)
    assert asked(closest=None).nearest == asked(closest="abc").nearest == asked(closest={"a": 1}).nearest == ()
    long = asked(closest=[{"asked": "x" * 501, "span_id": 7}]).nearest[0]
    assert (long.asked, long.span_id) == ("x" * 499 + "\u2026", "7")
    assert asked(note="n" * 201, instrumentation="i" * 121).note == "n" * 199 + "\u2026"
    assert asked(instrumentation="i" * 121).instrumentation == "i" * 119 + "\u2026"


def test_the_closest_call_in_words() -> None:
    two = [{"asked": "GET /a", "difference": "url"}, {"asked": "GET /b"}]
    assert asked(closest=two).closest == "GET /a; url"
    assert asked(closest=two[1:]).closest == "GET /b"
    assert asked(closest=[]).closest == ""


def test_the_test_that_ran_is_the_last_that_had_begun() -> None:
    mocks = Mocks(tests=(Window("late", 5.0, 6.0, 0), Window("early", 1.0, 2.0, 0)))
    times = {0.9: None, 1.0: "early", 4.9: "early", 5.0: "late", 9.0: "late"}
    assert {at: mocks.running_at(at) for at in times} == times
    assert Mocks().running_at(1.0) is None


def test_json_is_what_these_documents_are() -> None:
    assert decoding.json_object(json.dumps(RUN).encode()) == RUN


@pytest.mark.parametrize("fact", [["body"], ["body", "$"], [1, "$", 1], ["body", None, 1], ["body", "$", 1, 2]])
def test_a_fact_is_a_kind_a_key_and_a_value(fact: list[Any]) -> None:
    with pytest.raises(Malformed, match="'differs' must hold \\[kind, key, value\\], not "):
        decoding.decode_request({**REQUEST, "differs": [fact]})
