"""What the stated answers are made of."""

from __future__ import annotations

from typing import Any, Callable

from e2e_common.requester import matches

Send = Callable[..., None]

JSON = {"Content-Type": "application/json"}
TEXT = {"Content-Type": "text/plain; charset=utf-8"}
SERIAL = matches("live-[0-9a-f]{12}")
LIBRARIES = ("httpx", "requests")
BYTES = bytes(range(256))
CLOSE = {"Connection": "close"}
"""For a request after which its connection is of no use: uvicorn closes it, or the SDK's context stays behind on it."""


def fetched(url: str, *, status: int = 200, **body: Any) -> dict[str, Any]:
    """What outside.shown says of a JSON answer of the upstream."""
    said = {**body, "serial": SERIAL}
    return {"status": status, "type": "application/json", "of": None, "url": url, "body": said}


def echoed(method: str, url: str = "/echo", *, text: str = "", **seen: Any) -> dict[str, Any]:
    """What outside.shown says of the upstream's /echo. `headers` comes beside Accept."""
    body: dict[str, Any] = {"method": method, "query": {}, "text": text, "form": {}, "files": {}, **seen}
    body["headers"] = {"Accept": "*/*", **seen.get("headers", {})}
    return {**fetched(url, **body), "of": "of the upstream"}


def user(number: int) -> dict[str, Any]:
    return fetched(f"/users/{number}", id=number, name={1: "Ada", 2: "Grace", 3: "Édith"}[number])


def post(number: int) -> dict[str, Any]:
    return fetched(f"/posts/{number}", id=number, author=number % 3 + 1, title=f"Post {number}")


def comments(number: int) -> dict[str, Any]:
    said = [f"Comment {count} on {number}" for count in range(1, number + 1)]
    return fetched(f"/posts/{number}/comments", post=number, comments=said)
