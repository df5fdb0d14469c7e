"""A local replacement of the public APIs that suites call: weather, users, posts. A Flask application on loopback.

Every response has a `serial` that never repeats and that no comparison rule ignores: a replay that reached the live
upstream could not match its recording.
"""

from __future__ import annotations

import gzip
import itertools
import logging
import secrets
import sys
import threading
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask, Response, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.serving import WSGIRequestHandler, make_server

from e2e_common.services.upstream import answers
from e2e_common.util.readiness import tcp_answers

DEFAULT_PORT = 9180
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
ECHOED = ("Accept", "Authorization", "Content-Type", "Cookie")
GZIP = {"Content-Encoding": "gzip", **answers.JSON}
JSON = dict[str, Any]


class LiveJSON(DefaultJSONProvider):
    """Adds a new serial to every JSON response."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return super().dumps({**obj, "serial": new_serial()}, **kwargs)


class Text(Response):
    default_mimetype = "text/plain"  # not HTML, which the SDK does not record


app = Flask(__name__)
app.json, app.response_class = LiveJSON(app), Text
counters: defaultdict[str, Iterator[int]] = defaultdict(itertools.count)


def new_serial() -> str:
    return f"live-{secrets.token_hex(6)}"


def typed(content_type: str, body: bytes) -> tuple[bytes, int, JSON]:
    return body + new_serial().encode(), 200, {"Content-Type": content_type}


ROUTES: dict[str, Callable[..., Any]] = {
    "GET /weather": lambda: answers.weather(request.args["city"]),
    "GET /users/<int:number>": answers.user,
    "POST /users": lambda: ({"id": 4, "name": request.get_json()["name"]}, 201),
    "DELETE /users/<int:number>": lambda number: {"deleted": number},
    "GET /posts/<int:number>": answers.post,
    "GET /posts/<int:number>/comments": answers.comments,
    "GET /status/<int:code>": lambda code: ({"code": code}, code),
    "GET /target/<path:path>": lambda path: {"target": request.environ["RAW_URI"], "path": path},  # raw, and decoded
    "GET /cookie": lambda: ({"cookies": request.cookies}, 200, {"Set-Cookie": "basket=tea; Path=/"}),
    "GET,POST /count/<name>": lambda name: {"name": name, "count": next(counters[name]) + 1},
    "GET /redirect/<int:count>": lambda count: (
        ("moved\n", 302, {"Location": f"/redirect/{count - 1}" if count > 1 else "/echo?from=redirect"})
    ),
    "GET /much/<int:size>": lambda size: "".join(f"{n:07}\n" for n in range(size // 8 + 1))[:size] + new_serial(),
    "GET /latin-1": lambda: typed("text/plain; charset=iso-8859-1", "déjà vu ".encode("latin-1")),
    "GET /bytes": lambda: typed("application/x-bytes", bytes(range(256))),  # a type unknown to the SDK is recorded
    "GET /image": lambda: typed("image/png", b"\x89PNG\r\n\x1a\n"),  # a type that it knows is not
    "GET /gzip": lambda: (gzip.compress(app.make_response({"zipped": True}).data), 200, GZIP),
    "GET /empty": lambda: ("", 204, {"X-Serial": new_serial()}),
}
for route, view in ROUTES.items():
    methods, rule = route.split()
    app.add_url_rule(rule, route, view, methods=methods.split(","))


@app.route("/echo", methods=METHODS)
def echo() -> tuple[JSON, int, JSON]:
    """The request: query, the headers that a caller sets, and the body as text, form fields and files."""
    body = {
        "method": request.method,
        "query": request.args.to_dict(flat=False),
        "headers": {name: value for name, value in request.headers if name in ECHOED or name.startswith("X-")},
        "text": request.get_data(as_text=True) if request.mimetype != "multipart/form-data" else "",
        "form": request.form.to_dict(flat=False),
        "files": {name: [file.filename, len(file.read())] for name, file in request.files.items()},
    }
    return body, 200, {"X-Answer": "of the upstream"}


@app.route("/flaky/<name>/<int:failures>", methods=["GET", "POST"])
def flaky(name: str, failures: int) -> tuple[JSON, int]:
    """Status 503 `failures` times, then 200 once, and so on: for callers that retry."""
    asked = next(counters[f"flaky {name}"]) % (failures + 1) + 1
    return {"name": name, "asked": asked}, 200 if asked > failures else 503


@app.route("/measure", methods=METHODS)
def measure() -> JSON:
    """Length and SHA-256 of a body, which may be binary, and the headers that describe it."""
    headers = {name: request.headers.get(name) for name in ("Content-Type", "Content-Length", "Transfer-Encoding")}
    return {**answers.digest(request.get_data()), "headers": headers}


@app.get("/slow/<float:seconds>")
def slow(seconds: float) -> JSON:
    """A late response: for callers with a shorter time limit, or that do other work meanwhile."""
    time.sleep(seconds)
    return {"seconds": seconds}


@app.get("/lines/<int:count>")
@app.get("/drip/<float:seconds>")
def lines(count: int = 1, seconds: float = 0) -> Iterator[str]:
    """Text that is sent line by line, without Content-Length. The last line comes `seconds` later: for callers that do
    not wait for the rest."""

    def parts() -> Iterator[str]:
        yield from (f"line {number}\n" for number in range(1, count + 1))
        time.sleep(seconds)
        yield f"{new_serial()}\n"

    return parts()


@app.route("/answer", methods=METHODS)
def made_to_order() -> Response:
    """A response made from the query: `status` (with its reason), `header`s (`name: value`) and `body` in `charset`.
    `*` in the body becomes the serial. `coding=deflate` compresses the body."""
    order = request.args
    serial = new_serial()
    body = order.get("body", "").replace("*", serial).encode(order.get("charset", "utf-8"))
    if order.get("coding") == "deflate":
        body = zlib.compress(body)
    headers = [(name, value) for name, _, value in (line.partition(": ") for line in order.getlist("header"))]
    answer = Text(body, order.get("status", "200 OK"))
    for name in {name.lower() for name, _ in headers}:
        answer.headers.pop(name, None)
    answer.headers.extend([*headers, ("X-Serial", serial)])
    return answer


@app.get("/private")
def private() -> JSON | tuple[JSON, int, JSON]:
    """401 with a challenge (default: Basic) until there are credentials; any are accepted."""
    if request.authorization is not None:
        return {"user": request.authorization.username}
    challenge = request.args.get("challenge", 'Basic realm="upstream"')
    return {"error": "who are you?"}, 401, {"WWW-Authenticate": challenge}


class Handler(WSGIRequestHandler):
    """Logs each request on arrival, as `SECONDS METHOD TARGET`. The judge reads this log."""

    def run_wsgi(self) -> None:
        print(f"{time.time():.6f} {self.command} {self.path}", file=sys.stderr, flush=True)
        super().run_wsgi()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: run_wsgi has logged the request."""


def serve_beside(port: int = DEFAULT_PORT) -> None:
    """Serve in a thread of this process, for a script run by hand, unless something already listens on `port`."""
    if not tcp_answers("127.0.0.1", port):
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = make_server("127.0.0.1", port, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()


if __name__ == "__main__":  # standard input is a socket that listens already
    make_server("127.0.0.1", 0, app, threaded=True, request_handler=Handler, fd=0).serve_forever()
