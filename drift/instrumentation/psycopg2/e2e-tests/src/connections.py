"""Connections: options and attributes, pools, notices and notifications, and use in threads."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any, Callable

import psycopg2
from database import (
    URL,
    about,
    ask,
    connection,
    dicts,
    order,
    own_connection,
    pop_orders,
    reason_of,
    routes,
    rows,
    shown,
)
from flask import Response, jsonify
from opentelemetry import context
from psycopg2 import extensions, sql
from psycopg2.extras import RealDictCursor, wait_select
from psycopg2.pool import PoolError, SimpleConnectionPool, ThreadedConnectionPool

WHERE = extensions.parse_dsn(URL)
ME = "SELECT current_user AS me, current_database() AS here, current_setting('search_path') AS path"

simple = SimpleConnectionPool(1, 2, URL)
threaded = ThreadedConnectionPool(2, 3, **WHERE, cursor_factory=RealDictCursor)

COMPOSED = sql.SQL("SELECT {} FROM items").format(sql.Identifier('odd "name"'))
SHOUT = extensions.new_type((25,), "SHOUT", lambda text, _: text and text.upper())  # registered only where it is used


class FloatConnection(extensions.connection):
    """Returns numeric values as floats and has an additional method."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        extensions.register_type(extensions.new_type((1700,), "FLOAT", extensions.FLOAT), self)

    def greeting(self) -> str:
        return f"hello {self.info.user}"


@contextmanager
def borrowed(pool: Any, **options: Any) -> Iterator[Any]:
    conn = pool.getconn()
    try:
        yield conn
    finally:
        pool.putconn(conn, **options)


@routes.get("/connections/keywords")
def keyword_arguments() -> Response:
    with closing(psycopg2.connect(**{**WHERE, "connect_timeout": 5, "cursor_factory": None})) as conn:
        return jsonify(ask(conn, ME))


@routes.get("/connections/dsn")
def dsn() -> Response:
    """A DSN of key=value pairs, with a keyword argument; options for the session."""
    text = extensions.make_dsn(**WHERE)
    with closing(psycopg2.connect(text, application_name="till", options="-c search_path=pg_catalog")) as conn:
        return jsonify(ask(conn, f"{ME}, current_setting('application_name') AS name"))


@routes.get("/connections/encoding")
def client_encoding() -> Response:
    with own_connection(client_encoding="LATIN1") as conn:
        said = [conn.encoding, conn.get_parameter_status("client_encoding")]
        return jsonify(said=said, result=ask(conn, "SELECT name FROM items WHERE name = %s", ("kávé",)))


@routes.get("/connections/factory")
def connection_factory() -> Response:
    with own_connection(connection_factory=FloatConnection) as conn:
        return jsonify(
            greeting=conn.greeting(), result=ask(conn, "SELECT id, price FROM items WHERE id < 3 ORDER BY id")
        )


@routes.get("/connections/refused")
def refused() -> Response:
    """Nothing listens on port 9 of loopback."""
    try:
        with closing(psycopg2.connect(**{**WHERE, "port": "9"})):
            outcome = ["connected"]
    except psycopg2.OperationalError as error:
        outcome = [type(error).__name__, error.pgcode]
    return jsonify(outcome)


@routes.get("/connections/asynchronous")
def asynchronous() -> Response:
    with closing(psycopg2.connect(URL, async_=1)) as conn:
        wait_select(conn)
        cur = conn.cursor()
        cur.execute("SELECT id, name FROM items WHERE id <= %s ORDER BY id", (2,))
        wait_select(conn)
        return jsonify(rows=shown(cur.fetchall()), rowcount=cur.rowcount, executing=conn.isexecuting())


# Functions that need a real connection or cursor: type checks of libraries, and functions in C.
GIVEN: dict[str, Callable[[Any, Any], Any]] = {
    "is-connection": lambda conn, _: isinstance(conn, extensions.connection),
    "given-connection": lambda conn, _: {"text": COMPOSED.as_string(conn)},
    "given-cursor": lambda _, cur: {"text": COMPOSED.as_string(cur)},
    "quoted": lambda conn, _: {"name": extensions.quote_ident('odd "name"', conn)},
}


@routes.get("/connections/<what>")
def given(what: str, conn: Any, cur: Any) -> Response:
    return jsonify(GIVEN[what](conn, cur))


@routes.get("/connections/typecaster")
def typecaster_of_connection(own: Any) -> Response:
    """A typecaster that is registered for this connection only."""
    extensions.register_type(SHOUT, own)
    return jsonify(shown(rows(own, "SELECT 'tea'::text AS name")))


@routes.get("/connections/typecaster-of-cursor")
def typecaster_of_cursor(cur: Any) -> Response:
    extensions.register_type(SHOUT, cur)
    cur.execute("SELECT 'mate'::text AS name")
    return jsonify(shown(cur.fetchall()))


