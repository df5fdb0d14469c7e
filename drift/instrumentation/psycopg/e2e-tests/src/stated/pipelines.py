"""What the requests of ../pipelines.py state."""

from __future__ import annotations

from stated.words import Send, about, done, held, selected


def requests(get: Send, post: Send) -> None:
    """Send them all."""
    post(
        "/pipelines/after",
        added=done("INSERT 0 1", 1),
        found=selected("name text", "('Assam',)"),
        nothing=selected("name text"),
        statements=3,
    )
    post(
        "/pipelines/sync",
        count=done("UPDATE 1", 1),
        price=["(Decimal('1.00'),)", about("price numeric", 1, "SELECT 1")],
        rows=selected("name text", "('cup',)", status="INSERT 0 1"),
        statements=3,
    )
    get("/pipelines/fetch-inside", ["[('Assam', 12)]"])
    post("/pipelines/executemany", before=done(None, 0), elsewhere=held("cup 0", "cup 1", "cup 2"), statements=2)
    post(
        "/pipelines/executemany-after",
        done("INSERT 0 1", 3),
        elsewhere=held("cup 0", "cup 1", "cup 2"),
        statements=2,
    )
    get(
        "/pipelines/error",
        selected("?column? text", "('after it',)"),
        error="psycopg.errors.DivisionByZero",
        message="division by zero",
        statements=2,
    )
