"""The words that statements of answers are made of."""

from hashlib import sha256
from typing import Any

from e2e_common.upstream_answers import JSON, SERIAL, SERVED

ARCHIVE = {"Content-Type": 'multipart/related; type="text/html"'}
NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
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
    return {"status": status, "headers": {**SERVED, **JSON}, "url": url, "body": {**body, "serial": SERIAL}}


def steps(*of_the_view: str, asynchronous: bool = True) -> list[str]:
    """What the project's middleware did up to the view. Through ASGI it is async, whatever the view is."""
    return ["steps in", "doorkeeper in", "clock in", *["clock is async"] * asynchronous, *of_the_view]
