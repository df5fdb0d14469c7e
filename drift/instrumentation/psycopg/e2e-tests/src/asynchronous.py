"""The async API, including pipeline mode."""

import asyncio
from typing import Any

from db import (
    about,
    about_many,
    attempt_async,
    connect_async,
    fail,
    fetched_async,
    message,
    names_in,
    outcome,
    routes,
    show,
    without_status,
)
from psycopg import IsolationLevel, sql
from psycopg.rows import class_row, dict_row, kwargs_row, namedtuple_row, scalar_row
from psycopg.types.json import Jsonb
from rows import Tea

ADD = "INSERT INTO item VALUES (%s, %s, %s, NULL)"
FETCHES = ("fetchall", "fetchone", "fetchmany")


@routes.get("/async/fetch")
async def fetch(connection: Any, cursor: Any) -> dict[str, Any]:
    query = sql.SQL("SELECT id, {} FROM tea WHERE id > {} ORDER BY id")
    await cursor.execute(query.format(sql.Identifier("name"), sql.Placeholder("id")), {"id": 1})
    before = cursor.rownumber
    return {
        "one": show(await cursor.fetchone()),
        "rownumbers": [before, cursor.rownumber],
        "more": show(await cursor.fetchmany()),
        "two": show(await cursor.fetchmany(2)),
        "end": [show(await cursor.fetchone()), await fetched_async(cursor)],
        **await fetched_async(await connection.execute("SELECT 'again'")),
    }


@routes.get("/async/iterate")
async def iterate(cursor: Any) -> list[str]:
    await cursor.execute("SELECT price, id FROM tea ORDER BY id")
    return [show(row) async for row in cursor]


@routes.get("/async/prepared")
async def prepared(cursor: Any) -> list[Any]:
    await cursor.execute("SELECT name FROM tea WHERE id = %s", (1,), prepare=True)
    name = await fetched_async(cursor)
    await cursor.execute("SELECT statement FROM pg_prepared_statements", prepare=False)
    return [name, await fetched_async(cursor)]


@routes.get("/async/iterate-rest")
async def iterate_rest(cursor: Any) -> dict[str, Any]:
    async def rest() -> list[str]:
        return [show(row) async for row in cursor]

    await cursor.execute("SELECT id, price FROM tea ORDER BY id")
    return {"first": show(await cursor.fetchone()), "rest": await attempt_async(rest())}


@routes.get("/async/scroll")
async def scroll(cursor: Any) -> list[Any]:
    seen = []
    await cursor.execute("SELECT id FROM tea ORDER BY id")
    for value, mode in ((3, "absolute"), (-2, "relative")):
        await cursor.scroll(value, mode)
        seen.append([cursor.rownumber, show(await cursor.fetchone())])
    return seen


@routes.get("/async/scroll-refused")
async def scroll_refused(cursor: Any) -> list[Any]:
    """Out of range, with an unknown mode, and in a result without rows. A failed scroll does not move the cursor."""
    seen: list[Any] = []
    for query in ("SELECT id FROM tea ORDER BY id DESC", "SELECT id FROM tea WHERE id > 99"):
        await cursor.execute(query)
        for value, mode in ((9, "relative"), (-1, "absolute"), (1, "sideways")):
            try:
                await cursor.scroll(value, mode)
                seen.append(cursor.rownumber)
            except (IndexError, ValueError) as error:
                seen.append(type(error).__name__)
        seen.append(show(await cursor.fetchone()))
    return seen


@routes.get("/async/rows")
async def rows() -> list[Any]:
    seen: list[Any] = []
    async with await connect_async(row_factory=dict_row) as connection:
        for factory in (scalar_row, kwargs_row(dict)):
            async with connection.cursor(row_factory=factory) as cursor:
                await cursor.execute("SELECT name, price FROM tea WHERE id < 3 ORDER BY id")
                seen.append([show(await cursor.fetchone()), await fetched_async(cursor)])
        async with connection.cursor(row_factory=class_row(Tea)) as cursor:
            await cursor.execute("SELECT id, name, price FROM tea WHERE id = 1")
            seen.append([f"{tea.id}: {tea.name}, {show(tea.price)}" for tea in await cursor.fetchall()])
            seen.append(about(cursor))
        async with connection.cursor() as cursor:
            await cursor.execute("SELECT name FROM tea WHERE id = 1")
            return [*seen, await fetched_async(cursor)]


@routes.post("/async/executemany")
async def executemany(connection: Any, cursor: Any) -> dict[str, Any]:
    await cursor.executemany(ADD, [("async many", number, f"cup {number}") for number in range(3)])
    await connection.commit()
    return {**about_many(cursor, "INSERT 0 1"), "elsewhere": names_in("async many")}


@routes.get("/async/executemany-returning")
async def executemany_returning(cursor: Any) -> list[Any]:
    async def fetch_all() -> str:
        return show(await cursor.fetchall())

    await cursor.executemany("SELECT name FROM tea WHERE id = %s", [(1,), (2,)], returning=True)
    return [await attempt_async(fetch_all()), cursor.nextset(), await attempt_async(fetch_all())]


