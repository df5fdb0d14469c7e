"""The words that statements of answers are made of."""

from __future__ import annotations

import json
import re
from typing import Any

from e2e_common.requester import Matches, matches

JSON = {"Content-Type": "application/json"}
TEXT = {"Content-Type": "text/plain; charset=utf-8"}
SERIAL = matches("live-[0-9a-f]{12}")
NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
BINARY = bytes(range(256))
SERVED = {
    "Connection": "close",
    "Content-Length": matches("[0-9]+"),
    "Date": matches("[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} 20[0-9]{2} [0-9:]{8} GMT"),
    "Server": matches("Werkzeug/.*"),
}


def heading(status: int = 200, reason: str = "OK", **headers: Any) -> dict[str, Any]:
    """What an answer of the upstream says before its body (`heading` in ../calls.py). `headers`: with _ for -; None for
    one that is not there."""
    own = {name.replace("_", "-"): value for name, value in headers.items()}
    told = {**SERVED, **JSON, **own}
    return {"status": status, "reason": reason, "headers": {k: v for k, v in told.items() if v is not None}}


def fetched(url: str, *, status: int = 200, reason: str = "OK", headers: Any = None, **body: Any) -> dict[str, Any]:
    """What an outbound call was answered (`told` in ../calls.py)."""
    return {
        **heading(status, reason, **(headers or {})),
        "ok": True,
        "url": url,
        "length": True,
        "body": {**body, "serial": SERIAL},
    }


def post(number: int) -> dict[str, Any]:
    return fetched(f"/posts/{number}", id=number, author=number % 3 + 1, title=f"Post {number}")


def echoed(method: str = "GET", url: str = "/echo", *, headers: Any = None, **came: Any) -> dict[str, Any]:
    """The upstream's echo: `headers` beside Accept, and what else `came` with the call (query, text, form, files)."""
    answer = fetched(url, headers={"X_Answer": "of the upstream"}, method=method, **came)
    nothing: dict[str, Any] = {"query": {}, "text": "", "form": {}, "files": {}}
    answer["body"] = {**nothing, **answer["body"], "headers": {"Accept": "*/*", **(headers or {})}}
    return answer


def in_text(value: Any) -> str:
    """The regular expression for `value` as sorted JSON within a text."""
    if isinstance(value, Matches):
        return f'"{value.pattern}"'
    if isinstance(value, dict):
        return r"\{" + ", ".join(f'"{re.escape(key)}": {in_text(value[key])}' for key in sorted(value)) + r"\}"
    return re.escape(json.dumps(value))
