"""A database that is not there in replay: psycopg2 is refused, and the SDK gives a stand-in for the connection."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import quote, urlencode

import psycopg2
from connections import FloatConnection
from database import URL, ask, dicts, order, reason_of, rows, shown, taken_away, told, typed
from flask import Blueprint, Response, jsonify
from psycopg2 import extensions
from psycopg2.extras import RealDictCursor
from psycopg2.pool import SimpleConnectionPool

bp = Blueprint("standins", __name__, url_prefix="/standins")

WHERE = extensions.parse_dsn(URL)
if os.environ.get("TUSK_DRIFT_MODE") == "REPLAY":
    WHERE["port"] = "9"  # nothing listens there

SESSION = {"application_name": "till", "options": "-c search_path=pg_catalog", "connect_timeout": "5"}
ME = (
    "SELECT current_user AS me, current_database() AS here, current_setting('search_path') AS path,"
    " current_setting('application_name') AS name"
)


@contextmanager
def stand_in(**options: Any) -> Iterator[Any]:
    """A connection that is asked for with keywords, and closed in the end."""
    with closing(psycopg2.connect(**{**WHERE, **options})) as conn:
        yield conn


@bp.get("/keywords")
def keyword_arguments() -> Response:
    with stand_in(**SESSION) as conn:
        return jsonify(ask(conn, ME))


@bp.get("/dsn")
def dsn() -> Response:
    """A text of words, with a keyword on top of it."""
    text = extensions.make_dsn(**{**WHERE, **SESSION, "application_name": "covered"})
    with closing(psycopg2.connect(text, application_name="till")) as conn:
        return jsonify(ask(conn, ME))


@bp.get("/uri")
def uri() -> Response:
    who = f"{quote(WHERE['user'])}:{quote(WHERE['password'])}"
    text = f"postgresql://{who}@{WHERE['host']}:{WHERE['port']}/{WHERE['dbname']}?{urlencode(SESSION, quote_via=quote)}"
    with closing(psycopg2.connect(dsn=text)) as conn:
        return jsonify(ask(conn, ME))


@bp.get("/connection-factory")
def connection_factory() -> Response:
    """Its values; a method of the class has a request of its own."""
    with stand_in(connection_factory=FloatConnection) as conn:
        return jsonify(ask(conn, "SELECT id, price FROM items WHERE id < 3 ORDER BY id"))


@bp.get("/connection-method")
def method_of_the_connection_factory() -> Response:
    with stand_in(connection_factory=FloatConnection) as conn:
        return jsonify(said=conn.greeting())


@bp.get("/cursor-factory")
def cursor_factory() -> Response:
    """Of the connection."""
    with stand_in(cursor_factory=RealDictCursor) as conn:
        return jsonify(ask(conn, "SELECT name FROM items WHERE id = 2", show=dicts))


@bp.get("/cursor-factory-of-cursor")
def cursor_factory_of_a_cursor() -> Response:
    with stand_in() as conn:
        return jsonify(ask(conn, "SELECT name FROM items WHERE id = 3", show=dicts, cursor_factory=RealDictCursor))


@bp.get("/named-cursor")
def named_cursor() -> Response:
    with stand_in() as conn:
        try:
            with conn.cursor("numbers", scrollable=True, withhold=True) as cur:
                return jsonify(name=cur.name, scrollable=cur.scrollable, withhold=cur.withhold)
        except TypeError:  # whose words are others from Python 3.10 on
            return jsonify(refused=True)


@bp.get("/fetching")
def fetching() -> Response:
    with stand_in() as conn, conn.cursor() as cur:
        cur.arraysize = 2
        cur.execute("SELECT generate_series(1, %s) AS number", (6,))
        found = [typed(cur.fetchone()), shown(cur.fetchmany()), typed(next(cur)), shown(list(cur))]
        return jsonify(found=found, ended=[cur.fetchone(), cur.fetchall()], **told(cur))


@bp.get("/transactions")
def transactions() -> Response:
    """Committed and rolled back, by a with and by methods."""
    with stand_in() as conn:
        with conn as bound:
            steps = [order(bound, "stand-in", "first")]
        steps.append(order(conn, "stand-in", "lost"))
        conn.rollback()
        with conn.cursor() as cur:
            cur.executemany("INSERT INTO orders VALUES ('stand-in', %s)", [("second",), ("third",)])
            steps.append(told(cur))
        conn.commit()
    return jsonify(steps=steps, seen=taken_away("stand-in"), closed=bool(conn.closed))


@bp.get("/error")
def error() -> Response:
    with stand_in() as conn:
        reason = reason_of(Exception, ask, conn, "SELECT 1 / 0 AS never")
        conn.rollback()
        return jsonify(reason=reason, after=ask(conn, "SELECT 1 AS one"))


@bp.get("/session")
def session() -> Response:
    """Set, and told as they were set."""
    with stand_in() as conn:
        conn.set_session(isolation_level="SERIALIZABLE", readonly=True)
        server = ask(conn, "SELECT current_setting('transaction_isolation') AS level")
        conn.rollback()
        conn.set_isolation_level(extensions.ISOLATION_LEVEL_REPEATABLE_READ)
        said = [conn.isolation_level]
        conn.autocommit = True
        return jsonify(server=server, said=[*said, conn.autocommit])


@bp.get("/session-by-position")
def session_by_position() -> Response:
    with stand_in() as conn:
        try:
            conn.set_session("SERIALIZABLE", True)
        except TypeError:  # whose words are others from Python 3.10 on
            return jsonify(refused=True)
        return jsonify(ask(conn, "SELECT current_setting('transaction_isolation') AS level"))


@bp.get("/pool")
def given_back_to_a_pool() -> Response:
    pool = SimpleConnectionPool(1, 1, **WHERE)
    with closing_pool(pool):
        conn = pool.getconn()
        found = shown(rows(conn, "SELECT 'of a pool' AS text"))
        pool.putconn(conn)
        return jsonify(found)


@contextmanager
def closing_pool(pool: Any) -> Iterator[None]:
    try:
        yield
    finally:
        pool.closeall()


@bp.get("/told")
def what_it_tells() -> Response:
    with stand_in() as conn:
        said = {"open": not conn.closed, "autocommit": conn.autocommit, "encoding": conn.encoding}
        parameters = {name: conn.info.parameter_status(name) for name in ("TimeZone", "server_encoding", "no_such")}
        return jsonify(**said, protocol=conn.protocol_version, parameters=parameters)


@bp.get("/level")
def isolation_level() -> Response:
    """None, as long as none is set: the server's."""
    with stand_in() as conn:
        return jsonify(conn.isolation_level)


