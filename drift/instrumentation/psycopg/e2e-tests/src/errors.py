"""Errors of the database that the application catches.

One request covers their classes. The others cover the message, and the statements after the error.
"""

from functools import partial
from typing import Any

import psycopg
from db import about, attempt, connect, cursor_of, fetched, message, names_in, outcome, routes, show

ADD = "INSERT INTO item VALUES (%s, 1, %s, NULL)"
SHARES = "SELECT 6 / (3 - n) FROM generate_series(1, 5) AS n"  # the third row divides by zero


@routes.post("/errors/unique")
def unique(connection: Any, cursor: Any) -> dict[str, Any]:
    cursor.execute(ADD, ("unique", "first"))
    try:
        cursor.execute(ADD, ("unique", "second"))
    except Exception as error:
        connection.rollback()
        return {**outcome(error), "sqlstate": getattr(error, "sqlstate", None), "diag": diagnosis(error)}
    return {}


def diagnosis(error: Exception) -> list[Any]:
    fields = ("severity", "sqlstate", "message_primary", "message_detail", "table_name", "constraint_name")
    return [getattr(error.diag, field) for field in fields] if isinstance(error, psycopg.Error) else []


@routes.post("/errors/transaction-after")
def transaction_after(connection: Any, cursor: Any) -> dict[str, Any]:
    """After an error, the transaction rejects statements until it is rolled back. Later statements are kept."""
    lost = about(cursor.execute(ADD, ("after", "lost")))
    twice = attempt(lambda: cursor.executemany(ADD, [("before", "lost too"), ("after", "twice")]))
    still = attempt(lambda: cursor.execute("SELECT 'in between'"))
    connection.rollback()
    seen = {"lost": lost, "messages": [twice["message"], still["message"]]}
    seen["kept"] = about(cursor.execute(ADD, ("after", "kept")))
    connection.commit()
    return {**seen, "elsewhere": names_in("after")}


@routes.get("/errors/in-block")
def in_block(connection: Any) -> dict[str, Any]:
    with connection.transaction(), connection.cursor() as cursor:
        try:
            with connection.transaction():
                cursor.execute("SELECT 1 / %s", (0,))
        except Exception as error:
            seen = message(error)
        return {"message": seen, **fetched(cursor.execute("SELECT 'still here'"))}


@routes.get("/errors/fetch-first")
def fetch_first(cursor: Any) -> list[Any]:
    """Fetches and scrolls before any statement."""
    rows = [attempt(fetch) for fetch in (cursor.fetchone, cursor.fetchmany, cursor.fetchall)]
    places = ((0, "relative"), (1, "absolute"), (1, "sideways"))
    return [*rows, *[attempt(partial(cursor.scroll, value, mode)) for value, mode in places]]


@routes.get("/errors/fetch-nothing")
def fetch_nothing(cursor: Any) -> dict[str, Any]:
    cursor.execute("SET work_mem = '4MB'")
    return attempt(lambda: {"rows": cursor.fetchall()})


@routes.get("/errors/stream")
def stream(connection: Any, cursor: Any) -> dict[str, Any]:
    seen = []
    try:
        for row in cursor.stream(SHARES):
            seen.append(show(row[0]))
    except Exception as error:
        return {"message": message(error), "before": seen}
    return {"before": seen}


@routes.post("/errors/copy")
def copy(connection: Any, cursor: Any) -> dict[str, Any]:
    try:
        with cursor.copy("COPY item (box, id, name) FROM STDIN") as copy:
            copy.write("errors copy\tnot a number\tcup\n")
    except Exception as error:
        return {"message": message(error)}
    return about(cursor)


@routes.get("/errors/server-cursor")
def server_cursor() -> dict[str, Any]:
    """The error is raised when the rows are fetched, not by the statement."""
    with cursor_of(connect(), "failing") as cursor:
        try:
            cursor.execute(f"{SHARES} LIMIT 5")
            return {"rows": show(cursor.fetchall())}
        except Exception as error:
            return {"message": message(error)}


@routes.get("/errors/terminated")
def terminated() -> dict[str, Any]:
    """The server terminates the session and provides the message."""
    connection = connect()
    try:
        connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    except Exception as error:
        return {"message": message(error), "closed": connection.closed, "broken": connection.broken}
    return {}


@routes.get("/errors/refused")
def refused() -> dict[str, Any]:
    """Nothing listens on port 9 of loopback."""
    try:
        with psycopg.connect("postgresql://app:s3cret@127.0.0.1:9/app", connect_timeout=5) as connection:
            return {"closed": connection.closed}
    except psycopg.OperationalError as error:
        return {"error": type(error).__name__, "sqlstate": error.sqlstate}
