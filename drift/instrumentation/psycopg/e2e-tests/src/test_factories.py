from words import Results, selected

NAMED = "id int4, name text"


def requests(api: Results) -> None:
    api.get("/factories/own", body=[True, "shelf", "{'name': 'Sencha'}"])
    api.get("/factories/async-own", body=[True, "async shelf", "('Earl Grey',)"])
    api.get("/factories/async-connect", psycopg=2).answers(
        again=selected("origin text", "{'origin': 'India'}"),
        classes=[True, True],
        found=selected(NAMED, "{'id': 2, 'name': 'Sencha'}"),
    )
    api.get("/factories/async-raw").finds("text, name text", "('second', 'Sencha')")
    api.get("/factories/async-cursor", psycopg=4).answers(
        ["[('Genmaicha', 5)]", "['Genmaicha']", "[{'id': 5, 'name': 'Genmaicha'}]", "[Row(name='Genmaicha', id=5)]"]
    )
    api.get("/factories/async-changed", psycopg=3).answers(
        [
            selected(NAMED, "(1, 'Assam')"),
            selected(NAMED, "{'id': 1, 'name': 'Assam'}"),
            selected(NAMED, "Row(id=2, name='Sencha')"),
        ]
    )
    api.get("/factories/rows-in-execute").finds("name text", "'Assam'", "'Darjeeling'")
