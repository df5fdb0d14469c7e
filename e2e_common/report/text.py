"""Text that others wrote, made fit for a terminal or a page: printable, and of a bounded length."""

from __future__ import annotations

import re

WIDTH = 400
RED, GREEN, DIM, BOLD = "31", "32", "2", "1"
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def printable(text: str, kept: str = "\n\t") -> str:
    """`text` with each character that has no shape of its own as an escape (`\\x1b`, `\\u202e`), but for those `kept`.
    So it can be encoded as UTF-8, is allowed in XML, and reads in the order in which it stands."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in kept else c.encode("unicode_escape").decode() for c in text)


def one_line(text: str) -> str:
    """`text` as one printable line; a tab becomes a space."""
    return printable(text.replace("\t", " "), kept="")


def plain(text: str) -> str:
    """The text of a log without terminal colours, and printable."""
    return printable(uncoloured(text.replace("\r\n", "\n")))


def cut(text: str, limit: int) -> str:
    """`text`, or its first `limit` characters and how many more there were."""
    return text if len(text) <= limit else f"{text[:limit]}\n… cut: {len(text) - limit:,} more characters"


def last(text: str, *, lines: int, limit: int) -> str:
    """The last `lines` lines of `text`, of at most `limit` characters in all; says what was left out."""
    every = text.rstrip().split("\n")
    kept = "\n".join(every[-lines:])
    note = f"… {len(every) - lines:,} lines before\n" if len(every) > lines else ""
    return note + (kept if len(kept) <= limit else f"… cut\n{kept[-limit:]}")


class Painted(str):
    """A line with colours of ours, which is fit for a terminal already."""

    __slots__ = ()


def paint(code: str, text: str) -> str:
    """A line in a colour. It is clipped first, so that the colour does not stay on."""
    return Painted(f"\x1b[{code}m{clip(text)}\x1b[0m")


def uncoloured(text: str) -> str:
    return _COLOUR.sub("", text)


def clip(line: str, width: int = WIDTH) -> str:
    """A line that a terminal can show: printable, and of sane length."""
    if isinstance(line, Painted):
        return line
    text = one_line(line)
    return text if len(text) <= width else f"{text[: width - 1]}…"
