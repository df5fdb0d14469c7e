"""Redis's protocol, RESP 2 and 3: parses commands, encodes answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Union

LIMIT = 16 * 2**20  # bytes of one command; a real server accepts 512 MiB for each argument
LINE_LIMIT = 12  # bytes of a line that has a number


class NotRedis(ValueError):
    """The bytes are not a command."""


class Status(str):
    """A simple string: `OK`, `PONG`."""


class Failure(str):
    """An error; it begins with its code."""


Answer = Union[int, str, bytes, Status, Failure, Sequence["Answer"], Mapping[str, "Answer"]]


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


def encode(answer: Answer, protocol: int) -> bytes:
    """`answer` in version 2 or 3 of the protocol."""
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
