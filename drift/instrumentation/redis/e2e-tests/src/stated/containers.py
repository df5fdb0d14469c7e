"""What the requests of ../containers.py state: hashes, lists, sets, sorted sets, places."""

from __future__ import annotations

from e2e_common.requester import Api, matches
from stated.words import answer


def requests(api: Api) -> None:
    """Send them all."""
    api.get(
        "/hashes",
        name="hashes",
        body=answer(
            hset=4,
            hget="Zoë",
            hmget=["41", None, ""],
            hgetall={"age": "41", "height": "1.7", "name": "Zoë", "note": ""},
            hincrby=39,
            hincrbyfloat=1.75,
            hdel=1,
            hscan_iter={"height": "1.75"},
        ),
        calls={"redis": 9},
    )
    api.get(
        "/hashes/bytes/all",
        name="HGETALL in bytes",
        body=answer(hgetall={b"age": b"36", b"name": b"Ada"}),
        calls={"redis": 3},
    )
    api.get(
        "/hashes/fields",
        name="fields of a hash",
        body=answer(
            hset=1,
            hsetnx=[0, 1],
            hexists=[True, False],
            hlen=2,
            hstrlen=1,
            hkeys=["milk", "tea"],
            hvals=["", "2"],
            hrandfield=["milk", "tea"],
        ),
        calls={"redis": 11},
    )
    api.get(
        "/hashes/order",
        name="order of a hash",
        body=answer(
            fields=[f"field:{number}" for number in range(10)],
            found={f"field:{number}": str(number * 7 % 10) for number in range(10)},
        ),
        calls={"redis": 3},
    )
    api.get(
        "/lists",
        name="lists",
        body=answer(
            rpush=5,
            lpush=6,
            lrange=[b"a", b"b", b"c", b"1", b"2.5", b"\xff"],
            lpos=[2],
            linsert=7,
            lmove=b"a",
            lpop_two=[b"b", b"b2"],
            rpop=[b"a"],
        ),
        calls={"redis": 9},
    )
    api.get(
        "/lists/change",
        name="lists, changed",
        body=answer(
            rpush=5,
            lpushx=[6, 0],
            lindex=[b"z", None],
            lset=True,
            lrem=2,
            ltrim=True,
            rpoplpush=b"c",
            brpoplpush=[b"b", None],
            left=[[b"z"], [b"b", b"c"]],
        ),
        calls={"redis": 14},
    )
    api.get(
        "/queues",
        name="blocking pops",
        body=answer(rpush=3, blpop=[b"queue", b"1"], brpop=[b"queue", b"3"], blmove=b"2", in_vain=None),
        calls={"redis": 6},
    )
    api.get(
        "/queues/waited",
        name="blocking pop that waits",
        body=answer(deleted=0, pushed=1, queue=b"work", job=b"job 1", left=0),
        calls={"redis": 4},
    )
    api.get(
        "/sets",
        name="sets",
        body=answer(
            sadd=3,
            other=4,
            smembers=[b"x", b"y", b"z"],
            smismember=[1, 0],
            sinter=[b"y", b"z"],
            spop=matches(r"b'(y|z|1|2\.5)'"),
            sscan=[b"x", b"y", b"z"],
        ),
        calls={"redis": 8},
    )
    api.get("/sets/algebra", name="Python sets", body=answer(mine={b"hot", b"new"}, both={b"hot"}), calls={"redis": 3})
    api.get(
        "/sets/kinds",
        name="types of sets",
        body=answer(sadd=[2, 2], union="set", of_union=[b"hot", b"new", b"\xff"], common="set", of_common=[b"hot"]),
        calls={"redis": 5},
    )
    api.get(
        "/scores",
        name="sorted sets",
        body=answer(
            zadd=3,
            gt=0,
            incr=10.5,
            zmscore=[10.5, None],
            zrank=None,
            zrange=["ada", "bob", "cyd"],
            with_scores={"ada": 10.5, "bob": 20.5, "cyd": 30.0},
            by_score=["bob"],
        ),
        calls={"redis": 9},
    )
    api.get(
        "/scores/ranges",
        name="ranges with scores",
        body=answer(
            zadd=4,
            zrevrange=[["dan", 40.0], ["cyd", 3.0]],
            zrangebyscore=[["bob", 2.5], ["cyd", 3.0]],
            zrevrangebyscore=["dan", "cyd"],
            desc=[["dan", 40.0]],
            zcount=3,
            zrank=[2, 1],
            zrem=2,
            zcard=2,
        ),
        calls={"redis": 11},
    )
    api.get(
        "/scores/removed",
        name="sorted sets, removal and union",
        body=answer(
            zadd=7,
            bzpopmin=["removed", "a", 0.0],
            zpopmin={"b": 1.0, "c": 2.0},
            zpopmax={"g": 6.0},
            store=3,
            union=3,
            inter={"d": 6.0, "e": 8.0, "f": 10.0},
            bylex=["d", "e"],
            scan={"d": 3.0, "e": 4.0, "f": 5.0},
        ),
        calls={"redis": 10},
    )
    api.get(
        "/tuples",
        name="tuples",
        body=answer(zrange=[("ada", 1.0), ("bob", 2.0)], blpop=("pairs:list", "x")),
        calls={"redis": 5},
    )
    api.get(
        "/places",
        name="places",
        body=answer(
            geoadd=2,
            geodist=166.2742,
            geopos=[[15.0873, 37.5027], None],
            with_distance=[["Catania", 56.4413], ["Palermo", 190.4424]],
            geohash=["sqc8b49rny0", None],
            geosearchstore=2,
        ),
        calls={"redis": 7},
    )
