"""Redis's protocol, RESP 2 and 3: commands out of bytes, answers into bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Union

LIMIT = 16 * 2**20  # bytes of one command; a real server takes 512 MiB for each argument


class NotRedis(ValueError):
    """The bytes are no command. The message says what is wrong with them, as a server would."""


class Status(str):
    """A short answer in words: `OK`, `PONG`."""


class Failure(str):
    """An error, its code first."""


Answer = Union[int, str, bytes, Status, Failure, Sequence["Answer"], Mapping[str, "Answer"]]


def take_command(buffer: bytearray) -> list[bytes] | None:
    """Take the first command off `buffer`: its words, none for an empty line. None, and nothing taken, while it is not
    complete. Raises NotRedis."""
    if len(buffer) > LIMIT:
        raise NotRedis("Protocol error: longer than a sentinel reads")
    if buffer[:1] != b"*":
        return _take_inline(buffer)
    found = _line(buffer, 0)
    if found is None:
        return None
    count, position = _number(found[0][1:], "multibulk length"), found[1]
    words: list[bytes] = []
    while len(words) < count:
        found = _line(buffer, position)
        if found is None:
            return None
        header, position = found
        if header[:1] != b"$":
            raise NotRedis(f"Protocol error: expected '$', got {_text(header[:1])}")
        length = _number(header[1:], "bulk length")
        if len(buffer) < position + length + 2:
            return None
        words.append(bytes(buffer[position : position + length]))
        position += length + 2
    del buffer[:position]
    return words


def _take_inline(buffer: bytearray) -> list[bytes] | None:
    end = buffer.find(b"\n")
    if end < 0:
        return None
    line = bytes(buffer[:end])
    del buffer[: end + 1]
    return line.split()


def _line(buffer: bytearray, start: int) -> tuple[bytes, int] | None:
    end = buffer.find(b"\r\n", start, start + 100)
    if end < 0 and len(buffer) - start >= 100:
        raise NotRedis("Protocol error: too big count string")
    return None if end < 0 else (bytes(buffer[start:end]), end + 2)


def _number(digits: bytes, what: str) -> int:
    if not digits.isdigit() or int(digits) > 2**29:
        raise NotRedis(f"Protocol error: invalid {what}")
    return int(digits)


def shown(words: Sequence[bytes]) -> str:
    """A command for a person: binary arguments readable."""
    return " ".join(map(_text, words))


def _text(word: bytes) -> str:
    try:
        text = word.decode()
    except UnicodeDecodeError:
        return repr(word)[1:]
    plain = text.isprintable() and bool(text) and not set(" '\"") & set(text)
    return text if plain else repr(text)


def encode(answer: Answer, protocol: int) -> bytes:
    """`answer` as a server says it in version 2 or 3 of the protocol."""
    if isinstance(answer, int):
        return b":%d\r\n" % answer
    if isinstance(answer, (Status, Failure)):
        mark = "-" if isinstance(answer, Failure) else "+"
        return (mark + " ".join(answer.split())).encode(errors="replace") + b"\r\n"
    if isinstance(answer, str):
        answer = answer.encode()
    if isinstance(answer, bytes):
        return b"$%d\r\n%s\r\n" % (len(answer), answer)
    if isinstance(answer, Mapping):
        pairs = [part for pair in answer.items() for part in pair]
        head = b"%%%d\r\n" % len(answer) if protocol == 3 else b"*%d\r\n" % len(pairs)
        return head + b"".join(encode(part, protocol) for part in pairs)
    return b"*%d\r\n" % len(answer) + b"".join(encode(part, protocol) for part in answer)
