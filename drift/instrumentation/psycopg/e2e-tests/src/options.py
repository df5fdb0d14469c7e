"""What connect() can be given, on a connection of the application's own user and on one of a guest.

In replay the harness lets only the first log in. The guest is refused, which each request states as a leak, and the SDK
gives it a connection of its own, which stands in for the refused one: of that, every option is to be seen, too.
"""

from typing import Any
from urllib.parse import urlsplit

import psycopg
from asynchronous import in_a_loop
from db import DSN, columns, cursor_of, fail, outcome, show
from flask import Blueprint
from psycopg import AsyncConnection, ClientCursor
from psycopg.adapt import AdaptersMap
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import dict_row
from values import EuroLoader

options = Blueprint("options", __name__, url_prefix="/options/<user>")

NAME = "SELECT name FROM tea WHERE id = %s"
SETTINGS = "SELECT current_setting('search_path'), current_setting('work_mem'), current_setting('application_name')"


def dsn_of(user: str) -> str:
    return make_conninfo(DSN, user=user)


def connect(user: str, **given: Any) -> psycopg.Connection[Any]:
    return psycopg.connect(dsn_of(user), **given)


def found_by(cursor: Any) -> dict[str, Any]:
    """All that is left to fetch, and what the cursor says of it, but for its count, which has a request of its own."""
    return {"rows": [show(row) for row in cursor.fetchall()], **told_by(cursor)}


def told_by(cursor: Any) -> dict[str, Any]:
    return {"columns": columns(cursor), "status": cursor.statusmessage}


@options.get("/select")
def select(user: str) -> dict[str, Any]:
    """No option at all: statements, fetched in all ways, and a transaction that is ended by hand."""
    with cursor_of(connect(user)) as cursor:
        cursor.execute("SELECT id, name FROM tea WHERE id > %s ORDER BY id", (1,))
        seen = [show(cursor.fetchone()), show(cursor.fetchmany(2)), show(cursor.fetchall())]
        cursor.connection.rollback()
        cursor.execute(NAME, (1,))
        return {"seen": seen, "before": cursor.connection.closed, **found_by(cursor)}


@options.get("/count")
def count(user: str) -> list[Any]:
    with cursor_of(connect(user)) as cursor:
        cursor.execute("SELECT name FROM tea WHERE id > 2")
        return [len(cursor.fetchall()), cursor.rowcount]


@options.get("/keywords")
def keywords(user: str) -> dict[str, Any]:
    """Each part of the conninfo by its name, and one over what the conninfo says."""
    parts: dict[str, Any] = conninfo_to_dict(dsn_of(user))
    with cursor_of(psycopg.connect(**parts)) as cursor:
        cursor.execute(NAME, (2,))
        by_name = found_by(cursor)
    with cursor_of(psycopg.connect(conninfo=make_conninfo(DSN, user="nobody"), user=user)) as cursor:
        cursor.execute(NAME, (3,))
        return {"by_name": by_name, **found_by(cursor)}


@options.get("/row-factory")
def row_factory(user: str) -> dict[str, Any]:
    with cursor_of(connect(user, row_factory=dict_row)) as cursor:
        cursor.execute(NAME, (1,))
        return found_by(cursor)


@options.get("/cursor-factory")
def cursor_factory(user: str) -> list[Any]:
    with cursor_of(connect(user, cursor_factory=ClientCursor)) as cursor:
        return [isinstance(cursor, ClientCursor), cursor.mogrify("SELECT %s", ("it's",))]


@options.get("/autocommit")
def autocommit(user: str) -> list[Any]:
    with connect(user, autocommit=True) as connection:
        return [connection.autocommit, connection.closed]


@options.get("/prepare-threshold")
def prepare_threshold(user: str) -> list[Any]:
    with connect(user, prepare_threshold=None) as connection:
        return [connection.prepare_threshold, connection.closed]


@options.get("/context")
def context(user: str) -> dict[str, Any]:
    """Adapters of one's own, for all that the connection does."""
    adapters = AdaptersMap(psycopg.adapters)
    adapters.register_loader("numeric", EuroLoader)
    with cursor_of(connect(user, context=adapters)) as cursor:
        cursor.execute("SELECT price FROM tea WHERE id = 1")
        return found_by(cursor)


@options.get("/session")
def session(user: str) -> dict[str, Any]:
    """Settings that the server takes from the log-in, as it knows them."""
    given = {"options": "-c search_path=public -c work_mem=5MB", "application_name": "tea shop"}
    with cursor_of(connect(user, **given, connect_timeout=9)) as cursor:
        cursor.execute(SETTINGS)
        return found_by(cursor)


@options.get("/info")
def info(user: str) -> dict[str, Any]:
    """What the connection says of them."""
    where = urlsplit(DSN)
    with connect(user, application_name="tea shop", options="-c work_mem=5MB") as connection:
        told = connection.info
        given = told.get_parameters()
        return {
            "options": [given[name] for name in ("application_name", "options", "user")],
            "place": [told.dbname, told.user, told.host == where.hostname, told.port == where.port],
            "status": told.status.name,
        }


@options.get("/server")
def server(user: str) -> list[Any]:
    """What the server said of itself."""
    with connect(user) as connection:
        told = connection.info
        version = told.parameter_status("server_version")
        return [told.server_version >= 130000, bool(version), told.parameter_status("TimeZone")]


@options.get("/vendor")
def vendor(user: str) -> list[Any]:
    """Names, in the spelling of psycopg."""
    with connect(user) as connection:
        return [connection.info.vendor, connection.info.encoding]


@options.get("/execute")
def execute(user: str) -> dict[str, Any]:
    """The shortcut past the cursor."""
    with connect(user) as connection:
        return found_by(connection.execute(NAME, (4,)))


@options.get("/transaction")
def transaction(user: str) -> dict[str, Any]:
    with connect(user) as connection:
        try:
            with connection.transaction(), connection.cursor() as cursor:
                cursor.execute(NAME, (5,))
                seen = found_by(cursor)
                fail()
        except LookupError as error:
            return {**seen, **outcome(error)}


@options.get("/many")
def many(user: str) -> dict[str, Any]:
    """Streams, COPY, executemany, a cursor on the server."""
    with cursor_of(connect(user)) as cursor:
        streamed = [show(row) for row in cursor.stream("SELECT name FROM tea WHERE id < 3 ORDER BY id")]
        with cursor.copy("COPY (SELECT name FROM tea WHERE id = 3) TO STDOUT") as copy:
            copied = [show(bytes(block)) for block in copy]
        cursor.executemany(NAME, [(1,), (2,)], returning=True)
        both = [show(cursor.fetchall()), cursor.nextset(), show(cursor.fetchall())]
        with cursor.connection.cursor("on the server") as named:
            named.execute("SELECT name FROM tea WHERE id > 3 ORDER BY id")
            return {"streamed": streamed, "copied": copied, "many": both, "named": show(named.fetchall())}


@options.get("/async")
@in_a_loop
async def asynchronous(user: str) -> dict[str, Any]:
    """With a row factory, and a transaction's block."""
    connection = await AsyncConnection.connect(dsn_of(user), row_factory=dict_row)
    async with connection, connection.transaction(), connection.cursor() as cursor:
        await cursor.execute(NAME, (5,))
        return {"rows": [show(row) for row in await cursor.fetchall()], **told_by(cursor)}
