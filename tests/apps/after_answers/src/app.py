"""Makes calls after its response: one outside any context, and one that bypasses the SDK.

With UNRECORDED=on, a child process calls the upstream only while recording. In replay nothing makes this call.
"""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

from drift import TuskDrift

TuskDrift.initialize(env="e2e")

import requests  # noqa: E402
from flask import Flask, Response, copy_current_request_context, jsonify  # noqa: E402

UPSTREAM = os.environ["UPSTREAM_URL"]
UNRECORDED = os.environ.get("UNRECORDED") == "on"
CHILD = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=10)"
LIMIT_S = 10

app = Flask(__name__)


def tell() -> None:
    requests.post(f"{UPSTREAM}/users", json={"name": "Ada"}, timeout=LIMIT_S)


def reach() -> None:
    connection = http.client.HTTPConnection(urlsplit(UPSTREAM).netloc, timeout=LIMIT_S)
    connection.request("GET", "/posts/1")
    connection.getresponse().read()
    connection.close()


def answer_then(work: Callable[[], None]) -> Response:
    answer = jsonify(done=True)
    answer.call_on_close(copy_current_request_context(work))
    return answer


@app.get("/health")
def health() -> Response:
    return jsonify(status="ok")


@app.get("/told")
def told() -> Response:
    return answer_then(tell)


@app.get("/reached")
def reached() -> Response:
    return answer_then(reach)


@app.get("/plain")
def plain() -> Response:
    if UNRECORDED and os.environ.get("TUSK_DRIFT_MODE") == "RECORD":
        subprocess.run([sys.executable, "-c", CHILD, f"{UPSTREAM}/users/3"], check=True)
    return jsonify(done=True)


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ.get("PORT", "8000")), threaded=False)
