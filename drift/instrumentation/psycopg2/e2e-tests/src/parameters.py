"""Parameters of statements.

Where parameters come with the request the answer repeats them ("asked"): the SDK lets a recorded statement answer one
with other parameters, if there is none with the same.
"""

import os
from datetime import date, datetime, timedelta
from typing import Any

from database import ask, connection, rows, shown, told
from flask import Blueprint, Response, jsonify, request
from psycopg2 import sql

bp = Blueprint("parameters", __name__, url_prefix="/parameters")

ANOTHER_ORDER = os.environ.get("TUSK_DRIFT_MODE") == "REPLAY"
"""Which of several calls comes first is often chance (threads, the order of a set); here it is another in replay."""


@bp.get("/items/<int:item>")
def by_id(item: int) -> Response:
    with connection() as conn:
        return jsonify(asked=item, **ask(conn, "SELECT id, name, price, stock FROM items WHERE id = %s", (item,)))


@bp.get("/named")
def named_parameters() -> Response:
    """One of them twice."""
    statement = "SELECT id, name FROM items WHERE price >= %(price)s AND (stock > %(stock)s OR price = %(price)s)"
    given = {"price": request.args.get("price", type=float), "stock": request.args.get("stock", type=int)}
    with connection() as conn:
        return jsonify(asked=given, **ask(conn, statement + " ORDER BY id", given))


@bp.get("/another-order")
def another_order() -> Response:
    """One statement with several parameters."""
    statement = "SELECT name FROM items WHERE id = %s"
    asked = sorted([1, 2, 3], reverse=ANOTHER_ORDER)
    with connection() as conn:
        return jsonify({str(item): ask(conn, statement, (item,)) for item in asked})


@bp.get("/kinds")
def kinds_of_parameters() -> Response:
    """A tuple for IN, a list for ANY, NULL, a per cent sign, quotes; no parameters, and the statement as bytes."""
    within = "SELECT id FROM items WHERE id IN %s AND name = ANY(%s) ORDER BY id"
    given = "SELECT %s IS NULL AS missing, coalesce(%s, 7) AS other, '100%%' AS share, %s AS given"
    with connection() as conn:
        return jsonify(
            lists=ask(conn, within, ((1, 3, 9), ["tea", "茶", "kávé"])),
            given=ask(conn, given, (None, None, 'it\'s "50%" \\ off')),
            unparsed=ask(conn, "SELECT '100%' AS share, name FROM items WHERE name = 'kávé'".encode()),
        )


@bp.get("/search")
def search() -> Response:
    """A statement put together from the query string with psycopg2.sql."""
    wanted, item = request.args.getlist("column"), request.args.get("id", type=int)
    statement = sql.SQL("SELECT {columns} FROM {table} WHERE {key} = {given} AND stock > {stock}").format(
        columns=sql.SQL(", ").join(map(sql.Identifier, wanted)),
        table=sql.Identifier("public", "items"),
        key=sql.Identifier("id"),
        given=sql.Placeholder(),
        stock=sql.Literal(5),
    )
    with connection() as conn:
        return jsonify(asked=item, **ask(conn, statement, (item,)))


@bp.post("/basket")
def composed_insert() -> Response:
    """Named placeholders, filled from the request's body; two pieces added to each other."""
    given = request.get_json()
    insert = sql.SQL("INSERT INTO basket ({}) VALUES ({})").format(
        sql.SQL(", ").join(map(sql.Identifier, given)), sql.SQL(", ").join(map(sql.Placeholder, given))
    )
    with connection() as conn:
        return jsonify(asked=given, **ask(conn, insert + sql.SQL(" RETURNING *"), given)), 201


@bp.get("/none")
def with_and_without_parameters() -> Response:
    """One text with None, with no parameters and with none that it names: `%%` is a per cent sign only where there are
    parameters, were they none at all."""
    statement = "SELECT '100%%' AS share"
    given: dict[str, Any] = {"None": None, "an empty tuple": (), "an empty dict": {}}
    with connection() as conn:
        return jsonify({each: ask(conn, statement, given[each]) for each in sorted(given, reverse=ANOTHER_ORDER)})


@bp.get("/literal-percent")
def literal_percent() -> Response:
    """A pattern: in the text of a statement without parameters, doubled in one with, and as a parameter."""
    with connection() as conn:
        return jsonify(
            text=ask(conn, "SELECT name FROM items WHERE name LIKE '%ate%' ORDER BY id"),
            doubled=ask(conn, "SELECT name FROM items WHERE name LIKE '%%ate%%' AND id > %s ORDER BY id", (2,)),
            parameter=ask(conn, "SELECT name FROM items WHERE name LIKE %s ORDER BY id", ("%ate",)),
            escaped=ask(conn, "SELECT %s LIKE %s AS same", ("100%", r"100\%")),
        )


@bp.get("/time")
def time_in_parameters() -> Response:
    """What replay asks for with them is what was recorded, to the microsecond."""
    statement = (
        "SELECT %(day)s + 1 AS day, %(moment)s + %(span)s AS moment, %(span)s * 2 AS span, %(day)s::text AS text"
    )
    given = {
        "day": date(2024, 2, 29),
        "moment": datetime(2024, 2, 29, 23, 59, 59, 999999),
        "span": timedelta(days=1, seconds=2, microseconds=3),
    }
    with connection() as conn:
        return jsonify(ask(conn, statement, given))


@bp.get("/time-in-rows")
def time_in_rows() -> Response:
    """Of executemany."""
    given = [
        (date(2024, 2, 29), datetime(2024, 2, 29, 10, 30, 0, 5), timedelta(hours=36, microseconds=1)),
        (date(1999, 12, 31), datetime(1999, 12, 31, 23, 59), timedelta(seconds=-1)),
    ]
    with connection() as conn, conn.cursor() as cur:
        cur.executemany("INSERT INTO stock (item) VALUES (concat_ws('; ', %s, %s, %s))", given)
        return jsonify(result=told(cur), left=shown(rows(conn, "SELECT item FROM stock ORDER BY item")))
