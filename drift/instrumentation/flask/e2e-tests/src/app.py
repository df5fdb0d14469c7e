"""A Flask application under the Drift SDK.

drift/instrumentation/README.md lists what each module covers.

Run by hand: TUSK_DRIFT_MODE=RECORD python src/app.py
"""

import logging
import os
import secrets
from contextlib import nullcontext
from unittest import mock

from drift import TuskDrift

# Random when recording. In replay, the snapshot of the environment that the SDK has taken provides it.
SHOP_KEY = os.environ.setdefault("SHOP_KEY", f"live-{secrets.token_hex(6)}")
# The snapshot holds all variables. Those of the user's shell, with their secrets, must not be recorded.
OWN = {name: value for name, value in os.environ.items() if name.startswith(("SHOP_", "TUSK_"))}
with mock.patch.dict(os.environ, OWN, clear=True):
    TuskDrift.initialize(env="e2e")
# The judge parses the SDK's log: milliseconds, levels, and the DEBUG lines that explain dropped traces.
sdk_log = logging.getLogger("drift").handlers[0]
sdk_log.setFormatter(logging.Formatter("%(asctime)s [TuskDrift] %(levelname)s %(message)s"))
sdk_log.setLevel(logging.DEBUG)
logging.getLogger("drift.core.trace_blocking_manager").setLevel(logging.DEBUG)

from importlib import import_module  # noqa: E402 - the SDK patches what is imported after it
from typing import Any  # noqa: E402

import calls  # noqa: E402
import changing  # noqa: E402
import plain  # noqa: E402
import responses  # noqa: E402
import served  # noqa: E402
from flask import Flask, Response, jsonify  # noqa: E402
from werkzeug.serving import WSGIRequestHandler  # noqa: E402

app = Flask(__name__)
app.json.ensure_ascii = False
for theme in ("incoming", "responses", "calls", "clients", "rules", "served", "changing"):
    app.register_blueprint(import_module(theme).bp)
app.register_blueprint(responses.shop)
served.configure(app)
app.wsgi_app = plain.with_wsgi_apps(app.wsgi_app)


class RequestHandler(WSGIRequestHandler):
    timeout = 5
    """Seconds until a handler stops waiting for the rest of its request's body."""

    def run_wsgi(self) -> None:
        """Below a sampling rate of 1, the SDK drops requests at random. Here its random number is the highest."""
        with mock.patch("random.random", lambda: 1.0) if self.path == "/rules/not-sampled" else nullcontext():
            super().run_wsgi()


def read_settings() -> dict[str, Any]:
    """Makes the call at startup. Returns the settings, or the error."""
    try:
        return calls.fetch("/users/2")
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


SETTINGS = read_settings()
NO_MOCK_AT_START = changing.call_only_in_replay("/only-at-the-start?in=replay", "DELETE", json={"at": "the start"})


@app.get("/health")
def health() -> Response:
    return jsonify(status="ok")


@app.get("/settings")
def settings() -> Response:
    """Returns the settings read at startup. When started by hand, the upstream may not have been up yet."""
    return jsonify(read_settings() if "error" in SETTINGS else SETTINGS)


@app.get("/nothing-at-the-start")
def nothing_at_the_start() -> Response:
    """Returns the outcome of the call that the application makes only in replay, before it is ready."""
    return jsonify(nothing=NO_MOCK_AT_START)


@app.get("/environment")
def environment() -> Response:
    return jsonify(key=SHOP_KEY, same=os.environ["SHOP_KEY"] == SHOP_KEY, hidden="PATH" not in os.environ)


@app.errorhandler(404)
@app.errorhandler(ZeroDivisionError)
def on_error(error: Exception) -> tuple[Response, int]:
    return jsonify(error=getattr(error, "description", str(error))), getattr(error, "code", 500)


if __name__ == "__main__":
    # One thread for all requests: a request that leaves something in it (a span, a trace id) affects the next one.
    port = int(os.environ.get("PORT", "8000"))
    app.run(host="127.0.0.1", port=port, threaded=False, request_handler=RequestHandler)
