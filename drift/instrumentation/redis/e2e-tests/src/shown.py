"""Values as Python writes them, so that their types count too: in the answers, and in the expected ones."""

from typing import Any


def shown(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(shown, value))}]"
    if isinstance(value, dict):  # in an order of its own: a hash of Redis has none
        return f"{{{', '.join(sorted(f'{key!r}: {shown(held)}' for key, held in value.items()))}}}"
    if isinstance(value, set):  # which has no order of its own
        return f"{{{', '.join(sorted(map(repr, value)))}}}" if value else "set()"
    if isinstance(value, Exception):  # redis-py 8 shows another kind of name
        return f"{type(value).__name__}({str(value)!r})"
    return repr(value)
