"""What the requests of ../transactions.py state: transactions."""

from typing import Any

from stated.words import TEXT, Send, done, ordered, placed, result


def requests(send: Send) -> None:
    """Send them all."""
    send(
        "commit",
        "/transactions/commit",
        {"placed": result([["str tea"]], item=TEXT), "after": ordered(["str tea", "int 2"]), "before": ordered()},
        calls=3,
    )
    lost = {"placed": placed("lost"), "own": ordered(["str lost", "int 1"]), "after": ordered(), "seen": ordered()}
    send("rollback", "/transactions/rollback", lost, calls=4)
    send(
        "with block",
        "/transactions/with",
        {
            "steps": [done(1), placed("lost")],
            "closed": 0,
            "reason": "changed my mind",
            "seen": ordered(["str kept", "int 3"]),
        },
        calls=3,
    )
    send(
        "connection bound by a with",
        "/transactions/with-bound",
        {"steps": [done(1), ordered(["str tea", "int 2"])], "closed": 0, "seen": ordered(["str tea", "int 2"])},
        calls=3,
    )
    send(
        "savepoints",
        "/transactions/savepoints",
        {
            "seen": ordered(["str first", "int 1"]),
            "steps": [done(), placed("first"), done(), placed("second"), done(), done()],
        },
        calls=7,
    )
    send(
        "autocommit",
        "/transactions/autocommit",
        {
            "placed": [placed("at once"), placed("at once too")],
            "said": [False, True, True, None],
            "seen": ordered(["str at once", "int 1"], ["str at once too", "int 1"]),
        },
        calls=3,
    )
    send(
        "transaction in autocommit",
        "/transactions/autocommit-block",
        {
            "autocommit": False,
            "seen": ordered(["str kept", "int 1"]),
            "steps": [done(), result([["str lost"]], item=TEXT), done(), result([["str kept"]], item=TEXT)],
        },
        calls=5,
    )
    send(
        "isolation levels",
        "/transactions/levels",
        {
            "default": None,
            "levels": [
                [4, result([["str read uncommitted"]], transaction_isolation=TEXT)],
                [3, result([["str serializable"]], transaction_isolation=TEXT)],
                [1, result([["str read committed"]], current_setting=TEXT)],
                [2, result([["str repeatable read"]], current_setting=TEXT)],
            ],
        },
        calls=4,
    )
    send(
        "read-only transaction",
        "/transactions/read-only",
        {
            "refused": "cannot execute UPDATE in a read-only transaction\n",
            "said": [[3, True, True], [2, False, None]],
            "server": [_settings("on"), _settings("off")],
        },
        calls=3,
    )
    send(
        "snapshot",
        "/transactions/snapshot",
        [ordered(), placed("meanwhile"), ordered(), *[ordered(["str meanwhile", "int 1"])] * 2],
        calls=5,
    )
    send(
        "locks",
        "/transactions/locks",
        {"locked": _items("mate"), "meanwhile": _items("bread"), "after": _items("bread", "mate")},
        calls=3,
    )
    send("status of a transaction", "/transactions/status", [[1, 0, 0], [2, 2, 2], [1, 0, 0]])
    send(
        "transaction with an id",
        "/transactions/one-phase",
        {
            "refused": "commit cannot be used during a two-phase transaction",
            "seen": ordered(["str kept", "int 1"]),
            "placed": [placed("kept"), placed("lost")],
            "xid": [42, "shop", "till 1", "42_c2hvcA==_dGlsbCAx"],
        },
        calls=3,
    )


def _items(*names: str) -> dict[str, Any]:
    return result([[f"str {name}"] for name in names], item=TEXT)


def _settings(value: str) -> dict[str, Any]:
    """Two columns of the name of a function."""
    both = [[f"str {value}"] * 2]
    return {**result(both, current_setting=TEXT), "columns": [["current_setting", TEXT]] * 2}
