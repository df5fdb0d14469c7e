"""Statements, their parameters, and the ways to fetch what they gave."""

from typing import Any, Callable

import psycopg
from db import (
    about,
    about_many,
    attempt,
    columns,
    connect,
    cursor_of,
    fetched,
    message,
    names_in,
    shared,
    show,
    without_status,
)
from flask import Blueprint

queries = Blueprint("queries", __name__, url_prefix="/queries")

ADD = "INSERT INTO item VALUES (%s, %s, %s, %s)"
ADD_RETURNING = "INSERT INTO item VALUES (%s, %s, %s, %s) RETURNING id, name"


@queries.get("/fetchall")
def fetchall() -> dict[str, Any]:
    with shared().cursor() as cursor:
        cursor.execute("SELECT id, name, price FROM tea ORDER BY id")
        return {**fetched(cursor), "again": cursor.fetchall(), "rownumber": cursor.rownumber}


@queries.get("/fetch")
def fetch() -> list[Any]:
    """Row after row, past the end, with the cursor's position before each; then as many as its arraysize says, as many
    as asked for, and what is left."""
    with shared().cursor() as cursor:
        cursor.execute("SELECT name FROM tea WHERE origin = 'India' ORDER BY id")
        one, first = [[cursor.rownumber, show(cursor.fetchone())] for _ in range(4)], about(cursor)
        cursor.execute("SELECT id FROM tea ORDER BY id")
        many = [show(cursor.fetchmany()), show(cursor.fetchmany(2)), show(cursor.fetchone())]
        cursor.arraysize = 4
        return [one, first, [*many, show(cursor.fetchmany()), show(cursor.fetchmany(2))], about(cursor)]


@queries.get("/many")
def many_rows() -> list[Any]:
    with shared().cursor() as cursor:
        found = cursor.execute("SELECT number, number * 2 FROM generate_series(1, 150) AS number").fetchall()
        return [found, show(found[-1]), about(cursor)]


@queries.get("/iterate")
def iterate() -> list[Any]:
    with shared().cursor() as cursor:
        cursor.execute("SELECT name, id FROM tea WHERE id < 9 ORDER BY id")
        return [[show(row) for row in cursor], about(cursor)]


@queries.get("/iterate-rest")
def iterate_rest() -> dict[str, Any]:
    with shared().cursor() as cursor:
        cursor.execute("SELECT id, name FROM tea ORDER BY id")
        first = show(cursor.fetchone())
        rest = [show(row) for row in cursor]
        return {"first": first, "rest": rest, "rownumber": cursor.rownumber, **about(cursor)}


@queries.get("/scroll")
def scroll() -> list[Any]:
    """To and fro, out of bounds (which moves nothing), and in no known direction."""
    seen: list[Any] = []
    with shared().cursor() as cursor:
        cursor.execute("SELECT id FROM tea ORDER BY id")
        for value, mode in ((3, "absolute"), (-2, "relative"), (9, "relative"), (-1, "absolute"), (1, "sideways")):
            try:
                cursor.scroll(value, mode)
                seen.append([cursor.rownumber, show(cursor.fetchone())])
            except (IndexError, ValueError) as error:
                seen.append(type(error).__name__)
        cursor.scroll(0, "absolute")
        return [*seen, fetched(cursor)]


@queries.get("/scroll-out")
def scroll_out() -> list[Any]:
    """Out of bounds, with the error's message; in a result without rows every place is."""
    seen: list[Any] = []
    with shared().cursor() as cursor:
        for query in ("SELECT id FROM tea ORDER BY id", "SELECT id FROM tea WHERE id > 99"):
            cursor.execute(query)
            for value in (9, 0):
                try:
                    cursor.scroll(value)
                    seen.append(cursor.rownumber)
                except IndexError as error:
                    seen.append(message(error))
    return seen


@queries.get("/not-fetched")
def not_fetched() -> dict[str, Any]:
    """Only the count is looked at."""
    with shared().cursor() as cursor:
        cursor.execute("SELECT id FROM tea WHERE stock > 4")
        return about(cursor)


@queries.get("/description")
def description() -> list[Any]:
    """All seven fields of each column, by position and by name; the count is an integer, as range() needs it."""
    with shared().cursor() as cursor:
        columns = "1 AS n, 'x'::varchar(20) AS text, 1.5::numeric(6,2) AS price, true AS flag, '10:00'::time(3) AS at"
        cursor.execute(f"SELECT {columns}")
        cursor.fetchall()
        described = [[show(tuple(column)), getattr(column, "name", None)] for column in cursor.description or []]
        return [*described, show(cursor.rowcount)]


@queries.get("/without-rows")
def without_rows() -> list[Any]:
    """After a statement with rows one without: nothing of the first is left, not even a row number."""
    with cursor_of(connect()) as cursor:
        first = fetched(cursor.execute("SELECT id FROM tea WHERE id = 1"))
        cursor.execute("SET LOCAL work_mem = '1MB'")
        return [first, about(cursor), cursor.rownumber]