@bp.get("/parameter")
def client_encoding() -> Response:
    with stand_in(client_encoding="LATIN1") as conn:
        return jsonify(conn.encoding, conn.info.parameter_status("client_encoding"))


@bp.get("/status")
def status() -> Response:
    with stand_in() as conn:
        return jsonify(conn.status)


@bp.get("/info")
def info() -> Response:
    """What was asked for, read back."""
    with stand_in(**SESSION) as conn:
        given = conn.info.dsn_parameters
        return jsonify(who=[conn.info.user, conn.info.dbname], session={name: given[name] for name in SESSION})


@bp.get("/dsn-parameters")
def dsn_parameters() -> Response:
    with stand_in(**SESSION) as conn:
        given = conn.get_dsn_parameters()
        return jsonify({name: given[name] for name in (*SESSION, "user", "dbname")})


@bp.get("/text")
def text_of_the_dsn() -> Response:
    """With xxx in place of its password, as psycopg2 has it."""
    with stand_in() as conn:
        return jsonify("password=xxx" in conn.dsn)


@bp.get("/closed")
def closed() -> Response:
    with stand_in() as conn:
        conn.close()
        try:
            conn.cursor()
            answer = "a cursor"
        except psycopg2.InterfaceError as error:
            answer = str(error)
        return jsonify(answer=answer)
