"""The steps of matching in their documented order (replay protocol, section 8)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from e2e_common.artifacts.call_text import describe
from e2e_common.tusk.matching import Matcher, reduce_value, reduced_hash
from e2e_common.tusk.server import closest
from tests.unit.tusk.replay_support import HEADERS_DO_NOT_COUNT, call, recording_of, root_dict, span, span_dict

OTHER_HEADERS = {"method": "GET", "url": "http://up/a", "hostname": "up", "path": "/a", "headers": {"x": "now"}}


def _matcher(folder: Path, *, running: int | None = 0, **files: list[dict[str, Any]]) -> Matcher:
    recording = recording_of(folder, **files)
    matcher = Matcher(recording)
    if running is not None:
        matcher.start(recording.tests[running])
    return matcher


def _found(matcher: Matcher, test_id: Any = "t1", **fields: Any) -> tuple[str, str] | None:
    """What answers, and by what, with a "+" where it had answered before. `fields`: of `call`."""
    match = matcher.match(call(**fields), test_id)
    return (match.span.span_id, match.by + "+" * match.reused) if match else None


def test_trace_value_hash_unused_then_the_first_used(tmp_path: Path) -> None:
    same: dict[str, Any] = {"inputValueHash": "v"}
    late: dict[str, Any] = {"timestamp": {"seconds": 1_700_000_009, "nanos": 0}}
    matcher = _matcher(tmp_path, a=[span_dict("s2", **same, **late), span_dict("s1", **same), root_dict()])
    found = [_found(matcher, value_hash="v") for _ in range(4)]
    assert found == [("s1", "value"), ("s2", "value"), ("s1", "value+"), ("s1", "value+")]


def test_the_trace_asks_neither_for_the_package_nor_for_the_phase(tmp_path: Path) -> None:
    matcher = _matcher(tmp_path, a=[span_dict("s1"), root_dict()])
    assert _found(matcher, value_hash="value-s1", packageName="redis", isPreAppStart=True) == ("s1", "value")
    assert _found(matcher, value=OTHER_HEADERS, inputSchema=HEADERS_DO_NOT_COUNT, packageName="redis") == (
        "s1",
        "reduced+",
    )


def test_reduced_value_in_the_trace(tmp_path: Path) -> None:
    matcher = _matcher(tmp_path, a=[span_dict("s1"), span_dict("s2"), root_dict()])
    asked = {"value": OTHER_HEADERS, "inputSchema": HEADERS_DO_NOT_COUNT}
    assert [_found(matcher, **asked) for _ in range(3)] == [("s1", "reduced"), ("s2", "reduced"), ("s1", "reduced+")]


def test_no_schema_means_no_reduced_hash(tmp_path: Path) -> None:
    matcher = _matcher(tmp_path, a=[span_dict("s1", packageName="redis", inputSchema={}), root_dict()])
    value = span("s1").input_value
    assert _found(matcher, value=value, packageName="redis") is None
    assert reduced_hash(value, {}) == ""
    assert reduced_hash({}, HEADERS_DO_NOT_COUNT) == ""


def test_the_suite_is_asked_after_the_trace_and_for_the_same_phase(tmp_path: Path) -> None:
    early = span_dict("early", "t0", isPreAppStart=True, inputValueHash="boot", inputValue={"command": "PING"})
    matcher = _matcher(
        tmp_path, start=[early], a=[span_dict("s1"), root_dict()], b=[span_dict("s9", "t2"), root_dict("t2")]
    )
    assert [_found(matcher, value_hash="value-s9") for _ in range(2)] == [("s9", "value"), ("s9", "value+")]
    assert _found(matcher, value_hash="boot") is None
    assert _found(matcher, value_hash="boot", isPreAppStart=True) == ("early", "value")


def test_a_reduced_value_in_the_trace_comes_before_the_value_in_the_suite(tmp_path: Path) -> None:
    matcher = _matcher(tmp_path, a=[span_dict("s1"), root_dict()], b=[span_dict("s9", "t2"), root_dict("t2")])
    asked = {"value_hash": "value-s9", "value": OTHER_HEADERS, "inputSchema": HEADERS_DO_NOT_COUNT}
    assert [_found(matcher, **asked) for _ in range(2)] == [("s1", "reduced"), ("s1", "reduced+")]


def test_suite_by_reduced_value(tmp_path: Path) -> None:
    other = {"inputValue": {**OTHER_HEADERS, "url": "http://up/b", "path": "/b"}}
    matcher = _matcher(tmp_path, a=[root_dict()], b=[span_dict("s9", "t2", **other), root_dict("t2")])
    asked = {**other["inputValue"], "headers": {}}
    assert _found(matcher, value=asked, inputSchema=HEADERS_DO_NOT_COUNT) == ("s9", "reduced")
    assert _found(matcher, value=asked, inputSchema=HEADERS_DO_NOT_COUNT, isPreAppStart=True) is None


def test_value_in_the_suite_comes_before_shape_in_the_trace(tmp_path: Path) -> None:
    matcher = _matcher(tmp_path, a=[span_dict("s1"), root_dict()], b=[span_dict("s9", "t2"), root_dict("t2")])
    asked = {"value": {"method": "GET", "url": "http://up/a?", "path": "/a"}, "schema_hash": "schema"}
    assert _found(matcher, value_hash="value-s9", **asked) == ("s9", "value")
    assert _found(matcher, value_hash="unknown", **asked) == ("s1", "shape")
    assert _found(matcher, value_hash="unknown", **asked) == ("s1", "shape+")


def test_shape_wants_the_package_and_takes_the_most_similar(tmp_path: Path) -> None:
    def body(text: str) -> dict[str, Any]:
        return {"inputValue": {"method": "POST", "path": "/a", "body": text}, "inputSchema": {"type": 6}}

    spans = [
        span_dict("s1", **body("zzzzzzzz")),
        span_dict("s2", **body("abcdefgx")),
        span_dict("s3", **body("abcdefgx")),
    ]
    matcher = _matcher(tmp_path, a=[*spans, root_dict()])
    asked = {"value": {"method": "POST", "path": "/a", "body": "abcdefgh"}, "schema_hash": "schema"}
    assert _found(matcher, packageName="https", **asked) is None
    assert [_found(matcher, **asked) for _ in range(4)] == [
        ("s2", "shape"),
        ("s3", "shape"),
        ("s1", "shape"),
        ("s2", "shape+"),
    ]


@pytest.mark.parametrize("package", ["psycopg", "psycopg2", "sqlalchemy"])
@pytest.mark.parametrize(("submodule", "name"), [("query", "x"), ("", "psycopg.query")])
def test_sql_is_never_matched_by_shape(tmp_path: Path, package: str, submodule: str, name: str) -> None:
    recorded = span_dict("s1", packageName=package, inputValue={"query": "SELECT 1"})
    matcher = _matcher(tmp_path, a=[recorded, root_dict()])
    asked = {"packageName": package, "schema_hash": "schema", "value": {"query": "SELECT 2"}}
    assert _found(matcher, submoduleName=submodule, name=name, **asked) is None
    assert _found(matcher, submoduleName="copy", name="psycopg.copy", **asked) == ("s1", "shape")


def test_an_empty_test_id_means_the_running_test(tmp_path: Path) -> None:
    files = {
        "a": [span_dict("s1", inputValueHash="v"), root_dict()],
        "b": [span_dict("s2", "t2", inputValueHash="v"), root_dict("t2")],
    }
    matcher = _matcher(tmp_path, running=1, **files)
    assert _found(matcher, test_id="", value_hash="v") == ("s2", "value")
    matcher.finish(matcher.recording.tests[1])
    assert _found(matcher, test_id="", value_hash="v") == ("s1", "value")
    assert _found(matcher, test_id="", value_hash="v") == ("s1", "value")  # does not mark


def test_without_a_test_pre_app_start_goes_down_to_the_schema(tmp_path: Path) -> None:
    early = {"isPreAppStart": True, "inputValueHash": "boot", "inputValue": {"method": "GET", "url": "http://up/x"}}
    matcher = _matcher(
        tmp_path, running=None, start=[span_dict("e1", "t0", **early), span_dict("e2", "t0", **early)], a=[root_dict()]
    )
    boot = {"test_id": "", "isPreAppStart": True}
    assert _found(matcher, value_hash="boot", **boot) == ("e1", "value")
    by_reduced = {"value": {"method": "GET", "url": "http://up/x"}, "inputSchema": HEADERS_DO_NOT_COUNT}
    assert _found(matcher, **by_reduced, **boot) == ("e1", "reduced")
    found = [_found(matcher, schema_hash="schema", **boot) for _ in range(3)]
    assert found == [("e1", "shape"), ("e2", "shape"), ("e1", "shape+")]
    assert _found(matcher, schema_hash="", inputSchema={"type": 7}, **boot) is None
    assert _found(matcher, test_id="", schema_hash="schema") is None


def test_a_test_that_starts_again_has_used_nothing(tmp_path: Path) -> None:
    matcher = _matcher(tmp_path, a=[span_dict("s1"), root_dict()])
    test = matcher.recording.tests[0]
    assert _found(matcher, value_hash="value-s1") == ("s1", "value")
    assert _found(matcher, value_hash="value-s1") == ("s1", "value+")
    matcher.start(test)
    assert _found(matcher, value_hash="value-s1") == ("s1", "value")
    matcher.finish(test)
    assert matcher.used == set()


def test_files_without_a_root_are_not_searched(tmp_path: Path) -> None:
    matcher = _matcher(tmp_path, a=[root_dict()], split=[span_dict("lost", "t9")])
    assert _found(matcher, value_hash="value-lost") is None


def test_the_test_that_is_asked_for_need_not_be_the_running_one(tmp_path: Path) -> None:
    files = {
        "a": [span_dict("s1", inputValueHash="v"), root_dict()],
        "b": [
            span_dict("s3", "t2", inputValueHash="v", timestamp={"seconds": 1_700_000_002}),
            span_dict("s2", "t2", inputValueHash="v"),
            root_dict("t2"),
        ],
    }
    matcher = _matcher(tmp_path, running=0, **files)
    found = [_found(matcher, test_id="t2", value_hash="v") for _ in range(3)]
    assert found == [("s2", "value"), ("s3", "value"), ("s2", "value+")]
    assert _found(matcher, test_id="unknown", value_hash="v") == ("s1", "value")


def test_what_a_test_has_used_does_not_count_for_another(tmp_path: Path) -> None:
    matcher = _matcher(
        tmp_path, a=[span_dict("s1"), root_dict()], b=[span_dict("s2", "t2"), span_dict("s3", "t2"), root_dict("t2")]
    )
    assert _found(matcher, value_hash="value-s1") == ("s1", "value")
    assert _found(matcher, value_hash="value-s2") == ("s2", "value")
    matcher.finish(matcher.recording.tests[0])
    assert (matcher.current, matcher.used) == ("", {("t2", "s2")})
    matcher.start(matcher.recording.tests[1])
    assert _found(matcher, test_id="t2", value_hash="value-s2") == ("s2", "value")


def test_of_many_candidates_the_first_fifty_are_compared(tmp_path: Path) -> None:
    spans = [span_dict(f"s{n:02}", inputValue={"method": "GET", "path": "/a", "n": n}) for n in range(51)]
    matcher = _matcher(tmp_path, a=[*spans, root_dict()])
    asked = {"schema_hash": "schema", "value": {"method": "GET", "path": "/a", "n": 50}}
    assert _found(matcher, **asked) != ("s50", "shape")
    assert _found(matcher, **asked) == ("s50", "shape"), "the first has answered, so the last is now among the fifty"


def test_a_miss_names_the_closest_calls(tmp_path: Path) -> None:
    spans = [span_dict(f"s{n}", inputValue={"method": "GET", "url": f"http://up/{'x' * n}y"}) for n in range(5)]
    same = {"method": "GET", "url": "http://up/xxxxz"}  # but of another library
    redis = span_dict("r", packageName="redis", instrumentationName="RedisInstrumentation", inputValue=same)
    matcher = _matcher(tmp_path, a=[*spans, redis, root_dict()])
    found = closest(call({"method": "GET", "url": "http://up/xxxxz"}), "t1", matcher.recording.suite)
    assert [each["span_id"] for each in found] == ["s4", "s3", "s2"]
    assert found[0] == {
        "trace_id": "t1",
        "span_id": "s4",
        "asked": "GET http://up/xxxxy",
        "difference": "$.url: http://up/xxxxy recorded, http://up/xxxxz asked",
    }


def test_a_miss_by_phase_alone_says_so(tmp_path: Path) -> None:
    matcher = _matcher(tmp_path, a=[span_dict("e", "t0", isPreAppStart=True)], b=[root_dict()])
    (found,) = closest(call(span("e").input_value), "t1", matcher.recording.suite)
    assert found["difference"] == "recorded before the application was ready, asked after"


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
        "gone": 1,
        "gone_too": 1,
        "kept": 1,
        "list": [{"gone": 1, "k": True}],
        "empty": [1, 2],
        "null": None,
        "x": "y",
    }
    assert reduce_value(value, schema) == {"kept": 1.0, "list": [{"k": True}], "empty": [], "x": "y"}
    assert reduced_hash({"a": 1, "n": None}, schema) == reduced_hash({"a": 1.0, "gone": 2}, schema) != ""
    assert reduced_hash({"a": 1}, schema) != reduced_hash({"a": True}, schema)
    assert reduced_hash({"a": 1, "b": 2}, schema) == reduced_hash({"b": 2, "a": 1}, schema)
    assert reduce_value({"x": {"y": [{"z": 1}]}}, {"type": 6}) == {"x": {"y": [{"z": 1.0}]}}
