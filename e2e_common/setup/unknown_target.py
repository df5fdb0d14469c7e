"""`unknown-target NAME KNOWN…`: the error for an unknown make target, with the nearest known one."""

from __future__ import annotations

from collections.abc import Sequence

from e2e_common.util.errors import did_you_mean, usage


def main(words: Sequence[str]) -> int:
    """Always raises HarnessError (2)."""
    name, *known = words
    raise usage(f"there is no target {name}{did_you_mean(name, known)} (make help lists them)")
