"""The psycopg suite's requests. Each states how many statements it runs and its full answer; none depends on another.

By hand: python src/test_requests.py [http://localhost:8000]
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Callable, Optional

# By hand, e2e_common is found by walking up to the top of the checkout.
sys.path += [str(folder) for folder in Path(__file__).resolve().parents if (folder / "Makefile").exists()]

from e2e_common.requester import Api

OIDS = {
    "bool": 16, "bytea": 17, "name": 19, "int8": 20, "int2": 21, "int4": 23, "text": 25, "oid": 26, "json": 114,
    "cidr": 650, "float4": 700, "float8": 701, "macaddr": 829, "inet": 869, "bool[]": 1000, "int4[]": 1007,
    "text[]": 1009, "int8[]": 1016, "bpchar": 1042, "varchar": 1043, "date": 1082, "time": 1083, "timestamp": 1114,
    "date[]": 1182, "timestamptz": 1184, "interval": 1186, "numeric[]": 1231, "timetz": 1266, "numeric": 1700,
    "uuid": 2950, "jsonb": 3802, "int4range": 3904, "numrange": 3906, "tsrange": 3908, "daterange": 3912,
}  # fmt: skip
TEA = "id int4, name text, price numeric"
ON_PURPOSE = {"error": "builtins.LookupError", "message": "on purpose"}
NO_RESULT = {"error": "psycopg.ProgrammingError", "message": "no result available"}
TWICE = 'duplicate key value violates unique constraint "item_pkey"'


def columns(stated: str) -> list[Any]:
    """`id int4, text`: the name and the type's number of each column; one word is both."""
    words = [column.split(" ") for column in stated.split(", ")]
    return [[column[0], OIDS[column[-1]]] for column in words]


def about(stated: str, rowcount: int, status: str) -> dict[str, Any]:
    """What a cursor says of a statement with rows."""
    return {"columns": columns(stated), "rowcount": rowcount, "status": status}


def done(status: Optional[str], rowcount: int) -> dict[str, Any]:
    """What it says of a statement without rows."""
    return {"columns": None, "rowcount": rowcount, "status": status}


ONE_ROW = done("INSERT 0 1", 1)
PRICE = "name text, price numeric"


def selected(stated: str, *rows: str, of: int = -1, status: str = "") -> dict[str, Any]:
    """The rows that were left to fetch, and what the cursor says. `of`: the rows that there were."""
    count = len(rows) if of < 0 else of
    return {"rows": list(rows), **about(stated, count, status or f"SELECT {count}")}


def held(*names: str) -> dict[str, Any]:
    """What another connection finds in a box."""
    return selected("name text", *[f"({name!r},)" for name in names])


def row(stated: str, *values: str) -> dict[str, Any]:
    """The values of a single row."""
    return {"values": list(values), **about(stated, 1, "SELECT 1")}


def sender(send: Callable[..., None]) -> Callable[..., None]:
    """`answer`: the whole body, or the part of it that a helper states; `fields`: the rest of it. `leaks`: what reaches
    the server in replay."""

    def request(
        path: str, answer: Any = None, *, statements: int = 1, leaks: Sequence[str] = (), **fields: Any
    ) -> None:
        body = {**(answer or {}), **fields} if fields else answer
        send(path, body=body, calls={"psycopg": statements}, leaks=[f"postgres: {what}" for what in leaks])

    return request


def asked_of(kind: str) -> str:
    """How TypeInfo.fetch asks the server for a type."""
    asked = (
        "SELECT typname AS name, oid, typarray AS array_oid, oid::regtype::text AS regtype, typdelim AS delimiter "
        "FROM pg_type t WHERE t.oid = to_regtype($1) ORDER BY t.oid"
    )
    return f"{asked} (parameters: {kind!r})"


