from test_db import NO_RESULT, ON_PURPOSE, ONE_ROW, TEA, TWICE, about, done, names, selected, without_status

from e2e_common.record.client import Api

PRICE = "name text, price numeric"


def requests(api: Api) -> None:
    api.get("/async/fetch", "async fetch", psycopg=2).finds(
        "?column? text",
        "('again',)",
        end=["None", selected("id int4, name text", of=4)],
        more="[(3, 'Earl Grey')]",
        one="(2, 'Sencha')",
        rownumbers=[0, 1],
        two="[(4, 'Darjeeling'), (5, 'Genmaicha')]",
    )
    api.get("/async/iterate", "async iteration").answers(
        [
            "(Decimal('4.50'), 1)",
            "(Decimal('7.25'), 2)",
            "(Decimal('5.00'), 3)",
            "(Decimal('9.90'), 4)",
            "(Decimal('6.10'), 5)",
        ]
    )
    api.get("/async/prepared", "async prepared statements", psycopg=2).answers(
        [names("Assam"), selected("statement text", "('SELECT name FROM tea WHERE id = $1',)")]
    )
    api.get("/async/iterate-rest", "async iteration after fetchone").answers(
        first="(1, Decimal('4.50'))",
        rest=["(2, Decimal('7.25'))", "(3, Decimal('5.00'))", "(4, Decimal('9.90'))", "(5, Decimal('6.10'))"],
    )
    api.get("/async/scroll", "async scroll", [[3, "(4,)"], [2, "(3,)"]])
    refused = ["IndexError", "IndexError", "ValueError"]
    api.get("/async/scroll-refused", "async scroll out of range", [*refused, "(5,)", *refused, "None"], psycopg=2)
    api.get("/async/rows", "async row factories", psycopg=4).answers(
        [
            ["'Assam'", selected(PRICE, "'Sencha'", of=2)],
            [
                "{'name': 'Assam', 'price': Decimal('4.50')}",
                selected(PRICE, "{'name': 'Sencha', 'price': Decimal('7.25')}", of=2),
            ],
            ["1: Assam, Decimal('4.50')"],
            about(TEA, 1, "SELECT 1"),
            selected("name text", "{'name': 'Assam'}"),
        ]
    )
    api.post("/async/executemany", "async executemany", psycopg=2).answers(
        done("INSERT 0 1", 3), elsewhere=names("cup 0", "cup 1", "cup 2")
    )
    api.get(
        "/async/executemany-returning", "async executemany, returning=True", ["[('Assam',)]", True, "[('Sencha',)]"]
    )
    api.post("/async/transactions", "async transaction blocks", psycopg=4).answers(
        ON_PURPOSE, added=[ONE_ROW] * 3, elsewhere=names("kept", "autocommit"), savepoint=""
    )
    api.get("/async/characteristics", "async isolation level").answers(
        [
            "[<IsolationLevel.REPEATABLE_READ: 3>, True, False]",
            selected("current_setting text, current_setting text", "('repeatable read', 'on')"),
        ]
    )
    api.get("/async/together", "asyncio.gather", [names("Assam"), names("Sencha")], psycopg=2)
    api.post("/async/errors", "async errors", psycopg=3).finds(
        "?column? text", "('after them',)", messages=["division by zero", TWICE]
    )
    api.get(
        "/async/fetch-first",
        "async fetch before execute",
        [*[NO_RESULT] * 3, [None, "UTC", True, None], True],
        psycopg=0,
    )
    named = without_status("name text, id int4", 1)
    api.get("/async/pipeline", "async pipeline", psycopg=6).answers(
        [
            ["[{'id': 2, 'name': 'Sencha'}]", named],
            ["{'id': 2, 'name': 'Sencha'}", named],
            ["[{'id': 2, 'name': 'Sencha'}]", named],
            ["['Sencha']", named],
            ["'Sencha'", named],
            ["['Sencha']", named],
        ]
    )
    api.get("/async/pipeline-rows", "async pipeline, row factories", psycopg=3).answers(
        [
            "[{'id': 3, 'name': 'Earl Grey', 'price': Decimal('5.00')}]",
            "[Row(id=3, name='Earl Grey', price=Decimal('5.00'))]",
            ["3: Earl Grey, Decimal('5.00')"],
            [without_status(TEA, 1)] * 3,
        ]
    )
    api.get("/async/pipeline-one-by-one", "async pipeline, fetchone", ["('Assam',)", "('Sencha',)", "None"])
    api.post("/async/pipeline-insert", "async pipeline, INSERT", done("INSERT 0 1", 1))
    api.get("/async/pipeline-sync", "async pipeline, sync", [None, "('Assam', 'India')"])
    api.get("/async/pipeline-json", "async pipeline, JSON", ["[('tea',)]", "('tea',)", "[('tea',)]"], psycopg=3)
    api.get("/async/json-selected", "async JSON as a parameter").finds("?column? text", "('tea',)")
