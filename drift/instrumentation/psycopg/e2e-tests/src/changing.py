"""Calls that are new in every run, and calls that only the replay makes."""

import os
from datetime import datetime
from typing import Any, Callable
from uuid import uuid4

from asynchronous import connect as connect_async
from asynchronous import in_a_loop
from db import about_many, connect, cursor_of, fetched, fetched_async, outcome, shared, show
from flask import Blueprint
from psycopg import ClientCursor, sql

changing = Blueprint("changing", __name__, url_prefix="/changing")

REPLAYING = os.environ.get("TUSK_DRIFT_MODE") == "REPLAY"
UNANSWERED = {"error": "builtins.RuntimeError", "no_mock": True}


def ended(work: Callable[[], Any]) -> Any:
    """What `work` gives, or the error that it raises, without the statement that its message names."""
    try:
        return show(work())
    except Exception as error:
        return without_statement(error)


def without_statement(error: Exception) -> dict[str, Any]:
    told = outcome(error)
    return {"error": told["error"], "no_mock": told["message"].startswith("[Tusk REPLAY] No mock found")}


@changing.get("/uuid")
def uuid() -> dict[str, Any]:
    return fetched(shared().execute("SELECT name FROM tea WHERE id = 1 OR name = %s", (str(uuid4()),)))


@changing.get("/now")
def now() -> dict[str, Any]:
    query = "SELECT name FROM tea WHERE id = %(id)s AND %(now)s > '2024-02-29'::timestamp"
    return fetched(shared().execute(query, {"id": 2, "now": datetime.now()}))


@changing.get("/one-of-two")
def one_of_two() -> list[Any]:
    """The first is new, the second is not: it gets its own answer, and the first is left what is left."""
    query = "SELECT id, name FROM tea WHERE name = %s"
    return [fetched(shared().execute(query, (name,))) for name in (str(uuid4()), "Assam")]


@changing.post("/executemany")
def executemany() -> dict[str, Any]:
    with cursor_of(connect()) as cursor:
        cursor.execute("CREATE TEMP TABLE ticket (number uuid)")
        cursor.executemany("INSERT INTO ticket VALUES (%s)", [(uuid4(),), (uuid4(),)])
        return about_many(cursor, "INSERT 0 1")


@changing.get("/stream")
def stream() -> list[str]:
    with shared().cursor() as cursor:
        query = "SELECT name FROM tea WHERE id < 3 AND name <> %s ORDER BY id"
        return [show(row) for row in cursor.stream(query, (str(uuid4()),))]


@changing.get("/copy")
def copy() -> list[str]:
    """Of COPY the SDK keeps the statement alone."""
    query = "COPY (SELECT name FROM tea WHERE id = 1 OR name = %s) TO STDOUT"
    with shared().cursor() as cursor, cursor.copy(query, (str(uuid4()),)) as blocks:
        return [show(bytes(block)) for block in blocks]


@changing.get("/async-uuid")
@in_a_loop
async def async_uuid() -> dict[str, Any]:
    async with await connect_async() as connection:
        query = "SELECT name FROM tea WHERE id = 4 OR name = %s"
        return await fetched_async(await connection.execute(query, (str(uuid4()),)))


@changing.get("/statement")
def statement() -> dict[str, Any]:
    """A value that is written into the statement is a part of it."""
    query = sql.SQL("SELECT name FROM tea WHERE id = 5 OR name = {}").format(sql.Literal(str(uuid4())))
    return {"found": ended(lambda: shared().execute(query).fetchall())}


@changing.get("/client-cursor")
def client_cursor() -> dict[str, Any]:
    """Here psycopg writes it into the statement, and the SDK sees it before that."""
    with cursor_of(connect(cursor_factory=ClientCursor)) as cursor:
        cursor.execute("SELECT name FROM tea WHERE id = 3 OR name = %s", (str(uuid4()),))
        return fetched(cursor)


# Calls that only the replay makes. While recording, the answer is the one that they have in replay.


def unanswered(work: Callable[[], Any]) -> Any:
    """How a call ends that nothing answers."""
    return ended(work) if REPLAYING else UNANSWERED


def copied_only_in_replay() -> list[str]:
    with shared().cursor() as cursor, cursor.copy("COPY setting TO STDOUT") as blocks:
        return [show(bytes(block)) for block in blocks]


@changing.get("/only-in-replay")
def only_in_replay() -> dict[str, Any]:
    """A statement, many, a stream, a COPY; the next one is answered as ever."""
    with shared().cursor() as cursor, shared().cursor() as other:
        query, change = "SELECT origin, id FROM tea WHERE name = %s", "UPDATE tea SET origin = %s WHERE id > 9"
        return {
            "execute": unanswered(lambda: cursor.execute(query, ("Assam",)).fetchall()),
            "executemany": unanswered(lambda: cursor.executemany(change, [("only",), ("in replay",)])),
            "stream": unanswered(lambda: list(cursor.stream("SELECT 'only in replay'"))),
            "copy": unanswered(copied_only_in_replay),
            **fetched(other.execute("SELECT 'after them'")),
        }


@changing.get("/as-elsewhere")
def as_elsewhere() -> list[Any]:
    """The replay alone asks for it, with parameters of its own; another request has recorded the same statement."""
    with shared().cursor() as cursor:
        query = "SELECT name FROM tea WHERE id = 5 AND name <> %s"
        return [unanswered(lambda: cursor.execute(query, ("Genmaicha",)).fetchall())]


@changing.get("/elsewhere")
def elsewhere() -> dict[str, Any]:
    return fetched(shared().execute("SELECT name FROM tea WHERE id = 5 AND name <> %s", ("Assam",)))


@changing.get("/async-only-in-replay")
@in_a_loop
async def async_only_in_replay() -> dict[str, Any]:
    async with await connect_async() as connection, connection.cursor() as cursor:
        seen: Any = UNANSWERED
        if REPLAYING:
            try:
                seen = show(await cursor.execute("SELECT 'async, only in replay'"))
            except RuntimeError as error:
                seen = without_statement(error)
        await cursor.execute("SELECT 'after it'")
        return {"execute": seen, **await fetched_async(cursor)}