with Api() as api:
    get, post = sender(api.get), sender(api.post)

    # Statements and fetching
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
    post(
        "/queries/executemany-nextset",
        [
            "[(0, 'cup 0')]",
            [True, "(1, 'cup 1')", "None"],
            [True, "[(2, 'cup 2')]", "[]"],
            None,
            columns("id int4, name text"),
        ],
    )
    post(
        "/queries/executemany-results",
        [
            ["[(0, 'cup 0')]", "(1, 'cup 1')", "[(2, 'cup 2')]", "[]", "None"],
            ["[(2, 'cup 2')]", "[(0, 'cup 0')]", "[(1, 'cup 1')]", "IndexError"],
        ],
        statements=2,
    )
    post(
        "/queries/executemany-again",
        [
            ["[(0, 'cup 0')]", "[(1, 'cup 1')]", "[(2, 'cup 2')]"],
            ["[(0, 'cup 0')]", "[(1, 'cup 1')]", "[(2, 'cup 2')]"],
        ],
        statements=2,
    )
    post(
        "/queries/executemany-about",
        [
            about("id int4, name text", 1, "INSERT 0 1"),
            True,
            about("id int4, name text", 1, "INSERT 0 1"),
            done("INSERT 0 1", 1),
            True,
            done("INSERT 0 1", 1),
        ],
        statements=2,
    )
    get("/queries/parameters", selected("name text", "('Assam',)", "('Earl Grey',)"))
    asked = {"1": "Assam", "2": "Sencha", "3": "Earl Grey"}
    get("/queries/another-order", {number: held(name) for number, name in asked.items()}, statements=3)
    post("/queries/executemany-another-order", {"one": 1, "two": 2}, statements=2)
    get("/queries/text", selected("größe text, ?column? text", "('žluťoučký 馬 🐎', \"it's %% 100\")"))
    get(
        "/queries/composed",
        selected("id int4, name text", "(1, 'Assam')", "(3, 'Earl Grey')", "(4, 'Darjeeling')"),
        text='SELECT "id", "name" FROM "public"."tea" WHERE "origin" = \'India\' OR id = %(id)s ORDER BY id',
    )
    get(
        "/queries/cursor-classes",
        [
            True,
            "SELECT 1, 'it''s', NULL",
            selected("name text", "('Sencha',)"),
            selected("name text, text", "('Sencha', 'second')"),
        ],
        statements=2,
    )
    get(
        "/queries/prepared",
        selected(
            "statement text", "('SELECT name FROM tea WHERE id = $1',)", "('SELECT stock FROM tea WHERE id = $1',)"
        ),
        found=[held("Assam"), selected("stock int4", "(0,)")],
        statements=3,
    )

    # Row factories
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
    get(
        "/rows/executemany",
        [
            [
                ["Row(id=4, name='Darjeeling')", "[Row(id=5, name='Genmaicha')]"],
                True,
                "[Row(id=3, name='Earl Grey'), Row(id=4, name='Darjeeling')]",
                "[Row(id=5, name='Genmaicha')]",
            ],
            [
                ["{'id': 4, 'name': 'Darjeeling'}", "[{'id': 5, 'name': 'Genmaicha'}]"],
                True,
                "[{'id': 3, 'name': 'Earl Grey'}, {'id': 4, 'name': 'Darjeeling'}]",
                "[{'id': 5, 'name': 'Genmaicha'}]",
            ],
        ],
        statements=2,
    )
    get(
        "/rows/executemany-scalar",
        [
            [["4", "[5]"], True, "[3, 4]", "[5]"],
            [
                ["{'id': 4, 'name': 'Darjeeling'}", "[{'id': 5, 'name': 'Genmaicha'}]"],
                True,
                "[{'id': 3, 'name': 'Earl Grey'}, {'id': 4, 'name': 'Darjeeling'}]",
                "[{'id': 5, 'name': 'Genmaicha'}]",
            ],
        ],
        statements=2,
    )

    # Values
    get(
        "/values/numbers",
        row(
            "int2, int4, int8, oid, int4, float4, float8, float8, float8, numeric, ?column? numeric, numeric, "
            "?column? numeric, numeric",
            "-32768",
            "2147483647",
            "-9007199254740991",
            "26",
            "7",
            "1.5",
            "2.0",
            "-1e+300",
            "0.1",
            "Decimal('1.50')",
            "Decimal('12345678901234567890.0987654321')",
            "Decimal('0')",
            "Decimal('12.340')",
            "Decimal('NaN')",
        ),
    )
    get("/values/bigint", row("int8, int8", "9007199254740993", "9223372036854775807"))
    get(
        "/values/plain",
        row(
            "bpchar, varchar, name, text, text, ?column? bool, ?column? bool, ?column? text, int4, bool, text, "
            "bytea, bytea, uuid, ?column? uuid, jsonb, json",
            "'a  '",
            "'b'",
            "'c'",
            "''",
            "'tab\\t, line\\n, quote \\' \" \\\\ and 馬'",
            "True",
            "False",
            "None",
            "None",
            "True",
            "None",
            "b'\\x00\\xff\\x80'",
            "b'xyz{|}~\\x7f\\x80\\x81\\x82\\x83\\x84\\x85\\x86\\x87\\x88\\x89\\x8a\\x8b'",
            "UUID('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11')",
            "UUID('0b9ee1a2-3c4d-4e5f-8a9b-0c1d2e3f4a5b')",
            "{'name': 'tea', 'price': 2.5, 'tags': ['hot', None, True]}",
            "'text'",
        ),
    )
    get(
        "/values/text-like-time", row("text, text, text", "'2024-02-29T12:30:15'", "'2024-02-29 12:30'", "'2024-02-29'")
    )
    get("/values/bytes-like-text", row("bytea, bytea, bytea", "b'tea'", "b''", "b'\\xe2\\x98\\x95'"))
    get(
        "/values/times",
        row(
            "date, time, date, time, timetz, timestamp, timestamptz, ?column? timestamp, ?column? timestamptz, "
            "interval, interval, interval",
            "datetime.date(1, 1, 1)",
            "datetime.time(8, 15)",
            "datetime.date(2024, 2, 29)",
            "datetime.time(23, 59, 59, 999999)",
            "datetime.time(12, 0, tzinfo=datetime.timezone(datetime.timedelta(seconds=19800)))",
            "datetime 1999-12-31T23:59:59.500000",
            "datetime 2024-07-01T10:00:00+00:00",
            "datetime 2024-02-29T12:30:15.123456",
            "datetime 2024-02-29T10:30:15.123456+00:00",
            "datetime.timedelta(days=1, seconds=7384, microseconds=500000)",
            "datetime.timedelta(0)",
            "datetime.timedelta(days=-1, seconds=5, microseconds=1)",
        ),
    )
    get("/values/zone", ["datetime 2024-07-01T14:00:00+02:00", "Europe/Rome"])
    get(
        "/values/network",
        row(
            "inet, inet, cidr, ?column? inet, ?column? cidr",
            "IPv4Interface('192.168.1.5/24')",
            "IPv6Address('::1')",
            "IPv6Network('fe80::/10')",
            "IPv4Address('10.0.0.1')",
            "IPv4Network('10.0.0.0/8')",
        ),
    )
    get(
        "/values/collections",
        row(
            "text text[], text text[], text text[], numeric numeric[], date date[], bool bool[], "
            "int4range, int4range, numrange, daterange, tsrange",
            "[['a', None], ['c,d', 'e']]",
            "[]",
            "['x', 'y']",
            "[Decimal('1.5'), None]",
            "[datetime.date(2024, 2, 29)]",
            "[True, False]",
            "Range(1, 5, '[)')",
            "Range(empty=True)",
            "Range(None, Decimal('7'), '(]')",
            "Range(datetime.date(2024, 1, 1), None, '[)')",
            "Range(datetime.datetime(2024, 2, 29, 12, 30, 15, 123456), None, '()')",
        ),
    )
    get(
        "/values/integers-within",
        row("jsonb, json, array int4[], int8 int8[]", "{'count': 3, 'list': [1, 2.5]}", "7", "[1, None]", "[[5, 6]]"),
    )
    get(
        "/values/multiranges",
        row("text", "Multirange([Range(1, 3, '[)'), Range(5, None, '[)')])"),
        written="'{[1,3),[5,)}'",
    )
    get("/values/enum", ["(<Mood.calm: 1>, <Mood.awake: 2>)"])
    get("/values/composite", ["(place(name='attic', floor='4th, left'),)"])
    get("/values/json-selected", row("?column? jsonb, ?column? json", "{'name': 'tea'}", "['hot', None]"))
    post(
        "/values/json-written",
        copied=2,
        many=None,
        one=done("INSERT 0 1", 1),
        returning=None,
        stream=["('tea',)"],
        statements=6,
    )
    get(
        "/values/binary",
        [
            row(
                "?column? uuid, ?column? timestamp, numeric, int2, time, interval",
                "UUID('0b9ee1a2-3c4d-4e5f-8a9b-0c1d2e3f4a5b')",
                "datetime 2024-02-29T12:30:15.123456",
                "Decimal('1.5')",
                "7",
                "datetime.time(8, 15)",
                "datetime.timedelta(days=1)",
            ),
            "BINARY",
            selected(
                "id int4, name text, price numeric, origin text, enough bool, raw bytea, weight float8",
                "(1, 'Assam', Decimal('4.50'), 'India', True, b'\\x00\\xff', 1.5)",
                "(3, 'Earl Grey', Decimal('5.00'), None, False, b'\\x00\\xff', 1.5)",
            ),
        ],
        statements=2,
    )
    get(
        "/values/adapters",
        row("price numeric", "'4.50 €'"),
        default=["NumericLoader", 1700],
        other=row("?column? text, ?column? numeric", "'tea'", "Decimal('1.5')"),
        statements=2,
    )

    # Transactions
    post("/transactions/commit-and-rollback", added=[ONE_ROW] * 2, after=held("one"), before=held(), statements=4)
    post(
        "/transactions/with-connection",
        ON_PURPOSE,
        added=[ONE_ROW] * 2,
        closed=[True, True],
        elsewhere=held("one"),
        statements=3,
    )
    post(
        "/transactions/blocks",
        ON_PURPOSE,
        added=[ONE_ROW] * 4,
        elsewhere=held("one"),
        names=["outer", "inner", "_pg3_2"],
        statements=5,
    )
    post("/transactions/blocks-within", added=[ONE_ROW] * 3, elsewhere=held("one", "two"), statements=4)
    post("/transactions/autocommit", added=[ONE_ROW] * 2, elsewhere=held("one"), statements=3)
    get(
        "/transactions/characteristics",
        [
            selected("current_setting text, current_setting text", "('serializable', 'on')"),
            ["SERIALIZABLE", True, True],
            selected("current_setting text, current_setting text", "('read committed', 'off')"),
        ],
        statements=2,
    )
    get("/transactions/status", ["IDLE", "INTRANS", "IDLE"])

    # Errors
    post(
        "/errors/unique",
        diag=[
            "ERROR",
            "23505",
            TWICE,
            "Key (box, id)=(unique, 1) already exists.",
            "item",
            "item_pkey",
        ],
        error="psycopg.errors.UniqueViolation",
        message=TWICE,
        sqlstate="23505",
        statements=2,
    )
    post(
        "/errors/transaction-after",
        elsewhere=held("kept"),
        messages=[
            TWICE,
            "current transaction is aborted, commands ignored until end of transaction block",
        ],
        statements=5,
    )
    get("/errors/in-block", message="division by zero", rows="[('still here',)]", statements=2)
    get("/errors/fetch-first", [NO_RESULT] * 6, statements=0)
    get(
        "/errors/fetch-nothing",
        error="psycopg.ProgrammingError",
        message="the last operation didn't produce records (command status: SET)",
    )
    get("/errors/stream", before=["3", "6"], message="division by zero")
    post("/errors/copy", message='invalid input syntax for type integer: "not a number"')
    get("/errors/server-cursor", message="division by zero")
    get("/errors/refused", error="OperationalError", sqlstate=None, statements=0)

    # COPY, streams, cursors on the server
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
    post("/copying/in-abandoned", elsewhere=held(), statements=2)
    get("/copying/stream", ["Earl Grey", "Darjeeling", "Genmaicha"])
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
    get("/copying/stream-left", ["('Assam',)", "[('again',)]"], statements=2)
    get("/copying/large", [1200000, "[('after it',)]", ["('streamed',)"], ["b'copied\\n'"]], statements=5)
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
    get(
        "/copying/server-cursor-scroll",
        ["[Row(id=1), Row(id=2), Row(id=3)]", "Row(id=2)", "Row(id=5)", "Row(id=1)", True, False],
    )
    get("/copying/server-cursor-iterate", ["(1,)", "(4,)", "(3,)", "(5,)", "(2,)"])
    get("/copying/server-cursor-iterate-rest", first="(1,)", rest=["(2,)", "(3,)", "(4,)", "(5,)"])
    get("/copying/server-cursor-hold", first="(1,)", rest="[(2,), (3,), (4,), (5,)]", withhold=True)

    # Pipelines
    post(
        "/pipelines/after",
        added=done("INSERT 0 1", 1),
        found=selected("name text", "('Assam',)"),
        nothing=selected("name text"),
        statements=3,
    )
    post(
        "/pipelines/sync",
        count=done("UPDATE 1", 1),
        price="(Decimal('1.00'),)",
        rows=selected("name text", "('cup',)", status="INSERT 0 1"),
        statements=3,
    )
    get("/pipelines/fetch-inside", ["[('Assam', 12)]"])
    post("/pipelines/executemany", elsewhere=held("cup 0", "cup 1", "cup 2"), statements=2)
    get(
        "/pipelines/error",
        selected("?column? text", "('after it',)"),
        error="psycopg.errors.DivisionByZero",
        message="division by zero",
        statements=2,
    )

    # Connections
    get(
        "/connections/info",
        database=["app", "app", True, True],
        options=["app", "app", "tea shop"],
        parameters=["UTC", "UTF8", None],
        password=True,
        server=["PostgreSQL", True, True, True],
        session=["utf-8", "UTC"],
        state=[False, False, False, None],
        status=["OK", "OFF", ""],
        statements=0,
    )
    get("/connections/handlers", ["NOTICE: it boils", "kettle: boils"], statements=3)
    get("/connections/notifies", ["whistle: blown"], statements=2)
    get("/connections/loaded-at-start", currency="EUR", greeting="Good morning, ☕", statements=0)

    # Pools
    get(
        "/pools/select",
        null=[0, 2, selected("?column? text", "('null pool',)")],
        pool=["teas", 2, 4, selected("id int4, name text", "(2, 'Sencha')")],
        statements=2,
    )
    post("/pools/commit", added=[ONE_ROW] * 3, elsewhere=held("given back", "kept"), statements=4)
    get(
        "/pools/async-select",
        null=selected("?column? text", "('async null pool',)"),
        pool=selected("id int4, name text", "{'id': 4, 'name': 'Darjeeling'}"),
        statements=2,
    )
    post("/pools/async-insert", done("INSERT 0 1", 1), elsewhere=held("cup"), statements=2)

    # The async side
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
        [
            "(1, Decimal('4.50'))",
            "(2, Decimal('7.25'))",
            "(3, Decimal('5.00'))",
            "(4, Decimal('9.90'))",
            "(5, Decimal('6.10'))",
        ],
    )
    get("/async/scroll", [[3, "(4,)"], [2, "(3,)"], "IndexError", "ValueError", "builtins.IndexError"], statements=2)
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
    get(
        "/async/pipeline",
        [
            "[{'id': 2, 'name': 'Sencha'}]",
            "{'id': 2, 'name': 'Sencha'}",
            "[{'id': 2, 'name': 'Sencha'}]",
            "['Sencha']",
            "'Sencha'",
            "['Sencha']",
        ],
        statements=6,
    )
    get(
        "/async/pipeline-rows",
        [
            "[{'id': 3, 'name': 'Earl Grey', 'price': Decimal('5.00')}]",
            "[Row(id=3, name='Earl Grey', price=Decimal('5.00'))]",
            ["Earl Grey"],
        ],
        statements=3,
    )
    get("/async/pipeline-one-by-one", ["('Assam',)", "('Sencha',)", "None"])
    post("/async/pipeline-insert", done("INSERT 0 1", 1))
    get("/async/pipeline-sync", ["('Assam', 'India')"])
    get("/async/pipeline-json", ["[('tea',)]", "('tea',)", "[('tea',)]"], statements=3)
    get("/async/json-selected", selected("?column? text", "('tea',)"))

    # What goes past the SDK
    get(
        "/unseen/connection-class",
        selected("?column? text", "('by the class',)"),
        leaks=["SELECT 'by the class'"],
    )
    get(
        "/unseen/pool",
        selected("?column? text", "('of a plain pool',)"),
        leaks=["SELECT 'of a plain pool'"],
    )
    get(
        "/unseen/null-pool",
        selected("?column? text", "('of a plain null pool',)"),
        leaks=["SELECT 'of a plain null pool'"],
    )
    get(
        "/unseen/cursor-class",
        selected("?column? text", "('a class that is called',)"),
        leaks=["SELECT 'a class that is called'"],
    )
    get(
        "/unseen/cursor-factory",
        selected("?column? text", "('a class that is set later',)"),
        leaks=["SELECT 'a class that is set later'"],
    )
    get(
        "/unseen/async-cursor-class",
        selected("?column? text", "('an async class that is called',)"),
        leaks=["SELECT 'an async class that is called'"],
    )
    get(
        "/unseen/server-cursor-class",
        ["(1,)", "(2,)"],
        leaks=['DECLARE "called" CURSOR FOR SELECT id FROM tea WHERE id < 3 ORDER BY id'],
    )
    get("/unseen/type-info", name="mood", regtype="mood", delimiter=",", known=True, leaks=[asked_of("mood")])
    get("/unseen/async-type-info", name="place", regtype="place", delimiter=",", known=True, leaks=[asked_of("place")])
    get(
        "/unseen/range-info",
        ["daterange", 3912, 3913, 1082],
        leaks=[
            "SELECT t.typname AS name, t.oid AS oid, t.typarray AS array_oid, t.oid::regtype::text AS regtype, "
            "r.rngsubtype AS subtype_oid FROM pg_type t JOIN pg_range r ON t.oid = r.rngtypid "
            "WHERE t.oid = to_regtype($1) (parameters: 'daterange')"
        ],
    )
    get(
        "/unseen/server-cursor-in-block",
        ["('Assam',)", "('Sencha',)"],
        leaks=["SELECT 1 FROM pg_catalog.pg_cursors WHERE name = 'in a block'"],
    )
    get(
        "/unseen/server-cursor-kept",
        ["('Darjeeling',)", "('Genmaicha',)"],
        leaks=["SELECT 1 FROM pg_catalog.pg_cursors WHERE name = 'kept'"],
    )
    post(
        "/unseen/prepare-transaction",
        error="psycopg.NotSupportedError",
        message="prepared transactions are disabled",
        statements=0,
        leaks=["PREPARE TRANSACTION '42_c2hvcA==_dGlsbA=='"],
    )
    get(
        "/unseen/async-copy-out",
        ["b'1\\tAssam\\n'", "b'2\\tSencha\\n'"],
        leaks=["COPY (SELECT id, name FROM tea WHERE id < 3 ORDER BY id) TO STDOUT"],
    )
    post(
        "/unseen/async-copy-in",
        done("COPY 2", 2),
        elsewhere=held("tab\t and ☕", "pot"),
        statements=2,
        leaks=["COPY item (box, id, name) FROM STDIN"],
    )
    get(
        "/unseen/async-stream",
        ["('Assam', Decimal('4.50'))", "('Sencha', Decimal('7.25'))"],
        leaks=[
            "SELECT name, price FROM tea WHERE id < 3 ORDER BY id",
            "a request to cancel what another session runs",
        ],
    )
    get(
        "/unseen/async-server-cursor",
        ["(1, 'Assam')", ["(2, 'Sencha')", "(3, 'Earl Grey')"]],
        leaks=['DECLARE "async teas" CURSOR FOR SELECT id, name FROM tea WHERE id < 4 ORDER BY id'],
    )
