"""Expected responses of the upstream, in the format of outside.py."""

from typing import Any
from urllib.parse import parse_qs

from e2e_common.services.upstream import answers as upstream
from e2e_common.services.upstream.answers import SERIAL, SERVED, named

Answer = dict[str, Any]

WAYS = ("module", "client", "async")
CLIENTS = ("client", "async")
LENGTH = SERVED["Content-Length"]
OF_SERVER = {name.lower(): value for name, value in SERVED.items() if name != "Content-Length"}
IN_JSON = {"content-type": "application/json"}


def heading(url: str, *, asked: str = "GET", status: int = 200, hops: int = 0, **headers: Any) -> Answer:
    """`headers` (with _ for -) are those besides the server's."""
    return {"asked": asked, "url": url, "status": status, "hops": hops, "headers": {**OF_SERVER, **named(headers)}}


def fetched(url: str, *, headers: Any = None, of: Any = None, **body: Any) -> Answer:
    """Returns an expected JSON response. `headers` are those besides the usual ones; `of`: the arguments of heading."""
    usual = {**IN_JSON, "content-length": LENGTH}
    return {**heading(url, **(of or {}), **usual, **(headers or {})), "body": {**body, "serial": SERIAL}}


def echoed(asked: str = "GET", url: str = "/echo", *, headers: Any = None, hops: int = 0, **came: Any) -> Answer:
    """Returns the expected response of the upstream's echo. `headers` are those besides Accept, `came` the other parts
    of the call (text, form, files)."""
    response = fetched(url, of={"asked": asked, "hops": hops}, headers={"x-answer": "of the upstream"})
    came = {"query": parse_qs(url.partition("?")[2], keep_blank_values=True), **came}
    return {**response, "body": upstream.echo(asked, headers, **came)}


def user(number: int) -> Answer:
    return fetched(f"/users/{number}", **upstream.user(number))


def post(number: int) -> Answer:
    return fetched(f"/posts/{number}", **upstream.post(number))


def comments(number: int) -> Answer:
    return fetched(f"/posts/{number}/comments", **upstream.comments(number))


def status_of(code: int) -> Answer:
    return fetched(f"/status/{code}", of={"status": code}, code=code)
