"""The steps of matching in their documented order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from e2e_common.artifacts.call_text import describe
from e2e_common.tusk.matching import Matcher, reduce_value, reduced_text
from e2e_common.tusk.server import closest
from tests.unit.tusk.replay_support import HEADERS_DO_NOT_COUNT, call, recording_of, root_dict, span, span_dict

Recorded = dict[str, list[dict[str, Any]]]
"""Trace id → its calls, as fields of `span_dict` and "id". Each trace but t0 has a root span."""


def s(span_id: str, **fields: Any) -> dict[str, Any]:
    return {"id": span_id, **fields}


def by(value_hash: str = "", **fields: Any) -> dict[str, Any]:
    """A call that is asked for in t1, or in `test_id`."""
    return {"value_hash": value_hash, **fields}


def body(text: str) -> dict[str, Any]:
    return {"inputValue": {"method": "POST", "path": "/a", "body": text}, "inputSchema": {"type": 6}}


EARLY: dict[str, Any] = {"isPreAppStart": True}
V: dict[str, Any] = {"inputValueHash": "v"}
BOOT: dict[str, Any] = {**EARLY, "inputValueHash": "boot", "inputValue": {"method": "GET", "url": "http://up/x"}}
AT_BOOT: dict[str, Any] = {**EARLY, "test_id": ""}
OTHER_HEADERS = {"method": "GET", "url": "http://up/a", "hostname": "up", "path": "/a", "headers": {"x": "now"}}
REDUCED: dict[str, Any] = {"value": OTHER_HEADERS, "inputSchema": HEADERS_DO_NOT_COUNT}
OTHER_PATH: dict[str, Any] = {**OTHER_HEADERS, "url": "http://up/b", "path": "/b"}
REDUCED_PATH: dict[str, Any] = {"value": {**OTHER_PATH, "headers": {}}, "inputSchema": HEADERS_DO_NOT_COUNT}
SHAPE: dict[str, Any] = {"value": {"method": "GET", "url": "http://up/a?", "path": "/a"}, "schema_hash": "schema"}
BODY: dict[str, Any] = {"value": {"method": "POST", "path": "/a", "body": "abcdefgh"}, "schema_hash": "schema"}
TWO: Recorded = {"t1": [s("s1")], "t2": [s("s9")]}


def _matcher(folder: Path, recorded: Recorded, running: str = "t1") -> Matcher:
    files = {}
    for trace, calls in recorded.items():
        spans = [span_dict(fields["id"], trace, **{k: v for k, v in fields.items() if k != "id"}) for fields in calls]
        files[trace] = [*spans, root_dict(trace)] if trace != "t0" else spans
    matcher = Matcher(recording_of(folder, **files))
    _step(matcher, f"start {running}")
    return matcher


def _step(matcher: Matcher, asked: Any) -> str | None:
    """What answers a call, and by what, with a "+" if it had answered before; None if nothing does. A text starts or
    finishes a test."""
    if isinstance(asked, str):
        step, _, trace_id = asked.partition(" ")
        (matcher.start if step == "start" else matcher.finish)(trace_id)
        return asked
    match = matcher.match(call(**{k: v for k, v in asked.items() if k != "test_id"}), asked.get("test_id", "t1"))
    return f"{match.span.span_id} {match.by}" + "+" * match.reused if match else None


CASES: dict[str, tuple[Recorded, str, list[Any], list[str | None]]] = {
    # id: what is recorded, the test now running, what is asked for, what answers it
    "unused, then the first used": (
        {"t1": [s("s2", **V, timestamp={"seconds": 1_700_000_009}), s("s1", **V)]},
        "t1", [by("v")] * 4, ["s1 value", "s2 value", "s1 value+", "s1 value+"],
    ),
    "the trace asks for no package and no phase": (
        {"t1": [s("s1")]},
        "t1", [by("value-s1", packageName="redis", **EARLY), by(**REDUCED, packageName="redis")],
        ["s1 value", "s1 reduced+"],
    ),
    "reduced value in the trace": (
        {"t1": [s("s1"), s("s2")]}, "t1", [REDUCED] * 3, ["s1 reduced", "s2 reduced", "s1 reduced+"],
    ),
    "value before reduced value": (
        {"t1": [s("s1"), s("s2")]}, "t1", [by("value-s2", **REDUCED)], ["s2 value"],
    ),
    "no reduced value without a schema": (
        {"t1": [s("s1", packageName="redis", inputSchema={})]},
        "t1", [by(value=span("s1").input_value, packageName="redis")], [None],
    ),
    "the suite after the trace, of the same phase": (
        {"t0": [s("early", **EARLY, inputValueHash="boot", inputValue={"command": "PING"})], **TWO},
        "t1", [by("value-s9"), by("value-s9"), by("boot"), by("boot", **EARLY)],
        ["s9 value", "s9 value+", None, "early value"],
    ),
    "reduced value in the trace before value in the suite": (
        TWO, "t1", [by("value-s9", **REDUCED)] * 2, ["s1 reduced", "s1 reduced+"],
    ),
    "reduced value in the suite": (
        {"t1": [], "t2": [s("s9", inputValue=OTHER_PATH)]},
        "t1", [REDUCED_PATH, {**REDUCED_PATH, **EARLY}], ["s9 reduced", None],
    ),
    "value in the suite before shape in the trace": (
        TWO, "t1", [by("value-s9", **SHAPE), by("unknown", **SHAPE), by("unknown", **SHAPE)],
        ["s9 value", "s1 shape", "s1 shape+"],
    ),
    "shape wants the package, and takes the most similar": (
        {"t1": [s("s1", **body("zzzzzzzz")), s("s2", **body("abcdefgx")), s("s3", **body("abcdefgx"))]},
        "t1", [{**BODY, "packageName": "https"}, BODY, BODY, BODY, BODY],
        [None, "s2 shape", "s3 shape", "s1 shape", "s2 shape+"],
    ),
    "an empty test id is the running test, and marks nothing without one": (
        {"t1": [s("s1", **V)], "t2": [s("s2", **V)]},
        "t2", [by("v", test_id=""), "finish t2", by("v", test_id=""), by("v", test_id="")],
        ["s2 value", "finish t2", "s1 value", "s1 value"],
    ),
    "before the start, down to the schema": (
        {"t0": [s("e1", **BOOT), s("e2", **BOOT)], "t1": []},
        "",
        [
            by("boot", **AT_BOOT), {"value": BOOT["inputValue"], "inputSchema": HEADERS_DO_NOT_COUNT, **AT_BOOT},
            *[by(schema_hash="schema", **AT_BOOT)] * 3, by(inputSchema={"type": 7}, **AT_BOOT),
            by(schema_hash="schema", test_id=""),
        ],
        ["e1 value", "e1 reduced", "e1 shape", "e2 shape", "e1 shape+", None, None],
    ),
    "before the start, down to the schema also in a test": (
        {"t0": [s("e1", **BOOT)], "t1": []}, "t1", [by(schema_hash="schema", **EARLY)], ["e1 shape"],
    ),
    "a test that starts again has used nothing": (
        {"t1": [s("s1")]},
        "t1", [by("value-s1"), by("value-s1"), "start t1", by("value-s1"), "finish t1", by("value-s1")],
        ["s1 value", "s1 value+", "start t1", "s1 value", "finish t1", "s1 value"],
    ),
    "files without a root are not searched": (
        {"t1": [], "t0": [s("lost")]}, "t1", [by("value-lost")], [None],
    ),
    "another test than the running one": (
        {"t1": [s("s1", **V)], "t2": [s("s3", **V, timestamp={"seconds": 1_700_000_002}), s("s2", **V)]},
        "t1", [*[by("v", test_id="t2")] * 3, by("v", test_id="unknown")],
        ["s2 value", "s3 value", "s2 value+", "s1 value"],
    ),
    "what a test has used does not count for another": (
        {"t1": [s("s1")], "t2": [s("s2"), s("s3")]},
        "t1", [by("value-s1"), by("value-s2"), "finish t1", by("value-s2"), "start t2", by("value-s2", test_id="t2")],
        ["s1 value", "s2 value", "finish t1", "s2 value+", "start t2", "s2 value"],
    ),
    "of many candidates the first fifty": (
        {"t1": [s(f"s{n:02}", inputValue={"method": "GET", "path": "/a", "n": n}) for n in range(51)]},
        "t1", [by(schema_hash="schema", value={"method": "GET", "path": "/a", "n": 50})] * 2,
        ["s00 shape", "s50 shape"],  # the first has answered, so the last is now among the fifty
    ),
}  # fmt: skip


@pytest.mark.parametrize(("recorded", "running", "asked", "found"), CASES.values(), ids=CASES)
def test_matching(tmp_path: Path, recorded: Recorded, running: str, asked: list[Any], found: list[str | None]) -> None:
    matcher = _matcher(tmp_path, recorded, running)
    assert [_step(matcher, each) for each in asked] == found


def test_no_test_is_running_after_the_last(tmp_path: Path) -> None:
    matcher = _matcher(tmp_path, TWO)
    _step(matcher, by("value-s9"))
    _step(matcher, "finish t1")
    assert (matcher.current, matcher.used) == ("", {("t2", "s9")})


@pytest.mark.parametrize("package", ["psycopg", "psycopg2", "sqlalchemy"])
@pytest.mark.parametrize(("submodule", "name"), [("query", "x"), ("", "psycopg.query")])
def test_sql_is_never_matched_by_shape(tmp_path: Path, package: str, submodule: str, name: str) -> None:
    matcher = _matcher(tmp_path, {"t1": [s("s1", packageName=package, inputValue={"query": "SELECT 1"})]})
    asked = by(packageName=package, schema_hash="schema", value={"query": "SELECT 2"})
    assert _step(matcher, {**asked, "submoduleName": submodule, "name": name}) is None
    assert _step(matcher, {**asked, "submoduleName": "copy", "name": "psycopg.copy"}) == "s1 shape"


def test_a_miss_names_the_closest_calls(tmp_path: Path) -> None:
    spans = [s(f"s{n}", inputValue={"method": "GET", "url": f"http://up/{'x' * n}y"}) for n in range(5)]
    same = {"method": "GET", "url": "http://up/xxxxz"}  # but of another library
    redis = s("r", packageName="redis", instrumentationName="RedisInstrumentation", inputValue=same)
    suite = _matcher(tmp_path, {"t0": [s("e", **EARLY)], "t1": [*spans, redis]}).suite
    found = closest(call(same), "t1", suite)
    assert [each["span_id"] for each in found] == ["s4", "s3", "s2"]
    difference = "$.url: http://up/xxxxy recorded, http://up/xxxxz asked"
    assert found[0] == {"trace_id": "t1", "span_id": "s4", "asked": "GET http://up/xxxxy", "difference": difference}
    assert closest(call(span("e").input_value), "t1", suite)[0]["difference"] == (
        "recorded before the application was ready, asked after"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"method": "GET", "url": "http://up/a?b=1"}, "GET http://up/a?b=1"),
        ({"query": "SELECT *\n  FROM t"}, "SELECT * FROM t"),
        ({"query": "SELECT %s", "parameters": [1.0, "x"]}, 'SELECT %s with [1.0, "x"]'),
        ({"command": "SET ? ?", "arguments": ["k", 5.0]}, "SET k 5"),
        ({"command": "SET ? ?", "arguments": ["SET", "k", 5.0]}, "SET k 5"),
        ({"command": "CLUSTER SLOTS", "arguments": ["CLUSTER SLOTS"]}, "CLUSTER SLOTS"),
        ({"command": "GET ?", "arguments": [""]}, "GET "),
        ({"command": "PIPELINE: GET SET", "commands": [["GET", "k"]]}, 'PIPELINE [["GET", "k"]]'),
        ({"command": "PING", "arguments": []}, "PING"),
        ({}, "name"),
    ],
)
def test_calls_in_words(value: dict[str, Any], text: str) -> None:
    assert describe("name", value) == text


def test_reduction() -> None:
    schema = {
        "type": 6,
        "properties": {
            "gone": {"match_importance": 0.0},
            "gone_too": {"matchImportance": 0},
            "kept": {"match_importance": 0.5},
            "list": {"items": {"properties": {"gone": {"match_importance": 0}}}},
            "empty": {"items": {"match_importance": 0}},
        },
    }
    value = {
        "gone": 1, "gone_too": 1, "kept": 1, "list": [{"gone": 1, "k": True}], "empty": [1, 2], "null": None, "x": "y",
    }  # fmt: skip
    assert reduce_value(value, schema) == {"kept": 1.0, "list": [{"k": True}], "empty": [], "x": "y"}
    assert reduce_value({"x": {"y": [{"z": 1}]}}, {"type": 6}) == {"x": {"y": [{"z": 1.0}]}}
    assert reduced_text({"a": 1, "n": None}, schema) == reduced_text({"a": 1.0, "gone": 2}, schema) != ""
    assert reduced_text({"a": 1}, schema) != reduced_text({"a": True}, schema)
    assert reduced_text({"a": 1, "b": 2}, schema) == reduced_text({"b": 2, "a": 1}, schema)
    assert reduced_text(value, {}) == reduced_text({}, schema) == ""
