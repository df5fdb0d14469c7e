"""Comparison of answers: the documented facts as tables."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest

from e2e_common.replay.comparison import Rules, decode_body, decode_recorded, equal, rules_from

UUIDS = ["a3bb189e-8bf9-3888-9912-ace4e6543002", "A3BB189E-8BF9-3888-9912-ACE4E6543003"]


def _same(expected: str, actual: str, **settings: Any) -> bool:
    return equal(decode_body(expected.encode()), decode_body(actual.encode()), rules_from(settings))


def _jwt(payload: Any, signature: str = "c2ln") -> str:
    text = base64.urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJIUzI1NiJ9.{text}.{signature}"


EQUAL = [
    ("1", "1.0"),
    ("0", "-0"),
    ("9007199254740992", "9007199254740993"),
    ('{"a": 1, "b": 2}', '{"b": 2, "a": 1}'),
    ('{"a": 1, "a": 2}', '{"a": 2}'),
    ('"\\ud800"', '"\\ufffd"'),
    ('"a"', "a"),
    ("", "null"),
    ("NaN", "NaN"),
    ("{} ", " {}"),
    # dynamic rules under a key
    (f'{{"a": "{UUIDS[0]}"}}', f'{{"a": "{UUIDS[1]}"}}'),
    ('{"a": "2024-01-01T10:00:00"}', '{"a": "2025-09-09T23:59:59.123456789+02:00"}'),
    ('{"a": "2024-01-01T10:00:00Z"}', '{"a": "2024-01-01T10:00:00.5-11:30"}'),
    ('{"a": "2024-01-01"}', '{"a": "2025-99-99"}'),
    ('{"a": "01/02/2024"}', '{"a": "99-99-9999"}'),
    ('{"a": 1000000000}', '{"a": 4102444800}'),
    ('{"a": 1000000000000}', '{"a": 4102444800000}'),
    ('{"a": "1700000000"}', '{"a": 1700000001}'),
    # in lists and at the root, scalars of one type
    (f'["{UUIDS[0]}"]', f'["{UUIDS[1]}"]'),
    ("[1700000000]", "[1700000001]"),
    ("1700000000", "1700000001"),
    (UUIDS[0], UUIDS[1]),
    ("2024-01-01T10:00:00", "2024-01-01T10:00:01"),
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
    ("{}", '{"a": null}'),
    ('{"a": null}', '{"a": 1700000000}'),
    ('{"a": 1}', '{"a": 1, "b": 2}'),
    ("[1, 2]", "[2, 1]"),
    ("[1]", "[1, 1]"),
    ("NaN", "nan"),
    ("[1,]", "[1, ]"),
    ("1e400", "1e401"),
    ("\ufeff{}", "{}"),
    ('{"a": "2024-01-01 10:00:00"}', '{"a": "2024-01-01 10:00:01"}'),
    ('{"a": "Tue, 01 Jan 2026 10:00:00 GMT"}', '{"a": "Tue, 01 Jan 2026 10:00:01 GMT"}'),
    ('{"a": "2024-01-01"}', '{"a": "2024-01-01T10:00:00"}'),
    ('{"a": "x2024-01-01"}', '{"a": "x2024-01-02"}'),
    ('{"a": "2024-01-01\\n"}', '{"a": "2024-01-02\\n"}'),
    ('{"a": "\u0662024-01-01"}', '{"a": "\u0662024-01-02"}'),
    ('{"a": "2024-01-0\u0661"}', '{"a": "2024-01-0\u0662"}'),
    ('{"a": 999999999}', '{"a": 1000000000}'),
    ('{"a": 4102444800}', '{"a": 4102444801}'),
    ('{"a": 1700000000}', '{"a": 1700000000000}'),
    ('{"a": 1700000000.5}', '{"a": 1700000000.75}'),
    ('{"a": " 1700000000"}', '{"a": " 1700000001"}'),
    ('{"a": "\u0661700000000"}', '{"a": "\u0661700000001"}'),
    ('["1700000000"]', "[1700000000]"),
    ('"x"', "1700000000"),
    (f'{{"a": "{UUIDS[0]}"}}', '{"a": "2024-01-01"}'),
    (f'{{"a": "{UUIDS[0]}x"}}', f'{{"a": "{UUIDS[1]}x"}}'),
]


@pytest.mark.parametrize(("expected", "actual"), EQUAL)
def test_equal(expected: str, actual: str) -> None:
    assert _same(expected, actual)
    assert _same(actual, expected)


@pytest.mark.parametrize(("expected", "actual"), DIFFERENT)
def test_different(expected: str, actual: str) -> None:
    assert not _same(expected, actual)
    assert not _same(actual, expected)


@pytest.mark.parametrize(
    ("setting", "one", "other"),
    [
        ("ignore_uuids", UUIDS[0], UUIDS[1]),
        ("ignore_timestamps", "2024-01-01T10:00:00", "2024-01-01T10:00:01"),
        ("ignore_dates", "2024-01-01", "2024-01-02"),
        ("ignore_epoch_timestamps", "1700000000", "1700000001"),
        ("ignore_jwt_fields", _jwt({"jti": "a"}), _jwt({"jti": "b"})),
    ],
)
def test_each_rule_can_be_switched_off(setting: str, one: str, other: str) -> None:
    bodies = json.dumps({"a": one}), json.dumps({"a": other})
    assert _same(*bodies)
    for value in (True, False):
        settings: dict[str, Any] = {setting: value}
        assert _same(*bodies, **settings) is value


@pytest.mark.parametrize(
    ("expected", "actual", "same"),
    [
        ('{"ig": 1}', '{"ig": "x"}', True),
        ('{"IG": 1}', '{"IG": null}', True),
        ('{"ig": null}', '{"ig": [1]}', True),
        ('{"ig": [1, 2]}', '{"ig": [3]}', True),
        ('{"a.ig": 1}', '{"a.ig": 2}', True),
        ('{"ig[0]": 1}', '{"ig[0]": 2}', True),
        ('{"x": [{"ig": 1}]}', '{"x": [{"ig": 2}]}', True),
        ("{}", '{"ig": 1}', True),
        ("{}", '{"a.ig": 1}', True),
        ('{"ig": 1}', "{}", False),
        ('{"ig.a": 1}', '{"ig.a": 2}', False),
        ('{"big": 1}', '{"big": 2}', False),
    ],
)
def test_ignore_fields(expected: str, actual: str, same: bool) -> None:
    assert _same(expected, actual, ignore_fields=["Ig"]) is same


@pytest.mark.parametrize("setting", [field for field in Rules.__dataclass_fields__ if field != "ignore_fields"])
def test_settings_that_are_none_are_named(setting: str) -> None:
    for value in (1, "false", None):
        with pytest.raises(ValueError, match=re.escape(f"comparison.{setting}: {value!r} is neither true nor false")):
            rules_from({setting: value})
    for fields in ("etag", [5]):
        with pytest.raises(ValueError, match=re.escape(f"ignore_fields: {fields!r} is no list of strings")):
            rules_from({"ignore_fields": fields})
    with pytest.raises(ValueError, match=r"comparison\.ignore_patterns: only the official CLI has them"):
        rules_from({"ignore_patterns": ["x"]})


def test_case_does_not_matter() -> None:
    for listed, key in (("etag", "ETag"), ("ÉTAG", "étag")):
        rules = rules_from({"ignore_fields": [listed]})
        assert equal({key: 1.0}, {key: 2.0}, rules)
        assert equal({"t": _jwt({key: 1})}, {"t": _jwt({key: 2})}, rules)


@pytest.mark.parametrize(
    ("listed", "claim", "same"),
    [
        ("ig", "ig", True),
        ("ig", "IG", True),
        ("ig", "a.ig", False),
        ("ig", "ig[0]", False),
        ("a.ig", "a.ig", True),
        ("ig[0]", "ig[0]", True),
        ("https://x.com/ns", "https://x.com/ns", True),
        ("com/ns", "https://x.com/ns", False),
    ],
)
def test_a_claim_is_ignored_by_its_whole_name(listed: str, claim: str, same: bool) -> None:
    bodies = json.dumps({"t": _jwt({claim: 1})}), json.dumps({"t": _jwt({claim: 2})})
    assert _same(*bodies, ignore_fields=[listed]) is same


def test_jwts_without_a_signature() -> None:
    bodies = json.dumps({"t": _jwt({"jti": "a"}, "")}), json.dumps({"t": _jwt({"jti": "b"}, "")})
    assert _same(*bodies)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"sub": "u", "iat": 1700000000}, {"sub": "u", "iat": 1700000001}, True),
        ({"jti": 1}, {"jti": [2]}, True),
        ({"id": UUIDS[0]}, {"id": UUIDS[1]}, True),
        ({"sub": "u"}, {"sub": "v"}, False),
        ({"sub": "u"}, {"sub": "u", "x": 1}, False),
        ({"a": 1}, {"b": 1}, False),
        ({"a": 1, "b": 1}, {"b": 1, "a": 1}, True),
        ({"jti": 1, "sub": "u"}, {"jti": 2, "sub": "v"}, False),
        ({"iat": 1700000000, "sub": "u"}, {"iat": 1700000001, "sub": "v"}, False),
        ([1], [2], False),
    ],
)
def test_jwt(one: Any, other: Any, same: bool) -> None:
    bodies = json.dumps({"a": _jwt(one, "c2ln")}), json.dumps({"a": _jwt(other, "b3RoZXI")})
    assert _same(*bodies) is same


def test_a_jwt_whose_payload_is_broken_is_a_text() -> None:
    assert not _same('{"a": "eyJh.%%%%.x"}', '{"a": "eyJh.%%%%.y"}')
    assert not _same('{"a": "eyJh.A.x"}', '{"a": "eyJh.A.y"}')
    assert not _same('{"a": "eyJh.bm8.x"}', '{"a": "eyJh.bm8.y"}')


@pytest.mark.parametrize("broken", ["eyJh.A.x", "eyJh.bm8.x", _jwt([1])])
def test_a_jwt_beside_one_whose_payload_is_broken_differs(broken: str) -> None:
    good = _jwt({"a": 1})
    assert not _same(json.dumps({"a": good}), json.dumps({"a": broken}))
    assert not _same(json.dumps({"a": broken}), json.dumps({"a": good}))


def test_a_payload_that_is_no_utf_8_is_read_with_replacement_characters() -> None:
    def token(data: bytes) -> str:
        return f"eyJh.{base64.urlsafe_b64encode(data).decode().rstrip('=')}.x"

    bodies = [json.dumps({"t": token(data)}) for data in (b'{"a": "\xff"}', b'{"a": "\xfe"}', b'{"a": "\xff\xff"}')]
    assert _same(bodies[0], bodies[1])
    assert not _same(bodies[0], bodies[2])


@pytest.mark.parametrize("text", ["a", "ab", "abc", "abcd"])
def test_claims_of_any_length(text: str) -> None:
    """The payload's base64 comes without its padding."""
    tokens = [_jwt({"sub": text, "iat": at}, "c2ln") for at in (1700000000, 1700000001)]
    assert _same(json.dumps({"t": tokens[0]}), json.dumps({"t": tokens[1]}))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [(1, 1.0, True), (1, 2.0, False), (True, 1, False), (True, 1.0, False), ({"a": [1]}, {"a": [1.0]}, True)],
)
def test_a_whole_number_is_a_double(one: Any, other: Any, same: bool) -> None:
    assert equal(one, other, Rules()) is same
    assert equal(other, one, Rules()) is same


