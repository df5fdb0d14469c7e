"""PostgreSQL's messages (protocol 3; PostgreSQL manual, part VII): parsing, and the server's answers."""

from __future__ import annotations

import struct
from io import BytesIO

from e2e_common.services.sentinels import Malformed

LIMIT = 16 * 2**20  # bytes of one message
SSL_REQUEST, GSS_REQUEST, CANCEL_REQUEST = 80877103, 80877104, 80877102


def take(buffer: bytearray, letters: int) -> tuple[str, bytes] | None:
    """Remove the first message from `buffer`: its letter and its body. None while it is incomplete. Raises Malformed.
    `letters`: 1, or 0 for the first message of a connection, which has no letter."""
    if len(buffer) < letters + 4:
        return None
    (length,) = struct.unpack_from(">I", buffer, letters)
    if not 4 <= length <= LIMIT:
        raise Malformed(f"a message of {length} bytes")
    if len(buffer) < letters + length:
        return None
    letter, body = buffer[:letters].decode("latin-1"), bytes(buffer[letters + 4 : letters + length])
    del buffer[: letters + length]
    return letter, body


def strings(body: bytes, count: int) -> list[str]:
    """The first `count` strings of a message. Raises Malformed if there are fewer."""
    parts = body.split(b"\0", count)
    if len(parts) <= count:
        raise Malformed("a message that breaks off")
    return [part.decode(errors="replace") for part in parts[:count]]


def bound_values(body: bytes) -> list[str]:
    """The parameters in a Bind message as text: strings in quotes, binary as \\x…, NULL. Raises struct.error."""
    rest = BytesIO(body.split(b"\0", 2)[2])

    def number(kind: str) -> int:
        return int(struct.unpack(kind, rest.read(struct.calcsize(kind)))[0])

    formats = [number(">H") for _ in range(number(">H"))]
    values = []
    for index in range(number(">H")):
        length = number(">i")
        value = rest.read(max(length, 0))
        binary = formats[index if len(formats) > 1 else 0] if formats else 0
        text = f"\\x{value.hex()}" if binary else repr(value.decode(errors="replace"))
        values.append("NULL" if length < 0 else text)
    return values


def message(letter: str, *parts: bytes | str) -> bytes:
    """A message of the server. Text in it ends with a zero byte."""
    body = b"".join(part if isinstance(part, bytes) else f"{part}\0".encode() for part in parts)
    return letter.encode() + struct.pack(">I", len(body) + 4) + body


def error(severity: str, code: str, text: str) -> bytes:
    """ErrorResponse."""
    return message("E", f"S{severity}", f"V{severity}", f"C{code}", f"M{text}", b"\0")
