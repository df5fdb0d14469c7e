"""How deep JSON may be nested in a call: deeper, what reads it would overflow a stack, Python's or that of protobuf."""

from __future__ import annotations

from typing import Any

MAX_LEVELS = 300
TOO_DEEP = f"nested deeper than {MAX_LEVELS} levels"


def is_too_deep(value: Any, limit: int = MAX_LEVELS) -> bool:
    """Whether objects and lists in `value` are nested deeper than `limit` levels; without recursion."""
    level, depth = [value], 0
    while level := [each for each in level if isinstance(each, (dict, list))]:
        depth += 1
        if depth > limit:
            return True
        level = [part for each in level for part in (each.values() if isinstance(each, dict) else each)]
    return False
