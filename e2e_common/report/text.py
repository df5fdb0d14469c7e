"""Makes text of unknown origin fit for a terminal or a page: printable, and of limited length."""

from __future__ import annotations

import re

WIDTH = 400
RED, GREEN, DIM, BOLD = "31", "32", "2", "1"
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def printable(text: str, kept: str = "\n\t") -> str:
    """Returns `text` with each unprintable character, except those in `kept`, as an escape (`\\x1b`, `\\u202e`). The
    result can be encoded as UTF-8, is valid in XML, and is displayed in its stored order."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in kept else c.encode("unicode_escape").decode() for c in text)


def one_line(text: str) -> str:
    """Returns `text` as one printable line; a tab becomes a space."""
    return printable(text.replace("\t", " "), kept="")


def plain(text: str) -> str:
    """Returns the text of a log printable, and without terminal colours."""
    return printable(uncoloured(text.replace("\r\n", "\n")))


def cut(text: str, limit: int) -> str:
    """Returns `text`, or its first `limit` characters and the number of characters that were cut."""
    return text if len(text) <= limit else f"{text[:limit]}\n… cut: {len(text) - limit:,} more characters"


class Painted(str):
    """A line with our own colours, already fit for a terminal."""

    __slots__ = ()


def paint(code: str, text: str) -> str:
    """Returns a coloured line. It is clipped first, so that the code that ends the colour is not lost."""
    return Painted(f"\x1b[{code}m{clip(text)}\x1b[0m")


def uncoloured(text: str) -> str:
    return _COLOUR.sub("", text)


def clip(line: str, width: int = WIDTH) -> str:
    """Returns a printable line of at most `width` characters."""
    if isinstance(line, Painted):
        return line
    text = one_line(line)
    return text if len(text) <= width else f"{text[: width - 1]}…"
