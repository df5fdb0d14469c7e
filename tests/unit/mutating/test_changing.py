"""How one value of a recording is found and changed."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from e2e_common.mutating.changing import (
    WORD,
    Path,
    Step,
    changed_at,
    forgiven,
    leaves,
    leaves_of_base64,
    leaves_of_form,
    other,
    value_at,
)
from e2e_common.replay.comparison import Rules, equal

RULES = Rules()
BASE64, JSON, FORM, LAST = Step.BASE64, Step.JSON, Step.FORM, Step.LAST


def b64(text: str | bytes) -> str:
    return base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()


def token(**claims: Any) -> str:
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({"alg": "x"}, claims)
    ]
    return f"{parts[0]}.{parts[1]}.signature"


@pytest.mark.parametrize(
    ("value", "paths"),
    [
        (7, [()]),
        (None, [()]),
        ("text", [()]),
        ([], [()]),
        ({}, [()]),
        ({"a": 1, "b": [2, {"c": 3}]}, [("a",), ("b", 0), ("b", 1, "c"), ("b", LAST)]),
        ('{"a":[1]}', [(JSON, "a", 0), (JSON, "a", LAST)]),
        ("{not JSON}", [()]),
        ("[1 ,2]", [()]),  # a form that we would not write again
        ("12", [()]),
        ({"__bytes__": b64("tea")}, [("__bytes__", BASE64)]),
        ({"__bytes__": "no base64"}, [("__bytes__",)]),
        ({"__bytes__": True, "encoding": "utf8", "value": "tea"}, [("value",)]),
        ({"__float__": True, "value": 1.5}, [("value",)]),
        ({"__uuid__": "x"}, [("__uuid__",)]),
    ],
)
def test_every_value_that_holds_no_other_is_a_leaf(value: Any, paths: list[Path]) -> None:
    assert list(leaves(value)) == paths


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("", [()]),
        ("no base64!", [()]),
        (b64("plain"), [(BASE64,)]),
        (b64(b"\xff\xfe"), [(BASE64,)]),
        (b64('{"a": 1, "b": "ü"}\n'), [(BASE64, JSON, "a"), (BASE64, JSON, "b")]),
    ],
)
def test_a_body_is_looked_into(text: str, paths: list[Path]) -> None:
    assert list(leaves_of_base64(text)) == paths


def test_each_field_of_a_form_is_a_leaf_as_it_stands() -> None:
    paths = list(leaves_of_form("a=1&b&c="))
    assert paths == [(FORM, 0), (FORM, 1), (FORM, 2)]
    assert [value_at("a=1&b&c=", path) for path in paths] == ["1", "", ""]
    assert changed_at("a=1&b&c=", (FORM, 1), lambda old: f"{old}x") == "a=1&b=x&c="


@pytest.mark.parametrize(
    ("value", "path", "expected"),
    [
        ({"a": [1, 2]}, ("a", 1), {"a": [1, "x"]}),
        ({"a": [1, 2]}, ("a", LAST), {"a": [1]}),
        ('{"a":1,"b":"ü"}', (JSON, "a"), '{"a":"x","b":"ü"}'),
        ('{"a": 1, "b": "\\u00fc"}\n', (JSON, "a"), '{"a": "x", "b": "\\u00fc"}\n'),
        (b64('{"a":[1]}'), (BASE64, JSON, "a", 0), b64('{"a":["x"]}')),
        (b64('{"a":[1]}'), (BASE64, JSON, "a", LAST), b64('{"a":[]}')),
        (b64("tea"), (BASE64,), b64("x")),
    ],
)
def test_one_value_is_changed_and_all_around_it_stays(value: Any, path: Path, expected: Any) -> None:
    before = json.dumps(value)
    assert changed_at(value, path, lambda _: "x") == expected
    assert json.dumps(value) == before


@pytest.mark.parametrize(
    "value",
    [
        "0b8f1c1e-1d2b-4c3d-8e9f-0a1b2c3d4e5f",
        "2026-09-21T14:13:22.5Z",
        "2026-09-21",
        "21/09/2026",
        "1790000000",
        1_790_000_000,
        1_790_000_000_000,
        token(sub="ada", iat=1),
    ],
)
def test_what_the_comparison_forgives_is_changed_in_kind(value: Any) -> None:
    assert forgiven(value, RULES)
    new = other(value, RULES)
    assert new in (WORD, 7)
    assert not forgiven(new, RULES)
    assert not equal({"value": value}, {"value": new}, RULES)


def test_what_a_suite_does_not_forgive_is_changed_a_little() -> None:
    strict = Rules(dates=False, epochs=False)
    assert other("2026-09-21", strict) == "2026-19-21"
    assert other(1_790_000_000, strict) == 1_790_000_001
    assert not forgiven("2026-09-21", strict)


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
def test_any_other_value_is_changed_a_little(value: Any, new: Any) -> None:
    assert other(value, RULES) == new
    assert type(other(value, RULES)) is type(new)


@pytest.mark.parametrize(
    "value", [True, 0, 1.5, None, "", "x", "10:00:00", "Mon, 23 Nov 2026 16:20:51 GMT", [], {}, "1e9"]
)
def test_no_comparison_takes_the_change_for_the_value(value: Any) -> None:
    assert not equal({"value": value}, {"value": other(value, RULES)}, RULES)
    assert not equal([value], [other(value, RULES)], RULES)
