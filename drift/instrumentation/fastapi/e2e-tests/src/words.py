"""What the stated answers are made of."""

from typing import Any

from e2e_common import upstream_answers as upstream
from e2e_common.upstream_answers import JSON, SERIAL, SERVED, named

REASONS = {200: "OK", 201: "CREATED", 203: "NON AUTHORITATIVE INFORMATION", 503: "SERVICE UNAVAILABLE"}
LIBRARIES = ("httpx", "requests")
BYTES = bytes(range(256))
CLOSE = {"Connection": "close"}
"""For a request after which its connection is of no use: uvicorn closes it, or the SDK's context stays behind on it."""


def heading(status: int = 200, **headers: Any) -> dict[str, Any]:
    """What outside.heading says of an answer of the upstream, through httpx. `headers`: with _ for -; None for one that
    is not there."""
    own = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"status": status, "reason": None, "headers": named({**SERVED, **JSON, **own})}


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


def echoed(method: str, url: str = "/echo", **came: Any) -> dict[str, Any]:
    """What outside.shown says of the upstream's /echo. `headers` comes beside Accept."""
    return {**heading(X_Answer="of the upstream"), "url": url, "body": upstream.echo(method, **came)}


def user(number: int) -> dict[str, Any]:
    return fetched(f"/users/{number}", **upstream.user(number))


def post(number: int) -> dict[str, Any]:
    return fetched(f"/posts/{number}", **upstream.post(number))


def comments(number: int) -> dict[str, Any]:
    return fetched(f"/posts/{number}/comments", **upstream.comments(number))
