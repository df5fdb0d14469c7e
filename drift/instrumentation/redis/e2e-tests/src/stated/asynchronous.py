"""What the requests of ../asynchronous.py state: the async client."""

from __future__ import annotations

from e2e_common.requester import Api
from stated.words import WRONG_TYPE, Raised, answer


def requests(api: Api) -> None:
    """Send them all."""
    api.get(
        "/async/greeting",
        name="greeting loaded at the start",
        body=answer(greeting={"de": "Grüß Gott", "en": "hello"}),
    )
    api.get(
        "/async/values",
        name="async commands",
        body=answer(
            set=True,
            get="ü and other teas",
            hset=2,
            hgetall={"a": "1", "b": "zwei"},
            rpush=2,
            zincrby=1.5,
            zrange={"ada": 1.5},
            mget=["ü and other teas", None],
            dump=b"\x00\x11" + "ü and other teas".encode(),
        ),
        calls={"redis": 10},
    )
    api.get(
        "/async/gather",
        name="async at once",
        body=answer(mset=True, found=["0", "1", "2"], length=1),
        calls={"redis": 5},
    )
    api.get(
        "/async/find",
        name="async SCAN",
        body=answer(flushdb=True, mset=True, keys=["user:1", "user:2"], scanned=["user:1", "user:2"]),
        calls={"redis": 4},
    )
    api.get(
        "/async/queue",
        name="async blocking pop",
        body=answer(deleted=0, pushed=1, queue="a:queue", job="job 1", left=0),
        calls={"redis": 4},
    )
    api.get(
        "/async/lua",
        name="async Lua",
        body=answer(eval="x", evalsha=["a:lua", "ü", 7], script=["a:lua", "y", 7]),
        calls={"redis": 4},
    )
    api.get(
        "/async/pipeline",
        name="async pipeline",
        body=answer(queued=7, results=[True, "ü", 3, 1, {"a": "1"}, None], multi=[True, 2], empty=[]),
        calls={"redis": 3},
    )
    api.get(
        "/async/watch/unread", name="async WATCH", body=answer(watch=True, results=[True, "new"]), calls={"redis": 2}
    )
    api.get(
        "/async/watch/lost",
        name="async WatchError",
        body=answer(result=Raised("WatchError", "Watched variable changed."), get="of another"),
        calls={"redis": 4},
    )
    api.get(
        "/async/lock",
        name="async lock",
        body=answer(same=True, steps=[True, False, True, None, True], locked=True, owned=False),
        calls={"redis": 9},
    )
    api.get(
        "/async/error", name="async error", body=answer(result=Raised("ResponseError", WRONG_TYPE)), calls={"redis": 2}
    )
    api.get(
        "/async/subscribe",
        name="async pub/sub",
        body=answer(
            said=[
                {"channel": "a:news", "data": 1, "pattern": None, "type": "subscribe"},
                1,
                {"channel": "a:news", "data": "hello", "pattern": None, "type": "message"},
            ]
        ),
        calls={"redis": 1},
        expect_unpatched={"connect": 1, "send": 1},
        leaks=["redis: SUBSCRIBE a:news"],
    )
