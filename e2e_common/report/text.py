"""Makes text of unknown origin fit for a terminal or a page: printable, of limited length, coloured by its marks."""

from __future__ import annotations

import re

WIDTH = 400
_RED, _GREEN, _DIM, _BOLD = 31, 32, 2, 1
_COLOURS = {"✗": _RED, "-": _RED, "✓": _GREEN, "+": _GREEN, "|": _DIM}
_MARKED = re.compile(r"^( *)([✗✓]|[-+|] .*|(?<! )[A-Z][a-z ]+$)", re.MULTILINE)
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
    return printable(_COLOUR.sub("", text.replace("\r\n", "\n")))


def cut(text: str, limit: int) -> str:
    """Returns `text`, or its first `limit` characters and the number of characters that were cut."""
    return text if len(text) <= limit else f"{text[:limit]}\n… cut: {len(text) - limit:,} more characters"


def coloured(text: str) -> str:
    """Returns `text` with colours for ✗ and ✓ and lines that begin with `- `, `+ ` or `| `, and with bold titles."""
    return _MARKED.sub(lambda mark: f"{mark[1]}\x1b[{_COLOURS.get(mark[2][0], _BOLD)}m{mark[2]}\x1b[0m", text)


def clip(line: str, width: int = WIDTH) -> str:
    """Returns a printable line of at most `width` characters."""
    text = one_line(line)
    return text if len(text) <= width else f"{text[: width - 1]}…"
