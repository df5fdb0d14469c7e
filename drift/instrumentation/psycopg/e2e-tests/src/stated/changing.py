"""What the requests of ../changing.py state: calls that are new in every run, and those that only the replay makes."""

from __future__ import annotations

from stated.words import Send, done, held, selected

UNANSWERED = {"error": "builtins.RuntimeError", "no_mock": True}


def requests(get: Send, post: Send) -> None:
    """Send them all."""
    get("/changing/uuid", held("Assam"), inexact={"$.parameters[0]": 1})
    get("/changing/now", held("Sencha"), inexact={"$.parameters.now": 1})
    get(
        "/changing/one-of-two",
        [selected("id int4, name text"), selected("id int4, name text", "(1, 'Assam')")],
        statements=2,
        inexact={"$.parameters[0]": 1},
    )
    batch = "$.parameters._batch[0][0].__uuid__, $.parameters._batch[1][0].__uuid__"
    post("/changing/executemany", done("INSERT 0 1", 2), statements=2, inexact={batch: 1})
    get("/changing/stream", ["('Assam',)", "('Sencha',)"], inexact={"$.parameters[0]": 1})
    get("/changing/copy", ["b'Assam\\n'"])
    get("/changing/async-uuid", held("Darjeeling"), inexact={"$.parameters[0]": 1})
    get("/changing/statement", found="[('Genmaicha',)]")
    get("/changing/client-cursor", held("Earl Grey"), inexact={"$.parameters[0]": 1})
    get(
        "/changing/only-in-replay",
        selected("?column? text", "('after them',)"),
        copy=UNANSWERED,
        execute=UNANSWERED,
        executemany=UNANSWERED,
        stream=UNANSWERED,
        unanswered=[
            'SELECT origin, id FROM tea WHERE name = %s with ["Assam"]',
            'UPDATE tea SET origin = %s WHERE id > 9 with {"_batch": [["only"], ["in replay"]]}',
            "SELECT 'only in replay'",
            "COPY setting TO STDOUT",
        ],
    )
    get("/changing/elsewhere", held("Genmaicha"))
    get("/changing/as-elsewhere", [UNANSWERED], statements=0)
    get(
        "/changing/async-only-in-replay",
        selected("?column? text", "('after it',)"),
        execute=UNANSWERED,
        unanswered=["SELECT 'async, only in replay'"],
    )
