"""Values of PostgreSQL's types, there and back, and the application's own types."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import psycopg2
from database import ask, beside, connection, own_connection, rows, shown, typed
from flask import Blueprint, Response, jsonify, request
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

bp = Blueprint("values", __name__, url_prefix="/values")

AN_ID = UUID("6f1c9f6e-0a52-4f0e-9d67-5a1d1f3c2b10")
INDIA = timezone(timedelta(hours=5, minutes=30))


class Mood(str, Enum):
    """An enumeration that the database has, too."""

    SAD = "sad"
    HAPPY = "happy"


class Point:
    """A place on the plane."""

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


def select(statement: str, parameters: Any = None) -> Response:
    with connection() as conn:
        return jsonify(ask(conn, statement, parameters))


@bp.get("/integers")
def integers_and_booleans() -> Response:
    return select(
        "SELECT (%s)::smallint AS small, %s AS int, %s AS big, %s::oid AS oid, %s AS yes, %s AS no",
        (-32768, 2147483647, -9007199254740991, 4294967295, True, False),
    )


@bp.get("/big-integers")
def big_integers() -> Response:
    """Beyond what a double can hold."""
    return select("SELECT %s AS big", (9223372036854775807,))


@bp.get("/decimals")
def decimals_and_floats() -> Response:
    given = (Decimal("12345678901234567890.123456789"), Decimal("2.50"), Decimal("NaN"), 0.1, -0.5)
    return select(
        "SELECT %s AS long, %s AS cents, %s AS nan, 7::numeric AS whole,"
        " %s::float8 AS tenth, %s::real AS half, 2::float8 AS two, 1e300::float8 AS far",
        given,
    )


@bp.get("/text")
def text() -> Response:
    given = ("tabs\t, lines\n, quotes '\" and \\ backslashes, %s", "žluťoučký 馬 🐎", "")
    return select("SELECT %s AS odd, %s AS far, %s AS empty, 'ab'::char(4) AS padded, 'x'::name AS name", given)


@bp.get("/datetime-like-text")
def text_like_a_datetime() -> Response:
    return select("SELECT '2024-02-29 10:30:00'::text AS text, '2024-02-29'::text AS day")


@bp.get("/nulls")
def nulls() -> Response:
    """NULL in columns of many types."""
    kinds = ("int", "numeric", "float8", "boolean", "text", "date", "timestamptz", "bytea", "jsonb", "uuid")
    return select("SELECT " + ", ".join(f"NULL::{kind} AS {kind}_" for kind in kinds) + ", NULL::int[] AS array_")


@bp.get("/dates")
def dates_and_times() -> Response:
    """Made by Python, and in the DB-API's way; the last days that there are."""
    given = (
        date(2024, 2, 29),
        psycopg2.Time(10, 30, 5),
        time(23, 59, tzinfo=INDIA),
        datetime(2024, 2, 29, 10, 30, 0, 5),
    )
    return select(
        "SELECT %s AS day, %s AS hour, %s::timetz AS hour_there, %s AS moment,"
        " 'infinity'::date AS last, '-infinity'::timestamp AS first",
        given,
    )


@bp.get("/zones")
def zones() -> Response:
    """Moments with a zone, in a session whose zone is another."""
    given = (psycopg2.Timestamp(2024, 2, 29, 10, 30, 0, timezone.utc), datetime(2024, 7, 1, 0, 0, 0, 5, tzinfo=INDIA))
    with own_connection(options="-c TimeZone=-3") as conn:
        return jsonify(ask(conn, "SELECT %s AS utc, %s AS there, %s::timestamptz AS none", (*given, None)))


@bp.get("/far-date")
def far_date() -> Response:
    """Python's dates end with the year 9999."""
    with connection() as conn, conn.cursor() as cur:
        cur.execute("SELECT '10000-01-01'::date AS day")
        try:
            return jsonify(rows=shown(cur.fetchall()))
        except ValueError as error:
            return jsonify(error=str(error))


@bp.get("/intervals")
def intervals() -> Response:
    given = (timedelta(days=2, hours=3, microseconds=500000), timedelta(seconds=-1))
    return select("SELECT %s AS some, %s AS back, interval '1 month' AS month, interval '0' AS none", given)


@bp.get("/bytes")
def binary() -> Response:
    """Not UTF-8, as a parameter and as a value."""
    given = (bytes(range(224, 256)), memoryview(b"\xfe"), psycopg2.Binary(b"\xff\x00"))
    with connection() as conn, conn.cursor() as cur:
        cur.execute("SELECT %s AS data, length(%s) AS length, %s AS more", given)
        [(data, length, more)] = cur.fetchall()
        return jsonify(data=bytes(data).hex(), length=typed(length), more=bytes(more).hex(), **beside(cur))


@bp.get("/memoryview")
def memory_view() -> Response:
    with connection() as conn:
        [(data,)] = rows(conn, "SELECT %s AS data", (b"\xff\xfe",))
        return jsonify(type=type(data).__name__)


