"""What the requests of ../standins.py state: connections to a database that is not there in replay."""

from typing import Any

from stated.words import INT, NUMERIC, TEXT, Send, beside, done, ordered, placed, result

SESSION = {"application_name": "till", "options": "-c search_path=pg_catalog", "connect_timeout": "5"}
ME = result([["str app", "str app", "str pg_catalog", "str till"]], me=19, here=19, path=TEXT, name=TEXT)


def requests(send: Send) -> None:
    """Send them all."""
    for name in ("keywords", "DSN", "URI"):
        send(f"stand-in, {name}", f"/standins/{name.lower()}", ME)
    send(
        "stand-in, connection factory",
        "/standins/connection-factory",
        result([["int 1", "float 2.5"], ["int 2", "float 3.0"]], id=INT, price=NUMERIC),
    )
    send("stand-in, method of the connection", "/standins/connection-method", {"said": "hello app"}, calls=0)
    send("stand-in, cursor factory", "/standins/cursor-factory", _named("mate"))
    send("stand-in, cursor factory of a cursor", "/standins/cursor-factory-of-cursor", _named("kávé"))
    send(
        "stand-in, named cursor",
        "/standins/named-cursor",
        {"name": "numbers", "scrollable": True, "withhold": True},
        calls=0,
    )
    _doing(send)
    _telling(send)


def _doing(send: Send) -> None:
    send(
        "stand-in, fetching",
        "/standins/fetching",
        {
            "found": [
                {"tuple": ["int 1"]},
                [["int 2"], ["int 3"]],
                {"tuple": ["int 4"]},
                [["int 5"], ["int 6"]],
            ],
            "ended": [None, []],
            "rows": [],
            **beside(6, number=INT),
        },
    )
    send(
        "stand-in, transactions",
        "/standins/transactions",
        {
            "steps": [placed("first"), placed("lost"), done(2)],
            "seen": ordered(["str first", "int 1"], ["str second", "int 1"], ["str third", "int 1"]),
            "closed": True,
        },
        calls=4,
    )
    send(
        "stand-in, error",
        "/standins/error",
        {"reason": "division by zero\n", "after": result([["int 1"]], one=INT)},
        calls=2,
    )
    serializable = result([["str serializable"]], level=TEXT)
    send("stand-in, session", "/standins/session", {"server": serializable, "said": [2, True]})
    send("stand-in, session by position", "/standins/session-by-position", serializable)
    send("stand-in, given back to a pool", "/standins/pool", [["str of a pool"]])


def _telling(send: Send) -> None:
    send(
        "stand-in, what it tells",
        "/standins/told",
        {
            "open": True,
            "autocommit": False,
            "encoding": "UTF8",
            "protocol": 3,
            "parameters": {"TimeZone": "UTC", "server_encoding": "UTF8", "no_such": None},
        },
        calls=0,
    )
    send("stand-in, isolation level", "/standins/level", None, calls=0)
    send("stand-in, client encoding", "/standins/parameter", ["LATIN1", "LATIN1"], calls=0)
    send("stand-in, status", "/standins/status", 1, calls=0)
    send("stand-in, info", "/standins/info", {"who": ["app", "app"], "session": SESSION}, calls=0)
    send("stand-in, DSN parameters", "/standins/dsn-parameters", {**SESSION, "user": "app", "dbname": "app"}, calls=0)
    send("stand-in, text of the DSN", "/standins/text", True, calls=0)
    send("stand-in, closed", "/standins/closed", {"answer": "connection already closed"}, calls=0)


def _named(name: str) -> dict[str, Any]:
    return result([{"name": f"str {name}"}], name=TEXT)
