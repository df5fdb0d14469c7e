"""Statements, their parameters, and the ways to fetch results."""

from typing import Any, Callable

import psycopg
from db import (
    about,
    about_many,
    attempt,
    columns,
    connect,
    fetched,
    message,
    names_in,
    routes,
    shared,
    show,
    without_status,
)

ADD = "INSERT INTO item VALUES (%s, %s, %s, %s)"
ADD_RETURNING = "INSERT INTO item VALUES (%s, %s, %s, %s) RETURNING id, name"


@routes.get("/queries/fetchall")
def fetchall(cursor: Any) -> dict[str, Any]:
    cursor.execute("SELECT id, name, price FROM tea ORDER BY id")
    return {**fetched(cursor), "again": cursor.fetchall(), "rownumber": cursor.rownumber}


@routes.get("/queries/fetch")
def fetch(cursor: Any) -> list[Any]:
    """Fetches single rows past the end, with the position before each; arraysize rows, a number, the rest."""
    cursor.execute("SELECT name FROM tea WHERE origin = 'India' ORDER BY id")
    one, first = [[cursor.rownumber, show(cursor.fetchone())] for _ in range(4)], about(cursor)
    cursor.execute("SELECT id FROM tea ORDER BY id")
    many = [show(cursor.fetchmany()), show(cursor.fetchmany(2)), show(cursor.fetchone())]
    cursor.arraysize = 4
    return [one, first, [*many, show(cursor.fetchmany()), show(cursor.fetchmany(2))], about(cursor)]


@routes.get("/queries/many")
def many_rows(cursor: Any) -> list[Any]:
    found = cursor.execute("SELECT number, number * 2 FROM generate_series(1, 150) AS number").fetchall()
    return [found, show(found[-1]), about(cursor)]


@routes.get("/queries/iterate")
def iterate(cursor: Any) -> list[Any]:
    cursor.execute("SELECT name, id FROM tea WHERE id < 9 ORDER BY id")
    return [[show(row) for row in cursor], about(cursor)]


@routes.get("/queries/iterate-rest")
def iterate_rest(cursor: Any) -> dict[str, Any]:
    cursor.execute("SELECT id, name FROM tea ORDER BY id")
    first = show(cursor.fetchone())
    rest = [show(row) for row in cursor]
    return {"first": first, "rest": rest, "rownumber": cursor.rownumber, **about(cursor)}


@routes.get("/queries/scroll")
def scroll(cursor: Any) -> list[Any]:
    """Scrolls in both directions, out of range (which does not move the cursor), and with an unknown mode."""
    seen: list[Any] = []
    cursor.execute("SELECT id FROM tea ORDER BY id")
    for value, mode in ((3, "absolute"), (-2, "relative"), (9, "relative"), (-1, "absolute"), (1, "sideways")):
        try:
            cursor.scroll(value, mode)
            seen.append([cursor.rownumber, show(cursor.fetchone())])
        except (IndexError, ValueError) as error:
            seen.append(type(error).__name__)
    cursor.scroll(0, "absolute")
    return [*seen, fetched(cursor)]


@routes.get("/queries/scroll-out")
def scroll_out() -> list[Any]:
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


@routes.get("/queries/not-fetched")
def not_fetched(cursor: Any) -> dict[str, Any]:
    cursor.execute("SELECT id FROM tea WHERE stock > 4")
    return about(cursor)


@routes.get("/queries/description")
def description(cursor: Any) -> list[Any]:
    """All seven fields of each column, by position and by name. The count is an int, as range() requires."""
    columns = "1 AS n, 'x'::varchar(20) AS text, 1.5::numeric(6,2) AS price, true AS flag, '10:00'::time(3) AS at"
    cursor.execute(f"SELECT {columns}")
    cursor.fetchall()
    described = [[show(tuple(column)), getattr(column, "name", None)] for column in cursor.description or []]
    return [*described, show(cursor.rowcount)]


