"""Formats recorded and replayed values for people: decoded, indented, cut; and the differences of two values."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from e2e_common.artifacts.facts import ABSENT, Part, differing, equal_as_json, identical
from e2e_common.judge.results import Result
from e2e_common.report.text import cut

BODY = "response.body"
EXCERPT = 160
ON_ONE_LINE = 100
HEADERS, HEADER_LIMIT = 30, 300
BASE64 = 1  # the `encoding` of a schema


def as_json(value: Any, indent: int | None = None) -> str:
    """Returns `value` as JSON, or its type where it is nested too deeply."""
    try:
        return json.dumps(value, ensure_ascii=False, indent=indent)
    except (RecursionError, TypeError, ValueError):
        return repr(type(value))


def laid_out(value: Any, limit: int) -> str:
    """Returns a value as text of about `limit` characters: a string, JSON on one line if it fits, else indented."""
    text = value if isinstance(value, str) else as_json(value)
    if len(text) > ON_ONE_LINE and isinstance(value, (dict, list)):
        text = as_json(value, indent=2)
    return cut(text, limit)


def excerpts(expected: Any, actual: Any, limit: int = EXCERPT) -> tuple[str, str]:
    """Returns both values as JSON; of long ones the part around the first difference."""
    one, other = (value if value is ABSENT else as_json(value) for value in (expected, actual))
    same = next((n for n, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))
    begin = max(0, same - limit // 3) if max(len(one), len(other)) > limit else 0
    return _excerpt(one, begin, limit), _excerpt(other, begin, limit)


def _excerpt(text: str, begin: int, limit: int) -> str:
    end = begin + limit
    return f"{'…' if begin else ''}{text[begin:end]}{f'… ({len(text)} characters)' if end < len(text) else ''}"


def diff_lines(
    parts: Sequence[Part], limit: int, phase: str = "replay", shown: Callable[[Any, Any], tuple[str, str]] = excerpts
) -> list[str]:
    """Returns the first `limit` differing parts of a response as a diff."""
    rows = [f"expected (-), and got in {phase} (+):"] if parts else []
    for path, expected, actual in parts[:limit]:
        one, other = shown(expected, actual)
        rows += [f"- {path}: {one}", f"+ {path}: {other}"]
    return rows + ([f"… and {len(parts) - limit} more parts differ (results.json)"] if len(parts) > limit else [])


def message(value: dict[str, Any], limit: int) -> str:
    """Returns a recorded request or response, whose body is base64, as text."""
    first = (str(value[key]) for key in ("method", "target", "statusCode", "statusMessage") if value.get(key))
    headers = [f"{name}: {cut(str(text), HEADER_LIMIT)}" for name, text in _mapping(value.get("headers")).items()]
    headers[HEADERS:] = [f"… {len(headers) - HEADERS} more"] if len(headers) > HEADERS else []
    body = value.get("body")
    return "\n".join([" ".join(first), *headers, f"body: {laid_out(body_of(body), limit) if body else 'none'}"])


def decoded(value: Any, schema: Any) -> Any:
    """Returns a recorded value with decoded contents: strings that the schema marks as base64 become JSON or text."""
    if isinstance(value, dict):
        properties = _mapping(_mapping(schema).get("properties"))
        return {key: decoded(item, properties.get(key)) for key, item in value.items()}
    if isinstance(value, list):
        items = _mapping(schema).get("items")
        return [decoded(item, items) for item in value]
    return body_of(value) if _mapping(schema).get("encoding") == BASE64 else value


def body_of(value: Any) -> Any:
    """Decodes base64 to JSON, to text, or to a note with its length. Returns the value itself if it is not base64."""
    try:
        data = base64.b64decode(value, validate=True)
    except (TypeError, ValueError):
        return value
    with suppress(ValueError, RecursionError):
        return json.loads(data)
    with suppress(UnicodeDecodeError):
        return data.decode()
    return f"({len(data)} bytes that are no text: {data[:24].hex(' ')}{' …' if len(data) > 24 else ''})"


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def differences(result: Result) -> list[Part]:
    """Returns the parts of a response that differ from the recorded one; 1 and 1.0 are equal. Raises nothing."""
    parts: list[Part] = []
    for item in result.deviations:
        field, expected, actual = str(item.get("field", "?")), item.get("expected"), item.get("actual")
        found: list[Part] = []
        with suppress(RecursionError):
            for same in (equal_as_json, identical) if field == BODY else ():
                found = found or list(differing(expected, actual, same, BODY))
        parts += found or [(field, expected, actual)]
    return parts
