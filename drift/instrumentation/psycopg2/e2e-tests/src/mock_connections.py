"""A database that does not exist in replay: the connection is refused, and the SDK returns a MockConnection."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, Callable
from urllib.parse import quote, urlencode

import psycopg2
from connections import FloatConnection
from database import URL, ask, dicts, fetched, order, pop_orders, reason_of, routes, rows, shown, typed
from flask import Response, jsonify
from psycopg2 import extensions
from psycopg2.extras import RealDictCursor
from psycopg2.pool import SimpleConnectionPool

WHERE = extensions.parse_dsn(URL)
if os.environ.get("TUSK_DRIFT_MODE") == "REPLAY":
    WHERE["port"] = "9"  # nothing listens there

SESSION = {"application_name": "till", "options": "-c search_path=pg_catalog", "connect_timeout": "5"}
ME = (
    "SELECT current_user AS me, current_database() AS here, current_setting('search_path') AS path,"
    " current_setting('application_name') AS name"
)


@contextmanager
def mock_connection(**options: Any) -> Iterator[Any]:
    with closing(psycopg2.connect(**{**WHERE, **options})) as conn:
        yield conn


@routes.get("/standins/dsn")
def dsn() -> Response:
    text = extensions.make_dsn(**{**WHERE, **SESSION, "application_name": "covered"})
    with closing(psycopg2.connect(text, application_name="till")) as conn:
        return jsonify(ask(conn, ME))


@routes.get("/standins/uri")
def uri() -> Response:
    who = f"{quote(WHERE['user'])}:{quote(WHERE['password'])}"
    text = f"postgresql://{who}@{WHERE['host']}:{WHERE['port']}/{WHERE['dbname']}?{urlencode(SESSION, quote_via=quote)}"
    with closing(psycopg2.connect(dsn=text)) as conn:
        return jsonify(ask(conn, ME))


@routes.get("/standins/named-cursor")
def named_cursor() -> Response:
    with mock_connection() as conn:
        try:
            with conn.cursor("numbers", scrollable=True, withhold=True) as cur:
                return jsonify(name=cur.name, scrollable=cur.scrollable, withhold=cur.withhold)
        except TypeError:  # the message differs from Python 3.10 on
            return jsonify(refused=True)


@routes.get("/standins/fetching")
def fetching() -> Response:
    with mock_connection() as conn, conn.cursor() as cur:
        cur.arraysize = 2
        cur.execute("SELECT generate_series(1, %s) AS number", (6,))
        found = [typed(cur.fetchone()), shown(cur.fetchmany()), typed(next(cur)), shown(list(cur))]
        return jsonify(found=found, ended=[cur.fetchone(), cur.fetchall()], **fetched(cur))


@routes.get("/standins/transactions")
def transactions() -> Response:
    with mock_connection() as conn:
        with conn as bound:
            steps = [order(bound, "stand-in", "first")]
        steps.append(order(conn, "stand-in", "lost"))
        conn.rollback()
        with conn.cursor() as cur:
            cur.executemany("INSERT INTO orders VALUES ('stand-in', %s)", [("second",), ("third",)])
            steps.append(fetched(cur))
        conn.commit()
    return jsonify(steps=steps, seen=pop_orders("stand-in"), closed=bool(conn.closed))


@routes.get("/standins/error")
def error() -> Response:
    with mock_connection() as conn:
        reason = reason_of(Exception, ask, conn, "SELECT 1 / 0 AS never")
        conn.rollback()
        return jsonify(reason=reason, after=ask(conn, "SELECT 1 AS one"))


@routes.get("/standins/session")
def session() -> Response:
    with mock_connection() as conn:
        conn.set_session(isolation_level="SERIALIZABLE", readonly=True)
        server = ask(conn, "SELECT current_setting('transaction_isolation') AS level")
        conn.rollback()
        conn.set_isolation_level(extensions.ISOLATION_LEVEL_REPEATABLE_READ)
        said = [conn.isolation_level]
        conn.autocommit = True
        return jsonify(server=server, said=[*said, conn.autocommit])


@routes.get("/standins/session-by-position")
def session_by_position() -> Response:
    with mock_connection() as conn:
        try:
            conn.set_session("SERIALIZABLE", True)
        except TypeError:  # the message differs from Python 3.10 on
            return jsonify(refused=True)
        return jsonify(ask(conn, "SELECT current_setting('transaction_isolation') AS level"))


@routes.get("/standins/pool")
def pool() -> Response:
    connections = SimpleConnectionPool(1, 1, **WHERE)
    try:
        conn = connections.getconn()
        found = shown(rows(conn, "SELECT 'of a pool' AS text"))
        connections.putconn(conn)
        return jsonify(found)
    finally:
        connections.closeall()


def picked(parameters: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: parameters[name] for name in names}


def attributes(conn: Any) -> dict[str, Any]:
    parameters = {name: conn.info.parameter_status(name) for name in ("TimeZone", "server_encoding", "no_such")}
    said = {"open": not conn.closed, "autocommit": conn.autocommit, "encoding": conn.encoding}
    return {**said, "protocol": conn.protocol_version, "parameters": parameters}


# Options of a connection, and the function that shows their effect.
GIVEN: dict[str, tuple[dict[str, Any], Callable[[Any], Any]]] = {
    "keywords": (SESSION, lambda conn: ask(conn, ME)),
    "connection-factory": (
        {"connection_factory": FloatConnection},
        lambda conn: ask(conn, "SELECT id, price FROM items WHERE id < 3 ORDER BY id"),
    ),
    "connection-method": ({"connection_factory": FloatConnection}, lambda conn: {"said": conn.greeting()}),
    "cursor-factory": (
        {"cursor_factory": RealDictCursor},
        lambda conn: ask(conn, "SELECT name FROM items WHERE id = 2", show=dicts),
    ),
    "cursor-factory-of-cursor": (
        {},
        lambda conn: ask(conn, "SELECT name FROM items WHERE id = 3", show=dicts, cursor_factory=RealDictCursor),
    ),
    "told": ({}, attributes),
    "level": ({}, lambda conn: conn.isolation_level),  # None (the server's default) until it is set
    "parameter": (
        {"client_encoding": "LATIN1"},
        lambda conn: [conn.encoding, conn.info.parameter_status("client_encoding")],
    ),
    "status": ({}, lambda conn: conn.status),
    "info": (
        SESSION,
        lambda conn: {"session": picked(conn.info.dsn_parameters, *SESSION), "who": [conn.info.user, conn.info.dbname]},
    ),
    "dsn-parameters": (SESSION, lambda conn: picked(conn.get_dsn_parameters(), *SESSION, "user", "dbname")),
    "text": ({}, lambda conn: "password=xxx" in conn.dsn),  # psycopg2 replaces the password by xxx
}


@routes.get("/standins/<what>")
def given(what: str) -> Response:
    options, read = GIVEN[what]
    with mock_connection(**options) as conn:
        return jsonify(read(conn))


@routes.get("/standins/closed")
def closed() -> Response:
    with mock_connection() as conn:
        conn.close()
        try:
            conn.cursor()
            outcome = "a cursor"
        except psycopg2.InterfaceError as error:
            outcome = str(error)
        return jsonify(answer=outcome)
