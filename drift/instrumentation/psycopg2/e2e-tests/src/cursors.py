"""Kinds of cursors: rows as dicts and named tuples, subclasses, server-side cursors."""

import io
from typing import Any

from database import about, ask, dicts, fetched, own_connection, routes, rows, shown, typed
from flask import Response, jsonify
from psycopg2.extensions import cursor
from psycopg2.extras import DictConnection, DictCursor, LoggingConnection, NamedTupleCursor, RealDictCursor
from psycopg2.tz import FixedOffsetTimezone

ITEMS = "SELECT id, name, price FROM items WHERE id <= 3 ORDER BY id"
NUMBERS = "SELECT n, n * n AS square FROM generate_series(1, 10) AS n"


class CountingCursor(cursor):
    executed = 0

    def execute(self, query: Any, vars: Any = None) -> None:
        self.executed += 1
        super().execute(query, vars)

    def scalar(self) -> Any:
        return self.fetchone()[0]


class UpperCursor(RealDictCursor):
    pass


def named(row: Any) -> dict[str, Any]:
    return {name: typed(row[name]) for name in ("id", "name", "price")}


def all_named(found: list[Any]) -> list[Any]:
    return list(map(named, found))


@routes.get("/cursors/array-size")
def changed_array_size(conn: Any, cur: Any) -> Response:
    """fetchmany() without a size. arraysize is changed before execute, between two calls, and back to one."""
    with conn.cursor(cursor_factory=RealDictCursor) as dict_cur:
        cur.arraysize = dict_cur.arraysize = 3
        cur.execute("SELECT generate_series(1, 9) AS number")
        found = [shown(cur.fetchmany())]
        for size in (4, 1):
            cur.arraysize = size
            found.append(shown(cur.fetchmany()))
        dict_cur.execute("SELECT generate_series(1, 4) AS number")
        return jsonify(found=found, dicts=dicts(dict_cur.fetchmany()), size=[cur.arraysize, dict_cur.arraysize])


@routes.get("/cursors/sizes")
def sizes_that_do_nothing(cur: Any) -> Response:
    """The DB-API requires these methods, but they may do nothing."""
    cur.setinputsizes((20,))
    cur.setoutputsize(100)
    cur.execute("SELECT %s AS word", ("tea",))
    return jsonify(fetched(cur))


@routes.get("/cursors/tzinfo-factory")
def class_of_time_zones(cur: Any) -> Response:
    cur.tzinfo_factory = FixedOffsetTimezone
    cur.execute("SELECT timestamptz '2024-02-29 10:30:00+00' AS moment")
    [(moment,)] = cur.fetchall()
    return jsonify(moment=typed(moment), zone=type(moment.tzinfo).__name__)


@routes.get("/cursors/real-dict")
def real_dict(conn: Any) -> Response:
    with conn.cursor(cursor_factory=RealDictCursor) as cur:
        cur.execute(ITEMS)
        one, many, rest = cur.fetchone(), cur.fetchmany(1), list(cur)
        found = {"one": named(one), "many": all_named(many), "rest": all_named(rest)}
        return jsonify(**found, ended=[cur.fetchone(), cur.fetchall()], **about(cur))


@routes.get("/cursors/subclass-of-connection")
def subclass_of_connection() -> Response:
    """The connection's cursors are of a subclass, unless another class is given."""
    with own_connection(cursor_factory=UpperCursor) as conn:
        return jsonify(default=ask(conn, ITEMS, show=all_named), other=ask(conn, ITEMS, cursor_factory=cursor))


@routes.get("/cursors/real-dict-rows")
def real_dict_rows(conn: Any) -> Response:
    """The rows' type and the order of their keys."""
    found = rows(conn, "SELECT 1 AS z, 'text' AS a", cursor_factory=RealDictCursor)
    return jsonify(rows=shown(found), keys=[list(row) for row in found])


@routes.get("/cursors/real-dict-writes")
def real_dict_writes(conn: Any) -> Response:
    with conn.cursor(cursor_factory=RealDictCursor) as cur:
        cur.executemany("INSERT INTO stock (item) VALUES (%(item)s)", [{"item": "one"}, {"item": "two"}])
        inserted = fetched(cur)
        cur.execute("UPDATE stock SET item = upper(item), quantity = 7 RETURNING item, quantity")
        return jsonify(inserted=inserted, updated=fetched(cur, dicts))


