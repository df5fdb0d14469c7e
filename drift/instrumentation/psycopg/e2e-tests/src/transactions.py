"""Transactions: commit, rollback, blocks, savepoints, isolation, autocommit, visibility to other connections."""

from typing import Any

import psycopg
from db import about, connect, fail, fetched, names_in, outcome, routes
from psycopg import IsolationLevel, Rollback

ITEMS = {"one": 1, "two": 2, "three": 3, "four": 4}
SETTINGS = "SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')"


def add(connection: psycopg.Connection[Any], box: str, name: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        return about(cursor.execute("INSERT INTO item VALUES (%s, %s, %s, NULL)", (box, ITEMS[name], name)))


@routes.post("/transactions/commit-and-rollback")
def commit_and_rollback(connection: Any, cursor: Any) -> dict[str, Any]:
    added = [add(connection, "commit", "one")]
    before = names_in("commit")
    connection.commit()
    added.append(add(connection, "commit", "two"))
    connection.rollback()
    return {"added": added, "before": before, "after": names_in("commit")}


@routes.post("/transactions/with-connection")
def with_connection() -> dict[str, Any]:
    with connect() as connection:
        added = [add(connection, "with", "one")]
    closed = connection.closed
    try:
        with connect() as other:
            added.append(add(other, "with", "two"))
            fail()
    except LookupError as error:
        seen = {"added": added, "closed": [closed, other.closed]}
        return {**seen, **outcome(error), "elsewhere": names_in("with")}


@routes.post("/transactions/blocks")
def blocks(connection: Any) -> dict[str, Any]:
    """Nested blocks are savepoints: one fails, one is rolled back, the outer one continues. The last is rolled back."""
    with connection.transaction("outer") as outer:
        added = [add(connection, "blocks", "one")]
        try:
            with connection.transaction("inner") as inner:
                added.append(add(connection, "blocks", "two"))
                fail()
        except LookupError as error:
            seen = outcome(error)
        with connection.transaction() as unnamed:
            added.append(add(connection, "blocks", "three"))
            raise Rollback
    with connection.transaction(force_rollback=True):
        added.append(add(connection, "blocks", "four"))
    names = [outer.savepoint_name, inner.savepoint_name, unnamed.savepoint_name]
    return {**seen, "added": added, "names": names, "elsewhere": names_in("blocks")}


@routes.post("/transactions/blocks-within")
def blocks_within(connection: Any) -> dict[str, Any]:
    """A block in a transaction that has already begun; and a rollback of the outer block from the inner one."""
    added = [add(connection, "within", "one")]
    with connection.transaction():
        added.append(add(connection, "within", "two"))
    connection.commit()
    with connection.transaction() as outer, connection.transaction():
        added.append(add(connection, "within", "three"))
        raise Rollback(outer)
    return {"added": added, "elsewhere": names_in("within")}


@routes.post("/transactions/autocommit")
def autocommit() -> dict[str, Any]:
    with connect(autocommit=True) as connection:
        added = [add(connection, "autocommit", "one")]
        connection.autocommit = False
        added.append(add(connection, "autocommit", "two"))
        connection.rollback()
        return {"added": added, "elsewhere": names_in("autocommit")}


@routes.get("/transactions/characteristics")
def characteristics(connection: Any) -> list[Any]:
    connection.isolation_level = IsolationLevel.SERIALIZABLE
    connection.read_only = True
    connection.deferrable = True
    within = fetched(connection.execute(SETTINGS))
    connection.rollback()
    attributes = [connection.isolation_level.name, connection.read_only, connection.deferrable]
    connection.isolation_level = connection.read_only = connection.deferrable = None
    with connection.transaction():
        return [within, attributes, fetched(connection.execute(SETTINGS))]


@routes.get("/transactions/status")
def status(connection: Any) -> list[str]:
    seen = [connection.info.transaction_status.name]
    connection.execute("SELECT 1").fetchone()
    seen.append(connection.info.transaction_status.name)
    connection.rollback()
    return [*seen, connection.info.transaction_status.name]
