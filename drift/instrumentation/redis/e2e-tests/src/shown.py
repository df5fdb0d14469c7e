"""Values as Python's repr shows them, so that responses and expected values include the types."""

from typing import Any


def shown(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(shown, value))}]"
    if isinstance(value, dict):  # sorted: a hash of Redis has no order
        return f"{{{', '.join(sorted(f'{key!r}: {shown(held)}' for key, held in value.items()))}}}"
    if isinstance(value, set):  # sorted: a set has no order
        return f"{{{', '.join(sorted(map(repr, value)))}}}" if value else "set()"
    if isinstance(value, Exception):  # redis-py 8 shows the name differently
        return f"{type(value).__name__}({str(value)!r})"
    return repr(value)
