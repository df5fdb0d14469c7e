"""Results of PostgreSQL drivers, in the form of the suites' expected responses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from e2e_common.record.client import Exchange

OIDS = {
    "bool": 16, "bytea": 17, "name": 19, "int8": 20, "int2": 21, "int4": 23, "text": 25, "oid": 26, "json": 114,
    "point": 600, "cidr": 650, "float4": 700, "float8": 701, "macaddr": 829, "inet": 869, "bool[]": 1000,
    "int4[]": 1007, "text[]": 1009, "int8[]": 1016, "bpchar": 1042, "varchar": 1043, "date": 1082, "time": 1083,
    "timestamp": 1114, "date[]": 1182, "timestamptz": 1184, "interval": 1186, "interval[]": 1187, "numeric[]": 1231,
    "timetz": 1266, "varbit": 1562, "varbit[]": 1563, "numeric": 1700, "uuid": 2950, "uuid[]": 2951, "tsvector": 3614,
    "jsonb": 3802, "int4range": 3904, "numrange": 3906, "tsrange": 3908, "daterange": 3912, "int8range": 3926,
}  # fmt: skip


def columns(described: str) -> list[Any]:
    """[name, type OID] of each column in a description such as `id int4, text`. A single word is both name and type. A
    type that is not in OIDS stays text."""
    parts = [column.split(" ") for column in described.split(", ")] if described else []
    return [[column[0], OIDS.get(column[-1], column[-1])] for column in parts]


def about(rowcount: int, described: str = "", **attributes: Any) -> dict[str, Any]:
    """A cursor's attributes after a statement. `described`: its columns, as for `columns`."""
    return {"rowcount": rowcount, "columns": columns(described), **attributes}


class Rows(Exchange):
    """For suites whose requests mostly expect rows. The suite's `result` makes the body of columns and rows."""

    result: Callable[..., dict[str, Any]]

    def finds(self, described: str, *rows: Any, **fields: Any) -> None:
        """Expect `result` of these columns and rows as the body, with `fields` as members."""
        self.answers(self.result(described, *rows), **fields)
