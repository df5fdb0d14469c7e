"""Many rows at once: executemany, execute_batch, execute_values, COPY."""

import io
import os
from typing import Any

from database import ask, connection, shown, taken_away, told, typed
from flask import Blueprint, Response, jsonify, request
from psycopg2.extras import execute_batch, execute_values

bp = Blueprint("bulk", __name__, url_prefix="/bulk")

INSERT = "INSERT INTO stock (item, quantity) VALUES (%s, %s)"
ALL = "SELECT item, quantity FROM stock ORDER BY item"
PAIRS = [("kávé", 5), ("mate", None), ("tea", 2)]
EQUAL = [("tea", 1), ("mate", None), ("tea", 1), ("tea", 1), ("mate", None)]


def into_stock(fill: Any) -> Response:
    """What `fill` gives on a cursor beside an empty table, and what the table holds then."""
    with connection() as conn:
        with conn.cursor() as cur:
            given = fill(cur)
        return jsonify(given=given, left=ask(conn, ALL))


@bp.get("/executemany")
def executemany() -> Response:
    """Rows that can be looked at only once, then none at all, which leaves a count of none."""

    def fill(cur: Any) -> Any:
        cur.executemany(INSERT, (pair for pair in PAIRS))
        first = told(cur)
        cur.executemany(INSERT, [])
        return [first, told(cur)]

    return into_stock(fill)


@bp.post("/executemany")
def executemany_of_body() -> Response:
    """Dicts from the request's body, committed; what another connection then sees."""
    asked = request.get_json()
    insert = "INSERT INTO orders VALUES ('body', %(item)s, %(quantity)s)"
    with connection() as conn, conn, conn.cursor() as cur:
        cur.executemany(insert, asked)
        result = told(cur)
    return jsonify(asked=asked, result=result, seen=taken_away("body")), 201


@bp.get("/executemany-updates")
def executemany_updates() -> Response:
    """The count is that of all of them together."""
    with connection() as conn, conn.cursor() as cur:
        cur.executemany(b"UPDATE basket SET quantity = %s WHERE quantity < %s", [(7, 3), (8, 100), (9, 1)])
        return jsonify(result=told(cur), left=ask(conn, "SELECT item, quantity FROM basket ORDER BY item"))


@bp.get("/another-order")
def another_order() -> Response:
    """One statement with several batches, which only their later rows tell apart. Which of them comes first is often
    chance; here it is the other one in replay."""
    asked = {"one": [("tea",), ("none",)], "two": [("tea",), ("mate",)]}
    found = {}
    with connection() as conn, conn.cursor() as cur:
        for name in sorted(asked, reverse=os.environ.get("TUSK_DRIFT_MODE") == "REPLAY"):
            cur.executemany("UPDATE items SET stock = stock WHERE name = %s", asked[name])
            found[name] = told(cur)
    return jsonify(found)


@bp.get("/execute-batch")
def batch() -> Response:
    return into_stock(lambda cur: execute_batch(cur, INSERT, PAIRS, page_size=2))


@bp.get("/execute-values")
def values() -> Response:
    return into_stock(lambda cur: execute_values(cur, "INSERT INTO stock (item, quantity) VALUES %s", PAIRS))


@bp.get("/execute-values-fetch")
def values_fetched() -> Response:
    """With a template, in two pages, returning what was inserted."""
    insert = "INSERT INTO stock (item, quantity) VALUES %s RETURNING item, quantity"
    given = [{"item": item, "quantity": 1} for item, _ in PAIRS]
    template = "(upper(%(item)s), %(quantity)s + 1)"
    with connection() as conn, conn.cursor() as cur:
        return jsonify(shown(execute_values(cur, insert, given, template=template, page_size=2, fetch=True)))


@bp.get("/equal-rows")
def equal_rows() -> Response:
    def fill(cur: Any) -> Any:
        cur.executemany(INSERT, EQUAL)
        return told(cur)

    return into_stock(fill)


@bp.get("/equal-rows-batch")
def equal_rows_of_a_batch() -> Response:
    """In two pages that are the same, too."""
    return into_stock(lambda cur: execute_batch(cur, INSERT, EQUAL[:1] * 4, page_size=2))


@bp.get("/equal-rows-values")
def equal_rows_of_values() -> Response:
    return into_stock(lambda cur: execute_values(cur, "INSERT INTO stock (item, quantity) VALUES %s", EQUAL))


@bp.get("/copy-in")
def copy_in() -> Response:
    def fill(cur: Any) -> Any:
        cur.copy_from(io.StringIO("tea\t2\nmate\t\\N\n"), "stock", columns=("item", "quantity"))
        counts = [cur.rowcount]
        statement = "COPY stock (item, quantity) FROM STDIN WITH (FORMAT csv, HEADER)"
        cur.copy_expert(statement, io.StringIO('item,quantity\n"bread, white",3\n'))
        return [*counts, cur.rowcount]

    return into_stock(fill)


@bp.get("/copy-out")
def copy_out() -> Response:
    """As text, and as bytes."""
    with connection() as conn, conn.cursor() as cur:
        text, data = io.StringIO(), io.BytesIO()
        cur.copy_to(text, "items", sep="|", null="-", columns=("id", "name", "price"))
        cur.copy_expert("COPY (SELECT id, name FROM items WHERE id <= 3 ORDER BY id) TO STDOUT WITH CSV", data)
        return jsonify(text=text.getvalue().splitlines(), data=typed(data.getvalue()), rowcount=cur.rowcount)
