from test_db import done, names, selected

from e2e_common.record.client import Api

UNANSWERED = {"error": "builtins.RuntimeError", "no_mock": True}


def requests(api: Api) -> None:
    api.get("/changing/uuid", "new UUID as a parameter", names("Assam"), inexact={"$.parameters[0]": 1})
    api.get("/changing/now", "current time as a parameter", names("Sencha"), inexact={"$.parameters.now": 1})
    api.get(
        "/changing/one-of-two", "new UUID in one of two statements", psycopg=2, inexact={"$.parameters[0]": 1}
    ).answers([selected("id int4, name text"), selected("id int4, name text", "(1, 'Assam')")])
    batch = "$.parameters._batch[0][0].__uuid__, $.parameters._batch[1][0].__uuid__"
    api.post("/changing/executemany", "new UUID in executemany", done("INSERT 0 1", 2), psycopg=2, inexact={batch: 1})
    api.get("/changing/stream", "new UUID in a stream", ["('Assam',)", "('Sencha',)"], inexact={"$.parameters[0]": 1})
    api.get("/changing/copy", "new UUID in COPY TO", ["b'Assam\\n'"])
    api.get(
        "/changing/async-uuid", "async, new UUID as a parameter", names("Darjeeling"), inexact={"$.parameters[0]": 1}
    )
    api.get("/changing/statement", "new UUID in the statement").answers(found="[('Genmaicha',)]")
    api.get("/changing/client-cursor", "new UUID with ClientCursor", names("Earl Grey"), inexact={"$.parameters[0]": 1})
    api.get(
        "/changing/only-in-replay",
        "statements only in replay",
        unanswered=[
            'SELECT origin, id FROM tea WHERE name = %s with ["Assam"]',
            'UPDATE tea SET origin = %s WHERE id > 9 with {"_batch": [["only"], ["in replay"]]}',
            "SELECT 'only in replay'",
            "COPY setting TO STDOUT",
        ],
    ).finds(
        "?column? text",
        "('after them',)",
        copy=UNANSWERED,
        execute=UNANSWERED,
        executemany=UNANSWERED,
        stream=UNANSWERED,
    )
    api.get("/changing/elsewhere", "statement that another request repeats in replay", names("Genmaicha"))
    api.get("/changing/as-elsewhere", "statement of another request, only in replay", [UNANSWERED], psycopg=0)
    api.get(
        "/changing/async-only-in-replay",
        "async statement only in replay",
        unanswered=["SELECT 'async, only in replay'"],
    ).finds("?column? text", "('after it',)", execute=UNANSWERED)