@routes.post("/async/transactions")
async def transactions(connection: Any, cursor: Any) -> dict[str, Any]:
    async with connection.transaction() as outer:
        added = [about(await cursor.execute(ADD, ("async blocks", 1, "kept")))]
        try:
            async with connection.transaction():
                added.append(about(await cursor.execute(ADD, ("async blocks", 2, "lost"))))
                fail()
        except LookupError as error:
            seen = outcome(error)
    await connection.set_autocommit(True)
    added.append(about(await cursor.execute(ADD, ("async blocks", 4, "autocommit"))))
    return {**seen, "added": added, "savepoint": outer.savepoint_name, "elsewhere": names_in("async blocks")}


@routes.get("/async/characteristics")
async def characteristics(connection: Any) -> list[Any]:
    """Set with methods, because an attribute cannot be awaited."""
    await connection.set_isolation_level(IsolationLevel.REPEATABLE_READ)
    await connection.set_read_only(True)
    await connection.set_deferrable(False)
    query = "SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')"
    attributes = [connection.isolation_level, connection.read_only, connection.deferrable]
    return [show(attributes), await fetched_async(await connection.execute(query))]


@routes.get("/async/together")
async def together() -> list[Any]:

    async def name_of(number: int) -> dict[str, Any]:
        async with await connect_async() as connection:
            return await fetched_async(await connection.execute("SELECT name FROM tea WHERE id = %s", (number,)))

    return list(await asyncio.gather(name_of(1), name_of(2)))


@routes.post("/async/errors")
async def errors(connection: Any, cursor: Any) -> dict[str, Any]:
    seen = []
    twice = [("async error", 1, "one"), ("async error", 1, "two")]
    for work in (cursor.execute("SELECT 1 / %s", (0,)), cursor.executemany(ADD, twice)):
        try:
            await work
        except Exception as error:
            seen.append(message(error))
        await connection.rollback()
    return {"messages": seen, **await fetched_async(await cursor.execute("SELECT 'after them'"))}


@routes.get("/async/fetch-first")
async def fetch_first() -> list[Any]:
    """Fetches before any statement. The connection is closed explicitly."""
    connection = await connect_async()
    cursor = connection.cursor()
    seen = [await attempt_async(getattr(cursor, fetch_name)()) for fetch_name in FETCHES]
    zone, version, none = map(connection.info.parameter_status, ("TimeZone", "server_version", "no such one"))
    await connection.close()
    return [*seen, [cursor.rownumber, zone, bool(version), none], connection.closed]


@routes.get("/async/json-selected")
async def json_selected(connection: Any) -> dict[str, Any]:
    return await fetched_async(await connection.execute("SELECT %s->>'name'", (Jsonb({"name": "tea"}),)))


@routes.get("/async/pipeline")
async def pipeline(connection: Any) -> list[Any]:
    seen = []
    async with connection.pipeline():
        for factory in (kwargs_row(dict), scalar_row):
            for fetch_name in FETCHES:
                cursor = connection.cursor(row_factory=factory)
                await cursor.execute("SELECT name, id FROM tea WHERE id = 2")
                seen.append([show(await getattr(cursor, fetch_name)()), without_status(cursor)])
    return seen


@routes.get("/async/pipeline-rows")
async def pipeline_rows(connection: Any) -> list[Any]:
    async with connection.pipeline():
        cursors = [connection.cursor(row_factory=factory) for factory in (dict_row, namedtuple_row, class_row(Tea))]
        for cursor in cursors:
            await cursor.execute("SELECT id, name, price FROM tea WHERE id = 3")
        found = [await cursor.fetchall() for cursor in cursors]
        teas = [f"{tea.id}: {tea.name}, {show(tea.price)}" for tea in found[2]]
        return [show(found[0]), show(found[1]), teas, [without_status(cursor) for cursor in cursors]]


@routes.get("/async/pipeline-one-by-one")
async def pipeline_one_by_one(connection: Any) -> list[str]:
    async with connection.pipeline():
        cursor = await connection.execute("SELECT name FROM tea WHERE id < 3 ORDER BY id")
        return [show(await cursor.fetchone()) for _ in range(3)]


@routes.post("/async/pipeline-insert")
async def pipeline_insert(connection: Any) -> dict[str, Any]:
    async with connection.pipeline():
        cursor = await connection.execute("INSERT INTO item VALUES ('async pipeline', 1, 'cup', NULL)")
    return about(cursor)


@routes.get("/async/pipeline-sync")
async def pipeline_sync(connection: Any) -> list[Any]:
    async def sync() -> None:
        await waiting.sync()

    async with connection.pipeline() as waiting:
        cursor = connection.cursor()
        synced = await attempt_async(sync())
        await cursor.execute("SELECT name, origin FROM tea WHERE id = 1")
        return [synced, show(await cursor.fetchone())]


@routes.get("/async/pipeline-json")
async def pipeline_json(connection: Any) -> list[Any]:
    async with connection.pipeline():
        query, given = "SELECT %s->>'name'", (Jsonb({"name": "tea"}),)
        return [show(await getattr(await connection.execute(query, given), fetch_name)()) for fetch_name in FETCHES]
