"""What Go does differently from Python, as far as it decides a verdict: JSON, `%v`, regular expressions.

Source: official-cli.md, sections 3 and 11 (measured), and what Go's encoding/json, fmt and regexp print and accept.
"""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NoReturn

from e2e_common.replay.depth import TOO_DEEP, is_too_deep

_SURROGATE = re.compile("[\ud800-\udfff]")
_BASE64 = re.compile("[A-Za-z0-9+/]*={0,2}")


class NotJSON(ValueError):
    """The text is not JSON for Go, or nested deeper than it is read here."""


def clean(text: str) -> str:
    """`text` with every lone surrogate (also a byte that was no UTF-8) as U+FFFD, as Go's decoder leaves it."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


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
    return _cleaned(value) if "\\u" in text else value


def _cleaned(value: Any) -> Any:
    """`value` with all strings cleaned: escapes can spell lone surrogates."""
    if isinstance(value, dict):
        return {clean(key): _cleaned(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    return clean(value) if isinstance(value, str) else value


def _double(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise NotJSON(f"{text[:40]} is beyond the range of doubles")
    return number


def _refuse(text: str) -> NoReturn:
    raise NotJSON(f"{text} is not JSON")


def text_form(value: Any) -> str:
    """Go's `%v` of a decoded JSON value: null is `<nil>`, 7712345 is `7.712345e+06`, an object is `map[k:v …]`."""
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number(float(value))
    if isinstance(value, dict):
        return f"map[{' '.join(f'{key}:{text_form(value[key])}' for key in sorted(value))}]"
    if isinstance(value, list):
        return f"[{' '.join(text_form(item) for item in value)}]"
    return str(value)


def _number(number: float) -> str:
    """A double in as few digits as tell it from all others; from a million on with an exponent (Python: from 1e16)."""
    text = repr(number).removesuffix(".0")
    if "e" in text or abs(number) < 1e6:
        return text
    digits = len(Decimal(text).normalize().as_tuple().digits)
    return f"{number:.{digits - 1}e}"


def for_json(value: Any) -> Any:
    """A decoded value for `json.dumps`, so that it prints what Go does: whole doubles without `.0`, keys in order."""
    if isinstance(value, dict):
        return {clean(key): for_json(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [for_json(each) for each in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return int(Decimal(repr(value)))
    return clean(value) if isinstance(value, str) else value


def compile_regex(pattern: str) -> Callable[[str], bool]:
    """A Go regular expression as a condition on texts: that it matches anywhere in one. By RE2, whose syntax Go's
    regexp package has. Raises ValueError for what it does not read."""
    import re2  # type: ignore[import-untyped]

    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else error
        raise ValueError(reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)) from error
    return lambda text: compiled.search(clean(text)) is not None
