"""A Flask application under the Drift SDK that calls an upstream with `requests`.

drift/instrumentation/README.md lists what each module covers.

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

from changing import call_only_in_replay  # noqa: E402
from flask import Flask, Response, jsonify  # noqa: E402
from wire import fetch  # noqa: E402

app = Flask(__name__)
app.json.ensure_ascii = False
WIRE = ("sessions", "sent", "authorized", "responses", "streams", "redirects", "failures", "transport")
for theme in (*WIRE, "parallel", "changing", "idioms", "rules"):
    app.register_blueprint(import_module(theme).bp)


def read_settings() -> dict[str, Any]:
    """Makes the calls at startup. Returns the settings, or the error."""
    try:
        made = fetch("/echo", "POST", json={"at": "the start"})
        nothing = call_only_in_replay("/users/2?only=in-replay")
        return {"user": fetch("/users/2"), "made": made, "nothing": nothing}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


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