@routes.get("/cursors/dict")
def dict_by_name(conn: Any) -> Response:
    with conn.cursor(cursor_factory=DictCursor) as cur:
        cur.execute(ITEMS)
        one = cur.fetchone()
        seen = {
            "one": named(one),
            "keys": list(one.keys()),
            "missing": one.get("colour", "none"),
            "has": "id" in one,
        }
        seen.update(dict=typed(dict(cur.fetchone())), rest=[typed(list(row.values())) for row in cur])
        return jsonify(**seen, **about(cur))


@routes.get("/cursors/dict-by-position")
def dict_by_position(conn: Any) -> Response:
    with conn.cursor(cursor_factory=DictCursor) as cur:
        cur.execute(ITEMS)
        return jsonify([[typed(row[1]), typed(row["id"])] for row in cur])


@routes.get("/cursors/named-tuple")
def named_tuple(conn: Any) -> Response:
    with conn.cursor(cursor_factory=NamedTupleCursor) as cur:
        cur.execute(ITEMS)
        one, rest = cur.fetchone(), cur.fetchall()
        return jsonify(one=[typed(one.id), typed(one.name)], rest=[typed(row.price) for row in rest])


@routes.get("/cursors/named-tuple-by-position")
def named_tuple_by_position() -> Response:
    with own_connection(cursor_factory=NamedTupleCursor) as conn, conn.cursor() as cur:
        cur.execute(ITEMS)
        item, name, price = cur.fetchone()
        others = [typed(list(row)) for row in cur]
        return jsonify(first=typed([item, name, price]), others=others, **about(cur))


@routes.get("/cursors/connection-classes")
def connection_classes() -> Response:
    log = io.StringIO()
    with own_connection(connection_factory=DictConnection) as conn:
        found = shown(rows(conn, ITEMS))
    with own_connection(connection_factory=LoggingConnection) as conn:
        conn.initialize(log)
        found += shown(rows(conn, "SELECT name FROM items WHERE id = %s", (2,)))
    return jsonify(rows=found, log=log.getvalue().splitlines())


@routes.get("/cursors/factory-set-later")
def factory_set_later(own: Any) -> Response:
    own.cursor_factory = RealDictCursor
    return jsonify(shown(rows(own, ITEMS)))


@routes.get("/cursors/own-class")
def own_class(conn: Any) -> Response:
    with conn.cursor(cursor_factory=CountingCursor) as cur:
        cur.execute("SELECT price FROM items WHERE id = 5")
        return jsonify(scalar=typed(cur.scalar()), executed=cur.executed)


@routes.get("/cursors/server")
def server_side(conn: Any) -> Response:
    with conn.cursor("numbers") as cur:
        cur.itersize = 3
        cur.execute(NUMBERS + " WHERE n > %s", (2,))
        one, many = typed(cur.fetchone()), shown(cur.fetchmany(2))
        described = [list(column[:2]) for column in cur.description or ()]
        return jsonify(one=one, many=many, rest=[typed(row) for row in cur], columns=described)


@routes.get("/cursors/server-scroll")
def server_side_scroll(conn: Any) -> Response:
    """Scrolls in both directions, also after the end of the declaring transaction."""
    with conn.cursor("numbers", scrollable=True, withhold=True) as cur:
        cur.execute(NUMBERS)
        cur.scroll(4)
        fifth = cur.fetchone()
        conn.commit()
        cur.scroll(-2)
        fourth = cur.fetchone()
        cur.scroll(9, mode="absolute")
        return jsonify(shown([fifth, fourth, cur.fetchone()]))


@routes.get("/cursors/server-attributes")
def server_side_attributes(conn: Any) -> Response:
    with conn.cursor("numbers", scrollable=True, withhold=True) as cur:
        names = ("name", "scrollable", "withhold", "itersize")
        return jsonify({name: getattr(cur, name, "missing") for name in names})


@routes.get("/cursors/server-nothing")
def server_side_nothing(conn: Any) -> Response:
    with conn.cursor("numbers") as cur:
        cur.execute(NUMBERS + " WHERE n < 0")
        return jsonify(rows=cur.fetchall(), one=cur.fetchone(), rowcount=cur.rowcount)


@routes.get("/cursors/server-by-position")
def server_side_by_position(conn: Any) -> Response:
    with conn.cursor("numbers", None, True, False) as cur:
        cur.execute("SELECT 1 AS one WHERE false")
        return jsonify(rows=cur.fetchall())
