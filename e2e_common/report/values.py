"""Recorded and replayed values as a person reads them: decoded, laid out, cut; and of two values what differs."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

from e2e_common.artifacts.facts import ABSENT, Part, differing, equal_as_json, identical
from e2e_common.judge.results import Result
from e2e_common.report.text import GREEN, RED, cut, paint

BODY = "response.body"
EXCERPT = 160
ON_ONE_LINE = 100
HEADERS, HEADER_LIMIT = 30, 300
BASE64 = 1  # replay protocol, section 4: EncodingType


def as_json(value: Any, indent: int | None = None) -> str:
    """`value` as JSON, its type where it is nested too deep."""
    try:
        return json.dumps(value, ensure_ascii=False, indent=indent)
    except (RecursionError, TypeError, ValueError):
        return repr(type(value))


def laid_out(value: Any, limit: int) -> str:
    """A value as text of about `limit` characters: a string as it is, JSON on one line if it fits, else indented."""
    text = value if isinstance(value, str) else as_json(value)
    if len(text) > ON_ONE_LINE and isinstance(value, (dict, list)):
        text = as_json(value, indent=2)
    return cut(text, limit)


def excerpts(expected: Any, actual: Any, limit: int = EXCERPT) -> tuple[str, str]:
    """Both values as JSON; of long ones what stands around the first difference."""
    one, other = (value if value is ABSENT else as_json(value) for value in (expected, actual))
    if max(len(one), len(other)) <= limit:
        return one, other
    same = next((n for n, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))
    begin = max(0, same - limit // 3)
    return _excerpt(one, begin, limit), _excerpt(other, begin, limit)


def _excerpt(text: str, begin: int, limit: int) -> str:
    end = begin + limit
    return f"{'…' if begin else ''}{text[begin:end]}{f'… ({len(text)} characters)' if end < len(text) else ''}"


def diff_lines(parts: Sequence[Part], most: int) -> list[str]:
    """The first `most` of a response's parts that differ, as a diff."""
    found = ["expected (-), and got in replay (+):"] if parts else []
    for path, expected, actual in parts[:most]:
        one, other = excerpts(expected, actual)
        found += [paint(RED, f"- {path}: {one}"), paint(GREEN, f"+ {path}: {other}")]
    return found + ([f"… and {len(parts) - most} more parts differ (results.json)"] if len(parts) > most else [])


def message(value: dict[str, Any], limit: int) -> str:
    """A recorded request or response; its body is base64 (replay protocol, section 9)."""
    first = (str(value[key]) for key in ("method", "target", "statusCode", "statusMessage") if value.get(key))
    headers = value.get("headers")
    pairs = list(headers.items()) if isinstance(headers, dict) else []
    lines = [" ".join(first), *(f"{name}: {cut(str(text), HEADER_LIMIT)}" for name, text in pairs[:HEADERS])]
    lines += [f"… {len(pairs) - HEADERS} more"] if len(pairs) > HEADERS else []
    body = value.get("body")
    return "\n".join([*lines, f"body: {'none' if body in (None, '') else laid_out(body_of(body), limit)}"])


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
    """What base64 holds: JSON, text, or how many bytes it is; the value itself where it is no base64."""
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


def differences(result: Result) -> list[Part]:
    """What of a response is not as recorded: of a body its differing parts; 1 and 1.0 are one number. Empty for a test
    that had no response. Raises nothing."""
    found: list[Part] = []
    for item in result.deviations:
        field, expected, actual = str(item.get("field", "?")), item.get("expected"), item.get("actual")
        found += _of_body(expected, actual) if field == BODY else [(field, expected, actual)]
    return found


def _of_body(expected: Any, actual: Any) -> list[Part]:
    try:
        for same in (equal_as_json, identical):
            if found := list(differing(expected, actual, same, BODY)):
                return found
    except RecursionError:
        pass
    return [(BODY, expected, actual)]  # there must be something to see
