from test_database import about, done, result

from e2e_common.record.client import Api


def requests(api: Api) -> None:
    api.get("/queries/fetching", "fetchone, fetchmany, fetchall, iteration").answers(
        one={"tuple": ["int 1"]},
        many=[["int 2"], ["int 3"]],
        default=[["int 4"]],
        next={"tuple": ["int 5"]},
        iterated=[{"tuple": ["int 6"]}, {"tuple": ["int 7"]}],
        array=[["int 8"], ["int 9"]],
        all=[["int 10"]],
        ended=[None, [], [], []],
        arraysize=2,
        beside=about(10, "number int4"),
    )
    api.get("/queries/nothing", "query without rows").answers(
        {"all": [], "iterated": [], "many": [], "one": None, **about(0, "id int4, name text")}
    )
    api.get("/queries/reused", "cursor used for two queries", psycopg2=2).answers(
        {"first": {"tuple": ["str tea"]}, "second": [["str bag"], ["str leaf"]]}
    )
    api.get("/queries/reused-for-writes", "cursor used for writes, then a query", psycopg2=3).answers(
        writes=[done(), done(2)], query=result("id int4, item text", ["int 1", "str tea"], ["int 2", "str kávé"])
    )
    api.get("/queries/query-then-write", "cursor used for a query, then a write", psycopg2=2).answers(
        {"described": False, "found": [["int 1"], ["int 2"]], "rowcount": 0}
    )
    api.get("/queries/large", "many rows and a long text", psycopg2=2).answers(
        about(120, "n int4, text, price numeric"),
        rows=[[str(n), chr(97 + n % 26) * 20, f"{n * 1.5:.1f}"] for n in range(1, 121)],
        text=result("repeat text", [f"str {'žluťoučký 馬 ' * 2000}"]),
    )
    api.get("/queries/same-names", "columns with the same name", psycopg2=2).answers(
        plain=result("a int4, a text, ?column? numeric", ["int 1", "str x", "Decimal 2.5"]),
        dict=result("z int4, a text, a text", {"a": "str second", "z": "int 1"}),
    )
    api.put("/queries/basket/juice", "upsert", psycopg2=3).answers(
        asked="juice",
        steps=[
            result("item text, quantity int4", ["str juice", "int 2"]),
            result("item text, quantity int4", ["str juice", "int 5"]),
            done(0),
        ],
    )
    api.delete("/queries/basket/mate", "UPDATE and DELETE", psycopg2=3).answers(
        asked="mate",
        deleted=result("item text, quantity int4", ["str mate", "int 4"]),
        untouched=done(0),
        updated=done(2),
    )
    api.get("/queries/report", "join, CTE, aggregates, window").finds(
        "name text, parts int8, list text, running numeric, rank int8",
        ["str tea", "int 2", "str bag+leaf", "Decimal 2.50", "int 4"],
        ["str mate", "int 1", "str leaf", "Decimal 5.50", "int 3"],
        ["str kávé", "int 1", "str bean", "Decimal 9.75", "int 2"],
        ["str 茶", None, None, "Decimal 19.75", "int 1"],
    )
    api.get("/queries/several", "several statements at once").finds("item text", ["str a"], ["str b"])
    api.get("/queries/functions", "functions and procedures", psycopg2=2).answers(
        functions=result("price numeric, name text", ["Decimal 7.50", "str tea"], ["Decimal 7.50", "str mate"]),
        procedure=result("number int4", ["int 42"]),
    )
    api.get("/queries/callproc", "callproc").answers(
        given={"tuple": ["int 4"]}, result=result("id int4, name text", ["int 1", "str tea"], ["int 2", "str mate"])
    )
    api.get("/queries/sql-cursor", "cursor in SQL", psycopg2=3).answers(
        closed=done(),
        declared=done(),
        fetched=result("id int4, name text", ["int 1", "str tea"], ["int 2", "str mate"]),
    )
    api.get("/queries/attributes", "attributes of a cursor").answers(
        about(0, "i int4, n numeric, t text, d timestamptz, b bytea, o oid"),
        fresh={"description": None, "query": None, "rowcount": -1, "scrollable": None, "withhold": False},
        same={"arraysize": 1, "closed": False, "name": None},
        kinds={"b": ["BINARY"], "d": [], "i": ["NUMBER"], "n": ["NUMBER"], "o": ["ROWID"], "t": ["STRING"]},
        query="str   SELECT 1 AS i, 1.5 AS n, 'a' AS t, now() AS d, ''::bytea AS b, 1::oid AS o LIMIT 0 -- so ",
    )
    api.get("/queries/status", "status message", {"status": "SELECT 5"})
    api.get(
        "/queries/query", "query of a cursor", {"query": "str SELECT name FROM items WHERE id = 1 OR name = 'it''s'"}
    )
    api.get("/queries/description", "attributes of description").answers(
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
        ]
    )
    api.get("/queries/counted", "rowcount as an int", ["int 5", [0, 1, 2, 3, 4]])
    api.get("/queries/scroll", "scroll").answers(
        again=[["int 1", "str tea", "Decimal 2.50"], ["int 2", "str mate", "Decimal 3.00"]],
        third={"tuple": ["int 3", "str kávé", "Decimal 4.25"]},
    )
    api.get("/queries/row-number", "rownumber", [0, 1, 5])
    api.get("/queries/mogrify", "mogrify", {"text": "SELECT 1, 'it''s'"}, psycopg2=0)
    api.get("/queries/cast", "cast", ["int 7", "Decimal 2.50", "date 2024-02-29"], psycopg2=0)
    api.get("/queries/closed", "closed cursor", {"closed": True, "left": "cursor already closed"})
    api.get("/queries/connection-of-cursor", "cursor.connection", True, psycopg2=0)
