"""Pipeline mode: statements are sent without waiting for the answer to the one before."""

from typing import Any

import psycopg
from db import about, about_many, connect, fetched, names_in, outcome, show
from flask import Blueprint

pipelines = Blueprint("pipelines", __name__, url_prefix="/pipelines")

ADD = "INSERT INTO item VALUES (%s, %s, %s, NULL)"


@pipelines.post("/after")
def after() -> dict[str, Any]:
    """Counts and rows, read after the block."""
    with connect() as connection:
        with connection.pipeline():
            added = connection.execute(ADD, ("pipeline", 1, "cup"))
            found = connection.execute("SELECT name FROM tea WHERE id = %s", (1,))
            nothing = connection.execute("SELECT name FROM tea WHERE id = %s", (99,))
        connection.commit()
        return {"added": about(added), "found": fetched(found), "nothing": fetched(nothing)}


@pipelines.post("/sync")
def sync() -> dict[str, Any]:
    """Rows and counts, read inside the block after a sync."""
    with connect() as connection, connection.pipeline() as pipeline:
        added, changed = connection.cursor(), connection.cursor()
        added.execute("INSERT INTO item VALUES ('sync', 1, 'cup', NULL) RETURNING name")
        changed.execute("UPDATE item SET price = 1 WHERE box = 'sync'")
        pipeline.sync()
        seen = {"rows": fetched(added), "count": about(changed)}
        changed.execute("SELECT price FROM item WHERE box = 'sync'")
        pipeline.sync()
        return {**seen, "price": [show(changed.fetchone()), about(changed)]}


@pipelines.get("/fetch-inside")
def fetch_inside() -> list[str]:
    """Fetching inside the block waits for the answer."""
    with connect() as connection, connection.pipeline():
        return [show(connection.execute("SELECT name, stock FROM tea WHERE id = 1").fetchall())]


@pipelines.post("/executemany")
def executemany() -> dict[str, Any]:
    """Within a transaction's block in a pipeline. Before the sync nothing is counted."""
    with connect(autocommit=True) as connection:
        with connection.pipeline(), connection.transaction(), connection.cursor() as cursor:
            cursor.executemany(ADD, [("pipeline many", number, f"cup {number}") for number in range(3)])
            before = about(cursor)
        return {"before": before, "elsewhere": names_in("pipeline many")}


@pipelines.post("/executemany-after")
def executemany_after() -> dict[str, Any]:
    """Counted once the pipeline has ended."""
    with connect(autocommit=True) as connection, connection.cursor() as cursor:
        with connection.pipeline():
            cursor.executemany(ADD, [("pipeline after", number, f"cup {number}") for number in range(3)])
        return {**about_many(cursor, "INSERT 0 1"), "elsewhere": names_in("pipeline after")}


@pipelines.get("/error")
def error() -> dict[str, Any]:
    """The error of a statement comes at the sync, and the connection can be used after the block."""
    seen = {"error": "none"}
    with connect(autocommit=True) as connection:
        try:
            with connection.pipeline() as pipeline:
                connection.execute("SELECT 1 / 0")
                pipeline.sync()
        except psycopg.DataError as failure:
            seen = outcome(failure)
        return {**seen, **fetched(connection.execute("SELECT 'after it'"))}
