"""The words that statements of answers are made of (see database.py for how an answer shows values)."""

from __future__ import annotations

from typing import Any, Callable

from e2e_common.requester import matches

Send = Callable[..., None]

HOST = matches(r"127\.0\.0\.1|postgres")  # where the server is: on this machine, or Compose's

# Type codes of columns; the rarer ones stand as they are.
BOOL, BIGINT, INT, TEXT, NUMERIC = 16, 20, 23, 25, 1700
ITEM = {"id": INT, "name": TEXT, "price": NUMERIC}

ITEMS = [
    ["int 1", "str tea", "Decimal 2.50"],
    ["int 2", "str mate", "Decimal 3.00"],
    ["int 3", "str kávé", "Decimal 4.25"],
]
NAMED = [dict(zip(("id", "name", "price"), item)) for item in ITEMS]
PAIRS = [["str kávé", "int 5"], ["str mate", None], ["str tea", "int 2"]]


def result(rows: list[Any], **columns: Any) -> dict[str, Any]:
    """What a statement gives that finds `rows`. `columns`: name and type code of each, in order."""
    return {"rows": rows, **beside(len(rows), **columns)}


def done(rowcount: int = -1) -> dict[str, Any]:
    """What a statement gives that has no rows to show."""
    return {"rows": None, **beside(rowcount)}


def beside(rowcount: int, **columns: Any) -> dict[str, Any]:
    """What a cursor tells beside its rows."""
    return {"rowcount": rowcount, "columns": [list(each) for each in columns.items()], "lastrowid": 0}


def ordered(*rows: list[Any]) -> dict[str, Any]:
    """The orders that a connection finds."""
    return result(list(rows), item=TEXT, quantity=INT)


def placed(item: str) -> dict[str, Any]:
    """What an order gives."""
    return result([[f"str {item}"]], item=TEXT)


def lines(*each: str) -> str:
    """A text of several lines, with the end of the last."""
    return "".join(f"{line}\n" for line in each)
