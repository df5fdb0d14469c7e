"""What the requests of ../connections.py state: connections."""

from stated.words import HOST, INT, NUMERIC, TEXT, Send, beside, ordered, placed, result


def requests(send: Send) -> None:
    """Send them all."""
    send(
        "keyword arguments",
        "/connections/keywords",
        result([["str app", "str app", 'str "$user", public']], me=19, here=19, path=TEXT),
    )
    send(
        "DSN and options",
        "/connections/dsn",
        result([["str app", "str app", "str pg_catalog", "str till"]], me=19, here=19, path=TEXT, name=TEXT),
    )
    send(
        "client encoding",
        "/connections/encoding",
        {"said": ["LATIN1", "LATIN1"], "result": result([["str kávé"]], name=TEXT)},
    )
    send(
        "connection factory",
        "/connections/factory",
        {
            "greeting": "hello app",
            "result": result([["int 1", "float 2.5"], ["int 2", "float 3.0"]], id=INT, price=NUMERIC),
        },
    )
    send("refused connection", "/connections/refused", ["OperationalError", None], calls=0)
    send(
        "asynchronous connection",
        "/connections/asynchronous",
        {"executing": False, "rowcount": 2, "rows": [["int 1", "str tea"], ["int 2", "str mate"]]},
    )
    send("instance of a connection", "/connections/is-connection", True, calls=0)
    send(
        "connection given to C",
        "/connections/given-connection",
        {"text": 'SELECT "odd ""name""" FROM items'},
        calls=0,
    )
    send("identifier quoted for a connection", "/connections/quoted", {"name": '"odd ""name"""'}, calls=0)
    send("cursor given to C", "/connections/given-cursor", {"text": 'SELECT "odd ""name""" FROM items'}, calls=0)
    send("typecaster of a connection", "/connections/typecaster", [["str TEA"]])
    send("typecaster of a cursor", "/connections/typecaster-of-cursor", [["str MATE"]])
    send(
        "what a connection tells",
        "/connections/told",
        {
            "after": 1,
            "async": 0,
            "autocommit": False,
            "closed": 0,
            "dsn": {"dbname": "app", "host": HOST, "user": "app"},
            "encoding": "UTF8",
            "exceptions": True,
            "executing": False,
            "factory": None,
            "hidden": True,
            "info": ["app", "app", HOST, 0, True, False],
            "notices": [],
            "notifies": [],
            "parameters": {
                "DateStyle": "ISO, MDY",
                "TimeZone": "UTC",
                "client_encoding": "UTF8",
                "standard_conforming_strings": "on",
            },
            "protocol": [3, 3],
            "status": 1,
            "unknown": None,
        },
        calls=0,
    )
    send(
        "parameters and version",
        "/connections/parameters",
        {
            "same": {"TimeZone": True, "server_encoding": True, "server_version": True},
            "unknown": None,
            "version": True,
            **beside(1),
            "columns": [["current_setting", TEXT]] * 4,  # of one name, so that beside() cannot tell them apart
        },
    )
    send("closed connection", "/connections/closed", {"answer": "connection already closed", "closed": 1}, calls=0)
    send(
        "notices and notifications",
        "/connections/notices",
        {"notices": ["NOTICE:  running low\n", "WARNING:  out of tea\n"], "notifies": [["orders", "number 7"]]},
        calls=2,
    )
    send(
        "pool of dict connections",
        "/connections/pool-of-dicts",
        {"found": [result([{"id": "int 5", "name": "str 茶"}], id=INT, name=TEXT)] * 2, "same": False},
        calls=2,
    )
    send(
        "pool rolls back",
        "/connections/pool-rollback",
        {
            "open": True,
            "placed": [placed("lost"), placed("kept")],
            "pool": False,
            "seen": ordered(["str kept", "int 1"]),
        },
        calls=3,
    )
    send(
        "pool exhausted",
        "/connections/pool-exhausted",
        {"answer": "connection pool exhausted", "result": result([["str still there"]], text=TEXT)},
    )
    send(
        "pool gives up a connection",
        "/connections/pool-close",
        {"closed": [True, True, True], "results": [result([["int 1"]], one=INT), result([["int 2"]], two=INT)]},
        calls=2,
    )
