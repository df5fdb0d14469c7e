"""An application for tests/e2e/local/test_mutating.py that uses much, little or too much of its input."""

import os
import time

from drift import TuskDrift

UPSTREAM = os.environ["UPSTREAM_URL"]

TuskDrift.initialize(env="e2e", sampling_rate=1.0)

import requests  # noqa: E402
from flask import Flask, Response, jsonify  # noqa: E402

app = Flask(__name__)


def fetch(path: str) -> requests.Response:
    return requests.get(UPSTREAM + path, timeout=5)


@app.get("/health")
def health() -> Response:
    return jsonify(status="ok")


@app.get("/careful")
def careful() -> Response:
    answer = fetch("/users/1")
    return jsonify(
        status=int(answer.status_code), reason=answer.reason, headers=dict(answer.headers), body=answer.json()
    )


@app.get("/careless")
def careless() -> Response:
    """Returns one word of the call's response."""
    return jsonify(title=fetch("/posts/1").json()["title"])


@app.get("/hides")
def hides() -> Response:
    """Responds the same if the call fails, so only the missing recording is visible."""
    try:
        fetch("/users/2")
    except Exception:
        return jsonify(done=True)
    return jsonify(done=True)


@app.get("/fragile")
def fragile() -> Response:
    """Hangs or ends the application, depending on the call's response."""
    user = fetch("/users/3").json()
    if user["id"] != 3:
        time.sleep(3600)
    if user["name"] != "Édith":
        os._exit(3)
    return jsonify(user)


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ["PORT"]))
