"""Text that others wrote, made fit for a report: what cannot be seen is spelled out, what is too long is cut."""

from __future__ import annotations

import re

# Controls but for tab and line feed, marks that turn the direction of text, lone surrogates, and what XML refuses.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\ufffe\uffff]"
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def printable(text: str) -> str:
    """`text` with every character that has no shape of its own as an escape (`\\x1b`, `\\u202e`). The outcome can be
    encoded as UTF-8, is allowed in XML, and reads in the order in which it stands."""
    return _UNSEEN.sub(_escape, text)


def title(text: str) -> str:
    """`text` as one line that holds nothing but characters with a shape of their own, and blanks."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def plain(text: str) -> str:
    """A log's `text` without terminal colours, and printable."""
    return printable(_COLOUR.sub("", text.replace("\r\n", "\n")))


def cut(text: str, limit: int) -> str:
    """`text`, or its first `limit` characters and how many more there were."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}\n… cut: {len(text) - limit:,} more characters"


def last(text: str, *, lines: int, limit: int) -> str:
    """The last `lines` lines of a log's `text`, of at most `limit` characters in all; says what was left out."""
    every = text.rstrip().split("\n")
    kept = "\n".join(every[-lines:])
    note = f"… {len(every) - lines:,} lines before\n" if len(every) > lines else ""
    return note + (kept if len(kept) <= limit else f"… cut\n{kept[-limit:]}")


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
