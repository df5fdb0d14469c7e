from test_db import about, done, names, selected

from e2e_common.record.client import Api

COUNTED = selected("name text, held int4", "('mug', 3)", "('pot', 1)")


def requests(api: Api) -> None:
    api.post("/batches/equal-rows", "equal rows in executemany", psycopg=3).answers(
        COUNTED, added=done("INSERT 0 1", 4)
    )
    api.post("/batches/equal-rows-by-name", "equal rows in executemany, by name", COUNTED, psycopg=3)
    api.post("/batches/async-equal-rows", "equal rows in async executemany", psycopg=3).answers(
        COUNTED, added=done("INSERT 0 1", 4)
    )
    api.get("/batches/no-rows", "executemany without parameters", psycopg=3).finds("name text, held int4")
    api.get("/batches/returning-arraysize", "returning=True, arraysize").answers(
        [
            ["[('Assam',)]", "[('Sencha',), ('Earl Grey',), ('Darjeeling',)]", "[('Genmaicha',)]"],
            [True, "[('Sencha',), ('Earl Grey',)]", "[('Darjeeling',), ('Genmaicha',)]", "[]"],
            None,
        ]
    )
    api.get("/batches/returning-equal", "returning=True, equal rows", ["[('Japan',)]", True, "[('Japan',)]", None])
    api.get(
        "/batches/returning-or-not",
        "executemany with and without returning=True",
        ["[(12,)]", True, "[(3,)]", 2],
        psycopg=2,
    )
    api.post("/pipelines/after", "pipeline, results after the block", psycopg=3).answers(
        added=done("INSERT 0 1", 1), found=selected("name text", "('Assam',)"), nothing=selected("name text")
    )
    api.post("/pipelines/sync", "pipeline, sync", psycopg=3).answers(
        count=done("UPDATE 1", 1),
        price=["(Decimal('1.00'),)", about("price numeric", 1, "SELECT 1")],
        rows=selected("name text", "('cup',)", status="INSERT 0 1"),
    )
    api.get("/pipelines/fetch-inside", "pipeline, fetch in the block", ["[('Assam', 12)]"])
    api.post("/pipelines/executemany", "pipeline, executemany", psycopg=2).answers(
        before=done(None, 0), elsewhere=names("cup 0", "cup 1", "cup 2")
    )
    api.post("/pipelines/executemany-after", "pipeline, executemany, results after the block", psycopg=2).answers(
        done("INSERT 0 1", 3), elsewhere=names("cup 0", "cup 1", "cup 2")
    )
    api.get("/pipelines/error", "pipeline, error", psycopg=2).finds(
        "?column? text", "('after it',)", error="psycopg.errors.DivisionByZero", message="division by zero"
    )
