"""The words that statements of answers are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from e2e_common.requester import Api, matches

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TEXT = "text/plain; charset=utf-8"
SERIAL = matches("live-[0-9a-f]{12}")
SERVED = {
    "Connection": "close",
    "Content-Length": matches("[0-9]+"),
    "Date": matches("[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} 20[0-9]{2} [0-9:]{8} GMT"),
    "Server": matches("Werkzeug/.*"),
}
"""What the upstream's server adds to each answer."""
Send = Callable[..., None]


def sender(api: Api, topic: str) -> Send:
    """What sends one request: its name, its path below /`topic`, its answer, and how many calls it makes."""

    def send(name: str, path: str, body: Any, calls: int = 1, **stated: Any) -> None:
        counted = {"requests": calls} if calls else {}
        api.get(f"/{topic}/{path}", name=name, body=body, calls={**counted, **stated.pop("other", {})}, **stated)

    return send


def heading(
    url: str, status: int = 200, reason: str = "OK", *, headers: Any = None, links: Any = None
) -> dict[str, Any]:
    """What an answer says before its body (`heading` in ../wire.py). `headers`: beside those of each answer."""
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
    """What a call was answered in JSON (`told` in ../wire.py)."""
    found = heading(url, status, reason, headers={**JSON, **(headers or {})})
    return {**found, "encoding": "utf-8", "length": True, "body": {**body, "serial": SERIAL}}


def ordered(body: Any, status: int = 200, reason: str = "OK", *, links: Any = None, **headers: Any) -> dict[str, Any]:
    """An answer of /answer. `headers`: with _ for -, beside its type (text in UTF-8, unless told)."""
    own = {
        "Content-Type": TEXT,
        "X-Serial": SERIAL,
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return {
        **heading("/answer", status, reason, headers=own, links=links),
        "encoding": "utf-8",
        "length": True,
        "body": body,
    }


def in_parts(url: str) -> dict[str, Any]:
    """What an answer in text says before its body, when it is sent in parts."""
    found = heading(url, headers={"Content-Type": TEXT})
    del found["headers"]["Content-Length"]
    return found


def post(number: int) -> dict[str, Any]:
    return fetched(f"/posts/{number}", **post_body(number))


def post_body(number: int) -> dict[str, Any]:
    return {"id": number, "author": number % 3 + 1, "title": f"Post {number}"}


def echoed(
    method: str = "GET", asked: str = "", *, headers: Any = None, accept: str | None = "*/*", **came: Any
) -> dict[str, Any]:
    """The upstream's echo of a call to /echo?`asked`: `headers` beside Accept, and what else `came` with it (query,
    text, form, files)."""
    answer = fetched(f"/echo?{asked}" if asked else "/echo", headers={"X-Answer": "of the upstream"})
    accepted = {} if accept is None else {"Accept": accept}
    nothing: dict[str, Any] = {"query": {}, "text": "", "form": {}, "files": {}}
    answer["body"].update({**nothing, **came, "method": method, "headers": {**accepted, **(headers or {})}})
    return answer


def failed(error: str, *kinds: str, request: str | None = "GET", answer: int | None = None) -> dict[str, Any]:
    """A call that failed (`outcome_of` in ../wire.py)."""
    return {"error": error, "is": ["OSError", *kinds], "request": request, "answer": answer}
