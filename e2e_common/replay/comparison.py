"""Compare the answer of a replay with the recorded one (replay protocol, section 13; official-cli.md, section 11).

Pure functions. Bodies are values as Go decodes JSON (`golang.parse_json`), or text.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from e2e_common.replay.golang import NotJSON, clean, compile_regex, decode_base64, parse_json, text_form

TEXT_TYPES = frozenset({2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 23})  # HTML … plain text, the two forms, SVG
BINARY_TYPES = frozenset({14, 15, 16, 17, 18, 19, 20, 21, 22, 24})  # PDF … WebP, ZIP
UNSPECIFIED_TYPE = 0
BASE64_ENCODING = 1
TRUE_WORDS = frozenset({"1", "t", "T", "true", "True", "TRUE"})
FALSE_WORDS = frozenset({"0", "f", "F", "false", "False", "FALSE", ""})

_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}/[0-9]{2}/[0-9]{4}|[0-9]{2}-[0-9]{2}-[0-9]{4}")
_NUMBER = re.compile(r"[+-]?[0-9_.]+([eE][+-]?[0-9]+)?")
_JWT = re.compile(r"eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_INDEX = re.compile(r"\[[0-9]+\]")
_SECONDS = (1e9, 4_102_444_800.0)  # 2001-09-09 to 2100-01-01
_MILLISECONDS = (1e12, 4_102_444_800_000.0)
_ABSENT = object()


@dataclass(frozen=True)
class Rules:
    """The `comparison` section of the configuration, ready for use."""

    ignore_fields: frozenset[str] = frozenset()  # in lower case
    patterns: tuple[Callable[[str], bool], ...] = ()
    uuids: bool = True
    timestamps: bool = True
    dates: bool = True
    epochs: bool = True
    jwts: bool = True


def rules_from(section: Mapping[str, Any]) -> Rules:
    """`comparison` of .tusk/config.yaml as Rules. Raises ValueError naming the key: a value of another type, which the
    official CLI converts in some way or other, or a pattern that is no regular expression, which it passes over."""
    patterns = []
    for pattern in _strings(section, "ignore_patterns"):
        try:
            patterns.append(compile_regex(pattern))
        except ValueError as error:
            raise ValueError(
                f"comparison.ignore_patterns: {pattern!r} is no regular expression of Go: {error}"
            ) from error
    return Rules(
        ignore_fields=frozenset(name.lower() for name in _strings(section, "ignore_fields")),
        patterns=tuple(patterns),
        uuids=_switch(section, "ignore_uuids"),
        timestamps=_switch(section, "ignore_timestamps"),
        dates=_switch(section, "ignore_dates"),
        epochs=_switch(section, "ignore_epoch_timestamps"),
        jwts=_switch(section, "ignore_jwt_fields"),
    )


def _strings(section: Mapping[str, Any], key: str) -> list[str]:
    values = section.get(key)
    if values is None:
        return []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError(f"comparison.{key}: {values!r} is no list of strings")
    return values


def _switch(section: Mapping[str, Any], key: str) -> bool:
    """A truth value as strconv.ParseBool reads it; on without the key, off for an empty text."""
    value = section.get(key, True)
    word = str(value)
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ValueError(f"comparison.{key}: {value!r} is neither true nor false")


def decode_body(data: bytes, decoded_type: int = UNSPECIFIED_TYPE) -> Any:
    """The value of a body for comparison: None when empty; JSON where it parses; else its text.

    `decoded_type`: as in the recorded schema; text types are never parsed, binary ones become base64 text, and an
    unknown number is as none.
    """
    if not data:
        return None
    text = data.decode(errors="surrogateescape")  # bytes that are no UTF-8 still compare byte for byte
    if decoded_type in TEXT_TYPES:
        return text
    if decoded_type in BINARY_TYPES:
        return base64.b64encode(data).decode()
    try:
        return parse_json(text)
    except NotJSON:
        return text


def decode_recorded(body: Any, decoded_type: int = UNSPECIFIED_TYPE, encoding: Any = None) -> Any:
    """The expected value from a recorded `outputValue.body`: base64 text, or the text itself where it is none, which is
    decoded like any body if the schema's `encoding` is UNSPECIFIED. What is no text counts as no body, and so does an
    empty one; line ends alone are base64 of an empty text (measured)."""
    if not isinstance(body, str) or not body:
        return None
    try:
        data = decode_base64(body)
    except ValueError:
        return decode_body(clean(body).encode(), decoded_type) if is_unspecified(encoding) else clean(body)
    return decode_body(data, decoded_type) if data else ""


def is_unspecified(encoding: Any) -> bool:
    """Whether a recorded schema's encoding is UNSPECIFIED, as every unknown number is. Without one it is BASE64."""
    return type(encoding) is int and encoding != BASE64_ENCODING


def equal(expected: Any, actual: Any, rules: Rules) -> bool:
    """Whether the actual body may stand for the expected one. Never raises, whatever the nesting."""
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
    while around is not None and rules.patterns:
        if around.in_object and _patterns_accept(around.expected, around.actual, rules):
            return True
        around = around.parent
    return False


def _root_or_element_accepted(expected: Any, actual: Any, rules: Rules) -> bool:
    """Elements of a list and a bare root get the rules only when both are scalars of one type."""
    if not _scalar(expected) or _kind(expected) is not _kind(actual):
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
    return any(matches(texts[0]) and matches(texts[1]) for matches in rules.patterns)


def _jwts_equal(one: str, other: str, rules: Rules) -> bool:
    """Payloads with the same claims, each equal, named `jti`, or taken by a rule. Header and signature do not count.
    `ignore_fields` goes by the whole name of a claim, unlike that of a key (measured)."""
    claims = _claims(one), _claims(other)
    if claims[0] is None or claims[1] is None or claims[0].keys() != claims[1].keys():
        return False
    for name, value in claims[0].items():
        actual = claims[1][name]
        if name == "jti" or name.lower() in rules.ignore_fields:
            continue
        if not equal(value, actual, _EXACT) and not _dynamic(value, actual, rules):
            return False
    return True


def _claims(token: str) -> dict[str, Any] | None:
    payload = token.split(".")[1]
    try:
        text = base64.urlsafe_b64decode(payload + "===").decode(
            errors="surrogateescape"
        )  # what is too much is passed over
        claims = parse_json(text)
    except (binascii.Error, ValueError):
        return None
    if claims is None:  # `null` into a map of Go is an empty one
        return {}
    return claims if isinstance(claims, dict) else None


def _scalar(value: Any) -> bool:
    return not isinstance(value, (dict, list))


def _kind(value: Any) -> type:
    return float if isinstance(value, int) and not isinstance(value, bool) else type(value)


def _same(one: Any, other: Any) -> bool:
    """Equal and of one JSON type (for Python, True == 1.0)."""
    return bool(_kind(one) is _kind(other) and one == other)


_EXACT = Rules(uuids=False, timestamps=False, dates=False, epochs=False, jwts=False)
