"""What the requests of ../queries.py state: statements and fetching."""

from __future__ import annotations

from stated.words import TEA, Send, about, columns, done, held, selected, without_status


def requests(get: Send, post: Send) -> None:
    """Send them all."""
    get(
        "/queries/fetchall",
        selected(
            TEA,
            "(1, 'Assam', Decimal('4.50'))",
            "(2, 'Sencha', Decimal('7.25'))",
            "(3, 'Earl Grey', Decimal('5.00'))",
            "(4, 'Darjeeling', Decimal('9.90'))",
            "(5, 'Genmaicha', Decimal('6.10'))",
        ),
        again=[],
        rownumber=5,
    )
    get(
        "/queries/fetch",
        [
            [[0, "('Assam',)"], [1, "('Darjeeling',)"], [2, "None"], [2, "None"]],
            about("name text", 2, "SELECT 2"),
            ["[(1,)]", "[(2,), (3,)]", "(4,)", "[(5,)]", "[]"],
            about("id int4", 5, "SELECT 5"),
        ],
        statements=2,
    )
    numbers = [[number, number * 2] for number in range(1, 151)]
    get("/queries/many", [numbers, "(150, 300)", about("number int4, ?column? int4", 150, "SELECT 150")])
    get(
        "/queries/iterate",
        [
            ["('Assam', 1)", "('Sencha', 2)", "('Earl Grey', 3)", "('Darjeeling', 4)", "('Genmaicha', 5)"],
            about("name text, id int4", 5, "SELECT 5"),
        ],
    )
    get(
        "/queries/iterate-rest",
        about("id int4, name text", 5, "SELECT 5"),
        first="(1, 'Assam')",
        rest=["(2, 'Sencha')", "(3, 'Earl Grey')", "(4, 'Darjeeling')", "(5, 'Genmaicha')"],
        rownumber=5,
    )
    ids = selected("id int4", "(1,)", "(2,)", "(3,)", "(4,)", "(5,)")
    get("/queries/scroll", [[3, "(4,)"], [2, "(3,)"], "IndexError", "IndexError", "ValueError", ids])
    get(
        "/queries/scroll-out",
        ["position out of bound", 0, "position out of bound", "position out of bound"],
        statements=2,
    )
    get("/queries/not-fetched", about("id int4", 3, "SELECT 3"))
    get(
        "/queries/description",
        [
            ["('n', 23, None, 4, None, None, None)", "n"],
            ["('text', 1043, 20, None, None, None, None)", "text"],
            ["('price', 1700, None, None, 6, 2, None)", "price"],
            ["('flag', 16, None, 1, None, None, None)", "flag"],
            ["('at', 1083, None, 8, 3, None, None)", "at"],
            "1",
        ],
    )
    get("/queries/without-rows", [selected("id int4", "(1,)"), done("SET", -1), None], statements=2)
    get(
        "/queries/states",
        closed=[True, True, True],
        fresh=[done(None, -1), None, 1],
        open=False,
        refused=["psycopg.ProgrammingError"] * 2 + ["psycopg.OperationalError"] * 2,
        statements=0,
    )
    get("/queries/two-statements", [selected("id int4", "(1,)"), True, selected("name text", "('Sencha',)"), None])
    post(
        "/queries/insert",
        elsewhere=held("pot"),
        inserted=selected("id int4, name text", "(1, 'cup')", status="INSERT 0 1"),
        updated=done("UPDATE 1", 1),
        statements=3,
    )
    post("/queries/executemany", done("INSERT 0 1", 3), elsewhere=held("cup 0", "cup 1", "cup 2"), statements=2)
    added = columns("id int4, name text")
    post(
        "/queries/executemany-nextset",
        [
            ["[(0, 'cup 0')]", added],
            [True, "(1, 'cup 1')", "None", added],
            [True, "[(2, 'cup 2')]", "[]", added],
            None,
        ],
    )
    told = without_status("id int4, name text", 1)
    post(
        "/queries/executemany-results",
        [
            [["[(0, 'cup 0')]", told], ["(1, 'cup 1')", told], ["[(2, 'cup 2')]", "[]", "None", told]],
            [["[(2, 'cup 2')]", added], ["[(0, 'cup 0')]", added], ["[(1, 'cup 1')]", added], "IndexError"],
        ],
        statements=2,
    )
    sets = [["[(0, 'cup 0')]", added], ["[(1, 'cup 1')]", added], ["[(2, 'cup 2')]", added]]
    post("/queries/executemany-again", [sets, sets], statements=2)
    post(
        "/queries/executemany-about",
        [
            about("id int4, name text", 1, "INSERT 0 1"),
            True,
            about("id int4, name text", 1, "INSERT 0 1"),
            done("INSERT 0 1", 1),
            True,
            done("INSERT 0 1", 1),
            about("id int4, name text", 1, "INSERT 0 1"),
        ],
        statements=2,
    )
