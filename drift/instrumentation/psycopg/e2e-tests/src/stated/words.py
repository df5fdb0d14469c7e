"""The words that statements of answers are made of (see ../db.py for how an answer shows what psycopg gave)."""

from __future__ import annotations

from typing import Any, Callable

Send = Callable[..., None]

OIDS = {
    "bool": 16, "bytea": 17, "name": 19, "int8": 20, "int2": 21, "int4": 23, "text": 25, "oid": 26, "json": 114,
    "cidr": 650, "float4": 700, "float8": 701, "macaddr": 829, "inet": 869, "bool[]": 1000, "int4[]": 1007,
    "text[]": 1009, "int8[]": 1016, "bpchar": 1042, "varchar": 1043, "date": 1082, "time": 1083, "timestamp": 1114,
    "date[]": 1182, "timestamptz": 1184, "interval": 1186, "numeric[]": 1231, "timetz": 1266, "numeric": 1700,
    "uuid": 2950, "jsonb": 3802, "int4range": 3904, "numrange": 3906, "tsrange": 3908, "daterange": 3912,
}  # fmt: skip
TEA = "id int4, name text, price numeric"
ON_PURPOSE = {"error": "builtins.LookupError", "message": "on purpose"}
NO_RESULT = {"error": "psycopg.ProgrammingError", "message": "no result available"}
TWICE = 'duplicate key value violates unique constraint "item_pkey"'


def columns(stated: str) -> list[Any]:
    """`id int4, text`: the name and the type's number of each column; one word is both."""
    words = [column.split(" ") for column in stated.split(", ")]
    return [[column[0], OIDS[column[-1]]] for column in words]


def without_status(stated: str, rowcount: int) -> dict[str, Any]:
    """What a cursor says of a statement with rows, but for its status message."""
    return {"columns": columns(stated), "rowcount": rowcount}


def about(stated: str, rowcount: int, status: str) -> dict[str, Any]:
    """What a cursor says of a statement with rows."""
    return {**without_status(stated, rowcount), "status": status}


def done(status: str | None, rowcount: int) -> dict[str, Any]:
    """What it says of a statement without rows."""
    return {"columns": None, "rowcount": rowcount, "status": status}


ONE_ROW = done("INSERT 0 1", 1)


def selected(stated: str, *rows: str, of: int = -1, status: str = "") -> dict[str, Any]:
    """The rows that were left to fetch, and what the cursor says. `of`: the rows that there were."""
    count = len(rows) if of < 0 else of
    return {"rows": list(rows), **about(stated, count, status or f"SELECT {count}")}


def held(*names: str) -> dict[str, Any]:
    """What another connection finds in a box."""
    return selected("name text", *[f"({name!r},)" for name in names])


def row(stated: str, *values: str) -> dict[str, Any]:
    """The values of a single row."""
    return {"values": list(values), **about(stated, 1, "SELECT 1")}
