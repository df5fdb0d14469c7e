"""WSGI applications without Flask, wrapped by the SDK's WsgiInstrumentation. Flask handles all other paths."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from calls import fetch, in_text
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wsgi import ClosingIterator

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
still_open: list[Any] = []


def ask(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Responds with the request's data and a call."""
    start("201 Made By Hand", JSON)
    size = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(size).decode()
    names = ("REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "HTTP_X_COLOUR")
    came = {name: environ.get(name) for name in names}
    return [json.dumps({**came, "body": body, "call": fetch("/posts/1")}).encode()]


def lazy(environ: dict[str, Any], start: Start) -> Iterator[bytes]:
    """A generator: it starts when the server requests the first part."""
    start("200 OK", TEXT)
    yield b""
    yield f"{environ['REQUEST_METHOD']}, {in_text('/posts/1')}, ".encode()
    yield in_text("/posts/2").encode()


def written(_: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Uses the write() function that start_response returns, the old way to respond."""
    write = start("200 OK", TEXT)
    write(b"written, ")
    write(b"not returned")
    return []


def changed(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Starts a response, fails, and replaces the response."""
    start("202 Accepted", [*TEXT, ("X-Begun", "yes")])
    try:
        {}["on purpose"]
    except LookupError:
        start("200", [*TEXT, ("X-Replaced", "yes")], sys.exc_info())
    return (part for part in (b"re", b"placed, ", environ["REQUEST_METHOD"].encode()))


def broken(_: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Starts a successful response, then fails."""
    start("200 OK", TEXT)
    raise LookupError("on purpose")


def headed(text: str, *headers: tuple[str, str]) -> App:
    def app(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        start("200 OK", list(headers))
        return [text.replace("METHOD", environ["REQUEST_METHOD"]).encode()]

    return app


def card(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Responds with a header's value and a call. Without the call for /plain/redacted, which is not recorded:
    it would be a separate trace."""
    start("200 OK", JSON)
    call = {} if environ["PATH_INFO"] == "/plain/redacted" else {"call": fetch("/posts/1")}
    return [json.dumps({"method": environ["REQUEST_METHOD"], "card": environ.get("HTTP_X_CARD"), **call}).encode()]


def closable(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """A response with a close() method."""
    start("200 OK", TEXT)
    still_open.append(environ)
    return ClosingIterator([environ["REQUEST_METHOD"].encode(), b", part 2"], still_open.pop)


def count_open(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Responds with the number of responses that were not closed."""
    start("200 OK", JSON)
    return [json.dumps({"method": environ["REQUEST_METHOD"], "open": len(still_open)}).encode()]


WRAPPED: dict[str, tuple[App, dict[str, Any]]] = {
    "/plain/ask": (ask, {"framework_name": "plain"}),
    "/plain/lazy": (lazy, {"transforms": []}),
    "/plain/written": (written, {}),
    "/plain/changed": (changed, {}),
    "/plain/broken": (broken, {}),
    "/plain/closable": (closable, {}),
    "/plain/left-out": (closable, {"transforms": {"http": LEFT_OUT}}),
    "/plain/by-method": (card, {"transforms": BY_METHOD}),
    "/plain/redacted": (card, {"transforms": REDACTED}),
    "/rules/left-out-too": (card, {}),
    "/rules/left-out-not": (card, {"transforms": []}),
    # Header names in lower case, and one header twice.
    "/plain/named-oddly": (
        headed("named by METHOD", ("content-type", "text/plain"), ("x-lower", "1"), ("X-Twice", "a"), ("X-Twice", "b")),
        {},
    ),
    "/plain/two-cookies": (
        headed("two cookies", *TEXT, ("Set-Cookie", "one=1; Path=/"), ("Set-Cookie", "two=2; Path=/")),
        {},
    ),
    # The Content-Type header in lower case: the SDK must drop the response because of it.
    "/plain/page": (headed("<p>a page</p>", ("content-type", "text/html")), {}),
    "/plain/still-open": (count_open, {"transforms": LEFT_OUT}),
}
APPS = {path: WsgiInstrumentation(**options).wrap_wsgi_app(app) for path, (app, options) in WRAPPED.items()}


def with_wsgi_apps(flask: App) -> App:
    """Returns a WSGI application that dispatches by path to this module's applications, else to `flask`."""
    mounted = DispatcherMiddleware(flask, {"/mounted": APPS["/plain/ask"]})

    def dispatch(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        return APPS.get(environ["PATH_INFO"], mounted)(environ, start)

    return dispatch
