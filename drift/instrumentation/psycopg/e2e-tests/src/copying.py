"""Many rows: COPY in both directions, streams, and server-side cursors."""

from decimal import Decimal
from typing import Any

from db import (
    columns,
    connect,
    copied,
    cursor_of,
    fail,
    fetched,
    message,
    names_in,
    routes,
    shared,
    show,
    without_status,
)
from psycopg import sql
from psycopg.rows import dict_row, namedtuple_row

TEAS_OUT = "COPY (SELECT id, name, origin FROM tea WHERE id < 4 ORDER BY id) TO STDOUT"
ITEMS_IN = "COPY item (box, id, name, price) FROM STDIN"


@routes.get("/copying/out")
def out(cursor: Any) -> dict[str, Any]:
    """COPY TO, by iteration, with read(), and parsed (every value is text). The first statement is composed and has a
    parameter."""
    query = sql.SQL("COPY (SELECT id, {}, origin FROM tea WHERE id < %s ORDER BY id) TO STDOUT")
    iterated = copied(cursor, query.format(sql.Identifier("name")), (4,))
    with cursor.copy("COPY tea (name) TO STDOUT (FORMAT csv, HEADER, FORCE_QUOTE *)") as copy:
        read = [show(bytes(block)) for block in iter(copy.read, b"")]
    with cursor.copy(TEAS_OUT) as copy:
        return {"iterated": iterated, "read": read, "rows": [show(row) for row in copy.rows()]}


@routes.get("/copying/out-read-row")
def out_read_row(cursor: Any) -> list[str]:
    with cursor.copy(TEAS_OUT) as copy:
        return list(map(show, iter(copy.read_row, None)))


@routes.get("/copying/out-types")
def out_types(cursor: Any) -> list[str]:
    with cursor.copy("COPY (SELECT id, name, price FROM tea WHERE id < 3 ORDER BY id) TO STDOUT") as copy:
        copy.set_types(["int4", "text", "numeric"])
        return [show(row) for row in copy.rows()]


@routes.get("/copying/out-binary")
def out_binary(cursor: Any) -> list[str]:
    with cursor.copy("COPY (SELECT 1::int4, 'tea'::text) TO STDOUT (FORMAT binary)") as copy:
        return [b"".join([bytes(copy.read()), *map(bytes, copy)]).hex()]


@routes.get("/copying/out-about")
def out_about(cursor: Any) -> list[Any]:
    return [len(copied(cursor, TEAS_OUT)), cursor.rowcount, cursor.statusmessage]


@routes.post("/copying/in")
def copy_in(connection: Any, cursor: Any) -> dict[str, Any]:
    """COPY FROM with text and bytes, in blocks that are not rows, and with a reused buffer."""
    with cursor.copy(ITEMS_IN) as copy:
        copy.write("copy\t1\tcup\t")
        copy.write(b"1.50\ncopy\t2\tp\xc3\xb6t\t\\N\n")
        block = bytearray(b"copy\t3\tspoon\t0.25\n")
        copy.write(memoryview(block))
        block[5:6] = b"4"
        copy.write(memoryview(block))
    return fetched(cursor.execute("SELECT id, name, price FROM item WHERE box = 'copy' ORDER BY id"))


@routes.post("/copying/in-rows")
def copy_in_rows(connection: Any, cursor: Any) -> dict[str, Any]:
    with cursor.copy(ITEMS_IN) as copy:
        copy.write_row(("copy rows", 1, "tab\t and \\", Decimal("1.50")))
        copy.write_row(["copy rows", 2, "☕", None])
    with cursor.copy(f"{ITEMS_IN} (FORMAT BINARY)") as copy:
        copy.set_types(["text", "int4", "text", "numeric"])
        copy.write_row(("copy rows", 3, "pot", Decimal("0.10")))
    connection.commit()
    return {"elsewhere": names_in("copy rows")}


@routes.post("/copying/in-abandoned")
def copy_in_abandoned(connection: Any, cursor: Any) -> dict[str, Any]:
    try:
        with cursor.copy(ITEMS_IN) as copy:
            copy.write_row(("abandoned", 1, "cup", None))
            fail()
    except Exception as error:
        connection.rollback()
        seen = message(error)
    return {"message": seen, "elsewhere": names_in("abandoned")}


@routes.post("/copying/across")
def copy_across() -> dict[str, Any]:
    with cursor_of(connect()) as source, cursor_of(connect()) as target:
        target.execute("CREATE TEMP TABLE shelf (name text, price numeric)")
        teas = "COPY (SELECT name, price FROM tea WHERE id < 3 ORDER BY id) TO STDOUT"
        with source.copy(teas) as read, target.copy("COPY shelf FROM STDIN") as written:
            for block in read:
                written.write(block)
        return fetched(target.execute("SELECT name, price FROM shelf ORDER BY name"))


