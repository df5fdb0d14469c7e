"""The stand-in for the public APIs that the suites call: weather, users, posts. A Flask application on loopback.

Every answer carries a `serial` that never repeats, in a form that no dynamic-value rule forgives: a replay that reached
the live upstream could not match its recording. By hand: `python -m e2e_common.services.upstream.app [port]`
(a run adds the descriptor of the socket that it listens on already).
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import secrets
import sys
import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.serving import WSGIRequestHandler, make_server

from e2e_common.util.readiness import tcp_answers

DEFAULT_PORT = 9180
NAMES = {1: "Ada", 2: "Grace", 3: "Édith"}
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
ECHOED = ("Accept", "Authorization", "Content-Type", "Cookie")

app = Flask(__name__)
counts: Counter[str] = Counter()
counting = threading.Lock()


def live(**fields: Any) -> Response:
    """A JSON answer of `fields` and the serial of this very answer."""
    return jsonify(**fields, serial=new_serial())


def new_serial() -> str:
    return f"live-{secrets.token_hex(6)}"


@app.get("/health")
def health() -> Response:
    return jsonify(status="ok")


@app.get("/weather")
def weather() -> Response:
    city = request.args["city"]
    return live(city=city, celsius=len(city) * 3)


@app.get("/users/<int:user>")
def get_user(user: int) -> Response:
    return live(id=user, name=NAMES[user])


@app.post("/users")
def create_user() -> tuple[Response, int]:
    return live(id=4, name=request.get_json()["name"]), 201


@app.delete("/users/<int:user>")
def delete_user(user: int) -> Response:
    return live(deleted=user)


@app.get("/posts/<int:post>")
def get_post(post: int) -> Response:
    return live(id=post, author=post % 3 + 1, title=f"Post {post}")


@app.get("/posts/<int:post>/comments")
def get_comments(post: int) -> Response:
    return live(post=post, comments=[f"Comment {number} on {post}" for number in range(1, post + 1)])


@app.get("/status/<int:code>")
def status(code: int) -> tuple[Response, int]:
    return live(code=code), code


@app.route("/echo", methods=METHODS)
def echo() -> Response:
    """What came in: query, the headers that a caller sets, and the body as text, form fields and files."""
    sent = {name: value for name, value in request.headers if name in ECHOED or name.startswith("X-")}
    answer = live(
        method=request.method,
        query=request.args.to_dict(flat=False),
        headers=sent,
        text=request.get_data(as_text=True) if request.mimetype != "multipart/form-data" else "",
        form=request.form.to_dict(flat=False),
        files={name: [file.filename, len(file.read())] for name, file in request.files.items()},
    )
    answer.headers["X-Answer"] = "of the upstream"
    return answer


@app.route("/count/<name>", methods=["GET", "POST"])
def count(name: str) -> Response:
    """How often this name has been asked for, this time included: for callers that must not ask twice."""
    with counting:
        counts[name] += 1
        return live(name=name, count=counts[name])


@app.route("/flaky/<name>/<int:failures>", methods=["GET", "POST"])
def flaky(name: str, failures: int) -> tuple[Response, int]:
    """Unavailable `failures` times, then there once, and so on: for callers that ask again."""
    with counting:
        asked = counts[f"flaky {name}"]
        counts[f"flaky {name}"] += 1
    return live(name=name, asked=asked % (failures + 1) + 1), 200 if asked % (failures + 1) == failures else 503


@app.route("/measure", methods=METHODS)
def measure() -> Response:
    """Of a body that need be no text: how long it is, its SHA-256, and how it came."""
    body = request.get_data()
    came = {name: request.headers.get(name) for name in ("Content-Type", "Content-Length", "Transfer-Encoding")}
    return live(size=len(body), sha256=hashlib.sha256(body).hexdigest(), headers=came)


@app.get("/much/<int:size>")
def much(size: int) -> Response:
    """`size` bytes of text that repeats itself nowhere soon, and the serial."""
    lines = "".join(f"{number:07}\n" for number in range(size // 8 + 1))
    return Response(lines[:size] + new_serial(), mimetype="text/plain")


@app.get("/slow/<float:seconds>")
def slow(seconds: float) -> Response:
    """For a caller that does not wait so long, or that goes on meanwhile."""
    time.sleep(seconds)
    return live(seconds=seconds)


@app.get("/redirect/<int:count>")
def redirect(count: int) -> Response:
    """`count` redirects, then /echo. As text, since the SDK records no HTML."""
    target = f"/redirect/{count - 1}" if count > 1 else "/echo?from=redirect"
    return Response("moved\n", 302, {"Location": target}, mimetype="text/plain")


@app.get("/lines/<int:count>")
def lines(count: int) -> Response:
    """Text that is sent line by line, without a length."""

    def parts() -> Iterator[str]:
        yield from (f"line {number}\n" for number in range(1, count + 1))
        yield f"{new_serial()}\n"

    return Response(parts(), mimetype="text/plain")


@app.get("/drip/<float:seconds>")
def drip(seconds: float) -> Response:
    """A line, and another one `seconds` later: for a caller that does not wait for the rest."""

    def parts() -> Iterator[str]:
        yield "line 1\n"
        time.sleep(seconds)
        yield f"{new_serial()}\n"

    return Response(parts(), mimetype="text/plain")


@app.get("/target/<path:path>")
def target(path: str) -> Response:
    """The target of the request as it came, and the path that it stands for."""
    return live(target=request.environ["RAW_URI"], path=path)


@app.route("/answer", methods=METHODS)
def made_to_order() -> Response:
    """An answer as the query has it: `status` (with its reason), `header`s (`name: value`), `body` in `charset`, `*` in
    it standing for the serial, and `deflate`d where `coding` says so."""
    order = request.args
    serial = new_serial()
    body = order.get("body", "").replace("*", serial).encode(order.get("charset", "utf-8"))
    if order.get("coding") == "deflate":
        body = zlib.compress(body)
    headers = [(name, value) for name, _, value in (line.partition(": ") for line in order.getlist("header"))]
    answer = Response(body, order.get("status", "200 OK"), mimetype="text/plain")
    for name in {name.lower() for name, _ in headers}:
        answer.headers.pop(name, None)
    answer.headers.extend([*headers, ("X-Serial", serial)])
    return answer


@app.get("/cookie")
def cookie() -> Response:
    answer = live(cookies=request.cookies)
    answer.set_cookie("basket", "tea")
    return answer


@app.get("/private")
def private() -> Response:
    """Answers 401 with a challenge (by default for Basic) until it is given credentials, whichever."""
    if request.authorization is None:
        answer = live(error="who are you?")
        answer.status_code = 401
        answer.headers["WWW-Authenticate"] = request.args.get("challenge", 'Basic realm="upstream"')
        return answer
    return live(user=request.authorization.username)


@app.get("/gzip")
def zipped() -> Response:
    return Response(
        gzip.compress(live(zipped=True).data), 200, {"Content-Encoding": "gzip"}, mimetype="application/json"
    )


@app.get("/latin-1")
def latin_1() -> Response:
    return Response(f"déjà vu {new_serial()}".encode("latin-1"), content_type="text/plain; charset=iso-8859-1")


@app.get("/bytes")
def every_byte() -> Response:
    """Every byte there is, in a type that the SDK does not know, and so records."""
    return Response(bytes(range(256)) + new_serial().encode(), mimetype="application/x-bytes")


@app.get("/image")
def image() -> Response:
    """A type that the SDK knows, and does not record."""
    return Response(b"\x89PNG\r\n\x1a\n" + new_serial().encode(), mimetype="image/png")


@app.get("/empty")
def empty() -> Response:
    return Response(status=204, headers={"X-Serial": new_serial()}, mimetype="text/plain")


class Handler(WSGIRequestHandler):
    """Logs each request when it arrives, as `SECONDS METHOD TARGET`: the judge reads what reached the upstream."""

    def run_wsgi(self) -> None:
        print(f"{time.time():.6f} {self.command} {self.path}", file=sys.stderr, flush=True)
        super().run_wsgi()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: it has been logged."""


def serve_beside(port: int = DEFAULT_PORT) -> None:
    """Serve in a thread of this process, for a script run by hand, unless something listens on `port` already."""
    if not tcp_answers("127.0.0.1", port):
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = make_server("127.0.0.1", port, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()


if __name__ == "__main__":
    words = [int(word) for word in sys.argv[1:]] or [DEFAULT_PORT]
    fd = words[1] if words[1:] else None
    make_server("127.0.0.1", words[0], app, threaded=True, request_handler=Handler, fd=fd).serve_forever()
