from test_db import done, row, selected

from e2e_common.record.client import Api


def requests(api: Api) -> None:
    api.get("/values/numbers", "numbers").finds_row(
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
    )
    api.get("/values/bigint", "integers above 2^53").finds_row("int8, int8", "9007199254740993", "9223372036854775807")
    api.get("/values/plain", "text, booleans, bytea, UUID and JSON").finds_row(
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
    )
    api.get("/values/text-like-time", "text like a datetime").finds_row(
        "text, text, text", "'2024-02-29T12:30:15'", "'2024-02-29 12:30'", "'2024-02-29'"
    )
    api.get("/values/bytes-like-text", "bytea with UTF-8 text").finds_row(
        "bytea, bytea, bytea", "b'tea'", "b''", "b'\\xe2\\x98\\x95'"
    )
    api.get("/values/times", "dates, times and intervals").finds_row(
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
    )
    api.get("/values/zone", "session with a time zone", ["datetime 2024-07-01T14:00:00+02:00", "Europe/Rome"])
    api.get("/values/network", "network types").finds_row(
        "inet, inet, cidr, ?column? inet, ?column? cidr",
        "IPv4Interface('192.168.1.5/24')",
        "IPv6Address('::1')",
        "IPv6Network('fe80::/10')",
        "IPv4Address('10.0.0.1')",
        "IPv4Network('10.0.0.0/8')",
    )
    api.get("/values/collections", "arrays and ranges").finds_row(
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
    )
    api.get("/values/integers-within", "integers in JSON and arrays").finds_row(
        "jsonb, json, array int4[], int8 int8[]", "{'count': 3, 'list': [1, 2.5]}", "7", "[1, None]", "[[5, 6]]"
    )
    api.get("/values/multiranges", "multirange loader").finds_row(
        "text", "Multirange([Range(1, 3, '[)'), Range(5, None, '[)')])"
    )
    api.get("/values/multiranges-written", "multirange as a parameter", ["'{[1,3),[5,)}'", "('{[1,3),[5,)}',)"])
    api.get("/values/enum", "enum", ["(<Mood.calm: 1>, <Mood.awake: 2>)"])
    api.get("/values/composite", "composite type", ["(place(name='attic', floor='4th, left'),)"])
    api.get("/values/json-selected", "JSON as a parameter").finds_row(
        "?column? jsonb, ?column? json", "{'name': 'tea'}", "['hot', None]"
    )
    api.post("/values/json-written", "JSON in INSERT, executemany, stream and COPY", psycopg=6).answers(
        copied=2, many=None, one=done("INSERT 0 1", 1), returning=None, stream=["('tea',)"]
    )
    api.get("/values/binary", "binary format", psycopg=2).answers(
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
        ]
    )
    api.get("/values/endless", "infinite date with a custom loader").finds_row(
        "date, date", "datetime.date(9999, 12, 31)", "datetime.date(2024, 2, 29)"
    )
    api.get("/values/wrapped", "Int2, Int4, Int8 and Float8").finds_row(
        "?column? int2, ?column? int4, ?column? int8, ?column? float8", "1", "2", "3", "4.5"
    )
    api.get("/values/json-loads", "JSON with a custom loads").finds_row("jsonb", "{'price': Decimal('1.50')}")
    api.get("/values/adapters", "custom loader and dumper", psycopg=2).answers(
        row("price numeric", "'4.50 €'"),
        default=["NumericLoader", 1700],
        other=row("?column? text, ?column? numeric", "'tea'", "Decimal('1.5')"),
    )
