"""JSON that is held to a type.

json.loads parses, msgspec checks: its own parser refuses what an application may well have said and the judge has to
compare, half a surrogate pair and numbers beyond a float.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any, get_args

import msgspec

from e2e_common.failure import shorten


class Malformed(ValueError):
    """A value is not what its contract says. The message names what was expected and where."""


def json_object(data: bytes, parse: Callable[[str], Any] = json.loads) -> dict[str, Any]:
    """One JSON object. Raises Malformed."""
    try:
        value = parse(data.decode())
    except UnicodeDecodeError as error:
        raise Malformed(f"not UTF-8 (byte {error.start})") from error
    except json.JSONDecodeError as error:
        raise Malformed(f"no JSON: {error.msg} (column {error.colno})") from error
    except ValueError as error:
        raise Malformed(f"no JSON: {shorten(error)}") from error
    except RecursionError as error:
        raise Malformed("nested too deep") from error
    if not isinstance(value, dict):
        raise Malformed(f"not an object: {shorten(repr(value), 40)}")
    return value


def lines_of(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(number, line) of each line that is not blank."""
    return ((number, line) for number, line in enumerate(data.split(b"\n"), start=1) if line.strip())


def decode(raw: dict[str, Any], kind: Any) -> Any:
    """`raw` as `kind`, a type of msgspec, or a union of them. Raises Malformed."""
    try:
        return msgspec.convert(raw, kind)
    except (msgspec.ValidationError, ValueError) as error:
        message = shorten(error, 200)
        if message.startswith("Invalid value"):  # of a tag: msgspec does not say which there are
            message += f": none of {', '.join(str(each.__struct_config__.tag) for each in get_args(kind))}"
        raise Malformed(message) from error
