"""A Flask application that uses psycopg2, under the Drift SDK.

drift/instrumentation/README.md lists what its modules cover; database.py has what they share.

Not covered: cancel, replication, green threads, hstore (not every server has it), and SQLAlchemy's sessions, which use
psycopg2 in the same way as Core.

Run by hand: psql "$DATABASE_URL" -f src/schema.sql, then TUSK_DRIFT_MODE=RECORD python src/app.py
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
import orm  # noqa: E402
from database import ask, connection, routes, rows, shown  # noqa: E402
from flask import Flask, Response, jsonify  # noqa: E402
from werkzeug.exceptions import HTTPException  # noqa: E402

app = Flask(__name__)
app.json.ensure_ascii = False
THEMES = ("parameters", "queries", "cursors", "bulk", "transactions", "connections", "mock_connections")
for theme in (*THEMES, "changing", "values", "failures", "unseen", "orm"):
    import_module(theme)
app.register_blueprint(routes)


def read_settings() -> list[tuple[str, str]]:
    with connection() as conn, conn, conn.cursor() as cur:
        ask(conn, "CREATE TABLE IF NOT EXISTS starts (name text PRIMARY KEY)")
        cur.executemany("INSERT INTO starts VALUES (%s) ON CONFLICT DO NOTHING", [("one",), ("two",)])
        return rows(conn, "SELECT name, value FROM settings ORDER BY name")


orm.warm_up()
SETTINGS = read_settings()
changing.query_only_in_replay()


@app.get("/health")
def health() -> Response:
    return jsonify(status="ok")


@app.errorhandler(Exception)
def raised(error: Exception) -> Any:
    """Responds with the uncaught exception and status 200: a status from 400 on would not be recorded."""
    return error if isinstance(error, HTTPException) else jsonify(error=f"{type(error).__name__}: {error}")


@app.get("/settings")
def settings() -> Response:
    """Returns the settings that were read at startup."""
    return jsonify(shown(SETTINGS))


if __name__ == "__main__":
    TuskDrift.get_instance().mark_app_as_ready()  # SDKs below 0.1.23 do not do it automatically
    app.run(host="127.0.0.1", port=int(os.environ.get("PORT", "8000")), threaded=True)
