"""What differs: the parts of two values, how a fact holds them, and what a pinned value stands for."""

from __future__ import annotations

from typing import Any

import pytest

from e2e_common.artifacts.facts import (
    ABSENT,
    Fact,
    body_facts,
    compact,
    differing,
    equal_as_json,
    fits,
    without_addresses,
)

PARTS: dict[str, tuple[Any, Any, list[Any]]] = {
    "equal": ({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}, []),
    "a value": ({"a": 1, "b": 2}, {"a": 1, "b": 3}, [("$.b", 2, 3)]),
    "every value that differs": ([1, 2, 3], [0, 2, 0], [("$[0]", 1, 0), ("$[2]", 3, 0)]),
    "a missing key": ({"a": 1}, {}, [("$.a", 1, ABSENT)]),
    "a new key": ({}, {"a": None}, [("$.a", ABSENT, None)]),
    "lists of two lengths, whole": ({"a": [1]}, {"a": [1, 2]}, [("$.a", [1], [1, 2])]),
    "two kinds, whole": ({"a": {"b": 1}}, {"a": [1]}, [("$.a", {"b": 1}, [1])]),
    "true is not 1": ([True], [1], [("$[0]", True, 1)]),
    "1 is not 1.0": ([1], [1.0], [("$[0]", 1, 1.0)]),
    "an odd key": ({"a b": {"ü.": 1}}, {"a b": {"ü.": 2}}, [('$["a b"]["ü."]', 1, 2)]),
    "a header": ({"X-Name": 1}, {"X-Name": 2}, [("$.X-Name", 1, 2)]),
    "text": ("a", "b", [("$", "a", "b")]),
}


@pytest.mark.parametrize(("expected", "actual", "parts"), PARTS.values(), ids=PARTS)
def test_the_parts_that_differ(expected: Any, actual: Any, parts: list[Any]) -> None:
    found = list(differing(expected, actual))
    assert found == parts
    assert [[type(value) for value in part] for part in found] == [[type(value) for value in part] for part in parts]


def test_for_a_cli_1_and_1_0_are_one_number_and_true_is_none() -> None:
    assert list(differing([1, 0], [1.0, -0.0], equal_as_json)) == []
    assert list(differing([1], [True], equal_as_json)) == [("$[0]", 1, True)]
    assert list(differing(["1"], [1], equal_as_json)) == [("$[0]", "1", 1)]


def test_a_body_that_is_nested_too_deep_is_one_fact() -> None:
    deep: Any = 1
    for _ in range(3000):
        deep = [deep]
    assert body_facts(deep, [deep]) == (Fact("body", "$", "(nested too deep to be compared)"),)


def test_a_long_text_is_kept_by_beginning_length_and_hash() -> None:
    text = "x" * 201
    assert compact("x" * 200) == "x" * 200
    assert compact(text) == f"{'x' * 40}… (201 characters, sha256 {compact(text)[-13:]}"
    assert compact(text) != compact(text[:-1] + "y")
    assert compact({"a": [text, 1.0, True, None]}) == {"a": [compact(text), 1, True, None]}
    many = ["y" * 100] * 30
    assert compact(many).startswith('["yyy') and "characters of JSON, sha256" in compact(many)


@pytest.mark.parametrize(
    ("value", "without"),
    [
        ("GET http://127.0.0.1:4711/x", "GET http://upstream/x"),
        ("localhost:4711 and 10.0.0.7:4711", "upstream and 10.0.0.7:4711"),
        ("127.0.0.1:47110", "127.0.0.1:47110"),
        ({"a": ["127.0.0.1:4711", 4711]}, {"a": ["upstream", 4711]}),
    ],
)
def test_the_address_of_a_service_is_its_name(value: Any, without: Any) -> None:
    assert without_addresses(value, {"upstream": "127.0.0.1:4711"}) == without
    assert without_addresses("redis:6379", {"redis": "redis:6379"}) == "redis"


FIT: list[tuple[Any, Any]] = [
    ("...", {"any": "thing"}), ("...", None), ("live-...", "live-0a1b"), ("a...b...c", "a\nb\nc"), ("a(...)", "a(b)"),
    (["x...", 1], ["xyz", 1]), ({"a": "..."}, {"a": 1}), ("(absent)", ABSENT),
]  # fmt: skip
DO_NOT_FIT: list[tuple[Any, Any]] = [
    ("live-...", "dead-0a1b"), ("a...c", "acb"), ("a...", 1), (["x...", 1], ["xyz"]), (1, 1.0), (0, False),
    ({"a": "..."}, {"a": 1, "b": 1}),
]  # fmt: skip


def test_what_a_pinned_value_stands_for() -> None:
    assert [fits(*pair) for pair in FIT] == [True] * len(FIT)
    assert [fits(*pair) for pair in DO_NOT_FIT] == [False] * len(DO_NOT_FIT)


def test_a_fact_in_words() -> None:
    found = [Fact("body", "$.id", 2), Fact("status", "", 500), Fact("not_asked", "GET /x"), Fact("body", "$", None)]
    assert [*map(str, found)] == ["body $.id: 2", "status: 500", "not asked GET /x", "body $: null"]
