"""What the values of a recorded request are, how each is changed, and which of them are tried."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from e2e_common.artifacts.traces import parse_trace
from e2e_common.dev.mutating.values import MOST, WORD, RecordedValue, choose, find, leaves, leaves_of_base64, other
from e2e_common.judge.evidence import TraceFile
from tests.unit.judge import good_run


def b64(text: str | bytes) -> str:
    return base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()


TRACE = good_run.ORDER
HTTP_ANSWER = {
    "statusCode": 200,
    "statusMessage": "OK",
    "headers": {"Content-Type": "application/json"},
    "body": b64('{"id": 1, "name": "Ada"}'),
    "bodySize": 24,
}
ROWS = {
    "rowcount": 1,
    "statusmessage": "SELECT 1",
    "description": [{"name": "id", "type_code": 23}],
    "rows": [[1, {"__date__": "2026-09-21"}]],
}
LAST = " (its last item)"


@pytest.mark.parametrize(
    ("value", "changed"),
    [
        (7, {"": 8}),
        (None, {"": WORD}),
        ({"a": 1, "b": [2, {"c": 3}]}, {"a": {"a": 2, "b": [2, {"c": 3}]}, "b[0]": {"a": 1, "b": [3, {"c": 3}]}, "b[1].c": {"a": 1, "b": [2, {"c": 4}]}, f"b{LAST}": {"a": 1, "b": [2]}}),
        ('{"a":[1],"b":"ü"}', {"$.a[0]": '{"a":[2],"b":"ü"}', f"$.a{LAST}": '{"a":[],"b":"ü"}', "$.b": '{"a":[1],"b":"üx"}'}),
        ('{"a": 1, "b": "\\u00fc"}\n', {"$.a": '{"a": 2, "b": "\\u00fc"}\n', "$.b": '{"a": 1, "b": "\\u00fcx"}\n'}),
        ("{not JSON}", {"": "{not KSON}"}),
        ("[1 ,2]", {"": "[1 ,3]"}),  # a form that we would not write again
        ("12", {"": "13"}),
        ({"__bytes__": b64('{"a":[1]}')}, {"__bytes__$.a[0]": {"__bytes__": b64('{"a":[2]}')}, f"__bytes__$.a{LAST}": {"__bytes__": b64('{"a":[]}')}}),
        ({"__bytes__": b64("tea")}, {"__bytes__": {"__bytes__": b64("tfa")}}),
        ({"__bytes__": "no base64"}, {"__bytes__": {"__bytes__": "no bbse64"}}),
        ({"__bytes__": True, "encoding": "utf8", "value": "tea"}, {"value": {"__bytes__": True, "encoding": "utf8", "value": "tfa"}}),
        ({"__float__": True, "value": 1.5}, {"value": {"__float__": True, "value": 2.5}}),
        ({"__uuid__": "x"}, {"__uuid__": {"__uuid__": "y"}}),
    ],
)  # fmt: skip
def test_every_value_that_holds_no_other_is_changed_and_all_around_it_stays(
    value: Any, changed: dict[str, Any]
) -> None:
    before = json.dumps(value)
    assert {path: change() for path, change in leaves(value)} == changed
    assert json.dumps(value) == before


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("", [WORD]),
        ("no base64!", ["no bate64!"]),
        ("ü", ["üx"]),
        (b64("plain"), [b64("plbin")]),
        (b64(b"\xff\xfe"), [b64(b"\xff\xff")]),
        (b64('{"a": 1, "b": "ü"}\n'), [b64('{"a": 2, "b": "ü"}\n'), b64('{"a": 1, "b": "üx"}\n')]),
    ],
)
def test_a_body_is_looked_into(text: str, changed: list[Any]) -> None:
    assert [change() for _, change in leaves_of_base64(text)] == changed


@pytest.mark.parametrize(
    ("value", "new"),
    [
        (True, False), (0, 1), (200.0, 201.0), (None, WORD), ([], [WORD]), ({}, {WORD: True}), ("", WORD), ("a", "b"),
        ("Z", "A"), ("9", "0"), ("SELECT 3", "SELEDT 3"), ("☕", "☕x"), ("a%20b", "a%20bx"), (b"\xff\xfe", b"\xff\xff"),
    ],
)  # fmt: skip
def test_a_value_is_changed_a_little(value: Any, new: Any) -> None:
    assert other(value) == new
    assert type(other(value)) is type(new) or value is None


def call(number: int, output: dict[str, Any], seconds: float = 0.001, **changes: Any) -> dict[str, Any]:
    return good_run.span(TRACE, f"call{number}", good_run.T0 + number / 100, seconds, outputValue=output, **changes)


def query(number: int, output: dict[str, Any], text: str = "SELECT 1", seconds: float = 0.001) -> dict[str, Any]:
    words = {"packageName": "psycopg", "instrumentationName": "PsycopgInstrumentation", "name": "psycopg.query"}
    return call(number, output, seconds, inputValue={"query": text}, **words)


def root(target: str = "/x", **given: Any) -> dict[str, Any]:
    headers = given.pop("headers", {})
    value = {"method": "GET", "target": target, "headers": {"X-E2e-Request": "1", **headers}, **given}
    return good_run.root(TRACE, 1, good_run.T0, inputValue=value)


def recorded(*spans: dict[str, Any]) -> TraceFile:
    data = "".join(json.dumps(span) + "\n" for span in spans).encode()
    return TraceFile("traces/x.jsonl", tuple(parse_trace("traces/x.jsonl", data)))


def values_of(*spans: dict[str, Any]) -> dict[str, RecordedValue]:
    found = list(find(recorded(*spans)))
    keys = {value.key: value for value in found}
    assert len(keys) == len(found), "two values of one key"
    return keys


def changed(*spans: dict[str, Any], place: str = "the request") -> dict[str, Any]:
    """What is changed at `place` → what becomes of its span."""
    found = (value for value in values_of(*spans).values() if value.place == place)
    return {value.what: next(iter(value.change().values())) for value in found}


def test_values_of_an_answer_over_http() -> None:
    found = changed(call(1, HTTP_ANSWER), root(), place="outbound 1 requests GET http://127.0.0.1:9123/weather")
    assert found.pop("the call itself") is None
    assert {what: span["outputValue"] for what, span in found.items()} == {
        "status": {**HTTP_ANSWER, "statusCode": 201},
        "reason phrase": {**HTTP_ANSWER, "statusMessage": "OL"},
        "response header Content-Type": {**HTTP_ANSWER, "headers": {"Content-Type": "applicatjon/json"}},
        "response body $.id": {**HTTP_ANSWER, "body": b64('{"id": 2, "name": "Ada"}')},
        "response body $.name": {**HTTP_ANSWER, "body": b64('{"id": 1, "name": "Aea"}')},
    }


@pytest.mark.parametrize(
    ("output", "what"),
    [
        (ROWS, ["rowcount", "statusmessage", "description[0].name", "description[0].type_code", f"description{LAST}", "rows[0][0]", "rows[0][1].__date__", f"rows[0]{LAST}", f"rows{LAST}"]),
        ({"errorName": "UniqueViolation", "errorMessage": "twice"}, ["errorName", "errorMessage"]),
        ({"result": None}, ["result"]),
        ({"lastrowid": 0, "chunk_count": 2, "bodySize": 3}, ["lastrowid"]),
        ({}, []),
    ],
)  # fmt: skip
def test_values_of_other_results(output: dict[str, Any], what: list[str]) -> None:
    found = changed(query(1, output), root(), place="outbound 1 psycopg SELECT 1")
    assert [*found] == [*what, "the call itself"]


def test_calls_of_one_library_are_swapped_where_their_results_differ() -> None:
    calls = [query(1, {"rowcount": 1}), query(2, {"rowcount": True}), query(3, {"rowcount": 1}), call(4, HTTP_ANSWER)]
    found = [value for value in values_of(*calls, root()).values() if value.key.endswith(" swapped")]
    assert [value.key for value in found] == ["outbound 1 and 2 psycopg swapped", "outbound 2 and 3 psycopg swapped"]
    outputs = {name: span and span["outputValue"] for name, span in found[0].change().items()}
    assert str(outputs) == str({"call1": {"rowcount": True}, "call2": {"rowcount": 1}})


FIRST, SECOND = query(1, {"rowcount": 1}, "SELECT 'first'"), query(2, {"rowcount": 2})
NO_CALLS = (call(3, {"x": 1}, kind=1), call(4, {"x": 1}, isPreAppStart=True))


@pytest.mark.parametrize(
    ("spans", "numbered"),
    [
        ((SECOND, FIRST, *NO_CALLS), ["SELECT 'first'", "SELECT 1"]),
        ((query(20, {"x": "a"}, "a"), query(10, {"x": "b"}, "b", 0.5)), ["a", "b"]),
        ((query(20, {"x": "a"}, "a"), query(10, {"x": "b"}, "b", 0.01)), ["b", "a"]),
    ],
    ids=["other spans are none", "overlapping: by what they ask", "by their beginning"],
)
def test_how_calls_are_numbered(spans: tuple[dict[str, Any], ...], numbered: list[str]) -> None:
    places = [value.place for value in values_of(*spans, root()).values() if value.what == "the call itself"]
    assert places == [f"outbound {number} psycopg {text}" for number, text in enumerate(numbered, start=1)]


def test_a_port_is_no_part_of_a_key() -> None:
    keys = [set(values_of(call(1, {"result": {f"127.0.0.1:{port}": "x"}}), root())) for port in (7000, 46133)]
    assert keys[0] == keys[1]


FORM: dict[str, Any] = {"body": b64("a=1&b&c="), "method": "POST"}
IS_FORM: dict[str, Any] = {"headers": {"Content-Type": "application/x-www-form-urlencoded"}}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (root("/"), {"method": ["POST", "/"], "path": ["GET", "/changed"]}),
        (root("/a/b/"), {"method": ["POST", "/a/b/"], "path": ["GET", "/a/c/"]}),
        (root("/a%20b"), {"method": ["POST", "/a%20b"], "path": ["GET", "/a%20bx"]}),
        (root("/7?n=2&x"), {"method": ["POST", "/7?n=2&x"], "path": ["GET", "/8?n=2&x"], "query 1 n": ["GET", "/7?n=3&x"], "query 2 x": ["GET", "/7?n=2&x=changed"]}),
        (root("/", method="POST", body=b64('{"a": "tea"}')), {"method": ["GET", "/", '{"a": "tea"}'], "path": ["POST", "/changed", '{"a": "tea"}'], "body $.a": ["POST", "/", '{"a": "tfa"}']}),
        (root(**FORM), {"method": ["GET", "/x", "a=1&b&c="], "path": ["POST", "/y", "a=1&b&c="], "body": ["POST", "/x", "a=1&c&c="]}),
        (root(**FORM, **IS_FORM), {"method": ["GET", "/x", "a=1&b&c="], "path": ["POST", "/y", "a=1&b&c="], "body 1 a": ["POST", "/x", "a=2&b&c="], "body 2 b": ["POST", "/x", f"a=1&b={WORD}&c="], "body 3 c": ["POST", "/x", f"a=1&b&c={WORD}"]}),
        (root(body=b64(b""), **IS_FORM), {"method": ["POST", "/x", ""], "path": ["GET", "/y", ""]}),
    ],
)  # fmt: skip
def test_values_of_the_request(given: dict[str, Any], expected: dict[str, list[str]]) -> None:
    sent = {}
    for what, span in changed(given).items():
        value = span["inputValue"]
        body = [base64.b64decode(value["body"]).decode()] if "body" in value else []
        sent[what] = [value["method"], value["target"], *body]
    assert sent == expected


def many(columns: int, number: int = 1) -> list[RecordedValue]:
    rows = [[number] for number in range(columns)]
    return list(find(recorded(query(number, {"rowcount": number, "rows": rows}), root("/x?a=1"))))


def test_at_most_twenty_are_tried_and_each_kind_among_them() -> None:
    chosen = choose(many(500), "suite\nrequest")
    assert len(chosen) == MOST == 20
    assert {"rowcount", "the call itself", "method", "path", "query 1 a"} <= {value.what for value in chosen}


def test_fewer_values_are_all_tried_and_in_their_order() -> None:
    found = many(3)
    assert choose(found, "any") == found


def test_the_choice_goes_by_suite_and_request_and_not_by_ids_or_values_and_a_new_value_moves_no_more_than_one_out() -> (
    None
):
    keys, same, other_seed, one_more = (
        {value.key for value in choose(found, seed)}
        for found, seed in ((many(500), "a"), (many(500, number=9), "a"), (many(500), "b"), (many(501), "a"))
    )
    assert same == keys != other_seed
    assert len(keys - one_more) <= 1
