"""WSGI applications without Flask, which the SDK's WsgiInstrumentation wraps; Flask answers everything else."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from calls import fetch, in_text
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from drift.instrumentation import WsgiInstrumentation

Start = Callable[..., Callable[[bytes], object]]
App = Callable[[dict[str, Any], Start], Iterable[bytes]]
TEXT = [("Content-Type", "text/plain")]
JSON = [("Content-Type", "application/json"), ("X-Answer", "plain")]
DROP = {"type": "drop"}
LEFT_OUT = [{"matcher": {"pathPattern": "/plain/left-out"}, "action": DROP}]
BY_METHOD = [{"matcher": {"method": ["DELETE"], "pathPattern": "/plain/by-*"}, "action": DROP}]
REDACTED = [
    {"matcher": {"direction": "inbound", "headerName": "X-Card"}, "action": {"type": "redact", "hashPrefix": "card-"}}
]


def ask(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """What came in, and a call."""
    start("201 Made By Hand", JSON)
    size = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(size).decode()
    told = {
        key: environ.get(key) for key in ("REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "HTTP_X_COLOUR")
    }
    return [json.dumps({**told, "body": body, "call": fetch("/posts/1")}).encode()]


def lazy(environ: dict[str, Any], start: Start) -> Iterator[bytes]:
    """A generator: nothing of it runs before the server asks for the first part."""
    start("200 OK", TEXT)
    yield b""
    yield f"{environ['REQUEST_METHOD']}, {in_text('/posts/1')}, ".encode()
    yield in_text("/posts/2").encode()


def written(_: dict[str, Any], start: Start) -> Iterable[bytes]:
    """The old way to answer: through what start_response returns."""
    write = start("200 OK", TEXT)
    write(b"written, ")
    write(b"not returned")
    return []


def changed(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """An answer that is begun, fails, and is replaced by another."""
    start("202 Accepted", [*TEXT, ("X-Begun", "yes")])
    try:
        {}["on purpose"]
    except LookupError:
        start("200", [*TEXT, ("X-Replaced", "yes")], sys.exc_info())
    return (part for part in (b"re", b"placed, ", environ["REQUEST_METHOD"].encode()))


def broken(_: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Begun as an answer without fault."""
    start("200 OK", TEXT)
    raise LookupError("on purpose")


def named_oddly(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Names of headers in lower case, and one given twice."""
    start("200 OK", [("content-type", "text/plain"), ("x-lower", "1"), ("X-Twice", "a"), ("X-Twice", "b")])
    return [f"named by {environ['REQUEST_METHOD']}".encode()]


def two_cookies(_: dict[str, Any], start: Start) -> Iterable[bytes]:
    start("200 OK", [*TEXT, ("Set-Cookie", "one=1; Path=/"), ("Set-Cookie", "two=2; Path=/")])
    return [b"two cookies"]


def page(_: dict[str, Any], start: Start) -> Iterable[bytes]:
    """A type in lower case, by which the SDK leaves an answer out."""
    start("200 OK", [("content-type", "text/html")])
    return [b"<p>a page</p>"]


def header(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """What came of a header, and a call."""
    start("200 OK", JSON)
    card = environ.get("HTTP_X_CARD")
    return [json.dumps({"method": environ["REQUEST_METHOD"], "card": card, "call": fetch("/posts/1")}).encode()]


def card(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """The same without a call: one of a request that is lost would be left in a trace of its own."""
    start("200 OK", JSON)
    return [json.dumps({"method": environ["REQUEST_METHOD"], "card": environ.get("HTTP_X_CARD")}).encode()]


class Parts:
    """An answer that wants to be closed."""

    open = 0

    def __init__(self, *parts: bytes) -> None:
        Parts.open += 1
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._parts)

    def close(self) -> None:
        Parts.open -= 1


def closable(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    start("200 OK", TEXT)
    return Parts(environ["REQUEST_METHOD"].encode(), b", part 2")


def still_open(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """How many answers were never closed."""
    start("200 OK", JSON)
    return [json.dumps({"method": environ["REQUEST_METHOD"], "open": Parts.open}).encode()]


APPS: dict[str, App] = {
    "/plain/ask": WsgiInstrumentation(framework_name="plain").wrap_wsgi_app(ask),
    "/plain/lazy": WsgiInstrumentation(transforms=[]).wrap_wsgi_app(lazy),
    "/plain/written": WsgiInstrumentation().wrap_wsgi_app(written),
    "/plain/changed": WsgiInstrumentation().wrap_wsgi_app(changed),
    "/plain/broken": WsgiInstrumentation().wrap_wsgi_app(broken),
    "/plain/closable": WsgiInstrumentation().wrap_wsgi_app(closable),
    "/plain/left-out": WsgiInstrumentation(transforms={"http": LEFT_OUT}).wrap_wsgi_app(closable),
    "/plain/by-method": WsgiInstrumentation(transforms=BY_METHOD).wrap_wsgi_app(header),
    "/plain/redacted": WsgiInstrumentation(transforms=REDACTED).wrap_wsgi_app(card),
    "/rules/left-out-too": WsgiInstrumentation().wrap_wsgi_app(header),
    "/rules/left-out-not": WsgiInstrumentation(transforms=[]).wrap_wsgi_app(header),
    "/plain/named-oddly": WsgiInstrumentation().wrap_wsgi_app(named_oddly),
    "/plain/two-cookies": WsgiInstrumentation().wrap_wsgi_app(two_cookies),
    "/plain/page": WsgiInstrumentation().wrap_wsgi_app(page),
    "/plain/still-open": WsgiInstrumentation(transforms=LEFT_OUT).wrap_wsgi_app(still_open),
}


def beside(flask: App) -> App:
    """`flask`, and the applications of this module: by their paths, and one that is mounted below a prefix."""
    mounted = DispatcherMiddleware(flask, {"/mounted": APPS["/plain/ask"]})

    def dispatch(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        return APPS.get(environ["PATH_INFO"], mounted)(environ, start)

    return dispatch
