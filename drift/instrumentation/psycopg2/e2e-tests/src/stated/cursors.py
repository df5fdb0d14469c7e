"""What the requests of ../cursors.py state: kinds of cursors."""

from stated.words import INT, ITEM, ITEMS, NAMED, TEXT, Send, beside, done, result


def requests(send: Send) -> None:
    """Send them all."""
    send(
        "fetchmany() of a changed arraysize",
        "/cursors/array-size",
        {
            "found": [[[f"int {n}"] for n in numbers] for numbers in ((1, 2, 3), (4, 5, 6, 7), (8,))],
            "dicts": [{"number": f"int {n}"} for n in (1, 2, 3)],
            "size": [1, 3],
        },
        calls=2,
    )
    send("sizes that do nothing", "/cursors/sizes", result([["str tea"]], word=TEXT))
    send(
        "class of time zones",
        "/cursors/tzinfo-factory",
        {"moment": "datetime 2024-02-29T10:30:00+00:00", "zone": "FixedOffsetTimezone"},
    )
    send(
        "RealDictCursor",
        "/cursors/real-dict",
        {
            "ended": [None, []],
            "many": [{"id": "int 2", "name": "str mate", "price": "Decimal 3.00"}],
            "one": {"id": "int 1", "name": "str tea", "price": "Decimal 2.50"},
            "rest": [{"id": "int 3", "name": "str kávé", "price": "Decimal 4.25"}],
            **beside(3, **ITEM),
        },
    )
    send(
        "RealDictCursor's subclass, of the connection",
        "/cursors/subclass-of-connection",
        {"default": result(NAMED, **ITEM), "other": result(ITEMS, **ITEM)},
        calls=2,
    )
    send(
        "RealDictRow",
        "/cursors/real-dict-rows",
        {"keys": [["z", "a"]], "rows": [{"RealDictRow": {"a": "str text", "z": "int 1"}}]},
    )
    send(
        "RealDictCursor, writes",
        "/cursors/real-dict-writes",
        {
            "inserted": done(2),
            "updated": result(
                [{"item": f"str {item}", "quantity": "int 7"} for item in ("ONE", "TWO")], item=TEXT, quantity=INT
            ),
        },
        calls=2,
    )
    send(
        "DictCursor by name",
        "/cursors/dict",
        {
            "dict": {"id": "int 2", "name": "str mate", "price": "Decimal 3.00"},
            "has": True,
            "keys": ["id", "name", "price"],
            "missing": "none",
            "one": {"id": "int 1", "name": "str tea", "price": "Decimal 2.50"},
            "rest": [["int 3", "str kávé", "Decimal 4.25"]],
            **beside(3, **ITEM),
        },
    )
    send(
        "DictCursor by position",
        "/cursors/dict-by-position",
        [["str tea", "int 1"], ["str mate", "int 2"], ["str kávé", "int 3"]],
    )
    send(
        "NamedTupleCursor",
        "/cursors/named-tuple",
        {"one": ["int 1", "str tea"], "rest": ["Decimal 3.00", "Decimal 4.25"]},
    )
    send(
        "NamedTupleCursor by position",
        "/cursors/named-tuple-by-position",
        {"first": ITEMS[0], "others": ITEMS[1:], **beside(3, **ITEM)},
    )
    send(
        "connection classes",
        "/cursors/connection-classes",
        {
            "log": ["SELECT name FROM items WHERE id = 2"],
            "rows": [*({"DictRow": item} for item in ITEMS), ["str mate"]],
        },
        calls=2,
    )
    send("cursor factory set later", "/cursors/factory-set-later", [{"RealDictRow": item} for item in NAMED])
    send("own cursor class", "/cursors/own-class", {"executed": 1, "scalar": "Decimal 10.00"})
    send(
        "named cursor",
        "/cursors/server",
        {
            "columns": [["n", 23], ["square", 23]],
            "many": [["int 4", "int 16"], ["int 5", "int 25"]],
            "one": {"tuple": ["int 3", "int 9"]},
            "rest": [
                {"tuple": ["int 6", "int 36"]},
                {"tuple": ["int 7", "int 49"]},
                {"tuple": ["int 8", "int 64"]},
                {"tuple": ["int 9", "int 81"]},
                {"tuple": ["int 10", "int 100"]},
            ],
        },
    )
    send(
        "named cursor, scroll",
        "/cursors/server-scroll",
        [["int 5", "int 25"], ["int 4", "int 16"], ["int 10", "int 100"]],
    )
    send(
        "named cursor, attributes",
        "/cursors/server-attributes",
        {"name": "numbers", "scrollable": True, "withhold": True, "itersize": 2000},
        calls=0,
    )
    send("named cursor, no rows", "/cursors/server-nothing", {"one": None, "rowcount": 0, "rows": []})
    send("named cursor, arguments by position", "/cursors/server-by-position", {"rows": []})
