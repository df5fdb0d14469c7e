"""Transactions: commit, rollback, and visibility to other connections."""

from typing import Any

import psycopg2
from database import (
    URL,
    ask,
    connection,
    fetched,
    observer,
    order,
    orders,
    own_connection,
    pop_orders,
    reason_of,
    routes,
    value,
)
from flask import Response, jsonify
from psycopg2 import extensions


def fail() -> None:
    raise LookupError("changed my mind")


@routes.get("/transactions/commit")
def commit(conn: Any) -> Response:
    placed = order(conn, "commit", "tea", 2)
    before = orders(observer, "commit")
    conn.commit()
    return jsonify(placed=placed, before=before, after=pop_orders("commit"))


@routes.get("/transactions/rollback")
def rollback(conn: Any) -> Response:
    placed = order(conn, "rollback", "lost")
    own = orders(conn, "rollback")
    conn.rollback()
    return jsonify(placed=placed, own=own, after=orders(conn, "rollback"), seen=pop_orders("rollback"))


@routes.get("/transactions/with")
def with_block(conn: Any) -> Response:
    """The block commits at its end, rolls back on an exception, and leaves the connection open."""
    with conn, conn.cursor() as cur:
        cur.execute("INSERT INTO orders VALUES ('with', 'kept', 3)")
        steps = [fetched(cur)]
    try:
        with conn:
            steps.append(order(conn, "with", "lost"))
            fail()
    except LookupError as error:
        reason = str(error)
    return jsonify(steps=steps, reason=reason, closed=conn.closed, seen=pop_orders("with"))


@routes.get("/transactions/with-bound")
def with_connect() -> Response:
    """The first example of the documentation: `with connect()` commits at its end and leaves the connection open."""
    with psycopg2.connect(URL) as conn:
        with conn.cursor() as cur:
            cur.execute("INSERT INTO orders VALUES (%s, %s, %s)", ("with-bound", "tea", 2))
            steps = [fetched(cur)]
        with conn.cursor() as cur:
            cur.execute("SELECT item, quantity FROM orders WHERE till = 'with-bound'")
            steps.append(fetched(cur))
    try:
        return jsonify(steps=steps, closed=conn.closed, seen=pop_orders("with-bound"))
    finally:
        conn.close()


@routes.get("/transactions/savepoints")
def savepoints(conn: Any) -> Response:
    steps = [ask(conn, "SAVEPOINT one"), order(conn, "savepoints", "first")]
    steps += [ask(conn, "SAVEPOINT two"), order(conn, "savepoints", "second")]
    steps += [ask(conn, "ROLLBACK TO SAVEPOINT two"), ask(conn, "RELEASE SAVEPOINT one")]
    conn.commit()
    return jsonify(steps=steps, seen=pop_orders("savepoints"))


@routes.get("/transactions/autocommit")
def autocommit(own: Any) -> Response:
    said = [own.autocommit]
    own.autocommit = True
    placed = [order(own, "autocommit", "at once")]
    said.append(own.autocommit)
    own.autocommit = False
    own.set_isolation_level(extensions.ISOLATION_LEVEL_AUTOCOMMIT)
    placed.append(order(own, "autocommit", "at once too"))
    said += [own.autocommit, own.isolation_level]
    own.rollback()
    return jsonify(placed=placed, said=said, seen=pop_orders("autocommit"))


@routes.get("/transactions/autocommit-block")
def transaction_in_autocommit(own: Any) -> Response:
    """BEGIN and ROLLBACK as statements. Autocommit is switched on with set_session, off with the attribute."""
    own.set_session(autocommit=True)
    steps = [ask(own, "BEGIN"), order(own, "block", "lost"), ask(own, "ROLLBACK"), order(own, "block", "kept")]
    own.autocommit = False
    return jsonify(steps=steps, seen=pop_orders("block"), autocommit=own.autocommit)


@routes.get("/transactions/levels")
def isolation_levels() -> Response:
    levels = []
    with own_connection() as conn:
        default = conn.isolation_level
        for level in ("READ UNCOMMITTED", "SERIALIZABLE"):
            conn.set_session(isolation_level=level)
            levels.append([conn.isolation_level, ask(conn, "SHOW transaction_isolation")])
            conn.rollback()
        for number in (extensions.ISOLATION_LEVEL_READ_COMMITTED, extensions.ISOLATION_LEVEL_REPEATABLE_READ):
            conn.set_isolation_level(number)
            levels.append([conn.isolation_level, ask(conn, "SELECT current_setting('transaction_isolation')")])
            conn.rollback()
    return jsonify(default=default, levels=levels)


@routes.get("/transactions/read-only")
def read_only(own: Any) -> Response:
    """Sets the characteristics of the session together: a write is rejected. Then sets them one by one."""
    asked = "SELECT current_setting('transaction_read_only'), current_setting('transaction_deferrable')"
    own.set_session("SERIALIZABLE", readonly=True, deferrable=True)
    said = [[own.isolation_level, own.readonly, own.deferrable]]
    server = [ask(own, asked)]
    refused = reason_of(Exception, ask, own, "UPDATE items SET stock = 0")
    own.rollback()
    own.isolation_level = "REPEATABLE READ"
    own.readonly, own.deferrable = False, None
    said.append([own.isolation_level, own.readonly, own.deferrable])
    server.append(ask(own, asked))
    return jsonify(said=said, server=server, refused=refused)


@routes.get("/transactions/snapshot")
def snapshot(own: Any) -> Response:
    """REPEATABLE READ does not see later commits; the next transaction does."""
    own.set_session(isolation_level=extensions.ISOLATION_LEVEL_REPEATABLE_READ)
    first = orders(own, "snapshot")
    placed = order(observer, "snapshot", "meanwhile")
    second = orders(own, "snapshot")
    own.commit()
    return jsonify([first, placed, second, orders(own, "snapshot"), pop_orders("snapshot")])


@routes.get("/transactions/locks")
def locks(conn: Any) -> Response:
    """A transaction skips the rows that another one has locked."""
    free = "SELECT item FROM basket WHERE item < 'n' ORDER BY item FOR UPDATE SKIP LOCKED"
    with connection() as other:
        locked = ask(conn, "SELECT item FROM basket WHERE item = 'mate' FOR UPDATE")
        meanwhile = ask(other, free)
        conn.rollback()
        return jsonify(locked=locked, meanwhile=meanwhile, after=ask(other, free))


@routes.get("/transactions/status")
def status(conn: Any) -> Response:
    seen = []
    for step in (lambda: None, lambda: value(conn, "SELECT 1"), conn.rollback):
        step()
        seen.append([conn.status, conn.info.transaction_status, conn.get_transaction_status()])
    return jsonify(seen)


@routes.get("/transactions/one-phase")
def tpc_in_one_phase() -> Response:
    with own_connection() as conn:
        xid = conn.xid(42, "shop", "till 1")
        conn.tpc_begin(xid)
        placed = [order(conn, "one-phase", "kept")]
        refused = reason_of(psycopg2.ProgrammingError, conn.commit)
        conn.tpc_commit()
        conn.tpc_begin(xid)
        placed.append(order(conn, "one-phase", "lost"))
        conn.tpc_rollback()
    parts = [xid.format_id, xid.gtrid, xid.bqual, str(xid)]
    return jsonify(placed=placed, xid=parts, refused=refused, seen=pop_orders("one-phase"))
