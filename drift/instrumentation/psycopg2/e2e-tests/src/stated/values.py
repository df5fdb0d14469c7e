"""What the requests of ../values.py state: values."""

from stated.words import BIGINT, BOOL, INT, NUMERIC, TEXT, Send, beside, result


def requests(send: Send) -> None:
    """Send them all."""
    send(
        "integers and booleans",
        "/values/integers",
        result(
            [["int -32768", "int 2147483647", "int -9007199254740991", "int 4294967295", True, False]],
            small=21,
            int=INT,
            big=BIGINT,
            oid=26,
            yes=BOOL,
            no=BOOL,
        ),
    )
    send("big integers", "/values/big-integers", result([["int 9223372036854775807"]], big=BIGINT))
    send(
        "decimals and floats",
        "/values/decimals",
        result(
            [
                [
                    "Decimal 12345678901234567890.123456789",
                    "Decimal 2.50",
                    "Decimal NaN",
                    "Decimal 7",
                    "float 0.1",
                    "float -0.5",
                    "float 2.0",
                    "float 1e+300",
                ]
            ],
            long=NUMERIC,
            cents=NUMERIC,
            nan=NUMERIC,
            whole=NUMERIC,
            tenth=701,
            half=700,
            two=701,
            far=701,
        ),
    )
    send(
        "text",
        "/values/text",
        result(
            [
                [
                    "str tabs\t, lines\n, quotes '\" and \\ backslashes, %s",
                    "str žluťoučký 馬 🐎",
                    "str ",
                    "str ab  ",
                    "str x",
                ]
            ],
            odd=TEXT,
            far=TEXT,
            empty=TEXT,
            padded=1042,
            name=19,
        ),
    )
    send(
        "text like a datetime",
        "/values/datetime-like-text",
        result([["str 2024-02-29 10:30:00", "str 2024-02-29"]], text=TEXT, day=TEXT),
    )
    send(
        "NULL",
        "/values/nulls",
        result(
            [[None] * 11],
            int_=INT,
            numeric_=NUMERIC,
            float8_=701,
            boolean_=BOOL,
            text_=TEXT,
            date_=1082,
            timestamptz_=1184,
            bytea_=17,
            jsonb_=3802,
            uuid_=2950,
            array_=1007,
        ),
    )
    send(
        "dates and times",
        "/values/dates",
        result(
            [
                [
                    "date 2024-02-29",
                    "time 10:30:05",
                    "time 23:59:00+05:30",
                    "datetime 2024-02-29T10:30:00.000005",
                    "date 9999-12-31",
                    "datetime 0001-01-01T00:00:00",
                ]
            ],
            day=1082,
            hour=1083,
            hour_there=1266,
            moment=1114,
            last=1082,
            first=1114,
        ),
    )
    send(
        "time zones",
        "/values/zones",
        result(
            [["datetime 2024-02-29T07:30:00-03:00", "datetime 2024-06-30T15:30:00.000005-03:00", None]],
            utc=1184,
            there=1184,
            none=1184,
        ),
    )
    send("date out of range", "/values/far-date", {"error": "year 10000 is out of range"})
    send(
        "intervals",
        "/values/intervals",
        result(
            [
                [
                    "timedelta 2 days, 3:00:00.500000",
                    "timedelta -1 day, 23:59:59",
                    "timedelta 30 days, 0:00:00",
                    "timedelta 0:00:00",
                ]
            ],
            some=1186,
            back=1186,
            month=1186,
            none=1186,
        ),
    )
    found = {"data": bytes(range(224, 256)).hex(), "length": "int 1", "more": "ff00"}
    send("bytea", "/values/bytes", {**found, **beside(1, data=17, length=INT, more=17)})
    send("bytea as memoryview", "/values/memoryview", {"type": "memoryview"})
    send("bytea of text", "/values/ascii-bytes", {"text": "plain"})
    send(
        "JSON",
        "/values/json",
        result(
            [
                [
                    {"more": {"ü": []}, "name": "str tea", "price": "float 2.5", "tags": ["str hot", None, True]},
                    ["str a"],
                    None,
                ]
            ],
            data=3802,
            list=114,
            nothing=3802,
        ),
    )
    send(
        "integers in JSON and arrays",
        "/values/nested-integers",
        result([[{"count": "int 3", "list": ["int 1"]}, ["int 1", "int 2", "int 3"]]], data=3802, numbers=1007),
    )
    send(
        "JSON with own loads",
        "/values/json-loads",
        result([[{"price": "Decimal 2.50"}, ["Decimal 1.10"]]], one=114, other=3802),
    )
    send(
        "arrays",
        "/values/arrays",
        result(
            [
                [
                    ["str a", None, 'str b,"c"'],
                    [],
                    [True, None],
                    ["Decimal 1.50", "Decimal 0.5"],
                    ["date 2024-02-29"],
                    ["timedelta 1:00:00"],
                    ["UUID 6f1c9f6e-0a52-4f0e-9d67-5a1d1f3c2b10"],
                    [["str a", "str b"], ["str c", "str d"]],
                ]
            ],
            words=1009,
            empty=1009,
            flags=1000,
            prices=1231,
            days=1182,
            spans=1187,
            ids=2951,
            deep=1009,
        ),
    )
    send(
        "ranges",
        "/values/ranges",
        result(
            [["NumericRange [1, 5)", "DateRange [2024-01-01, None)", "NumericRange empty"]],
            numbers=3904,
            days=3912,
            none=3926,
        ),
    )
    send("range as a parameter", "/values/given-range", result([[True]], inside=BOOL))
    send(
        "addresses and other types that come as text",
        "/values/as-text",
        result(
            [
                [
                    "str 192.0.2.7",
                    "str ::1/128",
                    "str 08:00:2b:01:02:03",
                    "str (1,2)",
                    "str '1.5' 'GB'",
                    "str [1,5)",
                    "str (7,hearts)",
                ]
            ],
            host=869,
            net=650,
            mac=829,
            place=600,
            words=3614,
            numbers=TEXT,
            card="own",
        ),
    )
    send(
        "UUID",
        "/values/uuids",
        result(
            [["UUID 6f1c9f6e-0a52-4f0e-9d67-5a1d1f3c2b10", "UUID 6f1c9f6e-0a52-4f0e-9d67-5a1d1f3c2b10", None]],
            id=2950,
            text=2950,
            none=2950,
        ),
    )
    send(
        "enum, adapter and AsIs",
        "/values/enum",
        {
            "found": ["str happy", True, "str TEA"],
            "of_mood": True,
            **beside(1, mood="own", worse=BOOL, name=TEXT, oid=26),
        },
    )
    send(
        "own type",
        "/values/bits",
        result([[[True, False, True], [[True], None, [False, True]], None]], bits=1562, list=1563, none=1562),
    )
    send("adapter of an own class", "/values/adapter", [["str (0,-3)"], ["str (1,2)"]], calls=2)
    send("composite type", "/values/composite", {"seat": ["str A", True]}, calls=2)
    send(
        "JSON of a body",
        "/values/json",
        {
            "asked": {"tags": ["hot", None], "name": "té"},
            **result(
                [['str {"name":"t\\u00e9","tags":["hot",null]}', ["str hot", None], "str té"]],
                text=TEXT,
                tags=3802,
                name=TEXT,
            ),
        },
        method="POST",
        json={"tags": ["hot", None], "name": "té"},
    )
