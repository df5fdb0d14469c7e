"""What the requests of ../queries.py state: statements, parameters, results."""

from stated.words import BIGINT, INT, NUMERIC, TEXT, Send, beside, done, result


def requests(send: Send) -> None:
    """Send them all."""
    send(
        "every way of fetching",
        "/queries/fetching",
        {
            "one": {"tuple": ["int 1"]},
            "many": [["int 2"], ["int 3"]],
            "default": [["int 4"]],
            "next": {"tuple": ["int 5"]},
            "iterated": [{"tuple": ["int 6"]}, {"tuple": ["int 7"]}],
            "array": [["int 8"], ["int 9"]],
            "all": [["int 10"]],
            "ended": [None, [], [], []],
            "arraysize": 2,
            "beside": beside(10, number=INT),
        },
    )
    send(
        "no rows",
        "/queries/nothing",
        {"all": [], "iterated": [], "many": [], "one": None, **beside(0, id=INT, name=TEXT)},
    )
    send(
        "cursor used for two queries",
        "/queries/reused",
        {"first": {"tuple": ["str tea"]}, "second": [["str bag"], ["str leaf"]]},
        calls=2,
    )
    send(
        "cursor used for writes, then a query",
        "/queries/reused-for-writes",
        {
            "writes": [done(), done(2)],
            "query": result([["int 1", "str tea"], ["int 2", "str kávé"]], id=INT, item=TEXT),
        },
        calls=3,
    )
    send(
        "cursor used for a query, then a write",
        "/queries/query-then-write",
        {"described": False, "found": [["int 1"], ["int 2"]], "rowcount": 0},
        calls=2,
    )
    send(
        "many rows and a long text",
        "/queries/large",
        {
            "rows": [[str(n), chr(97 + n % 26) * 20, f"{n * 1.5:.1f}"] for n in range(1, 121)],
            **beside(120, n=INT, text=TEXT, price=NUMERIC),
            "text": result([[f"str {'žluťoučký 馬 ' * 2000}"]], repeat=TEXT),
        },
        calls=2,
    )
    send(
        "columns of one name",
        "/queries/same-names",
        {
            "plain": {
                "columns": [["a", INT], ["a", TEXT], ["?column?", NUMERIC]],
                "lastrowid": 0,
                "rowcount": 1,
                "rows": [["int 1", "str x", "Decimal 2.5"]],
            },
            "dict": {
                "columns": [["z", INT], ["a", TEXT], ["a", TEXT]],
                "lastrowid": 0,
                "rowcount": 1,
                "rows": [{"a": "str second", "z": "int 1"}],
            },
        },
        calls=2,
    )
    send(
        "upsert",
        "/queries/basket/juice",
        {
            "asked": "juice",
            "steps": [
                result([["str juice", "int 2"]], item=TEXT, quantity=INT),
                result([["str juice", "int 5"]], item=TEXT, quantity=INT),
                done(0),
            ],
        },
        calls=3,
        method="PUT",
    )
    send(
        "UPDATE and DELETE",
        "/queries/basket/mate",
        {
            "asked": "mate",
            "deleted": result([["str mate", "int 4"]], item=TEXT, quantity=INT),
            "untouched": done(0),
            "updated": done(2),
        },
        calls=3,
        method="DELETE",
    )
    send(
        "join, CTE, aggregates, window",
        "/queries/report",
        result(
            [
                ["str tea", "int 2", "str bag+leaf", "Decimal 2.50", "int 4"],
                ["str mate", "int 1", "str leaf", "Decimal 5.50", "int 3"],
                ["str kávé", "int 1", "str bean", "Decimal 9.75", "int 2"],
                ["str 茶", None, None, "Decimal 19.75", "int 1"],
            ],
            name=TEXT,
            parts=BIGINT,
            list=TEXT,
            running=NUMERIC,
            rank=BIGINT,
        ),
    )
    send("several statements at once", "/queries/several", result([["str a"], ["str b"]], item=TEXT))
    send(
        "functions and procedures",
        "/queries/functions",
        {
            "functions": result([["Decimal 7.50", "str tea"], ["Decimal 7.50", "str mate"]], price=NUMERIC, name=TEXT),
            "procedure": result([["int 42"]], number=INT),
        },
        calls=2,
    )
    send(
        "callproc",
        "/queries/callproc",
        {
            "given": {"tuple": ["int 4"]},
            "result": result([["int 1", "str tea"], ["int 2", "str mate"]], id=INT, name=TEXT),
        },
    )
    send(
        "cursor in SQL",
        "/queries/sql-cursor",
        {
            "closed": done(),
            "declared": done(),
            "fetched": result([["int 1", "str tea"], ["int 2", "str mate"]], id=INT, name=TEXT),
        },
        calls=3,
    )
    send(
        "attributes of a cursor",
        "/queries/attributes",
        {
            "fresh": {"description": None, "query": None, "rowcount": -1, "scrollable": None, "withhold": False},
            "same": {"arraysize": 1, "closed": False, "name": None},
            **beside(0, i=INT, n=NUMERIC, t=TEXT, d=1184, b=17, o=26),
            "kinds": {"b": ["BINARY"], "d": [], "i": ["NUMBER"], "n": ["NUMBER"], "o": ["ROWID"], "t": ["STRING"]},
            "query": "str   SELECT 1 AS i, 1.5 AS n, 'a' AS t, now() AS d, ''::bytea AS b, 1::oid AS o LIMIT 0 -- so ",
        },
    )
    send("status message", "/queries/status", {"status": "SELECT 5"})
    send("query of a cursor", "/queries/query", {"query": "str SELECT name FROM items WHERE id = 1 OR name = 'it''s'"})
    send(
        "description in full",
        "/queries/description",
        [
            {
                "display_size": None,
                "internal_size": 8,
                "name": "price",
                "null_ok": None,
                "precision": 8,
                "scale": 2,
                "type_code": 1700,
            },
            {
                "display_size": None,
                "internal_size": 10,
                "name": "code",
                "null_ok": None,
                "precision": None,
                "scale": None,
                "type_code": 1043,
            },
        ],
    )
    send("row count as a number", "/queries/counted", ["int 5", [0, 1, 2, 3, 4]])
    send(
        "scroll",
        "/queries/scroll",
        {
            "again": [["int 1", "str tea", "Decimal 2.50"], ["int 2", "str mate", "Decimal 3.00"]],
            "third": {"tuple": ["int 3", "str kávé", "Decimal 4.25"]},
        },
    )
    send("row number", "/queries/row-number", [0, 1, 5])
    send("mogrify", "/queries/mogrify", {"text": "SELECT 1, 'it''s'"}, calls=0)
    send("cast", "/queries/cast", ["int 7", "Decimal 2.50", "date 2024-02-29"], calls=0)
    send("closed cursor", "/queries/closed", {"closed": True, "left": "cursor already closed"})
    send("connection of a cursor", "/queries/connection-of-cursor", True, calls=0)
