"""What the requests of ../asynchronous.py state: the async side."""

from __future__ import annotations

from stated.words import NO_RESULT, ON_PURPOSE, ONE_ROW, TEA, TWICE, Send, about, done, held, selected, without_status

PRICE = "name text, price numeric"


def requests(get: Send, post: Send) -> None:
    """Send them all."""
    get(
        "/async/fetch",
        selected("?column? text", "('again',)"),
        end=["None", selected("id int4, name text", of=4)],
        more="[(3, 'Earl Grey')]",
        one="(2, 'Sencha')",
        rownumbers=[0, 1],
        two="[(4, 'Darjeeling'), (5, 'Genmaicha')]",
        statements=2,
    )
    get(
        "/async/iterate",
        [
            "(Decimal('4.50'), 1)",
            "(Decimal('7.25'), 2)",
            "(Decimal('5.00'), 3)",
            "(Decimal('9.90'), 4)",
            "(Decimal('6.10'), 5)",
        ],
    )
    get(
        "/async/prepared",
        [held("Assam"), selected("statement text", "('SELECT name FROM tea WHERE id = $1',)")],
        statements=2,
    )
    get(
        "/async/iterate-rest",
        first="(1, Decimal('4.50'))",
        rest=["(2, Decimal('7.25'))", "(3, Decimal('5.00'))", "(4, Decimal('9.90'))", "(5, Decimal('6.10'))"],
    )
    get("/async/scroll", [[3, "(4,)"], [2, "(3,)"]])
    refused = ["IndexError", "IndexError", "ValueError"]
    get("/async/scroll-refused", [*refused, "(5,)", *refused, "None"], statements=2)
    get(
        "/async/rows",
        [
            ["'Assam'", selected(PRICE, "'Sencha'", of=2)],
            [
                "{'name': 'Assam', 'price': Decimal('4.50')}",
                selected(PRICE, "{'name': 'Sencha', 'price': Decimal('7.25')}", of=2),
            ],
            ["1: Assam, Decimal('4.50')"],
            about(TEA, 1, "SELECT 1"),
            selected("name text", "{'name': 'Assam'}"),
        ],
        statements=4,
    )
    post("/async/executemany", done("INSERT 0 1", 3), elsewhere=held("cup 0", "cup 1", "cup 2"), statements=2)
    get("/async/executemany-returning", ["[('Assam',)]", True, "[('Sencha',)]"])
    post(
        "/async/transactions",
        ON_PURPOSE,
        added=[ONE_ROW] * 3,
        elsewhere=held("kept", "autocommit"),
        savepoint="",
        statements=4,
    )
    get(
        "/async/characteristics",
        [
            "[<IsolationLevel.REPEATABLE_READ: 3>, True, False]",
            selected("current_setting text, current_setting text", "('repeatable read', 'on')"),
        ],
    )
    get("/async/together", [held("Assam"), held("Sencha")], statements=2)
    post(
        "/async/errors",
        selected("?column? text", "('after them',)"),
        messages=["division by zero", TWICE],
        statements=3,
    )
    get(
        "/async/fetch-first",
        [*[NO_RESULT] * 3, [None, "UTC", True, None], True],
        statements=0,
    )
    named = without_status("name text, id int4", 1)
    get(
        "/async/pipeline",
        [
            ["[{'id': 2, 'name': 'Sencha'}]", named],
            ["{'id': 2, 'name': 'Sencha'}", named],
            ["[{'id': 2, 'name': 'Sencha'}]", named],
            ["['Sencha']", named],
            ["'Sencha'", named],
            ["['Sencha']", named],
        ],
        statements=6,
    )
    get(
        "/async/pipeline-rows",
        [
            "[{'id': 3, 'name': 'Earl Grey', 'price': Decimal('5.00')}]",
            "[Row(id=3, name='Earl Grey', price=Decimal('5.00'))]",
            ["3: Earl Grey, Decimal('5.00')"],
            [without_status(TEA, 1)] * 3,
        ],
        statements=3,
    )
    get("/async/pipeline-one-by-one", ["('Assam',)", "('Sencha',)", "None"])
    post("/async/pipeline-insert", done("INSERT 0 1", 1))
    get("/async/pipeline-sync", [None, "('Assam', 'India')"])
    get("/async/pipeline-json", ["[('tea',)]", "('tea',)", "[('tea',)]"], statements=3)
    get("/async/json-selected", selected("?column? text", "('tea',)"))
