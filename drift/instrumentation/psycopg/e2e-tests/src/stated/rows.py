"""What the requests of ../rows.py state: row factories."""

from __future__ import annotations

from stated.words import TEA, Send, columns, selected


def requests(get: Send, _: Send) -> None:
    """Send them all."""
    get(
        "/rows/dict",
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
        ],
        statements=2,
    )
    get(
        "/rows/dict-false",
        selected(
            "zero int4, empty text, no bool, nought numeric, nothing text",
            "{'empty': '', 'no': False, 'nothing': None, 'nought': Decimal('0.0'), 'zero': 0}",
        ),
    )
    get(
        "/rows/named",
        [
            {
                "first": ["Row(id=2, name='Sencha', price=Decimal('7.25'))", "Sencha"],
                **selected(TEA, "Row(id=5, name='Genmaicha', price=Decimal('6.10'))", of=2),
            },
            ["2: Sencha, Decimal('7.25')", "5: Genmaicha, Decimal('6.10')"],
        ],
        statements=2,
    )
    get(
        "/rows/class",
        selected(
            TEA, "Tea(id=2, name='Sencha', price=Decimal('7.25'))", "Tea(id=5, name='Genmaicha', price=Decimal('6.10'))"
        ),
    )
    get(
        "/rows/scalar",
        selected("name text, id int4", "'Darjeeling'", "'Genmaicha'", of=5),
        first="'Assam'",
        two="['Sencha', 'Earl Grey']",
    )
    get("/rows/scalar-null", selected("origin text", "'Japan'", of=5), many="['India', 'Japan', None, 'India']")
    get(
        "/rows/own",
        [
            selected(TEA, "'2. Sencha for 7.25'", "'5. Genmaicha for 6.10'"),
            selected(TEA, "[2, 'Sencha', Decimal('7.25')]", "[5, 'Genmaicha', Decimal('6.10')]"),
            selected(
                TEA,
                "{'ID': 2, 'NAME': 'Sencha', 'PRICE': Decimal('7.25')}",
                "{'ID': 5, 'NAME': 'Genmaicha', 'PRICE': Decimal('6.10')}",
            ),
        ],
        statements=3,
    )
    get(
        "/rows/changed",
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
        ],
        statements=3,
    )
    get(
        "/rows/changed-late",
        ["{'id': 2, 'name': 'Sencha', 'price': Decimal('7.25')}", "Row(id=5, name='Genmaicha', price=Decimal('6.10'))"],
    )
    named = columns("id int4, name text")
    get(
        "/rows/executemany",
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
        ],
        statements=2,
    )
    get(
        "/rows/executemany-scalar",
        [
            [["4", "[5]", named], True, "[3, 4]", "[5]", named],
            [
                ["{'id': 4, 'name': 'Darjeeling'}", "[{'id': 5, 'name': 'Genmaicha'}]", named],
                True,
                "[{'id': 3, 'name': 'Earl Grey'}, {'id': 4, 'name': 'Darjeeling'}]",
                "[{'id': 5, 'name': 'Genmaicha'}]",
                named,
            ],
        ],
        statements=2,
    )
    get("/rows/executemany-counts", [2, 3])