@routes.get("/queries/without-rows")
def without_rows(connection: Any, cursor: Any) -> list[Any]:
    """A statement without rows after one with rows: nothing remains of the first result, not even a row number."""
    first = fetched(cursor.execute("SELECT id FROM tea WHERE id = 1"))
    cursor.execute("SET LOCAL work_mem = '1MB'")
    return [first, about(cursor), cursor.rownumber]


@routes.get("/queries/states")
def states() -> dict[str, Any]:
    """The states of a new, an open and a closed cursor; and errors of the library: commit in a block, a setting in a
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


@routes.get("/queries/two-statements")
def two_statements(cursor: Any) -> list[Any]:
    cursor.execute("SELECT id FROM tea WHERE id = 1; SELECT name FROM tea WHERE id = 2")
    first = fetched(cursor)
    return [first, cursor.nextset(), fetched(cursor), cursor.nextset()]


@routes.post("/queries/insert")
def insert(connection: Any, cursor: Any) -> dict[str, Any]:
    inserted = fetched(cursor.execute(ADD_RETURNING, ("insert", 1, "cup", None)))
    updated = about(connection.execute("UPDATE item SET name = 'pot' WHERE box = %s", ("insert",)))
    connection.commit()
    return {"inserted": inserted, "updated": updated, "elsewhere": names_in("insert")}


@routes.post("/queries/executemany")
def executemany(connection: Any, cursor: Any) -> dict[str, Any]:
    """The parameters come from a generator, which can be read only once."""
    cursor.executemany(ADD, (("many", number, f"cup {number}", None) for number in range(3)))
    connection.commit()
    return {**about_many(cursor, "INSERT 0 1"), "elsewhere": names_in("many")}


def add_returning(cursor: Any, box: str) -> None:
    cursor.executemany(ADD_RETURNING, [(box, number, f"cup {number}", None) for number in range(3)], returning=True)


def by_nextset(cursor: Any) -> list[list[Any]]:
    sets = [[show(cursor.fetchall()), columns(cursor)]]
    while cursor.nextset():
        sets.append([show(cursor.fetchall()), columns(cursor)])
    return sets


def by_results(cursor: Any) -> list[list[Any]]:
    """Returns the rows of each result, fetched in different ways, and the cursor's attributes."""
    ways: tuple[Callable[[], list[Any]], ...] = (
        lambda: [cursor.fetchall()],
        lambda: [cursor.fetchone()],
        lambda: [cursor.fetchmany(5), cursor.fetchmany(), cursor.fetchone()],
    )
    return [[*map(show, fetch()), without_status(cursor)] for _, fetch in zip(cursor.results(), ways)]


@routes.post("/queries/executemany-nextset")
def executemany_nextset(cursor: Any) -> list[Any]:
    add_returning(cursor, "nextset")
    sets: list[Any] = [[show(cursor.fetchall()), columns(cursor)]]
    sets.append([cursor.nextset(), show(cursor.fetchone()), show(cursor.fetchone()), columns(cursor)])
    sets.append([cursor.nextset(), show(cursor.fetchmany(2)), show(cursor.fetchmany()), columns(cursor)])
    return [*sets, cursor.nextset()]


@routes.post("/queries/executemany-results")
def executemany_results(cursor: Any) -> list[Any]:
    with shared().cursor() as other:
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


@routes.post("/queries/executemany-again")
def executemany_again(cursor: Any) -> list[Any]:
    add_returning(cursor, "first")
    first = by_nextset(cursor)
    add_returning(cursor, "second")
    return [first, by_nextset(cursor)]


@routes.post("/queries/executemany-about")
def executemany_about(cursor: Any) -> list[Any]:
    """Returns the cursor's attributes for each result, the last one by its index; and for results without rows."""
    seen: list[Any] = []
    with shared().cursor() as other:
        add_returning(cursor, "about")
        other.executemany(ADD, [("without rows", number, "cup", None) for number in (1, 2)], returning=True)
        for each in (cursor, other):
            seen += [about(each), each.nextset(), about(each)]
        last = cursor.set_result(-1) if hasattr(cursor, "set_result") else cursor  # since psycopg 3.3
        return [*seen, about(last)]
