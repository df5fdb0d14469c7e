"""An outbound call in one line, for logs, messages and known_failures.yaml."""

from __future__ import annotations

import json
from typing import Any

from e2e_common.artifacts.traces import Span

MAX_TEXT = 400


def describe(name: str, value: dict[str, Any]) -> str:
    """A call in one line: `GET http://…`, a statement with its parameters or a Redis command; else the span's name."""
    try:
        text = _describe(name, value)
    except (TypeError, ValueError, RecursionError):
        text = name
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


def text_of(span: Span) -> str:
    return describe(span.name, span.input_value)


def _describe(name: str, value: dict[str, Any]) -> str:
    if value.get("url"):
        return f"{value.get('method', '')} {value['url']}"
    if value.get("query"):
        parameters = value.get("parameters")
        statement = " ".join(str(value["query"]).split())
        return statement + (f" with {scalar_text(parameters)}" if parameters is not None else "")
    if not value.get("command"):
        return name
    words = str(value["command"]).split()
    if value.get("commands"):  # a pipeline: its commands are lists of words
        words = ["PIPELINE", scalar_text(value["commands"])]
    elif value.get("arguments"):
        arguments = [scalar_text(argument) for argument in value["arguments"]]
        names_it = arguments[0].split()[:1] == words[:1]  # redis-py: the arguments begin with the command
        words = arguments if names_it else words[:1] + arguments
    return " ".join(words)


def scalar_text(value: Any) -> str:
    """`value` as text; a whole float without `.0`."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)
