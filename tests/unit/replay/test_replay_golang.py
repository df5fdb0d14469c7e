"""Go's way with JSON, text and regular expressions (expectations printed by Go 1.26)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from e2e_common.replay.golang import NotJSON, clean, compile_regex, for_json, parse_json, text_form


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
        (0.00001, "1e-05", "1e-05"),
        (1e-7, "1e-07", "1e-07"),
        (1e20, "1e+20", "100000000000000000000"),
        (1e21, "1e+21", "1e+21"),
        (12345678901234567890, "1.2345678901234567e+19", "12345678901234567000"),
        (0, "0", "0"),
        (-0.0, "-0", "0"),
        (-1e6, "-1e+06", "-1000000"),
        (1e15 + 0.5, "1.0000000000000005e+15", "1000000000000000.5"),
    ],
)
def test_numbers(number: float, text: str, encoded: str) -> None:
    assert text_form(float(number)) == text
    assert json.dumps(for_json(float(number))) == encoded


def test_text_form_of_trees() -> None:
    assert text_form({"b": [1.0, "x", None, True, {"z": 1.5}], "a": {"k": "v w"}}) == (
        "map[a:map[k:v w] b:[1 x <nil> true map[z:1.5]]]"
    )


def test_keys_are_printed_in_order_and_strings_clean() -> None:
    value: dict[str, Any] = {"z": [], "m": {}, "s": 'é"\ud800', "a": [1.0, {"k": False, "j": None}]}
    printed = json.dumps(for_json(value), ensure_ascii=False)
    assert printed == '{"a": [1, {"j": null, "k": false}], "m": {}, "s": "é\\"\ufffd", "z": []}'


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


@pytest.mark.parametrize(("text", "value"), [(r'{"\ud800": 1, "\ufffd": 2}', 2), (r'{"\ufffd": 1, "\ud800": 2}', 2)])
def test_the_last_of_keys_that_become_equal_counts(text: str, value: int) -> None:
    assert parse_json(text) == {"\ufffd": value}


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_what_is_nested_too_deep_is_not_read(opening: str, closing: str) -> None:
    assert parse_json(opening * 299 + "[7]" + closing * 299)
    for depth in (300, 1000, 100_000):
        with pytest.raises(NotJSON, match="nested deeper than 300 levels"):
            parse_json(opening * depth + "[7]" + closing * depth)


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
        "x**", "x{2}{3}", r"\8",
    ],
)  # fmt: skip
def test_what_go_refuses_is_an_error(pattern: str) -> None:
    with pytest.raises(ValueError) as caught:
        compile_regex(pattern)
    assert str(caught.value)