@bp.get("/ascii-bytes")
def ascii_bytes() -> Response:
    with connection() as conn:
        [(data,)] = rows(conn, "SELECT %s AS data", (b"plain",))
        return jsonify(text=bytes(data).decode())


@bp.get("/json")
def json_values() -> Response:
    given = {"name": "tea", "tags": ["hot", None, True], "price": 2.5, "more": {"ü": []}}
    return select("SELECT %s::jsonb AS data, %s::json AS list, 'null'::jsonb AS nothing", (Json(given), Json(["a"])))


@bp.post("/json")
def json_of_body() -> Response:
    """Queried inside the server, dumped in a way of the application's own."""
    asked = request.get_json()
    compact = Json(asked, dumps=lambda data: json.dumps(data, separators=(",", ":"), sort_keys=True))
    statement = "SELECT %(data)s::json::text AS text, %(data)s::jsonb -> 'tags' AS tags, %(data)s::jsonb ->> 'name'"
    with connection() as conn:
        return jsonify(asked=asked, **ask(conn, statement + " AS name", {"data": compact}))


@bp.get("/nested-integers")
def integers_in_json_and_arrays() -> Response:
    return select('SELECT \'{"count": 3, "list": [1]}\'::jsonb AS data, %s AS numbers', ([1, 2, 3],))


@bp.get("/json-loads")
def json_loads() -> Response:
    """A connection that reads JSON numbers as decimals."""

    def exact(data: str) -> Any:
        return json.loads(data, parse_float=Decimal)

    with own_connection() as conn:
        register_default_json(conn, loads=exact)
        register_default_jsonb(conn_or_curs=conn, loads=exact)
        return jsonify(ask(conn, "SELECT '{\"price\": 2.50}'::json AS one, '[1.10]'::jsonb AS other"))


@bp.get("/arrays")
def arrays() -> Response:
    return select(
        "SELECT %s AS words, %s::text[] AS empty, %s AS flags, %s AS prices, %s AS days, %s AS spans,"
        " %s::uuid[] AS ids, '{{a,b},{c,d}}'::text[] AS deep",
        (
            ["a", None, 'b,"c"'],
            [],
            [True, None],
            [Decimal("1.50"), 0.5],
            [date(2024, 2, 29)],
            [timedelta(hours=1)],
            [AN_ID],
        ),
    )


@bp.get("/ranges")
def ranges() -> Response:
    return select(
        "SELECT int4range(1, 5) AS numbers, daterange('2024-01-01', NULL) AS days, 'empty'::int8range AS none"
    )


@bp.get("/given-range")
def range_as_a_parameter() -> Response:
    return select("SELECT 3 <@ %s::int4range AS inside", (NumericRange(1, 5, "[]"),))


@bp.get("/as-text")
def types_that_come_as_text() -> Response:
    """An address is one of them; as a parameter it has a class."""
    return select(
        "SELECT %s AS host, '::1/128'::cidr AS net, '08:00:2b:01:02:03'::macaddr AS mac, point(1, 2) AS place,"
        " '1.5 GB'::tsvector AS words, int4range(%s, 5)::text AS numbers, ROW(7, 'hearts')::card AS card",
        (Inet("192.0.2.7"), 1),
    )


@bp.get("/uuids")
def uuids() -> Response:
    """Registered for all connections, and for one."""
    with own_connection() as conn:
        register_uuid(None, conn)
        return jsonify(ask(conn, "SELECT %s AS id, %s::uuid AS text, NULL::uuid AS none", (AN_ID, str(AN_ID))))


@bp.get("/enum")
def enumeration() -> Response:
    """Adapted in a way of its own, beside what is put into the statement as it is."""
    statement = "SELECT %s AS mood, %s < 'ok'::mood AS worse, %s AS name, 'mood'::regtype::oid"
    with connection() as conn, conn.cursor() as cur:
        cur.execute(statement, (Mood.HAPPY, Mood.SAD, AsIs("upper('tea')")))
        [(*found, number)] = cur.fetchall()  # whatever the server had counted to when it made the type
        return jsonify(found=typed(found), of_mood=cur.description[0][1] == number, **beside(cur))


@bp.get("/bits")
def own_type() -> Response:
    return select("SELECT B'101'::varbit AS bits, ARRAY[B'1', NULL, B'01']::varbit[] AS list, NULL::varbit AS none")


@bp.get("/adapter")
def own_adapter() -> Response:
    with connection() as conn, conn.cursor() as cur:
        cur.executemany("INSERT INTO stock (item) VALUES (%s::point)", [(Point(1, 2),), (Point(0, -3),)])
        return jsonify(shown(rows(conn, "SELECT item FROM stock ORDER BY item")))


@bp.get("/composite")
def composite() -> Response:
    """A row type as a named tuple, registered for all connections; nothing else uses the type that it is made for."""
    with connection() as conn:
        register_composite("seat", conn, globally=True)
        [(seat,)] = rows(conn, "SELECT ROW('A', true)::seat AS seat")
        return jsonify(typed(seat))
