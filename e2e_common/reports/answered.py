"""How the CLI found the recorded call that answered one of a replay, in words."""

from __future__ import annotations

from e2e_common.decoding import Asked

BY = {
    "value": "the same input",
    "reduced": "the same input but for what does not count",
    "shape": "NOT the same input: a call of the same shape",
}


def in_words(asked: Asked) -> str:
    """What the recorded call has in common with the one asked for, and what else is to be said of it."""
    other = ", of another recording" if asked.trace_id and asked.matched_trace != asked.trace_id else ""
    return f"{BY[asked.by]}{other}{', which had answered before' if asked.reused else ''}"
