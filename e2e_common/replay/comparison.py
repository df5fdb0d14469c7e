"""Compare the answer of a replay with the recorded one (replay protocol, section 13; official-cli.md, section 11).

Pure functions. Bodies are values as Go decodes JSON (`golang.parse_json`), or text.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from e2e_common.replay.golang import NotJSON, clean, compile_regex, parse_json, text_form

JSON_TYPE = 1
TEXT_TYPES = frozenset({2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 23})  # HTML … plain text, form data, SVG
UNSPECIFIED_TYPE = 0

_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}/[0-9]{2}/[0-9]{4}|[0-9]{2}-[0-9]{2}-[0-9]{4}")
_NUMBER = re.compile(r"[+-]?[0-9_.]+([eE][+-]?[0-9]+)?")
_JWT = re.compile(r"eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_INDEX = re.compile(r"\[[0-9]+\]")
_SECONDS = (1e9, 4_102_444_800.0)  # 2001-09-09 to 2100-01-01
_MILLISECONDS = (1e12, 4_102_444_800_000.0)
_ABSENT = object()


@dataclass(frozen=True)
class Rules:
    """The `comparison` section of the configuration, ready for use."""

    ignore_fields: frozenset[str] = frozenset()  # lower case
    patterns: tuple[re.Pattern[str], ...] = ()
    uuids: bool = True
    timestamps: bool = True
    dates: bool = True
    epochs: bool = True
    jwts: bool = True


def rules_from(section: Mapping[str, Any]) -> Rules:
    """`comparison` of .tusk/config.yaml as Rules. Raises ValueError naming a pattern that is no regular expression."""
    patterns = []
    for pattern in section.get("ignore_patterns") or []:
        try:
            patterns.append(compile_regex(str(pattern)))
        except re.error as error:
            raise ValueError(f"comparison.ignore_patterns: {pattern!r} is no regular expression: {error}") from error
    return Rules(
        ignore_fields=frozenset(str(name).lower() for name in section.get("ignore_fields") or []),
        patterns=tuple(patterns),
        uuids=section.get("ignore_uuids") is not False,
        timestamps=section.get("ignore_timestamps") is not False,
        dates=section.get("ignore_dates") is not False,
        epochs=section.get("ignore_epoch_timestamps") is not False,
        jwts=section.get("ignore_jwt_fields") is not False,
    )


def decode_body(data: bytes, decoded_type: int = UNSPECIFIED_TYPE) -> Any:
    """The value of a body for comparison: None when empty; JSON where it parses; else its text.

    `decoded_type`: as in the recorded schema; text types are never parsed, binary ones become base64 text.
    """
    if not data:
        return None
    text = data.decode("utf-8", "surrogateescape")  # bytes that are no UTF-8 still compare byte for byte
    if decoded_type in TEXT_TYPES:
        return text
    if decoded_type not in (UNSPECIFIED_TYPE, JSON_TYPE):
        return base64.b64encode(data).decode()
    try:
        return parse_json(text)
    except NotJSON:
        return text


def decode_recorded(body: Any, decoded_type: int = UNSPECIFIED_TYPE) -> Any:
    """The expected value from a recorded `outputValue.body`: base64 text, or taken as it is where it is none."""
    if not isinstance(body, str):
        return body
    try:
        return decode_body(base64.b64decode(body, validate=True), decoded_type)
    except (binascii.Error, ValueError):
        return clean(body)


def equal(expected: Any, actual: Any, rules: Rules) -> bool:
    """Whether the actual body may stand for the expected one. Never raises, whatever the nesting."""
    if _scalar(expected) or _scalar(actual):
        return _same(expected, actual) or _root_or_element_accepted(expected, actual, rules)
    return all(_accepted_above(difference, rules) for difference in _differences(expected, actual, rules))


@dataclass(frozen=True)
class _Node:
    """A pair of values at one place. `in_object`: it stands under a key, not in a list and not at the root."""

    expected: Any
    actual: Any
    in_object: bool
    parent: _Node | None


def _differences(expected: Any, actual: Any, rules: Rules) -> Iterator[_Node]:
    """The places that differ and that no rule on their own values accepts, without recursion."""
    stack = [_Node(expected, actual, False, None)]
    while stack:
        node = stack.pop()
        one, other = node.expected, node.actual
        if isinstance(one, dict) and isinstance(other, dict):
            for key in {**one, **other}:
                pair = (one.get(key, _ABSENT), other.get(key, _ABSENT))
                ignored = field_name(key).lower() in rules.ignore_fields
                if _ABSENT in (pair[0], pair[1]) and (pair[1] is _ABSENT or not ignored):
                    yield node
                elif not ignored:
                    stack.append(_Node(pair[0], pair[1], True, node))
        elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
            stack += (_Node(a, b, False, node) for a, b in zip(one, other))
        elif not _same(one, other) and not _accepted(node, rules):
            yield node


def _accepted(node: _Node, rules: Rules) -> bool:
    if node.in_object:
        return _dynamic(node.expected, node.actual, rules)
    return _root_or_element_accepted(node.expected, node.actual, rules)


def _accepted_above(node: _Node, rules: Rules) -> bool:
    """Whether a pattern takes the object or list around the difference as a whole, at whatever level."""
    around: _Node | None = node
    try:
        while around is not None and rules.patterns:
            if around.in_object and _patterns_accept(around.expected, around.actual, rules):
                return True
            around = around.parent
    except RecursionError:  # what is still further out is nested far deeper than anything a pattern is written for
        return False
    return False


def _root_or_element_accepted(expected: Any, actual: Any, rules: Rules) -> bool:
    """Elements of a list and a bare root get the rules only when both are scalars of one type."""
    if not _scalar(expected) or not _scalar(actual) or _kind(expected) is not _kind(actual):
        return False
    return _dynamic(expected, actual, rules)


def _dynamic(expected: Any, actual: Any, rules: Rules) -> bool:
    """Whether one rule takes both values (`ignore_fields` is applied by the callers)."""
    if isinstance(expected, str) and isinstance(actual, str):
        if rules.uuids and _both(_UUID, expected, actual):
            return True
        if rules.timestamps and _both(_TIMESTAMP, expected, actual):
            return True
        if rules.dates and _both(_DATE, expected, actual):
            return True
        if rules.jwts and _both(_JWT, expected, actual) and _jwts_equal(expected, actual, rules):
            return True
    return (rules.epochs and _epochs(expected, actual)) or _patterns_accept(expected, actual, rules)


def field_name(key: str) -> str:
    """The name by which `ignore_fields` goes: what follows the last dot, without `[n]` (key `a.ig` counts as `ig`)."""
    return _INDEX.sub("", key.rpartition(".")[2])


def _both(pattern: re.Pattern[str], one: str, other: str) -> bool:
    return pattern.fullmatch(one) is not None and pattern.fullmatch(other) is not None


def _epochs(one: Any, other: Any) -> bool:
    a, b = _whole(one), _whole(other)
    if a is None or b is None:
        return False
    return any(low <= a <= high and low <= b <= high for low, high in (_SECONDS, _MILLISECONDS))


def _whole(value: Any) -> float | None:
    """A whole number, or a string that spells one for Go (`1.7e9`, `+1700000000`, `1_700_000_000`); else None."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not float(value).is_integer():
        return None
    return float(value)


