"""Calls that a replay makes otherwise than its recording: with new parameters, or calls that it alone makes."""

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
NO_ANSWER = "[Tusk REPLAY] No mock found for psycopg2"
UNANSWERED = "not recorded"

register_uuid()


def new_id() -> UUID:
    return uuid4()


def in_replay_alone(call: Callable[[], Any]) -> Any:
    """What `call`, which only a replay makes, gives there: UNANSWERED where the SDK finds no recorded call."""
    if not REPLAY:
        return UNANSWERED
    try:
        return typed(call())
    except RuntimeError as error:
        return UNANSWERED if str(error).startswith(NO_ANSWER) else str(error)


AT_START = {"rowcount": 0}


def count_settings_in_a_replay() -> None:
    """What only a replay asks for at its start: nothing is recorded that could answer, and the SDK gives no rows.

    It has a parameter, and goes through SQLAlchemy: one of psycopg2's own is answered from any other, as long as the
    CLI has loaded them all; it waits for them 9 s, and the application of a replay starts while the recording goes on.
    """
    if REPLAY:
        with engine.connect() as conn:
            found = conn.execute(text("SELECT value FROM settings WHERE name = :name"), {"name": "only in replay"})
            AT_START["rowcount"] = found.rowcount


@routes.get("/changing/start")
def asked_for_at_the_start() -> Response:
    return jsonify(AT_START)


@routes.get("/changing/now")
def now_as_a_parameter(conn: Any) -> Response:
    now = datetime.now(timezone.utc)
    statement = "SELECT %s <= now() + interval '1 day' AS past, pg_typeof(%s)::text AS kind"
    return jsonify(ask(conn, statement, (now, now.replace(tzinfo=None))))


@routes.get("/changing/uuid")
def new_uuid(conn: Any) -> Response:
    """As a UUID, and as its text, by name; and a parameter that is the same each time."""
    statement = "SELECT pg_typeof(%(id)s)::text AS kind, length(%(text)s) AS length, %(same)s AS same"
    return jsonify(ask(conn, statement, {"id": new_id(), "text": str(new_id()), "same": "tea"}))


@routes.get("/changing/uuid-in-rows")
def new_uuid_in_rows(cur: Any) -> Response:
    given = [("tea", new_id()), ("mate", new_id())]
    cur.executemany("INSERT INTO stock (item) SELECT %s WHERE %s IS NOT NULL", given)
    return jsonify(fetched(cur))


@routes.get("/changing/uuid-twice")
def new_uuid_twice(conn: Any) -> Response:
    """One statement with a new parameter each time: the recorded answers come in their order."""
    statement = "SELECT nextval('pg_temp.till') AS number, pg_typeof(%s)::text AS kind"
    ask(conn, "CREATE TEMP SEQUENCE till")
    return jsonify([ask(conn, statement, (new_id(),)) for _ in range(2)])


@routes.get("/changing/uuid-given-back")
def new_uuid_given_back(conn: Any) -> Response:
    """The key of a row, as the application makes it and as the server gives it back."""
    mine = new_id()
    [(given,)] = rows(conn, "INSERT INTO stock (item) VALUES (%s) RETURNING item", (str(mine),))
    return jsonify(given == str(mine))


@routes.get("/changing/uuid-sqlalchemy")
def new_uuid_through_sqlalchemy() -> Response:
    with engine.connect() as conn:
        try:
            answer = typed(conn.scalar(text("SELECT length(:id) AS length"), {"id": str(new_id())}))
        except Exception:  # whose class and text are others with SQLAlchemy 2.0 than with 2.1
            answer = "refused"
        return jsonify(length=answer)


@routes.get("/changing/only-in-replay")
def only_in_replay(conn: Any, cur: Any) -> Response:
    """Beside one that is recorded. Each on a cursor of its own; none of them is answered, and all the rest is."""
    found = [
        in_replay_alone(lambda: ask(conn, "SELECT 'only in replay' AS text")),
        in_replay_alone(lambda: ask(conn, "SELECT %s || ' in replay' AS text", ("only",))),
        in_replay_alone(lambda: cur.executemany("UPDATE stock SET item = %s -- in replay", [("only",)])),
    ]
    return jsonify(found=found, recorded=ask(conn, "SELECT 'in both' AS text"))
