from test_db import done, names, selected

from e2e_common.record.client import Api


def requests(api: Api) -> None:
    api.get("/queries/parameters", "parameters by name").finds("name text", "('Assam',)", "('Earl Grey',)")
    asked = {"1": "Assam", "2": "Sencha", "3": "Earl Grey"}
    api.get(
        "/queries/another-order",
        "statements in reverse order",
        {number: names(name) for number, name in asked.items()},
        psycopg=3,
    )
    api.post("/queries/executemany-another-order", "executemany in reverse order", psycopg=2).answers(
        one=done("SELECT 0", 1), two=done("SELECT 1", 2)
    )
    api.get("/queries/text", "statement with unicode and comments").finds(
        "größe text, ?column? text", "('žluťoučký 馬 🐎', \"it's %% 100\")"
    )
    api.get("/queries/composed", "composed statement").finds(
        "id int4, name text",
        "(1, 'Assam')",
        "(3, 'Earl Grey')",
        "(4, 'Darjeeling')",
        text='SELECT "id", "name" FROM "public"."tea" WHERE "origin" = \'India\' OR id = %(id)s ORDER BY id',
    )
    api.get("/queries/cursor-classes", "ClientCursor and RawCursor", psycopg=2).answers(
        [
            True,
            "SELECT 1, 'it''s', NULL",
            selected("name text", "('Sencha',)"),
            selected("name text, text", "('Sencha', 'second')"),
        ]
    )
    api.get("/queries/prepared", "prepared statements", psycopg=3).finds(
        "statement text",
        "('SELECT name FROM tea WHERE id = $1',)",
        "('SELECT stock FROM tea WHERE id = $1',)",
        found=[names("Assam"), selected("stock int4", "(0,)")],
    )
    api.get("/queries/percent", "percent signs", psycopg=4).answers(
        [
            selected("?column? text", "('half: 50%%',)"),
            selected("?column? text", "('half: 50%',)"),
            selected("?column? text", "('all: 100%',)"),
            selected("?column? text", "('a%b%c',)"),
        ]
    )
    origins = [selected("origin text", row) for row in ("('India',)", "('Japan',)", "(None,)")]
    api.get("/queries/prepared-again", "statement prepared by the threshold", psycopg=4).finds(
        "plans int4", "(1,)", found=origins
    )
    api.get("/queries/client-cursor", "ClientCursor, executemany", psycopg=3).finds(
        "name text, price numeric", "('50%', None)", "(\"it's\", Decimal('1'))", added=done("INSERT 0 1", 2)
    )
    api.get("/queries/async-client-cursor", "AsyncClientCursor").finds(
        "name text", "('Darjeeling',)", written="SELECT 'it''s'"
    )
