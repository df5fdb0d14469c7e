"""Calls with parameters that are new in every run, and calls only in replay."""

import os
from datetime import datetime
from typing import Any, Callable
from uuid import uuid4

from db import about_many, connect, copied, cursor_of, fetched, fetched_async, message, outcome, routes, shared, show
from psycopg import ClientCursor, sql

REPLAYING = os.environ.get("TUSK_DRIFT_MODE") == "REPLAY"
NO_MOCK = {"error": "builtins.RuntimeError", "no_mock": True}


def outcome_of(work: Callable[[], Any]) -> Any:
    try:
        return show(work())
    except Exception as error:
        return without_statement(error)


def without_statement(error: Exception) -> dict[str, Any]:
    return {"error": outcome(error)["error"], "no_mock": message(error).startswith("[Tusk REPLAY] No mock found")}


@routes.get("/changing/uuid")
def uuid() -> dict[str, Any]:
    return fetched(shared().execute("SELECT name FROM tea WHERE id = 1 OR name = %s", (str(uuid4()),)))


@routes.get("/changing/now")
def now() -> dict[str, Any]:
    query = "SELECT name FROM tea WHERE id = %(id)s AND %(now)s > '2024-02-29'::timestamp"
    return fetched(shared().execute(query, {"id": 2, "now": datetime.now()}))


@routes.get("/changing/one-of-two")
def one_of_two() -> list[Any]:
    """The parameter of the first call is new, that of the second is not. In replay the second gets its own result, the
    first the remaining one."""
    query = "SELECT id, name FROM tea WHERE name = %s"
    return [fetched(shared().execute(query, (name,))) for name in (str(uuid4()), "Assam")]


@routes.post("/changing/executemany")
def executemany(connection: Any, cursor: Any) -> dict[str, Any]:
    cursor.execute("CREATE TEMP TABLE ticket (number uuid)")
    cursor.executemany("INSERT INTO ticket VALUES (%s)", [(uuid4(),), (uuid4(),)])
    return about_many(cursor, "INSERT 0 1")


@routes.get("/changing/stream")
def stream(cursor: Any) -> list[str]:
    query = "SELECT name FROM tea WHERE id < 3 AND name <> %s ORDER BY id"
    return [show(row) for row in cursor.stream(query, (str(uuid4()),))]


@routes.get("/changing/copy")
def copy(cursor: Any) -> list[str]:
    """The SDK records only the statement of a COPY."""
    return copied(cursor, "COPY (SELECT name FROM tea WHERE id = 1 OR name = %s) TO STDOUT", (str(uuid4()),))


@routes.get("/changing/async-uuid")
async def async_uuid(connection: Any) -> dict[str, Any]:
    query = "SELECT name FROM tea WHERE id = 4 OR name = %s"
    return await fetched_async(await connection.execute(query, (str(uuid4()),)))


@routes.get("/changing/statement")
def statement() -> dict[str, Any]:
    """The new value is part of the statement."""
    query = sql.SQL("SELECT name FROM tea WHERE id = 5 OR name = {}").format(sql.Literal(str(uuid4())))
    return {"found": outcome_of(lambda: shared().execute(query).fetchall())}


@routes.get("/changing/client-cursor")
def client_cursor() -> dict[str, Any]:
    """psycopg inserts the value into the statement, after the SDK has seen it."""
    with cursor_of(connect(cursor_factory=ClientCursor)) as cursor:
        return fetched(cursor.execute("SELECT name FROM tea WHERE id = 3 OR name = %s", (str(uuid4()),)))


# Calls only in replay. When recording, the handlers respond with the result that replay must give.


def only_in_replay(work: Callable[[], Any]) -> Any:
    """In replay, returns the outcome of `work`, which has no mock; otherwise the expected outcome."""
    return outcome_of(work) if REPLAYING else NO_MOCK


@routes.get("/changing/only-in-replay")
def statements_only_in_replay(cursor: Any) -> dict[str, Any]:
    with shared().cursor() as other:
        query, change = "SELECT origin, id FROM tea WHERE name = %s", "UPDATE tea SET origin = %s WHERE id > 9"
        return {
            "execute": only_in_replay(lambda: cursor.execute(query, ("Assam",)).fetchall()),
            "executemany": only_in_replay(lambda: cursor.executemany(change, [("only",), ("in replay",)])),
            "stream": only_in_replay(lambda: list(cursor.stream("SELECT 'only in replay'"))),
            "copy": only_in_replay(lambda: copied(cursor, "COPY setting TO STDOUT")),
            **fetched(other.execute("SELECT 'after them'")),
        }


@routes.get("/changing/as-elsewhere")
def as_elsewhere(cursor: Any) -> list[Any]:
    """Only in replay, with new parameters. Another request (`elsewhere`) has recorded the same statement."""
    query = "SELECT name FROM tea WHERE id = 5 AND name <> %s"
    return [only_in_replay(lambda: cursor.execute(query, ("Genmaicha",)).fetchall())]


@routes.get("/changing/elsewhere")
def elsewhere() -> dict[str, Any]:
    return fetched(shared().execute("SELECT name FROM tea WHERE id = 5 AND name <> %s", ("Assam",)))


@routes.get("/changing/async-only-in-replay")
async def async_only_in_replay(cursor: Any) -> dict[str, Any]:
    seen: Any = NO_MOCK
    if REPLAYING:
        try:
            seen = show(await cursor.execute("SELECT 'async, only in replay'"))
        except RuntimeError as error:
            seen = without_statement(error)
    return {"execute": seen, **await fetched_async(await cursor.execute("SELECT 'after it'"))}
