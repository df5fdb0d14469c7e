from test_db import ONE_ROW, columns, done, names, selected

from e2e_common.record.client import Api


def requests(api: Api) -> None:
    api.get("/connections/info", "connection.info", psycopg=0).answers(
        database=["app", "app", True, True],
        options=["app", "app", "tea shop"],
        parameters=["UTC", "UTF8", None],
        password=True,
        server=["PostgreSQL", True, True, True],
        session=["utf-8", "UTC"],
        state=[False, False, False, None],
        status=["OK", "OFF", ""],
    )
    api.get("/connections/handlers", "notice and notify handlers", ["NOTICE: it boils", "kettle: boils"], psycopg=3)
    api.get("/connections/notifies", "notifies()", ["whistle: blown"], psycopg=2)
    api.get("/connections/loaded-at-start", "query at startup", psycopg=0).answers(
        currency="EUR", greeting="Good morning, ☕"
    )
    api.get("/pools/select", "ConnectionPool and NullConnectionPool", psycopg=2).answers(
        null=[0, 2, selected("?column? text", "('null pool',)")],
        pool=["teas", 2, 4, selected("id int4, name text", "(2, 'Sencha')")],
    )
    api.post("/pools/commit", "ConnectionPool, commit and getconn", psycopg=4).answers(
        added=[ONE_ROW] * 3, elsewhere=names("given back", "kept")
    )
    api.get("/pools/async-select", "AsyncConnectionPool", psycopg=2).answers(
        null=selected("?column? text", "('async null pool',)"),
        pool=selected("id int4, name text", "{'id': 4, 'name': 'Darjeeling'}"),
    )
    api.post("/pools/async-insert", "AsyncConnectionPool, INSERT", psycopg=2).answers(
        done("INSERT 0 1", 1), elsewhere=names("cup")
    )
    rows = ["b'Assam\\tIndia\\n'", "b'Sencha\\tJapan\\n'", "b'Earl Grey\\t\\\\N\\n'"]
    api.get("/starting/copied", "COPY TO at startup", [rows], psycopg=0)
    api.get("/starting/streamed", "stream at startup", [["('Darjeeling',)", "('Genmaicha',)"]], psycopg=0)
    api.get(
        "/starting/many",
        "executemany at startup",
        [[["('kettle',)", "('kettle',)", "('sieve',)"], columns("name text")]],
        psycopg=0,
    )
    api.get("/starting/server-cursor", "server-side cursor at startup", [["('Earl Grey',)"]], psycopg=0)
    api.get("/starting/async", "async query at startup", [["('India',)"]], psycopg=0)
