"""Connections, pools, and statements before the application is ready."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, Callable
from urllib.parse import urlsplit

import psycopg
from db import (
    DSN,
    LIMIT_S,
    about,
    attempt,
    columns,
    connect,
    copied,
    fail,
    fetched,
    fetched_async,
    names_in,
    provided,
    routes,
    show,
)
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool, AsyncNullConnectionPool, ConnectionPool, NullConnectionPool

loaded: dict[str, Any] = {}


@routes.get("/connections/info")
def connection_info() -> dict[str, Any]:
    """What the server reports at log-in, and the connection's state. The connection is closed explicitly."""
    where = urlsplit(DSN)
    connection = connect(application_name="tea shop")
    try:
        info = connection.info
        version, options = info.parameter_status("server_version"), info.get_parameters()
        return {
            "parameters": list(map(info.parameter_status, ("TimeZone", "server_encoding", "no such parameter"))),
            "server": [info.vendor, info.server_version >= 130000, bool(version), info.backend_pid > 0],
            "database": [info.dbname, info.user, info.host == where.hostname, info.port == where.port],
            "password": info.password == where.password and "password" not in info.dsn,
            "options": [options[name] for name in ("dbname", "user", "application_name")],
            "status": [info.status.name, info.pipeline_status.name, info.error_message],
            "session": [info.encoding, str(info.timezone)],
            "state": [connection.closed, connection.broken, connection.autocommit, connection.isolation_level],
        }
    finally:
        connection.close()


@routes.get("/connections/handlers")
def handlers() -> list[str]:
    received: list[str] = []
    with connect(autocommit=True) as connection, connection.cursor() as cursor:
        connection.add_notice_handler(lambda notice: received.append(f"{notice.severity}: {notice.message_primary}"))
        connection.add_notify_handler(lambda notify: received.append(f"{notify.channel}: {notify.payload}"))
        for statement in ("DO $$ BEGIN RAISE NOTICE 'it boils'; END $$", "LISTEN kettle", "NOTIFY kettle, 'boils'"):
            cursor.execute(statement)
    return received


@routes.get("/connections/notifies")
def notifies() -> list[str]:
    with connect(autocommit=True) as connection:
        connection.execute("LISTEN whistle")
        connection.execute("NOTIFY whistle, 'blown'")
        return [f"{each.channel}: {each.payload}" for each in connection.notifies(timeout=0, stop_after=1)]


class Pooled(psycopg.Connection[Any]):
    """Connects a pool with psycopg.connect, which the SDK instruments, instead of Connection.connect."""

    @classmethod
    def connect(cls, conninfo: str = "", **options: Any) -> Any:
        return psycopg.connect(conninfo, **options)


pool = ConnectionPool(DSN, connection_class=Pooled, min_size=2, max_size=4, name="teas", open=False)
null_pool = NullConnectionPool(DSN, connection_class=Pooled, max_size=2, open=False)
async_pool = AsyncConnectionPool(DSN, min_size=1, max_size=2, kwargs={"row_factory": dict_row}, open=False)
async_null_pool = AsyncNullConnectionPool(DSN, max_size=2, open=False)
loop = asyncio.new_event_loop()  # the async pools run in a separate thread


def in_loop(work: Coroutine[Any, Any, Any]) -> Any:
    """Runs `work` in the thread of the async pools, in the context of the request."""
    return asyncio.run_coroutine_threadsafe(work, loop).result(LIMIT_S)


def open_pools() -> None:
    pool.open(wait=True, timeout=LIMIT_S)
    null_pool.open()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    in_loop(async_pool.open(wait=True, timeout=LIMIT_S))
    in_loop(async_null_pool.open())


@routes.get("/pools/select")
def select() -> dict[str, Any]:
    with pool.connection() as one, one.cursor() as cursor:
        found = fetched(cursor.execute("SELECT id, name FROM tea WHERE id = %s", (2,)))
    with null_pool.connection() as one:
        null = [null_pool.min_size, null_pool.max_size, fetched(one.execute("SELECT 'null pool'"))]
    return {"pool": [pool.name, pool.min_size, pool.max_size, found], "null": null}


@routes.post("/pools/commit")
def commit() -> dict[str, Any]:
    """Leaving the block commits, an error rolls back. A connection from getconn() is returned with putconn()."""
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


@routes.get("/pools/async-select")
def async_select() -> dict[str, Any]:
    async def work() -> dict[str, Any]:
        async with async_pool.connection() as one, one.cursor() as cursor:
            waiting = await fetched_async(await cursor.execute("SELECT id, name FROM tea WHERE id = %s", (4,)))
        async with async_null_pool.connection() as one:
            return {"pool": waiting, "null": await fetched_async(await one.execute("SELECT 'async null pool'"))}

    return in_loop(work())


@routes.post("/pools/async-insert")
def async_insert() -> dict[str, Any]:
    async def work() -> dict[str, Any]:
        async with async_pool.connection() as one:
            return about(await one.execute("INSERT INTO item VALUES ('async pool', 1, 'cup', NULL)"))

    return {**in_loop(work()), "elsewhere": names_in("async pool")}


@routes.get("/connections/loaded-at-start")
def loaded_at_start() -> dict[str, str]:
    return loaded["settings"]


@routes.get("/starting/<what>")
def result_at_startup(what: str) -> list[Any]:
    return [loaded[what]]


def load() -> None:
    """Runs each part of AT_START. A part that fails yields its error and does not stop the others."""
    loaded.update({what: attempt(provided(work)) for what, work in AT_START.items()})


def written(connection: Any, cursor: Any) -> list[Any]:
    cursor.execute("CREATE TEMP TABLE ware (name text)")
    cursor.executemany("INSERT INTO ware VALUES (%s)", [("kettle",), ("kettle",), ("sieve",)])
    cursor.execute("SELECT name FROM ware ORDER BY name")
    return [list(map(show, cursor.fetchall())), columns(cursor)]


def server_cursor(connection: Any) -> list[str]:
    with connection.cursor("at the start") as cursor:
        return list(map(show, cursor.execute("SELECT name FROM tea WHERE stock = 0").fetchall()))


async def asynchronous(cursor: Any) -> list[str]:
    await cursor.execute("SELECT origin FROM tea WHERE id = %s", (1,))
    return list(map(show, await cursor.fetchall()))


COPY = "COPY (SELECT name, origin FROM tea WHERE id < 4 ORDER BY id) TO STDOUT"
AT_START: dict[str, Callable[..., Any]] = {
    "settings": lambda cursor: dict(cursor.execute("SELECT name, value FROM setting ORDER BY name").fetchall()),
    "copied": lambda cursor: copied(cursor, COPY),
    "streamed": lambda cursor: list(map(show, cursor.stream("SELECT name FROM tea WHERE id > %s ORDER BY id", (3,)))),
    "many": written,
    "server-cursor": server_cursor,
    "async": asynchronous,
}
