"""Expected responses of the upstream, in the format of wire.py."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from e2e_common.services.upstream import answers as upstream
from e2e_common.services.upstream.answers import JSON, SERIAL, SERVED, TEXT, named

ANSWER = {"X-Answer": "of the upstream"}


def heading(
    url: str, status: int = 200, reason: str = "OK", *, headers: Any = None, links: Any = None
) -> dict[str, Any]:
    """`headers` are those besides the usual ones."""
    fine, moved = status < 400, "Location" in (headers or {}) and 300 < status < 400
    return {
        "status": status,
        "reason": reason,
        "ok": [fine, fine, moved, moved and status in (301, 308)],
        "url": url,
        "headers": {**SERVED, **(headers or {})},
        "links": links or {},
    }


def fetched(url: str, *, status: int = 200, reason: str = "OK", headers: Any = None, **body: Any) -> dict[str, Any]:
    found = heading(url, status, reason, headers={**JSON, **(headers or {})})
    return {**found, "encoding": "utf-8", "length": True, "body": {**body, "serial": SERIAL}}


def ordered(body: Any, status: int = 200, reason: str = "OK", *, links: Any = None, **headers: Any) -> dict[str, Any]:
    """Returns the expected response of /answer, a text unless `headers` (with _ for -) declare another type."""
    found = heading("/answer", status, reason, headers={**TEXT, "X-Serial": SERIAL, **named(headers)}, links=links)
    return {**found, "encoding": "utf-8", "length": True, "body": body}


def in_parts(url: str) -> dict[str, Any]:
    found = heading(url, headers=TEXT)
    del found["headers"]["Content-Length"]
    return found


def post(number: int) -> dict[str, Any]:
    return fetched(f"/posts/{number}", **upstream.post(number))


def comments() -> dict[str, Any]:
    return fetched("/posts/2/comments", **upstream.comments(2))


def status_of(status: int, reason: str) -> dict[str, Any]:
    return fetched(f"/status/{status}", status=status, reason=reason, code=status)


def echoed(
    method: str = "GET", asked: str = "", *, headers: Any = None, accept: str | None = "*/*", **came: Any
) -> dict[str, Any]:
    """Returns the expected response to /echo?`asked`. `headers` are those besides Accept, `came` the other parts of the
    call (text, form, files)."""
    came = {"query": parse_qs(asked, keep_blank_values=True), **came}
    response = fetched(f"/echo?{asked}" if asked else "/echo", headers=ANSWER)
    return {**response, "body": upstream.echo(method, headers, accept, **came)}


def failed(error: str, *kinds: str, request: str | None = "GET", response: int | None = None) -> dict[str, Any]:
    """Returns the expected outcome of a failed call (`outcome_of` in wire.py)."""
    return {"error": error, "is": ["OSError", *kinds], "request": request, "answer": response}
