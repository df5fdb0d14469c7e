"""What the requests of ../bulk.py state: many rows at once."""

from stated.words import PAIRS, Send, done, ordered


def requests(send: Send) -> None:
    """Send them all."""
    given = [{"item": "tea", "quantity": 2}, {"item": "kávé", "quantity": 1}]
    send("executemany", "/bulk/executemany", {"given": [done(3), done(0)], "left": ordered(*PAIRS)}, calls=3)
    send(
        "executemany, updates",
        "/bulk/executemany-updates",
        {"result": done(5), "left": ordered(["str bread", "int 8"], ["str mate", "int 8"], ["str tea", "int 8"])},
        calls=2,
    )
    send("executemany in another order", "/bulk/another-order", {"one": done(1), "two": done(2)}, calls=2)
    send("execute_batch", "/bulk/execute-batch", {"given": None, "left": ordered(*PAIRS)}, calls=3)
    send("execute_values", "/bulk/execute-values", {"given": None, "left": ordered(*PAIRS)}, calls=2)
    send(
        "execute_values, template and fetch",
        "/bulk/execute-values-fetch",
        [["str KÁVÉ", "int 2"], ["str MATE", "int 2"], ["str TEA", "int 2"]],
        calls=2,
    )
    mate, tea = ["str mate", None], ["str tea", "int 1"]
    equal = ordered(mate, mate, tea, tea, tea)
    send("equal rows in executemany", "/bulk/equal-rows", {"given": done(5), "left": equal}, calls=2)
    four = {"given": None, "left": ordered(tea, tea, tea, tea)}
    send("equal rows in execute_batch", "/bulk/equal-rows-batch", four, calls=3)
    send("equal rows in execute_values", "/bulk/equal-rows-values", {"given": None, "left": equal}, calls=2)
    send(
        "COPY in",
        "/bulk/copy-in",
        {"given": [2, 1], "left": ordered(["str bread, white", "int 3"], ["str mate", None], ["str tea", "int 2"])},
        calls=3,
    )
    send(
        "COPY out",
        "/bulk/copy-out",
        {
            "data": "bytes 312c7465610a322c6d6174650a332c6bc3a176c3a90a",
            "rowcount": 3,
            "text": ["1|tea|2.50", "2|mate|3.00", "3|kávé|4.25", "4|water|-", "5|茶|10.00"],
        },
        calls=2,
    )
    send(
        "executemany, dicts of a body",
        "/bulk/executemany",
        {"asked": given, "result": done(2), "seen": ordered(["str kávé", "int 1"], ["str tea", "int 2"])},
        calls=2,
        method="POST",
        expect=201,
        json=given,
    )
