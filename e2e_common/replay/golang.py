"""What Go does differently from Python with JSON and base64, as far as it decides a verdict (official-cli.md)."""

from __future__ import annotations

import base64
import json
import math
import re
from decimal import Decimal
from typing import Any, NoReturn

from e2e_common.replay.depth import TOO_DEEP, is_too_deep

_SURROGATE = re.compile("[\ud800-\udfff]")
_BASE64 = re.compile("[A-Za-z0-9+/]*={0,2}")


class NotJSON(ValueError):
    """The text is not JSON for Go, or nested deeper than it is read here."""


def clean(value: Any) -> Any:
    """A JSON value with every lone surrogate (also a byte that was no UTF-8) as U+FFFD, as Go's decoder leaves it."""
    if isinstance(value, dict):
        return {clean(key): clean(each) for key, each in value.items()}
    if isinstance(value, list):
        return [clean(each) for each in value]
    return _SURROGATE.sub("\ufffd", value) if isinstance(value, str) and not value.isascii() else value


def json_type(value: Any) -> type:
    """The type of a JSON value: for Python, True == 1 == 1.0."""
    return float if isinstance(value, int) and not isinstance(value, bool) else type(value)


def decode_base64(text: str) -> bytes:
    """Base64 as Go's encoding/base64.StdEncoding reads it: line ends are skipped, and the padding must be right.

    Raises ValueError for what is none.
    """
    text = text.replace("\r", "").replace("\n", "")
    if len(text) % 4 or not _BASE64.fullmatch(text):
        raise ValueError("illegal base64 data")
    return base64.b64decode(text)


def parse_json(text: str) -> Any:
    """A JSON text as Go decodes it: numbers are doubles, of two equal keys the last one counts.

    Raises NotJSON also for what Python would take: NaN, Infinity, numbers beyond the range of doubles.
    """
    try:
        value = json.loads(clean(text), parse_int=_double, parse_float=_double, parse_constant=_refuse)
    except ValueError as error:
        raise NotJSON(str(error)) from None
    except RecursionError:
        raise NotJSON(TOO_DEEP) from None
    if is_too_deep(value):
        raise NotJSON(TOO_DEEP)
    return clean(value) if "\\u" in text else value


def _double(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise NotJSON(f"{text[:40]} is beyond the range of doubles")
    return number


def _refuse(text: str) -> NoReturn:
    raise NotJSON(f"{text} is not JSON")


def for_json(value: Any) -> Any:
    """A decoded value for `json.dumps`, so that it prints what Go does: whole doubles without `.0`, keys in order."""
    if isinstance(value, dict):
        return {clean(key): for_json(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [for_json(each) for each in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return int(Decimal(repr(value)))
    return clean(value)
