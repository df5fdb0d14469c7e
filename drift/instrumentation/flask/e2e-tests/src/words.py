"""The words that statements of answers are made of."""

from typing import Any

from e2e_common import upstream_answers as upstream
from e2e_common.upstream_answers import JSON, SERIAL, SERVED, named

NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
BINARY = bytes(range(256))


def heading(status: int = 200, reason: str = "OK", **headers: Any) -> dict[str, Any]:
    """What an answer of the upstream says before its body (`heading` in calls.py). `headers`: with _ for -; None for
    one that is not there."""
    own = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"status": status, "reason": reason, "headers": named({**SERVED, **JSON, **own})}


def fetched(url: str, *, status: int = 200, reason: str = "OK", headers: Any = None, **body: Any) -> dict[str, Any]:
    """What an outbound call was answered (`told` in calls.py)."""
    found = {"ok": True, "url": url, "length": True, "body": {**body, "serial": SERIAL}}
    return {**heading(status, reason, **(headers or {})), **found}


def post(number: int) -> dict[str, Any]:
    return fetched(f"/posts/{number}", **upstream.post(number))


def echoed(method: str = "GET", url: str = "/echo", *, headers: Any = None, **came: Any) -> dict[str, Any]:
    """The upstream's echo: `headers` beside Accept, and what else `came` with the call (query, text, form, files)."""
    return {**fetched(url, headers={"X_Answer": "of the upstream"}), "body": upstream.echo(method, headers, **came)}
