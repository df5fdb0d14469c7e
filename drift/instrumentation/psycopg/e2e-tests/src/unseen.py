"""Calls that the SDK does not see, so they reach the server in replay too. No two handlers run the same statement."""

from typing import Any

from db import DSN, about, attempt, attempt_async, fetched, fetched_async, names_in, routes, show
from psycopg import AsyncClientCursor, ClientCursor, Connection, ServerCursor
from psycopg.types import TypeInfo
from psycopg.types.range import RangeInfo
from psycopg_pool import ConnectionPool, NullConnectionPool
from values import oids

POOL_LIMIT_S = 5


@routes.get("/unseen/connection-class")
def connection_class() -> dict[str, Any]:
    with Connection.connect(DSN) as connection:
        return fetched(connection.execute("SELECT 'by the class'"))


@routes.get("/unseen/pool")
def pool() -> dict[str, Any]:
    """The pool exists only during the request: calls of its threads at other times would belong to no request."""
    with ConnectionPool(DSN, min_size=1, timeout=POOL_LIMIT_S, open=False) as plain, plain.connection() as connection:
        return fetched(connection.execute("SELECT 'of a plain pool'"))


@routes.get("/unseen/null-pool")
def null_pool() -> dict[str, Any]:
    with NullConnectionPool(DSN, timeout=POOL_LIMIT_S, open=False) as plain, plain.connection() as connection:
        return fetched(connection.execute("SELECT 'of a plain null pool'"))


@routes.get("/unseen/cursor-class")
def cursor_class(connection: Any) -> dict[str, Any]:
    with ClientCursor(connection) as cursor:
        return fetched(cursor.execute("SELECT %s", ("a class that is called",)))


@routes.get("/unseen/cursor-factory")
def cursor_factory(connection: Any) -> dict[str, Any]:
    connection.cursor_factory = ClientCursor
    return fetched(connection.execute("SELECT %s", ("a class that is set later",)))


@routes.get("/unseen/async-cursor-class")
async def async_cursor_class(connection: Any) -> dict[str, Any]:
    async with AsyncClientCursor(connection) as cursor:
        return await fetched_async(await cursor.execute("SELECT %s", ("an async class that is called",)))


@routes.get("/unseen/server-cursor-class")
def server_cursor_class(connection: Any) -> list[str]:
    with ServerCursor(connection, "called") as cursor:
        cursor.execute("SELECT id FROM tea WHERE id < 3 ORDER BY id")
        return [show(row) for row in cursor.fetchall()]


@routes.get("/unseen/async-cursor-factory")
async def async_cursor_factory(connection: Any) -> dict[str, Any]:
    connection.cursor_factory = AsyncClientCursor
    return await fetched_async(await connection.execute("SELECT %s", ("an async class that is set later",)))


@routes.get("/unseen/stolen-cursor")
def stolen_cursor(connection: Any) -> list[str]:
    """Opens a cursor by the name that a statement has declared."""
    connection.execute("DECLARE stolen CURSOR FOR SELECT name FROM tea WHERE id < 3 ORDER BY id")
    with connection.cursor("stolen") as cursor:
        return [show(row) for row in cursor.fetchall()]


@routes.get("/unseen/type-info")
def type_info(connection: Any) -> dict[str, Any]:
    return described(TypeInfo.fetch(connection, "mood"))


@routes.get("/unseen/async-type-info")
async def async_type_info(connection: Any) -> dict[str, Any]:
    return described(await TypeInfo.fetch(connection, "place"))


def described(info: Any) -> dict[str, Any]:
    """Returns the type's attributes. Its numbers differ between databases, so they are compared here."""
    known = [info.oid, info.array_oid] == oids[info.name]
    return {"name": info.name, "regtype": info.regtype, "delimiter": info.delimiter, "known": known}


@routes.get("/unseen/range-info")
def range_info(connection: Any) -> list[Any]:
    info = RangeInfo.fetch(connection, "daterange")
    return [info.name, info.oid, info.array_oid, info.subtype_oid]


@routes.get("/unseen/server-cursor-in-block")
def server_cursor_in_block(connection: Any) -> dict[str, Any]:
    """The cursor must exist to be closed: it was declared in a transaction that is still open."""
    with connection.transaction():
        cursor = connection.cursor("in a block")
        cursor.execute("SELECT name FROM tea WHERE id < 3 ORDER BY id")
        return {"rows": [show(row) for row in cursor.fetchall()], "closing": attempt(cursor.close)}


@routes.get("/unseen/server-cursor-kept")
def server_cursor_kept(connection: Any) -> dict[str, Any]:
    """The cursor is closed after its transaction, on the connection that is still open."""
    cursor = connection.cursor("kept", withhold=True)
    cursor.execute("SELECT name FROM tea WHERE id > 3 ORDER BY id")
    connection.commit()
    return {"rows": [show(row) for row in cursor.fetchall()], "closing": attempt(cursor.close)}


@routes.post("/unseen/prepare-transaction")
def prepare_transaction(connection: Any) -> dict[str, Any]:
    """Two-phase commit. By default (max_prepared_transactions is 0) the server rejects it."""
    connection.tpc_begin(connection.xid(42, "shop", "till"))
    refused = attempt(connection.tpc_prepare)
    connection.close()
    return refused


@routes.get("/unseen/cancel")
def cancel(connection: Any) -> list[bool]:
    connection.cancel_safe(timeout=POOL_LIMIT_S)
    return [connection.closed]


@routes.get("/unseen/async-copy-out")
async def async_copy_out(cursor: Any) -> list[str]:
    query = "COPY (SELECT id, name FROM tea WHERE id < 3 ORDER BY id) TO STDOUT"
    async with cursor.copy(query) as copy:
        return [show(bytes(block)) async for block in copy]


@routes.post("/unseen/async-copy-in")
async def async_copy_in(connection: Any, cursor: Any) -> dict[str, Any]:
    async def copied() -> dict[str, Any]:
        async with cursor.copy("COPY item (box, id, name) FROM STDIN") as copy:
            await copy.write_row(("async copy", 1, "tab\t and ☕"))
            await copy.write("async copy\t2\tpot\n")
        return about(cursor)

    outcome = await attempt_async(copied())
    await connection.commit()
    return {"copied": outcome, "elsewhere": names_in("async copy")}


@routes.get("/unseen/async-stream")
async def async_stream(cursor: Any) -> list[str]:
    """A stream that is not read to its end is cancelled."""
    return [show(row) async for row in cursor.stream("SELECT name, price FROM tea WHERE id < 3 ORDER BY id")]


@routes.get("/unseen/async-server-cursor")
async def async_server_cursor(connection: Any) -> list[Any]:
    async with connection.cursor("async teas") as cursor:
        await cursor.execute("SELECT id, name FROM tea WHERE id < 4 ORDER BY id")
        return [show(await cursor.fetchone()), [show(row) async for row in cursor]]
