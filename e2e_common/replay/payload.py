"""From the bytes of a frame to the SDK's message, however deep its values are nested.

The parser of protobuf recurses in C: of 20,000 levels it overflows the stack of its thread, and the process dies. So
the levels are counted first, by the table of the messages and without recursion.
"""

from __future__ import annotations

from typing import Any

from e2e_common.replay import wire
from e2e_common.replay.depth import MAX_LEVELS

_LEVELS = ("google.protobuf.Struct", "google.protobuf.ListValue", f"{wire.PACKAGE}.JsonSchema")
_SHORTEST = 3 * MAX_LEVELS - 64  # bytes of what is nested so deep: three a level, and two where the length has one
_VARINT, _BYTES, _FIXED = 0, 2, {1: 8, 5: 4}  # wire types, and the bytes of those that always have as many
_LONGEST_VARINT = 10


def parse(payload: bytes) -> tuple[Any, bool]:
    """The SDKMessage in `payload`, and whether it is nested too deep: then it comes without its values and schemas.
    Raises DecodeError or ValueError for what is none."""
    if not _is_too_deep(payload):
        return wire.SDKMessage.FromString(payload), False
    shallow = wire.Shallow.FromString(payload)
    shallow.DiscardUnknownFields()
    return wire.SDKMessage.FromString(shallow.SerializeToString()), True


def _is_too_deep(payload: bytes) -> bool:
    """Whether a value or a schema in it is nested deeper than MAX_LEVELS."""
    pending = [(0, len(payload), wire.SDKMessage.DESCRIPTOR.full_name, 0)] if len(payload) > _SHORTEST else []
    while pending:
        at, end, kind, level = pending.pop()
        while at < end:
            tag, at = _varint(payload, at)
            if tag & 7 in _FIXED:
                at += _FIXED[tag & 7]
            elif tag & 7 == _VARINT:
                _, at = _varint(payload, at)
            elif tag & 7 == _BYTES:
                size, at = _varint(payload, at)
                inner = _NESTED[kind].get(tag >> 3)
                if inner:
                    below = level + (inner in _LEVELS)
                    if below > MAX_LEVELS:
                        return True
                    pending.append((at, min(at + size, end), inner, below))
                at += size
            else:
                raise ValueError(f"wire type {tag & 7}, which no message of the SDK has")
    return False


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at `at`, and where it ends. Raises ValueError where it has no end."""
    if at < len(data) and data[at] < 0x80:  # most are so short
        return data[at], at + 1
    value = shift = 0
    for end in range(at, min(at + _LONGEST_VARINT, len(data))):
        value |= (data[end] & 0x7F) << shift
        if data[end] < 0x80:
            return value, end + 1
        shift += 7
    raise ValueError("a number without an end")


def _nested(top: Any) -> dict[str, dict[int, str]]:
    """Message → number of a field → the message that it holds, for all that are reached from `top`."""
    found: dict[str, dict[int, str]] = {}
    pending = [top]
    while pending:
        kind = pending.pop()
        if kind.full_name not in found:
            inner = {field.number: field.message_type for field in kind.fields if field.message_type}
            found[kind.full_name] = {number: message.full_name for number, message in inner.items()}
            pending += inner.values()
    return found


_NESTED = _nested(wire.SDKMessage.DESCRIPTOR)
