"""PostgreSQL's types in both directions, and custom types."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import psycopg2
from database import about, ask, own_connection, routes, rows, shown, typed
from flask import Response, jsonify, request
from psycopg2 import extensions
from psycopg2.extensions import AsIs
from psycopg2.extras import (
    Inet,
    Json,
    NumericRange,
    register_composite,
    register_default_json,
    register_default_jsonb,
    register_uuid,
)

AN_ID = UUID("6f1c9f6e-0a52-4f0e-9d67-5a1d1f3c2b10")
INDIA = timezone(timedelta(hours=5, minutes=30))
DAY = date(2024, 2, 29)
KINDS = ("int", "numeric", "float8", "boolean", "text", "date", "timestamptz", "bytea", "jsonb", "uuid")


class Mood(str, Enum):
    SAD = "sad"
    HAPPY = "happy"


class Point:
    def __init__(self, x: int, y: int) -> None:
        self.x, self.y = x, y


def parse_bits(text: str | None, _: Any) -> list[bool] | None:
    return None if text is None else [bit == "1" for bit in text]


BITS = extensions.new_type((1562,), "BITS", parse_bits)  # bit varying, and its array
extensions.register_type(BITS)
extensions.register_type(extensions.new_array_type((1563,), "BITS[]", BITS))
extensions.register_adapter(Mood, lambda mood: AsIs(f"'{mood.value}'::mood"))
extensions.register_adapter(Point, lambda point: AsIs(f"'({point.x}, {point.y})'"))
register_uuid()


SELECTED: dict[str, tuple[Any, ...]] = {
    "integers": (
        "SELECT (%s)::smallint AS small, %s AS int, %s AS big, %s::oid AS oid, %s AS yes, %s AS no",
        (-32768, 2147483647, -9007199254740991, 4294967295, True, False),
    ),
    "big-integers": ("SELECT %s AS big", (9223372036854775807,)),  # larger than a double can represent exactly
    "decimals": (
        "SELECT %s AS long, %s AS cents, %s AS nan, 7::numeric AS whole,"
        " %s::float8 AS tenth, %s::real AS half, 2::float8 AS two, 1e300::float8 AS far",
        (Decimal("12345678901234567890.123456789"), Decimal("2.50"), Decimal("NaN"), 0.1, -0.5),
    ),
    "text": (
        "SELECT %s AS odd, %s AS far, %s AS empty, 'ab'::char(4) AS padded, 'x'::name AS name",
        ("tabs\t, lines\n, quotes '\" and \\ backslashes, %s", "žluťoučký 馬 🐎", ""),
    ),
    "datetime-like-text": ("SELECT '2024-02-29 10:30:00'::text AS text, '2024-02-29'::text AS day",),
    "nulls": ("SELECT " + ", ".join(f"NULL::{kind} AS {kind}_" for kind in KINDS) + ", NULL::int[] AS array_",),
    # Python's dates and the DB-API's; the last possible dates.
    "dates": (
        "SELECT %s AS day, %s AS hour, %s::timetz AS hour_there, %s AS moment,"
        " 'infinity'::date AS last, '-infinity'::timestamp AS first",
        (DAY, psycopg2.Time(10, 30, 5), time(23, 59, tzinfo=INDIA), datetime(2024, 2, 29, 10, 30, 0, 5)),
    ),
    "intervals": (
        "SELECT %s AS some, %s AS back, interval '1 month' AS month, interval '0' AS none",
        (timedelta(days=2, hours=3, microseconds=500000), timedelta(seconds=-1)),
    ),
    "json": (
        "SELECT %s::jsonb AS data, %s::json AS list, 'null'::jsonb AS nothing",
        (Json({"name": "tea", "tags": ["hot", None, True], "price": 2.5, "more": {"ü": []}}), Json(["a"])),
    ),
    "nested-integers": ('SELECT \'{"count": 3, "list": [1]}\'::jsonb AS data, %s AS numbers', ([1, 2, 3],)),
    "arrays": (
        "SELECT %s AS words, %s::text[] AS empty, %s AS flags, %s AS prices, %s AS days, %s AS spans,"
        " %s::uuid[] AS ids, '{{a,b},{c,d}}'::text[] AS deep",
        (["a", None, 'b,"c"'], [], [True, None], [Decimal("1.50"), 0.5], [DAY], [timedelta(hours=1)], [AN_ID]),
    ),
    "ranges": ("SELECT int4range(1, 5) AS numbers, daterange('2024-01-01', NULL) AS days, 'empty'::int8range AS none",),
    "given-range": ("SELECT 3 <@ %s::int4range AS inside", (NumericRange(1, 5, "[]"),)),
    # Types that are returned as text. Addresses have a class as a parameter.
    "as-text": (
        "SELECT %s AS host, '::1/128'::cidr AS net, '08:00:2b:01:02:03'::macaddr AS mac, point(1, 2) AS place,"
        " '1.5 GB'::tsvector AS words, int4range(%s, 5)::text AS numbers, ROW(7, 'hearts')::card AS card",
        (Inet("192.0.2.7"), 1),
    ),
    # A custom type.
    "bits": ("SELECT B'101'::varbit AS bits, ARRAY[B'1', NULL, B'01']::varbit[] AS list, NULL::varbit AS none",),
}


@routes.get("/values/<kind>")
def selected(kind: str, conn: Any) -> Response:
    return jsonify(ask(conn, *SELECTED[kind]))


@routes.get("/values/zones")
def zones() -> Response:
    """Times with a zone, in a session with another zone."""
    given = (psycopg2.Timestamp(2024, 2, 29, 10, 30, 0, timezone.utc), datetime(2024, 7, 1, 0, 0, 0, 5, tzinfo=INDIA))
    with own_connection(options="-c TimeZone=-3") as conn:
        return jsonify(ask(conn, "SELECT %s AS utc, %s AS there, %s::timestamptz AS none", (*given, None)))


@routes.get("/values/far-date")
def far_date(cur: Any) -> Response:
    cur.execute("SELECT '10000-01-01'::date AS day")
    try:
        return jsonify(rows=shown(cur.fetchall()))
    except ValueError as error:
        return jsonify(error=str(error))


@routes.get("/values/bytes")
def binary(cur: Any) -> Response:
    given = (bytes(range(224, 256)), memoryview(b"\xfe"), psycopg2.Binary(b"\xff\x00"))
    cur.execute("SELECT %s AS data, length(%s) AS length, %s AS more", given)
    [(data, length, more)] = cur.fetchall()
    return jsonify(data=bytes(data).hex(), length=typed(length), more=bytes(more).hex(), **about(cur))


@routes.get("/values/memoryview")
def memory_view(conn: Any) -> Response:
    [(data,)] = rows(conn, "SELECT %s AS data", (b"\xff\xfe",))
    return jsonify(type=type(data).__name__)


@routes.get("/values/ascii-bytes")
def ascii_bytes(conn: Any) -> Response:
    [(data,)] = rows(conn, "SELECT %s AS data", (b"plain",))
    return jsonify(text=bytes(data).decode())


@routes.post("/values/json")
def json_of_body(conn: Any) -> Response:
    """Queried in the server, with a custom dumps function."""
    asked = request.get_json()
    compact = Json(asked, dumps=lambda data: json.dumps(data, separators=(",", ":"), sort_keys=True))
    statement = "SELECT %(data)s::json::text AS text, %(data)s::jsonb -> 'tags' AS tags, %(data)s::jsonb ->> 'name'"
    return jsonify(asked=asked, **ask(conn, statement + " AS name", {"data": compact}))


@routes.get("/values/json-loads")
def json_loads(own: Any) -> Response:
    """A connection that reads JSON numbers as decimals."""

    def exact(data: str) -> Any:
        return json.loads(data, parse_float=Decimal)

    register_default_json(own, loads=exact)
    register_default_jsonb(conn_or_curs=own, loads=exact)
    return jsonify(ask(own, "SELECT '{\"price\": 2.50}'::json AS one, '[1.10]'::jsonb AS other"))


@routes.get("/values/uuids")
def uuids(own: Any) -> Response:
    """Registered for all connections, and for one."""
    register_uuid(None, own)
    return jsonify(ask(own, "SELECT %s AS id, %s::uuid AS text, NULL::uuid AS none", (AN_ID, str(AN_ID))))


@routes.get("/values/enum")
def enumeration(cur: Any) -> Response:
    """An enumeration with a custom adapter; AsIs inserts text into the statement unquoted."""
    statement = "SELECT %s AS mood, %s < 'ok'::mood AS worse, %s AS name, 'mood'::regtype::oid"
    cur.execute(statement, (Mood.HAPPY, Mood.SAD, AsIs("upper('tea')")))
    [(*found, number)] = cur.fetchall()  # the number that the server gave the type when it was created
    return jsonify(found=typed(found), of_mood=cur.description[0][1] == number, **about(cur))


@routes.get("/values/adapter")
def custom_adapter(conn: Any, cur: Any) -> Response:
    cur.executemany("INSERT INTO stock (item) VALUES (%s::point)", [(Point(1, 2),), (Point(0, -3),)])
    return jsonify(shown(rows(conn, "SELECT item FROM stock ORDER BY item")))


@routes.get("/values/composite")
def composite(conn: Any) -> Response:
    """A composite type as a named tuple, registered for all connections. Nothing else uses this type."""
    register_composite("seat", conn, globally=True)
    [(seat,)] = rows(conn, "SELECT ROW('A', true)::seat AS seat")
    return jsonify(typed(seat))
