from test_clients import WRONG_TYPE, raised

from e2e_common.record.client import Api


def requests(api: Api) -> None:
    api.get("/async/greeting", "async HGETALL at startup").answers(greeting={"de": "Grüß Gott", "en": "hello"})
    api.get("/async/values", "async commands", redis=10).answers(
        set=True,
        get="ü and other teas",
        hset=2,
        hgetall={"a": "1", "b": "zwei"},
        rpush=2,
        zincrby=1.5,
        zrange={"ada": 1.5},
        mget=["ü and other teas", None],
        dump=b"\x00\x11" + "ü and other teas".encode(),
    )
    api.get("/async/gather", "asyncio.gather", redis=5).answers(mset=True, found=["0", "1", "2"], length=1)
    api.get("/async/find", "async SCAN", redis=4).answers(
        flushdb=True, mset=True, keys=["user:1", "user:2"], scanned=["user:1", "user:2"]
    )
    api.get("/async/queue", "async BLPOP", redis=4).answers(deleted=0, pushed=1, queue="a:queue", job="job 1", left=0)
    api.get("/async/lua", "async Lua", redis=4).answers(eval="x", evalsha=["a:lua", "ü", 7], script=["a:lua", "y", 7])
    api.get("/async/pipeline", "async pipeline", redis=3).answers(
        queued=7, results=[True, "ü", 3, 1, {"a": "1"}, None], multi=[True, 2], empty=[]
    )
    api.get("/async/watch/unread", "async WATCH", redis=2).answers(watch=True, results=[True, "new"])
    api.get("/async/watch/lost", "async WatchError", redis=4).answers(
        result=raised("WatchError", "Watched variable changed."), get="of another"
    )
    api.get("/async/lock", "async lock", redis=9).answers(
        same=True, steps=[True, False, True, None, True], locked=True, owned=False
    )
    api.get("/async/error", "async error", redis=2).answers(result=raised("ResponseError", WRONG_TYPE))
    api.get(
        "/async/subscribe",
        "async pub/sub",
        expect_unpatched={"connect": 1, "send": 1},
        leaks=["redis: SUBSCRIBE a:news"],
        redis=1,
    ).answers(
        said=[
            {"channel": "a:news", "data": 1, "pattern": None, "type": "subscribe"},
            1,
            {"channel": "a:news", "data": "hello", "pattern": None, "type": "message"},
        ]
    )
