"""What was sent and answered, as a person reads it: bodies decoded and laid out, and never longer than a bound."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from e2e_common.reports.text import cut
from e2e_common.traces import Span

HEADERS = 30
HEADER_LIMIT = 300


@dataclass(frozen=True)
class Message:
    """A request or an answer as it was recorded. `head`: its first line; `headers`: name and value; `body`: empty where
    there is none."""

    head: str
    headers: tuple[tuple[str, str], ...]
    body: str


def sent(root: Span, limit: int) -> Message:
    """The inbound request of a root span, its body of at most `limit` characters."""
    value = root.input_value
    target = value.get("target") or value.get("path") or value.get("url") or ""
    return Message(f"{value.get('method', '')} {target}", _headers(value), _body(value.get("body"), limit))


def answered(root: Span, limit: int) -> Message:
    """The recorded answer of a root span, as above."""
    value = root.output_value
    status = value.get("statusCode", value.get("status_code", ""))
    head = f"{status} {value.get('statusMessage') or ''}".rstrip()
    return Message(head, _headers(value), _body(value.get("body"), limit))


def laid_out(value: Any, limit: int) -> str:
    """Any JSON value as text: a string as it is, the rest indented."""
    if isinstance(value, str):
        return cut(value, limit)
    try:
        return cut(json.dumps(value, indent=2, ensure_ascii=False), limit)
    except RecursionError:
        return "nested too deep to be shown"
    except (TypeError, ValueError):
        return cut(repr(value), limit)


def _headers(value: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    headers = value.get("headers")
    pairs = list(headers.items()) if isinstance(headers, dict) else []
    more = [("…", f"{len(pairs) - HEADERS} more")] if len(pairs) > HEADERS else []
    return tuple([(str(name), cut(str(text), HEADER_LIMIT)) for name, text in pairs[:HEADERS]] + more)


def _body(body: Any, limit: int) -> str:
    """A recorded body: base64 of bytes as the SDK writes it, else what stands there."""
    if not body:
        return ""
    if not isinstance(body, str):
        return laid_out(body, limit)
    try:
        data = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return cut(body, limit)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return cut(f"{len(data):,} bytes that are no text: {data[:64].hex(' ')}", limit)
    return _json(text, limit) or cut(text, limit)


def _json(text: str, limit: int) -> str:
    """`text` laid out, where it is JSON and not too long to be worth it."""
    if len(text) > 4 * limit:
        return ""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    return laid_out(value, limit) if isinstance(value, (dict, list)) else ""
