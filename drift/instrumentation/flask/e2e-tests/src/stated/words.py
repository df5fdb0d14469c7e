"""The words that statements of answers are made of."""

from __future__ import annotations

from typing import Any

from e2e_common.requester import matches

JSON = {"Content-Type": "application/json"}
TEXT = {"Content-Type": "text/plain; charset=utf-8"}
SERIAL = matches("live-[0-9a-f]{12}")
NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
BINARY = bytes(range(256))


def fetched(url: str, *, status: int = 200, reason: str = "OK", headers: Any = None, **body: Any) -> dict[str, Any]:
    """What an outbound call was answered (`told` in ../calls.py)."""
    return {
        "status": status,
        "reason": reason,
        "ok": True,
        "url": url,
        "headers": {**JSON, **(headers or {})},
        "length": True,
        "body": {**body, "serial": SERIAL},
    }


def post(number: int) -> dict[str, Any]:
    return fetched(f"/posts/{number}", id=number, author=number % 3 + 1, title=f"Post {number}")


def echoed(method: str = "GET", url: str = "/echo", *, headers: Any = None, **came: Any) -> dict[str, Any]:
    """The upstream's echo: `headers` beside Accept, and what else `came` with the call (query, text, form, files)."""
    answer = fetched(url, headers={"X-Answer": "of the upstream"}, method=method, **came)
    nothing: dict[str, Any] = {"query": {}, "text": "", "form": {}, "files": {}}
    answer["body"] = {**nothing, **answer["body"], "headers": {"Accept": "*/*", **(headers or {})}}
    return answer
