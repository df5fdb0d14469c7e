"""A Flask application under the Drift SDK.

drift/instrumentation/README.md says what it covers, each module its part.

By hand: TUSK_DRIFT_MODE=RECORD python src/app.py
"""

import logging
import os
import secrets
from contextlib import nullcontext
from unittest import mock

from drift import TuskDrift

# Made up while it is recorded. In replay it is there already: from the snapshot that the SDK has taken.
SHOP_KEY = os.environ.setdefault("SHOP_KEY", f"live-{secrets.token_hex(6)}")
# That snapshot holds all variables; those of whoever started this, with their secrets, belong in no recording.
OWN = {name: value for name, value in os.environ.items() if name.startswith(("SHOP_", "TUSK_"))}
with mock.patch.dict(os.environ, OWN, clear=True):
    TuskDrift.initialize(env="e2e")
# The judge reads the SDK's log: with milliseconds and levels, and why it leaves out a trace, which it says at DEBUG.
sdk_log = logging.getLogger("drift").handlers[0]
sdk_log.setFormatter(logging.Formatter("%(asctime)s [TuskDrift] %(levelname)s %(message)s"))
sdk_log.setLevel(logging.DEBUG)
logging.getLogger("drift.core.trace_blocking_manager").setLevel(logging.DEBUG)

from importlib import import_module  # noqa: E402 - the SDK patches what is imported after it
from typing import Any  # noqa: E402

import calls  # noqa: E402
import changing  # noqa: E402
import outgoing  # noqa: E402
import plain  # noqa: E402
import served  # noqa: E402
from flask import Flask, Response, jsonify  # noqa: E402
from werkzeug.serving import WSGIRequestHandler  # noqa: E402

app = Flask(__name__)
app.json.ensure_ascii = False
for theme in ("incoming", "outgoing", "calls", "clients", "rules", "served", "changing"):
    app.register_blueprint(import_module(theme).bp)
app.register_blueprint(outgoing.shop)
served.prepare(app)
app.wsgi_app = plain.beside(app.wsgi_app)


class Impatient(WSGIRequestHandler):
    timeout = 5
    """Seconds for which a handler waits for a part of its request's body that never comes."""

    def run_wsgi(self) -> None:
        """At a lower rate the SDK leaves out requests by chance, which is made certain here: it draws the highest."""
        with mock.patch("random.random", lambda: 1.0) if self.path == "/rules/not-sampled" else nullcontext():
            super().run_wsgi()


def read_settings() -> dict[str, Any]:
    """What the application asks for at its start, or why it has nothing."""
    try:
        return calls.fetch("/users/2")
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


SETTINGS = read_settings()
NOTHING = changing.as_nothing_answers("/only-at-the-start?in=replay", "DELETE", json={"at": "the start"})


@app.get("/health")
def health() -> Response:
    return jsonify(status="ok")


@app.get("/settings")
def settings() -> Response:
    """Asked for at the start, and not since; but by hand the upstream may not have been there yet."""
    return jsonify(read_settings() if "error" in SETTINGS else SETTINGS)


@app.get("/nothing-at-the-start")
def nothing_at_the_start() -> Response:
    """What became of the call that replay alone makes before the application is ready."""
    return jsonify(nothing=NOTHING)


@app.get("/environment")
def environment() -> Response:
    return jsonify(key=SHOP_KEY, same=os.environ["SHOP_KEY"] == SHOP_KEY, hidden="PATH" not in os.environ)


@app.errorhandler(404)
@app.errorhandler(ZeroDivisionError)
def on_error(error: Exception) -> tuple[Response, int]:
    return jsonify(error=getattr(error, "description", str(error))), getattr(error, "code", 500)


if __name__ == "__main__":
    # One thread for all requests: what one leaves behind in it (a span, a trace id), the next would find.
    port = int(os.environ.get("PORT", "8000"))
    app.run(host="127.0.0.1", port=port, threaded=False, request_handler=Impatient)
