"""Statements that fail: the error's attributes, and the state of the transaction."""

from typing import Any

import psycopg2
from database import ask, order, pop_orders, reason_of, routes, typed
from flask import Response, jsonify
from psycopg2 import errorcodes, errors, extensions


class Secret(str):
    """A text that must not reach the database."""


def refuse(_: Secret) -> Any:
    raise PermissionError


extensions.register_adapter(Secret, refuse)

BROKEN = {
    "null": ("INSERT INTO orders VALUES ('refused', NULL)", None),
    "reference": ("INSERT INTO parts VALUES (99, 'none')", None),
    "number": ("SELECT %s::int", ("seven",)),
    "timeout": ("SET LOCAL statement_timeout = 1; SELECT pg_sleep(10)", None),
    "raised": ("DO $$ BEGIN RAISE EXCEPTION 'out of %%', 'tea' USING ERRCODE = 'P0T01', HINT = 'buy some'; END $$", ()),
    "too few": ("SELECT %s, %s", (1,)),
    "missing": ("SELECT %(name)s", {"other": 1}),
}


def message_of(conn: Any, statement: str, parameters: Any = None) -> str:
    """Returns the message of the error that a statement raises. Rolls the transaction back."""
    reason = reason_of(Exception, ask, conn, statement, parameters)
    conn.rollback()
    return reason


@routes.get("/failures/messages")
def messages(conn: Any) -> Response:
    return jsonify({name: message_of(conn, *broken) for name, broken in BROKEN.items()})


@routes.get("/failures/refused-by-adapter")
def refused_by_adapter(cur: Any) -> Response:
    """A custom adapter raises an error without a message."""
    try:
        cur.execute("SELECT %s AS secret", (Secret("open sesame"),))
        return jsonify(outcome="fine")
    except Exception as error:
        return jsonify(outcome="refused", reason=str(error) or type(error).__name__)


@routes.get("/failures/caught-by-class")
def caught_by_class(conn: Any) -> Response:
    try:
        ask(conn, "INSERT INTO basket VALUES ('tea', 2)")
    except errors.UniqueViolation as error:
        return jsonify(error=everything(error))
    return jsonify(error={})


@routes.get("/failures/query-after")
def query_after_an_error(conn: Any) -> Response:
    reason = message_of(conn, "INSERT INTO basket VALUES ('bread', 2)")
    return jsonify(reason=reason, left=ask(conn, "SELECT quantity FROM basket WHERE item = 'bread'"))


def everything(error: psycopg2.Error) -> dict[str, Any]:
    names = ("severity", "sqlstate", "message_primary", "message_detail", "schema_name", "table_name")
    return {
        "class": type(error).__name__,
        "bases": [base.__name__ for base in type(error).__mro__[1:4]],
        "pgcode": error.pgcode,
        "name": errorcodes.lookup(error.pgcode),
        "pgerror": error.pgerror,
        "diag": {name: getattr(error.diag, name) for name in (*names, "constraint_name", "column_name")},
        "cursor": error.cursor is not None,
    }


@routes.get("/failures/aborted")
def aborted_transaction(conn: Any) -> Response:
    """After an error every statement is rejected until the transaction is rolled back."""
    steps = [reason_of(Exception, ask, conn, statement) for statement in ("SELECT 1 / 0", "SELECT 1 AS one")]
    conn.rollback()
    return jsonify([*steps, ask(conn, "SELECT 1 AS one")])


@routes.get("/failures/savepoint")
def rollback_to_savepoint(conn: Any) -> Response:
    steps = [order(conn, "savepoint", "tea"), ask(conn, "SAVEPOINT line")]
    reason = reason_of(Exception, order, conn, "savepoint", "tea")
    steps.append(ask(conn, "ROLLBACK TO SAVEPOINT line"))
    conn.commit()
    return jsonify(steps=steps, reason=reason, seen=pop_orders("savepoint"))


@routes.get("/failures/with-block")
def with_block(conn: Any) -> Response:
    """An error that leaves the block rolls all of its work back."""
    try:
        with conn:
            lost = order(conn, "with-block", "lost")
            order(conn, "with-block", "refused", -1)
    except Exception as error:
        reason = str(error)
    return jsonify(lost=lost, reason=reason, seen=pop_orders("with-block"))


@routes.get("/failures/executemany")
def executemany(conn: Any, cur: Any) -> Response:
    rows = [("tea",), ("tea",), ("bread",)]
    reason = reason_of(Exception, cur.executemany, "INSERT INTO orders VALUES ('many', %s)", rows)
    conn.commit()
    return jsonify(reason=reason, seen=pop_orders("many"))


@routes.get("/failures/nothing-to-fetch")
def nothing_to_fetch(cur: Any) -> Response:
    cur.execute("UPDATE items SET stock = stock WHERE id < 0")
    try:
        return jsonify(rows=typed(cur.fetchall()))
    except psycopg2.ProgrammingError as error:
        return jsonify(error=str(error))


@routes.get("/failures/before-execute")
def fetched_before_execute(cur: Any) -> Response:
    outcome = []
    for fetch in (cur.fetchone, cur.fetchmany, cur.fetchall):
        try:
            outcome.append(typed(fetch()))
        except psycopg2.ProgrammingError as error:
            outcome.append(str(error))
    return jsonify(outcome)
