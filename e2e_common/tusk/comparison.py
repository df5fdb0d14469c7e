"""Compare the response in replay with the recorded one. Bodies are JSON values as Go decodes them, or text."""

from __future__ import annotations

import base64
import json
import re
from functools import partial
from typing import Any

from e2e_common.artifacts.facts import equal_as_json
from e2e_common.artifacts.strict_json import no_constant

_INDEX = re.compile(r"\[[0-9]+\]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def decode_body(data: bytes) -> Any:
    """The value of a body for the comparison: None if empty; a JSON value if it can be parsed, with numbers as floats;
    else text, in which bytes that are not UTF-8 still compare by value. (A recorded schema could declare the type of
    the body, but the Python SDK's schemas do not.)"""
    text = data.decode(errors="surrogateescape")
    try:
        value = json.loads(clean(text), parse_int=float, parse_constant=no_constant) if data else None
    except (ValueError, RecursionError):
        return text
    return clean(value) if "\\u" in text else value


def decode_recorded(body: Any) -> Any:
    """The expected value from a recorded `outputValue.body`, which is base64 or, if it cannot be decoded, text."""
    if not isinstance(body, str):
        return None
    try:
        return decode_body(base64.b64decode(body, validate=True))
    except ValueError:
        return body


def clean(value: Any) -> Any:
    """A JSON value with lone surrogates (also from bytes that are not UTF-8) as U+FFFD, as Go's decoder returns it."""
    if isinstance(value, dict):
        return {clean(key): clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [clean(item) for item in value]
    return _SURROGATE.sub("\ufffd", value) if isinstance(value, str) and not value.isascii() else value


def equal(expected: Any, actual: Any, ignored: frozenset[str]) -> bool:
    """Whether the actual body equals the expected one. `ignored`: `comparison.ignore_fields`, in lower case."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return all(map(partial(_members_equal, expected, actual, ignored), {**expected, **actual}))
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(map(partial(equal, ignored=ignored), expected, actual))
    return equal_as_json(expected, actual)


def _members_equal(one: dict[str, Any], other: dict[str, Any], ignored: frozenset[str], key: str) -> bool:
    """Whether the member `key` is in both and equal. An ignored member need only be in `other`, with any value."""
    if _INDEX.sub("", key.rpartition(".")[2]).lower() in ignored:  # `a.ig` and `ig[0]` count as `ig`
        return key in other
    return key in one and key in other and equal(one[key], other[key], ignored)
