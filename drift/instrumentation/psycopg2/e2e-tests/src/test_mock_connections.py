from typing import Any

from test_database import about, done, ordered, placed, result

from e2e_common.record.client import Api

SESSION = {"application_name": "till", "options": "-c search_path=pg_catalog", "connect_timeout": "5"}
ME = result("me name, here name, path text, name text", ["str app", "str app", "str pg_catalog", "str till"])


def requests(api: Api) -> None:
    for name in ("keywords", "DSN", "URI"):
        api.get(f"/standins/{name.lower()}", f"mock connection, {name}", ME)
    api.get("/standins/connection-factory", "mock connection, connection factory").finds(
        "id int4, price numeric", ["int 1", "float 2.5"], ["int 2", "float 3.0"]
    )
    api.get("/standins/connection-method", "mock connection, custom method", {"said": "hello app"}, psycopg2=0)
    api.get("/standins/cursor-factory", "mock connection, cursor_factory", _named("mate"))
    api.get("/standins/cursor-factory-of-cursor", "mock connection, cursor_factory of cursor()", _named("kávé"))
    api.get("/standins/named-cursor", "mock connection, named cursor", psycopg2=0).answers(
        {"name": "numbers", "scrollable": True, "withhold": True}
    )


def statements(api: Api) -> None:
    api.get("/standins/fetching", "mock connection, fetching").answers(
        about(6, "number int4"),
        found=[{"tuple": ["int 1"]}, [["int 2"], ["int 3"]], {"tuple": ["int 4"]}, [["int 5"], ["int 6"]]],
        ended=[None, []],
        rows=[],
    )
    api.get("/standins/transactions", "mock connection, transactions", psycopg2=4).answers(
        steps=[placed("first"), placed("lost"), done(2)],
        seen=ordered(["str first", "int 1"], ["str second", "int 1"], ["str third", "int 1"]),
        closed=True,
    )
    api.get("/standins/error", "mock connection, error", psycopg2=2).answers(
        {"reason": "division by zero\n", "after": result("one int4", ["int 1"])}
    )
    serializable = result("level text", ["str serializable"])
    api.get("/standins/session", "mock connection, set_session()", {"server": serializable, "said": [2, True]})
    api.get("/standins/session-by-position", "mock connection, set_session() by position", serializable)
    api.get("/standins/pool", "mock connection, pool", [["str of a pool"]])


def attributes(api: Api) -> None:
    api.get("/standins/told", "mock connection, attributes", psycopg2=0).answers(
        open=True,
        autocommit=False,
        encoding="UTF8",
        protocol=3,
        parameters={"TimeZone": "UTC", "server_encoding": "UTF8", "no_such": None},
    )
    api.get("/standins/level", "mock connection, isolation level", None, psycopg2=0)
    api.get("/standins/parameter", "mock connection, client encoding", ["LATIN1", "LATIN1"], psycopg2=0)
    api.get("/standins/status", "mock connection, status", 1, psycopg2=0)
    api.get("/standins/info", "mock connection, info", {"who": ["app", "app"], "session": SESSION}, psycopg2=0)
    api.get(
        "/standins/dsn-parameters",
        "mock connection, DSN parameters",
        {**SESSION, "user": "app", "dbname": "app"},
        psycopg2=0,
    )
    api.get("/standins/text", "mock connection, hidden password", True, psycopg2=0)
    api.get("/standins/closed", "mock connection, closed", {"answer": "connection already closed"}, psycopg2=0)


def _named(name: str) -> dict[str, Any]:
    return result("name text", {"name": f"str {name}"})
