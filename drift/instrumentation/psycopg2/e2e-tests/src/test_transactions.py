from typing import Any

from test_database import done, ordered, placed, result

from e2e_common.record.client import Api


def requests(api: Api) -> None:
    api.get("/transactions/commit", "commit", psycopg2=3).answers(
        {"placed": result("item text", ["str tea"]), "after": ordered(["str tea", "int 2"]), "before": ordered()}
    )
    lost = {"placed": placed("lost"), "own": ordered(["str lost", "int 1"]), "after": ordered(), "seen": ordered()}
    api.get("/transactions/rollback", "rollback", lost, psycopg2=4)
    api.get("/transactions/with", "with block", psycopg2=3).answers(
        steps=[done(1), placed("lost")], closed=0, reason="changed my mind", seen=ordered(["str kept", "int 3"])
    )
    api.get("/transactions/with-bound", "with connect() as connection", psycopg2=3).answers(
        {"steps": [done(1), ordered(["str tea", "int 2"])], "closed": 0, "seen": ordered(["str tea", "int 2"])}
    )
    api.get("/transactions/savepoints", "savepoints", psycopg2=7).answers(
        seen=ordered(["str first", "int 1"]), steps=[done(), placed("first"), done(), placed("second"), done(), done()]
    )
    api.get("/transactions/autocommit", "autocommit", psycopg2=3).answers(
        placed=[placed("at once"), placed("at once too")],
        said=[False, True, True, None],
        seen=ordered(["str at once", "int 1"], ["str at once too", "int 1"]),
    )
    api.get("/transactions/autocommit-block", "transaction in autocommit", psycopg2=5).answers(
        autocommit=False,
        seen=ordered(["str kept", "int 1"]),
        steps=[done(), result("item text", ["str lost"]), done(), result("item text", ["str kept"])],
    )
    api.get("/transactions/levels", "isolation levels", psycopg2=4).answers(
        default=None,
        levels=[
            [4, result("transaction_isolation text", ["str read uncommitted"])],
            [3, result("transaction_isolation text", ["str serializable"])],
            [1, result("current_setting text", ["str read committed"])],
            [2, result("current_setting text", ["str repeatable read"])],
        ],
    )
    api.get("/transactions/read-only", "read-only transaction", psycopg2=3).answers(
        refused="cannot execute UPDATE in a read-only transaction\n",
        said=[[3, True, True], [2, False, None]],
        server=[_settings("on"), _settings("off")],
    )
    api.get("/transactions/snapshot", "snapshot", psycopg2=5).answers(
        [ordered(), placed("meanwhile"), ordered(), *[ordered(["str meanwhile", "int 1"])] * 2]
    )
    api.get("/transactions/locks", "locks", psycopg2=3).answers(
        {"locked": _items("mate"), "meanwhile": _items("bread"), "after": _items("bread", "mate")}
    )
    api.get("/transactions/status", "transaction status", [[1, 0, 0], [2, 2, 2], [1, 0, 0]])
    api.get("/transactions/one-phase", "tpc_begin and tpc_commit", psycopg2=3).answers(
        refused="commit cannot be used during a two-phase transaction",
        seen=ordered(["str kept", "int 1"]),
        placed=[placed("kept"), placed("lost")],
        xid=[42, "shop", "till 1", "42_c2hvcA==_dGlsbCAx"],
    )


def _items(*names: str) -> dict[str, Any]:
    return result("item text", *[[f"str {name}"] for name in names])


def _settings(value: str) -> dict[str, Any]:
    """Returns the expected result: two columns that are named after a function."""
    return result("current_setting text, current_setting text", [f"str {value}"] * 2)
