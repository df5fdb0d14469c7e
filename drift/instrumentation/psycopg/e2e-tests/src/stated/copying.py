"""What the requests of ../copying.py state: COPY, streams, cursors on the server."""

from __future__ import annotations

from stated.words import ON_PURPOSE, TEA, Send, columns, held, selected, without_status


def requests(get: Send, post: Send) -> None:
    """Send them all."""
    get(
        "/copying/out",
        iterated=["b'1\\tAssam\\tIndia\\n'", "b'2\\tSencha\\tJapan\\n'", "b'3\\tEarl Grey\\t\\\\N\\n'"],
        read=[
            "b'name\\n'",
            "b'\"Assam\"\\n'",
            "b'\"Sencha\"\\n'",
            "b'\"Earl Grey\"\\n'",
            "b'\"Darjeeling\"\\n'",
            "b'\"Genmaicha\"\\n'",
        ],
        rows=["('1', 'Assam', 'India')", "('2', 'Sencha', 'Japan')", "('3', 'Earl Grey', None)"],
        statements=3,
    )
    get("/copying/out-read-row", ["('1', 'Assam', 'India')", "('2', 'Sencha', 'Japan')", "('3', 'Earl Grey', None)"])
    get("/copying/out-types", ["(1, 'Assam', Decimal('4.50'))", "(2, 'Sencha', Decimal('7.25'))"])
    get("/copying/out-binary", ["5047434f50590aff0d0a0000000000000000000002000000040000000100000003746561ffff"])
    get("/copying/out-about", [3, 3, None])
    post(
        "/copying/in",
        selected(
            TEA,
            "(1, 'cup', Decimal('1.50'))",
            "(2, 'pöt', None)",
            "(3, 'spoon', Decimal('0.25'))",
            "(4, 'spoon', Decimal('0.25'))",
        ),
        statements=2,
    )
    post("/copying/in-rows", elsewhere=held("tab\t and \\", "☕", "pot"), statements=3)
    post("/copying/in-abandoned", elsewhere=held(), message=ON_PURPOSE["message"], statements=2)
    post(
        "/copying/across",
        selected("name text, price numeric", "('Assam', Decimal('4.50'))", "('Sencha', Decimal('7.25'))"),
        statements=4,
    )
    get("/copying/stream", [[[3, "Earl Grey"], [4, "Darjeeling"], [5, "Genmaicha"]], -1])
    get("/copying/stream-about", [columns("id int4, name text"), 1, columns("id int4, name text")])
    get(
        "/copying/stream-types",
        [
            "(1, 'Assam', Decimal('4.50'), False, datetime.date(2024, 2, 29))",
            "(3, 'Earl Grey', Decimal('5.00'), True, datetime.date(2024, 2, 29))",
        ],
    )
    get(
        "/copying/stream-dicts",
        [
            "{'name': 'Assam', 'origin': 'India'}",
            "{'name': 'Sencha', 'origin': 'Japan'}",
            "{'name': 'Earl Grey', 'origin': None}",
        ],
    )
    get("/copying/stream-left", ["('Assam',)", -1, selected("?column? text", "('again',)")], statements=2)
    get(
        "/copying/large",
        [1200000, "[('after it',)]", ["('streamed',)"], ["b'copied\\n'"]],
        statements=5,
        recorded="size",
    )
    get(
        "/copying/server-cursor",
        after=[-1, 3],
        before=[-1, 0],
        columns=columns("id int4, name text"),
        name="teas",
        one="(1, 'Assam')",
        rest=["[(4, 'Darjeeling')]", "None"],
        two="[(2, 'Sencha'), (3, 'Earl Grey')]",
    )
    ids = without_status("id int4", -1)
    get(
        "/copying/server-cursor-scroll",
        [
            "[Row(id=1), Row(id=2), Row(id=3)]",
            "Row(id=2)",
            "Row(id=5)",
            "Row(id=1)",
            [True, False],
            "[Row(id=2), Row(id=3), Row(id=4), Row(id=5)]",
            ids,
        ],
    )
    get("/copying/server-cursor-iterate", ["(1,)", "(4,)", "(3,)", "(5,)", "(2,)"])
    get("/copying/server-cursor-iterate-rest", ids, first="(1,)", rest=["(2,)", "(3,)", "(4,)", "(5,)"])
    get("/copying/server-cursor-hold", ids, first="(1,)", rest="[(2,), (3,), (4,), (5,)]", withhold=True)
