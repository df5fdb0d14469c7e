"""What the requests of ../errors.py state: errors that are caught."""

from __future__ import annotations

from stated.words import NO_RESULT, ONE_ROW, TWICE, Send, held, selected


def requests(get: Send, post: Send) -> None:
    """Send them all."""
    post(
        "/errors/unique",
        diag=[
            "ERROR",
            "23505",
            TWICE,
            "Key (box, id)=(unique, 1) already exists.",
            "item",
            "item_pkey",
        ],
        error="psycopg.errors.UniqueViolation",
        message=TWICE,
        sqlstate="23505",
        statements=2,
    )
    post(
        "/errors/transaction-after",
        elsewhere=held("kept"),
        kept=ONE_ROW,
        lost=ONE_ROW,
        messages=[
            TWICE,
            "current transaction is aborted, commands ignored until end of transaction block",
        ],
        statements=5,
    )
    get("/errors/in-block", selected("?column? text", "('still here',)"), message="division by zero", statements=2)
    get("/errors/fetch-first", [NO_RESULT] * 6, statements=0)
    get(
        "/errors/fetch-nothing",
        error="psycopg.ProgrammingError",
        message="the last operation didn't produce records (command status: SET)",
    )
    get("/errors/stream", before=["3", "6"], message="division by zero")
    post("/errors/copy", message='invalid input syntax for type integer: "not a number"')
    get("/errors/server-cursor", message="division by zero")
    get(
        "/errors/terminated",
        broken=True,
        closed=True,
        message="terminating connection due to administrator command",
    )
    get("/errors/refused", error="OperationalError", sqlstate=None, statements=0)
