"""What the requests of ../factories.py state."""

from __future__ import annotations

from stated.words import Send, selected

NAMED = "id int4, name text"


def requests(get: Send, _: Send) -> None:
    """Send them all."""
    get("/factories/own", [True, "shelf", "{'name': 'Sencha'}"])
    get("/factories/async-own", [True, "async shelf", "('Earl Grey',)"])
    get(
        "/factories/async-connect",
        again=selected("origin text", "{'origin': 'India'}"),
        classes=[True, True],
        found=selected(NAMED, "{'id': 2, 'name': 'Sencha'}"),
        statements=2,
    )
    get("/factories/async-raw", selected("text, name text", "('second', 'Sencha')"))
    get(
        "/factories/async-cursor",
        [
            "[('Genmaicha', 5)]",
            "['Genmaicha']",
            "[{'id': 5, 'name': 'Genmaicha'}]",
            "[Row(name='Genmaicha', id=5)]",
        ],
        statements=4,
    )
    get(
        "/factories/async-changed",
        [
            selected(NAMED, "(1, 'Assam')"),
            selected(NAMED, "{'id': 1, 'name': 'Assam'}"),
            selected(NAMED, "Row(id=2, name='Sencha')"),
        ],
        statements=3,
    )
    get("/factories/rows-in-execute", selected("name text", "'Assam'", "'Darjeeling'"))
