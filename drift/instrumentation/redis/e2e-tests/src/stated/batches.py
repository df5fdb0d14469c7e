"""What the requests of ../batches.py state: pipelines, transactions, Lua, locks."""

from __future__ import annotations

from e2e_common.requester import Api
from stated.words import WRONG_TYPE, Raised, answer


def requests(api: Api) -> None:
    """Send them all."""
    api.get(
        "/pipelines",
        name="pipeline",
        body=answer(
            queued=16,
            results=[True, "ü", None, 1, -1, 2, {"a": "1", "b": "2.5"}, 2, ["x", "y"], 1, 1.5, True, True, "string", 0],
            mget=["ü", "-1"],
        ),
        calls={"redis": 2},
    )
    api.get(
        "/pipelines/transaction",
        name="MULTI and EXEC",
        body=answer(results=[True, 5, b"\xff\x00abc", 5, b"ab", 5], get=b"\xff-abc"),
        calls={"redis": 3},
    )
    api.get(
        "/pipelines/unsent",
        name="pipeline that sends nothing",
        body=answer(set=True, empty=[[], 0, True], left=0, get=b"kept"),
        calls={"redis": 3},
    )
    api.get(
        "/pipelines/again",
        name="pipeline used again",
        body=answer(first=[True], left=0, second=[b"1"]),
        calls={"redis": 2},
    )
    api.get(
        "/pipelines/errors",
        name="errors among results",
        body=answer(
            results=[
                True,
                Raised("ResponseError", WRONG_TYPE),
                Raised("ResponseError", "value is not an integer or out of range"),
            ],
            get=b"x",
        ),
        calls={"redis": 2},
    )
    api.get(
        "/pipelines/errors/decide",
        name="error among results that decides",
        body=answer(results=[True, Raised("ResponseError", WRONG_TYPE)]),
        calls={"redis": 1},
    )
    api.get(
        "/pipelines/another-order",
        name="pipelines in another order",
        body=answer(mset=True, milk=["milk"], tea=["tea"]),
        calls={"redis": 3},
    )
    api.get(
        "/watch/unread", name="WATCH", body=answer(set=True, watch=True, results=[True, b"new"]), calls={"redis": 3}
    )
    api.get(
        "/watch/transaction",
        name="transaction function",
        body=answer(mset=True, results=[7, 3], balances=[b"7", b"3"]),
        calls={"redis": 4},
    )
    api.get("/watch/read", name="WATCH and read", body=answer(stock=5, results=[True], left=b"4"), calls={"redis": 5})
    api.get(
        "/watch/lost",
        name="WatchError",
        body=answer(result=Raised("WatchError", "Watched variable changed."), get=b"of another"),
        calls={"redis": 5},
    )
    api.get(
        "/lua",
        name="Lua",
        body=answer(
            text="üß",
            kinds=[1, b"two", [3, [b"lua", b"a"]], b"OK", 1, None, 3],
            sha="fd87ff47984757279d90a046a257a0110afc4fa5",
            exists=[True, False],
            evalsha=1,
            script=2,
            same=True,
        ),
        calls={"redis": 7},
    )
    api.get("/lua/script/new", name="registered script, unknown", body=answer(count=1), calls={"redis": 5})
    api.get(
        "/lua/script/pipeline",
        name="registered script in a pipeline",
        body=answer(results=[1, b"1"]),
        calls={"redis": 4},
    )
    api.get(
        "/functions",
        name="functions",
        body=answer(load="shop", fcall=42, fcall_ro="functions:ü", names=["shop"], delete=True),
        calls={"redis": 5},
    )
    api.get(
        "/locks",
        name="locks",
        body=answer(
            scripts=True,
            steps=[True, False, True, True, True, None, True, True, "LockNotOwnedError", "LockError"],
            deleted=1,
        ),
        calls={"redis": 12},
    )
    api.get("/locks/token", name="lock with its own token", body=answer(owned=True, locked=False), calls={"redis": 6})
