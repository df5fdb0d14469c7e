"""What the requests of ../options.py state: connect() and its options, for two users."""

from __future__ import annotations

from typing import Any

from stated.words import ON_PURPOSE, Send, selected

REFUSED = "a log-in of user 'guest' to 'app' that failed: only 'app' is known"


def found(stated: str, *rows: str) -> dict[str, Any]:
    """The rows that were left to fetch, and what the cursor says but for their count."""
    told = selected(stated, *rows)
    return {key: value for key, value in told.items() if key != "rowcount"}


def name(tea: str) -> dict[str, Any]:
    return found("name text", f"({tea!r},)")


def requests(get: Send, _: Send) -> None:
    """Send them all."""
    for user in ("app", "guest"):
        _of(get, user, [] if user == "app" else [REFUSED])


def _of(get: Send, user: str, leaks: list[str]) -> None:
    get(
        f"/options/{user}/select",
        name("Assam"),
        before=False,
        seen=["(2, 'Sencha')", "[(3, 'Earl Grey'), (4, 'Darjeeling')]", "[(5, 'Genmaicha')]"],
        statements=2,
        leaks=leaks,
    )
    get(f"/options/{user}/count", [3, 3], leaks=leaks)
    get(f"/options/{user}/keywords", name("Earl Grey"), by_name=name("Sencha"), statements=2, leaks=leaks * 2)
    get(f"/options/{user}/row-factory", found("name text", "{'name': 'Assam'}"), leaks=leaks)
    get(f"/options/{user}/cursor-factory", [True, "SELECT 'it''s'"], statements=0, leaks=leaks)
    get(f"/options/{user}/autocommit", [True, False], statements=0, leaks=leaks)
    get(f"/options/{user}/prepare-threshold", [None, False], statements=0, leaks=leaks)
    get(f"/options/{user}/context", found("price numeric", "('4.50 €',)"), leaks=leaks)
    settings = "current_setting text, current_setting text, current_setting text"
    get(f"/options/{user}/session", found(settings, "('public', '5MB', 'tea shop')"), leaks=leaks)
    get(
        f"/options/{user}/info",
        options=["tea shop", "-c work_mem=5MB", user],
        place=["app", user, True, True],
        status="OK",
        statements=0,
        leaks=leaks,
    )
    get(f"/options/{user}/server", [True, True, "UTC"], statements=0, leaks=leaks)
    get(f"/options/{user}/vendor", ["PostgreSQL", "utf-8"], statements=0, leaks=leaks)
    get(f"/options/{user}/execute", name("Darjeeling"), leaks=leaks)
    get(f"/options/{user}/transaction", name("Genmaicha"), **ON_PURPOSE, leaks=leaks)
    get(
        f"/options/{user}/many",
        copied=["b'Earl Grey\\n'"],
        many=["[('Assam',)]", True, "[('Sencha',)]"],
        named="[('Darjeeling',), ('Genmaicha',)]",
        streamed=["('Assam',)", "('Sencha',)"],
        statements=4,
        leaks=leaks,
    )
    get(f"/options/{user}/async", found("name text", "{'name': 'Genmaicha'}"), leaks=leaks)
