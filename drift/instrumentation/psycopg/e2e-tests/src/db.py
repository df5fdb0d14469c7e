"""What every handler needs: a connection, and the words to answer with all that the library gave."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any, Callable, NoReturn

import psycopg

DSN = os.environ.get("DATABASE_URL", "postgresql://app:s3cret@127.0.0.1:5432/app")
LIMIT_S = 20


def connect(**options: Any) -> psycopg.Connection[Any]:
    return psycopg.connect(DSN, **options)


@cache
def shared() -> psycopg.Connection[Any]:
    """The connection of all handlers that need none of their own. It is opened at start; each statement commits."""
    return connect(autocommit=True)


@contextmanager
def cursor_of(connection: psycopg.Connection[Any], name: str = "", **options: Any) -> Iterator[Any]:
    """A cursor that is closed with its connection."""
    with connection, connection.cursor(name, **options) if name else connection.cursor(**options) as cursor:
        yield cursor


def show(value: Any) -> str:
    """A value with its Python type: its repr, with the keys of a dictionary in order. A time is shown with its offset,
    whatever class its time zone is of."""
    if isinstance(value, datetime):
        return f"datetime {value.isoformat()}"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {show(item)}" for key, item in sorted(value.items())) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(show, value)) + "]"
    if hasattr(value, "_fields"):
        fields = ", ".join(f"{name}={show(item)}" for name, item in zip(value._fields, value))
        return f"{type(value).__name__}({fields})"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(show, value)) + (",)" if len(value) == 1 else ")")
    return repr(value)


def columns(cursor: Any) -> Any:
    """The name and the type's number of each column. The description's other fields have a request of their own."""
    return cursor.description and [[column[0], column[1]] for column in cursor.description]


def without_status(cursor: Any) -> dict[str, Any]:
    """What a cursor says of its last statement, where its status is not recorded or each psycopg has another one."""
    return {"rowcount": cursor.rowcount, "columns": columns(cursor)}


def about(cursor: Any) -> dict[str, Any]:
    """What a cursor says of its last statement."""
    return {**without_status(cursor), "status": cursor.statusmessage}


def about_many(cursor: Any, last: str) -> dict[str, Any]:
    """What it says after executemany, with the status of the last statement. Before psycopg 3.3 there was none, and
    `last` stands for it."""
    told = about(cursor)
    return told if hasattr(psycopg.Cursor, "results") else {**told, "status": last}


def fetched(cursor: Any) -> dict[str, Any]:
    """All that is left to fetch, and what the cursor says of it."""
    return {"rows": [show(row) for row in cursor.fetchall()], **about(cursor)}


async def fetched_async(cursor: Any) -> dict[str, Any]:
    return {"rows": [show(row) for row in await cursor.fetchall()], **about(cursor)}


def outcome(error: BaseException) -> dict[str, Any]:
    """An error as its handler sees it."""
    kind = type(error)
    return {"error": f"{kind.__module__}.{kind.__qualname__}", "message": message(error)}


def message(error: BaseException) -> str:
    return str(error).partition("\n")[0]


def attempt(work: Callable[[], Any]) -> Any:
    """What `work` returns, or the error that it raises."""
    try:
        return work()
    except Exception as error:
        return outcome(error)


def fail() -> NoReturn:
    raise LookupError("on purpose")


def names_in(box: str) -> dict[str, Any]:
    """What another connection sees in a box: what was committed. Each request that writes has a box of its own."""
    with shared().cursor() as cursor:
        return fetched(cursor.execute("SELECT name FROM item WHERE box = %s ORDER BY id", (box,)))
