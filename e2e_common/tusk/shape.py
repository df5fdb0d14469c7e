"""Whether a recorded call may answer another call with the same schema (replay protocol, section 8.4)."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from e2e_common.artifacts.traces import Span

HTTP_PACKAGES = ("http", "https")


def same_shape(recorded: Span, requested: dict[str, Any]) -> bool:
    """Whether the recorded call fits the requested input. For HTTP: the same method, host, path and names of query
    parameters."""
    value = recorded.input_value
    if recorded.package_name not in HTTP_PACKAGES:
        return True
    return (
        _agree(value.get("method"), requested.get("method"))
        and _agree(_host(value), _host(requested))
        and _agree(_path(value)[0], _path(requested)[0])
        and _path(value)[1] == _path(requested)[1]
    )


def _agree(one: Any, other: Any) -> bool:
    """Whether both are equal, or one is missing."""
    return not one or not other or one == other


def _host(value: dict[str, Any]) -> str:
    return str(value.get("hostname") or _split(value.get("url")).hostname or "")


def _path(value: dict[str, Any]) -> tuple[str, set[str]]:
    """(path, names of query parameters), both from the first of `path`, `url` and `target` that is there."""
    for text in (value.get("path"), _split(value.get("url")).path and value.get("url"), value.get("target")):
        if text:
            parts = _split(text)
            return parts.path, {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    return "", set()


def _split(url: Any) -> Any:
    try:
        return urlsplit(str(url or ""))
    except ValueError:  # for instance an unclosed bracket
        return urlsplit("")
