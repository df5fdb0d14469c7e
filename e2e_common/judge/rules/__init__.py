"""The rules of the verdict (docs/verdict.md), a function each: evidence in, failures out, in order of the requests."""

from collections import Counter
from typing import Optional, TypeVar

Key = TypeVar("Key")


def take(declared: Counter[Key], *keys: Key) -> Optional[Key]:
    """Removes from `declared` one of the first of `keys` that is left in it. Returns that key, or None."""
    key = next((key for key in keys if declared[key] > 0), None)
    if key is not None:
        declared[key] -= 1
    return key
