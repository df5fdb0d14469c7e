"""What the requests of ../transactions.py state: transactions."""

from stated.words import TEXT, Send, done, result


def requests(send: Send) -> None:
    """Send them all."""
    send(
        "commit",
        "/transactions/commit",
        {"placed": result([["str tea"]], item=TEXT), "after": [["str tea", "int 2"]], "before": []},
        calls=3,
    )
    send("rollback", "/transactions/rollback", {"own": [["str lost", "int 1"]], "after": [], "seen": []}, calls=4)
    send(
        "with block",
        "/transactions/with",
        {"closed": 0, "reason": "changed my mind", "seen": [["str kept", "int 3"]]},
        calls=3,
    )
    send(
        "savepoints",
        "/transactions/savepoints",
        {"seen": [["str first", "int 1"]], "steps": [done(), done(), done(), done()]},
        calls=7,
    )
    send(
        "autocommit",
        "/transactions/autocommit",
        {
            "said": [False, True, True, None],
            "seen": [["str at once", "int 1"], ["str at once too", "int 1"]],
        },
        calls=3,
    )
    send(
        "transaction in autocommit",
        "/transactions/autocommit-block",
        {
            "autocommit": False,
            "seen": [["str kept", "int 1"]],
            "steps": [done(), result([["str lost"]], item=TEXT), done(), result([["str kept"]], item=TEXT)],
        },
        calls=5,
    )
    send(
        "isolation levels",
        "/transactions/levels",
        {
            "default": None,
            "levels": [[4, "read uncommitted"], [3, "serializable"], [1, "read committed"], [2, "repeatable read"]],
        },
        calls=4,
    )
    send(
        "read-only transaction",
        "/transactions/read-only",
        {
            "refused": "cannot execute UPDATE in a read-only transaction\n",
            "said": [[3, True, True], [2, False, None]],
            "server": [["str on", "str on"], ["str off", "str off"]],
        },
        calls=3,
    )
    send(
        "snapshot",
        "/transactions/snapshot",
        [[], [], [["str meanwhile", "int 1"]], [["str meanwhile", "int 1"]]],
        calls=5,
    )
    send(
        "locks",
        "/transactions/locks",
        {"locked": [["str mate"]], "meanwhile": [["str bread"]], "after": [["str bread"], ["str mate"]]},
        calls=3,
    )
    send("status of a transaction", "/transactions/status", [[1, 0, 0], [2, 2, 2], [1, 0, 0]])
    send(
        "transaction with an id",
        "/transactions/one-phase",
        {
            "refused": "commit cannot be used during a two-phase transaction",
            "seen": [["str kept", "int 1"]],
            "xid": [42, "shop", "till 1", "42_c2hvcA==_dGlsbCAx"],
        },
        calls=3,
    )
