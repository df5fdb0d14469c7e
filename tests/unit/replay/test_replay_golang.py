"""Go's way with JSON, text and regular expressions (expectations printed by Go 1.26)."""

from __future__ import annotations

import json
import sys
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


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'{"\ud800": 1, "\ufffd": 2}', 2),
        (r'{"\ufffd": 1, "\ud800": 2}', 2),
        (r'{"\ud800": 1, "\udc00": 2, "\ud800": 3}', 3),
    ],
)
def test_the_last_of_keys_that_become_equal_counts(text: str, value: int) -> None:
    assert parse_json(text) == {"\ufffd": value}


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
        ("x(?i)ab", "xAB", True),
        ("(?<n>a)b", "ab", True),
        ("(?P<n>a)b", "ab", True),
        (r"a\$", "a$b", True),
        ("a.b", "a\nb", False),
        ("(?s)a.b", "a\nb", True),
        ("b6(?i)b6", "b6B6", True),
        ("b6(?i)b6", "B6b6", False),
        (r"^\s$", "\v", False),
        ("^{,3}$", "{,3}", True),
        ("^x{,3}$", "xx", False),
        (r"^\pL+$", "éα", True),
        (r"^\p{Greek}+$", "αβ", True),
        (r"^\p{Greek}+$", "ab", False),
        (r"^\PL+$", "12", True),
        (r"\x{e9}", "é", True),
        ("(?i)a(?-i)b", "AB", False),
        ("(?i)a(?-i)b", "Ab", True),
        ("[[:^digit:]]", "1", False),
        ("(?P<n>x)(?P<n>y)", "xy", True),
        (r"\\C", r"\C", True),
        (r"^\Q\C(?P<é>\E$", r"\C(?P<é>", True),
        ("^.$", "\udcff", True),
        ("", "", True),
    ],
)
def test_regular_expressions(pattern: str, text: str, hit: bool) -> None:
    assert compile_regex(pattern)(text) is hit


@pytest.mark.parametrize(
    "pattern",
    [
        r"A4\Z", r"^(?!x)A5", r"A6(?=.)", r"(?<=A)7", r"(?<!A)7", r"(A8)\1", "(?>A9)", "B1x*+", "B2(?#c)", "x{1001}",
        "(?P<n>B5)(?P=n)", "(H3)(?(1)x|y)", "(?x)H9 1", "(?a)I1", r"I2\u00e9", r"I4\N{BULLET}", "(", "[a", "\ud800",
        r"\C", r"a\\\C", r"\Qa\E\C", "(?P<é>x)", "(?<é>x)", "(" * 1001 + "x" + ")" * 1001, "x**", "x{2}{3}", r"\8",
    ],
)  # fmt: skip
def test_what_go_refuses_is_an_error(pattern: str) -> None:
    with pytest.raises(ValueError) as caught:
        compile_regex(pattern)
    assert str(caught.value)


def test_patterns_need_their_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "re2", None)  # importing it fails
    with pytest.raises(ValueError, match="package google-re2"):
        compile_regex("a")
