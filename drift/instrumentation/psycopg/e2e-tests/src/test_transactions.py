from test_db import ON_PURPOSE, ONE_ROW, names, selected

from e2e_common.record.client import Api


def requests(api: Api) -> None:
    api.post("/transactions/commit-and-rollback", "commit and rollback", psycopg=4).answers(
        added=[ONE_ROW] * 2, after=names("one"), before=names()
    )
    api.post("/transactions/with-connection", "with connect() as connection", psycopg=3).answers(
        ON_PURPOSE, added=[ONE_ROW] * 2, closed=[True, True], elsewhere=names("one")
    )
    api.post("/transactions/blocks", "nested transaction blocks", psycopg=5).answers(
        ON_PURPOSE, added=[ONE_ROW] * 4, elsewhere=names("one"), names=["outer", "inner", "_pg3_2"]
    )
    api.post("/transactions/blocks-within", "transaction block in a transaction", psycopg=4).answers(
        added=[ONE_ROW] * 3, elsewhere=names("one", "two")
    )
    api.post("/transactions/autocommit", "autocommit", psycopg=3).answers(added=[ONE_ROW] * 2, elsewhere=names("one"))
    api.get("/transactions/characteristics", "isolation_level, read_only and deferrable", psycopg=2).answers(
        [
            selected("current_setting text, current_setting text", "('serializable', 'on')"),
            ["SERIALIZABLE", True, True],
            selected("current_setting text, current_setting text", "('read committed', 'off')"),
        ]
    )
    api.get("/transactions/status", "transaction status", ["IDLE", "INTRANS", "IDLE"])
