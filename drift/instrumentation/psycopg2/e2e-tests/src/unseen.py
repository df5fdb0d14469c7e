"""What psycopg2 sends by itself, past its cursors: the SDK does not see it, so that it reaches the server in replay."""

import psycopg2
from database import ask, own_connection, typed, value
from flask import Blueprint, Response, jsonify

bp = Blueprint("unseen", __name__, url_prefix="/unseen")

NUMBER = 700001  # of a large object


@bp.get("/encoding")
def set_client_encoding() -> Response:
    with own_connection() as conn:
        conn.set_client_encoding("LATIN1")
        return jsonify(conn.encoding, conn.get_parameter_status("client_encoding"))


@bp.get("/reset")
def reset() -> Response:
    """Everything is again as it was when the connection was made."""
    with own_connection() as conn:
        conn.isolation_level = "SERIALIZABLE"
        conn.reset()
        return jsonify(level=conn.isolation_level, server=value(conn, "SHOW transaction_isolation"))


@bp.get("/large-object")
def large_object() -> Response:
    with own_connection() as conn:
        written = conn.lobject(0, "w", NUMBER)
        size = written.write("kávé")
        written.close()
        read = conn.lobject(NUMBER, "r")
        answer = {"size": size, "oid": read.oid, "read": read.read(), "closed": [written.closed, read.closed]}
        conn.rollback()
        return jsonify(answer)


@bp.get("/read-only")
def read_only_in_autocommit() -> Response:
    with own_connection() as conn:
        conn.set_session(readonly=True, autocommit=True)
        return jsonify(said=conn.readonly, server=value(conn, "SHOW transaction_read_only"))


@bp.get("/level")
def isolation_level_in_autocommit() -> Response:
    with own_connection() as conn:
        conn.autocommit = True
        conn.isolation_level = "REPEATABLE READ"
        return jsonify(said=conn.isolation_level, server=value(conn, "SHOW transaction_isolation"))


@bp.get("/deferrable")
def deferrable_in_autocommit() -> Response:
    with own_connection() as conn:
        conn.autocommit = True
        conn.deferrable = True
        return jsonify(said=conn.deferrable, server=value(conn, "SHOW transaction_deferrable"))


@bp.get("/prepared")
def prepared_transaction() -> Response:
    """A server refuses them as long as nobody has set max_prepared_transactions."""
    with own_connection() as conn:
        conn.tpc_begin(conn.xid(42, "shop", "till 2"))
        try:
            conn.tpc_prepare()
        except psycopg2.Error as error:
            told = [type(error).__name__, error.pgcode, error.diag.message_primary]
        return jsonify(told)


@bp.get("/recover")
def prepared_transactions_of_the_server() -> Response:
    with own_connection() as conn:
        return jsonify(typed(conn.tpc_recover()), conn.status)


@bp.get("/date-style")
def date_style() -> Response:
    """psycopg2 reads ISO dates alone: it changes any other style when it connects."""
    with own_connection(options="-c DateStyle=German") as conn:
        return jsonify(ask(conn, "SELECT current_setting('DateStyle') AS style, date '2024-02-29' AS day"))
