"""The words that statements of answers are made of."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Callable

from e2e_common.requester import matches

Send = Callable[..., None]

JSON = {"Content-Type": "application/json"}
TEXT = {"Content-Type": "text/plain; charset=utf-8"}
ARCHIVE = {"Content-Type": 'multipart/related; type="text/html"'}
SERIAL = matches("live-[0-9a-f]{12}")
NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
SERVED = {
    "Connection": "close",
    "Content-Length": matches("[0-9]+"),
    "Content-Type": "application/json",
    "Date": matches("[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} 20[0-9]{2} [0-9:]{8} GMT"),
    "Server": matches("Werkzeug/.*"),
}
BINARY = bytes(range(256))


def digest(data: bytes) -> dict[str, Any]:
    return {"size": len(data), "sha256": sha256(data).hexdigest()}


def seen(method: str, data: bytes = b"", **fields: Any) -> dict[str, Any]:
    """What a view saw of a request's body."""
    return {"method": method, "json": None, "form": {}, **digest(data), **fields}


def fetched(url: str, status: int = 200, **body: Any) -> dict[str, Any]:
    """What a call through `requests` gave."""
    reason = {200: "OK", 201: "CREATED", 503: "SERVICE UNAVAILABLE"}[status]
    return {"reason": reason, **fetched_httpx(url, status, **body)}


def fetched_httpx(url: str, status: int = 200, **body: Any) -> dict[str, Any]:
    return {"status": status, "headers": SERVED, "url": url, "body": {**body, "serial": SERIAL}}


def post(number: int) -> dict[str, Any]:
    return {"id": number, "author": number % 3 + 1, "title": f"Post {number}"}


def user(number: int) -> dict[str, Any]:
    return {"id": number, "name": {1: "Ada", 2: "Grace", 3: "Édith"}[number]}


def steps(*of_the_view: str, asynchronous: bool = True) -> list[str]:
    """What the project's middleware did up to the view. Through ASGI it is async, whatever the view is."""
    return ["steps in", "doorkeeper in", "clock in", *["clock is async"] * asynchronous, *of_the_view]
