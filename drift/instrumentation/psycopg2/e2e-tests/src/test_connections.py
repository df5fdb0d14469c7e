from typing import Any

from test_database import HOST, about, ordered, placed, result

from e2e_common.record.client import Api


def requests(api: Api) -> None:
    api.get("/connections/keywords", "keyword arguments").finds(
        "me name, here name, path text", ["str app", "str app", 'str "$user", public']
    )
    api.get("/connections/dsn", "DSN and options").finds(
        "me name, here name, path text, name text", ["str app", "str app", "str pg_catalog", "str till"]
    )
    api.get("/connections/encoding", "client encoding").answers(
        {"said": ["LATIN1", "LATIN1"], "result": result("name text", ["str kávé"])}
    )
    api.get("/connections/factory", "connection factory").answers(
        greeting="hello app", result=result("id int4, price numeric", ["int 1", "float 2.5"], ["int 2", "float 3.0"])
    )
    api.get("/connections/refused", "refused connection", ["OperationalError", None], psycopg2=0)
    api.get("/connections/asynchronous", "asynchronous connection").answers(
        {"executing": False, "rowcount": 2, "rows": [["int 1", "str tea"], ["int 2", "str mate"]]}
    )
    api.get("/connections/is-connection", "isinstance of connection", True, psycopg2=0)
    api.get("/connections/given-connection", "as_string(connection)", psycopg2=0).answers(
        {"text": 'SELECT "odd ""name""" FROM items'}
    )
    api.get("/connections/quoted", "quote_ident(connection)", {"name": '"odd ""name"""'}, psycopg2=0)
    api.get("/connections/given-cursor", "as_string(cursor)", {"text": 'SELECT "odd ""name""" FROM items'}, psycopg2=0)
    api.get("/connections/typecaster", "typecaster of a connection", [["str TEA"]])
    api.get("/connections/typecaster-of-cursor", "typecaster of a cursor", [["str MATE"]])
    api.get("/connections/told", "attributes of a connection", psycopg2=0).answers(
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
        }
    )
    api.get("/connections/parameters", "server parameters and version").answers(
        about(1, ", ".join(["current_setting text"] * 4)),
        same={"TimeZone": True, "server_encoding": True, "server_version": True},
        unknown=None,
        version=True,
    )
    api.get(
        "/connections/closed", "closed connection", {"answer": "connection already closed", "closed": 1}, psycopg2=0
    )
    api.get("/connections/notices", "notices and notifications", psycopg2=2).answers(
        {"notices": ["NOTICE:  running low\n", "WARNING:  out of tea\n"], "notifies": [["orders", "number 7"]]}
    )
    api.get("/connections/pool-of-dicts", "pool with RealDictCursor", psycopg2=2).answers(
        {"found": [result("id int4, name text", {"id": "int 5", "name": "str 茶"})] * 2, "same": False}
    )
    api.get("/connections/pool-rollback", "pool that rolls back", psycopg2=3).answers(
        open=True, placed=[placed("lost"), placed("kept")], pool=False, seen=ordered(["str kept", "int 1"])
    )
    api.get("/connections/pool-exhausted", "pool exhausted").answers(
        {"answer": "connection pool exhausted", "result": result("text", ["str still there"])}
    )
    api.get("/connections/pool-close", "pool that closes a connection", psycopg2=2).answers(
        {"closed": [True, True, True], "results": [result("one int4", ["int 1"]), result("two int4", ["int 2"])]}
    )
    found = [_item(1, "tea", 40), _item(5, "茶", 3)]
    api.get("/parallel/own", "threads with a connection each", found, psycopg2=2)
    found = [_item(2, "mate", 12), _item(3, "kávé", 0), _item(4, "water", 7)]
    api.get("/parallel/shared", "threads that share a connection", found, psycopg2=3)


def _item(number: int, name: str, stock: int) -> dict[str, Any]:
    return result("id int4, name text, stock int4", [f"int {number}", f"str {name}", f"int {stock}"])
