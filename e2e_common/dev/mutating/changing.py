"""The single values of a recording, and minimal changes to them that a check must notice."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from typing import Any

WORD = "changed"
_ALPHABETS = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_JSON_STYLES = [
    partial(json.dumps, separators=separators, ensure_ascii=ascii_only)
    for separators, ascii_only in product(((",", ":"), (", ", ": "), (",", ": ")), (False, True))
]

Leaves = Iterator[tuple[str, Callable[[], Any]]]
"""For each value that contains no other, and for the last item of each list: its path (`rows[0][2]`, `$.title` in a
JSON text), and what makes a copy of the whole in which it is changed, encoded as before."""


def leaves(value: Any, path: str = "") -> Leaves:
    """Yields the leaves of a value at `path`, including those in encoded texts (JSON, base64)."""
    if isinstance(value, dict) and value:
        for key in _members(value):
            encoded = key == "__bytes__" and isinstance(value[key], str)
            inner = (leaves_of_base64 if encoded else leaves)(value[key], f"{path}.{key}" if path else key)
            yield from within(partial(_with, value, key), inner)
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from within(partial(_with, value, index), leaves(item, f"{path}[{index}]"))
        yield f"{path} (its last item)", lambda: value[:-1]
    elif isinstance(value, str) and (style := _json_style(value)):
        document, write = style
        yield from within(write, leaves(document, f"{path}$"))
    else:
        yield path, partial(other, value)


def leaves_of_base64(text: str, path: str = "") -> Leaves:
    """Yields the leaves of base64 `text`; the text itself if it is not base64, or empty."""
    data = _decoded(text)
    if data:
        yield from within(_encoded, leaves(_text(data), path))
    else:
        yield path, partial(other, text)


def leaves_of_form(text: str) -> Leaves:
    parts = text.split("&")
    for index, part in enumerate(parts):
        name, _, old = part.partition("=")
        if part:
            changed = _with(parts, index, f"{name}={other(old)}")
            yield f"{index + 1} {name}", partial("&".join, changed)


def leaves_of_body(text: str, is_form: bool) -> Leaves:
    """Yields the leaves of a request body in base64."""
    form = _text(_decoded(text) or b"")
    if is_form and isinstance(form, str):
        yield from within(_encoded, leaves_of_form(form))
    else:
        yield from leaves_of_base64(text)


def within(outer: Callable[[Any], Any], inner: Leaves) -> Leaves:
    """Yields the leaves `inner` of a whole that is put into another one by `outer`."""
    for path, change in inner:
        yield path, partial(_chained, outer, change)


def _chained(outer: Callable[[Any], Any], change: Callable[[], Any]) -> Any:
    return outer(change())


def other(value: Any) -> Any:
    """Returns a slightly different value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    if isinstance(value, bytes):
        middle = len(value) // 2
        return value[:middle] + bytes([(value[middle] + 1) % 256]) + value[middle + 1 :]
    if isinstance(value, list):
        return [WORD]
    if isinstance(value, dict):
        return {WORD: True}
    return _other_text(value) if isinstance(value, str) and value else WORD


def _other_text(text: str) -> str:
    """Returns `text` with another letter or digit in its middle, of the same kind; appends a letter if it has none."""
    places = [index for index, letter in enumerate(text) if letter in "".join(_ALPHABETS)]
    if not places or "%" in text:  # not into a percent escape
        return f"{text}x"
    place = min(places, key=lambda index: abs(index - len(text) // 2))
    alphabet = next(letters for letters in _ALPHABETS if text[place] in letters)
    letter = alphabet[(alphabet.index(text[place]) + 1) % len(alphabet)]
    return text[:place] + letter + text[place + 1 :]


def _with(value: Any, key: Any, new: Any) -> Any:
    """Returns a copy of the dict or list `value` with `new` at `key`."""
    copy = value.copy()
    copy[key] = new
    return copy


def _members(value: dict[str, Any]) -> list[str]:
    """Returns the keys whose values are facts: in {"__bytes__": true, "encoding": …, "value": …} (redis) only
    `value`."""
    tagged = value.get("__bytes__") is True or value.get("__float__") is True
    return ["value"] if tagged and "value" in value else list(value)


def _decoded(text: str) -> bytes | None:
    """Returns the bytes of base64 `text`, or None. The SDK checks for base64 in the same way (requests, httpx)."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    return data if base64.b64encode(data).decode() == text else None


def _encoded(value: Any) -> str:
    return base64.b64encode(value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")).decode()


def _text(data: bytes) -> str | bytes:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def _json_style(text: str) -> tuple[Any, Callable[[Any], str]] | None:
    """Returns the object or list in a JSON text, and a function that writes it in the same style. None if it is not
    JSON or of an unknown style: the style must not be what differs."""
    if not text.startswith(("{", "[")):
        return None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    body = text.rstrip()
    style = next((dumps for dumps in _JSON_STYLES if dumps(document) == body), None)
    return (document, lambda value: style(value) + text[len(body) :]) if style else None
