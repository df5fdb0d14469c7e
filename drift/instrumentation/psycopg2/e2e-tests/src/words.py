"""The words that statements of answers are made of (see database.py for how an answer shows values)."""

from typing import Any

from e2e_common.postgres_types import columns
from e2e_common.requester import Api, matches

HOST = matches(r"127\.0\.0\.1|postgres")  # where the server is: on this machine, or Compose's

ITEM = "id int4, name text, price numeric"
ITEMS = [
    ["int 1", "str tea", "Decimal 2.50"],
    ["int 2", "str mate", "Decimal 3.00"],
    ["int 3", "str kávé", "Decimal 4.25"],
]
NAMED = [dict(zip(("id", "name", "price"), item)) for item in ITEMS]
PAIRS = [["str kávé", "int 5"], ["str mate", None], ["str tea", "int 2"]]


def result(described: str, *rows: Any) -> dict[str, Any]:
    """What a statement gives that finds `rows`. `described`: its columns, as postgres_types.columns takes them."""
    return {"rows": list(rows), **beside(len(rows), described)}


class Results(Api):
    def finds(self, described: str, *rows: Any, **fields: Any) -> None:
        """The expected body is the `result`, and `fields` beside it."""
        self.answers(result(described, *rows), **fields)


def done(rowcount: int = -1) -> dict[str, Any]:
    """What a statement gives that has no rows to show."""
    return {"rows": None, **beside(rowcount)}


def beside(rowcount: int, described: str = "") -> dict[str, Any]:
    """What a cursor tells beside its rows."""
    return {"rowcount": rowcount, "columns": columns(described), "lastrowid": 0}


def ordered(*rows: list[Any]) -> dict[str, Any]:
    """The orders that a connection finds."""
    return result("item text, quantity int4", *rows)


def placed(item: str) -> dict[str, Any]:
    """What an order gives."""
    return result("item text", [f"str {item}"])


def lines(*each: str) -> str:
    """A text of several lines, with the end of the last."""
    return "".join(f"{line}\n" for line in each)
