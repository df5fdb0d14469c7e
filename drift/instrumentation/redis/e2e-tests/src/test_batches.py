from test_clients import WRONG_TYPE, raised

from e2e_common.record.client import Api


def requests(api: Api) -> None:
    api.get("/pipelines", "pipeline", redis=2).answers(
        queued=16,
        results=[True, "ü", None, 1, -1, 2, {"a": "1", "b": "2.5"}, 2, ["x", "y"], 1, 1.5, True, True, "string", 0],
        mget=["ü", "-1"],
    )
    api.get("/pipelines/transaction", "MULTI and EXEC", redis=3).answers(
        results=[True, 5, b"\xff\x00abc", 5, b"ab", 5], get=b"\xff-abc"
    )
    api.get("/pipelines/unsent", "empty pipeline", redis=3).answers(set=True, empty=[[], 0, True], left=0, get=b"kept")
    api.get("/pipelines/again", "pipeline executed twice", redis=2).answers(first=[True], left=0, second=[b"1"])
    wrong = [raised("ResponseError", message) for message in (WRONG_TYPE, "value is not an integer or out of range")]
    api.get("/pipelines/errors", "errors in a pipeline", redis=2).answers(results=[True, *wrong], get=b"x")
    name = "branch on an error in a pipeline"
    api.get("/pipelines/errors/decide", name, redis=1).answers(results=[True, wrong[0]])
    api.get("/pipelines/another-order", "pipelines in reverse order", redis=3).answers(
        mset=True, milk=["milk"], tea=["tea"]
    )
    api.get("/watch/unread", "WATCH", redis=3).answers(set=True, watch=True, results=[True, b"new"])
    api.get("/watch/transaction", "transaction()", redis=4).answers(mset=True, results=[7, 3], balances=[b"7", b"3"])
    api.get("/watch/read", "WATCH and read", redis=5).answers(stock=5, results=[True], left=b"4")
    api.get("/watch/lost", "WatchError", redis=5).answers(
        result=raised("WatchError", "Watched variable changed."), get=b"of another"
    )
    api.get("/lua", "Lua", redis=7).answers(
        text="üß",
        kinds=[1, b"two", [3, [b"lua", b"a"]], b"OK", 1, None, 3],
        sha="fd87ff47984757279d90a046a257a0110afc4fa5",
        exists=[True, False],
        evalsha=1,
        script=2,
        same=True,
    )
    rows = [[n, f"row {n}", [[n * 2, ["a", "b"]], []]] for n in range(1, 401)]
    api.get("/lua/nested", "large nested Lua result", redis=1).answers(rows=rows)
    api.get("/lua/script/new", "registered script, not loaded", redis=5).answers(count=1)
    api.get("/lua/script/pipeline", "registered script in a pipeline", redis=4).answers(results=[1, b"1"])
    api.get("/functions", "Redis functions", redis=5).answers(
        load="shop", fcall=42, fcall_ro="functions:ü", names=["shop"], delete=True
    )
    api.get("/locks", "locks", redis=12).answers(
        scripts=True,
        steps=[True, False, True, True, True, None, True, True, "LockNotOwnedError", "LockError"],
        deleted=1,
    )
    api.get("/locks/token", "lock with a random token", redis=6).answers(owned=True, locked=False)
