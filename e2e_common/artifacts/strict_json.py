"""JSON that is checked against a type.

json.loads parses and msgspec checks. msgspec's own parser refuses lone surrogates and numbers beyond a float, which an
application may return and the judge has to compare.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import msgspec

from e2e_common.artifacts.failure import shorten

T = TypeVar("T")


class Malformed(ValueError):
    """A value does not have the declared type. The message names the expected type and the place."""


def no_constant(name: str) -> None:
    """Refuse NaN and Infinity, which Python's json accepts and a CLI does not."""
    raise ValueError(f"{name} is no JSON")


STRICT = json.JSONDecoder(parse_constant=no_constant)


def json_object(data: bytes, parse: Callable[[str], Any] = json.loads) -> dict[str, Any]:
    """The JSON object in `data`. Raises Malformed."""
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
    """(line number, line) of each line that is not blank."""
    return ((number, line) for number, line in enumerate(data.split(b"\n"), start=1) if line.strip())


def decode(raw: dict[str, Any], kind: type[T]) -> T:
    """`raw` as `kind`, a type for msgspec. Raises Malformed."""
    try:
        return msgspec.convert(raw, kind)
    except (msgspec.ValidationError, ValueError) as error:
        raise Malformed(shorten(error, 200)) from error


def decode_event(raw: dict[str, Any], kinds: Sequence[type[T]]) -> T:
    """`raw` as the one of `kinds` whose tag is its `event`. Raises Malformed. (A union costs msgspec more time.)"""
    tags = {kind.__struct_config__.tag: kind for kind in kinds}  # type: ignore[attr-defined]
    event = raw.get("event")
    if not isinstance(event, str) or event not in tags:
        raise Malformed(f"Expected one of {', '.join(tags)}, got {shorten(repr(event), 40)} - at `$.event`")
    return decode(raw, tags[event])
