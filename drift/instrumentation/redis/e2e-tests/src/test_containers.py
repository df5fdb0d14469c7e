from e2e_common.record.client import Api, matches


def requests(api: Api) -> None:
    api.get("/hashes", "hashes", redis=9).answers(
        hset=4,
        hget="Zoë",
        hmget=["41", None, ""],
        hgetall={"age": "41", "height": "1.7", "name": "Zoë", "note": ""},
        hincrby=39,
        hincrbyfloat=1.75,
        hdel=1,
        hscan_iter={"height": "1.75"},
    )
    api.get("/hashes/bytes/all", "HGETALL of bytes", redis=3).answers(hgetall={b"age": b"36", b"name": b"Ada"})
    api.get("/hashes/fields", "HSETNX, HKEYS and HVALS", redis=11).answers(
        hset=1,
        hsetnx=[0, 1],
        hexists=[True, False],
        hlen=2,
        hstrlen=1,
        hkeys=["milk", "tea"],
        hvals=["", "2"],
        hrandfield=["milk", "tea"],
    )
    api.get("/hashes/order", "order of a hash's fields", redis=3).answers(
        fields=[f"field:{number}" for number in range(10)],
        found={f"field:{number}": str(number * 7 % 10) for number in range(10)},
    )
    api.get("/lists", "lists", redis=9).answers(
        rpush=5,
        lpush=6,
        lrange=[b"a", b"b", b"c", b"1", b"2.5", b"\xff"],
        lpos=[2],
        linsert=7,
        lmove=b"a",
        lpop_two=[b"b", b"b2"],
        rpop=[b"a"],
    )
    api.get("/lists/change", "LSET, LREM and LTRIM", redis=14).answers(
        rpush=5,
        lpushx=[6, 0],
        lindex=[b"z", None],
        lset=True,
        lrem=2,
        ltrim=True,
        rpoplpush=b"c",
        brpoplpush=[b"b", None],
        left=[[b"z"], [b"b", b"c"]],
    )
    api.get("/queues", "BLPOP, BRPOP and BLMOVE", redis=6).answers(
        rpush=3, blpop=[b"queue", b"1"], brpop=[b"queue", b"3"], blmove=b"2", in_vain=None
    )
    api.get("/queues/waited", "BLPOP that waits", redis=4).answers(
        deleted=0, pushed=1, queue=b"work", job=b"job 1", left=0
    )
    api.get("/sets", "sets", redis=8).answers(
        sadd=3,
        other=4,
        smembers=[b"x", b"y", b"z"],
        smismember=[1, 0],
        sinter=[b"y", b"z"],
        spop=matches(r"b'(y|z|1|2\.5)'"),
        sscan=[b"x", b"y", b"z"],
    )
    api.get("/sets/algebra", "sets as Python sets", redis=3).answers(mine={b"hot", b"new"}, both={b"hot"})
    api.get("/sets/kinds", "types of SUNION and SINTER", redis=5).answers(
        sadd=[2, 2], union="set", of_union=[b"hot", b"new", b"\xff"], common="set", of_common=[b"hot"]
    )
    api.get("/scores", "sorted sets", redis=9).answers(
        zadd=3,
        gt=0,
        incr=10.5,
        zmscore=[10.5, None],
        zrank=None,
        zrange=["ada", "bob", "cyd"],
        with_scores={"ada": 10.5, "bob": 20.5, "cyd": 30.0},
        by_score=["bob"],
    )
    api.get("/scores/ranges", "sorted sets, ranges", redis=11).answers(
        zadd=4,
        zrevrange=[["dan", 40.0], ["cyd", 3.0]],
        zrangebyscore=[["bob", 2.5], ["cyd", 3.0]],
        zrevrangebyscore=["dan", "cyd"],
        desc=[["dan", 40.0]],
        zcount=3,
        zrank=[2, 1],
        zrem=2,
        zcard=2,
    )
    api.get("/scores/removed", "sorted sets, removal and union", redis=10).answers(
        zadd=7,
        bzpopmin=["removed", "a", 0.0],
        zpopmin={"b": 1.0, "c": 2.0},
        zpopmax={"g": 6.0},
        store=3,
        union=3,
        inter={"d": 6.0, "e": 8.0, "f": 10.0},
        bylex=["d", "e"],
        scan={"d": 3.0, "e": 4.0, "f": 5.0},
    )
    api.get("/tuples", "tuples", redis=5).answers(zrange=[("ada", 1.0), ("bob", 2.0)], blpop=("pairs:list", "x"))
    api.get("/places", "geo sets", redis=7).answers(
        geoadd=2,
        geodist=166.2742,
        geopos=[[15.0873, 37.5027], None],
        with_distance=[["Catania", 56.4413], ["Palermo", 190.4424]],
        geohash=["sqc8b49rny0", None],
        geosearchstore=2,
    )
