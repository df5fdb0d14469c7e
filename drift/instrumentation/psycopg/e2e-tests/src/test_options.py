from typing import Any

from test_db import ON_PURPOSE, selected

from e2e_common.record.client import Api

REFUSED = "postgres: a log-in of user 'guest' to 'app' that failed: only 'app' is known"


def found(described: str, *rows: str) -> dict[str, Any]:
    return {key: value for key, value in selected(described, *rows).items() if key != "rowcount"}


def name(tea: str) -> dict[str, Any]:
    return found("name text", f"({tea!r},)")


def requests(api: Api) -> None:
    for user in ("app", "guest"):
        _of(api, user, [] if user == "app" else [REFUSED])


def _of(api: Api, user: str, leaks: list[str]) -> None:
    kind = "connection" if user == "app" else "mock connection"
    api.get(f"/options/{user}/select", f"{kind}, no options", psycopg=2, leaks=leaks).answers(
        name("Assam"),
        before=False,
        seen=["(2, 'Sencha')", "[(3, 'Earl Grey'), (4, 'Darjeeling')]", "[(5, 'Genmaicha')]"],
    )
    api.get(f"/options/{user}/count", f"{kind}, row count", [3, 3], leaks=leaks)
    api.get(f"/options/{user}/keywords", f"{kind}, keywords", psycopg=2, leaks=leaks * 2).answers(
        name("Earl Grey"), by_name=name("Sencha")
    )
    api.get(
        f"/options/{user}/row-factory", f"{kind}, row_factory", found("name text", "{'name': 'Assam'}"), leaks=leaks
    )
    api.get(
        f"/options/{user}/cursor-factory", f"{kind}, cursor_factory", [True, "SELECT 'it''s'"], psycopg=0, leaks=leaks
    )
    api.get(f"/options/{user}/autocommit", f"{kind}, autocommit", [True, False], psycopg=0, leaks=leaks)
    api.get(f"/options/{user}/prepare-threshold", f"{kind}, prepare_threshold", [None, False], psycopg=0, leaks=leaks)
    api.get(f"/options/{user}/context", f"{kind}, context", found("price numeric", "('4.50 €',)"), leaks=leaks)
    settings = "current_setting text, current_setting text, current_setting text"
    api.get(
        f"/options/{user}/session",
        f"{kind}, session settings",
        found(settings, "('public', '5MB', 'tea shop')"),
        leaks=leaks,
    )
    api.get(f"/options/{user}/info", f"{kind}, info", psycopg=0, leaks=leaks).answers(
        options=["tea shop", "-c work_mem=5MB", user], place=["app", user, True, True], status="OK"
    )
    api.get(
        f"/options/{user}/server", f"{kind}, server version and time zone", [True, True, "UTC"], psycopg=0, leaks=leaks
    )
    api.get(f"/options/{user}/vendor", f"{kind}, vendor and encoding", ["PostgreSQL", "utf-8"], psycopg=0, leaks=leaks)
    api.get(f"/options/{user}/execute", f"{kind}, execute", name("Darjeeling"), leaks=leaks)
    api.get(f"/options/{user}/transaction", f"{kind}, transaction", leaks=leaks).answers(
        name("Genmaicha"), **ON_PURPOSE
    )
    api.get(f"/options/{user}/many", f"{kind}, executemany, COPY and stream", psycopg=4, leaks=leaks).answers(
        copied=["b'Earl Grey\\n'"],
        many=["[('Assam',)]", True, "[('Sencha',)]"],
        named="[('Darjeeling',), ('Genmaicha',)]",
        streamed=["('Assam',)", "('Sencha',)"],
    )
    api.get(f"/options/{user}/async", f"{kind}, async", found("name text", "{'name': 'Genmaicha'}"), leaks=leaks)
