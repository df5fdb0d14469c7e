"""executemany: rows that are equal, and results that are fetched by the cursor's own measure."""

from typing import Any

from asynchronous import connect as connect_async
from asynchronous import in_a_loop
from db import about_many, connect, cursor_of, fetched, fetched_async, shared, show
from flask import Blueprint

batches = Blueprint("batches", __name__, url_prefix="/batches")

TABLE = "CREATE TEMP TABLE shelf (name text)"
COUNTED = "SELECT name, count(*)::int4 AS held FROM shelf GROUP BY name ORDER BY name"
MUGS = [("mug",), ("mug",), ("pot",), ("mug",)]


@batches.post("/equal-rows")
def equal_rows() -> dict[str, Any]:
    """Each of them is a row of its own."""
    with cursor_of(connect()) as cursor:
        cursor.execute(TABLE)
        cursor.executemany("INSERT INTO shelf VALUES (%s)", MUGS)
        told = about_many(cursor, "INSERT 0 1")
        return {"added": told, **fetched(cursor.execute(COUNTED))}


@batches.post("/equal-rows-by-name")
def equal_rows_by_name() -> dict[str, Any]:
    with cursor_of(connect()) as cursor:
        cursor.execute(TABLE)
        cursor.executemany("INSERT INTO shelf VALUES (%(name)s)", [{"name": name} for (name,) in MUGS])
        return fetched(cursor.execute(COUNTED))


@batches.post("/async-equal-rows")
@in_a_loop
async def async_equal_rows() -> dict[str, Any]:
    async with await connect_async() as connection, connection.cursor() as cursor:
        await cursor.execute(TABLE)
        await cursor.executemany("INSERT INTO shelf VALUES (%s)", MUGS)
        told = about_many(cursor, "INSERT 0 1")
        await cursor.execute(COUNTED)
        return {"added": told, **await fetched_async(cursor)}


@batches.get("/no-rows")
def no_rows() -> dict[str, Any]:
    """Nothing to do is no error, and counts none."""
    with cursor_of(connect()) as cursor:
        cursor.execute(TABLE)
        cursor.executemany("INSERT INTO shelf VALUES (%s)", [])
        return fetched(cursor.execute(COUNTED))


@batches.get("/returning-arraysize")
def returning_arraysize() -> list[Any]:
    """fetchmany() takes as many as arraysize says, which is changed before and within a result."""
    with shared().cursor() as cursor:
        query = "SELECT name FROM tea WHERE id > %s ORDER BY id"
        cursor.executemany(query, [(0,), (1,)], returning=True)
        first = [show(cursor.fetchmany())]
        cursor.arraysize = 3
        first += [show(cursor.fetchmany()), show(cursor.fetchmany())]
        cursor.arraysize = 2
        second = [cursor.nextset(), show(cursor.fetchmany()), show(cursor.fetchmany()), show(cursor.fetchmany())]
        return [first, second, cursor.nextset()]


@batches.get("/returning-equal")
def returning_equal() -> list[Any]:
    """Equal parameters, and a result for each of them."""
    with shared().cursor() as cursor:
        cursor.executemany("SELECT origin FROM tea WHERE id = %s", [(2,), (2,)], returning=True)
        return [show(cursor.fetchall()), cursor.nextset(), show(cursor.fetchall()), cursor.nextset()]


@batches.get("/returning-or-not")
def returning_or_not() -> list[Any]:
    """One statement with the same parameters: once for its rows, once without."""
    with shared().cursor() as cursor, shared().cursor() as other:
        cursor.executemany("SELECT stock FROM tea WHERE id = %s", [(1,), (2,)], returning=True)
        other.executemany("SELECT stock FROM tea WHERE id = %s", [(1,), (2,)])
        return [show(cursor.fetchall()), cursor.nextset(), show(cursor.fetchall()), other.rowcount]
