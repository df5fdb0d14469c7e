"""The words that statements of answers are made of. An answer holds each value as Python writes it (`repr`), so that
its type counts too."""

from typing import Any

WRONG_TYPE = "WRONGTYPE Operation against a key holding the wrong kind of value"
CONNECTED = "a connection with nothing but its set-up"


class Raised:
    """An error that the application caught, as it shows it."""

    def __init__(self, name: str, message: str) -> None:
        self._shown = f"{name}({message!r})"

    def __repr__(self) -> str:
        return self._shown


def shown(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(shown, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(sorted(f'{key!r}: {shown(held)}' for key, held in value.items()))}}}"
    if isinstance(value, set):
        return f"{{{', '.join(sorted(map(repr, value)))}}}" if value else "set()"
    return repr(value)