@routes.get("/copying/stream")
def stream(cursor: Any) -> list[Any]:
    """The numbers are cast to int; the next request covers their types. The cursor has no row count."""
    rows = cursor.stream("SELECT id, name FROM tea WHERE id > %s ORDER BY id", (2,))
    return [[[int(number), name] for number, name in rows], cursor.rowcount]


@routes.get("/copying/stream-about")
def stream_about(cursor: Any) -> list[Any]:
    rows = cursor.stream("SELECT id, name FROM tea WHERE id < 3 ORDER BY id")
    next(rows)
    return [columns(cursor), len(list(rows)), columns(cursor)]


@routes.get("/copying/stream-types")
def stream_types(cursor: Any) -> list[str]:
    query = "SELECT id, name, price, origin IS NULL, '2024-02-29'::date FROM tea WHERE id IN (1, 3) ORDER BY id"
    return [show(row) for row in cursor.stream(query)]


@routes.get("/copying/stream-dicts")
def stream_dicts() -> list[str]:
    with shared().cursor(row_factory=dict_row) as cursor:
        return [show(row) for row in cursor.stream("SELECT name, origin FROM tea WHERE id < 4 ORDER BY id")]


@routes.get("/copying/stream-left")
def stream_left(connection: Any, cursor: Any) -> list[Any]:
    rows = cursor.stream("SELECT name FROM tea ORDER BY id")
    first = show(next(rows))
    rows.close()
    return [first, cursor.rowcount, fetched(cursor.execute("SELECT 'again'"))]


@routes.get("/copying/large")
def large(cursor: Any) -> list[Any]:
    cursor.execute("SELECT repeat('tea ', 300000)")
    seen: list[Any] = [len(row[0]) for row in cursor.fetchall()]
    cursor.execute("SELECT 'after it'")
    seen.append(show(cursor.fetchall()))
    cursor.executemany("SELECT %s::int", [(1,), (2,)])
    seen.append([show(row) for row in cursor.stream("SELECT 'streamed'")])
    return [*seen, copied(cursor, "COPY (SELECT 'copied') TO STDOUT")]


@routes.get("/copying/server-cursor")
def server_cursor() -> dict[str, Any]:
    with cursor_of(connect(), "teas") as cursor:
        cursor.execute("SELECT id, name FROM tea WHERE id < %s ORDER BY id", (5,))
        return {
            "name": cursor.name,
            "before": [cursor.rowcount, cursor.rownumber],
            "one": show(cursor.fetchone()),
            "two": show(cursor.fetchmany(2)),
            "after": [cursor.rowcount, cursor.rownumber],
            "rest": [show(cursor.fetchall()), show(cursor.fetchone())],
            "columns": columns(cursor),
        }


@routes.get("/copying/server-cursor-scroll")
def server_cursor_scroll() -> list[Any]:
    with cursor_of(connect(), "back", scrollable=True, row_factory=namedtuple_row, binary=True) as cursor:
        cursor.execute("SELECT id FROM tea ORDER BY id")
        seen = [show(cursor.fetchmany(3))]
        for value, mode in ((-2, "relative"), (4, "absolute"), (0, "absolute")):
            cursor.scroll(value, mode)
            seen.append(show(cursor.fetchone()))
        return [*seen, [cursor.scrollable, cursor.withhold], show(cursor.fetchall()), without_status(cursor)]


@routes.get("/copying/server-cursor-iterate")
def server_cursor_iterate() -> list[str]:
    with cursor_of(connect(), "pages") as cursor:
        cursor.itersize = 2
        cursor.execute("SELECT id FROM tea ORDER BY name")
        return [show(row) for row in cursor]


@routes.get("/copying/server-cursor-iterate-rest")
def server_cursor_iterate_rest() -> dict[str, Any]:
    with cursor_of(connect(), "rest") as cursor:
        cursor.itersize = 2
        cursor.execute("SELECT id FROM tea ORDER BY id")
        return {"first": show(cursor.fetchone()), "rest": [show(row) for row in cursor], **without_status(cursor)}


@routes.get("/copying/server-cursor-hold")
def server_cursor_hold() -> dict[str, Any]:
    """The cursor outlives its transaction. It is closed after its connection: before, in replay, closing it would query
    the server."""
    connection = connect()
    cursor = connection.cursor("held", withhold=True)
    with connection:
        cursor.execute("SELECT id FROM tea ORDER BY id")
        first = show(cursor.fetchone())
        connection.commit()
        seen = {"first": first, "rest": show(cursor.fetchall()), **without_status(cursor)}
    cursor.close()
    return {**seen, "withhold": cursor.withhold}
