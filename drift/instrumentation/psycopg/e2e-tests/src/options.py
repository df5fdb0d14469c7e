"""Options of connect(), on a connection of the application's own user and on one of a guest.

In replay only the first one can log in. The guest is rejected, which each request expects as a leak, and the SDK
returns a MockConnection. That must have every option too.
"""

from typing import Any, Callable
from urllib.parse import urlsplit

import psycopg
from db import DSN, columns, copied, cursor_of, fail, fetched_async, outcome, routes, show
from psycopg import AsyncConnection, ClientCursor
from psycopg.adapt import AdaptersMap
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import dict_row
from values import EuroLoader

NAME = "SELECT name FROM tea WHERE id = %s"


def dsn_of(user: str) -> str:
    return make_conninfo(DSN, user=user)


def connect(user: str, **given: Any) -> psycopg.Connection[Any]:
    return psycopg.connect(dsn_of(user), **given)


def found_by(cursor: Any) -> dict[str, Any]:
    """Returns all remaining rows and the cursor's attributes without the count, which another request covers."""
    return {"rows": list(map(show, cursor.fetchall())), "columns": columns(cursor), "status": cursor.statusmessage}


@routes.get("/options/<user>/select")
def select(user: str) -> dict[str, Any]:
    """No options: statements, all ways to fetch, and a transaction that is ended explicitly."""
    with cursor_of(connect(user)) as cursor:
        cursor.execute("SELECT id, name FROM tea WHERE id > %s ORDER BY id", (1,))
        seen = [show(cursor.fetchone()), show(cursor.fetchmany(2)), show(cursor.fetchall())]
        cursor.connection.rollback()
        return {"seen": seen, "before": cursor.connection.closed, **found_by(cursor.execute(NAME, (1,)))}


@routes.get("/options/<user>/keywords")
def keywords(user: str) -> dict[str, Any]:
    """Each part of the conninfo as a keyword, and one that overrides the conninfo."""
    parts: dict[str, Any] = conninfo_to_dict(dsn_of(user))
    with cursor_of(psycopg.connect(**parts)) as cursor:
        by_name = found_by(cursor.execute(NAME, (2,)))
    with cursor_of(psycopg.connect(conninfo=make_conninfo(DSN, user="nobody"), user=user)) as cursor:
        return {"by_name": by_name, **found_by(cursor.execute(NAME, (3,)))}


def info(connection: Any, _: Any) -> dict[str, Any]:
    where, info = urlsplit(DSN), connection.info
    given = info.get_parameters()
    return {
        "options": [given[name] for name in ("application_name", "options", "user")],
        "place": [info.dbname, info.user, info.host == where.hostname, info.port == where.port],
        "status": info.status.name,
    }


def server(connection: Any, _: Any) -> list[Any]:
    version, zone = map(connection.info.parameter_status, ("server_version", "TimeZone"))
    return [connection.info.server_version >= 130000, bool(version), zone]


EUROS = AdaptersMap(psycopg.adapters)
EUROS.register_loader("numeric", EuroLoader)
SETTINGS = "SELECT current_setting('search_path'), current_setting('work_mem'), current_setting('application_name')"
SESSION = {"options": "-c search_path=public -c work_mem=5MB", "application_name": "tea shop", "connect_timeout": 9}
# Options of a connection, and the function that shows their effect on it and on a cursor.
GIVEN: dict[str, tuple[dict[str, Any], Callable[[Any, Any], Any]]] = {
    "count": (
        {},
        lambda _, cursor: [len(cursor.execute("SELECT name FROM tea WHERE id > 2").fetchall()), cursor.rowcount],
    ),
    "row-factory": ({"row_factory": dict_row}, lambda _, cursor: found_by(cursor.execute(NAME, (1,)))),
    "cursor-factory": (
        {"cursor_factory": ClientCursor},
        lambda _, cursor: [isinstance(cursor, ClientCursor), cursor.mogrify("SELECT %s", ("it's",))],
    ),
    "autocommit": ({"autocommit": True}, lambda connection, _: [connection.autocommit, connection.closed]),
    "prepare-threshold": (
        {"prepare_threshold": None},
        lambda connection, _: [connection.prepare_threshold, connection.closed],
    ),
    "context": ({"context": EUROS}, lambda _, cursor: found_by(cursor.execute("SELECT price FROM tea WHERE id = 1"))),
    "session": (SESSION, lambda _, cursor: found_by(cursor.execute(SETTINGS))),
    "info": ({"application_name": "tea shop", "options": "-c work_mem=5MB"}, info),
    "server": ({}, server),
    "vendor": ({}, lambda connection, _: [connection.info.vendor, connection.info.encoding]),
    "execute": ({}, lambda connection, _: found_by(connection.execute(NAME, (4,)))),
}


@routes.get("/options/<user>/<what>")
def given(user: str, what: str) -> Any:
    options, read = GIVEN[what]
    with connect(user, **options) as connection, connection.cursor() as cursor:
        return read(connection, cursor)


@routes.get("/options/<user>/transaction")
def transaction(user: str) -> dict[str, Any]:
    with connect(user) as connection:
        try:
            with connection.transaction(), connection.cursor() as cursor:
                seen = found_by(cursor.execute(NAME, (5,)))
                fail()
        except LookupError as error:
            return {**seen, **outcome(error)}


@routes.get("/options/<user>/many")
def many(user: str) -> dict[str, Any]:
    with cursor_of(connect(user)) as cursor:
        streamed = [show(row) for row in cursor.stream("SELECT name FROM tea WHERE id < 3 ORDER BY id")]
        blocks = copied(cursor, "COPY (SELECT name FROM tea WHERE id = 3) TO STDOUT")
        cursor.executemany(NAME, [(1,), (2,)], returning=True)
        both = [show(cursor.fetchall()), cursor.nextset(), show(cursor.fetchall())]
        with cursor.connection.cursor("on the server") as named:
            named.execute("SELECT name FROM tea WHERE id > 3 ORDER BY id")
            return {"streamed": streamed, "copied": blocks, "many": both, "named": show(named.fetchall())}


@routes.get("/options/<user>/async")
async def asynchronous(user: str) -> dict[str, Any]:
    connection = await AsyncConnection.connect(dsn_of(user), row_factory=dict_row)
    async with connection, connection.transaction(), connection.cursor() as cursor:
        found = await fetched_async(await cursor.execute(NAME, (5,)))
        return {key: value for key, value in found.items() if key != "rowcount"}
