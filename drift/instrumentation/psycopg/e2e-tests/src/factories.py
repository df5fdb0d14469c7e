"""Classes and row factories of one's own, given to connections and cursors, synchronous and asynchronous."""

from typing import Any

from asynchronous import connect as connect_async
from asynchronous import in_a_loop
from db import connect, cursor_of, fetched, fetched_async, show
from flask import Blueprint
from psycopg import AsyncClientCursor, AsyncCursor, AsyncRawCursor, Cursor
from psycopg.rows import dict_row, namedtuple_row, scalar_row, tuple_row

factories = Blueprint("factories", __name__, url_prefix="/factories")


class Shelf(Cursor[Any]):
    """What an application adds to a cursor."""

    label = "shelf"

    def name_of(self, number: int) -> str:
        self.execute("SELECT name FROM tea WHERE id = %s", (number,))
        return show(self.fetchone())


class AsyncShelf(AsyncCursor[Any]):
    label = "async shelf"

    async def name_of(self, number: int) -> str:
        await self.execute("SELECT name FROM tea WHERE id = %s", (number,))
        return show(await self.fetchone())


@factories.get("/own")
def own() -> list[Any]:
    with cursor_of(connect(cursor_factory=Shelf, row_factory=dict_row)) as cursor:
        return [isinstance(cursor, Shelf), cursor.label, cursor.name_of(2)]


@factories.get("/async-own")
@in_a_loop
async def async_own() -> list[Any]:
    async with await connect_async(cursor_factory=AsyncShelf) as connection, connection.cursor() as cursor:
        return [isinstance(cursor, AsyncShelf), cursor.label, await cursor.name_of(3)]


@factories.get("/async-connect")
@in_a_loop
async def async_connect() -> dict[str, Any]:
    """A class of cursors and a row factory for all cursors of the connection, the one that `execute` makes too."""
    options = {"cursor_factory": AsyncClientCursor, "row_factory": dict_row}
    async with await connect_async(**options) as connection, connection.cursor() as cursor:
        classes = [isinstance(cursor, AsyncClientCursor), issubclass(connection.cursor_factory, AsyncClientCursor)]
        await cursor.execute("SELECT id, name FROM tea WHERE name = %s", ("Sencha",))
        found = await fetched_async(cursor)
        again = await connection.execute("SELECT origin FROM tea WHERE id = %s", (4,))
        return {"classes": classes, "found": found, "again": await fetched_async(again)}


@factories.get("/async-raw")
@in_a_loop
async def async_raw() -> dict[str, Any]:
    """PostgreSQL's own placeholders."""
    async with await connect_async(cursor_factory=AsyncRawCursor) as connection, connection.cursor() as cursor:
        await cursor.execute("SELECT $2::text, name FROM tea WHERE id = $1 AND name LIKE '%a%'", [2, "second"])
        return await fetched_async(cursor)


@factories.get("/async-cursor")
@in_a_loop
async def async_cursor() -> list[Any]:
    """A row factory for a single cursor, over the connection's, and the tuples that every connection begins with."""
    seen = []
    async with await connect_async(row_factory=namedtuple_row) as connection:
        for factory in (tuple_row, scalar_row, dict_row):
            async with connection.cursor(row_factory=factory) as cursor:
                await cursor.execute("SELECT name, id FROM tea WHERE id = 5")
                seen.append(show(await cursor.fetchall()))
        async with connection.cursor() as cursor:
            await cursor.execute("SELECT name, id FROM tea WHERE id = 5")
            return [*seen, show(await cursor.fetchall())]


@factories.get("/async-changed")
@in_a_loop
async def async_changed() -> list[Any]:
    """Row factories that are set on the connection and on the cursor."""
    async with await connect_async() as connection, connection.cursor() as cursor:
        connection.row_factory = dict_row
        seen = []
        for each in (cursor, connection):
            seen.append(await fetched_async(await each.execute("SELECT id, name FROM tea WHERE id = 1")))
        cursor.row_factory = namedtuple_row
        await cursor.execute("SELECT id, name FROM tea WHERE id = 2")
        return [*seen, await fetched_async(cursor)]


@factories.get("/rows-in-execute")
def rows_in_execute() -> dict[str, Any]:
    """A cursor and its rows in one line, as the guide's shortcuts have it."""
    with connect(row_factory=scalar_row) as connection:
        return fetched(connection.execute("SELECT name FROM tea WHERE origin = %s ORDER BY id", ("India",)))
