"""Calls that differ between recording and replay: with new parameters, or only in replay."""

import os
from datetime import datetime, timezone
from typing import Any, Callable
from uuid import UUID, uuid4

from database import ask, fetched, routes, rows, typed
from flask import Response, jsonify
from orm import engine
from psycopg2.extras import register_uuid
from sqlalchemy import text

REPLAY = os.environ.get("TUSK_DRIFT_MODE") == "REPLAY"
NO_MOCK = "[Tusk REPLAY] No mock found for psycopg2"
NOT_RECORDED = "not recorded"

register_uuid()


def new_id() -> UUID:
    return uuid4()


def only_in_replay(call: Callable[[], Any]) -> Any:
    """Returns the result of `call` in replay. NOT_RECORDED outside of replay, or without a mock."""
    if not REPLAY:
        return NOT_RECORDED
    try:
        return typed(call())
    except RuntimeError as error:
        return NOT_RECORDED if str(error).startswith(NO_MOCK) else str(error)


AT_START = {"rowcount": 0}


def query_only_in_replay() -> None:
    """Makes a call at startup, only in replay. It has no mock, so the SDK returns no rows.

    It has a parameter and uses SQLAlchemy. A call of psycopg2 without them could get the mock of any recorded one: the
    application of the replay starts while the recording continues, and the CLI waits up to 9 s until all are loaded.
    """
    if REPLAY:
        with engine.connect() as conn:
            found = conn.execute(text("SELECT value FROM settings WHERE name = :name"), {"name": "only in replay"})
            AT_START["rowcount"] = found.rowcount


@routes.get("/changing/start")
def startup_result() -> Response:
    return jsonify(AT_START)


@routes.get("/changing/now")
def now_as_a_parameter(conn: Any) -> Response:
    now = datetime.now(timezone.utc)
    statement = "SELECT %s <= now() + interval '1 day' AS past, pg_typeof(%s)::text AS kind"
    return jsonify(ask(conn, statement, (now, now.replace(tzinfo=None))))


@routes.get("/changing/uuid")
def new_uuid(conn: Any) -> Response:
    """A new UUID, and its text as a named parameter; next to a parameter that never changes."""
    statement = "SELECT pg_typeof(%(id)s)::text AS kind, length(%(text)s) AS length, %(same)s AS same"
    return jsonify(ask(conn, statement, {"id": new_id(), "text": str(new_id()), "same": "tea"}))


@routes.get("/changing/uuid-in-rows")
def new_uuid_in_rows(cur: Any) -> Response:
    given = [("tea", new_id()), ("mate", new_id())]
    cur.executemany("INSERT INTO stock (item) SELECT %s WHERE %s IS NOT NULL", given)
    return jsonify(fetched(cur))


@routes.get("/changing/uuid-twice")
def new_uuid_twice(conn: Any) -> Response:
    """One statement with two new parameters. The recorded results come in their order."""
    statement = "SELECT nextval('pg_temp.till') AS number, pg_typeof(%s)::text AS kind"
    ask(conn, "CREATE TEMP SEQUENCE till")
    return jsonify([ask(conn, statement, (new_id(),)) for _ in range(2)])


@routes.get("/changing/uuid-given-back")
def new_uuid_given_back(conn: Any) -> Response:
    """A row's key as the application generates it and as the server returns it."""
    mine = new_id()
    [(given,)] = rows(conn, "INSERT INTO stock (item) VALUES (%s) RETURNING item", (str(mine),))
    return jsonify(given == str(mine))


@routes.get("/changing/uuid-sqlalchemy")
def new_uuid_through_sqlalchemy() -> Response:
    with engine.connect() as conn:
        try:
            outcome = typed(conn.scalar(text("SELECT length(:id) AS length"), {"id": str(new_id())}))
        except Exception:  # class and text differ between SQLAlchemy 2.0 and 2.1
            outcome = "refused"
        return jsonify(length=outcome)


@routes.get("/changing/only-in-replay")
def statements_only_in_replay(conn: Any, cur: Any) -> Response:
    """Statements without a mock next to a recorded one, each on a new cursor. Only the recorded one has a result."""
    found = [
        only_in_replay(lambda: ask(conn, "SELECT 'only in replay' AS text")),
        only_in_replay(lambda: ask(conn, "SELECT %s || ' in replay' AS text", ("only",))),
        only_in_replay(lambda: cur.executemany("UPDATE stock SET item = %s -- in replay", [("only",)])),
    ]
    return jsonify(found=found, recorded=ask(conn, "SELECT 'in both' AS text"))
