from test_database import about

from e2e_common.record.client import Api


def requests(api: Api) -> None:
    api.get("/values/integers", "integers and booleans").finds(
        "small int2, int int4, big int8, oid, yes bool, no bool",
        ["int -32768", "int 2147483647", "int -9007199254740991", "int 4294967295", True, False],
    )
    api.get("/values/big-integers", "big integers").finds("big int8", ["int 9223372036854775807"])
    api.get("/values/decimals", "decimals and floats").finds(
        "long numeric, cents numeric, nan numeric, whole numeric, tenth float8, half float4, two float8, far float8",
        [
            "Decimal 12345678901234567890.123456789",
            "Decimal 2.50",
            "Decimal NaN",
            "Decimal 7",
            "float 0.1",
            "float -0.5",
            "float 2.0",
            "float 1e+300",
        ],
    )
    api.get("/values/text", "text").finds(
        "odd text, far text, empty text, padded bpchar, name",
        ["str tabs\t, lines\n, quotes '\" and \\ backslashes, %s", "str žluťoučký 馬 🐎", "str ", "str ab  ", "str x"],
    )
    api.get("/values/datetime-like-text", "text like a datetime").finds(
        "text, day text", ["str 2024-02-29 10:30:00", "str 2024-02-29"]
    )
    api.get("/values/nulls", "NULL").finds(
        "int_ int4, numeric_ numeric, float8_ float8, boolean_ bool, text_ text, date_ date, "
        "timestamptz_ timestamptz, bytea_ bytea, jsonb_ jsonb, uuid_ uuid, array_ int4[]",
        [None] * 11,
    )
    api.get("/values/dates", "dates and times").finds(
        "day date, hour time, hour_there timetz, moment timestamp, last date, first timestamp",
        [
            "date 2024-02-29",
            "time 10:30:05",
            "time 23:59:00+05:30",
            "datetime 2024-02-29T10:30:00.000005",
            "date 9999-12-31",
            "datetime 0001-01-01T00:00:00",
        ],
    )
    api.get("/values/zones", "time zones").finds(
        "utc timestamptz, there timestamptz, none timestamptz",
        ["datetime 2024-02-29T07:30:00-03:00", "datetime 2024-06-30T15:30:00.000005-03:00", None],
    )
    api.get("/values/far-date", "date out of Python's range", {"error": "year 10000 is out of range"})
    api.get("/values/intervals", "intervals").finds(
        "some interval, back interval, month interval, none interval",
        [
            "timedelta 2 days, 3:00:00.500000",
            "timedelta -1 day, 23:59:59",
            "timedelta 30 days, 0:00:00",
            "timedelta 0:00:00",
        ],
    )
    found = {"data": bytes(range(224, 256)).hex(), "length": "int 1", "more": "ff00"}
    api.get("/values/bytes", "bytea", {**found, **about(1, "data bytea, length int4, more bytea")})
    api.get("/values/memoryview", "bytea as memoryview", {"type": "memoryview"})
    api.get("/values/ascii-bytes", "bytea with ASCII text", {"text": "plain"})
    api.get("/values/json", "JSON").finds(
        "data jsonb, list json, nothing jsonb",
        [
            {"more": {"ü": []}, "name": "str tea", "price": "float 2.5", "tags": ["str hot", None, True]},
            ["str a"],
            None,
        ],
    )
    api.get("/values/nested-integers", "integers in JSON and arrays").finds(
        "data jsonb, numbers int4[]", [{"count": "int 3", "list": ["int 1"]}, ["int 1", "int 2", "int 3"]]
    )
    api.get("/values/json-loads", "JSON with a custom loads").finds(
        "one json, other jsonb", [{"price": "Decimal 2.50"}, ["Decimal 1.10"]]
    )
    api.get("/values/arrays", "arrays").finds(
        "words text[], empty text[], flags bool[], prices numeric[], days date[], "
        "spans interval[], ids uuid[], deep text[]",
        [
            ["str a", None, 'str b,"c"'],
            [],
            [True, None],
            ["Decimal 1.50", "Decimal 0.5"],
            ["date 2024-02-29"],
            ["timedelta 1:00:00"],
            ["UUID 6f1c9f6e-0a52-4f0e-9d67-5a1d1f3c2b10"],
            [["str a", "str b"], ["str c", "str d"]],
        ],
    )
    api.get("/values/ranges", "ranges").finds(
        "numbers int4range, days daterange, none int8range",
        ["NumericRange [1, 5)", "DateRange [2024-01-01, None)", "NumericRange empty"],
    )
    api.get("/values/given-range", "range as a parameter").finds("inside bool", [True])
    api.get("/values/as-text", "types returned as text").finds(
        "host inet, net cidr, mac macaddr, place point, words tsvector, numbers text, card own",
        [
            "str 192.0.2.7",
            "str ::1/128",
            "str 08:00:2b:01:02:03",
            "str (1,2)",
            "str '1.5' 'GB'",
            "str [1,5)",
            "str (7,hearts)",
        ],
    )
    api.get("/values/uuids", "UUID").finds(
        "id uuid, text uuid, none uuid",
        ["UUID 6f1c9f6e-0a52-4f0e-9d67-5a1d1f3c2b10", "UUID 6f1c9f6e-0a52-4f0e-9d67-5a1d1f3c2b10", None],
    )
    api.get("/values/enum", "enum, adapter and AsIs").answers(
        {"found": ["str happy", True, "str TEA"], "of_mood": True, **about(1, "mood own, worse bool, name text, oid")}
    )
    api.get("/values/bits", "custom type").finds(
        "bits varbit, list varbit[], none varbit", [[True, False, True], [[True], None, [False, True]], None]
    )
    api.get("/values/adapter", "adapter of a custom class", [["str (0,-3)"], ["str (1,2)"]], psycopg2=2)
    api.get("/values/composite", "composite type", {"seat": ["str A", True]}, psycopg2=2)
    api.post("/values/json", "JSON from the body", json={"tags": ["hot", None], "name": "té"}).finds(
        "text, tags jsonb, name text",
        ['str {"name":"t\\u00e9","tags":["hot",null]}', ["str hot", None], "str té"],
        asked={"tags": ["hot", None], "name": "té"},
    )
