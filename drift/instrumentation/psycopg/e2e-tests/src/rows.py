"""Row factories and cursor classes, psycopg's and custom ones: on the connection, on the cursor, and changed later."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Callable

from db import columns, connect, connect_async, cursor_of, fetched, fetched_async, routes, shared, show
from psycopg import AsyncClientCursor, AsyncCursor, AsyncRawCursor, Cursor
from psycopg.rows import args_row, class_row, dict_row, kwargs_row, namedtuple_row, scalar_row, tuple_row

TEAS = "SELECT id, name, price FROM tea WHERE origin = 'Japan' ORDER BY id"


@dataclass
class Tea:
    id: int
    name: str
    price: Decimal


class ListRows:
    """A custom factory that is an object. Each row is a list."""

    def __call__(self, cursor: Cursor[Any]) -> Callable[[Sequence[Any]], list[Any]]:
        return list


def loud_row(cursor: Cursor[Any]) -> Callable[[Sequence[Any]], Any]:
    """A custom factory. Each row is a dictionary with upper-case keys."""
    names = [column.name.upper() for column in cursor.description or []]
    return lambda values: dict(zip(names, values))


def teas_as(factory: Any) -> dict[str, Any]:
    with shared().cursor(row_factory=factory) as cursor:
        return fetched(cursor.execute(TEAS))


@routes.get("/rows/dict")
def dict_rows() -> list[Any]:
    with connect(row_factory=dict_row) as connection, connection.cursor() as cursor:
        cursor.execute(TEAS)
        seen = {"first": show(cursor.fetchone()), "iterated": [show(row) for row in cursor], **fetched(cursor)}
    return [seen, teas_as(kwargs_row(dict))]


@routes.get("/rows/dict-false")
def dict_rows_with_falsy_values() -> dict[str, Any]:
    """Falsy values are not NULL."""
    with shared().cursor(row_factory=dict_row) as cursor:
        return fetched(cursor.execute("SELECT 0 AS zero, '' AS empty, false AS no, 0.0 AS nought, NULL AS nothing"))


@routes.get("/rows/named")
def named_rows() -> list[Any]:
    with shared().cursor(row_factory=namedtuple_row) as cursor:
        cursor.execute(TEAS)
        first = cursor.fetchone()
        seen = {"first": [show(first), first.name], **fetched(cursor)}
    with shared().cursor(row_factory=class_row(Tea)) as cursor:
        return [seen, [f"{tea.id}: {tea.name}, {show(tea.price)}" for tea in cursor.execute(TEAS).fetchall()]]


@routes.get("/rows/class")
def class_rows() -> dict[str, Any]:
    """The rows are instances of the class."""
    return teas_as(class_row(Tea))


@routes.get("/rows/scalar")
def scalar_rows() -> dict[str, Any]:
    with shared().cursor(row_factory=scalar_row) as cursor:
        cursor.execute("SELECT name, id FROM tea ORDER BY id")
        return {"first": show(cursor.fetchone()), "two": show(cursor.fetchmany(2)), **fetched(cursor)}


@routes.get("/rows/scalar-null")
def scalar_null() -> dict[str, Any]:
    """A row may be None before the end of the result."""
    with shared().cursor(row_factory=scalar_row) as cursor:
        cursor.execute("SELECT origin FROM tea ORDER BY id")
        return {"many": show(cursor.fetchmany(4)), **fetched(cursor)}


@routes.get("/rows/own")
def own_rows() -> list[Any]:
    return [teas_as(args_row("{}. {} for {}".format)), teas_as(ListRows()), teas_as(loud_row)]


@routes.get("/rows/changed")
def changed(connection: Any, cursor: Any) -> list[Any]:
    connection.row_factory = dict_row
    seen = [fetched(each.execute(TEAS)) for each in (cursor, connection)]
    cursor.row_factory = namedtuple_row
    return [*seen, fetched(cursor.execute(TEAS))]


@routes.get("/rows/changed-late")
def changed_late(cursor: Any) -> list[str]:
    cursor.execute(TEAS)
    cursor.row_factory = dict_row
    first = show(cursor.fetchone())
    cursor.row_factory = namedtuple_row
    return [first, show(cursor.fetchone())]


def many_as(factory: Any) -> list[Any]:
    """The two results of an executemany, fetched in all ways, with the columns of each."""
    with shared().cursor(row_factory=factory) as cursor:
        cursor.executemany("SELECT id, name FROM tea WHERE id > %s ORDER BY id", [(3,), (2,)], returning=True)
        first = [show(cursor.fetchone()), show(cursor.fetchall()), columns(cursor)]
        return [first, cursor.nextset(), show(cursor.fetchmany(2)), show(cursor.fetchall()), columns(cursor)]


@routes.get("/rows/executemany")
def executemany_rows() -> list[Any]:
    return [many_as(namedtuple_row), many_as(dict_row)]


@routes.get("/rows/executemany-scalar")
def executemany_scalars() -> list[Any]:
    return [many_as(scalar_row), many_as(kwargs_row(dict))]


@routes.get("/rows/executemany-counts")
def executemany_counts(cursor: Any) -> list[int]:
    cursor.executemany("SELECT id FROM tea WHERE id > %s", [(3,), (2,)], returning=True)
    first = cursor.rowcount
    cursor.nextset()
    return [first, cursor.rowcount]


class Shelf(Cursor[Any]):
    label = "shelf"

    def name_of(self, number: int) -> str:
        self.execute("SELECT name FROM tea WHERE id = %s", (number,))
        return show(self.fetchone())


class AsyncShelf(AsyncCursor[Any]):
    label = "async shelf"

    async def name_of(self, number: int) -> str:
        await self.execute("SELECT name FROM tea WHERE id = %s", (number,))
        return show(await self.fetchone())


@routes.get("/factories/own")
def own() -> list[Any]:
    with cursor_of(connect(cursor_factory=Shelf, row_factory=dict_row)) as cursor:
        return [isinstance(cursor, Shelf), cursor.label, cursor.name_of(2)]


@routes.get("/factories/async-own")
async def async_own() -> list[Any]:
    async with await connect_async(cursor_factory=AsyncShelf) as connection, connection.cursor() as cursor:
        return [isinstance(cursor, AsyncShelf), cursor.label, await cursor.name_of(3)]


@routes.get("/factories/async-connect")
async def async_connect() -> dict[str, Any]:
    """A cursor class and a row factory for all cursors of the connection, including the one that `execute` creates."""
    options = {"cursor_factory": AsyncClientCursor, "row_factory": dict_row}
    async with await connect_async(**options) as connection, connection.cursor() as cursor:
        classes = [isinstance(cursor, AsyncClientCursor), issubclass(connection.cursor_factory, AsyncClientCursor)]
        await cursor.execute("SELECT id, name FROM tea WHERE name = %s", ("Sencha",))
        found = await fetched_async(cursor)
        again = await connection.execute("SELECT origin FROM tea WHERE id = %s", (4,))
        return {"classes": classes, "found": found, "again": await fetched_async(again)}


@routes.get("/factories/async-raw")
async def async_raw() -> dict[str, Any]:
    async with await connect_async(cursor_factory=AsyncRawCursor) as connection, connection.cursor() as cursor:
        await cursor.execute("SELECT $2::text, name FROM tea WHERE id = $1 AND name LIKE '%a%'", [2, "second"])
        return await fetched_async(cursor)


@routes.get("/factories/async-cursor")
async def async_cursor() -> list[Any]:
    """A row factory of one cursor that overrides the connection's, and the default tuples."""
    seen = []
    async with await connect_async(row_factory=namedtuple_row) as connection:
        for factory in (tuple_row, scalar_row, dict_row):
            async with connection.cursor(row_factory=factory) as cursor:
                await cursor.execute("SELECT name, id FROM tea WHERE id = 5")
                seen.append(show(await cursor.fetchall()))
        async with connection.cursor() as cursor:
            await cursor.execute("SELECT name, id FROM tea WHERE id = 5")
            return [*seen, show(await cursor.fetchall())]


@routes.get("/factories/async-changed")
async def async_changed(connection: Any, cursor: Any) -> list[Any]:
    connection.row_factory = dict_row
    seen = []
    for each in (cursor, connection):
        seen.append(await fetched_async(await each.execute("SELECT id, name FROM tea WHERE id = 1")))
    cursor.row_factory = namedtuple_row
    await cursor.execute("SELECT id, name FROM tea WHERE id = 2")
    return [*seen, await fetched_async(cursor)]


@routes.get("/factories/rows-in-execute")
def rows_in_execute() -> dict[str, Any]:
    """Execute and fetch in one line, as in the guide."""
    with connect(row_factory=scalar_row) as connection:
        return fetched(connection.execute("SELECT name FROM tea WHERE origin = %s ORDER BY id", ("India",)))
