"""What the requests of ../transactions.py state."""

from __future__ import annotations

from stated.words import ON_PURPOSE, ONE_ROW, Send, held, selected


def requests(get: Send, post: Send) -> None:
    """Send them all."""
    post("/transactions/commit-and-rollback", added=[ONE_ROW] * 2, after=held("one"), before=held(), statements=4)
    post(
        "/transactions/with-connection",
        ON_PURPOSE,
        added=[ONE_ROW] * 2,
        closed=[True, True],
        elsewhere=held("one"),
        statements=3,
    )
    post(
        "/transactions/blocks",
        ON_PURPOSE,
        added=[ONE_ROW] * 4,
        elsewhere=held("one"),
        names=["outer", "inner", "_pg3_2"],
        statements=5,
    )
    post("/transactions/blocks-within", added=[ONE_ROW] * 3, elsewhere=held("one", "two"), statements=4)
    post("/transactions/autocommit", added=[ONE_ROW] * 2, elsewhere=held("one"), statements=3)
    get(
        "/transactions/characteristics",
        [
            selected("current_setting text, current_setting text", "('serializable', 'on')"),
            ["SERIALIZABLE", True, True],
            selected("current_setting text, current_setting text", "('read committed', 'off')"),
        ],
        statements=2,
    )
    get("/transactions/status", ["IDLE", "INTRANS", "IDLE"])
