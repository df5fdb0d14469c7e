from test_db import ON_PURPOSE, TEA, columns, names, selected, without_status

from e2e_common.record.client import Api


def requests(api: Api) -> None:
    api.get("/copying/out", "COPY TO", psycopg=3).answers(
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
    )
    api.get("/copying/out-read-row", "COPY TO, read_row").answers(
        ["('1', 'Assam', 'India')", "('2', 'Sencha', 'Japan')", "('3', 'Earl Grey', None)"]
    )
    api.get(
        "/copying/out-types", "COPY TO, set_types", ["(1, 'Assam', Decimal('4.50'))", "(2, 'Sencha', Decimal('7.25'))"]
    )
    api.get(
        "/copying/out-binary",
        "COPY TO, binary",
        ["5047434f50590aff0d0a0000000000000000000002000000040000000100000003746561ffff"],
    )
    api.get("/copying/out-about", "COPY TO, row count", [3, 3, None])
    api.post("/copying/in", "COPY FROM, blocks", psycopg=2).finds(
        TEA,
        "(1, 'cup', Decimal('1.50'))",
        "(2, 'pöt', None)",
        "(3, 'spoon', Decimal('0.25'))",
        "(4, 'spoon', Decimal('0.25'))",
    )
    api.post("/copying/in-rows", "COPY FROM, write_row", psycopg=3).answers(
        elsewhere=names("tab\t and \\", "☕", "pot")
    )
    api.post("/copying/in-abandoned", "COPY FROM, exception in the block", psycopg=2).answers(
        elsewhere=names(), message=ON_PURPOSE["message"]
    )
    api.post("/copying/across", "COPY between two connections", psycopg=4).finds(
        "name text, price numeric", "('Assam', Decimal('4.50'))", "('Sencha', Decimal('7.25'))"
    )
    api.get("/copying/stream", "stream", [[[3, "Earl Grey"], [4, "Darjeeling"], [5, "Genmaicha"]], -1])
    api.get(
        "/copying/stream-about",
        "stream, description",
        [columns("id int4, name text"), 1, columns("id int4, name text")],
    )
    api.get("/copying/stream-types", "stream, types").answers(
        [
            "(1, 'Assam', Decimal('4.50'), False, datetime.date(2024, 2, 29))",
            "(3, 'Earl Grey', Decimal('5.00'), True, datetime.date(2024, 2, 29))",
        ]
    )
    api.get("/copying/stream-dicts", "stream, dict_row").answers(
        [
            "{'name': 'Assam', 'origin': 'India'}",
            "{'name': 'Sencha', 'origin': 'Japan'}",
            "{'name': 'Earl Grey', 'origin': None}",
        ]
    )
    api.get(
        "/copying/stream-left",
        "stream closed early",
        ["('Assam',)", -1, selected("?column? text", "('again',)")],
        psycopg=2,
    )
    api.get("/copying/large", "value over 1 MiB", psycopg=5, recorded="size").answers(
        [1200000, "[('after it',)]", ["('streamed',)"], ["b'copied\\n'"]]
    )
    api.get("/copying/server-cursor", "server-side cursor").answers(
        after=[-1, 3],
        before=[-1, 0],
        columns=columns("id int4, name text"),
        name="teas",
        one="(1, 'Assam')",
        rest=["[(4, 'Darjeeling')]", "None"],
        two="[(2, 'Sencha'), (3, 'Earl Grey')]",
    )
    ids = without_status("id int4", -1)
    api.get("/copying/server-cursor-scroll", "server-side cursor, scroll").answers(
        [
            "[Row(id=1), Row(id=2), Row(id=3)]",
            "Row(id=2)",
            "Row(id=5)",
            "Row(id=1)",
            [True, False],
            "[Row(id=2), Row(id=3), Row(id=4), Row(id=5)]",
            ids,
        ]
    )
    api.get("/copying/server-cursor-iterate", "server-side cursor, iteration", ["(1,)", "(4,)", "(3,)", "(5,)", "(2,)"])
    api.get("/copying/server-cursor-iterate-rest", "server-side cursor, iteration after fetchone").answers(
        ids, first="(1,)", rest=["(2,)", "(3,)", "(4,)", "(5,)"]
    )
    api.get("/copying/server-cursor-hold", "server-side cursor, withhold").answers(
        ids, first="(1,)", rest="[(2,), (3,), (4,), (5,)]", withhold=True
    )
