"""The types of what the harness itself writes: what each value may be, and what is said where it is not."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from e2e_common.artifacts import decoding
from e2e_common.artifacts.strict_json import Malformed, decode, decode_event, json_object

# One document of each kind, each key with a value that is not its default.
SETUP: dict[str, Any] = {
    "versions": {"sdk": "0.1.29", "rust_core": None}, "packages": {"flask": "3.1.2"}, "locked": True,
    "sdk_source": "index", "with": "flask<3", "rust_core": "1", "sentinels": False, "forgives": ["floats"],
    "app_port": 8001, "variables": {"A": "b"}, "ready_s": 60.5, "seconds": {"record": 1.5}, "goes_on": True,
}  # fmt: skip
RECORDING: dict[str, Any] = {
    "suite": "flask", "port": 8000, "runtime": "local", "partial": "creat*", "services": {"upstream": "127.0.0.1:9123"},
    "parameters": {"TimeZone": "UTC"}, "servers": {"redis_server": "7.2"}, "app_port": 8001, "sdk": "0.1.28",
    "rust_core": "0", "locked": True, "exit_status": 3, "started": 1.5, "flushed": 2.5, "left_behind": ["7 sleep"],
}  # fmt: skip
REQUEST: dict[str, Any] = {
    "n": 7, "name": "create order", "method": "POST", "path": "/orders", "started": 1.5, "ended": 2.5, "status": 201,
    "body": "aa", "problems": ["p"], "calls": {"requests": 2}, "late": True, "expect_unpatched": {"connect": 1},
    "leaks": ["upstream: GET /"], "background": 1, "differs": [["status", "", 500]], "size": 20, "recorded": "size",
    "replayed": False, "refused": 2, "inexact": {"$.url": 1}, "unanswered": ["GET a"], "errors": ["KeyError: 1"],
    "reached": ["GET /b"], "asked": {"requests": ["GET /a"]}, "at": "src/x.py:1",
    "expected": {"status": 201, "headers": {"X": "a"}, "body": {"base64": "aGk="}},
}  # fmt: skip
END: dict[str, Any] = {"end": True, "sent": 3, "unanswered": ["GET a"]}
REPLAY: dict[str, Any] = {
    "exit_status": 1, "cli": {"name": "official", "version": "v1"}, "network_isolated": True, "own_files": True,
    "left_behind": ["7 sleep"], "retries": [{"trace_id": "t", "started": 5.5, "exit_status": 0}],
    "seconds": {"replay": 2.5}, "network_detail": "d",
}  # fmt: skip
LISTENING: dict[str, Any] = {"event": "listening", "service": "s", "address": "a", "at": 1.5}
TOUCHED: dict[str, Any] = {"event": "touched", "service": "s", "what": "w", "at": 1.5}
CLOSED: dict[str, Any] = {"event": "closed", "at": 1.5}
ASKED: dict[str, Any] = {
    "event": "mock", "trace_id": "t", "asked": "GET /", "found": True, "pre_app_start": True,
    "closest": [{"trace_id": "a", "span_id": "b", "asked": "c", "difference": "d"}], "note": "n", "at": 9.5,
    "instrumentation": "i", "differs": ["$.url"], "matched_trace": "m", "matched_span": "s", "by": "reduced",
    "reused": True,
}  # fmt: skip
WINDOW: dict[str, Any] = {"event": "test", "trace_id": "t", "started": 1.5, "ended": 2.5, "logged": 7}
COOKIES = [["Set-Cookie", "a=1"], ["set-cookie", "b=2"]]
ANSWER: dict[str, Any] = {"event": "answer", "trace_id": "t", "status": 200, "headers": COOKIES, "body": "aGk="}
INBOUND: dict[str, Any] = {"event": "inbound", "trace_id": "t", "output": {}, "schema": {}}
ALERT: dict[str, Any] = {"event": "alert", "at": 1.5, "trace_id": "t", "kind": "unpatched_dependency"}
DROPPED: dict[str, Any] = {"event": "dropped", "at": 1.5, "reason": "r"}
ENDED: dict[str, Any] = {"event": "end", "exit_status": 1}
STATED = REQUEST["expected"]

KINDS: dict[str, tuple[Any, dict[str, Any]]] = {
    "setup": (decoding.Setup, SETUP),
    "recording": (decoding.Recording, RECORDING),
    "request": (decoding.Request, REQUEST),
    "end": (decoding.End, END),
    "replay": (decoding.Replay, REPLAY),
    "listening": (decoding.SENTINEL, LISTENING),
    "touched": (decoding.SENTINEL, TOUCHED),
    "closed": (decoding.SENTINEL, CLOSED),
    "mock": (decoding.MOCK, ASKED),
    "test": (decoding.MOCK, WINDOW),
    "answer": (decoding.MOCK, ANSWER),
    "inbound": (decoding.MOCK, INBOUND),
    "alert": (decoding.MOCK, ALERT),
    "dropped": (decoding.MOCK, DROPPED),
    "mocks end": (decoding.MOCK, ENDED),
}


def decoded(name: str, raw: dict[str, Any]) -> Any:
    kind = KINDS[name][0]
    if kind is decoding.Request:
        return decoding.decode_request(raw)
    return decode_event(raw, kind) if isinstance(kind, tuple) else decode(raw, kind)


EXPECTED = {"request": {"expected": STATED}, "end": {"end": True}}
"""Kind → keys that msgspec does not write as they were."""
VALUES: tuple[Any, ...] = (None, True, 7, 1.5, "x", [], {})
MAY_BE_NULL = {
    "setup": {"versions.sdk"},
    "recording": {"partial", "servers.redis_server", "exit_status"},
    "request": {"status", "body"},
    "replay": {"exit_status"},
    "mocks end": {"exit_status"},
}
MAY_BE_MISSING = {
    "setup": {"goes_on"},
    "recording": {"left_behind"},
    "request": {"at"},
    "replay": {"network_detail"},
    "mock": {"differs", "reused", *(f"closest.0.{key}" for key in ASKED["closest"][0])},
}
FREE = {"expected", "differs.0.2", "output", "schema", "end", "versions.rust_core"}
MAPS = {
    "services", "parameters", "servers", "versions", "variables", "packages", "seconds", "calls", "expect_unpatched",
    "inexact", "asked",
}  # fmt: skip


def places(value: Any, path: str = "") -> Iterator[tuple[Any, Any, str]]:
    """(holder, key, path) of each value in a document whose kind is prescribed."""
    for key in value if isinstance(value, dict) else range(len(value)):
        here = f"{path}.{key}".lstrip(".")
        if here not in FREE:
            yield value, key, here
            yield from places(value[key], here) if isinstance(value[key], (dict, list)) else ()


@pytest.mark.parametrize("name", KINDS)
def test_every_value_is_of_its_kind_and_every_key_is_there(name: str) -> None:
    """Puts a value of each other kind in the place of each value, at any depth, and takes each key away."""
    good = KINDS[name][1]
    back = json.loads(msgspec.json.encode(decoded(name, {**good, "of a later version": 1})))
    assert {**back, **EXPECTED.get(name, {})} == good
    changed = copy.deepcopy(good)
    nulls: set[str] = set()
    left_out: set[str] = set()
    for holder, key, path in list(places(changed)):
        old = holder[key]
        for value in VALUES:
            holder[key] = value
            if type(value) is type(old) or (type(old), type(value)) == (float, int):
                continue
            try:
                decoded(name, changed)
            except Malformed as error:
                assert str(error).endswith("`") and f"`$.{path.partition('.')[0]}" in str(error), (path, str(error))
            else:
                assert value is None, f"{path} may be {value!r}"
                nulls.add(path)
        del holder[key]
        if isinstance(holder, dict) and path.partition(".")[0] not in MAPS:
            try:
                decoded(name, changed)
            except Malformed as error:
                assert f"`{key}`" in str(error) or str(error).endswith(f"`$.{key}`")
            else:
                left_out.add(path)
        holder.insert(key, old) if isinstance(holder, list) else holder.update({key: old})
    assert nulls == MAY_BE_NULL.get(name, set())
    assert left_out == MAY_BE_MISSING.get(name, set())


@pytest.mark.parametrize(
    ("name", "changes", "says"),
    [
        ("recording", {"port": 2**53}, "Expected `int` <= 9007199254740991 - at `$.port`"),
        ("recording", {"port": -(2**70)}, "Expected `int` >= -9007199254740991 - at `$.port`"),
        ("setup", {"seconds": {"record": 1e15}}, "Expected `float` < 1000000000000000.0 - at `$.seconds[...]`"),
        ("setup", {"seconds": {"record": math.nan}}, "Expected `float` > -1000000000000000.0 - at `$.seconds[...]`"),
        ("setup", {"seconds": {"record": -math.inf}}, "Expected `float` > -1000000000000000.0 - at `$.seconds[...]`"),
        ("recording", {"services": {"a": "b", "c": 7}}, "Expected `str`, got `int` - at `$.services[...]`"),
        ("request", {"recorded": "mood"}, r"Expected `str` matching regex '\\A(status|type|size|rule|sampling|)\\Z'"),
        ("request", {"differs": [["body"]]}, "Expected `array` of length 3, got 1 - at `$.differs[0]`"),
        ("request", {"differs": [["body", "$", 1, 2]]}, "Expected `array` of length 3, got 4 - at `$.differs[0]`"),
        ("replay", {"cli": {"name": "other", "version": ""}}, r"Expected `str` matching regex '\\A(bundled|official)"),
        ("answer", {"headers": [["a"]]}, "Expected `array` of length 2, got 1 - at `$.headers[0]`"),
        ("answer", {"body": "aGk"}, "Invalid base64 encoded string - at `$.body`"),
        ("answer", {"body": "a,b!"}, "Invalid base64 encoded string - at `$.body`"),
        ("answer", {"body": "\ud800"}, "'utf-8' codec can't encode character '\\ud800'"),
        ("mock", {"event": "other"}, "Expected one of connect, test, mock, answer, inbound, alert, dropped, end, got "),
        ("closed", {"event": "other"}, "Expected one of listening, touched, closed, got 'other' - at `$.event`"),
        *(
            ("mock", {key: ""}, "Object with `found` lacks `matched_trace`, `matched_span` or `by`")
            for key in ("matched_trace", "matched_span", "by")
        ),
    ],
)
def test_a_value_beyond_its_bounds(name: str, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(Malformed) as caught:
        decoded(name, {**KINDS[name][1], **changes})
    assert str(caught.value).startswith(says)


def test_values_at_their_bounds() -> None:
    assert decode({**RECORDING, "port": 2**53 - 1}, decoding.Recording).port == 2**53 - 1
    assert decode({**SETUP, "seconds": {"record": 9e14}}, decoding.Setup).seconds == {"record": 9e14}
    assert decoding.decode_request({**REQUEST, "recorded": ""}).recorded == ""
    assert decode_event({"event": "connect", "at": 1}, decoding.MOCK) == decoding.Connect()
    asked = {key: value for key, value in ASKED.items() if key not in ("matched_trace", "matched_span", "by")}
    assert decode({**asked, "found": False}, decoding.Asked).matched_span == ""


@pytest.mark.parametrize("value", [2**70, -(2**70), math.inf, 1e300, "\ud800", {"a": [None, True]}])
def test_what_an_application_says_is_kept_as_it_is(value: Any) -> None:
    line = json.dumps({**REQUEST, "differs": [["body", "$", value]], "expected": {**STATED, "body": {"value": value}}})
    request = decoding.decode_request(json_object(line.encode()))
    assert (request.differs[0][2], request.expected.body) == (value, value)
    said = json.dumps({**INBOUND, "output": {"body": value}})
    assert decode(json_object(said.encode()), decoding.Inbound).output == {"body": value}


def test_an_expected_answer() -> None:
    stated = {**STATED, "headers": {"X": {"__matches__": "a+"}}}
    expected = decoding.decode_request({**REQUEST, "expected": stated}).expected
    assert (expected.status, expected.body, str(expected.headers)) == (201, b"hi", "{'X': matches('a+')}")
    assert decoding.decode_request(REQUEST).by_design
    assert not decoding.decode_request({**REQUEST, "recorded": "", "replayed": True}).by_design


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "OK"}, {"status": math.inf}, {"status": None}, {"body": {}}, {"body": "text"},
        {"body": {"base64": "aGk"}}, {"body": {"base64": "aG,k="}}, {"body": {"base64": 7}}, {"headers": None},
        {"headers": []}, {"body": {"value": [{"__matches__": "("}]}}, {"headers": {"X": {"__matches__": 7}}},
    ],
    ids=repr,
)  # fmt: skip
def test_an_expected_answer_that_is_none_is_reported(changes: dict[str, Any]) -> None:
    without = [{key: value for key, value in STATED.items() if key != missing} for missing in STATED]
    for expected in ({**STATED, **changes}, "OK", None, *without):
        with pytest.raises(Malformed, match=r"^`\$\.expected` is no expected answer"):
            decoding.decode_request({**REQUEST, "expected": expected})
    with pytest.raises(Malformed, match=r"^`\$\.expected` is no expected answer \(KeyError: 'expected'\)"):
        decoding.decode_request({key: value for key, value in REQUEST.items() if key != "expected"})


def test_a_header_of_an_answer_is_found_by_its_name_in_any_case_of_letters() -> None:
    answer = decode(ANSWER, decoding.Answered)
    assert (answer.values("SET-COOKIE"), answer.header("Set-cookie")) == (["a=1", "b=2"], "a=1, b=2")
    assert (answer.values("cookie"), answer.header("cookie")) == ([], None)


def test_the_closest_call_in_words() -> None:
    near = [{"asked": "GET /a", "difference": "url"}, {"asked": "GET /b"}]
    words = [decode({**ASKED, "closest": near[first:]}, decoding.Asked).closest for first in range(3)]
    assert words == ["GET /a; url", "GET /b", ""]


def test_the_test_that_ran_is_the_last_that_had_begun() -> None:
    mocks = decoding.Mocks(tests=(decoding.Window("late", 5.0, 6.0, 0), decoding.Window("early", 1.0, 2.0, 0)))
    times = {0.9: None, 1.0: "early", 4.9: "early", 5.0: "late", 9.0: "late"}
    assert {at: mocks.running_at(at) for at in times} == times
    assert decoding.Mocks().running_at(1.0) is None
