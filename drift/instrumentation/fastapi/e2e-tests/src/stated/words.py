"""What the stated answers are made of."""

from __future__ import annotations

import json
import re
from typing import Any, Callable

from e2e_common.requester import Matches, matches

Send = Callable[..., None]

JSON = {"Content-Type": "application/json"}
TEXT = {"Content-Type": "text/plain; charset=utf-8"}
SERIAL = matches("live-[0-9a-f]{12}")
SERVED = {
    "Connection": "close",
    "Content-Length": matches("[0-9]+"),
    "Date": matches("[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} 20[0-9]{2} [0-9:]{8} GMT"),
    "Server": matches("Werkzeug/.*"),
}
REASONS = {200: "OK", 201: "CREATED", 203: "NON AUTHORITATIVE INFORMATION", 503: "SERVICE UNAVAILABLE"}
LIBRARIES = ("httpx", "requests")
BYTES = bytes(range(256))
CLOSE = {"Connection": "close"}
"""For a request after which its connection is of no use: uvicorn closes it, or the SDK's context stays behind on it."""


def heading(status: int = 200, **headers: Any) -> dict[str, Any]:
    """What outside.heading says of an answer of the upstream, through httpx. `headers`: with _ for -; None for one that
    is not there."""
    own = {name.replace("_", "-"): value for name, value in headers.items()}
    told = {**SERVED, **JSON, **own}
    return {"status": status, "reason": None, "headers": {k: v for k, v in told.items() if v is not None}}


def with_reason(said: Any) -> Any:
    """The same statement of what came through requests: with the reason of each answer in it."""
    if isinstance(said, list):
        return [with_reason(one) for one in said]
    if not isinstance(said, dict):
        return said
    reason = {"reason": REASONS[said["status"]]} if {"status", "reason"} <= said.keys() else {}
    return {**{key: with_reason(value) for key, value in said.items()}, **reason}


def fetched(url: str, *, status: int = 200, **body: Any) -> dict[str, Any]:
    """What outside.shown says of a JSON answer of the upstream."""
    return {**heading(status), "url": url, "body": {**body, "serial": SERIAL}}


def echoed(method: str, url: str = "/echo", *, text: str = "", **seen: Any) -> dict[str, Any]:
    """What outside.shown says of the upstream's /echo. `headers` comes beside Accept."""
    body: dict[str, Any] = {"method": method, "query": {}, "text": text, "form": {}, "files": {}, **seen}
    body["headers"] = {"Accept": "*/*", **seen.get("headers", {})}
    return {**fetched(url, **body), **heading(X_Answer="of the upstream")}


def user(number: int) -> dict[str, Any]:
    return fetched(f"/users/{number}", id=number, name={1: "Ada", 2: "Grace", 3: "Édith"}[number])


def post(number: int) -> dict[str, Any]:
    return fetched(f"/posts/{number}", id=number, author=number % 3 + 1, title=f"Post {number}")


def comments(number: int) -> dict[str, Any]:
    said = [f"Comment {count} on {number}" for count in range(1, number + 1)]
    return fetched(f"/posts/{number}/comments", post=number, comments=said)


def in_text(value: Any) -> str:
    """The regular expression for `value` as sorted JSON within a text."""
    if isinstance(value, Matches):
        return f'"{value.pattern}"'
    if isinstance(value, dict):
        return r"\{" + ", ".join(f'"{re.escape(key)}": {in_text(value[key])}' for key in sorted(value)) + r"\}"
    return re.escape(json.dumps(value))
