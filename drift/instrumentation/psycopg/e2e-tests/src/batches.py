"""Batches: executemany, and pipeline mode, in which a statement does not wait for the previous result."""

from typing import Any

import psycopg
from db import about, about_many, connect, fetched, fetched_async, names_in, outcome, routes, shared, show

TABLE = "CREATE TEMP TABLE shelf (name text)"
COUNTED = "SELECT name, count(*)::int4 AS held FROM shelf GROUP BY name ORDER BY name"
MUGS = [("mug",), ("mug",), ("pot",), ("mug",)]


@routes.post("/batches/equal-rows")
def equal_rows(connection: Any, cursor: Any) -> dict[str, Any]:
    """Each of the equal parameter sets inserts a row."""
    cursor.execute(TABLE)
    cursor.executemany("INSERT INTO shelf VALUES (%s)", MUGS)
    return {"added": about_many(cursor, "INSERT 0 1"), **fetched(cursor.execute(COUNTED))}


@routes.post("/batches/equal-rows-by-name")
def equal_rows_by_name(connection: Any, cursor: Any) -> dict[str, Any]:
    cursor.execute(TABLE)
    cursor.executemany("INSERT INTO shelf VALUES (%(name)s)", [{"name": name} for (name,) in MUGS])
    return fetched(cursor.execute(COUNTED))


@routes.post("/batches/async-equal-rows")
async def async_equal_rows(cursor: Any) -> dict[str, Any]:
    await cursor.execute(TABLE)
    await cursor.executemany("INSERT INTO shelf VALUES (%s)", MUGS)
    return {"added": about_many(cursor, "INSERT 0 1"), **await fetched_async(await cursor.execute(COUNTED))}


@routes.get("/batches/no-rows")
def no_rows(connection: Any, cursor: Any) -> dict[str, Any]:
    cursor.execute(TABLE)
    cursor.executemany("INSERT INTO shelf VALUES (%s)", [])
    return fetched(cursor.execute(COUNTED))


@routes.get("/batches/returning-arraysize")
def returning_arraysize(cursor: Any) -> list[Any]:
    """fetchmany() without a size takes arraysize rows. arraysize is changed before and within a result."""
    query = "SELECT name FROM tea WHERE id > %s ORDER BY id"
    cursor.executemany(query, [(0,), (1,)], returning=True)
    first = [show(cursor.fetchmany())]
    cursor.arraysize = 3
    first += [show(cursor.fetchmany()) for _ in range(2)]
    cursor.arraysize = 2
    return [first, [cursor.nextset(), *[show(cursor.fetchmany()) for _ in range(3)]], cursor.nextset()]


@routes.get("/batches/returning-equal")
def returning_equal(cursor: Any) -> list[Any]:
    cursor.executemany("SELECT origin FROM tea WHERE id = %s", [(2,), (2,)], returning=True)
    return [show(cursor.fetchall()), cursor.nextset(), show(cursor.fetchall()), cursor.nextset()]


@routes.get("/batches/returning-or-not")
def returning_or_not(cursor: Any) -> list[Any]:
    with shared().cursor() as other:
        cursor.executemany("SELECT stock FROM tea WHERE id = %s", [(1,), (2,)], returning=True)
        other.executemany("SELECT stock FROM tea WHERE id = %s", [(1,), (2,)])
        return [show(cursor.fetchall()), cursor.nextset(), show(cursor.fetchall()), other.rowcount]


ADD = "INSERT INTO item VALUES (%s, %s, %s, NULL)"


@routes.post("/pipelines/after")
def after(connection: Any) -> dict[str, Any]:
    with connection.pipeline():
        added = connection.execute(ADD, ("pipeline", 1, "cup"))
        found = connection.execute("SELECT name FROM tea WHERE id = %s", (1,))
        nothing = connection.execute("SELECT name FROM tea WHERE id = %s", (99,))
    connection.commit()
    return {"added": about(added), "found": fetched(found), "nothing": fetched(nothing)}


@routes.post("/pipelines/sync")
def sync(connection: Any) -> dict[str, Any]:
    with connection.pipeline() as pipeline:
        added, changed = connection.cursor(), connection.cursor()
        added.execute("INSERT INTO item VALUES ('sync', 1, 'cup', NULL) RETURNING name")
        changed.execute("UPDATE item SET price = 1 WHERE box = 'sync'")
        pipeline.sync()
        seen = {"rows": fetched(added), "count": about(changed)}
        changed.execute("SELECT price FROM item WHERE box = 'sync'")
        pipeline.sync()
        return {**seen, "price": [show(changed.fetchone()), about(changed)]}


@routes.get("/pipelines/fetch-inside")
def fetch_inside(connection: Any) -> list[str]:
    with connection.pipeline():
        return [show(connection.execute("SELECT name, stock FROM tea WHERE id = 1").fetchall())]


@routes.post("/pipelines/executemany")
def executemany() -> dict[str, Any]:
    """In a transaction block within a pipeline. The row count is unknown before the sync."""
    with connect(autocommit=True) as connection:
        with connection.pipeline(), connection.transaction(), connection.cursor() as cursor:
            cursor.executemany(ADD, [("pipeline many", number, f"cup {number}") for number in range(3)])
            before = about(cursor)
        return {"before": before, "elsewhere": names_in("pipeline many")}


@routes.post("/pipelines/executemany-after")
def executemany_after() -> dict[str, Any]:
    with connect(autocommit=True) as connection, connection.cursor() as cursor:
        with connection.pipeline():
            cursor.executemany(ADD, [("pipeline after", number, f"cup {number}") for number in range(3)])
        return {**about_many(cursor, "INSERT 0 1"), "elsewhere": names_in("pipeline after")}


@routes.get("/pipelines/error")
def error() -> dict[str, Any]:
    """A statement's error is raised at the sync. The connection is usable after the block."""
    seen = {"error": "none"}
    with connect(autocommit=True) as connection:
        try:
            with connection.pipeline() as pipeline:
                connection.execute("SELECT 1 / 0")
                pipeline.sync()
        except psycopg.DataError as failure:
            seen = outcome(failure)
        return {**seen, **fetched(connection.execute("SELECT 'after it'"))}
