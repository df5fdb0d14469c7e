"""What the upstream (upstream.py) answers, for the expected bodies of the suites: each shows in a form of its own what
its library made of such an answer.
"""

from __future__ import annotations

import json
import re
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from e2e_common.artifacts.expectation import Matches, matches

SERIAL = matches("live-[0-9a-f]{12}")
"""New in each answer of the upstream: a replay that reached it could not match its recording."""
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
"""What Flask answers where the application does not."""


def named(headers: dict[str, Any]) -> dict[str, Any]:
    """Keyword arguments as headers: with - for _, and without those that are None."""
    return {name.replace("_", "-"): value for name, value in headers.items() if value is not None}


def reason(status: int) -> str:
    """As the upstream's server writes it."""
    return HTTPStatus(status).phrase.upper().replace("-", " ")


def heading(status: int = 200, **headers: Any) -> dict[str, Any]:
    """What an answer has before its body. `headers`: with _ for -, beside those of JSON; None for one that is not
    there."""
    own = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"status": status, "reason": reason(status), "headers": named({**SERVED, **JSON, **own})}


def weather(city: str) -> dict[str, Any]:
    return {"city": city, "celsius": len(city) * 3}


def user(number: int) -> dict[str, Any]:
    return {"id": number, "name": {1: "Ada", 2: "Grace", 3: "Édith"}[number]}


def post(number: int) -> dict[str, Any]:
    return {"id": number, "author": number % 3 + 1, "title": f"Post {number}"}


def comments(number: int) -> dict[str, Any]:
    return {"post": number, "comments": [f"Comment {count} on {number}" for count in range(1, number + 1)]}


def echo(method: str, headers: Any = None, accept: str | None = "*/*", **came: Any) -> dict[str, Any]:
    """`headers` come beside Accept; `came`: what else came with the call (query, text, form, files)."""
    accepted = {} if accept is None else {"Accept": accept}
    nothing: dict[str, Any] = {"query": {}, "text": "", "form": {}, "files": {}}
    return {"method": method, **nothing, **came, "headers": {**accepted, **(headers or {})}, "serial": SERIAL}


def digest(data: bytes) -> dict[str, Any]:
    return {"size": len(data), "sha256": sha256(data).hexdigest()}


def in_text(value: Any) -> str:
    """The regular expression for `value` as sorted JSON within a text."""
    if isinstance(value, Matches):
        return f'"{value.pattern}"'
    if isinstance(value, dict):
        return r"\{" + ", ".join(f'"{re.escape(key)}": {in_text(value[key])}' for key in sorted(value)) + r"\}"
    return re.escape(json.dumps(value))
