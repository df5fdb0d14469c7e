"""How deep JSON may be nested in a call: deeper, what reads it would overflow a stack, Python's or that of protobuf."""

from __future__ import annotations

from functools import cache
from typing import Any

MAX_LEVELS = 300
TOO_DEEP = f"nested deeper than {MAX_LEVELS} levels"

_LEVELS = ("Struct", "ListValue", "JsonSchema")
_VARINT, _BYTES, _FIXED = 0, 2, {1: 8, 5: 4}  # wire types, and the bytes of those that always have as many
_LONGEST_VARINT = 10


class TooDeep(ValueError):
    """A value or a schema is nested deeper than MAX_LEVELS."""


def is_too_deep(value: Any, limit: int = MAX_LEVELS) -> bool:
    """Whether objects and lists in `value` are nested deeper than `limit` levels; without recursion."""
    level, depth = [value], 0
    while level := [each for each in level if isinstance(each, (dict, list))]:
        depth += 1
        if depth > limit:
            return True
        level = [part for each in level for part in (each.values() if isinstance(each, dict) else each)]
    return False


def parse(kind: Any, data: bytes) -> Any:
    """The message of this kind, a Struct or a JsonSchema, in `data`. Raises TooDeep, and DecodeError or ValueError for
    what is none. The levels are counted first, without recursion: the parser of protobuf recurses in C, so 20,000 of
    them overflow the stack of its thread, and the process dies."""
    pending = [(0, len(data), kind.DESCRIPTOR, 1)]
    while pending:
        at, end, holder, level = pending.pop()
        if level > MAX_LEVELS:
            raise TooDeep(TOO_DEEP)
        while at < end:
            tag, at = _varint(data, at)
            if tag & 7 in _FIXED:
                at += _FIXED[tag & 7]
                continue
            if tag & 7 not in (_VARINT, _BYTES):
                raise ValueError(f"wire type {tag & 7}, which no value of the SDK has")
            size, at = _varint(data, at)
            inner = _message_in(holder, tag >> 3) if tag & 7 == _BYTES else None
            if inner is not None:
                pending.append((at, min(at + size, end), inner, level + (inner.name in _LEVELS)))
            at += size if tag & 7 == _BYTES else 0
    return kind.FromString(data)


@cache
def _message_in(holder: Any, number: int) -> Any:
    """The type of the message in a field; None where it holds none."""
    field = holder.fields_by_number.get(number)
    return field and field.message_type


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at `at`, and where it ends. Raises ValueError where it has no end."""
    value = 0
    for shift, byte in enumerate(data[at : at + _LONGEST_VARINT]):
        value |= (byte & 0x7F) << 7 * shift
        if byte < 0x80:
            return value, at + shift + 1
    raise ValueError("a number without an end")
