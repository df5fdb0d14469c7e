"""Transactions: what is kept, what is lost, and what another connection sees of it."""

import psycopg2
from database import URL, ask, connection, observer, order, orders, own_connection, reason_of, taken_away, told, value
from flask import Blueprint, Response, jsonify
from psycopg2 import extensions

bp = Blueprint("transactions", __name__, url_prefix="/transactions")


def change_my_mind() -> None:
    raise LookupError("changed my mind")


@bp.get("/commit")
def commit() -> Response:
    with connection() as conn:
        placed = order(conn, "commit", "tea", 2)
        before = orders(observer, "commit")
        conn.commit()
        return jsonify(placed=placed, before=before, after=taken_away("commit"))


@bp.get("/rollback")
def rollback() -> Response:
    with connection() as conn:
        placed = order(conn, "rollback", "lost")
        own = orders(conn, "rollback")
        conn.rollback()
        return jsonify(placed=placed, own=own, after=orders(conn, "rollback"), seen=taken_away("rollback"))


@bp.get("/with")
def with_block() -> Response:
    """It commits at its end, rolls back on an exception, and leaves the connection open."""
    with connection() as conn:
        with conn, conn.cursor() as cur:
            cur.execute("INSERT INTO orders VALUES ('with', 'kept', 3)")
            steps = [told(cur)]
        try:
            with conn:
                steps.append(order(conn, "with", "lost"))
                change_my_mind()
        except LookupError as error:
            reason = str(error)
        return jsonify(steps=steps, reason=reason, closed=conn.closed, seen=taken_away("with"))


@bp.get("/with-bound")
def connection_bound_by_a_with() -> Response:
    """The documentation's first: a connection of its own, bound by the with, committed at its end and left open."""
    with psycopg2.connect(URL) as conn:
        with conn.cursor() as cur:
            cur.execute("INSERT INTO orders VALUES (%s, %s, %s)", ("with-bound", "tea", 2))
            steps = [told(cur)]
        with conn.cursor() as cur:
            cur.execute("SELECT item, quantity FROM orders WHERE till = 'with-bound'")
            steps.append(told(cur))
    try:
        return jsonify(steps=steps, closed=conn.closed, seen=taken_away("with-bound"))
    finally:
        conn.close()


@bp.get("/savepoints")
def savepoints() -> Response:
    """One within another."""
    with connection() as conn:
        steps = [ask(conn, "SAVEPOINT one"), order(conn, "savepoints", "first")]
        steps += [ask(conn, "SAVEPOINT two"), order(conn, "savepoints", "second")]
        steps += [ask(conn, "ROLLBACK TO SAVEPOINT two"), ask(conn, "RELEASE SAVEPOINT one")]
        conn.commit()
        return jsonify(steps=steps, seen=taken_away("savepoints"))


@bp.get("/autocommit")
def autocommit() -> Response:
    """As an attribute, and as an isolation level."""
    with own_connection() as conn:
        said = [conn.autocommit]
        conn.autocommit = True
        placed = [order(conn, "autocommit", "at once")]
        said.append(conn.autocommit)
        conn.autocommit = False
        conn.set_isolation_level(extensions.ISOLATION_LEVEL_AUTOCOMMIT)
        placed.append(order(conn, "autocommit", "at once too"))
        said += [conn.autocommit, conn.isolation_level]
        conn.rollback()
        return jsonify(placed=placed, said=said, seen=taken_away("autocommit"))


@bp.get("/autocommit-block")
def transaction_in_autocommit() -> Response:
    """BEGIN and ROLLBACK as statements; autocommit switched on by set_session, off by the attribute."""
    with own_connection() as conn:
        conn.set_session(autocommit=True)
        steps = [ask(conn, "BEGIN"), order(conn, "block", "lost"), ask(conn, "ROLLBACK"), order(conn, "block", "kept")]
        conn.autocommit = False
        return jsonify(steps=steps, seen=taken_away("block"), autocommit=conn.autocommit)


@bp.get("/levels")
def isolation_levels() -> Response:
    """By name and by number; what the server says of each."""
    answer = []
    with own_connection() as conn:
        default = conn.isolation_level
        for level in ("READ UNCOMMITTED", "SERIALIZABLE"):
            conn.set_session(isolation_level=level)
            answer.append([conn.isolation_level, ask(conn, "SHOW transaction_isolation")])
            conn.rollback()
        for number in (extensions.ISOLATION_LEVEL_READ_COMMITTED, extensions.ISOLATION_LEVEL_REPEATABLE_READ):
            conn.set_isolation_level(number)
            answer.append([conn.isolation_level, ask(conn, "SELECT current_setting('transaction_isolation')")])
            conn.rollback()
    return jsonify(default=default, levels=answer)


@bp.get("/read-only")
def read_only() -> Response:
    """The session's characteristics, set at once; the write is refused. Then set one by one, and taken back."""
    asked = "SELECT current_setting('transaction_read_only'), current_setting('transaction_deferrable')"
    with own_connection() as conn:
        conn.set_session("SERIALIZABLE", readonly=True, deferrable=True)
        said = [[conn.isolation_level, conn.readonly, conn.deferrable]]
        server = [ask(conn, asked)]
        refused = reason_of(Exception, ask, conn, "UPDATE items SET stock = 0")
        conn.rollback()
        conn.isolation_level = "REPEATABLE READ"
        conn.readonly, conn.deferrable = False, None
        said.append([conn.isolation_level, conn.readonly, conn.deferrable])
        server.append(ask(conn, asked))
        return jsonify(said=said, server=server, refused=refused)


@bp.get("/snapshot")
def snapshot() -> Response:
    """REPEATABLE READ sees nothing of what is committed meanwhile; its next transaction does."""
    with own_connection() as conn:
        conn.set_session(isolation_level=extensions.ISOLATION_LEVEL_REPEATABLE_READ)
        first = orders(conn, "snapshot")
        placed = order(observer, "snapshot", "meanwhile")
        second = orders(conn, "snapshot")
        conn.commit()
        return jsonify([first, placed, second, orders(conn, "snapshot"), taken_away("snapshot")])


@bp.get("/locks")
def locks() -> Response:
    """What one transaction locks another one skips."""
    free = "SELECT item FROM basket WHERE item < 'n' ORDER BY item FOR UPDATE SKIP LOCKED"
    with connection() as conn, connection() as other:
        locked = ask(conn, "SELECT item FROM basket WHERE item = 'mate' FOR UPDATE")
        meanwhile = ask(other, free)
        conn.rollback()
        return jsonify(locked=locked, meanwhile=meanwhile, after=ask(other, free))


@bp.get("/status")
def status() -> Response:
    """What the connection says of its transaction, before, in and after one."""
    with connection() as conn:
        said = [[conn.status, conn.info.transaction_status, conn.get_transaction_status()]]
        value(conn, "SELECT 1")
        said.append([conn.status, conn.info.transaction_status, conn.get_transaction_status()])
        conn.rollback()
        said.append([conn.status, conn.info.transaction_status, conn.get_transaction_status()])
        return jsonify(said)


@bp.get("/one-phase")
def distributed_in_one_phase() -> Response:
    """A transaction with an id that is committed without being prepared, and one that is rolled back."""
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
    return jsonify(placed=placed, xid=parts, refused=refused, seen=taken_away("one-phase"))
