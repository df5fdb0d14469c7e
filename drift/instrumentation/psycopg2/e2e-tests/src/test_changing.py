from test_database import done, result

from e2e_common.record.client import Api


def requests(api: Api) -> None:
    api.get("/changing/start", "statement at startup only in replay", {"rowcount": 0}, psycopg2=0)
    api.get("/changing/now", "current time as a parameter", inexact={"$.parameters[0], $.parameters[1]": 1}).finds(
        "past bool, kind text", [True, "str timestamp without time zone"]
    )
    api.get(
        "/changing/uuid", "new UUID as a parameter", inexact={"$.parameters.id.__uuid__, $.parameters.text": 1}
    ).finds("kind text, length int4, same text", ["str uuid", "int 36", "str tea"])
    api.get(
        "/changing/uuid-in-rows",
        "new UUID in rows of executemany",
        inexact={"$.parameters._batch[0][1].__uuid__, $.parameters._batch[1][1].__uuid__": 1},
    ).answers(done(2))
    api.get(
        "/changing/uuid-twice", "new UUID in each of two calls", psycopg2=3, inexact={"$.parameters[0].__uuid__": 2}
    ).answers([result("number int8, kind text", [f"int {n}", "str uuid"]) for n in (1, 2)])
    api.get("/changing/uuid-given-back", "new UUID returned by the server", True, inexact={"$.parameters[0]": 1})
    api.get("/changing/uuid-sqlalchemy", "new UUID with SQLAlchemy", {"length": "int 36"}, psycopg2=0, sqlalchemy=1)
    api.get(
        "/changing/only-in-replay",
        "statements only in replay",
        unanswered=[
            "SELECT 'only in replay' AS text",
            "SELECT %s || ' in replay' AS text with [\"only\"]",
            'UPDATE stock SET item = %s -- in replay with {"_batch": [["only"]]}',
        ],
    ).answers({"found": ["not recorded"] * 3, "recorded": result("text", ["str in both"])})
