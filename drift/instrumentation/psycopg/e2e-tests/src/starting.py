"""What the application asks for before it is ready, other than plain statements, and shows later."""

from typing import Any, Callable

from asynchronous import connect as connect_async
from asynchronous import in_a_loop
from db import attempt, columns, connect, cursor_of, shared, show
from flask import Blueprint

starting = Blueprint("starting", __name__, url_prefix="/starting")

loaded: dict[str, Any] = {}


@starting.get("/<what>")
def shown(what: str) -> list[Any]:
    """What was loaded: the rows, and what else the start learned."""
    return [loaded[what]]


def load_all() -> None:
    """A part that fails is shown as such, and lets the others be."""
    for what, work in PARTS.items():
        loaded[what] = attempt(work)


def copied() -> list[str]:
    query = "COPY (SELECT name, origin FROM tea WHERE id < 4 ORDER BY id) TO STDOUT"
    with shared().cursor() as cursor, cursor.copy(query) as copy:
        return [show(bytes(block)) for block in copy]


def streamed() -> list[str]:
    with shared().cursor() as cursor:
        return [show(row) for row in cursor.stream("SELECT name FROM tea WHERE id > %s ORDER BY id", (3,))]


def many() -> list[Any]:
    """Written to a table that ends with its connection, and read back."""
    with cursor_of(connect()) as cursor:
        cursor.execute("CREATE TEMP TABLE ware (name text)")
        cursor.executemany("INSERT INTO ware VALUES (%s)", [("kettle",), ("kettle",), ("sieve",)])
        cursor.execute("SELECT name FROM ware ORDER BY name")
        return [[show(row) for row in cursor.fetchall()], columns(cursor)]


def server_cursor() -> list[str]:
    with cursor_of(connect(), "at the start") as cursor:
        cursor.execute("SELECT name FROM tea WHERE stock = 0")
        return [show(row) for row in cursor.fetchall()]


@in_a_loop
async def asynchronous() -> list[str]:
    async with await connect_async() as connection, connection.cursor() as cursor:
        await cursor.execute("SELECT origin FROM tea WHERE id = %s", (1,))
        return [show(row) for row in await cursor.fetchall()]


PARTS: dict[str, Callable[[], Any]] = {
    "copied": copied,
    "streamed": streamed,
    "many": many,
    "server-cursor": server_cursor,
    "async": asynchronous,
}
