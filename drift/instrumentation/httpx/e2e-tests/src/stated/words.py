"""The words that statements of answers are made of."""

from __future__ import annotations

from typing import Any, Callable

from e2e_common.requester import matches

Send = Callable[..., None]
Answer = dict[str, Any]

WAYS = ("module", "client", "async")
CLIENTS = ("client", "async")
SERIAL = matches("live-[0-9a-f]{12}")
"""Of the upstream, and new in each of its answers: a replay that reached it could not match."""
LENGTH = matches(r"\d+")
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PLAIN = "text/plain; charset=utf-8"
TEXT = {"Content-Type": PLAIN}
NAMES = {1: "Ada", 2: "Grace", 3: "Édith"}


OF_SERVER = {
    "connection": "close",
    "server": matches("Werkzeug/.+"),
    "date": matches(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"),
}
"""Headers that the upstream's server adds."""


def plainly(url: str, *, asked: str = "GET", status: int = 200, hops: int = 0, **headers: Any) -> Answer:
    """What outside.plainly says of an answer; `headers` with _ for -, beside those of the server."""
    own = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"asked": asked, "url": url, "status": status, "hops": hops, "headers": {**OF_SERVER, **own}}


def fetched(url: str, *, headers: Any = None, of: Any = None, **body: Any) -> Answer:
    """What outside.shown says of a JSON answer of the upstream. `headers` come beside the usual; `of`: the words of
    plainly."""
    usual = {"content-type": "application/json", "content-length": LENGTH}
    return {**plainly(url, **(of or {}), **usual, **(headers or {})), "body": {**body, "serial": SERIAL}}


def echoed(asked: str = "GET", url: str = "/echo", *, headers: Any = None, hops: int = 0, **came: Any) -> Answer:
    """The upstream's echo: `headers` beside Accept, and what else `came` with the call (query, text, form, files)."""
    seen: dict[str, Any] = {"method": asked, "query": {}, "text": "", "form": {}, "files": {}, **came}
    seen["headers"] = {"Accept": "*/*", **(headers or {})}
    answer = fetched(url, of={"asked": asked, "hops": hops}, headers={"x-answer": "of the upstream"})
    return {**answer, "body": {**answer["body"], **seen}}


def user(number: int) -> Answer:
    return fetched(f"/users/{number}", id=number, name=NAMES[number])


def post(number: int) -> Answer:
    return fetched(f"/posts/{number}", id=number, author=number % 3 + 1, title=f"Post {number}")


def comments(number: int) -> Answer:
    said = [f"Comment {count} on {number}" for count in range(1, number + 1)]
    return fetched(f"/posts/{number}/comments", post=number, comments=said)


def weather(city: str) -> Answer:
    return fetched(f"/weather?city={city}", city=city, celsius=len(city) * 3)