@queries.get("/states")
def states() -> dict[str, Any]:
    """Of a cursor that is new, open, closed; and what the library refuses by itself: commit in a block, a setting in a
    transaction, a closed connection."""
    with connect() as connection, connection.transaction():
        fresh = connection.cursor()
        with connection.cursor() as cursor:
            seen = {"fresh": [about(fresh), fresh.rownumber, fresh.arraysize], "open": cursor.closed}
        fresh.close()
        seen["closed"] = [cursor.closed, fresh.closed, cursor.connection is connection]
        refused = [attempt(connection.commit), attempt(lambda: setattr(connection, "autocommit", True))]
    refused += [attempt(connection.commit), attempt(connection.cursor)]
    return {**seen, "refused": [each["error"] for each in refused]}


@queries.get("/two-statements")
def two_statements() -> list[Any]:
    """Several statements in one string give several results."""
    with shared().cursor() as cursor:
        cursor.execute("SELECT id FROM tea WHERE id = 1; SELECT name FROM tea WHERE id = 2")
        first = fetched(cursor)
        return [first, cursor.nextset(), fetched(cursor), cursor.nextset()]


@queries.post("/insert")
def insert() -> dict[str, Any]:
    with connect() as connection, connection.cursor() as cursor:
        inserted = fetched(cursor.execute(ADD_RETURNING, ("insert", 1, "cup", None)))
        updated = about(connection.execute("UPDATE item SET name = 'pot' WHERE box = %s", ("insert",)))
        connection.commit()
        return {"inserted": inserted, "updated": updated, "elsewhere": names_in("insert")}


@queries.post("/executemany")
def executemany() -> dict[str, Any]:
    """The parameters come from a generator, which can be read once."""
    with cursor_of(connect()) as cursor:
        cursor.executemany(ADD, (("many", number, f"cup {number}", None) for number in range(3)))
        cursor.connection.commit()
        return {**about_many(cursor, "INSERT 0 1"), "elsewhere": names_in("many")}


def add_returning(cursor: Any, box: str) -> None:
    cursor.executemany(ADD_RETURNING, [(box, number, f"cup {number}", None) for number in range(3)], returning=True)


def by_nextset(cursor: Any) -> list[list[Any]]:
    """The rows and the columns of each result."""
    sets = [[show(cursor.fetchall()), columns(cursor)]]
    while cursor.nextset():
        sets.append([show(cursor.fetchall()), columns(cursor)])
    return sets


def by_results(cursor: Any) -> list[list[Any]]:
    """Of each result the rows, fetched in another way, and what the cursor says."""
    ways: tuple[Callable[[], list[Any]], ...] = (
        lambda: [cursor.fetchall()],
        lambda: [cursor.fetchone()],
        lambda: [cursor.fetchmany(5), cursor.fetchmany(), cursor.fetchone()],
    )
    return [[*map(show, fetch()), without_status(cursor)] for _, fetch in zip(cursor.results(), ways)]


@queries.post("/executemany-nextset")
def executemany_nextset() -> list[Any]:
    """A result for each of the parameters, fetched in three ways."""
    with shared().cursor() as cursor:
        add_returning(cursor, "nextset")
        sets: list[Any] = [[show(cursor.fetchall()), columns(cursor)]]
        sets.append([cursor.nextset(), show(cursor.fetchone()), show(cursor.fetchone()), columns(cursor)])
        sets.append([cursor.nextset(), show(cursor.fetchmany(2)), show(cursor.fetchmany()), columns(cursor)])
        return [*sets, cursor.nextset()]


@queries.post("/executemany-results")
def executemany_results() -> list[Any]:
    """Result after result; and any of them by its number."""
    with shared().cursor() as cursor, shared().cursor() as other:
        add_returning(cursor, "results")
        add_returning(other, "set result")
        if not hasattr(psycopg.Cursor, "results"):  # before psycopg 3.3
            (first, *names), (second, *of_second), (third, *of_third) = by_nextset(cursor)
            shown = [first, *names], [second.strip("[]"), *of_second], [third, "[]", "None", *of_third]
            seen = [[*each, {"rowcount": 1, "columns": found}] for *each, found in shown]
            sets = by_nextset(other)
            return [seen, [sets[2], sets[0], sets[1], "IndexError"]]
        seen = by_results(cursor)
        numbered = [[show(other.set_result(number).fetchall()), columns(other)] for number in (-1, 0, 1)]
        return [seen, [*numbered, attempt(lambda: other.set_result(3))["error"].rpartition(".")[2]]]


@queries.post("/executemany-again")
def executemany_again() -> list[Any]:
    """The same cursor a second time."""
    with shared().cursor() as cursor:
        add_returning(cursor, "first")
        first = by_nextset(cursor)
        add_returning(cursor, "second")
        return [first, by_nextset(cursor)]


@queries.post("/executemany-about")
def executemany_about() -> list[Any]:
    """What the cursor says of each result, the last by its number; and of results without rows."""
    seen: list[Any] = []
    with shared().cursor() as cursor, shared().cursor() as other:
        add_returning(cursor, "about")
        other.executemany(ADD, [("without rows", number, "cup", None) for number in (1, 2)], returning=True)
        for each in (cursor, other):
            seen += [about(each), each.nextset(), about(each)]
        last = cursor.set_result(-1) if hasattr(cursor, "set_result") else cursor  # since psycopg 3.3
        return [*seen, about(last)]
