"""A Flask application under the Drift SDK that calls an upstream with httpx.

Most calls are made in three ways: httpx.get(), Client().get(), AsyncClient().get() (outside.py).

drift/instrumentation/README.md lists what each module covers.

Not covered: HTTP/2 (the upstream does not speak it), TLS, trio, time-outs of writing and connecting.

Run by hand: TUSK_DRIFT_MODE=RECORD python src/app.py
"""

import logging
import os

from drift import TuskDrift

TuskDrift.initialize(env="e2e")
# The judge parses the SDK's log: milliseconds, levels, and the DEBUG lines that explain dropped traces.
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
    """Makes the calls at startup. Returns the settings, or the error."""
    try:
        found = {"client": fetch("client", "get", "/users/2"), "async": fetch("async", "get", "/users/3")}
        # Its shape differs from the recorded calls: at startup, a recorded call with the same shape would match it.
        nothing = changing.call_only_in_replay("client", "put", "/only-in-replay", json={"at": "the start"})
    except Exception as error:
        return {"error": raised(error)}
    return {**found, "nothing": nothing}


SETTINGS = read_settings()


@app.get("/health")
def health() -> Response:
    return jsonify(status="ok")


@app.get("/settings")
def settings() -> Response:
    """Returns the settings read at startup. When started by hand, the upstream may not have been up yet."""
    return jsonify(read_settings() if "error" in SETTINGS else SETTINGS)


if __name__ == "__main__":
    # One thread for all requests: a request that leaves something in it (a span, a trace id) affects the next one.
    TuskDrift.get_instance().mark_app_as_ready()  # SDKs below 0.1.23 do not do it automatically
    app.run(host="127.0.0.1", port=int(os.environ.get("PORT", "8000")), threaded=False)
