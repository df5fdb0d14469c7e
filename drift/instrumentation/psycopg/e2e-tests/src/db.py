"""Connections and cursors for the handlers, and functions that convert results for responses."""

import asyncio
import os
from collections.abc import Awaitable, Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from datetime import datetime
from functools import cache, wraps
from inspect import iscoroutinefunction, signature
from typing import Any, Callable, NoReturn

import psycopg
from flask import Blueprint

DSN = os.environ.get("DATABASE_URL", "postgresql://app:s3cret@127.0.0.1:5432/app")
LIMIT_S = 20


def connect(**options: Any) -> psycopg.Connection[Any]:
    return psycopg.connect(DSN, **options)


async def connect_async(**options: Any) -> psycopg.AsyncConnection[Any]:
    return await psycopg.AsyncConnection.connect(DSN, **options)


@cache
def shared() -> psycopg.Connection[Any]:
    """Returns the connection for all handlers that need no separate one. It is opened at startup and autocommits."""
    return connect(autocommit=True)


@contextmanager
def cursor_of(connection: psycopg.Connection[Any], name: str = "", **options: Any) -> Iterator[Any]:
    with connection, connection.cursor(name, **options) if name else connection.cursor(**options) as cursor:
        yield cursor


def provided(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Decorates a handler: passes it the arguments that its parameters name.

    `connection` is a new one, closed afterwards. `cursor` is a cursor of that, or of the shared one if there is no
    `connection` parameter. A coroutine gets new async ones and an event loop.
    """
    wanted = signature(handler).parameters

    async def run_async(given: dict[str, Any]) -> Any:
        async with AsyncExitStack() as stack:
            if wanted.keys() & {"connection", "cursor"}:
                connection = await stack.enter_async_context(await connect_async())
                given.update(connection=connection, cursor=await stack.enter_async_context(connection.cursor()))
            return await handler(**{name: given[name] for name in wanted})

    @wraps(handler)
    def run(**given: Any) -> Any:
        if iscoroutinefunction(handler):
            return asyncio.run(run_async(given))
        with ExitStack() as stack:
            if "connection" in wanted:
                given["connection"] = stack.enter_context(connect())
            if "cursor" in wanted:
                given["cursor"] = stack.enter_context(given.get("connection", shared()).cursor())
            return handler(**given)

    return run


class Routes(Blueprint):
    """The handlers of all modules, each `provided` with its arguments."""

    def add_url_rule(self, rule: str, endpoint: Any = None, view_func: Any = None, *args: Any, **options: Any) -> None:
        endpoint = f"{view_func.__module__}_{view_func.__name__}"
        super().add_url_rule(rule, endpoint, provided(view_func), *args, **options)


routes = Routes("routes", __name__)


def show(value: Any) -> str:
    """Returns a value's repr, with sorted dictionary keys. A time's zone is shown as its offset."""
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
    """Returns the name and type code of each column. Another request covers the description's other fields."""
    return cursor.description and [[column[0], column[1]] for column in cursor.description]


def without_status(cursor: Any) -> dict[str, Any]:
    """Returns a cursor's attributes without the status, which is not recorded or depends on psycopg's version."""
    return {"rowcount": cursor.rowcount, "columns": columns(cursor)}


def about(cursor: Any) -> dict[str, Any]:
    return {**without_status(cursor), "status": cursor.statusmessage}


def about_many(cursor: Any, last: str) -> dict[str, Any]:
    """Returns a cursor's attributes after executemany. `last` is the status if psycopg has none (before 3.3)."""
    return {**about(cursor), **({} if hasattr(psycopg.Cursor, "results") else {"status": last})}


def fetched(cursor: Any) -> dict[str, Any]:
    """Returns all remaining rows and the cursor's attributes."""
    return {"rows": [show(row) for row in cursor.fetchall()], **about(cursor)}


def copied(cursor: Any, query: Any, parameters: Any = None) -> list[str]:
    with cursor.copy(query, parameters) as copy:
        return [show(bytes(block)) for block in copy]


async def fetched_async(cursor: Any) -> dict[str, Any]:
    return {"rows": [show(row) for row in await cursor.fetchall()], **about(cursor)}


def outcome(error: BaseException) -> dict[str, Any]:
    kind = type(error)
    return {"error": f"{kind.__module__}.{kind.__qualname__}", "message": message(error)}


def message(error: BaseException) -> str:
    return str(error).partition("\n")[0]


def attempt(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except Exception as error:
        return outcome(error)


async def attempt_async(work: Awaitable[Any]) -> Any:
    try:
        return await work
    except Exception as error:
        return outcome(error)


def fail() -> NoReturn:
    raise LookupError("on purpose")


def names_in(box: str) -> dict[str, Any]:
    """Returns the committed names in a box, as another connection sees them. Each request that writes uses a separate
    box."""
    with shared().cursor() as cursor:
        return fetched(cursor.execute("SELECT name FROM item WHERE box = %s ORDER BY id", (box,)))
