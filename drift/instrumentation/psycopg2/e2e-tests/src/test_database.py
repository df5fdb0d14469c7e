"""Expected cursors and orders, in the format of database.py."""

from typing import Any

from e2e_common.record import postgres_types
from e2e_common.record.client import matches

HOST = matches(r"127\.0\.0\.1|postgres")  # the server's host: this machine or Compose's

ITEM = "id int4, name text, price numeric"
ITEMS = [
    ["int 1", "str tea", "Decimal 2.50"],
    ["int 2", "str mate", "Decimal 3.00"],
    ["int 3", "str kávé", "Decimal 4.25"],
]
NAMED = [dict(zip(("id", "name", "price"), item)) for item in ITEMS]
PAIRS = [["str kávé", "int 5"], ["str mate", None], ["str tea", "int 2"]]


def about(rowcount: int, described: str = "") -> dict[str, Any]:
    return postgres_types.about(rowcount, described, lastrowid=0)


def result(described: str, *rows: Any) -> dict[str, Any]:
    return {"rows": list(rows), **about(len(rows), described)}


def done(rowcount: int = -1) -> dict[str, Any]:
    """Returns the expected attributes after a statement without rows."""
    return {"rows": None, **about(rowcount)}


def ordered(*rows: list[Any]) -> dict[str, Any]:
    return result("item text, quantity int4", *rows)


def placed(item: str) -> dict[str, Any]:
    return result("item text", [f"str {item}"])


def lines(*each: str) -> str:
    return "".join(f"{line}\n" for line in each)


class Rows(postgres_types.Rows):
    result = staticmethod(result)
