from words import Results, done, selected

COUNTED = selected("name text, held int4", "('mug', 3)", "('pot', 1)")


def requests(api: Results) -> None:
    api.post("/batches/equal-rows", psycopg=3).answers(COUNTED, added=done("INSERT 0 1", 4))
    api.post("/batches/equal-rows-by-name", body=COUNTED, psycopg=3)
    api.post("/batches/async-equal-rows", psycopg=3).answers(COUNTED, added=done("INSERT 0 1", 4))
    api.get("/batches/no-rows", psycopg=3).finds("name text, held int4")
    api.get("/batches/returning-arraysize").answers(
        [
            ["[('Assam',)]", "[('Sencha',), ('Earl Grey',), ('Darjeeling',)]", "[('Genmaicha',)]"],
            [True, "[('Sencha',), ('Earl Grey',)]", "[('Darjeeling',), ('Genmaicha',)]", "[]"],
            None,
        ]
    )
    api.get("/batches/returning-equal", body=["[('Japan',)]", True, "[('Japan',)]", None])
    api.get("/batches/returning-or-not", body=["[(12,)]", True, "[(3,)]", 2], psycopg=2)
