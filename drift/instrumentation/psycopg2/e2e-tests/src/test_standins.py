from typing import Any

from test_database import about, done, ordered, placed, result

from e2e_common.record.client import Api

SESSION = {"application_name": "till", "options": "-c search_path=pg_catalog", "connect_timeout": "5"}
ME = result("me name, here name, path text, name text", ["str app", "str app", "str pg_catalog", "str till"])


def requests(api: Api) -> None:
    for name in ("keywords", "DSN", "URI"):
        api.get(f"/standins/{name.lower()}", f"stand-in, {name}", ME)
    api.get("/standins/connection-factory", "stand-in, connection factory").finds(
        "id int4, price numeric", ["int 1", "float 2.5"], ["int 2", "float 3.0"]
    )
    api.get("/standins/connection-method", "stand-in, method of the connection", {"said": "hello app"}, psycopg2=0)
    api.get("/standins/cursor-factory", "stand-in, cursor factory", _named("mate"))
    api.get("/standins/cursor-factory-of-cursor", "stand-in, cursor factory of a cursor", _named("kávé"))
    api.get("/standins/named-cursor", "stand-in, named cursor", psycopg2=0).answers(
        {"name": "numbers", "scrollable": True, "withhold": True}
    )


def doing(api: Api) -> None:
    api.get("/standins/fetching", "stand-in, fetching").answers(
        about(6, "number int4"),
        found=[{"tuple": ["int 1"]}, [["int 2"], ["int 3"]], {"tuple": ["int 4"]}, [["int 5"], ["int 6"]]],
        ended=[None, []],
        rows=[],
    )
    api.get("/standins/transactions", "stand-in, transactions", psycopg2=4).answers(
        steps=[placed("first"), placed("lost"), done(2)],
        seen=ordered(["str first", "int 1"], ["str second", "int 1"], ["str third", "int 1"]),
        closed=True,
    )
    api.get("/standins/error", "stand-in, error", psycopg2=2).answers(
        {"reason": "division by zero\n", "after": result("one int4", ["int 1"])}
    )
    serializable = result("level text", ["str serializable"])
    api.get("/standins/session", "stand-in, session", {"server": serializable, "said": [2, True]})
    api.get("/standins/session-by-position", "stand-in, session by position", serializable)
    api.get("/standins/pool", "stand-in, given back to a pool", [["str of a pool"]])


def telling(api: Api) -> None:
    api.get("/standins/told", "stand-in, what it tells", psycopg2=0).answers(
        open=True,
        autocommit=False,
        encoding="UTF8",
        protocol=3,
        parameters={"TimeZone": "UTC", "server_encoding": "UTF8", "no_such": None},
    )
    api.get("/standins/level", "stand-in, isolation level", None, psycopg2=0)
    api.get("/standins/parameter", "stand-in, client encoding", ["LATIN1", "LATIN1"], psycopg2=0)
    api.get("/standins/status", "stand-in, status", 1, psycopg2=0)
    api.get("/standins/info", "stand-in, info", {"who": ["app", "app"], "session": SESSION}, psycopg2=0)
    api.get(
        "/standins/dsn-parameters", "stand-in, DSN parameters", {**SESSION, "user": "app", "dbname": "app"}, psycopg2=0
    )
    api.get("/standins/text", "stand-in, text of the DSN", True, psycopg2=0)
    api.get("/standins/closed", "stand-in, closed", {"answer": "connection already closed"}, psycopg2=0)


def _named(name: str) -> dict[str, Any]:
    return result("name text", {"name": f"str {name}"})
