"""Redis's protocol, RESP 2 and 3: parses commands, encodes answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Union

LIMIT = 16 * 2**20  # bytes of one command; a real server accepts 512 MiB for each argument
LINE_LIMIT = 12  # bytes of a line that has a number


class NotRedis(ValueError):
    """The bytes are not a command."""


Answer = Union[int, str, bytes, Sequence["Answer"]]
"""A number, a string, bytes that are encoded already, or an array."""


def take_command(buffer: bytearray) -> list[bytes] | None:
    """Remove the first command from `buffer`: its words. None while it is incomplete; the buffer is then unchanged.
    Raises NotRedis."""
    if len(buffer) > LIMIT:
        raise NotRedis("longer than a sentinel reads")
    head = _count(b"*", buffer, 0)
    if head is None:
        return None
    count, position = head
    words: list[bytes] = []
    while len(words) < count:
        head = _count(b"$", buffer, position)
        if head is None or len(buffer) < sum(head) + 2:
            return None
        length, position = head
        words.append(bytes(buffer[position : position + length]))
        position += length + 2
    del buffer[:position]
    return words


def _count(mark: bytes, buffer: bytearray, start: int) -> tuple[int, int] | None:
    """(number in a line that begins with `mark`, position after the line). None while the line is incomplete."""
    line, end, _ = buffer[start : start + LINE_LIMIT].partition(b"\n")
    number = line[1:].rstrip(b"\r") or b"0"
    if not line.startswith(mark[: len(line)]) or not number.isdigit() or len(line) == LINE_LIMIT:
        raise NotRedis(f"no {mark.decode()} and a number")
    return (int(number), start + len(line) + 1) if end else None


def shown(words: Sequence[bytes]) -> str:
    """A command as text; binary arguments are escaped."""
    return " ".join(map(_text, words))


def _text(word: bytes) -> str:
    try:
        text = word.decode()
    except UnicodeDecodeError:
        return repr(word)[1:]
    plain = text.isprintable() and bool(text) and not set(" '\"") & set(text)
    return text if plain else repr(text)


def encode(answer: Answer) -> bytes:
    """`answer` in both versions of the protocol."""
    if isinstance(answer, bytes):
        return answer
    if isinstance(answer, int):
        return b":%d\r\n" % answer
    if isinstance(answer, str):
        return b"$%d\r\n%s\r\n" % (len(answer.encode()), answer.encode())
    return b"*%d\r\n" % len(answer) + b"".join(map(encode, answer))
