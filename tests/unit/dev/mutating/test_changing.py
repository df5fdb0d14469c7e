"""How the values of a recording are found and changed."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from e2e_common.dev.mutating.changing import WORD, leaves, leaves_of_base64, leaves_of_body, leaves_of_form, other


def b64(text: str | bytes) -> str:
    return base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()


LAST = " (its last item)"


@pytest.mark.parametrize(
    ("value", "places"),
    [
        (7, [""]),
        (None, [""]),
        ("text", [""]),
        ([], [""]),
        ({}, [""]),
        ({"a": 1, "b": [2, {"c": 3}]}, ["a", "b[0]", "b[1].c", f"b{LAST}"]),
        ('{"a":[1]}', ["$.a[0]", f"$.a{LAST}"]),
        ("{not JSON}", [""]),
        ("[1 ,2]", [""]),  # a form that we would not write again
        ("12", [""]),
        ({"__bytes__": b64('{"a": 1}')}, ["__bytes__$.a"]),
        ({"__bytes__": "no base64"}, ["__bytes__"]),
        ({"__bytes__": True, "encoding": "utf8", "value": "tea"}, ["value"]),
        ({"__float__": True, "value": 1.5}, ["value"]),
        ({"__uuid__": "x"}, ["__uuid__"]),
    ],
)
def test_every_value_that_holds_no_other_is_a_leaf(value: Any, places: list[str]) -> None:
    assert [path for path, _ in leaves(value)] == places


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("", [WORD]),
        ("no base64!", ["no bate64!"]),
        (b64("plain"), [b64("plbin")]),
        (b64(b"\xff\xfe"), [b64(b"\xff\xff")]),
        (b64('{"a": 1, "b": "ü"}\n'), [b64('{"a": 2, "b": "ü"}\n'), b64('{"a": 1, "b": "üx"}\n')]),
    ],
)
def test_a_body_is_looked_into(text: str, changed: list[Any]) -> None:
    assert [change() for _, change in leaves_of_base64(text)] == changed


def test_each_field_of_a_form_is_a_leaf_as_it_stands() -> None:
    found = {path: change() for path, change in leaves_of_form("a=1&b&c=")}
    assert found == {"1 a": "a=2&b&c=", "2 b": f"a=1&b={WORD}&c=", "3 c": f"a=1&b&c={WORD}"}
    assert [change() for _, change in leaves_of_body(b64("a=1&b=2"), True)] == [b64("a=2&b=2"), b64("a=1&b=3")]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": [1, 2]}, [{"a": [2, 2]}, {"a": [1, 3]}, {"a": [1]}]),
        ('{"a":1,"b":"ü"}', ['{"a":2,"b":"ü"}', '{"a":1,"b":"üx"}']),
        ('{"a": 1, "b": "\\u00fc"}\n', ['{"a": 2, "b": "\\u00fc"}\n', '{"a": 1, "b": "\\u00fcx"}\n']),
        ({"__bytes__": b64('{"a":[1]}')}, [{"__bytes__": b64('{"a":[2]}')}, {"__bytes__": b64('{"a":[]}')}]),
        ({"__bytes__": b64("tea")}, [{"__bytes__": b64("tfa")}]),
    ],
)
def test_one_value_is_changed_and_all_around_it_stays(value: Any, expected: list[Any]) -> None:
    before = json.dumps(value)
    assert [change() for _, change in leaves(value)] == expected
    assert json.dumps(value) == before


@pytest.mark.parametrize(
    ("value", "new"),
    [
        (True, False),
        (0, 1),
        (200.0, 201.0),
        (None, WORD),
        ([], [WORD]),
        ({}, {WORD: True}),
        ("", WORD),
        ("a", "b"),
        ("Z", "A"),
        ("9", "0"),
        ("SELECT 3", "SELEDT 3"),
        ("☕", "☕x"),
        ("a%20b", "a%20bx"),
        (b"\xff\xfe", b"\xff\xff"),
    ],
)
def test_a_value_is_changed_a_little(value: Any, new: Any) -> None:
    assert other(value) == new
    assert type(other(value)) is type(new) or value is None
