"""What Go does differently from Python, as far as it decides a verdict: JSON, `%v`, regular expressions.

Source: official-cli.md, sections 3 and 11 (measured), and what Go's encoding/json, fmt and regexp print and accept.
"""

from __future__ import annotations

import base64
import json
import re
import sys
from collections.abc import Callable
from typing import Any, NoReturn

_SURROGATE = re.compile("[\ud800-\udfff]")
_BASE64 = re.compile("[A-Za-z0-9+/]*={0,2}")
_DEEP_STACK = 512 * 1024 * 1024
_DEEP_LIMIT = 60_000  # frames for the 10000 levels that Go reads
_INFINITE = (float("inf"), float("-inf"))
# What RE2 reads and Go does not: `\C` (one byte), group names beyond ASCII. Quoted text and escapes are passed over.
_ONLY_RE2 = re.compile(r"\\Q.*?(?:\\E|\Z)|\\[^C]|(\\C|\(\?P?<(?=[^>]*[^0-9A-Za-z_>])[^>=!]*>)", re.DOTALL)
_MAX_GROUPS = 900  # Go reads up to 1000 levels


class NotJSON(ValueError):
    """The text is not JSON for Go."""


def clean(text: str) -> str:
    """`text` with every lone surrogate (also a byte that was no UTF-8) as U+FFFD, as Go's decoder leaves it."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def lower(text: str) -> str:
    """strings.ToLower: each character by itself, so no final sigma, and `İ` is `i`."""
    return text.lower() if text.isascii() else "".join(char.lower()[0] for char in text)


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
    escapes = "\\u" in text
    pairs = _clean_keys if escapes else None
    decoder = json.JSONDecoder(parse_int=_double, parse_float=_double, parse_constant=_refuse, object_pairs_hook=pairs)
    try:
        value = decoder.decode(clean(text))
    except RecursionError:
        value = _parse_deep(decoder, clean(text))
    except ValueError as error:
        raise NotJSON(str(error)) from None
    return _clean_tree(value) if escapes else value


def _parse_deep(decoder: json.JSONDecoder, text: str) -> Any:
    """The same for deep nesting: Python's own scanner, in a thread whose stack holds it."""
    import threading
    from json import scanner

    decoder.scan_once = scanner.py_make_scanner(decoder)  # type: ignore[attr-defined]
    outcome: list[Any] = []

    def parse() -> None:
        try:
            outcome.append(decoder.decode(text))
        except (ValueError, RecursionError) as error:
            outcome.append(NotJSON(str(error)))

    limit, stack = sys.getrecursionlimit(), threading.stack_size(_DEEP_STACK)
    sys.setrecursionlimit(_DEEP_LIMIT)
    try:
        thread = threading.Thread(target=parse)
        thread.start()
        thread.join()
    finally:
        sys.setrecursionlimit(limit)
        threading.stack_size(stack)
    if isinstance(outcome[0], NotJSON):
        raise outcome[0]
    return outcome[0]


