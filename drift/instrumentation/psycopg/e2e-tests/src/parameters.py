"""Statements with parameters: positional, named, composed, client-side, prepared."""

import os
from typing import Any

from db import about_many, connect, connect_async, cursor_of, fetched, fetched_async, routes, shared
from psycopg import AsyncClientCursor, ClientCursor, RawCursor, sql


@routes.get("/queries/parameters")
def by_name_and_type() -> dict[str, Any]:
    named = "SELECT name FROM tea WHERE price < %(most)s AND id = ANY(%(ids)s) AND name LIKE '%%a%%' ORDER BY id"
    return fetched(shared().execute(named, {"most": 7, "ids": [1, 3, 4], "unused": 1}))


@routes.get("/queries/another-order")
def in_reverse_order() -> dict[int, Any]:
    """One statement with several parameters. In replay the calls are in reverse order, as with threads they may be."""
    asked = sorted([1, 2, 3], reverse=os.environ.get("TUSK_DRIFT_MODE") == "REPLAY")
    statement = "SELECT name FROM tea WHERE id = %s"
    return {number: fetched(shared().execute(statement, (number,))) for number in asked}


@routes.post("/queries/executemany-another-order")
def executemany_in_reverse_order() -> dict[str, Any]:
    """Like `in_reverse_order`; the batches differ only in later rows."""
    asked = [("one", [("Sencha",), ("none",)], "SELECT 0"), ("two", [("Sencha",), ("Assam",)], "SELECT 1")]
    seen = {}
    with shared().cursor() as cursor:
        for name, batch, last in sorted(asked, reverse=os.environ.get("TUSK_DRIFT_MODE") == "REPLAY"):
            cursor.executemany("SELECT id FROM tea WHERE name = %s", batch)
            seen[name] = about_many(cursor, last)
    return seen


@routes.get("/queries/text")
def text() -> dict[str, Any]:
    lines = "\n  SELECT 'žluťoučký 馬 🐎' AS \"größe\", -- a comment\n  'it''s %% 100' \n"
    return fetched(shared().execute(lines))


@routes.get("/queries/composed")
def composed(connection: Any, cursor: Any) -> dict[str, Any]:
    statement = sql.SQL("SELECT {columns} FROM {table} WHERE {key} = {literal} OR id = {value} ORDER BY id").format(
        columns=sql.SQL(", ").join([sql.Identifier("id"), sql.Identifier("name")]),
        table=sql.Identifier("public", "tea"),
        key=sql.Identifier("origin"),
        literal=sql.Literal("India"),
        value=sql.Placeholder("id"),
    )
    return {"text": statement.as_string(cursor), **fetched(cursor.execute(statement, {"id": 3}))}


@routes.get("/queries/cursor-classes")
def cursor_classes() -> list[Any]:
    """Client-side parameters, visible in the statement; and PostgreSQL's placeholders, without percent signs."""
    with cursor_of(connect(cursor_factory=ClientCursor)) as cursor:
        seen = [isinstance(cursor, ClientCursor), cursor.mogrify("SELECT %s, %s, %s", (1, "it's", None))]
        cursor.execute("SELECT name FROM tea WHERE id = %s", (2,))
        seen.append(fetched(cursor))
    with cursor_of(connect(cursor_factory=RawCursor)) as cursor:
        cursor.execute("SELECT name, $2::text FROM tea WHERE id = $1 AND name LIKE '%a%'", [2, "second"])
        return [*seen, fetched(cursor)]


@routes.get("/queries/prepared")
def prepared() -> dict[str, Any]:
    """Statements that are prepared explicitly, by the threshold, and never."""
    with cursor_of(connect(prepare_threshold=9)) as cursor:
        found = [fetched(cursor.execute("SELECT name FROM tea WHERE id = %s", (1,), prepare=True))]
        cursor.connection.prepare_threshold = 0
        found.append(fetched(cursor.execute("SELECT stock FROM tea WHERE id = %s", (3,))))
        known = sql.SQL("SELECT statement FROM pg_prepared_statements ORDER BY name")
        return {"found": found, **fetched(cursor.execute(known, prepare=False))}


@routes.get("/queries/percent")
def percent() -> list[Any]:
    """With parameters, even an empty tuple, `%%` is one percent sign; without, it is two. So one statement has two
    results. Replay runs them in reverse order."""
    doubled, parameters = "SELECT 'half: 50%%'", [None, ()]
    if os.environ.get("TUSK_DRIFT_MODE") == "REPLAY":
        parameters.reverse()
    seen = {given: fetched(shared().execute(doubled, given)) for given in parameters}
    with_value = shared().execute("SELECT 'a%%b' || %s", ("%c",))
    return [seen[None], seen[()], fetched(shared().execute("SELECT 'all: 100%'")), fetched(with_value)]


@routes.get("/queries/prepared-again")
def prepared_again() -> dict[str, Any]:
    with cursor_of(connect(prepare_threshold=1)) as cursor:
        found = []
        for number in (1, 2, 3):
            cursor.execute("SELECT origin FROM tea WHERE id = %s", (number,))
            found.append(fetched(cursor))
        cursor.execute("SELECT count(*)::int4 AS plans FROM pg_prepared_statements", prepare=False)
        return {"found": found, **fetched(cursor)}


@routes.get("/queries/client-cursor")
def client_cursor() -> dict[str, Any]:
    """Features only of client-side cursors: several statements with parameters, and executemany."""
    with cursor_of(connect(cursor_factory=ClientCursor)) as cursor:
        cursor.execute("CREATE TEMP TABLE shelf (name text, price numeric)")
        cursor.executemany("INSERT INTO shelf VALUES (%s, %s)", [("it's", 1), ("50%", None)])
        added = about_many(cursor, "INSERT 0 1")
        cursor.execute("SELECT name, price FROM shelf WHERE name <> %(name)s ORDER BY name", {"name": "none"})
        return {"added": added, **fetched(cursor)}


@routes.get("/queries/async-client-cursor")
async def async_client_cursor() -> dict[str, Any]:
    async with await connect_async(cursor_factory=AsyncClientCursor) as connection, connection.cursor() as cursor:
        written = cursor.mogrify("SELECT %(name)s", {"name": "it's"})
        await cursor.execute("SELECT name FROM tea WHERE name = %s OR id = %s ORDER BY id", ("it's", 4))
        return {"written": written, **await fetched_async(cursor)}
