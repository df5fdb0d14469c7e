"""What the requests of ../parameters.py state."""

from __future__ import annotations

from stated.words import Send, done, held, selected


def requests(get: Send, post: Send) -> None:
    """Send them all."""
    get("/queries/parameters", selected("name text", "('Assam',)", "('Earl Grey',)"))
    asked = {"1": "Assam", "2": "Sencha", "3": "Earl Grey"}
    get("/queries/another-order", {number: held(name) for number, name in asked.items()}, statements=3)
    post(
        "/queries/executemany-another-order",
        {"one": done("SELECT 0", 1), "two": done("SELECT 1", 2)},
        statements=2,
    )
    get("/queries/text", selected("größe text, ?column? text", "('žluťoučký 馬 🐎', \"it's %% 100\")"))
    get(
        "/queries/composed",
        selected("id int4, name text", "(1, 'Assam')", "(3, 'Earl Grey')", "(4, 'Darjeeling')"),
        text='SELECT "id", "name" FROM "public"."tea" WHERE "origin" = \'India\' OR id = %(id)s ORDER BY id',
    )
    get(
        "/queries/cursor-classes",
        [
            True,
            "SELECT 1, 'it''s', NULL",
            selected("name text", "('Sencha',)"),
            selected("name text, text", "('Sencha', 'second')"),
        ],
        statements=2,
    )
    get(
        "/queries/prepared",
        selected(
            "statement text", "('SELECT name FROM tea WHERE id = $1',)", "('SELECT stock FROM tea WHERE id = $1',)"
        ),
        found=[held("Assam"), selected("stock int4", "(0,)")],
        statements=3,
    )
    get(
        "/queries/percent",
        [
            selected("?column? text", "('half: 50%%',)"),
            selected("?column? text", "('half: 50%',)"),
            selected("?column? text", "('all: 100%',)"),
            selected("?column? text", "('a%b%c',)"),
        ],
        statements=4,
    )
    origins = [selected("origin text", row) for row in ("('India',)", "('Japan',)", "(None,)")]
    get("/queries/prepared-again", selected("plans int4", "(1,)"), found=origins, statements=4)
    get(
        "/queries/client-cursor",
        selected("name text, price numeric", "('50%', None)", "(\"it's\", Decimal('1'))"),
        added=done("INSERT 0 1", 2),
        statements=3,
    )
    get(
        "/queries/async-client-cursor",
        selected("name text", "('Darjeeling',)"),
        written="SELECT 'it''s'",
    )
