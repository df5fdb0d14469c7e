from test_database import ITEM, ITEMS, NAMED, about, done, result

from e2e_common.record.client import Api


def requests(api: Api) -> None:
    api.get("/cursors/array-size", "fetchmany() with a changed arraysize", psycopg2=2).answers(
        found=[[[f"int {n}"] for n in numbers] for numbers in ((1, 2, 3), (4, 5, 6, 7), (8,))],
        dicts=[{"number": f"int {n}"} for n in (1, 2, 3)],
        size=[1, 3],
    )
    api.get("/cursors/sizes", "setinputsizes and setoutputsize").finds("word text", ["str tea"])
    api.get("/cursors/tzinfo-factory", "tzinfo_factory").answers(
        {"moment": "datetime 2024-02-29T10:30:00+00:00", "zone": "FixedOffsetTimezone"}
    )
    api.get("/cursors/real-dict", "RealDictCursor").answers(
        about(3, ITEM),
        ended=[None, []],
        many=[{"id": "int 2", "name": "str mate", "price": "Decimal 3.00"}],
        one={"id": "int 1", "name": "str tea", "price": "Decimal 2.50"},
        rest=[{"id": "int 3", "name": "str kávé", "price": "Decimal 4.25"}],
    )
    api.get("/cursors/subclass-of-connection", "subclass of RealDictCursor as cursor_factory", psycopg2=2).answers(
        {"default": result(ITEM, *NAMED), "other": result(ITEM, *ITEMS)}
    )
    api.get("/cursors/real-dict-rows", "RealDictRow").answers(
        {"keys": [["z", "a"]], "rows": [{"RealDictRow": {"a": "str text", "z": "int 1"}}]}
    )
    api.get("/cursors/real-dict-writes", "RealDictCursor, writes", psycopg2=2).answers(
        inserted=done(2),
        updated=result(
            "item text, quantity int4", *[{"item": f"str {item}", "quantity": "int 7"} for item in ("ONE", "TWO")]
        ),
    )
    api.get("/cursors/dict", "DictCursor by name").answers(
        about(3, ITEM),
        dict={"id": "int 2", "name": "str mate", "price": "Decimal 3.00"},
        has=True,
        keys=["id", "name", "price"],
        missing="none",
        one={"id": "int 1", "name": "str tea", "price": "Decimal 2.50"},
        rest=[["int 3", "str kávé", "Decimal 4.25"]],
    )
    api.get("/cursors/dict-by-position", "DictCursor by position").answers(
        [["str tea", "int 1"], ["str mate", "int 2"], ["str kávé", "int 3"]]
    )
    api.get("/cursors/named-tuple", "NamedTupleCursor").answers(
        {"one": ["int 1", "str tea"], "rest": ["Decimal 3.00", "Decimal 4.25"]}
    )
    api.get("/cursors/named-tuple-by-position", "NamedTupleCursor by position").answers(
        {"first": ITEMS[0], "others": ITEMS[1:], **about(3, ITEM)}
    )
    api.get("/cursors/connection-classes", "connection classes", psycopg2=2).answers(
        {"log": ["SELECT name FROM items WHERE id = 2"], "rows": [*({"DictRow": item} for item in ITEMS), ["str mate"]]}
    )
    api.get("/cursors/factory-set-later", "cursor_factory set later", [{"RealDictRow": item} for item in NAMED])
    api.get("/cursors/own-class", "custom cursor class", {"executed": 1, "scalar": "Decimal 10.00"})
    api.get("/cursors/server", "named cursor").answers(
        columns=[["n", 23], ["square", 23]],
        many=[["int 4", "int 16"], ["int 5", "int 25"]],
        one={"tuple": ["int 3", "int 9"]},
        rest=[
            {"tuple": ["int 6", "int 36"]},
            {"tuple": ["int 7", "int 49"]},
            {"tuple": ["int 8", "int 64"]},
            {"tuple": ["int 9", "int 81"]},
            {"tuple": ["int 10", "int 100"]},
        ],
    )
    api.get("/cursors/server-scroll", "named cursor, scroll").answers(
        [["int 5", "int 25"], ["int 4", "int 16"], ["int 10", "int 100"]]
    )
    api.get("/cursors/server-attributes", "named cursor, attributes", psycopg2=0).answers(
        {"name": "numbers", "scrollable": True, "withhold": True, "itersize": 2000}
    )
    api.get("/cursors/server-nothing", "named cursor, no rows", {"one": None, "rowcount": 0, "rows": []})
    api.get("/cursors/server-by-position", "named cursor, arguments by position", {"rows": []})
