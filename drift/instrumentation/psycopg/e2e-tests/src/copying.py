"""Many rows: COPY out and in, streams, and cursors on the server."""

from decimal import Decimal
from typing import Any

from db import columns, connect, cursor_of, fail, fetched, message, names_in, shared, show, without_status
from flask import Blueprint
from psycopg import sql
from psycopg.rows import dict_row, namedtuple_row

copying = Blueprint("copying", __name__, url_prefix="/copying")

TEAS_OUT = "COPY (SELECT id, name, origin FROM tea WHERE id < 4 ORDER BY id) TO STDOUT"
ITEMS_IN = "COPY item (box, id, name, price) FROM STDIN"


@copying.get("/out")
def out() -> dict[str, Any]:
    """Block after block, iterated and read, and parsed, where every value is text. The first statement is composed, and
    has a parameter."""
    query = sql.SQL("COPY (SELECT id, {}, origin FROM tea WHERE id < %s ORDER BY id) TO STDOUT")
    with shared().cursor() as cursor:
        with cursor.copy(query.format(sql.Identifier("name")), (4,)) as copy:
            iterated = [show(bytes(block)) for block in copy]
        with cursor.copy("COPY tea (name) TO STDOUT (FORMAT csv, HEADER, FORCE_QUOTE *)") as copy:
            read = []
            while block := copy.read():
                read.append(show(bytes(block)))
        with cursor.copy(TEAS_OUT) as copy:
            return {"iterated": iterated, "read": read, "rows": [show(row) for row in copy.rows()]}


@copying.get("/out-read-row")
def out_read_row() -> list[str]:
    rows = []
    with shared().cursor() as cursor, cursor.copy(TEAS_OUT) as copy:
        while row := copy.read_row():
            rows.append(show(row))
    return rows


@copying.get("/out-types")
def out_types() -> list[str]:
    query = "COPY (SELECT id, name, price FROM tea WHERE id < 3 ORDER BY id) TO STDOUT"
    with shared().cursor() as cursor, cursor.copy(query) as copy:
        copy.set_types(["int4", "text", "numeric"])
        return [show(row) for row in copy.rows()]


@copying.get("/out-binary")
def out_binary() -> list[str]:
    query = "COPY (SELECT 1::int4, 'tea'::text) TO STDOUT (FORMAT binary)"
    with shared().cursor() as cursor, cursor.copy(query) as copy:
        return [b"".join([bytes(copy.read()), *map(bytes, copy)]).hex()]


@copying.get("/out-about")
def out_about() -> list[Any]:
    """What the cursor says when it is done."""
    with shared().cursor() as cursor:
        with cursor.copy(TEAS_OUT) as copy:
            blocks = len(list(copy))
        return [blocks, cursor.rowcount, cursor.statusmessage]


@copying.post("/in")
def copy_in() -> dict[str, Any]:
    """Text and bytes, in blocks that are no rows, and a block that is used again."""
    with cursor_of(connect()) as cursor:
        with cursor.copy(ITEMS_IN) as copy:
            copy.write("copy\t1\tcup\t")
            copy.write(b"1.50\ncopy\t2\tp\xc3\xb6t\t\\N\n")
            block = bytearray(b"copy\t3\tspoon\t0.25\n")
            copy.write(memoryview(block))
            block[5:6] = b"4"
            copy.write(memoryview(block))
        cursor.execute("SELECT id, name, price FROM item WHERE box = 'copy' ORDER BY id")
        return fetched(cursor)


@copying.post("/in-rows")
def copy_in_rows() -> dict[str, Any]:
    """Rows as text and in binary, where the types must be told."""
    with cursor_of(connect()) as cursor:
        with cursor.copy(ITEMS_IN) as copy:
            for row in (("copy rows", 1, "tab\t and \\", Decimal("1.50")), ["copy rows", 2, "☕", None]):
                copy.write_row(row)
        with cursor.copy(f"{ITEMS_IN} (FORMAT BINARY)") as copy:
            copy.set_types(["text", "int4", "text", "numeric"])
            copy.write_row(("copy rows", 3, "pot", Decimal("0.10")))
        cursor.connection.commit()
        return {"elsewhere": names_in("copy rows")}


@copying.post("/in-abandoned")
def copy_in_abandoned() -> dict[str, Any]:
    """An error in the block: nothing of it is kept."""
    with cursor_of(connect()) as cursor:
        try:
            with cursor.copy(ITEMS_IN) as copy:
                copy.write_row(("abandoned", 1, "cup", None))
                fail()
        except Exception as error:
            cursor.connection.rollback()
            seen = message(error)
        return {"message": seen, "elsewhere": names_in("abandoned")}


@copying.post("/across")
def copy_across() -> dict[str, Any]:
    """From one table to another, through two connections, block after block."""
    with cursor_of(connect()) as source, cursor_of(connect()) as target:
        target.execute("CREATE TEMP TABLE shelf (name text, price numeric)")
        teas = "COPY (SELECT name, price FROM tea WHERE id < 3 ORDER BY id) TO STDOUT"
        with source.copy(teas) as read, target.copy("COPY shelf FROM STDIN") as written:
            for block in read:
                written.write(block)
        target.execute("SELECT name, price FROM shelf ORDER BY name")
        return fetched(target)


