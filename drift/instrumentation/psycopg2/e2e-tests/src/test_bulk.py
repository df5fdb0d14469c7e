from test_database import PAIRS, done, ordered

from e2e_common.record.client import Api


def requests(api: Api) -> None:
    given = [{"item": "tea", "quantity": 2}, {"item": "kávé", "quantity": 1}]
    api.get("/bulk/executemany", "executemany", {"given": [done(3), done(0)], "left": ordered(*PAIRS)}, psycopg2=3)
    api.get("/bulk/executemany-updates", "executemany, updates", psycopg2=2).answers(
        {"result": done(5), "left": ordered(["str bread", "int 8"], ["str mate", "int 8"], ["str tea", "int 8"])}
    )
    api.get("/bulk/another-order", "executemany in reverse order", {"one": done(1), "two": done(2)}, psycopg2=2)
    api.get("/bulk/execute-batch", "execute_batch", {"given": None, "left": ordered(*PAIRS)}, psycopg2=3)
    api.get("/bulk/execute-values", "execute_values", {"given": None, "left": ordered(*PAIRS)}, psycopg2=2)
    api.get("/bulk/execute-values-fetch", "execute_values, template and fetch", psycopg2=2).answers(
        [["str KÁVÉ", "int 2"], ["str MATE", "int 2"], ["str TEA", "int 2"]]
    )
    mate, tea = ["str mate", None], ["str tea", "int 1"]
    equal = ordered(mate, mate, tea, tea, tea)
    api.get("/bulk/equal-rows", "equal rows in executemany", {"given": done(5), "left": equal}, psycopg2=2)
    four = {"given": None, "left": ordered(tea, tea, tea, tea)}
    api.get("/bulk/equal-rows-batch", "equal rows in execute_batch", four, psycopg2=3)
    api.get("/bulk/equal-rows-values", "equal rows in execute_values", {"given": None, "left": equal}, psycopg2=2)
    api.get("/bulk/copy-in", "COPY in", psycopg2=3).answers(
        {"given": [2, 1], "left": ordered(["str bread, white", "int 3"], ["str mate", None], ["str tea", "int 2"])}
    )
    api.get("/bulk/copy-out", "COPY out", psycopg2=2).answers(
        data="bytes 312c7465610a322c6d6174650a332c6bc3a176c3a90a",
        rowcount=3,
        text=["1|tea|2.50", "2|mate|3.00", "3|kávé|4.25", "4|water|-", "5|茶|10.00"],
    )
    api.post("/bulk/executemany", "executemany with dicts from the body", psycopg2=2, expect=201, json=given).answers(
        {"asked": given, "result": done(2), "seen": ordered(["str kávé", "int 1"], ["str tea", "int 2"])}
    )
