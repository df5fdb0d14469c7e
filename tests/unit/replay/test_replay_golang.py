"""Go's way with JSON, text and regular expressions (expectations printed by Go 1.26)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from e2e_common.replay.golang import NotJSON, clean, compile_regex, parse_json, print_json, text_form


@pytest.mark.parametrize(
    ("number", "text", "encoded"),
    [
        (1e5, "100000", "100000"),
        (999999, "999999", "999999"),
        (1e6, "1e+06", "1000000"),
        (7712345, "7.712345e+06", "7712345"),
        (1234567.5, "1.2345675e+06", "1234567.5"),
        (1.5, "1.5", "1.5"),
        (-2.25, "-2.25", "-2.25"),
        (0.0001, "0.0001", "0.0001"),
        (0.00001, "1e-05", "0.00001"),
        (1e-7, "1e-07", "1e-7"),
        (1e20, "1e+20", "100000000000000000000"),
        (1e21, "1e+21", "1e+21"),
        (12345678901234567890, "1.2345678901234567e+19", "12345678901234567000"),
        (0, "0", "0"),
    ],
)
def test_numbers(number: float, text: str, encoded: str) -> None:
    assert text_form(float(number)) == text
    assert print_json(float(number), 0) == encoded


def test_text_form_of_trees() -> None:
    assert text_form({"b": [1.0, "x", None, True, {"z": 1.5}], "a": {"k": "v w"}}) == (
        "map[a:map[k:v w] b:[1 x <nil> true map[z:1.5]]]"
    )


def test_printing_is_go_s() -> None:
    value: dict[str, Any] = {"z": [], "m": {}, "s": 'a\u2028b<>&é"\\/\t\n\ud800', "n": None, "a": [1.0, {"k": False}]}
    assert print_json(value, 0) == (
        '{\n  "a": [\n    1,\n    {\n      "k": false\n    }\n  ],\n  "m": {},\n  "n": null,\n'
        '  "s": "a\\u2028b\\u003c\\u003e\\u0026é\\"\\\\/\\t\\n\ufffd",\n  "z": []\n}'
    )


def test_keys_are_sorted_from_the_given_level_on() -> None:
    printed = print_json({"b": {"d": 1, "c": 2}, "a": 3}, 1)
    assert list(json.loads(printed)) == ["b", "a"]
    assert list(json.loads(printed)["b"]) == ["c", "d"]


@pytest.mark.parametrize(
    "text",
    ["NaN", "Infinity", "-Infinity", "\ufeff{}", "1e400", "[1,]", "01", '"\x01"', '"\\x"', "", "1" * 400, "{}{}"],
)
def test_what_is_not_json_for_go(text: str) -> None:
    with pytest.raises(NotJSON):
        parse_json(text)


def test_json_as_go_reads_it() -> None:
    assert parse_json("9007199254740993") == 9007199254740992.0
    assert parse_json('{"a": 1, "a": {"b": 2}}') == {"a": {"b": 2.0}}
    assert parse_json('["\\ud800", {"\\udc00x": "\\ud83d\\ude00"}]') == ["\ufffd", {"\ufffdx": "\U0001f600"}]
    assert parse_json(b'"\xff\xfe"'.decode(errors="surrogateescape")) == "\ufffd\ufffd"
    assert clean("plain") == "plain"


@pytest.mark.parametrize("depth", [2000, 9000])
def test_deep_nesting(depth: int) -> None:
    value = parse_json("[" * depth + "7" + "]" * depth)
    for _ in range(depth):
        value = value[0]
    assert value == 7
    assert parse_json('{"a":' * depth + "1" + "}" * depth).keys() == {"a"}


@pytest.mark.parametrize(
    ("pattern", "text", "hit"),
    [
        ("a$", "a\n", False),
        ("(?m)a$", "a\n", True),
        (r"\d", "\u0665", False),
        (r"^\w$", "é", False),
        ("[[:digit:]]+x", "12x", True),
        ("[[:alpha:]$]z", "$z", True),
        (r"\Qa.b\E$", "xa.b", True),
        (r"\Qa.b\E", "aXb", False),
        ("x(?i)ab", "XAB", True),
        ("(?<n>a)b", "ab", True),
        ("(?P<n>a)b", "ab", True),
        (r"a\$", "a$b", True),
        ("a.b", "a\nb", False),
        ("(?s)a.b", "a\nb", True),
    ],
)
def test_regular_expressions(pattern: str, text: str, hit: bool) -> None:
    assert (compile_regex(pattern).search(text) is not None) is hit
