"""Statements and results.

The response repeats the parameters of the request ("asked"), because a statement may get the mock of one with other
parameters.
"""

from typing import Any

import psycopg2
from database import about, ask, dicts, fetched, routes, shown, typed
from flask import Response, jsonify
from psycopg2.extras import RealDictCursor

ITEMS = "SELECT id, name, price FROM items ORDER BY id"


@routes.get("/queries/fetching")
def every_way_of_fetching(cur: Any) -> Response:
    """Each fetch continues after the previous one."""
    cur.execute("SELECT generate_series(1, 10) AS number")
    found: dict[str, Any] = {
        "one": typed(cur.fetchone()),
        "many": shown(cur.fetchmany(2)),
        "default": shown(cur.fetchmany()),
        "next": typed(next(cur)),
        "iterated": [typed(row) for _, row in zip(range(2), cur)],
    }
    cur.arraysize = 2
    found.update(array=shown(cur.fetchmany()), all=shown(cur.fetchall()))
    ended = [cur.fetchone(), cur.fetchmany(2), cur.fetchall(), list(cur)]
    return jsonify(**found, ended=ended, arraysize=cur.arraysize, beside=about(cur))


@routes.get("/queries/nothing")
def nothing_found(cur: Any) -> Response:
    cur.execute("SELECT id, name FROM items WHERE id < 0")
    found = {"one": cur.fetchone(), "many": cur.fetchmany(3), "all": cur.fetchall(), "iterated": list(cur)}
    return jsonify(**found, **about(cur))


@routes.get("/queries/reused")
def reused_cursor(cur: Any) -> Response:
    cur.execute("SELECT name FROM items WHERE id <= 3 ORDER BY id")
    first = typed(cur.fetchone())
    cur.execute("SELECT part FROM parts WHERE item = 1 ORDER BY part")
    return jsonify(first=first, second=shown(cur.fetchall()))


@routes.get("/queries/reused-for-writes")
def cursor_reused_for_writes(cur: Any) -> Response:
    """Statements without rows, then a query, on one cursor."""
    cur.execute("CREATE TEMP TABLE shelf (id serial PRIMARY KEY, item text UNIQUE)")
    writes = [fetched(cur)]
    cur.execute("INSERT INTO shelf (item) VALUES (%s), (%s)", ("tea", "kávé"))
    writes.append(fetched(cur))
    cur.execute("SELECT id, item FROM shelf ORDER BY id")
    return jsonify(writes=writes, query=fetched(cur))


@routes.get("/queries/query-then-write")
def query_then_write(cur: Any) -> Response:
    """A statement without rows leaves a cursor without columns, even after a query."""
    cur.execute("SELECT id FROM items WHERE id <= 2 ORDER BY id")
    found = shown(cur.fetchall())
    cur.execute("UPDATE items SET stock = stock WHERE id < 0")
    return jsonify(found=found, rowcount=cur.rowcount, described=cur.description is not None)


@routes.get("/queries/large")
def large_results(conn: Any, cur: Any) -> Response:
    many = "SELECT n, repeat(chr(97 + n %% 26), 20) AS text, n * 1.5 AS price FROM generate_series(1, %s) AS n"
    cur.execute(many, (120,))
    found = [list(map(str, row)) for row in cur.fetchall()]
    text = ask(conn, "SELECT repeat('žluťoučký 馬 ', %s)", (2000,))
    return jsonify(rows=found, **about(cur), text=text)


@routes.get("/queries/same-names")
def same_names(conn: Any) -> Response:
    twice = "SELECT 1 AS z, 'first' AS a, 'second' AS a"
    by_name = ask(conn, twice, show=dicts, cursor_factory=RealDictCursor)
    return jsonify(plain=ask(conn, "SELECT 1 AS a, 'x' AS a, 2.5"), dict=by_name)


@routes.put("/queries/basket/<item>")
def upsert(item: str, conn: Any) -> Response:
    """The first statement inserts, the second updates, the third does nothing."""
    put = (
        "INSERT INTO basket VALUES (%s, %s)"
        " ON CONFLICT (item) DO UPDATE SET quantity = basket.quantity + excluded.quantity RETURNING item, quantity"
    )
    skip = "INSERT INTO basket VALUES (%s, %s) ON CONFLICT DO NOTHING"
    steps = [ask(conn, put, (item, 2)), ask(conn, put, (item, 3)), ask(conn, skip, (item, 9))]
    return jsonify(asked=item, steps=steps)


@routes.delete("/queries/basket/<item>")
def update_and_delete(item: str, conn: Any) -> Response:
    return jsonify(
        asked=item,
        updated=ask(conn, "UPDATE basket SET quantity = quantity * 2 WHERE quantity > %s", (1,)),
        untouched=ask(conn, "UPDATE basket SET quantity = 0 WHERE item = %s", ("none",)),
        deleted=ask(conn, "DELETE FROM basket WHERE item = %s RETURNING item, quantity", (item,)),
    )


