"""A Flask application on psycopg 3, under the Drift SDK. The modules that it imports contain the handlers; db.py has
what they share. drift/instrumentation/README.md lists what they cover.

The module unseen covers calls that bypass the SDK and reach the server in replay: Connection.connect and pools that use
it (the other pools get a class that calls psycopg.connect), cursor classes that are called, a cursor_factory that is
set later, TypeInfo.fetch, an existing cursor that is opened by its name, cancel, closing a server-side cursor within
a block or one with hold, two-phase commit, and the async COPY, streams and server-side cursors.

Not covered: EnumInfo.fetch and CompositeInfo.fetch (like TypeInfo's, but psycopg 3.2 and 3.3 use different statements,
or statements too long to expect); a call that only the replay makes before it is ready (its result depends on how long
the recording takes: see RECORDING_TIMEOUT_S in e2e_common/tusk/server.py).

Run by hand: TUSK_DRIFT_MODE=RECORD python src/app.py, with DATABASE_URL from `make services-psycopg`
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

from connections import load, open_pools  # noqa: E402
from db import outcome, routes  # noqa: E402
from flask import Flask, Response, jsonify  # noqa: E402
from values import load_types  # noqa: E402

app = Flask(__name__)
app.json.ensure_ascii = False
STATEMENTS = ("queries", "parameters", "batches", "rows", "values", "transactions", "errors", "copying")
for theme in (*STATEMENTS, "connections", "options", "asynchronous", "changing", "unseen"):
    import_module(theme)
app.register_blueprint(routes)


@app.errorhandler(Exception)
def raised(error: Exception) -> Response:
    """Responds with the uncaught exception and status 200: status 500 would not be recorded."""
    return jsonify(raised=outcome(error))


@app.get("/health")
def health() -> Response:
    return jsonify(status="ok")


if __name__ == "__main__":
    load_types()
    load()
    open_pools()
    TuskDrift.get_instance().mark_app_as_ready()  # SDKs below 0.1.23 do not do it automatically
    app.run(host="127.0.0.1", port=int(os.environ.get("PORT", "8000")), threaded=True)
