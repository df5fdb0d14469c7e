"""Connections and cursors for the handlers, and functions that convert results for responses."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, time
from functools import wraps
from inspect import signature
from queue import Empty, SimpleQueue
from typing import Any, Callable

import psycopg2
from flask import Blueprint

URL = os.environ.get("DATABASE_URL", "postgresql://app:s3cret@127.0.0.1:5432/app")
FIRST_OWN_TYPE = 16384  # the server numbers a schema's types from here on, in the order of their creation

# A log-in takes longer than most requests, so connections are reused. psycopg2's pools (other requests cover them) do
# not work here: where nothing listens in replay, they would get a new MockConnection of the SDK each time.
idle: SimpleQueue[Any] = SimpleQueue()

Show = Callable[[list[Any]], Any]

observer = psycopg2.connect(URL)
observer.autocommit = True  # each query sees everything that is committed by then


@contextmanager
def connection() -> Iterator[Any]:
    """Yields a connection for one request. Uncommitted changes are rolled back, then another request reuses it."""
    try:
        conn = idle.get_nowait()
    except Empty:
        conn = psycopg2.connect(URL)
    try:
        yield conn
    finally:
        conn.rollback()
        idle.put(conn)


@contextmanager
def own_connection(**options: Any) -> Iterator[Any]:
    """Yields a new connection with `options`, for changes that a rollback does not undo. Closes it."""
    conn = psycopg2.connect(URL, **options)
    try:
        yield conn
    finally:
        conn.close()


def provided(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Decorates a handler: passes it the arguments that its parameters name.

    `conn` is a `connection`, `cur` a cursor of it, and `own` an `own_connection`."""
    wanted = signature(handler).parameters

    @wraps(handler)
    def run(**given: Any) -> Any:
        with ExitStack() as stack:
            if "own" in wanted:
                given["own"] = stack.enter_context(own_connection())
            if wanted.keys() & {"conn", "cur"}:
                given["conn"] = conn = stack.enter_context(connection())
                if "cur" in wanted:
                    given["cur"] = stack.enter_context(conn.cursor())
            return handler(**{name: given[name] for name in wanted})

    return run


class Routes(Blueprint):
    """The handlers of all modules, each `provided` with its arguments."""

    def add_url_rule(self, rule: str, endpoint: Any = None, view_func: Any = None, *args: Any, **options: Any) -> None:
        endpoint = f"{view_func.__module__}_{view_func.__name__}"
        super().add_url_rule(rule, endpoint, provided(view_func), *args, **options)


routes = Routes("routes", __name__)


def shown(found: list[Any]) -> list[Any]:
    """Returns rows for a response. A row that is not a plain tuple has the name of its type."""
    return [[typed(each) for each in row] if type(row) is tuple else typed(row) for row in found]


def ask(conn: Any, statement: Any, parameters: Any = None, show: Show = shown, **options: Any) -> dict[str, Any]:
    """Executes a statement on a new cursor of `options`. Returns its full result, with rows converted by `show`."""
    with conn.cursor(**options) as cur:
        cur.execute(statement, parameters)
        return fetched(cur, show)


def rows(conn: Any, statement: Any, parameters: Any = None, **options: Any) -> list[Any]:
    with conn.cursor(**options) as cur:
        cur.execute(statement, parameters)
        return list(cur.fetchall())


def value(conn: Any, statement: Any, parameters: Any = None) -> Any:
    return rows(conn, statement, parameters)[0][0]


def fetched(cur: Any, show: Show = shown) -> dict[str, Any]:
    found = show(cur.fetchall()) if cur.description else None
    return {"rows": found, **about(cur)}


def about(cur: Any) -> dict[str, Any]:
    """Returns an executed cursor's attributes: row count, columns with type codes, last row id."""
    columns = [[column[0], column[1] if column[1] < FIRST_OWN_TYPE else "own"] for column in cur.description or ()]
    return {"rowcount": cur.rowcount, "columns": columns, "lastrowid": cur.lastrowid}


def dicts(found: list[Any]) -> list[Any]:
    """Returns the rows of a cursor that gives dicts of any class."""
    return [typed(dict(row)) for row in found]


def typed(given: Any) -> Any:
    """Returns a value with its type's name: "int 1", "Decimal 1.50". None, booleans, lists and dicts stay."""
    if given is None or isinstance(given, bool):
        return given
    if isinstance(given, dict):
        items = {str(key): typed(each) for key, each in given.items()}
        return items if type(given) is dict else {type(given).__name__: items}
    if isinstance(given, (list, tuple)):
        items = [typed(each) for each in given]
        return items if type(given) is list else {type(given).__name__: items}
    return f"{type(given).__name__} {_text(given)}"


def _text(given: Any) -> str:
    if isinstance(given, (bytes, memoryview)):
        return bytes(given).hex()
    return given.isoformat() if isinstance(given, (date, datetime, time)) else str(given)


def reason_of(kind: type[Exception], call: Callable[..., Any], *given: Any) -> str:
    """Returns the message of the error of type `kind` that `call` raises."""
    try:
        call(*given)
    except kind as error:
        return str(error)
    return "fine"


def order(conn: Any, till: str, item: str, quantity: int = 1) -> dict[str, Any]:
    insert = "INSERT INTO orders VALUES (%s, %s, %s) RETURNING item"
    return ask(conn, insert, (till, item, quantity))


def orders(conn: Any, till: str) -> dict[str, Any]:
    """Returns the orders of a till, as a connection sees them: `observer`, or one that has placed orders."""
    return ask(conn, "SELECT item, quantity FROM orders WHERE till = %s ORDER BY item", (till,))


def pop_orders(till: str) -> dict[str, Any]:
    """Deletes the committed orders of a till and returns them."""
    gone = "WITH gone AS (DELETE FROM orders WHERE till = %s RETURNING *) SELECT item, quantity FROM gone ORDER BY item"
    return ask(observer, gone, (till,))
