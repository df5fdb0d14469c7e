"""A Flask application under the Drift SDK that uses Redis, as a single server and as a cluster.

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

from flask import Flask, Response, jsonify  # noqa: E402

app = Flask(__name__)
app.json.ensure_ascii = False
for theme in ("strings", "containers", "messages", "batches", "connections", "asynchronous", "clusters", "changing"):
    app.register_blueprint(import_module(theme).pages)


@app.errorhandler(Exception)
def failed(error: Exception) -> Response:
    """Responds with status 200: the SDK does not record a status from 400 on, so replay would miss the request."""
    return jsonify(failed=type(error).__name__, message=str(error))


@app.get("/health")
def health() -> Response:
    return jsonify(status="ok")


if __name__ == "__main__":
    TuskDrift.get_instance().mark_app_as_ready()  # SDKs below 0.1.23 do not do it automatically
    app.run(host="127.0.0.1", port=int(os.environ.get("PORT", "8000")), threaded=True)
