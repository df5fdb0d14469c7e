"""What PostgreSQL's drivers give, as the expected responses of suites have it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from e2e_common.record.client import Api

OIDS = {
    "bool": 16, "bytea": 17, "name": 19, "int8": 20, "int2": 21, "int4": 23, "text": 25, "oid": 26, "json": 114,
    "point": 600, "cidr": 650, "float4": 700, "float8": 701, "macaddr": 829, "inet": 869, "bool[]": 1000,
    "int4[]": 1007, "text[]": 1009, "int8[]": 1016, "bpchar": 1042, "varchar": 1043, "date": 1082, "time": 1083,
    "timestamp": 1114, "date[]": 1182, "timestamptz": 1184, "interval": 1186, "interval[]": 1187, "numeric[]": 1231,
    "timetz": 1266, "varbit": 1562, "varbit[]": 1563, "numeric": 1700, "uuid": 2950, "uuid[]": 2951, "tsvector": 3614,
    "jsonb": 3802, "int4range": 3904, "numrange": 3906, "tsrange": 3908, "daterange": 3912, "int8range": 3926,
}  # fmt: skip


def columns(described: str) -> list[Any]:
    """`id int4, text`: the name and the type's number of each column; one word is both. A type without a number of its
    own stands as it is."""
    parts = [column.split(" ") for column in described.split(", ")] if described else []
    return [[column[0], OIDS.get(column[-1], column[-1])] for column in parts]


def about(rowcount: int, described: str = "", **more: Any) -> dict[str, Any]:
    """A cursor's attributes after a statement; `described`: its columns."""
    return {"rowcount": rowcount, "columns": columns(described), **more}


class Results(Api):
    """Most requests expect the rows of a statement, as `result` of the suite makes them of columns and values."""

    result: Callable[..., dict[str, Any]]

    def finds(self, described: str, *rows: Any, **fields: Any) -> None:
        """The expected body is the `result`, with `fields` as members."""
        self.answers(self.result(described, *rows), **fields)
