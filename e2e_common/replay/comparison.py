"""Compare the answer of a replay with the recorded one (replay protocol, section 13; official-cli.md, section 11).

Pure functions. Bodies are values as Go decodes JSON (`golang.parse_json`), or text.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from e2e_common.replay.golang import NotJSON, decode_base64, json_type, parse_json

_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}/[0-9]{2}/[0-9]{4}|[0-9]{2}-[0-9]{2}-[0-9]{4}")
_NUMBER = re.compile(r"[0-9]{10,13}")
_JWT = re.compile(r"eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_INDEX = re.compile(r"\[[0-9]+\]")
_SECONDS = (1e9, 4_102_444_800.0)  # 2001-09-09 to 2100-01-01
_MILLISECONDS = (1e12, 4_102_444_800_000.0)


@dataclass(frozen=True)
class Rules:
    """The `comparison` section of the configuration: each has the name of its key."""

    ignore_fields: frozenset[str] = frozenset()  # in lower case
    ignore_uuids: bool = True
    ignore_timestamps: bool = True
    ignore_dates: bool = True
    ignore_epoch_timestamps: bool = True
    ignore_jwt_fields: bool = True


SWITCHES = tuple(name for name in Rules.__dataclass_fields__ if name != "ignore_fields")
EXACT = Rules(frozenset(), **dict.fromkeys(SWITCHES, False))


def rules_from(section: Mapping[str, Any]) -> Rules:
    """`comparison` of .tusk/config.yaml as Rules. Raises ValueError naming the key: for a value of another type, which
    the official CLI converts in some way or other, and for patterns, which are regular expressions of Go."""
    if section.get("ignore_patterns"):
        raise ValueError("comparison.ignore_patterns: only the official CLI has them: use ignore_fields, or that CLI")
    fields = section.get("ignore_fields") or []
    if not isinstance(fields, list) or not all(isinstance(name, str) for name in fields):
        raise ValueError(f"comparison.ignore_fields: {fields!r} is no list of strings")
    switches = {key: section[key] for key in SWITCHES if key in section}
    if wrong := [key for key, value in switches.items() if not isinstance(value, bool)]:
        raise ValueError(f"comparison.{wrong[0]}: {switches[wrong[0]]!r} is neither true nor false")
    return Rules(frozenset(name.lower() for name in fields), **switches)


def decode_body(data: bytes) -> Any:
    """The value of a body for comparison: None when empty; JSON where it parses; else its text, in which bytes that are
    no UTF-8 still compare byte for byte. (A recorded schema may say of which type a body is; Python's do not.)"""
    text = data.decode(errors="surrogateescape")
    try:
        return parse_json(text) if data else None
    except NotJSON:
        return text


def decode_recorded(body: Any) -> Any:
    """The expected value from a recorded `outputValue.body`: base64, or the text itself where it is none."""
    if not isinstance(body, str):
        return None
    try:
        return decode_body(decode_base64(body))
    except ValueError:
        return body


def equal(expected: Any, actual: Any, rules: Rules, *, under_key: bool = False) -> bool:
    """Whether the actual body may stand for the expected one. What stands in a list, or alone, gets the rules only when
    both are of one type. (A frame or two for each level, since 300 have to fit into Python's stack.)"""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return all(map(partial(_members_equal, expected, actual, rules), {**expected, **actual}))
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(map(partial(equal, rules=rules), expected, actual))
    same_kind = json_type(expected) is json_type(actual)
    return (same_kind and expected == actual) or ((under_key or same_kind) and _forgiven(expected, actual, rules))


def _members_equal(one: dict[str, Any], other: dict[str, Any], rules: Rules, key: str) -> bool:
    """Whether both have it and it is equal, or it is ignored; an ignored one may be missing in what was expected."""
    if _INDEX.sub("", key.rpartition(".")[2]).lower() in rules.ignore_fields:  # `a.ig` and `ig[0]` count as `ig`
        return key in other
    return key in one and key in other and equal(one[key], other[key], rules, under_key=True)


def _forgiven(one: Any, other: Any, rules: Rules) -> bool:
    """Whether one rule takes both values."""
    if isinstance(one, str) and isinstance(other, str):
        for on, pattern in (
            (rules.ignore_uuids, _UUID),
            (rules.ignore_timestamps, _TIMESTAMP),
            (rules.ignore_dates, _DATE),
        ):
            if on and pattern.fullmatch(one) and pattern.fullmatch(other):
                return True
        if rules.ignore_jwt_fields and _JWT.fullmatch(one) and _JWT.fullmatch(other) and _jwts_equal(one, other, rules):
            return True
    return rules.ignore_epoch_timestamps and _epochs(one, other)


def _epochs(one: Any, other: Any) -> bool:
    a, b = _whole(one), _whole(other)
    if a is None or b is None:
        return False
    return any(low <= a <= high and low <= b <= high for low, high in (_SECONDS, _MILLISECONDS))


def _whole(value: Any) -> float | None:
    """A whole number, or a text of its digits; else None."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value)
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number and float(value).is_integer() else None


def _jwts_equal(one: str, other: str, rules: Rules) -> bool:
    """Payloads with the same claims, each equal, named `jti`, ignored by its whole name, or taken by a rule. Header and
    signature do not count."""
    claims, others = _claims(one), _claims(other)
    if claims is None or others is None or claims.keys() != others.keys():
        return False
    return all(
        name == "jti"
        or name.lower() in rules.ignore_fields
        or equal(value, others[name], EXACT)
        or _forgiven(value, others[name], rules)
        for name, value in claims.items()
    )


def _claims(token: str) -> dict[str, Any] | None:
    try:
        data = base64.urlsafe_b64decode(token.split(".")[1] + "===")  # what is too much is passed over
        claims = parse_json(data.decode(errors="surrogateescape"))
    except ValueError:
        return None
    return claims if isinstance(claims, dict) else None