@copying.get("/stream")
def stream() -> list[Any]:
    """The numbers are made whole; what type they come with is for the next request. The cursor counts no rows."""
    with shared().cursor() as cursor:
        found = cursor.stream("SELECT id, name FROM tea WHERE id > %s ORDER BY id", (2,))
        return [[[int(number), name] for number, name in found], cursor.rowcount]


@copying.get("/stream-about")
def stream_about() -> list[Any]:
    """The columns, while the cursor streams and when it is done."""
    with shared().cursor() as cursor:
        rows = cursor.stream("SELECT id, name FROM tea WHERE id < 3 ORDER BY id")
        next(rows)
        return [columns(cursor), len(list(rows)), columns(cursor)]


@copying.get("/stream-types")
def stream_types() -> list[str]:
    query = "SELECT id, name, price, origin IS NULL, '2024-02-29'::date FROM tea WHERE id IN (1, 3) ORDER BY id"
    with shared().cursor() as cursor:
        return [show(row) for row in cursor.stream(query)]


@copying.get("/stream-dicts")
def stream_dicts() -> list[str]:
    with shared().cursor(row_factory=dict_row) as cursor:
        return [show(row) for row in cursor.stream("SELECT name, origin FROM tea WHERE id < 4 ORDER BY id")]


@copying.get("/stream-left")
def stream_left() -> list[Any]:
    """Left before its end; the connection can be used again."""
    with cursor_of(connect()) as cursor:
        rows = cursor.stream("SELECT name FROM tea ORDER BY id")
        first = show(next(rows))
        rows.close()
        return [first, cursor.rowcount, fetched(cursor.execute("SELECT 'again'"))]


@copying.get("/large")
def large() -> list[Any]:
    """More than a megabyte, and what comes after it."""
    with shared().cursor() as cursor:
        cursor.execute("SELECT repeat('tea ', 300000)")
        seen: list[Any] = [len(row[0]) for row in cursor.fetchall()]
        cursor.execute("SELECT 'after it'")
        seen.append(show(cursor.fetchall()))
        cursor.executemany("SELECT %s::int", [(1,), (2,)])
        seen.append([show(row) for row in cursor.stream("SELECT 'streamed'")])
        with cursor.copy("COPY (SELECT 'copied') TO STDOUT") as copy:
            return [*seen, [show(bytes(block)) for block in copy]]


@copying.get("/server-cursor")
def server_cursor() -> dict[str, Any]:
    with cursor_of(connect(), "teas") as cursor:
        cursor.execute("SELECT id, name FROM tea WHERE id < %s ORDER BY id", (5,))
        seen = {"name": cursor.name, "before": [cursor.rowcount, cursor.rownumber]}
        one, two = show(cursor.fetchone()), show(cursor.fetchmany(2))
        after = [cursor.rowcount, cursor.rownumber]
        rest = [show(cursor.fetchall()), show(cursor.fetchone())]
        return {**seen, "one": one, "two": two, "after": after, "rest": rest, "columns": columns(cursor)}


@copying.get("/server-cursor-scroll")
def server_cursor_scroll() -> list[Any]:
    """With a row factory, in binary."""
    with cursor_of(connect(), "back", scrollable=True, row_factory=namedtuple_row, binary=True) as cursor:
        cursor.execute("SELECT id FROM tea ORDER BY id")
        seen = [show(cursor.fetchmany(3))]
        for value, mode in ((-2, "relative"), (4, "absolute"), (0, "absolute")):
            cursor.scroll(value, mode)
            seen.append(show(cursor.fetchone()))
        return [*seen, [cursor.scrollable, cursor.withhold], show(cursor.fetchall()), without_status(cursor)]


@copying.get("/server-cursor-iterate")
def server_cursor_iterate() -> list[str]:
    with cursor_of(connect(), "pages") as cursor:
        cursor.itersize = 2
        cursor.execute("SELECT id FROM tea ORDER BY name")
        return [show(row) for row in cursor]


@copying.get("/server-cursor-iterate-rest")
def server_cursor_iterate_rest() -> dict[str, Any]:
    with cursor_of(connect(), "rest") as cursor:
        cursor.itersize = 2
        cursor.execute("SELECT id FROM tea ORDER BY id")
        first = show(cursor.fetchone())
        return {"first": first, "rest": [show(row) for row in cursor], **without_status(cursor)}


@copying.get("/server-cursor-hold")
def server_cursor_hold() -> dict[str, Any]:
    """It outlives its transaction. It is closed after its connection: before that, in replay, it would ask the server
    whether it exists."""
    connection = connect()
    cursor = connection.cursor("held", withhold=True)
    with connection:
        cursor.execute("SELECT id FROM tea ORDER BY id")
        first = show(cursor.fetchone())
        connection.commit()
        rest, told = show(cursor.fetchall()), without_status(cursor)
    cursor.close()
    return {"first": first, "rest": rest, "withhold": cursor.withhold, **told}
