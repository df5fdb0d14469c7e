"""Responses of the upstream (app.py), also for the expected bodies of suites. Each suite shows in its own form how its
library represents such a response."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from e2e_common.artifacts.expectation import Matches, matches

SERIAL = matches("live-[0-9a-f]{12}")
"""New in each response of the upstream: a replay that reached the upstream could not match its recording."""
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PLAIN = "text/plain; charset=utf-8"
TEXT = {"Content-Type": PLAIN}
SERVED = {
    "Connection": "close",
    "Content-Length": matches("[0-9]+"),
    "Date": matches("[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} 20[0-9]{2} [0-9:]{8} GMT"),
    "Server": matches("Werkzeug/.+"),
}
"""The headers that the upstream's server adds."""
FLASK_BROKEN = (
    "<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>\n<h1>Internal Server Error</h1>\n"
    "<p>The server encountered an internal error and was unable to complete your request. "
    "Either the server is overloaded or there is an error in the application.</p>\n"
)
"""Flask's response to an unhandled exception."""


def named(headers: dict[str, Any]) -> dict[str, Any]:
    """Keyword arguments as headers: - in place of _, without those that are None."""
    return {name.replace("_", "-"): value for name, value in headers.items() if value is not None}


def reason(status: int) -> str:
    """The reason phrase as the upstream's server writes it."""
    return HTTPStatus(status).phrase.upper().replace("-", " ")


def heading(status: int = 200, **headers: Any) -> dict[str, Any]:
    """Status, reason and headers of a response. `headers`: with _ in place of -, in addition to those of JSON; None
    removes one."""
    custom = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"status": status, "reason": reason(status), "headers": named({**SERVED, **JSON, **custom})}


def weather(city: str) -> dict[str, Any]:
    return {"city": city, "celsius": len(city) * 3}


def user(number: int) -> dict[str, Any]:
    return {"id": number, "name": {1: "Ada", 2: "Grace", 3: "Édith"}[number]}


def post(number: int) -> dict[str, Any]:
    return {"id": number, "author": number % 3 + 1, "title": f"Post {number}"}


def comments(number: int) -> dict[str, Any]:
    return {"post": number, "comments": [f"Comment {count} on {number}" for count in range(1, number + 1)]}


def echo(method: str, headers: Any = None, accept: str | None = "*/*", **parts: Any) -> dict[str, Any]:
    """The body from /echo. `headers`: besides Accept; `parts`: the rest of the call (query, text, form, files)."""
    accepted = {} if accept is None else {"Accept": accept}
    nothing: dict[str, Any] = {"query": {}, "text": "", "form": {}, "files": {}}
    return {"method": method, **nothing, **parts, "headers": {**accepted, **(headers or {})}, "serial": SERIAL}


def digest(data: bytes) -> dict[str, Any]:
    return {"size": len(data), "sha256": sha256(data).hexdigest()}


def in_text(value: Any) -> str:
    """A regular expression that matches `value` as sorted JSON within a text."""
    if isinstance(value, Matches):
        return f'"{value.pattern}"'
    if isinstance(value, dict):
        return r"\{" + ", ".join(f'"{re.escape(key)}": {in_text(value[key])}' for key in sorted(value)) + r"\}"
    return re.escape(json.dumps(value))