@routes.get("/queries/report")
def report(conn: Any) -> Response:
    statement = """
        WITH counted AS (
            SELECT item, count(*) AS parts, string_agg(part, '+' ORDER BY part) AS list FROM parts GROUP BY item
        )
        SELECT name, parts, list, sum(price) OVER (ORDER BY id) AS running, rank() OVER (ORDER BY price DESC) AS rank
        FROM items LEFT JOIN counted ON item = id WHERE price IS NOT NULL ORDER BY id
    """
    return jsonify(ask(conn, statement))


@routes.get("/queries/several")
def several_statements(conn: Any) -> Response:
    """Several statements in one string, separated by semicolons. The result is that of the last one."""
    fill, query = "INSERT INTO stock (item) VALUES ('a'), ('b')", "SELECT item FROM stock ORDER BY item"
    return jsonify(ask(conn, f"{fill}; {query}"))


@routes.get("/queries/functions")
def functions(conn: Any) -> Response:
    return jsonify(
        functions=ask(conn, "SELECT price_of(%s, amount => %s) AS price, name FROM cheaper_than(%s)", (1, 3, 4)),
        procedure=ask(conn, "CALL doubled(%s)", (21,)),
    )


@routes.get("/queries/callproc")
def callproc(cur: Any) -> Response:
    given = cur.callproc("cheaper_than", (4,))
    return jsonify(given=typed(given), result=fetched(cur))


@routes.get("/queries/sql-cursor")
def cursor_in_sql(conn: Any) -> Response:
    declared = ask(conn, "DECLARE shelf SCROLL CURSOR FOR SELECT id, name FROM items ORDER BY id")
    fetched = ask(conn, "FETCH 2 FROM shelf")
    return jsonify(declared=declared, fetched=fetched, closed=ask(conn, "CLOSE shelf"))


@routes.get("/queries/attributes")
def attributes_of_cursor(cur: Any) -> Response:
    """Before and after a query. The type codes are compared with the DB-API's type objects."""
    kinds = ("STRING", "BINARY", "NUMBER", "DATETIME", "ROWID")
    statement = "  SELECT 1 AS i, 1.5 AS n, 'a' AS t, now() AS d, ''::bytea AS b, 1::oid AS o LIMIT 0 -- so "
    fresh = {"rowcount": cur.rowcount, "description": cur.description, "query": cur.query}
    fresh.update(scrollable=cur.scrollable, withhold=cur.withhold)
    cur.execute(statement)
    kinds_of = {c[0]: [kind for kind in kinds if getattr(psycopg2, kind) == c[1]] for c in cur.description}
    same = {"name": cur.name, "closed": cur.closed, "arraysize": cur.arraysize}
    return jsonify(fresh=fresh, same=same, kinds=kinds_of, query=typed(cur.query.decode()), **about(cur))


@routes.get("/queries/status")
def status_message(cur: Any) -> Response:
    cur.execute("SELECT id FROM items")
    return jsonify(status=cur.statusmessage)


@routes.get("/queries/query")
def query_of_cursor(cur: Any) -> Response:
    cur.execute("SELECT name FROM items WHERE id = %s OR name = %s", (1, "it's"))
    return jsonify(query=typed(cur.query.decode()))


@routes.get("/queries/description")
def description_in_full(cur: Any) -> Response:
    names = ("name", "type_code", "display_size", "internal_size", "precision", "scale", "null_ok")
    cur.execute("SELECT price, 'x'::varchar(10) AS code FROM items WHERE id = 1")
    return jsonify([{name: getattr(column, name) for name in names} for column in cur.description])


@routes.get("/queries/counted")
def counted(cur: Any) -> Response:
    cur.execute("SELECT id FROM items")
    return jsonify(typed(cur.rowcount), list(range(cur.rowcount)))


@routes.get("/queries/scroll")
def scroll(cur: Any) -> Response:
    cur.execute(ITEMS)
    cur.scroll(2)
    third = typed(cur.fetchone())
    cur.scroll(0, mode="absolute")
    return jsonify(third=third, again=shown(cur.fetchmany(2)))


@routes.get("/queries/row-number")
def row_number(cur: Any) -> Response:
    cur.execute(ITEMS)
    numbers = [cur.rownumber]
    for fetch in (cur.fetchone, cur.fetchall):
        fetch()
        numbers.append(cur.rownumber)
    return jsonify(numbers)


@routes.get("/queries/mogrify")
def mogrify(cur: Any) -> Response:
    return jsonify(text=cur.mogrify("SELECT %s, %s", (1, "it's")).decode())


@routes.get("/queries/cast")
def cast(cur: Any) -> Response:
    return jsonify([typed(cur.cast(*each)) for each in ((23, "7"), (1700, "2.50"), (1082, "2024-02-29"))])


@routes.get("/queries/closed")
def closed_cursor(conn: Any) -> Response:
    """A closed cursor reports that it is closed, and rejects calls."""
    cur = conn.cursor()
    cur.execute("SELECT 1 AS one")
    cur.close()
    try:
        left: Any = typed(cur.fetchall())
    except psycopg2.InterfaceError as error:
        left = str(error)
    return jsonify(closed=cur.closed, left=left)


@routes.get("/queries/connection-of-cursor")
def connection_of_cursor(conn: Any, cur: Any) -> Response:
    return jsonify(cur.connection is conn)
