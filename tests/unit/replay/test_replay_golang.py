"""Go's way with JSON (expectations printed by Go 1.26)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from e2e_common.replay.golang import NotJSON, clean, for_json, parse_json


@pytest.mark.parametrize(
    ("number", "encoded"),
    [
        (1e5, "100000"),
        (999999, "999999"),
        (1e6, "1000000"),
        (7712345, "7712345"),
        (1234567.5, "1234567.5"),
        (1.5, "1.5"),
        (-2.25, "-2.25"),
        (0.0001, "0.0001"),
        (0.00001, "1e-05"),
        (1e-7, "1e-07"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (12345678901234567890, "12345678901234567000"),
        (0, "0"),
        (-0.0, "0"),
        (-1e6, "-1000000"),
        (1e15 + 0.5, "1000000000000000.5"),
    ],
)
def test_numbers(number: float, encoded: str) -> None:
    assert json.dumps(for_json(float(number))) == encoded


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
