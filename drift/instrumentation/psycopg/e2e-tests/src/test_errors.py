from test_db import NO_RESULT, ONE_ROW, TWICE, names

from e2e_common.record.client import Api


def requests(api: Api) -> None:
    api.post("/errors/unique", "unique violation", psycopg=2).answers(
        diag=["ERROR", "23505", TWICE, "Key (box, id)=(unique, 1) already exists.", "item", "item_pkey"],
        error="psycopg.errors.UniqueViolation",
        message=TWICE,
        sqlstate="23505",
    )
    api.post("/errors/transaction-after", "aborted transaction", psycopg=5).answers(
        elsewhere=names("kept"),
        kept=ONE_ROW,
        lost=ONE_ROW,
        messages=[TWICE, "current transaction is aborted, commands ignored until end of transaction block"],
    )
    api.get("/errors/in-block", "error in a transaction block", psycopg=2).finds(
        "?column? text", "('still here',)", message="division by zero"
    )
    api.get("/errors/fetch-first", "fetch before execute", [NO_RESULT] * 6, psycopg=0)
    api.get("/errors/fetch-nothing", "fetch after a statement without rows").answers(
        error="psycopg.ProgrammingError", message="the last operation didn't produce records (command status: SET)"
    )
    api.get("/errors/stream", "error in a stream").answers(before=["3", "6"], message="division by zero")
    api.post("/errors/copy", "error in COPY FROM").answers(
        message='invalid input syntax for type integer: "not a number"'
    )
    api.get("/errors/server-cursor", "error in a server-side cursor").answers(message="division by zero")
    api.get("/errors/terminated", "session terminated by the server").answers(
        broken=True, closed=True, message="terminating connection due to administrator command"
    )
    api.get("/errors/refused", "refused connection", psycopg=0).answers(error="OperationalError", sqlstate=None)
