"""A Flask application under the Drift SDK, which uses httpx as its users do.

Most calls are made in three ways: httpx.get(), Client().get(), AsyncClient().get() (outside.py).

drift/instrumentation/README.md says what it covers, each module its part.

Not covered: HTTP/2 (the upstream does not speak it), TLS, trio, a write or a connection that takes too long.

By hand: TUSK_DRIFT_MODE=RECORD python src/app.py
"""

import logging
import os

from drift import TuskDrift

TuskDrift.initialize(env="e2e")
# The judge reads the SDK's log: with milliseconds and levels, and why it leaves out a trace, which it says at DEBUG.
sdk_log = logging.getLogger("drift").handlers[0]
sdk_log.setFormatter(logging.Formatter("%(asctime)s [TuskDrift] %(levelname)s %(message)s"))
sdk_log.setLevel(logging.DEBUG)
logging.getLogger("drift.core.trace_blocking_manager").setLevel(logging.DEBUG)

from importlib import import_module  # noqa: E402 - the SDK patches what is imported after it
from typing import Any  # noqa: E402

import changing  # noqa: E402
from flask import Flask, Response, jsonify  # noqa: E402
from outside import fetch, raised  # noqa: E402

app = Flask(__name__)
app.json.ensure_ascii = False
WIRE = ("sending", "receiving", "streaming", "clients", "authentication", "hooks", "transports", "failing", "parallel")
for theme in (*WIRE, "rules", "changing", "guide"):
    app.register_blueprint(import_module(theme).bp)


def read_settings() -> dict[str, Any]:
    """What the application asks for at its start, or why it has nothing."""
    try:
        found = {"client": fetch("client", "get", "/users/2"), "async": fetch("async", "get", "/users/3")}
        # Of another shape than what is recorded: at the start, a call is answered by one that only looks like it.
        nothing = changing.as_nothing_answers("client", "put", "/only-in-replay", json={"at": "the start"})
    except Exception as error:
        return {"error": raised(error)}
    return {**found, "nothing": nothing}


SETTINGS = read_settings()


@app.get("/health")
def health() -> Response:
    return jsonify(status="ok")


@app.get("/settings")
def settings() -> Response:
    """Asked for at the start, and not since; but by hand the upstream may not have been there yet."""
    return jsonify(read_settings() if "error" in SETTINGS else SETTINGS)


if __name__ == "__main__":
    # One thread for all requests: what one leaves behind in it (a span, a trace id), the next would find.
    TuskDrift.get_instance().mark_app_as_ready()  # SDKs below 0.1.23 do not by themselves
    app.run(host="127.0.0.1", port=int(os.environ.get("PORT", "8000")), threaded=False)
