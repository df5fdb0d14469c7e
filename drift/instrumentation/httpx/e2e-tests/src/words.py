"""The words that statements of answers are made of."""

from typing import Any

from e2e_common import upstream_answers as upstream
from e2e_common.upstream_answers import SERIAL, SERVED, named

Answer = dict[str, Any]

WAYS = ("module", "client", "async")
CLIENTS = ("client", "async")
LENGTH = SERVED["Content-Length"]
OF_SERVER = {name.lower(): value for name, value in SERVED.items() if name != "Content-Length"}
"""Headers that the upstream's server adds."""


def plainly(url: str, *, asked: str = "GET", status: int = 200, hops: int = 0, **headers: Any) -> Answer:
    """What outside.plainly says of an answer; `headers` with _ for -, beside those of the server."""
    return {"asked": asked, "url": url, "status": status, "hops": hops, "headers": {**OF_SERVER, **named(headers)}}


def fetched(url: str, *, headers: Any = None, of: Any = None, **body: Any) -> Answer:
    """What outside.shown says of a JSON answer of the upstream. `headers` come beside the usual; `of`: the words of
    plainly."""
    usual = {"content-type": "application/json", "content-length": LENGTH}
    return {**plainly(url, **(of or {}), **usual, **(headers or {})), "body": {**body, "serial": SERIAL}}


def echoed(asked: str = "GET", url: str = "/echo", *, headers: Any = None, hops: int = 0, **came: Any) -> Answer:
    """The upstream's echo: `headers` beside Accept, and what else `came` with the call (query, text, form, files)."""
    answer = fetched(url, of={"asked": asked, "hops": hops}, headers={"x-answer": "of the upstream"})
    return {**answer, "body": upstream.echo(asked, headers, **came)}


def user(number: int) -> Answer:
    return fetched(f"/users/{number}", **upstream.user(number))


def post(number: int) -> Answer:
    return fetched(f"/posts/{number}", **upstream.post(number))


def comments(number: int) -> Answer:
    return fetched(f"/posts/{number}/comments", **upstream.comments(number))


def weather(city: str) -> Answer:
    return fetched(f"/weather?city={city}", city=city, celsius=len(city) * 3)
