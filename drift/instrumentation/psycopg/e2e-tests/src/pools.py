"""Connection pools, opened and warmed up before the application answers."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

import psycopg
from db import DSN, LIMIT_S, about, fail, fetched, fetched_async, names_in
from flask import Blueprint
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool, AsyncNullConnectionPool, ConnectionPool, NullConnectionPool

pools = Blueprint("pools", __name__, url_prefix="/pools")

Result = TypeVar("Result")


class Pooled(psycopg.Connection[Any]):
    """A pool connects through this class. The SDK sees psycopg.connect, and not Connection.connect."""

    @classmethod
    def connect(cls, conninfo: str = "", **options: Any) -> Any:
        return psycopg.connect(conninfo, **options)


pool = ConnectionPool(DSN, connection_class=Pooled, min_size=2, max_size=4, name="teas", open=False)
null_pool = NullConnectionPool(DSN, connection_class=Pooled, max_size=2, open=False)
async_pool = AsyncConnectionPool(DSN, min_size=1, max_size=2, kwargs={"row_factory": dict_row}, open=False)
async_null_pool = AsyncNullConnectionPool(DSN, max_size=2, open=False)
loop = asyncio.new_event_loop()  # the async pools live in a thread of their own


def in_loop(work: Coroutine[Any, Any, Result]) -> Result:
    """Run it in the thread of the async pools, in the context of the request."""
    return asyncio.run_coroutine_threadsafe(work, loop).result(LIMIT_S)


def open_pools() -> None:
    pool.open(wait=True, timeout=LIMIT_S)
    null_pool.open()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    in_loop(async_pool.open(wait=True, timeout=LIMIT_S))
    in_loop(async_null_pool.open())


@pools.get("/select")
def select() -> dict[str, Any]:
    with pool.connection() as one, one.cursor() as cursor:
        cursor.execute("SELECT id, name FROM tea WHERE id = %s", (2,))
        waiting = [pool.name, pool.min_size, pool.max_size, fetched(cursor)]
    with null_pool.connection() as one:
        null = [null_pool.min_size, null_pool.max_size, fetched(one.execute("SELECT 'null pool'"))]
    return {"pool": waiting, "null": null}


@pools.post("/commit")
def commit() -> dict[str, Any]:
    """Leaving the block commits, an error rolls back; a connection taken by hand is given back by hand."""
    one = pool.getconn(timeout=LIMIT_S)
    added = [about(one.execute("INSERT INTO item VALUES ('pool', 1, 'given back', NULL)"))]
    one.commit()
    pool.putconn(one)
    with pool.connection() as one:
        added.append(about(one.execute("INSERT INTO item VALUES ('pool', 2, 'kept', NULL)")))
    try:
        with pool.connection() as one:
            added.append(about(one.execute("INSERT INTO item VALUES ('pool', 3, 'lost', NULL)")))
            fail()
    except LookupError:
        return {"added": added, "elsewhere": names_in("pool")}


@pools.get("/async-select")
def async_select() -> dict[str, Any]:
    async def work() -> dict[str, Any]:
        async with async_pool.connection() as one, one.cursor() as cursor:
            await cursor.execute("SELECT id, name FROM tea WHERE id = %s", (4,))
            waiting = await fetched_async(cursor)
        async with async_null_pool.connection() as one:
            return {"pool": waiting, "null": await fetched_async(await one.execute("SELECT 'async null pool'"))}

    return in_loop(work())


@pools.post("/async-insert")
def async_insert() -> dict[str, Any]:
    async def work() -> dict[str, Any]:
        async with async_pool.connection() as one:
            return about(await one.execute("INSERT INTO item VALUES ('async pool', 1, 'cup', NULL)"))

    return {**in_loop(work()), "elsewhere": names_in("async pool")}
