"""The words that statements of answers are made of (see db.py for how an answer shows what psycopg gave)."""

from typing import Any

from e2e_common.postgres_types import columns
from e2e_common.requester import Api

TEA = "id int4, name text, price numeric"
ON_PURPOSE = {"error": "builtins.LookupError", "message": "on purpose"}
NO_RESULT = {"error": "psycopg.ProgrammingError", "message": "no result available"}
TWICE = 'duplicate key value violates unique constraint "item_pkey"'


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


class Results(Api):
    def finds(self, stated: str, *rows: str, of: int = -1, status: str = "", **fields: Any) -> None:
        """The expected body is `selected`, and `fields` beside it."""
        self.answers(selected(stated, *rows, of=of, status=status), **fields)

    def finds_row(self, stated: str, *values: str) -> None:
        self.answers(row(stated, *values))


def held(*names: str) -> dict[str, Any]:
    """What another connection finds in a box."""
    return selected("name text", *[f"({name!r},)" for name in names])


def row(stated: str, *values: str) -> dict[str, Any]:
    """The values of a single row."""
    return {"values": list(values), **about(stated, 1, "SELECT 1")}