def test_bodies_that_are_no_utf_8_compare_byte_for_byte() -> None:
    assert equal(decode_body(b"\xff\xfe!"), decode_body(b"\xff\xfe!"), Rules())
    assert not equal(decode_body(b"\xff\xfe!"), decode_body(b"\xfe\xff!"), Rules())


def test_recorded_bodies() -> None:
    assert decode_recorded(None) is None
    assert decode_recorded("") is None
    assert decode_recorded("not base64!") == "not base64!"


@pytest.mark.parametrize("body", [5, 1.5, {"a": 1}, [1], True, False])
def test_a_recorded_body_that_is_no_string_counts_as_none(body: Any) -> None:
    assert decode_recorded(body) is None


@pytest.mark.parametrize("text", ["YWJj=", "YWJj==", "YWJj====", "YWI", "Y", "====", "YW-_", "YW Jj"])
def test_what_is_no_base64_for_go(text: str) -> None:
    assert decode_recorded(text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [("eyJh\nIjoxfQ=\r\n=\n", {"a": 1.0}), ("YWI=", "ab"), ("YWJ=", "ab"), ("\nYWJj", "abc")],
)
def test_what_is_base64_for_go(text: str, value: Any) -> None:
    assert decode_recorded(text) == value


def test_deep_nesting() -> None:
    deep = '{"a":' * 299 + "%s" + "}" * 299
    assert _same(deep % 1, deep % 1)
    assert not _same(deep % 1, deep % 2)
    assert _same(deep % 1700000000, deep % 1700000001)
    assert not _same('{"b": %s}' % (deep % 1), '{"b": 1}')
    assert not _same('{"b": %s}' % (deep % 1), '{"b": []}')


def test_what_is_nested_too_deep_is_compared_as_text() -> None:
    deep = "[" * 2000 + "%s" + "]" * 2000
    assert _same(deep % 1, deep % 1)
    assert not _same(deep % 1, deep % "1.0")
