"""Row factories: psycopg's and one's own, on the connection, on the cursor, and changed later."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Callable

from db import columns, connect, fetched, shared, show
from flask import Blueprint
from psycopg import Cursor
from psycopg.rows import args_row, class_row, dict_row, kwargs_row, namedtuple_row, scalar_row

rows = Blueprint("rows", __name__, url_prefix="/rows")

TEAS = "SELECT id, name, price FROM tea WHERE origin = 'Japan' ORDER BY id"


@dataclass
class Tea:
    id: int
    name: str
    price: Decimal


class ListRows:
    """A factory of one's own, which is an object: each row a list."""

    def __call__(self, cursor: Cursor[Any]) -> Callable[[Sequence[Any]], list[Any]]:
        return list


def loud_row(cursor: Cursor[Any]) -> Callable[[Sequence[Any]], Any]:
    """A factory of one's own: each row a dictionary with capital keys."""
    names = [column.name.upper() for column in cursor.description or []]
    return lambda values: dict(zip(names, values))


def teas_as(factory: Any) -> dict[str, Any]:
    with shared().cursor(row_factory=factory) as cursor:
        return fetched(cursor.execute(TEAS))


@rows.get("/dict")
def dict_rows() -> list[Any]:
    """Of the connection, fetched and iterated; and by keywords, of a cursor."""
    with connect(row_factory=dict_row) as connection, connection.cursor() as cursor:
        cursor.execute(TEAS)
        seen = {"first": show(cursor.fetchone()), "iterated": [show(row) for row in cursor], **fetched(cursor)}
    return [seen, teas_as(kwargs_row(dict))]


@rows.get("/dict-false")
def dict_rows_of_what_is_false() -> dict[str, Any]:
    """What Python takes for false is not what SQL has for nothing."""
    with shared().cursor(row_factory=dict_row) as cursor:
        return fetched(cursor.execute("SELECT 0 AS zero, '' AS empty, false AS no, 0.0 AS nought, NULL AS nothing"))


@rows.get("/named")
def named_rows() -> list[Any]:
    """Named tuples, and the fields of a class."""
    with shared().cursor(row_factory=namedtuple_row) as cursor:
        cursor.execute(TEAS)
        first = cursor.fetchone()
        seen = {"first": [show(first), first.name], **fetched(cursor)}
    with shared().cursor(row_factory=class_row(Tea)) as cursor:
        return [seen, [f"{tea.id}: {tea.name}, {show(tea.price)}" for tea in cursor.execute(TEAS).fetchall()]]


@rows.get("/class")
def class_rows() -> dict[str, Any]:
    """Instances of the class, not just objects with its fields."""
    return teas_as(class_row(Tea))


@rows.get("/scalar")
def scalar_rows() -> dict[str, Any]:
    with shared().cursor(row_factory=scalar_row) as cursor:
        cursor.execute("SELECT name, id FROM tea ORDER BY id")
        return {"first": show(cursor.fetchone()), "two": show(cursor.fetchmany(2)), **fetched(cursor)}


@rows.get("/scalar-null")
def scalar_null() -> dict[str, Any]:
    """A row may be None without being the end."""
    with shared().cursor(row_factory=scalar_row) as cursor:
        cursor.execute("SELECT origin FROM tea ORDER BY id")
        return {"many": show(cursor.fetchmany(4)), **fetched(cursor)}


@rows.get("/own")
def own_rows() -> list[Any]:
    """Made by a function of the values; lists; dictionaries with other keys than the columns."""
    return [teas_as(args_row("{}. {} for {}".format)), teas_as(ListRows()), teas_as(loud_row)]


@rows.get("/changed")
def changed() -> list[Any]:
    """For the cursors that come after, and for the cursor's next statement."""
    with connect() as connection, connection.cursor() as cursor:
        connection.row_factory = dict_row
        seen = [fetched(each.execute(TEAS)) for each in (cursor, connection)]
        cursor.row_factory = namedtuple_row
        return [*seen, fetched(cursor.execute(TEAS))]


@rows.get("/changed-late")
def changed_late() -> list[str]:
    """Between the statement and its rows, and between one row and the next."""
    with shared().cursor() as cursor:
        cursor.execute(TEAS)
        cursor.row_factory = dict_row
        first = show(cursor.fetchone())
        cursor.row_factory = namedtuple_row
        return [first, show(cursor.fetchone())]


def many_as(factory: Any) -> list[Any]:
    """The two results of an executemany, fetched in all ways, and the columns of each."""
    with shared().cursor(row_factory=factory) as cursor:
        cursor.executemany("SELECT id, name FROM tea WHERE id > %s ORDER BY id", [(3,), (2,)], returning=True)
        first = [show(cursor.fetchone()), show(cursor.fetchall()), columns(cursor)]
        return [first, cursor.nextset(), show(cursor.fetchmany(2)), show(cursor.fetchall()), columns(cursor)]


@rows.get("/executemany")
def executemany_rows() -> list[Any]:
    return [many_as(namedtuple_row), many_as(dict_row)]


@rows.get("/executemany-scalar")
def executemany_scalars() -> list[Any]:
    return [many_as(scalar_row), many_as(kwargs_row(dict))]


@rows.get("/executemany-counts")
def executemany_counts() -> list[int]:
    """Of the first result, and of the second."""
    with shared().cursor() as cursor:
        cursor.executemany("SELECT id FROM tea WHERE id > %s", [(3,), (2,)], returning=True)
        first = cursor.rowcount
        cursor.nextset()
        return [first, cursor.rowcount]