def _clean_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of keys that are equal once they are cleaned, the last one counts, as of all equal ones."""
    return {clean(key): value for key, value in pairs}


def _clean_tree(root: Any) -> Any:
    """Every string of a tree cleaned, in place and without recursion: escapes can spell lone surrogates."""
    holder = [root]
    stack: list[Any] = [holder]
    while stack:
        node = stack.pop()
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            if isinstance(value, str):
                node[key] = clean(value)
            elif isinstance(value, (dict, list)):
                stack.append(value)
    return holder[0]


def _double(text: str) -> float:
    number = float(text)
    if number in _INFINITE:
        raise NotJSON(f"{text[:40]} is beyond the range of doubles")
    return number


def _refuse(text: str) -> NoReturn:
    raise NotJSON(f"{text} is not JSON")


def _decimal(number: float) -> tuple[str, str, int]:
    """Sign, shortest digits and decimal exponent: 1234.5 → '', '12345', 3."""
    mantissa, _, exponent = f"{abs(number)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    leading = len(whole.lstrip("0")) or -(len(fraction) - len(fraction.lstrip("0")))
    sign = "-" if str(number).startswith("-") else ""
    return sign, digits.rstrip("0") or "0", (leading - 1 + int(exponent or 0)) if digits else 0


def _plain(sign: str, digits: str, exponent: int) -> str:
    """Without an exponent: '12345', 3 → 1234.5; '1', -3 → 0.001."""
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    whole = digits[: exponent + 1].ljust(exponent + 1, "0")
    return sign + whole + (f".{digits[exponent + 1 :]}" if digits[exponent + 1 :] else "")


def _scientific(sign: str, digits: str, exponent: int, width: int) -> str:
    point = f".{digits[1:]}" if digits[1:] else ""
    return f"{sign}{digits[0]}{point}e{'-' if exponent < 0 else '+'}{abs(exponent):0{width}d}"


def text_form(value: Any) -> str:
    """Go's `%v` of a decoded JSON value: null is `<nil>`, 7712345 is `7.712345e+06`, an object is `map[k:v …]`."""
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        parts = _decimal(float(value))
        return _plain(*parts) if -4 <= parts[2] < 6 or parts[1] == "0" else _scientific(*parts, width=2)
    if isinstance(value, dict):
        return f"map[{' '.join(f'{key}:{text_form(value[key])}' for key in sorted(value))}]"
    if isinstance(value, list):
        return f"[{' '.join(text_form(item) for item in value)}]"
    return str(value)


def print_json(root: Any, sorted_from: int) -> str:
    """JSON as Go's encoder prints it, indented by two spaces: `<`, `>`, `&` escaped, all else raw UTF-8.

    Keys keep their order above nesting level `sorted_from` (a struct's fields) and are sorted from there on (a map's).
    """
    out: list[str] = []
    stack: list[Any] = [(root, 0)]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            out.append(item)
            continue
        value, level = item
        if not isinstance(value, (dict, list)) or not value:
            out.append(_scalar(value))
            continue
        pad = "  " * (level + 1)
        keys = list(value) if isinstance(value, dict) else range(len(value))
        keys = sorted(keys) if isinstance(value, dict) and level >= sorted_from else keys
        stack += ["}" if isinstance(value, dict) else "]", "\n" + "  " * level]
        for key in reversed(keys):
            label = f"{_scalar(key)}: " if isinstance(value, dict) else ""
            stack += [(value[key], level + 1), f"{'' if key == keys[0] else ','}\n{pad}{label}"]
        out.append("{" if isinstance(value, dict) else "[")
    return "".join(out)


def _scalar(value: Any) -> str:
    """A scalar, or an empty list or object, in Go's JSON."""
    if isinstance(value, float):
        parts = _decimal(value)
        return _plain(*parts) if -6 <= parts[2] < 21 or parts[1] == "0" else _scientific(*parts, width=1)
    text = json.dumps(clean(value) if isinstance(value, str) else value, ensure_ascii=False)
    for raw in "<>&\u2028\u2029":
        text = text.replace(raw, f"\\u{ord(raw):04x}")
    return text


def compile_regex(pattern: str) -> Callable[[str], bool]:
    """A Go regular expression as a condition on texts: that it matches anywhere in one. By RE2, whose syntax Go's
    regexp package has.

    Raises ValueError for what Go does not read either, and where the package is missing.
    """
    try:
        import re2  # type: ignore[import-untyped]
    except ImportError as error:
        raise ValueError("regular expressions of Go need the package google-re2") from error
    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else error
        raise ValueError(reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)) from error
    foreign = next((found[1] for found in _ONLY_RE2.finditer(pattern) if found[1]), "")
    if foreign or pattern.count("(") > _MAX_GROUPS:
        raise ValueError(f"Go does not read {foreign}" if foreign else "too many groups")
    return lambda text: compiled.search(clean(text)) is not None
