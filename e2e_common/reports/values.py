"""Recorded and replayed values as a person reads them: decoded, laid out, cut; and of two values what differs."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from typing import Any

from e2e_common.facts import ABSENT, equal_as_json, identical
from e2e_common.reports.text import GREEN, RED, Paint, clip, cut
from e2e_common.results import Result

Difference = tuple[str, Any, Any]
"""(JSON path, expected, actual) of a part that differs; ABSENT where one side has no such part."""

BODY = "response.body"
EXCERPT = 160
VALUE = 2000
ON_ONE_LINE = 100
BASE64 = 1  # replay protocol, section 4: EncodingType
_PLAIN_KEY = re.compile(r"[A-Za-z_][\w-]*")


def as_json(value: Any, indent: int | None = None) -> str:
    """`value` as JSON, its type where that cannot be."""
    try:
        return json.dumps(value, ensure_ascii=False, indent=indent)
    except (RecursionError, TypeError, ValueError):
        return repr(type(value))


def laid_out(value: Any, limit: int) -> str:
    """A value as text of at most `limit` characters: a string as it is, the rest indented."""
    return cut(value if isinstance(value, str) else as_json(value, indent=2), limit)


def value_lines(value: Any) -> list[str]:
    """A value as JSON: on one line where it fits there, else indented, and cut where it is long."""
    text = as_json(value)
    if len(text) > ON_ONE_LINE and isinstance(value, (dict, list)):
        text = as_json(value, indent=2)
    more = f"… ({len(text)} characters)" if len(text) > VALUE else ""
    return [clip(line, VALUE + len(more)) for line in (text[:VALUE] + more).split("\n")]


def excerpts(expected: Any, actual: Any, limit: int = EXCERPT) -> tuple[str, str]:
    """Both values as JSON; of long ones what stands around the first difference."""
    one, other = (value if value is ABSENT else as_json(value) for value in (expected, actual))
    if max(len(one), len(other)) <= limit:
        return one, other
    same = next((n for n, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))
    begin = max(0, same - limit // 3)
    return _excerpt(one, begin, limit), _excerpt(other, begin, limit)


def diff_lines(parts: Sequence[Difference], most: int, paint: Paint) -> list[str]:
    """The first `most` of an answer's parts that differ, as a diff for the terminal."""
    found = ["expected (-), and got in replay (+):"] if parts else []
    for path, expected, actual in parts[:most]:
        one, other = excerpts(expected, actual)
        found += [paint(RED, f"- {path}: {one}"), paint(GREEN, f"+ {path}: {other}")]
    return found + ([f"… and {len(parts) - most} more parts differ (results.json)"] if len(parts) > most else [])


def _excerpt(text: str, begin: int, limit: int) -> str:
    end = begin + limit
    return f"{'…' if begin else ''}{text[begin:end]}{f'… ({len(text)} characters)' if end < len(text) else ''}"


def decoded(value: Any, schema: Any) -> Any:
    """A recorded value for a person: what its schema calls base64 is decoded, as JSON where it is that."""
    if isinstance(value, dict):
        properties = _mapping(_mapping(schema).get("properties"))
        return {key: decoded(item, properties.get(key)) for key, item in value.items()}
    if isinstance(value, list):
        items = _mapping(schema).get("items")
        return [decoded(item, items) for item in value]
    return body_of(value) if _mapping(schema).get("encoding") == BASE64 else value


def body_of(value: Any) -> Any:
    """What base64 holds: JSON, text, or in words that it is neither; the value itself where it is no base64."""
    try:
        data = base64.b64decode(value, validate=True)
    except (TypeError, ValueError):
        return value
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        pass
    try:
        return data.decode()
    except UnicodeDecodeError:
        return f"({len(data)} bytes that are no text: {data[:24].hex(' ')}{' …' if len(data) > 24 else ''})"


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def differences(result: Result) -> list[Difference]:
    """What of an answer is not as recorded: of a body its differing parts; 1 and 1.0 are one number. Empty for a test
    that had no answer. Raises nothing."""
    found: list[Difference] = []
    for item in result.deviations:
        field, expected, actual = str(item.get("field", "?")), item.get("expected"), item.get("actual")
        found += _of_body(expected, actual) if field == BODY else [(field, expected, actual)]
    return found


def _of_body(expected: Any, actual: Any) -> list[Difference]:
    try:
        found = list(_parts(BODY, expected, actual, equal_as_json)) or list(_parts(BODY, expected, actual, identical))
    except RecursionError:  # nested too deep
        found = []
    return found or [(BODY, expected, actual)]  # there must be something to see


def _parts(path: str, expected: Any, actual: Any, same: Callable[[Any, Any], bool]) -> Iterator[Difference]:
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key in {**expected, **actual}:
            below = f"{path}.{key}" if _PLAIN_KEY.fullmatch(key) else f"{path}[{json.dumps(key)}]"
            yield from _parts(below, expected.get(key, ABSENT), actual.get(key, ABSENT), same)
    elif isinstance(expected, list) and isinstance(actual, list):
        end = _same_at_the_end(expected, actual) if len(expected) != len(actual) else 0
        rows = zip_longest(expected[: len(expected) - end], actual[: len(actual) - end], fillvalue=ABSENT)
        for index, (one, other) in enumerate(rows):
            yield from _parts(f"{path}[{index}]", one, other, same)
    elif not same(expected, actual):
        yield path, expected, actual


def _same_at_the_end(expected: list[Any], actual: list[Any]) -> int:
    """How many elements at the end of both lists are the same: one that is missing does not shift those after it."""
    pairs = zip(reversed(expected), reversed(actual))
    return next((n for n, (one, other) in enumerate(pairs) if one != other), min(len(expected), len(actual)))
