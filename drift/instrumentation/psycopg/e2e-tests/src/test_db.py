"""Expected cursors, errors and boxes, in the format of db.py."""

from typing import Any

from e2e_common.record import postgres_types

columns = postgres_types.columns
TEA = "id int4, name text, price numeric"
ON_PURPOSE = {"error": "builtins.LookupError", "message": "on purpose"}
NO_RESULT = {"error": "psycopg.ProgrammingError", "message": "no result available"}
TWICE = 'duplicate key value violates unique constraint "item_pkey"'


def without_status(described: str, rowcount: int) -> dict[str, Any]:
    return postgres_types.about(rowcount, described)


def about(described: str, rowcount: int, status: str = "") -> dict[str, Any]:
    return postgres_types.about(rowcount, described, status=status or f"SELECT {rowcount}")


def done(status: Any, rowcount: int) -> dict[str, Any]:
    """Returns the expected attributes after a statement without rows."""
    return {"columns": None, "rowcount": rowcount, "status": status}


ONE_ROW = done("INSERT 0 1", 1)


def selected(described: str, *rows: str, of: int = -1, status: str = "") -> dict[str, Any]:
    """Returns the expected remaining rows. `of`: the row count, if it differs from their number."""
    return {"rows": list(rows), **about(described, len(rows) if of < 0 else of, status)}


def row(described: str, *values: str) -> dict[str, Any]:
    return {"values": list(values), **about(described, 1)}


def names(*values: str) -> dict[str, Any]:
    return selected("name text", *[f"({name!r},)" for name in values])


class Rows(postgres_types.Rows):
    result = staticmethod(selected)

    def finds_row(self, described: str, *values: str) -> None:
        self.answers(row(described, *values))
