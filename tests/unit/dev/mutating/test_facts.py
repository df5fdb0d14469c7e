"""What the facts of a recorded request are, which of them are tried, and what each makes of the recording."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from e2e_common.artifacts.traces import parse_trace
from e2e_common.dev.mutating.facts import MOST, RecordedFact, choose, find
from e2e_common.judge.evidence import TraceFile
from tests.unit.judge import good_run

TRACE = good_run.ORDER
HTTP_ANSWER = {
    "statusCode": 200,
    "statusMessage": "OK",
    "headers": {"Content-Type": "application/json"},
    "body": base64.b64encode(b'{"id": 1, "name": "Ada"}').decode(),
    "bodySize": 24,
}
ROWS = {
    "rowcount": 1,
    "statusmessage": "SELECT 1",
    "description": [{"name": "id", "type_code": 23}],
    "rows": [[1, {"__date__": "2026-09-21"}]],
}


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


def facts_of(*spans: dict[str, Any]) -> dict[str, RecordedFact]:
    found = list(find(recorded(*spans)))
    keys = {fact.key: fact for fact in found}
    assert len(keys) == len(found), "two facts of one key"
    return keys


def test_facts_of_an_answer_over_http() -> None:
    found = facts_of(call(1, HTTP_ANSWER), root())
    of_call = {
        fact.what: fact
        for fact in found.values()
        if fact.place == "outbound 1 requests GET http://127.0.0.1:9123/weather"
    }
    assert of_call.keys() == {
        "status", "reason phrase", "response header Content-Type", "response body $.id", "response body $.name",
        "the call itself",
    }  # fmt: skip
    changed = of_call["response body $.name"].change()["call1"]
    assert changed is not None
    assert base64.b64decode(changed["outputValue"]["body"]) == b'{"id": 1, "name": "Aea"}'
    assert {**changed["outputValue"], "body": 0} == {**HTTP_ANSWER, "body": 0}
    assert of_call["status"].change()["call1"]["outputValue"]["statusCode"] == 201  # type: ignore[index]
    assert of_call["the call itself"].change() == {"call1": None}


def test_facts_of_a_result_of_a_database() -> None:
    found = facts_of(query(1, ROWS), root())
    assert {fact.what for fact in found.values() if fact.place.startswith("outbound 1 psycopg ")} == {
        "rowcount", "statusmessage", "description[0].name", "description[0].type_code", "description (its last item)",
        "rows[0][0]", "rows[0][1].__date__", "rows[0] (its last item)", "rows (its last item)", "the call itself",
    }  # fmt: skip
    [fewer] = [fact.change()["call1"] for fact in found.values() if fact.what == "rows (its last item)"]
    assert fewer is not None
    assert fewer["outputValue"]["rows"] == []


@pytest.mark.parametrize(
    ("output", "what"),
    [
        ({"errorName": "UniqueViolation", "errorMessage": "twice"}, {"errorName", "errorMessage"}),
        ({"result": None}, {"result"}),
        ({"result": {"__bytes__": True, "encoding": "utf8", "value": "x"}}, {"result.value"}),
        ({"lastrowid": 0, "chunk_count": 2, "bodySize": 3}, {"lastrowid"}),
        ({}, set()),
    ],
)
def test_facts_of_other_results(output: dict[str, Any], what: set[str]) -> None:
    found = facts_of(query(1, output), root())
    assert {fact.what for fact in found.values() if " result " in fact.key} == what


def test_calls_of_one_library_are_swapped_where_their_results_differ() -> None:
    calls = [query(1, {"rowcount": 1}), query(2, {"rowcount": 2}), query(3, {"rowcount": 1}), call(4, HTTP_ANSWER)]
    found = [fact for fact in facts_of(*calls, root()).values() if fact.key.endswith(" swapped")]
    assert [fact.key for fact in found] == ["outbound 1 and 2 psycopg swapped", "outbound 2 and 3 psycopg swapped"]
    changes = found[0].change()
    assert {name: span and span["outputValue"] for name, span in changes.items()} == {
        "call1": {"rowcount": 2},
        "call2": {"rowcount": 1},
    }


def test_calls_are_numbered_by_their_beginning_and_other_spans_are_none() -> None:
    inside = call(3, {"x": 1}, kind=1)
    early = call(4, {"x": 1}, isPreAppStart=True)
    found = facts_of(query(2, {"rowcount": 2}), query(1, {"rowcount": 1}, "SELECT 'first'"), inside, early, root())
    assert {fact.place for fact in found.values() if fact.what == "the call itself"} == {
        "outbound 1 psycopg SELECT 'first'",
        "outbound 2 psycopg SELECT 1",
    }


@pytest.mark.parametrize(("seconds", "numbered"), [(0.5, "ab"), (0.01, "ba")])
def test_calls_that_overlap_are_numbered_by_what_they_ask(seconds: float, numbered: str) -> None:
    found = facts_of(query(20, {"x": "a"}, "a"), query(10, {"x": "b"}, "b", seconds), root())
    assert {fact.place for fact in found.values() if fact.what == "the call itself"} == {
        f"outbound {number} psycopg {text}" for number, text in enumerate(numbered, start=1)
    }


def test_a_port_is_no_part_of_a_key() -> None:
    keys = [set(facts_of(call(1, {"result": {f"127.0.0.1:{port}": "x"}}), root())) for port in (7000, 46133)]
    assert keys[0] == keys[1]


def test_facts_of_the_request() -> None:
    body = base64.b64encode(b'{"item": "tea", "tags": [1]}').decode()
    found = facts_of(root("/orders/7?limit=2&flag", method="POST", body=body))
    changed = {fact.what: fact.change()["root"]["inputValue"] for fact in found.values() if fact.place == "the request"}  # type: ignore[index]
    assert {
        what: value["target"] for what, value in changed.items() if value["target"] != "/orders/7?limit=2&flag"
    } == {
        "path": "/orders/8?limit=2&flag",
        "query 1 limit": "/orders/7?limit=3&flag",
        "query 2 flag": "/orders/7?limit=2&flag=changed",
    }
    assert changed["method"]["method"] == "GET"
    assert base64.b64decode(changed["body $.item"]["body"]) == b'{"item": "tfa", "tags": [1]}'
    assert base64.b64decode(changed["body $.tags (its last item)"]["body"]) == b'{"item": "tea", "tags": []}'


@pytest.mark.parametrize(("path", "new"), [("/", "/changed"), ("/a/b/", "/a/c/"), ("/a%20b", "/a%20bx")])
def test_another_path_has_another_last_part(path: str, new: str) -> None:
    [fact] = [fact for fact in facts_of(root(path)).values() if fact.what == "path"]
    assert fact.change()["root"]["inputValue"]["target"] == new  # type: ignore[index]


def test_a_form_is_changed_field_by_field() -> None:
    given = {"body": base64.b64encode(b"a=1&b=2").decode(), "method": "POST"}
    form = facts_of(root(headers={"Content-Type": "application/x-www-form-urlencoded"}, **given))
    assert len([fact for fact in form.values() if fact.what.startswith("body")]) == 2
    assert len([fact for fact in facts_of(root(**given)).values() if fact.what.startswith("body")]) == 1


def test_a_change_leaves_the_recording_as_it_is() -> None:
    file = recorded(query(1, ROWS), call(2, HTTP_ANSWER), root("/x?a=1"))
    before = json.dumps([span.raw for span in file.spans])
    for fact in find(file):
        changes = fact.change()
        assert changes, fact.key
        assert all(new != next(s.raw for s in file.spans if s.span_id == name) for name, new in changes.items()), (
            fact.key
        )
    assert json.dumps([span.raw for span in file.spans]) == before


def many(columns: int, number: int = 1) -> list[RecordedFact]:
    rows = [[number] for number in range(columns)]
    return list(find(recorded(query(number, {"rowcount": number, "rows": rows}), root("/x?a=1"))))


def test_at_most_twenty_are_tried_and_each_kind_among_them() -> None:
    chosen = choose(many(500), "suite\nrequest")
    assert len(chosen) == MOST == 20
    assert {"rowcount", "the call itself", "method", "path", "query 1 a"} <= {fact.what for fact in chosen}


def test_fewer_facts_are_all_tried_and_in_their_order() -> None:
    found = many(3)
    assert choose(found, "any") == found


def test_the_choice_goes_by_suite_and_request_and_not_by_ids_or_values() -> None:
    keys = [fact.key for fact in choose(many(500), "seed")]
    assert [fact.key for fact in choose(many(500, number=9), "seed")] == keys
    assert [fact.key for fact in choose(many(500), "another seed")] != keys


def test_a_new_fact_moves_no_more_than_one_out() -> None:
    before = {fact.key for fact in choose(many(500), "seed")}
    after = {fact.key for fact in choose(many(501), "seed")}
    assert len(before - after) <= 1
