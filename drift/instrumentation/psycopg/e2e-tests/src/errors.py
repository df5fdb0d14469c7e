"""Errors of the database that the application catches.

What class they are of has a request of its own; the others look at the message, and at what can be done after them.
"""

from functools import partial
from typing import Any

import psycopg
from db import about, attempt, connect, cursor_of, fetched, message, names_in, outcome, shared, show
from flask import Blueprint

errors = Blueprint("errors", __name__, url_prefix="/errors")

ADD = "INSERT INTO item VALUES (%s, 1, %s, NULL)"
SHARES = "SELECT 6 / (3 - n) FROM generate_series(1, 5) AS n"  # the third divides by zero


@errors.post("/unique")
def unique() -> dict[str, Any]:
    """A unique violation by its class and all its fields."""
    with cursor_of(connect()) as cursor:
        cursor.execute(ADD, ("unique", "first"))
        try:
            cursor.execute(ADD, ("unique", "second"))
        except Exception as error:
            cursor.connection.rollback()
            return {**outcome(error), "sqlstate": getattr(error, "sqlstate", None), "diag": diagnosis(error)}
    return {}


def diagnosis(error: Exception) -> list[Any]:
    fields = ("severity", "sqlstate", "message_primary", "message_detail", "table_name", "constraint_name")
    return [getattr(error.diag, field) for field in fields] if isinstance(error, psycopg.Error) else []


@errors.post("/transaction-after")
def transaction_after() -> dict[str, Any]:
    """In a transaction that failed nothing works until it is rolled back; what comes after that is kept."""
    with cursor_of(connect()) as cursor:
        lost = about(cursor.execute(ADD, ("after", "lost")))
        twice = attempt(lambda: cursor.executemany(ADD, [("before", "lost too"), ("after", "twice")]))
        still = attempt(lambda: cursor.execute("SELECT 'in between'"))
        cursor.connection.rollback()
        kept = about(cursor.execute(ADD, ("after", "kept")))
        cursor.connection.commit()
        messages = [twice["message"], still["message"]]
        return {"lost": lost, "messages": messages, "kept": kept, "elsewhere": names_in("after")}


@errors.get("/in-block")
def in_block() -> dict[str, Any]:
    """An error in an inner block rolls back to its savepoint; the outer block goes on."""
    with connect() as connection, connection.transaction(), connection.cursor() as cursor:
        try:
            with connection.transaction():
                cursor.execute("SELECT 1 / %s", (0,))
        except Exception as error:
            seen = message(error)
        cursor.execute("SELECT 'still here'")
        return {"message": seen, **fetched(cursor)}


@errors.get("/fetch-first")
def fetch_first() -> list[Any]:
    """Nothing was executed yet, so there is nothing to fetch, and nowhere to scroll."""
    with shared().cursor() as cursor:
        rows = [attempt(fetch) for fetch in (cursor.fetchone, cursor.fetchmany, cursor.fetchall)]
        places = ((0, "relative"), (1, "absolute"), (1, "sideways"))
        return [*rows, *[attempt(partial(cursor.scroll, value, mode)) for value, mode in places]]


@errors.get("/fetch-nothing")
def fetch_nothing() -> dict[str, Any]:
    """A statement without rows has nothing to fetch either."""
    with shared().cursor() as cursor:
        cursor.execute("SET work_mem = '4MB'")
        return attempt(lambda: {"rows": cursor.fetchall()})


@errors.get("/stream")
def stream() -> dict[str, Any]:
    """The error comes after the first rows."""
    seen = []
    with cursor_of(connect()) as cursor:
        try:
            for row in cursor.stream(SHARES):
                seen.append(show(row[0]))
        except Exception as error:
            return {"message": message(error), "before": seen}
    return {"before": seen}


@errors.post("/copy")
def copy() -> dict[str, Any]:
    with cursor_of(connect()) as cursor:
        try:
            with cursor.copy("COPY item (box, id, name) FROM STDIN") as copy:
                copy.write("errors copy\tnot a number\tcup\n")
        except Exception as error:
            return {"message": message(error)}
        return about(cursor)


@errors.get("/server-cursor")
def server_cursor() -> dict[str, Any]:
    """The error comes with the rows, not with the statement."""
    with cursor_of(connect(), "failing") as cursor:
        try:
            cursor.execute(f"{SHARES} LIMIT 5")
            return {"rows": show(cursor.fetchall())}
        except Exception as error:
            return {"message": message(error)}


@errors.get("/terminated")
def terminated() -> dict[str, Any]:
    """The server ends the session. The message is its own."""
    connection = connect()
    try:
        connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    except Exception as error:
        return {"message": message(error), "closed": connection.closed, "broken": connection.broken}
    return {}


@errors.get("/refused")
def refused() -> dict[str, Any]:
    """Nothing listens on port 9 of loopback."""
    try:
        with psycopg.connect("postgresql://app:s3cret@127.0.0.1:9/app", connect_timeout=5) as connection:
            return {"closed": connection.closed}
    except psycopg.OperationalError as error:
        return {"error": type(error).__name__, "sqlstate": error.sqlstate}
