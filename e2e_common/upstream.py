"""The stand-in for the public APIs that the suites call: weather, users, posts. A Flask application on loopback.

Every answer carries a `serial` that never repeats, in a form that no dynamic-value rule forgives: a replay that reached
the live upstream could not match its recording. By hand: `python -m e2e_common.upstream [port]`.
"""

from __future__ import annotations

import logging
import secrets
import sys
import threading
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.serving import make_server

from e2e_common.readiness import tcp_answers

DEFAULT_PORT = 9180
NAMES = {1: "Ada", 2: "Grace", 3: "Édith"}

app = Flask(__name__)


def live(**fields: Any) -> Response:
    """A JSON answer of `fields` and the serial of this very answer."""
    return jsonify(**fields, serial=f"live-{secrets.token_hex(6)}")


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


def serve_beside(port: int = DEFAULT_PORT) -> None:
    """Serve in a thread of this process, for a script run by hand, unless something listens on `port` already."""
    if not tcp_answers("127.0.0.1", port):
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = make_server("127.0.0.1", port, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_PORT, threaded=True)
