"""PostgreSQL's messages (protocol 3, its manual's part VII): frames out of bytes, and the server's answers."""

from __future__ import annotations

import struct

LIMIT = 16 * 2**20  # bytes of one message
STARTUP_LIMIT = 10_000  # a server's own
SSL_REQUEST, GSS_REQUEST, CANCEL_REQUEST = 80877103, 80877104, 80877102

AUTHENTICATION_OK, CLEARTEXT_PASSWORD = 0, 3
VIOLATION = "08P01"
"""SQLSTATE of a protocol violation."""


class NotPostgres(ValueError):
    """The bytes are no message of the protocol."""


def take_startup(buffer: bytearray) -> tuple[int, bytes] | None:
    """Take what a connection begins with off `buffer`: its code (the protocol's version, or a request) and the rest.
    None while it is not complete. Raises NotPostgres."""
    if len(buffer) >= 4:
        (length,) = struct.unpack_from(">I", buffer)
        if not 8 <= length <= STARTUP_LIMIT:
            raise NotPostgres("no start-up message")
        if len(buffer) >= length:
            body = bytes(buffer[4:length])
            del buffer[:length]
            return struct.unpack_from(">I", body)[0], body[4:]
    return None


def take_message(buffer: bytearray) -> tuple[str, bytes] | None:
    """Take the first message off `buffer`: its letter and its body. None while it is not complete. Raises
    NotPostgres."""
    if len(buffer) >= 5:
        (length,) = struct.unpack_from(">I", buffer, 1)
        if not 4 <= length <= LIMIT:
            raise NotPostgres(f"a message of {length} bytes")
        if len(buffer) > length:
            letter, body = chr(buffer[0]), bytes(buffer[5 : length + 1])
            del buffer[: length + 1]
            return letter, body
    return None


def pairs(body: bytes) -> dict[str, str]:
    """The names and values of a start-up message."""
    texts = [text.decode(errors="replace") for text in body.split(b"\0")]
    return dict(zip(texts[0::2], texts[1::2]))


def strings(body: bytes, count: int) -> list[str]:
    """The first `count` strings of a message. Raises NotPostgres when there are fewer."""
    parts = body.split(b"\0", count)
    if len(parts) <= count:
        raise NotPostgres("a message that breaks off")
    return [part.decode(errors="replace") for part in parts[:count]]


def bound_values(body: bytes) -> list[str]:
    """The parameters in a Bind message, readable: text in quotes, binary as \\x…, NULL. Raises struct.error."""
    position = len(body) - len(body.split(b"\0", 2)[2])
    formats, position = _shorts(body, position)
    (count,), position = struct.unpack_from(">H", body, position), position + 2
    values = []
    for index in range(count):
        (length,), position = struct.unpack_from(">i", body, position), position + 4
        value = body[position : position + max(length, 0)]
        position += len(value)
        binary = formats[index if len(formats) > 1 else 0] if formats else 0
        values.append("NULL" if length < 0 else _value(value, bool(binary)))
    return values


def _shorts(body: bytes, position: int) -> tuple[tuple[int, ...], int]:
    (count,) = struct.unpack_from(">H", body, position)
    return struct.unpack_from(f">{count}H", body, position + 2), position + 2 + 2 * count


def _value(value: bytes, binary: bool) -> str:
    return f"\\x{value.hex()}" if binary else repr(value.decode(errors="replace"))


def message(letter: str, body: bytes = b"") -> bytes:
    """A message of the server."""
    return letter.encode() + struct.pack(">I", len(body) + 4) + body


def authentication(code: int, body: bytes = b"") -> bytes:
    """AuthenticationOk and its kin."""
    return message("R", struct.pack(">I", code) + body)


def parameter(name: str, value: str) -> bytes:
    """ParameterStatus."""
    return message("S", _string(name) + _string(value))


def complete(tag: str) -> bytes:
    """CommandComplete."""
    return message("C", _string(tag))


def ready(status: bytes) -> bytes:
    """ReadyForQuery, with the transaction's status."""
    return message("Z", status)


def error(severity: str, code: str, text: str) -> bytes:
    """ErrorResponse."""
    fields = {"S": severity, "V": severity, "C": code, "M": text}
    return message("E", b"".join(letter.encode() + _string(value) for letter, value in fields.items()) + b"\0")


def negotiate(version: int, options: list[str]) -> bytes:
    """NegotiateProtocolVersion: the version that will be spoken, and the options that are not known."""
    return message("v", struct.pack(">II", version, len(options)) + b"".join(map(_string, options)))


def _string(text: str) -> bytes:
    return text.replace("\0", "").encode(errors="replace") + b"\0"
