from test_db import TEA, about, columns, done, names, selected, without_status

from e2e_common.record.client import Api


def requests(api: Api) -> None:
    api.get("/queries/fetchall", "fetchall").finds(
        TEA,
        "(1, 'Assam', Decimal('4.50'))",
        "(2, 'Sencha', Decimal('7.25'))",
        "(3, 'Earl Grey', Decimal('5.00'))",
        "(4, 'Darjeeling', Decimal('9.90'))",
        "(5, 'Genmaicha', Decimal('6.10'))",
        again=[],
        rownumber=5,
    )
    api.get("/queries/fetch", "fetchone and fetchmany", psycopg=2).answers(
        [
            [[0, "('Assam',)"], [1, "('Darjeeling',)"], [2, "None"], [2, "None"]],
            about("name text", 2, "SELECT 2"),
            ["[(1,)]", "[(2,), (3,)]", "(4,)", "[(5,)]", "[]"],
            about("id int4", 5, "SELECT 5"),
        ]
    )
    numbers = [[number, number * 2] for number in range(1, 151)]
    api.get(
        "/queries/many", "150 rows", [numbers, "(150, 300)", about("number int4, ?column? int4", 150, "SELECT 150")]
    )
    api.get("/queries/iterate", "iteration over a cursor").answers(
        [
            ["('Assam', 1)", "('Sencha', 2)", "('Earl Grey', 3)", "('Darjeeling', 4)", "('Genmaicha', 5)"],
            about("name text, id int4", 5, "SELECT 5"),
        ]
    )
    api.get("/queries/iterate-rest", "iteration after fetchone").answers(
        about("id int4, name text", 5, "SELECT 5"),
        first="(1, 'Assam')",
        rest=["(2, 'Sencha')", "(3, 'Earl Grey')", "(4, 'Darjeeling')", "(5, 'Genmaicha')"],
        rownumber=5,
    )
    ids = selected("id int4", "(1,)", "(2,)", "(3,)", "(4,)", "(5,)")
    api.get("/queries/scroll", "scroll", [[3, "(4,)"], [2, "(3,)"], "IndexError", "IndexError", "ValueError", ids])
    api.get("/queries/scroll-out", "scroll out of range", psycopg=2).answers(
        ["position out of bound", 0, "position out of bound", "position out of bound"]
    )
    api.get("/queries/not-fetched", "rows not fetched", about("id int4", 3, "SELECT 3"))
    api.get("/queries/description", "description").answers(
        [
            ["('n', 23, None, 4, None, None, None)", "n"],
            ["('text', 1043, 20, None, None, None, None)", "text"],
            ["('price', 1700, None, None, 6, 2, None)", "price"],
            ["('flag', 16, None, 1, None, None, None)", "flag"],
            ["('at', 1083, None, 8, 3, None, None)", "at"],
            "1",
        ]
    )
    api.get(
        "/queries/without-rows",
        "statement without rows after a query",
        [selected("id int4", "(1,)"), done("SET", -1), None],
        psycopg=2,
    )
    api.get("/queries/states", "closed cursors and connections", psycopg=0).answers(
        closed=[True, True, True],
        fresh=[done(None, -1), None, 1],
        open=False,
        refused=["psycopg.ProgrammingError"] * 2 + ["psycopg.OperationalError"] * 2,
    )
    api.get(
        "/queries/two-statements",
        "two statements in one string",
        [selected("id int4", "(1,)"), True, selected("name text", "('Sencha',)"), None],
    )
    api.post("/queries/insert", "INSERT RETURNING and UPDATE", psycopg=3).answers(
        elsewhere=names("pot"),
        inserted=selected("id int4, name text", "(1, 'cup')", status="INSERT 0 1"),
        updated=done("UPDATE 1", 1),
    )
    api.post("/queries/executemany", "executemany with a generator", psycopg=2).answers(
        done("INSERT 0 1", 3), elsewhere=names("cup 0", "cup 1", "cup 2")
    )
    added = columns("id int4, name text")
    api.post("/queries/executemany-nextset", "executemany, nextset").answers(
        [["[(0, 'cup 0')]", added], [True, "(1, 'cup 1')", "None", added], [True, "[(2, 'cup 2')]", "[]", added], None]
    )
    attributes = without_status("id int4, name text", 1)
    api.post("/queries/executemany-results", "executemany, results() and set_result()", psycopg=2).answers(
        [
            [
                ["[(0, 'cup 0')]", attributes],
                ["(1, 'cup 1')", attributes],
                ["[(2, 'cup 2')]", "[]", "None", attributes],
            ],
            [["[(2, 'cup 2')]", added], ["[(0, 'cup 0')]", added], ["[(1, 'cup 1')]", added], "IndexError"],
        ]
    )
    sets = [["[(0, 'cup 0')]", added], ["[(1, 'cup 1')]", added], ["[(2, 'cup 2')]", added]]
    api.post("/queries/executemany-again", "executemany twice with one cursor", [sets, sets], psycopg=2)
    api.post("/queries/executemany-about", "executemany, attributes of each result", psycopg=2).answers(
        [
            about("id int4, name text", 1, "INSERT 0 1"),
            True,
            about("id int4, name text", 1, "INSERT 0 1"),
            done("INSERT 0 1", 1),
            True,
            done("INSERT 0 1", 1),
            about("id int4, name text", 1, "INSERT 0 1"),
        ]
    )
