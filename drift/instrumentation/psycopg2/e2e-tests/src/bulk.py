"""Many rows at once: executemany, execute_batch, execute_values, COPY."""

import io
import os
from typing import Any, Callable

from database import ask, connection, fetched, pop_orders, routes, shown, typed
from flask import Response, jsonify, request
from psycopg2.extras import execute_batch, execute_values

INSERT = "INSERT INTO stock (item, quantity) VALUES (%s, %s)"
INSERT_VALUES = "INSERT INTO stock (item, quantity) VALUES %s"
ALL = "SELECT item, quantity FROM stock ORDER BY item"
PAIRS = [("kávé", 5), ("mate", None), ("tea", 2)]
EQUAL = [("tea", 1), ("mate", None), ("tea", 1), ("tea", 1), ("mate", None)]


def executemany(cur: Any) -> Any:
    """Rows from an iterator that can be read only once, then no rows, which leaves no row count."""
    cur.executemany(INSERT, (pair for pair in PAIRS))
    first = fetched(cur)
    cur.executemany(INSERT, [])
    return [first, fetched(cur)]


def equal_rows(cur: Any) -> Any:
    cur.executemany(INSERT, EQUAL)
    return fetched(cur)


def copy_in(cur: Any) -> Any:
    cur.copy_from(io.StringIO("tea\t2\nmate\t\\N\n"), "stock", columns=("item", "quantity"))
    counts = [cur.rowcount]
    statement = "COPY stock (item, quantity) FROM STDIN WITH (FORMAT csv, HEADER)"
    cur.copy_expert(statement, io.StringIO('item,quantity\n"bread, white",3\n'))
    return [*counts, cur.rowcount]


INTO_STOCK: dict[str, Callable[[Any], Any]] = {
    "executemany": executemany,
    "execute-batch": lambda cur: execute_batch(cur, INSERT, PAIRS, page_size=2),
    "execute-values": lambda cur: execute_values(cur, INSERT_VALUES, PAIRS),
    "equal-rows": equal_rows,
    "equal-rows-batch": lambda cur: execute_batch(cur, INSERT, EQUAL[:1] * 4, page_size=2),  # the pages are equal, too
    "equal-rows-values": lambda cur: execute_values(cur, INSERT_VALUES, EQUAL),
    "copy-in": copy_in,
}


@routes.get("/bulk/<what>")
def into_stock(what: str, conn: Any) -> Response:
    """Fills an empty table. Returns the result and the table's content."""
    with conn.cursor() as cur:
        given = INTO_STOCK[what](cur)
    return jsonify(given=given, left=ask(conn, ALL))


@routes.post("/bulk/executemany")
def executemany_of_body() -> Response:
    asked = request.get_json()
    with connection() as conn, conn, conn.cursor() as cur:
        cur.executemany("INSERT INTO orders VALUES ('body', %(item)s, %(quantity)s)", asked)
        result = fetched(cur)
    return jsonify(asked=asked, result=result, seen=pop_orders("body")), 201


@routes.get("/bulk/executemany-updates")
def executemany_updates(conn: Any, cur: Any) -> Response:
    cur.executemany(b"UPDATE basket SET quantity = %s WHERE quantity < %s", [(7, 3), (8, 100), (9, 1)])
    return jsonify(result=fetched(cur), left=ask(conn, "SELECT item, quantity FROM basket ORDER BY item"))


@routes.get("/bulk/another-order")
def in_reverse_order(cur: Any) -> Response:
    """One statement with two batches that differ only in later rows. Replay reverses their order."""
    asked = {"one": [("tea",), ("none",)], "two": [("tea",), ("mate",)]}
    found = {}
    for name in sorted(asked, reverse=os.environ.get("TUSK_DRIFT_MODE") == "REPLAY"):
        cur.executemany("UPDATE items SET stock = stock WHERE name = %s", asked[name])
        found[name] = fetched(cur)
    return jsonify(found)


@routes.get("/bulk/execute-values-fetch")
def values_fetched(cur: Any) -> Response:
    given = [{"item": item, "quantity": 1} for item, _ in PAIRS]
    template = "(upper(%(item)s), %(quantity)s + 1)"
    return jsonify(
        shown(
            execute_values(
                cur, f"{INSERT_VALUES} RETURNING item, quantity", given, template=template, page_size=2, fetch=True
            )
        )
    )


@routes.get("/bulk/copy-out")
def copy_out(cur: Any) -> Response:
    text, data = io.StringIO(), io.BytesIO()
    cur.copy_to(text, "items", sep="|", null="-", columns=("id", "name", "price"))
    cur.copy_expert("COPY (SELECT id, name FROM items WHERE id <= 3 ORDER BY id) TO STDOUT WITH CSV", data)
    return jsonify(text=text.getvalue().splitlines(), data=typed(data.getvalue()), rowcount=cur.rowcount)
