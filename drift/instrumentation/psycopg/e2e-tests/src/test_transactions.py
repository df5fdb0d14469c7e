from words import ON_PURPOSE, ONE_ROW, held, selected

from e2e_common.requester import Api


def requests(api: Api) -> None:
    api.post("/transactions/commit-and-rollback", psycopg=4).answers(
        added=[ONE_ROW] * 2, after=held("one"), before=held()
    )
    api.post("/transactions/with-connection", psycopg=3).answers(
        ON_PURPOSE, added=[ONE_ROW] * 2, closed=[True, True], elsewhere=held("one")
    )
    api.post("/transactions/blocks", psycopg=5).answers(
        ON_PURPOSE, added=[ONE_ROW] * 4, elsewhere=held("one"), names=["outer", "inner", "_pg3_2"]
    )
    api.post("/transactions/blocks-within", psycopg=4).answers(added=[ONE_ROW] * 3, elsewhere=held("one", "two"))
    api.post("/transactions/autocommit", psycopg=3).answers(added=[ONE_ROW] * 2, elsewhere=held("one"))
    api.get("/transactions/characteristics", psycopg=2).answers(
        [
            selected("current_setting text, current_setting text", "('serializable', 'on')"),
            ["SERIALIZABLE", True, True],
            selected("current_setting text, current_setting text", "('read committed', 'off')"),
        ]
    )
    api.get("/transactions/status", body=["IDLE", "INTRANS", "IDLE"])
