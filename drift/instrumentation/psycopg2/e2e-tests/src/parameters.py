"""Parameters of statements.

The response repeats the parameters of the request ("asked"), because a statement may get the mock of one with other
parameters.
"""

import os
from datetime import date, datetime, timedelta
from typing import Any

from database import ask, fetched, routes, rows, shown
from flask import Response, jsonify, request
from psycopg2 import sql

REVERSED = os.environ.get("TUSK_DRIFT_MODE") == "REPLAY"
"""In replay the calls are made in reverse order: an application with threads has no fixed order either."""


@routes.get("/parameters/items/<int:item>")
def by_id(item: int, conn: Any) -> Response:
    return jsonify(asked=item, **ask(conn, "SELECT id, name, price, stock FROM items WHERE id = %s", (item,)))


@routes.get("/parameters/named")
def named_parameters(conn: Any) -> Response:
    statement = "SELECT id, name FROM items WHERE price >= %(price)s AND (stock > %(stock)s OR price = %(price)s)"
    given = {"price": request.args.get("price", type=float), "stock": request.args.get("stock", type=int)}
    return jsonify(asked=given, **ask(conn, statement + " ORDER BY id", given))


@routes.get("/parameters/another-order")
def in_reverse_order(conn: Any) -> Response:
    statement = "SELECT name FROM items WHERE id = %s"
    asked = sorted([1, 2, 3], reverse=REVERSED)
    return jsonify({str(item): ask(conn, statement, (item,)) for item in asked})


@routes.get("/parameters/kinds")
def kinds_of_parameters(conn: Any) -> Response:
    within = "SELECT id FROM items WHERE id IN %s AND name = ANY(%s) ORDER BY id"
    given = "SELECT %s IS NULL AS missing, coalesce(%s, 7) AS other, '100%%' AS share, %s AS given"
    return jsonify(
        lists=ask(conn, within, ((1, 3, 9), ["tea", "茶", "kávé"])),
        given=ask(conn, given, (None, None, 'it\'s "50%" \\ off')),
        unparsed=ask(conn, "SELECT '100%' AS share, name FROM items WHERE name = 'kávé'".encode()),
    )


@routes.get("/parameters/search")
def search(conn: Any) -> Response:
    wanted, item = request.args.getlist("column"), request.args.get("id", type=int)
    statement = sql.SQL("SELECT {columns} FROM {table} WHERE {key} = {given} AND stock > {stock}").format(
        columns=sql.SQL(", ").join(map(sql.Identifier, wanted)),
        table=sql.Identifier("public", "items"),
        key=sql.Identifier("id"),
        given=sql.Placeholder(),
        stock=sql.Literal(5),
    )
    return jsonify(asked=item, **ask(conn, statement, (item,)))


@routes.post("/parameters/basket")
def composed_insert(conn: Any) -> Response:
    given = request.get_json()
    insert = sql.SQL("INSERT INTO basket ({}) VALUES ({})").format(
        sql.SQL(", ").join(map(sql.Identifier, given)), sql.SQL(", ").join(map(sql.Placeholder, given))
    )
    return jsonify(asked=given, **ask(conn, insert + sql.SQL(" RETURNING *"), given)), 201


@routes.get("/parameters/none")
def with_and_without_parameters(conn: Any) -> Response:
    """One statement with None, () and {}. `%%` is one percent sign only if there are parameters, even empty ones."""
    statement = "SELECT '100%%' AS share"
    given: dict[str, Any] = {"None": None, "an empty tuple": (), "an empty dict": {}}
    return jsonify({each: ask(conn, statement, given[each]) for each in sorted(given, reverse=REVERSED)})


@routes.get("/parameters/literal-percent")
def literal_percent(conn: Any) -> Response:
    """A LIKE pattern: in a statement without parameters, doubled in one with parameters, and as a parameter."""
    return jsonify(
        text=ask(conn, "SELECT name FROM items WHERE name LIKE '%ate%' ORDER BY id"),
        doubled=ask(conn, "SELECT name FROM items WHERE name LIKE '%%ate%%' AND id > %s ORDER BY id", (2,)),
        parameter=ask(conn, "SELECT name FROM items WHERE name LIKE %s ORDER BY id", ("%ate",)),
        escaped=ask(conn, "SELECT %s LIKE %s AS same", ("100%", r"100\%")),
    )


@routes.get("/parameters/time")
def time_in_parameters(conn: Any) -> Response:
    """The replay's parameters equal the recorded ones, to the microsecond."""
    statement = (
        "SELECT %(day)s + 1 AS day, %(moment)s + %(span)s AS moment, %(span)s * 2 AS span, %(day)s::text AS text"
    )
    given = {
        "day": date(2024, 2, 29),
        "moment": datetime(2024, 2, 29, 23, 59, 59, 999999),
        "span": timedelta(days=1, seconds=2, microseconds=3),
    }
    return jsonify(ask(conn, statement, given))


@routes.get("/parameters/time-in-rows")
def time_in_rows(conn: Any, cur: Any) -> Response:
    given = [
        (date(2024, 2, 29), datetime(2024, 2, 29, 10, 30, 0, 5), timedelta(hours=36, microseconds=1)),
        (date(1999, 12, 31), datetime(1999, 12, 31, 23, 59), timedelta(seconds=-1)),
    ]
    cur.executemany("INSERT INTO stock (item) VALUES (concat_ws('; ', %s, %s, %s))", given)
    return jsonify(result=fetched(cur), left=shown(rows(conn, "SELECT item FROM stock ORDER BY item")))
