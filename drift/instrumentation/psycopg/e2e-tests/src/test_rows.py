from words import TEA, Results, columns, selected


def requests(api: Results) -> None:
    api.get("/rows/dict", psycopg=2).answers(
        [
            {
                "first": "{'id': 2, 'name': 'Sencha', 'price': Decimal('7.25')}",
                "iterated": ["{'id': 5, 'name': 'Genmaicha', 'price': Decimal('6.10')}"],
                **selected(TEA, of=2),
            },
            selected(
                TEA,
                "{'id': 2, 'name': 'Sencha', 'price': Decimal('7.25')}",
                "{'id': 5, 'name': 'Genmaicha', 'price': Decimal('6.10')}",
            ),
        ]
    )
    api.get("/rows/dict-false").finds(
        "zero int4, empty text, no bool, nought numeric, nothing text",
        "{'empty': '', 'no': False, 'nothing': None, 'nought': Decimal('0.0'), 'zero': 0}",
    )
    api.get("/rows/named", psycopg=2).answers(
        [
            {
                "first": ["Row(id=2, name='Sencha', price=Decimal('7.25'))", "Sencha"],
                **selected(TEA, "Row(id=5, name='Genmaicha', price=Decimal('6.10'))", of=2),
            },
            ["2: Sencha, Decimal('7.25')", "5: Genmaicha, Decimal('6.10')"],
        ]
    )
    api.get("/rows/class").finds(
        TEA, "Tea(id=2, name='Sencha', price=Decimal('7.25'))", "Tea(id=5, name='Genmaicha', price=Decimal('6.10'))"
    )
    api.get("/rows/scalar").finds(
        "name text, id int4", "'Darjeeling'", "'Genmaicha'", of=5, first="'Assam'", two="['Sencha', 'Earl Grey']"
    )
    api.get("/rows/scalar-null").finds("origin text", "'Japan'", of=5, many="['India', 'Japan', None, 'India']")
    api.get("/rows/own", psycopg=3).answers(
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
    api.get("/rows/changed", psycopg=3).answers(
        [
            selected(TEA, "(2, 'Sencha', Decimal('7.25'))", "(5, 'Genmaicha', Decimal('6.10'))"),
            selected(
                TEA,
                "{'id': 2, 'name': 'Sencha', 'price': Decimal('7.25')}",
                "{'id': 5, 'name': 'Genmaicha', 'price': Decimal('6.10')}",
            ),
            selected(
                TEA,
                "Row(id=2, name='Sencha', price=Decimal('7.25'))",
                "Row(id=5, name='Genmaicha', price=Decimal('6.10'))",
            ),
        ]
    )
    api.get("/rows/changed-late").answers(
        ["{'id': 2, 'name': 'Sencha', 'price': Decimal('7.25')}", "Row(id=5, name='Genmaicha', price=Decimal('6.10'))"]
    )
    named = columns("id int4, name text")
    api.get("/rows/executemany", psycopg=2).answers(
        [
            [
                ["Row(id=4, name='Darjeeling')", "[Row(id=5, name='Genmaicha')]", named],
                True,
                "[Row(id=3, name='Earl Grey'), Row(id=4, name='Darjeeling')]",
                "[Row(id=5, name='Genmaicha')]",
                named,
            ],
            [
                ["{'id': 4, 'name': 'Darjeeling'}", "[{'id': 5, 'name': 'Genmaicha'}]", named],
                True,
                "[{'id': 3, 'name': 'Earl Grey'}, {'id': 4, 'name': 'Darjeeling'}]",
                "[{'id': 5, 'name': 'Genmaicha'}]",
                named,
            ],
        ]
    )
    api.get("/rows/executemany-scalar", psycopg=2).answers(
        [
            [["4", "[5]", named], True, "[3, 4]", "[5]", named],
            [
                ["{'id': 4, 'name': 'Darjeeling'}", "[{'id': 5, 'name': 'Genmaicha'}]", named],
                True,
                "[{'id': 3, 'name': 'Earl Grey'}, {'id': 4, 'name': 'Darjeeling'}]",
                "[{'id': 5, 'name': 'Genmaicha'}]",
                named,
            ],
        ]
    )
    api.get("/rows/executemany-counts", body=[2, 3])
