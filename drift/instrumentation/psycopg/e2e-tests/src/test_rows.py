from test_db import TEA, columns, selected

from e2e_common.record.client import Api

DICTS = [
    "{'id': 2, 'name': 'Sencha', 'price': Decimal('7.25')}",
    "{'id': 5, 'name': 'Genmaicha', 'price': Decimal('6.10')}",
]
NAMED = ["Row(id=2, name='Sencha', price=Decimal('7.25'))", "Row(id=5, name='Genmaicha', price=Decimal('6.10'))"]
IN_DICTS = selected(TEA, *DICTS)
TWO = columns("id int4, name text")
DICTS_OF_TWO = [
    ["{'id': 4, 'name': 'Darjeeling'}", "[{'id': 5, 'name': 'Genmaicha'}]", TWO],
    True,
    "[{'id': 3, 'name': 'Earl Grey'}, {'id': 4, 'name': 'Darjeeling'}]",
    "[{'id': 5, 'name': 'Genmaicha'}]",
    TWO,
]


def requests(api: Api) -> None:
    api.get("/rows/dict", "dict_row", psycopg=2).answers(
        [{"first": DICTS[0], "iterated": DICTS[1:], **selected(TEA, of=2)}, IN_DICTS]
    )
    api.get("/rows/dict-false", "dict_row, falsy values").finds(
        "zero int4, empty text, no bool, nought numeric, nothing text",
        "{'empty': '', 'no': False, 'nothing': None, 'nought': Decimal('0.0'), 'zero': 0}",
    )
    api.get("/rows/named", "namedtuple_row", psycopg=2).answers(
        [
            {"first": [NAMED[0], "Sencha"], **selected(TEA, NAMED[1], of=2)},
            ["2: Sencha, Decimal('7.25')", "5: Genmaicha, Decimal('6.10')"],
        ]
    )
    api.get("/rows/class", "class_row", selected(TEA, *[named.replace("Row", "Tea") for named in NAMED]))
    api.get("/rows/scalar", "scalar_row").answers(
        selected("name text, id int4", "'Darjeeling'", "'Genmaicha'", of=5),
        first="'Assam'",
        two="['Sencha', 'Earl Grey']",
    )
    api.get("/rows/scalar-null", "scalar_row, NULL").answers(
        selected("origin text", "'Japan'", of=5), many="['India', 'Japan', None, 'India']"
    )
    api.get("/rows/own", "custom row factories", psycopg=3).answers(
        [
            selected(TEA, "'2. Sencha for 7.25'", "'5. Genmaicha for 6.10'"),
            selected(TEA, "[2, 'Sencha', Decimal('7.25')]", "[5, 'Genmaicha', Decimal('6.10')]"),
            selected(
                TEA,
                "{'ID': 2, 'NAME': 'Sencha', 'PRICE': Decimal('7.25')}",
                "{'ID': 5, 'NAME': 'Genmaicha', 'PRICE': Decimal('6.10')}",
            ),
        ]
    )
    tuples = selected(TEA, "(2, 'Sencha', Decimal('7.25'))", "(5, 'Genmaicha', Decimal('6.10'))")
    api.get("/rows/changed", "row_factory set before execute", [tuples, IN_DICTS, selected(TEA, *NAMED)], psycopg=3)
    api.get("/rows/changed-late", "row_factory set after execute", [DICTS[0], NAMED[1]])
    api.get("/rows/executemany", "executemany, namedtuple_row and dict_row", psycopg=2).answers(
        [
            [
                ["Row(id=4, name='Darjeeling')", "[Row(id=5, name='Genmaicha')]", TWO],
                True,
                "[Row(id=3, name='Earl Grey'), Row(id=4, name='Darjeeling')]",
                "[Row(id=5, name='Genmaicha')]",
                TWO,
            ],
            DICTS_OF_TWO,
        ]
    )
    api.get("/rows/executemany-scalar", "executemany, scalar_row and kwargs_row", psycopg=2).answers(
        [[["4", "[5]", TWO], True, "[3, 4]", "[5]", TWO], DICTS_OF_TWO]
    )
    api.get("/rows/executemany-counts", "executemany, row counts", [2, 3])
    api.get("/factories/own", "cursor_factory", [True, "shelf", "{'name': 'Sencha'}"])
    api.get("/factories/async-own", "async cursor_factory", [True, "async shelf", "('Earl Grey',)"])
    api.get("/factories/async-connect", "async connect, cursor_factory and row_factory", psycopg=2).answers(
        again=selected("origin text", "{'origin': 'India'}"),
        classes=[True, True],
        found=selected("id int4, name text", "{'id': 2, 'name': 'Sencha'}"),
    )
    api.get("/factories/async-raw", "AsyncRawCursor").finds("text, name text", "('second', 'Sencha')")
    api.get("/factories/async-cursor", "async row_factory of a cursor", psycopg=4).answers(
        ["[('Genmaicha', 5)]", "['Genmaicha']", "[{'id': 5, 'name': 'Genmaicha'}]", "[Row(name='Genmaicha', id=5)]"]
    )
    api.get("/factories/async-changed", "async row_factory set later", psycopg=3).answers(
        [
            selected("id int4, name text", "(1, 'Assam')"),
            selected("id int4, name text", "{'id': 1, 'name': 'Assam'}"),
            selected("id int4, name text", "Row(id=2, name='Sencha')"),
        ]
    )
    api.get("/factories/rows-in-execute", "execute and fetch in one expression").finds(
        "name text", "'Assam'", "'Darjeeling'"
    )
