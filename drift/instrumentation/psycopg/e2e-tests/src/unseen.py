"""What the SDK does not see, so that it reaches the server in replay, too. No statement is run by two handlers."""

from typing import Any

from asynchronous import attempt as attempt_async
from asynchronous import connect as connect_async
from asynchronous import in_a_loop
from db import DSN, about, attempt, connect, fetched, fetched_async, names_in, show
from flask import Blueprint
from psycopg import AsyncClientCursor, ClientCursor, Connection, ServerCursor
from psycopg.types import TypeInfo
from psycopg.types.range import RangeInfo
from psycopg_pool import ConnectionPool, NullConnectionPool
from values import oids

unseen = Blueprint("unseen", __name__, url_prefix="/unseen")

POOL_LIMIT_S = 5


@unseen.get("/connection-class")
def connection_class() -> dict[str, Any]:
    with Connection.connect(DSN) as connection:
        return fetched(connection.execute("SELECT 'by the class'"))


@unseen.get("/pool")
def pool() -> dict[str, Any]:
    """It lasts as long as its request: what its threads did before or after that would be nobody's."""
    with ConnectionPool(DSN, min_size=1, timeout=POOL_LIMIT_S, open=False) as plain, plain.connection() as connection:
        return fetched(connection.execute("SELECT 'of a plain pool'"))


@unseen.get("/null-pool")
def null_pool() -> dict[str, Any]:
    with NullConnectionPool(DSN, timeout=POOL_LIMIT_S, open=False) as plain, plain.connection() as connection:
        return fetched(connection.execute("SELECT 'of a plain null pool'"))


@unseen.get("/cursor-class")
def cursor_class() -> dict[str, Any]:
    with connect() as connection, ClientCursor(connection) as cursor:
        return fetched(cursor.execute("SELECT %s", ("a class that is called",)))


@unseen.get("/cursor-factory")
def cursor_factory() -> dict[str, Any]:
    with connect() as connection:
        connection.cursor_factory = ClientCursor
        return fetched(connection.execute("SELECT %s", ("a class that is set later",)))


@unseen.get("/async-cursor-class")
@in_a_loop
async def async_cursor_class() -> dict[str, Any]:
    async with await connect_async() as connection, AsyncClientCursor(connection) as cursor:
        return await fetched_async(await cursor.execute("SELECT %s", ("an async class that is called",)))


@unseen.get("/server-cursor-class")
def server_cursor_class() -> list[str]:
    with connect() as connection, ServerCursor(connection, "called") as cursor:
        cursor.execute("SELECT id FROM tea WHERE id < 3 ORDER BY id")
        return [show(row) for row in cursor.fetchall()]


@unseen.get("/async-cursor-factory")
@in_a_loop
async def async_cursor_factory() -> dict[str, Any]:
    async with await connect_async() as connection:
        connection.cursor_factory = AsyncClientCursor
        return await fetched_async(await connection.execute("SELECT %s", ("an async class that is set later",)))


@unseen.get("/stolen-cursor")
def stolen_cursor() -> list[str]:
    """A cursor that a statement has declared, taken by its name."""
    with connect() as connection:
        connection.execute("DECLARE stolen CURSOR FOR SELECT name FROM tea WHERE id < 3 ORDER BY id")
        with connection.cursor("stolen") as cursor:
            return [show(row) for row in cursor.fetchall()]


@unseen.get("/type-info")
def type_info() -> dict[str, Any]:
    with connect() as connection:
        return told(TypeInfo.fetch(connection, "mood"))


@unseen.get("/async-type-info")
@in_a_loop
async def async_type_info() -> dict[str, Any]:
    async with await connect_async() as connection:
        return told(await TypeInfo.fetch(connection, "place"))


def told(info: Any) -> dict[str, Any]:
    """The type's numbers are new in each database; the application knows them from its start."""
    known = [info.oid, info.array_oid] == oids[info.name]
    return {"name": info.name, "regtype": info.regtype, "delimiter": info.delimiter, "known": known}


@unseen.get("/range-info")
def range_info() -> list[Any]:
    with connect() as connection:
        info = RangeInfo.fetch(connection, "daterange")
        return [info.name, info.oid, info.array_oid, info.subtype_oid]


@unseen.get("/server-cursor-in-block")
def server_cursor_in_block() -> dict[str, Any]:
    """To be closed it must be there: it was declared in a transaction that goes on."""
    with connect() as connection, connection.transaction():
        cursor = connection.cursor("in a block")
        cursor.execute("SELECT name FROM tea WHERE id < 3 ORDER BY id")
        return {"rows": [show(row) for row in cursor.fetchall()], "closing": attempt(cursor.close)}


@unseen.get("/server-cursor-kept")
def server_cursor_kept() -> dict[str, Any]:
    """It is closed after the transaction that it outlives, on the connection that is still open."""
    with connect() as connection:
        cursor = connection.cursor("kept", withhold=True)
        cursor.execute("SELECT name FROM tea WHERE id > 3 ORDER BY id")
        connection.commit()
        return {"rows": [show(row) for row in cursor.fetchall()], "closing": attempt(cursor.close)}


@unseen.post("/prepare-transaction")
def prepare_transaction() -> dict[str, Any]:
    """Two-phase commit: a server refuses it as long as nobody has set max_prepared_transactions."""
    with connect() as connection:
        connection.tpc_begin(connection.xid(42, "shop", "till"))
        refused = attempt(connection.tpc_prepare)
        connection.close()
        return refused


@unseen.get("/cancel")
def cancel() -> list[bool]:
    """Nothing runs that it could end."""
    with connect() as connection:
        connection.cancel_safe(timeout=POOL_LIMIT_S)
        return [connection.closed]


@unseen.get("/async-copy-out")
@in_a_loop
async def async_copy_out() -> list[str]:
    query = "COPY (SELECT id, name FROM tea WHERE id < 3 ORDER BY id) TO STDOUT"
    async with await connect_async() as connection, connection.cursor() as cursor, cursor.copy(query) as copy:
        return [show(bytes(block)) async for block in copy]


@unseen.post("/async-copy-in")
@in_a_loop
async def async_copy_in() -> dict[str, Any]:
    async def copied() -> dict[str, Any]:
        async with cursor.copy("COPY item (box, id, name) FROM STDIN") as copy:
            await copy.write_row(("async copy", 1, "tab\t and ☕"))
            await copy.write("async copy\t2\tpot\n")
        return about(cursor)

    async with await connect_async() as connection, connection.cursor() as cursor:
        told = await attempt_async(copied())
        await connection.commit()
        return {"copied": told, "elsewhere": names_in("async copy")}


@unseen.get("/async-stream")
@in_a_loop
async def async_stream() -> list[str]:
    """It cancels what it could not read to its end."""
    async with await connect_async() as connection, connection.cursor() as cursor:
        return [show(row) async for row in cursor.stream("SELECT name, price FROM tea WHERE id < 3 ORDER BY id")]


@unseen.get("/async-server-cursor")
@in_a_loop
async def async_server_cursor() -> list[Any]:
    async with await connect_async() as connection, connection.cursor("async teas") as cursor:
        await cursor.execute("SELECT id, name FROM tea WHERE id < 4 ORDER BY id")
        return [show(await cursor.fetchone()), [show(row) async for row in cursor]]