@routes.get("/connections/told")
def attributes_of_connection() -> Response:
    """Attributes that do not depend on the server's address, and the DB-API's exceptions, which are attributes too."""
    errors = ("Error", "DatabaseError", "IntegrityError", "OperationalError", "ProgrammingError", "DataError")
    with own_connection() as conn:
        info, names = conn.info, ("client_encoding", "TimeZone", "DateStyle", "standard_conforming_strings")
        attributes = {
            "encoding": conn.encoding,
            "closed": conn.closed,
            "autocommit": conn.autocommit,
            "status": conn.status,
            "async": conn.async_,
            "protocol": [conn.protocol_version, info.protocol_version],
            "parameters": {name: conn.get_parameter_status(name) for name in names},
            "unknown": conn.get_parameter_status("no_such_parameter"),
            "info": [info.dbname, info.user, info.host, info.status, info.used_password, info.ssl_in_use],
            "factory": conn.cursor_factory,
            "executing": conn.isexecuting(),
            "notices": conn.notices,
            "notifies": conn.notifies,
            "exceptions": all(getattr(conn, name) is getattr(psycopg2, name) for name in errors),
        }
        given = conn.get_dsn_parameters()
        attributes["dsn"] = {name: given[name] for name in ("user", "dbname", "host")}
        # psycopg2 replaces the password in it by xxx.
        attributes["hidden"] = "password=xxx" in conn.dsn and "password" not in given
    return jsonify(**attributes, after=conn.closed)


@routes.get("/connections/parameters")
def parameters(conn: Any, cur: Any) -> Response:
    """The session's parameters and the server's version, compared with current_setting()."""
    names = ("TimeZone", "server_encoding", "server_version")
    columns = ", ".join(f"current_setting('{name}')" for name in (*names, "server_version_num"))
    cur.execute(f"SELECT {columns}")
    [(*values, number)] = cur.fetchall()
    return jsonify(
        **about(cur),
        same={name: conn.info.parameter_status(name) == each for name, each in zip(names, values)},
        unknown=conn.info.parameter_status("no_such_parameter"),
        version=conn.info.server_version == conn.server_version == int(number) >= 130000,
    )


@routes.get("/connections/closed")
def closed_connection() -> Response:
    conn = psycopg2.connect(URL)
    conn.close()
    try:
        conn.cursor()
        outcome = "a cursor"
    except psycopg2.InterfaceError as error:
        outcome = str(error)
    return jsonify(closed=conn.closed, answer=outcome)


@routes.get("/connections/notices")
def notices_and_notifications(own: Any) -> Response:
    own.autocommit = True
    ask(own, "DO $$ BEGIN RAISE NOTICE 'running low'; RAISE WARNING 'out of %', 'tea'; END $$")
    ask(own, "LISTEN orders; NOTIFY orders, 'number 7'")
    return jsonify(notices=own.notices, notifies=[[each.channel, each.payload] for each in own.notifies])


@routes.get("/connections/pool-of-dicts")
def pool_of_dicts() -> Response:
    first, second = threaded.getconn("first"), threaded.getconn("second")
    try:
        found = [ask(conn, "SELECT id, name FROM items WHERE id = 5", show=dicts) for conn in (first, second)]
    finally:
        threaded.putconn(first, "first")
        threaded.putconn(second, key="second")
    return jsonify(found=found, same=first is second)


@routes.get("/connections/pool-rollback")
def pool_that_rolls_back() -> Response:
    """A connection that is returned to the pool is rolled back."""
    with borrowed(simple) as conn:
        placed = [order(conn, "pool", "lost")]
    with borrowed(simple) as conn, conn:
        placed.append(order(conn, "pool", "kept"))
    return jsonify(placed=placed, seen=pop_orders("pool"), open=not conn.closed, pool=simple.closed)


@routes.get("/connections/pool-exhausted")
def pool_exhausted() -> Response:
    with borrowed(simple), borrowed(simple) as second:
        outcome = reason_of(PoolError, simple.getconn)
        return jsonify(answer=outcome, result=ask(second, "SELECT 'still there' AS text"))


@routes.get("/connections/pool-close")
def pool_that_closes_a_connection() -> Response:
    """A connection that is closed when it is returned to the pool. The pool opens another one."""
    pool = SimpleConnectionPool(1, 1, URL)
    try:
        with borrowed(pool, close=True) as first:
            found = [ask(first, "SELECT 1 AS one")]
        with borrowed(pool) as second:
            found.append(ask(second, "SELECT 2 AS two"))
    finally:
        pool.closeall()
    return jsonify(results=found, closed=[bool(first.closed), bool(second.closed), pool.closed])


ITEM = "SELECT id, name, stock FROM items WHERE id = %s"


def in_threads(look: Callable[[int], Any], *items: int) -> list[Any]:
    """Returns the result of `look` for each of `items`, in threads with the request's OpenTelemetry context."""
    current = context.get_current()

    def in_context(item: int) -> Any:
        token = context.attach(current)
        try:
            return look(item)
        finally:
            context.detach(token)

    with ThreadPoolExecutor(max_workers=len(items)) as pool:
        return list(pool.map(in_context, items))


@routes.get("/parallel/own")
def own_connections() -> Response:
    def look(item: int) -> Any:
        with connection() as conn:
            return ask(conn, ITEM, (item,))

    return jsonify(in_threads(look, 1, 5))


@routes.get("/parallel/shared")
def shared_connection(conn: Any) -> Response:
    """Each thread has its own cursor. psycopg2 runs the statements of a connection one at a time."""
    return jsonify(in_threads(lambda item: ask(conn, ITEM, (item,)), 2, 3, 4))
