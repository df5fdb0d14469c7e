"""Comparison of responses: the documented rules as tables."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from e2e_common.tusk.comparison import clean, decode_body, decode_recorded, equal

IGNORED = frozenset({"ig", "étag"})


def _same(expected: str, actual: str) -> bool:
    return equal(decode_body(expected.encode()), decode_body(actual.encode()), IGNORED)


EQUAL = [
    ("1", "1.0"),
    ("0", "-0"),
    ("9007199254740992", "9007199254740993"),
    ('{"a": 1, "b": 2}', '{"b": 2, "a": 1}'),
    ('{"a": 1, "a": 2}', '{"a": 2}'),
    ('["\\ud800", {"\\udc00": 1}]', '["\\ufffd", {"\\ufffd": 1}]'),
    (r'{"\ud800": 1, "\ufffd": 2}', r'{"\ufffd": 2}'),
    (r'{"\ufffd": 1, "\ud800": 2}', r'{"\ufffd": 2}'),
    ('"a"', "a"),
    ("", "null"),
    ("NaN", "NaN"),
    ("{} ", " {}"),
    # ignored fields
    ('{"ig": 1}', '{"ig": "x"}'),
    ('{"IG": 1}', '{"IG": null}'),
    ('{"ÉTag": 1}', '{"ÉTag": 2}'),
    ('{"ig": [1, 2]}', '{"ig": [3]}'),
    ('{"a.ig": 1}', '{"a.ig": 2}'),
    ('{"ig[0]": 1}', '{"ig[0]": 2}'),
    ('{"x": [{"ig": 1}]}', '{"x": [{"ig": 2}]}'),
]
DIFFERENT = [
    ("1", "2"),
    ("1", "true"),
    ("0", "false"),
    ('{"a": 1}', '{"a": true}'),
    ('{"a": 1}', '{"a": "1"}'),
    ("[]", "{}"),
    ("{}", ""),
    ("{}", "null"),
    ("[]", "null"),
    ("0", ""),
    ('{"a": null}', "{}"),
    ('{"a": null}', '{"a": 1700000000}'),
    ('{"a": 1}', '{"a": 1, "b": 2}'),
    ("[1, 2]", "[2, 1]"),
    ("[1]", "[1, 1]"),
    ("NaN", "nan"),
    ("[1,]", "[1, ]"),
    ("[NaN]", "[ NaN]"),
    ("\ufeff{}", "{}"),
    ("01", "1"),
    ('{"ig.a": 1}', '{"ig.a": 2}'),
    ('{"big": 1}', '{"big": 2}'),
    # what the official CLI takes for an id or a time, unless that is switched off
    ('{"a": "a3bb189e-8bf9-3888-9912-ace4e6543002"}', '{"a": "a3bb189e-8bf9-3888-9912-ace4e6543003"}'),
    ('{"a": "2024-01-01T10:00:00"}', '{"a": "2024-01-01T10:00:01"}'),
    ("[1700000000]", "[1700000001]"),
]


@pytest.mark.parametrize(
    ("expected", "actual", "same"), [*((*pair, True) for pair in EQUAL), *((*pair, False) for pair in DIFFERENT)]
)
def test_bodies_that_are_equal_and_that_differ(expected: str, actual: str, same: bool) -> None:
    assert _same(expected, actual) is _same(actual, expected) is same


def test_an_ignored_field_may_be_new_and_not_missing() -> None:
    assert _same("{}", '{"ig": 1, "a.ig": 1}')
    assert not _same('{"ig": 1}', "{}")


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"9007199254740993", 9007199254740992.0),
        (b'{"a": {"b": 2}}', {"a": {"b": 2.0}}),
        (rb'["\ud800", {"\udc00x": "\ud83d\ude00"}]', ["\ufffd", {"\ufffdx": "\U0001f600"}]),
        (b'"\xff\xfe"', "\ufffd\ufffd"),
        (b"\xff\xfe!", "\udcff\udcfe!"),
        (b"[" * 100_000, "[" * 100_000),
    ],
)
def test_bodies(body: bytes, value: Any) -> None:
    """What is no JSON, or nested too deep, is text; what is no UTF-8 in that is kept byte for byte."""
    assert decode_body(body) == value
    assert clean("plain \ud800") == "plain \ufffd"


@pytest.mark.parametrize(
    ("recorded", "value"),
    [
        (None, None),
        ("", None),
        (5, None),
        (base64.b64encode(b'{"a": 1}').decode(), {"a": 1.0}),
        ("not base64!", "not base64!"),
        ("YWI", "YWI"),
    ],
)
def test_recorded_bodies(recorded: Any, value: Any) -> None:
    assert decode_recorded(recorded) == value
