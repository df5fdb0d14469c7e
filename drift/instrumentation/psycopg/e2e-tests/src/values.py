"""Conversion between PostgreSQL's and Python's values: types, adapters, the binary format."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from functools import partial
from ipaddress import ip_address, ip_network
from json import loads
from typing import Any
from uuid import UUID

from db import about, attempt, connect, cursor_of, fetched, routes, shared, show
from psycopg import ClientCursor, Cursor
from psycopg.adapt import Buffer, Loader, PyFormat
from psycopg.pq import Format
from psycopg.types.composite import CompositeInfo, register_composite
from psycopg.types.datetime import DateLoader
from psycopg.types.enum import EnumInfo, register_enum
from psycopg.types.json import Json, Jsonb, JsonbDumper, set_json_loads
from psycopg.types.multirange import Int4MultirangeLoader, Multirange
from psycopg.types.numeric import Float8, Int2, Int4, Int8
from psycopg.types.range import Range

GIVEN_ID = UUID("0b9ee1a2-3c4d-4e5f-8a9b-0c1d2e3f4a5b")
NOON = datetime(2024, 2, 29, 12, 30, 15, 123456)
oids: dict[str, list[int]] = {}


class Mood(Enum):
    calm = 1
    awake = 2


class EuroLoader(Loader):
    def load(self, data: Buffer) -> str:
        return f"{bytes(data).decode()} €"


def select(cursor: Any, query: str, *parameters: Any, **options: Any) -> dict[str, Any]:
    return values_of(cursor.execute(query, parameters or None, **options))


def values_of(cursor: Any) -> dict[str, Any]:
    (row,) = cursor.fetchall()
    return {"values": [show(value) for value in row], **about(cursor)}


SELECTED: dict[str, tuple[Any, ...]] = {
    "numbers": (
        "SELECT (-32768)::int2, 2147483647::int4, (-9007199254740991)::int8, 26::oid, %s::int4, "
        "1.5::float4, 2::float8, (-1e300)::float8, %s::float8, "
        "1.50::numeric(6,2), 12345678901234567890.0987654321, 0::numeric, %s, %s::numeric",
        *(7, 0.1, Decimal("12.340"), Decimal("NaN")),
    ),
    # Larger than a double can represent exactly.
    "bigint": ("SELECT 9007199254740993::int8, %s::int8", 2**63 - 1),
    # Text, booleans, NULL, bytes that are not text, uuid, JSON.
    "plain": (
        "SELECT 'a'::char(3), 'b'::varchar, 'c'::name, ''::text, %s::text, true, false, NULL, NULL::int, %s::bool, "
        "%s::text, '\\x00ff80'::bytea, %s::bytea, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid, %s, "
        """'{"name": "tea", "tags": ["hot", null, true], "price": 2.5}'::jsonb, '"text"'::json""",
        *("tab\t, line\n, quote ' \" \\ and 馬", True, None, bytes(range(120, 140)), GIVEN_ID),
    ),
    "text-like-time": ("SELECT '2024-02-29T12:30:15'::text, '2024-02-29 12:30'::text, '2024-02-29'::text",),
    "bytes-like-text": ("SELECT 'tea'::bytea, ''::bytea, %s::bytea", b"\xe2\x98\x95"),
    # Dates and times with and without a zone (the session's zone is UTC), and intervals.
    "times": (
        "SELECT '0001-01-01'::date, '08:15'::time, %s::date, %s::time, '12:00+05:30'::timetz, "
        "'1999-12-31 23:59:59.5'::timestamp, '2024-07-01 12:00+02'::timestamptz, %s, %s, "
        "'1 day 02:03:04.5'::interval, '0'::interval, %s::interval",
        *(NOON.date(), time(23, 59, 59, 999999), NOON, NOON.replace(tzinfo=timezone(timedelta(hours=2)))),
        timedelta(days=-1, seconds=5, microseconds=1),
    ),
    "network": (
        "SELECT '192.168.1.5/24'::inet, '::1'::inet, 'fe80::/10'::cidr, %s, %s",
        *(ip_address("10.0.0.1"), ip_network("10.0.0.0/8")),
    ),
    "collections": (
        "SELECT '{{a,NULL},{\"c,d\",e}}'::text[], '{}'::text[], %s::text[], %s::numeric[], %s::date[], %s::bool[], "
        "'[1,5)'::int4range, 'empty'::int4range, '(,7]'::numrange, '[2024-01-01,)'::daterange, %s::tsrange",
        *(["x", "y"], [Decimal("1.5"), None], [date(2024, 2, 29)], [True, False], Range(NOON, None, "(]")),
    ),
    "integers-within": (
        """SELECT '{"count": 3, "list": [1, 2.5]}'::jsonb, '7'::json, ARRAY[1, NULL], %s::int8[]""",
        [[5, 6]],
    ),
    "json-selected": ("SELECT %s, %s", Jsonb({"name": "tea"}), Json(["hot", None])),
    # Numbers with an explicit size.
    "wrapped": ("SELECT %s, %s, %s, %s", Int2(1), Int4(2), Int8(3), Float8(4.5)),
}


@routes.get("/values/<kind>")
def selected(kind: str, cursor: Any) -> dict[str, Any]:
    return select(cursor, *SELECTED[kind])


@routes.get("/values/zone")
def zone() -> list[Any]:
    """In a session with another time zone: the offset, and the zone by name, which has summer time."""
    with cursor_of(connect(options="-c timezone=Europe/Rome")) as cursor:
        ((at,),) = cursor.execute("SELECT '2024-07-01 12:00Z'::timestamptz").fetchall()
        return [show(at), str(at.tzinfo)]


@routes.get("/values/multiranges")
def multiranges(connection: Any, cursor: Any) -> dict[str, Any]:
    """As text, so that it works with servers without the type (before PostgreSQL 14)."""
    cursor.adapters.register_loader("text", Int4MultirangeLoader)
    return values_of(cursor.execute("SELECT '{[1,3),[5,)}'::text"))


@routes.get("/values/multiranges-written")
def multiranges_written() -> list[str]:
    with cursor_of(connect(cursor_factory=ClientCursor)) as cursor:
        written = cursor.mogrify("%s", (Multirange([Range(1, 3), Range(5, None)]),))
        return [written, *map(show, cursor.execute(f"SELECT {written}").fetchall())]


def load_types() -> None:
    """Loads the numbers of the database's own types and their arrays. (EnumInfo.fetch would bypass the SDK.)"""
    with shared().cursor() as cursor:
        cursor.execute("SELECT typname, oid, typarray FROM pg_type WHERE typname IN ('mood', 'place')")
        oids.update({name: numbers for name, *numbers in cursor.fetchall()})


