"""Change one value of a recording: as little as must be noticed, or in kind where the comparison forgives less.

A path leads to a value through objects and lists, and through what is encoded in a text: JSON, base64, a form.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any

from e2e_common.replay.comparison import Rules, equal

WORD = "changed"


class Step(Enum):
    """A step of a path that is neither key nor index."""

    BASE64 = "base64"
    JSON = "json"
    FORM = "form"
    LAST = "last item"  # the fact that it is there


Path = tuple[Any, ...]

_DIGITS, _SMALL, _LARGE = "0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_STYLES: tuple[tuple[str, str, bool], ...] = tuple(
    (comma, colon, ascii_only)
    for comma, colon in ((",", ":"), (", ", ": "), (",", ": "))
    for ascii_only in (False, True)
)
# One of each kind that the comparison takes for any other of its kind (replay protocol, section 13)
_OF_A_KIND: tuple[Any, ...] = (
    "00000000-0000-4000-8000-000000000000",
    "2000-01-02T03:04:05Z",
    "2000-01-02",
    "1500000000",
    "1500000000000",
    1_500_000_000,
    1_500_000_000_000,
)


def leaves(value: Any) -> Iterator[Path]:
    """The paths to every value in `value` that holds no other, and to the last item of every list."""
    if isinstance(value, dict) and value:
        for key in _members(value):
            encoded = key == "__bytes__" and isinstance(value[key], str)
            yield from ((key, *rest) for rest in (leaves_of_base64(value[key]) if encoded else leaves(value[key])))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from ((index, *rest) for rest in leaves(item))
        yield (Step.LAST,)
    elif isinstance(value, str) and (style := _json_style(value)):
        yield from ((Step.JSON, *rest) for rest in leaves(style[0]))
    else:
        yield ()


def leaves_of_base64(text: str) -> Iterator[Path]:
    """The same, of what `text` holds as base64; the text itself is the value where it is none, or empty."""
    data = _decoded(text) if text else None
    if data is None:
        yield ()
    else:
        yield from ((Step.BASE64, *rest) for rest in leaves(_text(data)))


def leaves_of_form(text: str) -> Iterator[Path]:
    """The same, of `a=1&b`."""
    yield from ((Step.FORM, index) for index, part in enumerate(text.split("&")) if part)


def value_at(value: Any, path: Path) -> Any:
    """What stands at the end of `path`; the last item of a list for LAST."""
    for step in path:
        if step is Step.BASE64:
            value = _text(_decoded(value) or b"")
        elif step is Step.JSON:
            value = json.loads(value)
        elif step is Step.FORM:
            value = [part.partition("=")[2] for part in value.split("&")]
        else:
            value = value[-1] if step is Step.LAST else value[step]
    return value


def changed_at(value: Any, path: Path, change: Callable[[Any], Any]) -> Any:
    """`value` with what stands at the end of `path` changed (without it, for LAST). What is on the way is encoded as it
    was; `value` itself stays as it is."""
    if not path:
        return change(value)
    step, rest = path[0], path[1:]
    if step is Step.LAST:
        return value[:-1]
    if step is Step.BASE64:
        new = changed_at(_text(_decoded(value) or b""), rest, change)
        return base64.b64encode(new if isinstance(new, bytes) else new.encode("utf-8", "surrogatepass")).decode()
    if step is Step.JSON:
        document, write = _json_style(value) or (None, json.dumps)
        return write(changed_at(document, rest, change))
    if step is Step.FORM:
        parts = value.split("&")
        name, _, old = parts[rest[0]].partition("=")
        parts[rest[0]] = f"{name}={change(old)}"
        return "&".join(parts)
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[step] = changed_at(value[step], rest, change)
    return copy


def forgiven(value: Any, rules: Rules) -> bool:
    """Whether the comparison takes another value of the same kind for it: a UUID, a date, a token, …"""
    others = list(_OF_A_KIND)
    if isinstance(value, str) and value.count(".") == 2:
        others.append(f"{value.rpartition('.')[0]}.{WORD}")  # a token with another signature
    return any(other != value and equal([value], [other], rules) for other in others)


def other(value: Any, rules: Rules) -> Any:
    """A value that the comparison never takes for `value`: a little different, or of another kind."""
    new: Any = WORD
    if isinstance(value, bool):
        new = not value
    elif isinstance(value, (int, float)):
        new = value + 1
    elif isinstance(value, bytes):
        middle = len(value) // 2
        new = value[:middle] + bytes([(value[middle] + 1) % 256]) + value[middle + 1 :]
    elif isinstance(value, list):
        new = [WORD]
    elif isinstance(value, dict):
        new = {WORD: True}
    elif isinstance(value, str) and value:
        new = _other_text(value)
    if isinstance(value, bytes) or not (forgiven(value, rules) or equal([value], [new], rules)):
        return new
    return 7 if isinstance(value, (int, float)) else WORD


def _other_text(text: str) -> str:
    """`text` with another letter or digit in its middle, which keeps its form; a letter more where it has none."""
    places = [index for index, letter in enumerate(text) if letter in _DIGITS + _SMALL + _LARGE]
    if not places or "%" in text:  # not into a percent escape
        return f"{text}x"
    place = min(places, key=lambda index: abs(index - len(text) // 2))
    alphabet = next(letters for letters in (_DIGITS, _SMALL, _LARGE) if text[place] in letters)
    letter = alphabet[(alphabet.index(text[place]) + 1) % len(alphabet)]
    return text[:place] + letter + text[place + 1 :]


def _members(value: dict[str, Any]) -> list[str]:
    """The keys whose values are facts: of {"__bytes__": true, "encoding": …, "value": …} (redis) only the value."""
    tagged = value.get("__bytes__") is True or value.get("__float__") is True
    return ["value"] if tagged and "value" in value else list(value)


def _decoded(text: str) -> bytes | None:
    """The bytes of a base64 text, None where it is none: the SDK tries it in this way (requests, httpx)."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    return data if base64.b64encode(data).decode() == text else None


def _text(data: bytes) -> str | bytes:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def _json_style(text: str) -> tuple[Any, Callable[[Any], str]] | None:
    """The object or list that a text is the JSON of, and how to write such a text again; None where it is none, or in a
    form that we would not write: the form must not be what makes the difference."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    tail = text[len(text.rstrip()) :]
    for comma, colon, ascii_only in _STYLES:

        def write(value: Any, style: tuple[str, str, bool] = (comma, colon, ascii_only)) -> str:
            return json.dumps(value, separators=style[:2], ensure_ascii=style[2]) + tail

        if write(document) == text:
            return document, write
    return None
