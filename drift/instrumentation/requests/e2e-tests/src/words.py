"""The words that statements of answers are made of."""

from typing import Any

from e2e_common import upstream_answers as upstream
from e2e_common.upstream_answers import JSON, SERIAL, SERVED, TEXT, named


def heading(
    url: str, status: int = 200, reason: str = "OK", *, headers: Any = None, links: Any = None
) -> dict[str, Any]:
    """What an answer says before its body (`heading` in wire.py). `headers`: beside those of each answer."""
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
    """What a call was answered in JSON (`told` in wire.py)."""
    found = heading(url, status, reason, headers={**JSON, **(headers or {})})
    return {**found, "encoding": "utf-8", "length": True, "body": {**body, "serial": SERIAL}}


def ordered(body: Any, status: int = 200, reason: str = "OK", *, links: Any = None, **headers: Any) -> dict[str, Any]:
    """An answer of /answer. `headers`: with _ for -, beside its type (text in UTF-8, unless told)."""
    own = {**TEXT, "X-Serial": SERIAL, **named(headers)}
    found = heading("/answer", status, reason, headers=own, links=links)
    return {**found, "encoding": "utf-8", "length": True, "body": body}


def in_parts(url: str) -> dict[str, Any]:
    """What an answer in text says before its body, when it is sent in parts."""
    found = heading(url, headers=TEXT)
    del found["headers"]["Content-Length"]
    return found


def post(number: int) -> dict[str, Any]:
    return fetched(f"/posts/{number}", **upstream.post(number))


def echoed(
    method: str = "GET", asked: str = "", *, headers: Any = None, accept: str | None = "*/*", **came: Any
) -> dict[str, Any]:
    """The upstream's echo of a call to /echo?`asked`: `headers` beside Accept, and what else `came` with it (query,
    text, form, files)."""
    answer = fetched(f"/echo?{asked}" if asked else "/echo", headers={"X-Answer": "of the upstream"})
    return {**answer, "body": upstream.echo(method, headers, accept, **came)}


def failed(error: str, *kinds: str, request: str | None = "GET", answer: int | None = None) -> dict[str, Any]:
    """A call that failed (`outcome_of` in wire.py)."""
    return {"error": error, "is": ["OSError", *kinds], "request": request, "answer": answer}
