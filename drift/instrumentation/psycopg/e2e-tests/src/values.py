"""How values of PostgreSQL become values of Python and back: types, adapters, the binary format."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from functools import partial
from ipaddress import ip_address, ip_network
from json import loads
from typing import Any
from uuid import UUID

from db import about, attempt, connect, cursor_of, fetched, shared, show
from flask import Blueprint
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

values = Blueprint("values", __name__, url_prefix="/values")

GIVEN_ID = UUID("0b9ee1a2-3c4d-4e5f-8a9b-0c1d2e3f4a5b")
NOON = datetime(2024, 2, 29, 12, 30, 15, 123456)
oids: dict[str, list[int]] = {}


class Mood(Enum):
    calm = 1
    awake = 2


class EuroLoader(Loader):
    """An amount of money as text."""

    def load(self, data: Buffer) -> str:
        return f"{bytes(data).decode()} €"


def select(query: str, *parameters: Any, **options: Any) -> dict[str, Any]:
    """The values of a single row."""
    with shared().cursor() as cursor:
        return values_of(cursor.execute(query, parameters or None, **options))


def values_of(cursor: Any) -> dict[str, Any]:
    (row,) = cursor.fetchall()
    return {"values": [show(value) for value in row], **about(cursor)}


@values.get("/numbers")
def numbers() -> dict[str, Any]:
    integers = "(-32768)::int2, 2147483647::int4, (-9007199254740991)::int8, 26::oid, %s::int4"
    floats = "1.5::float4, 2::float8, (-1e300)::float8, %s::float8"
    numerics = "1.50::numeric(6,2), 12345678901234567890.0987654321, 0::numeric, %s, %s::numeric"
    return select(f"SELECT {integers}, {floats}, {numerics}", 7, 0.1, Decimal("12.340"), Decimal("NaN"))


@values.get("/bigint")
def bigint() -> dict[str, Any]:
    """More than a double can hold exactly."""
    return select("SELECT 9007199254740993::int8, %s::int8", 2**63 - 1)


@values.get("/plain")
def plain() -> dict[str, Any]:
    """Text, truth, nothing, bytes that are no text, uuid, JSON."""
    texts = (
        "'a'::char(3), 'b'::varchar, 'c'::name, ''::text, %s::text, true, false, NULL, NULL::int, %s::bool, %s::text"
    )
    others = "'\\x00ff80'::bytea, %s::bytea, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid, %s"
    jsons = """'{"name": "tea", "tags": ["hot", null, true], "price": 2.5}'::jsonb, '"text"'::json"""
    given = ("tab\t, line\n, quote ' \" \\ and 馬", True, None, bytes(range(120, 140)), GIVEN_ID)
    return select(f"SELECT {texts}, {others}, {jsons}", *given)


@values.get("/text-like-time")
def text_like_time() -> dict[str, Any]:
    """Text that looks like a point in time, and is text."""
    return select("SELECT '2024-02-29T12:30:15'::text, '2024-02-29 12:30'::text, '2024-02-29'::text")


@values.get("/bytes-like-text")
def bytes_like_text() -> dict[str, Any]:
    """bytea that happens to be text in UTF-8."""
    return select("SELECT 'tea'::bytea, ''::bytea, %s::bytea", b"\xe2\x98\x95")


@values.get("/times")
def times() -> dict[str, Any]:
    """Points in time with and without a zone (the session's is UTC), and spans of time."""
    aware = NOON.replace(tzinfo=timezone(timedelta(hours=2)))
    dates = "'0001-01-01'::date, '08:15'::time, %s::date, %s::time, '12:00+05:30'::timetz"
    stamps = "'1999-12-31 23:59:59.5'::timestamp, '2024-07-01 12:00+02'::timestamptz, %s, %s"
    intervals = "'1 day 02:03:04.5'::interval, '0'::interval, %s::interval"
    given = (NOON.date(), time(23, 59, 59, 999999), NOON, aware, timedelta(days=-1, seconds=5, microseconds=1))
    return select(f"SELECT {dates}, {stamps}, {intervals}", *given)


@values.get("/zone")
def zone() -> list[Any]:
    """In a session of another zone: the offset, and the zone by name, which knows of summer time."""
    with cursor_of(connect(options="-c timezone=Europe/Rome")) as cursor:
        cursor.execute("SELECT '2024-07-01 12:00Z'::timestamptz")
        ((at,),) = cursor.fetchall()
        return [show(at), str(at.tzinfo)]


@values.get("/network")
def network() -> dict[str, Any]:
    """Addresses and networks as objects."""
    parameters = (ip_address("10.0.0.1"), ip_network("10.0.0.0/8"))
    return select("SELECT '192.168.1.5/24'::inet, '::1'::inet, 'fe80::/10'::cidr, %s, %s", *parameters)


@values.get("/collections")
def collections() -> dict[str, Any]:
    """Arrays of one and of two dimensions, and ranges."""
    arrays = "'{{a,NULL},{\"c,d\",e}}'::text[], '{}'::text[], %s::text[], %s::numeric[], %s::date[], %s::bool[]"
    ranges = "'[1,5)'::int4range, 'empty'::int4range, '(,7]'::numrange, '[2024-01-01,)'::daterange, %s::tsrange"
    given = (["x", "y"], [Decimal("1.5"), None], [date(2024, 2, 29)], [True, False], Range(NOON, None, "(]"))
    return select(f"SELECT {arrays}, {ranges}", *given)


@values.get("/integers-within")
def integers_within() -> dict[str, Any]:
    """Integers within JSON and arrays."""
    return select("""SELECT '{"count": 3, "list": [1, 2.5]}'::jsonb, '7'::json, ARRAY[1, NULL], %s::int8[]""", [[5, 6]])


@values.get("/multiranges")
def multiranges() -> dict[str, Any]:
    """Read from text: that works with servers that have no such type yet (before PostgreSQL 14)."""
    with cursor_of(connect()) as cursor:
        cursor.adapters.register_loader("text", Int4MultirangeLoader)
        return values_of(cursor.execute("SELECT '{[1,3),[5,)}'::text"))


@values.get("/multiranges-written")
def multiranges_written() -> list[str]:
    """As text, too, which is read as such."""
    with cursor_of(connect(cursor_factory=ClientCursor)) as cursor:
        written = cursor.mogrify("%s", (Multirange([Range(1, 3), Range(5, None)]),))
        return [written, *map(show, cursor.execute(f"SELECT {written}").fetchall())]


def load_types() -> None:
    """The numbers of the database's own types, and of their arrays. (EnumInfo.fetch asks for them past the SDK.)"""
    with shared().cursor() as cursor:
        cursor.execute("SELECT typname, oid, typarray FROM pg_type WHERE typname IN ('mood', 'place')")
        oids.update({name: numbers for name, *numbers in cursor.fetchall()})


@values.get("/enum")
def enum() -> list[str]:
    with connect() as connection:
        register_enum(EnumInfo("mood", *oids["mood"], ["calm", "awake"]), connection, Mood)
        return [show(row) for row in connection.execute("SELECT 'calm'::mood, 'awake'::mood").fetchall()]


@values.get("/composite")
def composite() -> list[str]:
    with connect() as connection:
        names, types = ["name", "floor"], [25, 25]
        info = CompositeInfo("place", *oids["place"], field_names=names, field_types=types)
        register_composite(info, connection)
        return [show(row) for row in connection.execute("SELECT '(attic,\"4th, left\")'::place").fetchall()]


@values.get("/json-selected")
def json_selected() -> dict[str, Any]:
    return select("SELECT %s, %s", Jsonb({"name": "tea"}), Json(["hot", None]))


@values.post("/json-written")
def json_written() -> dict[str, Any]:
    """By every statement that takes parameters."""
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


@values.get("/binary")
def binary() -> list[Any]:
    """The binary format, for parameters and results: of one statement, and of all statements of a cursor."""
    parameters = (GIVEN_ID, NOON, Decimal("1.5"), 7)
    one = select("SELECT %b, %b, %b::numeric, %b::int2, '08:15'::time, '1 day'::interval", *parameters, binary=True)
    query = "SELECT id, name, price, origin, stock > 4 AS enough, %b::bytea AS raw, %s::float8 AS weight FROM tea"
    with shared().cursor(binary=True) as cursor:
        cursor.execute(f"{query} WHERE id IN (1, 3) ORDER BY id", (b"\x00\xff", 1.5))
        return [one, cursor.format.name, fetched(cursor)]


class EndlessDateLoader(DateLoader):
    """As psycopg's guide has it: what is endless is the last day that Python knows."""

    def load(self, data: Buffer) -> date:
        return date.max if bytes(data) == b"infinity" else super().load(data)


@values.get("/endless")
def endless() -> dict[str, Any]:
    with cursor_of(connect()) as cursor:
        cursor.adapters.register_loader("date", EndlessDateLoader)
        return values_of(cursor.execute("SELECT 'infinity'::date, '2024-02-29'::date"))


@values.get("/wrapped")
def wrapped() -> dict[str, Any]:
    """Numbers that say themselves of what size they are."""
    return select("SELECT %s, %s, %s, %s", Int2(1), Int4(2), Int8(3), Float8(4.5))


@values.get("/json-loads")
def json_loads() -> dict[str, Any]:
    """JSON that is read in another way, by one connection."""
    with cursor_of(connect()) as cursor:
        set_json_loads(partial(loads, parse_float=Decimal), cursor.connection)
        with cursor.connection.cursor() as other:
            return values_of(other.execute("""SELECT '{"price": 1.50}'::jsonb"""))


@values.get("/adapters")
def adapters() -> dict[str, Any]:
    """A loader of one's own for one cursor, JSON for every dictionary on one connection."""
    with cursor_of(connect()) as cursor:
        cursor.adapters.register_loader("numeric", EuroLoader)
        cursor.connection.adapters.register_dumper(dict, JsonbDumper)
        loader = cursor.connection.adapters.get_loader(1700, Format.TEXT)
        dumper = cursor.connection.adapters.get_dumper(Decimal, PyFormat.AUTO)
        default = [getattr(loader, "__name__", None), getattr(dumper, "oid", None)]
        with cursor.connection.cursor() as other:
            other.execute("SELECT %s->>'name', 1.5", ({"name": "tea"},))
            seen = values_of(other)
        cursor.execute("SELECT price FROM tea WHERE id = 1")
        return {**values_of(cursor), "other": seen, "default": default}
