"""What the requests of ../batches.py state: executemany."""

from __future__ import annotations

from stated.words import Send, done, selected

COUNTED = selected("name text, held int4", "('mug', 3)", "('pot', 1)")


def requests(get: Send, post: Send) -> None:
    """Send them all."""
    post("/batches/equal-rows", COUNTED, added=done("INSERT 0 1", 4), statements=3)
    post("/batches/equal-rows-by-name", COUNTED, statements=3)
    post("/batches/async-equal-rows", COUNTED, added=done("INSERT 0 1", 4), statements=3)
    get("/batches/no-rows", selected("name text, held int4"), statements=3)
    get(
        "/batches/returning-arraysize",
        [
            ["[('Assam',)]", "[('Sencha',), ('Earl Grey',), ('Darjeeling',)]", "[('Genmaicha',)]"],
            [True, "[('Sencha',), ('Earl Grey',)]", "[('Darjeeling',), ('Genmaicha',)]", "[]"],
            None,
        ],
    )
    get("/batches/returning-equal", ["[('Japan',)]", True, "[('Japan',)]", None])
    get("/batches/returning-or-not", ["[(12,)]", True, "[(3,)]", 2], statements=2)
