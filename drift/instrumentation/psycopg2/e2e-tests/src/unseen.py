"""Statements that psycopg2 sends without a cursor. The SDK does not see them, so they reach the server in replay."""

from typing import Any

import psycopg2
from database import ask, own_connection, routes, typed, value
from flask import Response, jsonify

NUMBER = 700001  # of a large object


@routes.get("/unseen/encoding")
def set_client_encoding(own: Any) -> Response:
    own.set_client_encoding("LATIN1")
    return jsonify(own.encoding, own.get_parameter_status("client_encoding"))


@routes.get("/unseen/reset")
def reset(own: Any) -> Response:
    """Resets the connection to its initial state."""
    own.isolation_level = "SERIALIZABLE"
    own.reset()
    return jsonify(level=own.isolation_level, server=value(own, "SHOW transaction_isolation"))


@routes.get("/unseen/large-object")
def large_object(own: Any) -> Response:
    written = own.lobject(0, "w", NUMBER)
    size = written.write("kávé")
    written.close()
    read = own.lobject(NUMBER, "r")
    seen = {"size": size, "oid": read.oid, "read": read.read(), "closed": [written.closed, read.closed]}
    own.rollback()
    return jsonify(seen)


@routes.get("/unseen/read-only")
def read_only_in_autocommit(own: Any) -> Response:
    own.set_session(readonly=True, autocommit=True)
    return jsonify(said=own.readonly, server=value(own, "SHOW transaction_read_only"))


@routes.get("/unseen/level")
def isolation_level_in_autocommit(own: Any) -> Response:
    own.autocommit = True
    own.isolation_level = "REPEATABLE READ"
    return jsonify(said=own.isolation_level, server=value(own, "SHOW transaction_isolation"))


@routes.get("/unseen/deferrable")
def deferrable_in_autocommit(own: Any) -> Response:
    own.autocommit = True
    own.deferrable = True
    return jsonify(said=own.deferrable, server=value(own, "SHOW transaction_deferrable"))


@routes.get("/unseen/prepared")
def prepared_transaction(own: Any) -> Response:
    """By default (max_prepared_transactions is 0) the server rejects them."""
    own.tpc_begin(own.xid(42, "shop", "till 2"))
    try:
        own.tpc_prepare()
    except psycopg2.Error as error:
        refused = [type(error).__name__, error.pgcode, error.diag.message_primary]
    return jsonify(refused)


@routes.get("/unseen/recover")
def tpc_recover(own: Any) -> Response:
    return jsonify(typed(own.tpc_recover()), own.status)


@routes.get("/unseen/date-style")
def date_style() -> Response:
    """psycopg2 reads only ISO dates: it changes any other style when it connects."""
    with own_connection(options="-c DateStyle=German") as conn:
        return jsonify(ask(conn, "SELECT current_setting('DateStyle') AS style, date '2024-02-29' AS day"))
