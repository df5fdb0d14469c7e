"""The single values of a recording, and minimal changes to them that a check must notice."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

WORD = "changed"
_ALPHABETS = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_SEPARATORS = ((",", ":"), (", ", ": "), (",", ": "))


@dataclass(frozen=True)
class Leaf:
    """A value that contains no other, or the last item of a list. `words`: its path (`rows[0][2]`, `$.title` in a JSON
    text); `put`: returns a copy of the whole with another value here, encoded as before."""

    words: str
    value: Any
    put: Callable[[Any], Any]

    def within(self, outer: Callable[[Any], Any]) -> Leaf:
        """Returns the leaf with `outer` applied to the whole."""
        return Leaf(self.words, self.value, lambda new: outer(self.put(new)))


def leaves(value: Any, words: str = "") -> Iterator[Leaf]:
    """Yields the leaves of a value at the path `words`, including those in encoded texts (JSON, base64)."""
    if isinstance(value, dict) and value:
        for key in _members(value):
            encoded = key == "__bytes__" and isinstance(value[key], str)
            inner = (leaves_of_base64 if encoded else leaves)(value[key], f"{words}.{key}" if words else key)
            yield from (leaf.within(_member(value, key)) for leaf in inner)
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            inner = leaves(item, f"{words}[{index}]")
            yield from (leaf.within(_item(value, index)) for leaf in inner)
        yield Leaf(f"{words} (its last item)", value, lambda _: value[:-1])
    elif isinstance(value, str) and (style := _json_style(value)):
        document, write = style
        yield from (leaf.within(write) for leaf in leaves(document, f"{words}$"))
    else:
        yield Leaf(words, value, lambda new: new)


def leaves_of_base64(text: str, words: str = "") -> Iterator[Leaf]:
    """Yields the leaves of base64 `text`; the text itself if it is not base64, or empty."""
    data = _decoded(text)
    if data:
        yield from (leaf.within(_encoded) for leaf in leaves(_text(data), words))
    else:
        yield Leaf(words, text, lambda new: new)


def leaves_of_form(text: str) -> Iterator[Leaf]:
    parts = text.split("&")
    for index, part in enumerate(parts):
        name, _, old = part.partition("=")
        if part:
            field = Leaf(f"{index + 1} {name}", old, partial("{}={}".format, name))
            yield field.within(_item(parts, index)).within("&".join)


def leaves_of_body(text: str, is_form: bool) -> Iterator[Leaf]:
    """Yields the leaves of a request body in base64."""
    form = _text(_decoded(text) or b"")
    if is_form and isinstance(form, str):
        yield from (leaf.within(_encoded) for leaf in leaves_of_form(form))
    else:
        yield from leaves_of_base64(text)


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


def _member(value: dict[str, Any], key: str) -> Callable[[Any], Any]:
    return lambda new: {**value, key: new}


def _item(value: list[Any], index: int) -> Callable[[Any], Any]:
    return lambda new: [*value[:index], new, *value[index + 1 :]]


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
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    tail = text[len(text.rstrip()) :]
    for separators in _SEPARATORS:
        for ascii_only in (False, True):

            def write(value: Any, of: tuple[str, str] = separators, plain: bool = ascii_only) -> str:
                return json.dumps(value, separators=of, ensure_ascii=plain) + tail

            if write(document) == text:
                return document, write
    return None
