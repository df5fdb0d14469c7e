"""A Flask application that uses psycopg2, under the Drift SDK.

Surface covered, a module each:
parameters   of every kind, by position and by name, none at all, per cent signs, psycopg2.sql
queries      every way of fetching, reuse of a cursor, INSERT, upsert, UPDATE, DELETE (with RETURNING), joins,
             functions, callproc, cursors in SQL, what a cursor tells beside its rows
parallel     threads that are handed the OpenTelemetry context, with a connection each and with one for all
cursors      RealDictCursor, DictCursor, NamedTupleCursor (of the cursor, the connection, a connection class), classes
             of the application's own, LoggingConnection, named cursors (itersize, scroll, withhold)
bulk         executemany, execute_batch, execute_values, COPY in and out
transactions commit, rollback, `with`, savepoints, autocommit, isolation levels, locks, transactions with an id, and
             what a second connection sees
connections  keywords, DSN, options, factories, refusals, what a connection tells, notices, LISTEN, pools, async, and
             functions of psycopg2 that are given a connection or a cursor
standins     what the SDK gives in replay for a connection that is refused there: every way to ask for one
changing     parameters that are new in replay, and calls that it alone makes, also at its start
values       every common type there and back, JSON, arrays, ranges, types and adapters of the application's own
failures     errors by class, code and text, and the transaction after them
unseen       what psycopg2 sends from C past its cursors, and so in replay, too: set_client_encoding, reset, large
             objects, tpc_prepare and tpc_recover, a session's characteristics in autocommit, a DateStyle of its own
orm          SQLAlchemy Core on psycopg2: many rows at once, savepoints, errors
And, in this module, what is read and written before the first request.

Not covered: cancel, replication, green threads, hstore (not every server has it), and SQLAlchemy's sessions, which give
psycopg2 nothing that Core does not.

By hand: psql "$DATABASE_URL" -f src/schema.sql, then TUSK_DRIFT_MODE=RECORD python src/app.py
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

from typing import Any  # noqa: E402 - the SDK patches what is imported after it

import bulk  # noqa: E402
import changing  # noqa: E402
import connections  # noqa: E402
import cursors  # noqa: E402
import failures  # noqa: E402
import orm  # noqa: E402
import parallel  # noqa: E402
import parameters  # noqa: E402
import queries  # noqa: E402
import standins  # noqa: E402
import transactions  # noqa: E402
import unseen  # noqa: E402
import values  # noqa: E402
from database import ask, connection, rows, shown  # noqa: E402
from flask import Flask, Response, jsonify  # noqa: E402
from werkzeug.exceptions import HTTPException  # noqa: E402

app = Flask(__name__)
app.json.ensure_ascii = False
first = (parameters, queries, parallel, cursors, bulk, transactions, connections)
for module in (*first, standins, changing, values, failures, unseen, orm):
    app.register_blueprint(module.bp)


def read_settings() -> list[tuple[str, str]]:
    """What the application reads and writes at its start."""
    with connection() as conn, conn, conn.cursor() as cur:
        ask(conn, "CREATE TABLE IF NOT EXISTS starts (name text PRIMARY KEY)")
        cur.executemany("INSERT INTO starts VALUES (%s) ON CONFLICT DO NOTHING", [("one",), ("two",)])
        return rows(conn, "SELECT name, value FROM settings ORDER BY name")


orm.warm_up()
SETTINGS = read_settings()
changing.count_settings_in_a_replay()


@app.get("/health")
def health() -> Response:
    return jsonify(status="ok")


@app.errorhandler(Exception)
def told(error: Exception) -> Any:
    """What no handler caught, with status 200: an answer from 400 on would be neither recorded nor compared."""
    return error if isinstance(error, HTTPException) else jsonify(error=f"{type(error).__name__}: {error}")


@app.get("/settings")
def settings() -> Response:
    """Read at the start, and nothing asked for since."""
    return jsonify(shown(SETTINGS))


if __name__ == "__main__":
    TuskDrift.get_instance().mark_app_as_ready()  # SDKs below 0.1.23 do not by themselves
    app.run(host="127.0.0.1", port=int(os.environ.get("PORT", "8000")), threaded=True)
