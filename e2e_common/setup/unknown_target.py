"""`unknown-target NAME KNOWN…`: there is no make target NAME; which of those that are known is nearest?"""

from __future__ import annotations

from collections.abc import Sequence

from e2e_common.util.errors import did_you_mean, usage


def main(words: Sequence[str]) -> int:
    """Raises HarnessError (2), always."""
    name, *known = words
    raise usage(f"there is no target {name}{did_you_mean(name, known)} (make help lists them)")
