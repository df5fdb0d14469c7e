"""The async side: each handler runs its coroutine in a loop of its own."""

import asyncio
from collections.abc import Awaitable
from functools import wraps
from typing import Any, Callable

from db import DSN, about, about_many, fail, fetched_async, message, names_in, outcome, show
from flask import Blueprint
from psycopg import AsyncConnection, IsolationLevel, sql
from psycopg.rows import class_row, dict_row, kwargs_row, scalar_row
from psycopg.types.json import Jsonb
from rows import Tea

asynchronous = Blueprint("asynchronous", __name__, url_prefix="/async")

ADD = "INSERT INTO item VALUES (%s, %s, %s, NULL)"
FETCHES = ("fetchall", "fetchone", "fetchmany")


def in_a_loop(handler: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
    @wraps(handler)
    def run(**given: Any) -> Any:
        async def work() -> Any:
            return await handler(**given)

        return asyncio.run(work())

    return run


async def connect(**options: Any) -> AsyncConnection[Any]:
    return await AsyncConnection.connect(DSN, **options)


async def shown(work: Awaitable[Any]) -> str:
    return show(await work)


async def attempt(work: Awaitable[Any]) -> Any:
    """What `work` returns, or the error that it raises."""
    try:
        return await work
    except Exception as error:
        return outcome(error)


@asynchronous.get("/fetch")
@in_a_loop
async def fetch() -> dict[str, Any]:
    """A composed statement, fetched in all ways; then another on the same cursor."""
    query = sql.SQL("SELECT id, {} FROM tea WHERE id > {} ORDER BY id")
    async with await connect() as connection, connection.cursor() as cursor:
        await cursor.execute(query.format(sql.Identifier("name"), sql.Placeholder("id")), {"id": 1})
        before, one, after = cursor.rownumber, show(await cursor.fetchone()), cursor.rownumber
        seen = {"one": one, "rownumbers": [before, after], "more": show(await cursor.fetchmany())}
        seen["two"] = show(await cursor.fetchmany(2))
        seen["end"] = [show(await cursor.fetchone()), await fetched_async(cursor)]
        return {**seen, **await fetched_async(await connection.execute("SELECT 'again'"))}


@asynchronous.get("/iterate")
@in_a_loop
async def iterate() -> list[str]:
    async with await connect() as connection, connection.cursor() as cursor:
        await cursor.execute("SELECT price, id FROM tea ORDER BY id")
        return [show(row) async for row in cursor]


@asynchronous.get("/prepared")
@in_a_loop
async def prepared() -> list[Any]:
    """The options of `execute`."""
    async with await connect() as connection, connection.cursor() as cursor:
        await cursor.execute("SELECT name FROM tea WHERE id = %s", (1,), prepare=True)
        name = await fetched_async(cursor)
        await cursor.execute("SELECT statement FROM pg_prepared_statements", prepare=False)
        return [name, await fetched_async(cursor)]


@asynchronous.get("/iterate-rest")
@in_a_loop
async def iterate_rest() -> dict[str, Any]:
    async def rest() -> list[str]:
        return [show(row) async for row in cursor]

    async with await connect() as connection, connection.cursor() as cursor:
        await cursor.execute("SELECT id, price FROM tea ORDER BY id")
        return {"first": show(await cursor.fetchone()), "rest": await attempt(rest())}


@asynchronous.get("/scroll")
@in_a_loop
async def scroll() -> list[Any]:
    seen: list[Any] = []
    async with await connect() as connection, connection.cursor() as cursor:
        await cursor.execute("SELECT id FROM tea ORDER BY id")
        for value, mode in ((3, "absolute"), (-2, "relative")):
            await cursor.scroll(value, mode)
            seen.append([cursor.rownumber, show(await cursor.fetchone())])
    return seen


@asynchronous.get("/scroll-refused")
@in_a_loop
async def scroll_refused() -> list[Any]:
    """Out of bounds, in no known direction, and in a result without rows. A refused one moves nothing."""
    seen: list[Any] = []
    async with await connect() as connection, connection.cursor() as cursor:
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


@asynchronous.get("/rows")
@in_a_loop
async def rows() -> list[Any]:
    """Row factories of cursors, beside the connection's."""
    seen: list[Any] = []
    async with await connect(row_factory=dict_row) as connection:
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


@asynchronous.post("/executemany")
@in_a_loop
async def executemany() -> dict[str, Any]:
    async with await connect() as connection, connection.cursor() as cursor:
        await cursor.executemany(ADD, [("async many", number, f"cup {number}") for number in range(3)])
        await connection.commit()
        return {**about_many(cursor, "INSERT 0 1"), "elsewhere": names_in("async many")}


@asynchronous.get("/executemany-returning")
@in_a_loop
async def executemany_returning() -> list[Any]:
    async with await connect() as connection, connection.cursor() as cursor:
        await cursor.executemany("SELECT name FROM tea WHERE id = %s", [(1,), (2,)], returning=True)
        first = await attempt(shown(cursor.fetchall()))
        return [first, cursor.nextset(), await attempt(shown(cursor.fetchall()))]


@asynchronous.post("/transactions")
@in_a_loop
async def transactions() -> dict[str, Any]:
    """A block in a block, and autocommit."""
    async with await connect() as connection, connection.cursor() as cursor:
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


@asynchronous.get("/characteristics")
@in_a_loop
async def characteristics() -> list[Any]:
    """By methods: an attribute could not be awaited."""
    async with await connect() as connection:
        await connection.set_isolation_level(IsolationLevel.REPEATABLE_READ)
        await connection.set_read_only(True)
        await connection.set_deferrable(False)
        query = "SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')"
        told = [connection.isolation_level, connection.read_only, connection.deferrable]
        return [show(told), await fetched_async(await connection.execute(query))]


@asynchronous.get("/together")
@in_a_loop
async def together() -> list[Any]:
    """Two connections at a time."""

    async def name_of(number: int) -> dict[str, Any]:
        async with await connect() as connection:
            return await fetched_async(await connection.execute("SELECT name FROM tea WHERE id = %s", (number,)))

    return list(await asyncio.gather(name_of(1), name_of(2)))


@asynchronous.post("/errors")
@in_a_loop
async def errors() -> dict[str, Any]:
    """Of a statement and of many, and what comes after the rollback."""
    async with await connect() as connection, connection.cursor() as cursor:
        seen = []
        many = [("async error", 1, "one"), ("async error", 1, "two")]
        for work in (cursor.execute("SELECT 1 / %s", (0,)), cursor.executemany(ADD, many)):
            try:
                await work
            except Exception as error:
                seen.append(message(error))
            await connection.rollback()
        await cursor.execute("SELECT 'after them'")
        return {"messages": seen, **await fetched_async(cursor)}


@asynchronous.get("/fetch-first")
@in_a_loop
async def fetch_first() -> list[Any]:
    """Nothing was executed yet, so there is nothing to fetch; the connection is closed by hand."""
    connection = await connect()
    cursor = connection.cursor()
    seen = [await attempt(getattr(cursor, fetch_name)()) for fetch_name in FETCHES]
    parameters = [connection.info.parameter_status(name) for name in ("TimeZone", "server_version", "no such one")]
    told = [cursor.rownumber, parameters[0], bool(parameters[1]), parameters[2]]
    await connection.close()
    return [*seen, told, connection.closed]


@asynchronous.get("/json-selected")
@in_a_loop
async def json_selected() -> dict[str, Any]:
    async with await connect() as connection:
        return await fetched_async(await connection.execute("SELECT %s->>'name'", (Jsonb({"name": "tea"}),)))