def _patterns_accept(one: Any, other: Any, rules: Rules) -> bool:
    if not rules.patterns:
        return False
    texts = text_form(one), text_form(other)
    return any(pattern.search(texts[0]) and pattern.search(texts[1]) for pattern in rules.patterns)


def _jwts_equal(one: str, other: str, rules: Rules) -> bool:
    """Payloads with the same claims, each equal, named `jti`, or taken by a rule. Header and signature do not count."""
    claims = _claims(one), _claims(other)
    if claims[0] is None or claims[1] is None or claims[0].keys() != claims[1].keys():
        return False
    for name, value in claims[0].items():
        actual = claims[1][name]
        if name == "jti" or field_name(name).lower() in rules.ignore_fields:
            continue
        if not equal(value, actual, _EXACT) and not _dynamic(value, actual, rules):
            return False
    return True


def _claims(token: str) -> dict[str, Any] | None:
    payload = token.split(".")[1]
    try:
        text = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode("utf-8", "surrogateescape")
        claims = parse_json(text)
    except (binascii.Error, ValueError):
        return None
    return claims if isinstance(claims, dict) else None


def _scalar(value: Any) -> bool:
    return not isinstance(value, (dict, list))


def _kind(value: Any) -> type:
    return float if isinstance(value, int) and not isinstance(value, bool) else type(value)


def _same(one: Any, other: Any) -> bool:
    """Equal scalars of one JSON type (for Python, True == 1). Lists and objects never are."""
    return bool(_kind(one) is _kind(other) and one == other) if _scalar(one) and _scalar(other) else False


_EXACT = Rules(uuids=False, timestamps=False, dates=False, epochs=False, jwts=False)