@routes.get("/values/enum")
def enum(connection: Any) -> list[str]:
    register_enum(EnumInfo("mood", *oids["mood"], ["calm", "awake"]), connection, Mood)
    return [show(row) for row in connection.execute("SELECT 'calm'::mood, 'awake'::mood").fetchall()]


@routes.get("/values/composite")
def composite(connection: Any) -> list[str]:
    info = CompositeInfo("place", *oids["place"], field_names=["name", "floor"], field_types=[25, 25])
    register_composite(info, connection)
    return [show(row) for row in connection.execute("SELECT '(attic,\"4th, left\")'::place").fetchall()]


@routes.post("/values/json-written")
def json_written() -> dict[str, Any]:
    given = [(Jsonb({"name": "tea"}),), (Jsonb(["hot"]),)]
    add, read = "INSERT INTO note VALUES (%s)", "SELECT %s->>'name'"
    with cursor_of(connect(autocommit=True)) as cursor:
        cursor.execute("CREATE TEMP TABLE note (body jsonb)")
        return {
            "one": attempt(lambda: about(cursor.execute(add, given[0]))),
            "many": attempt(lambda: cursor.executemany(add, given)),
            "returning": attempt(lambda: cursor.executemany(f"{add} RETURNING 1", given, returning=True)),
            "stream": attempt(lambda: [show(row) for row in cursor.stream(read, given[0])]),
            "copied": attempt(lambda: copied(cursor, given)),
        }


def copied(cursor: Cursor[Any], rows: Sequence[Sequence[Any]]) -> int:
    with cursor.copy("COPY note FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    return len(rows)


@routes.get("/values/binary")
def binary(cursor: Any) -> list[Any]:
    """The binary format for parameters and results, of one statement and of all statements of a cursor."""
    one = "SELECT %b, %b, %b::numeric, %b::int2, '08:15'::time, '1 day'::interval"
    query = "SELECT id, name, price, origin, stock > 4 AS enough, %b::bytea AS raw, %s::float8 AS weight FROM tea"
    first = select(cursor, one, GIVEN_ID, NOON, Decimal("1.5"), 7, binary=True)
    with shared().cursor(binary=True) as other:
        other.execute(f"{query} WHERE id IN (1, 3) ORDER BY id", (b"\x00\xff", 1.5))
        return [first, other.format.name, fetched(other)]


class EndlessDateLoader(DateLoader):
    """As in psycopg's guide: loads infinity as Python's last date."""

    def load(self, data: Buffer) -> date:
        return date.max if bytes(data) == b"infinity" else super().load(data)


@routes.get("/values/endless")
def endless(connection: Any, cursor: Any) -> dict[str, Any]:
    cursor.adapters.register_loader("date", EndlessDateLoader)
    return values_of(cursor.execute("SELECT 'infinity'::date, '2024-02-29'::date"))


@routes.get("/values/json-loads")
def json_loads(connection: Any, cursor: Any) -> dict[str, Any]:
    set_json_loads(partial(loads, parse_float=Decimal), connection)
    with connection.cursor() as other:
        return values_of(other.execute("""SELECT '{"price": 1.50}'::jsonb"""))


@routes.get("/values/adapters")
def adapters(connection: Any, cursor: Any) -> dict[str, Any]:
    """A custom loader for one cursor; JSON for every dictionary on one connection."""
    cursor.adapters.register_loader("numeric", EuroLoader)
    connection.adapters.register_dumper(dict, JsonbDumper)
    loader = connection.adapters.get_loader(1700, Format.TEXT)
    dumper = connection.adapters.get_dumper(Decimal, PyFormat.AUTO)
    default = [getattr(loader, "__name__", None), getattr(dumper, "oid", None)]
    with connection.cursor() as other:
        other.execute("SELECT %s->>'name', 1.5", ({"name": "tea"},))
        seen = values_of(other)
    cursor.execute("SELECT price FROM tea WHERE id = 1")
    return {**values_of(cursor), "other": seen, "default": default}
