"""Hashes, lists, sets, sorted sets and geo sets."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from clients import data, respond, text
from flask import Blueprint, Response

pages = Blueprint("containers", __name__)


@pages.get("/hashes")
def hashes() -> Response:
    text.delete("hash")
    return respond(
        hset=text.hset("hash", mapping={"name": "Zoë", "age": 41, "height": 1.7, "note": ""}),
        hget=text.hget("hash", "name"),
        hmget=text.hmget("hash", ["age", "missing", "note"]),
        hgetall=text.hgetall("hash"),
        hincrby=text.hincrby("hash", "age", -2),
        hincrbyfloat=text.hincrbyfloat("hash", "height", 0.05),
        hdel=text.hdel("hash", "note", "missing"),
        hscan_iter=dict(text.hscan_iter("hash", match="h*")),
    )


@pages.get("/hashes/bytes/all")
def whole_hash_of_bytes() -> Response:
    data.delete("hash:whole")
    data.hset("hash:whole", mapping={"name": "Ada", "age": 36})
    return respond(hgetall=data.hgetall("hash:whole"))


@pages.get("/hashes/fields")
def fields_of_hash() -> Response:
    text.delete("hash:fields")
    return respond(
        hset=text.hset("hash:fields", "tea", 2),
        hsetnx=[text.hsetnx("hash:fields", "tea", 9), text.hsetnx("hash:fields", "milk", "")],
        hexists=[text.hexists("hash:fields", "milk"), text.hexists("hash:fields", "salt")],
        hlen=text.hlen("hash:fields"),
        hstrlen=text.hstrlen("hash:fields", "tea"),
        hkeys=sorted(text.hkeys("hash:fields")),
        hvals=sorted(text.hvals("hash:fields")),
        hrandfield=sorted(text.hrandfield("hash:fields", 5)),
    )


@pages.get("/hashes/order")
def order_of_hash() -> Response:
    """A short hash keeps its insertion order, and applications depend on that."""
    text.delete("hash:order")
    text.hset("hash:order", mapping={f"field:{number}": number * 7 % 10 for number in range(10)})
    found = text.hgetall("hash:order")
    return respond(fields=list(found), found=found)


@pages.get("/lists")
def lists() -> Response:
    data.delete("list", "list:done")
    return respond(
        rpush=data.rpush("list", "b", "c", 1, 2.5, b"\xff"),
        lpush=data.lpush("list", "a"),
        lrange=data.lrange("list", 0, -1),
        lpos=data.lpos("list", "c", count=0),
        linsert=data.linsert("list", "BEFORE", "c", "b2"),
        lmove=data.lmove("list", "list:done", "LEFT", "RIGHT"),
        lpop_two=data.lpop("list", 2),
        rpop=data.rpop("list:done", 5),
    )


@pages.get("/lists/change")
def change_of_lists() -> Response:
    """Changes elements by index and by value, and moves them between lists with the commands that LMOVE replaces."""
    data.delete("change:list", "change:taken", "change:missing")
    return respond(
        rpush=data.rpush("change:list", "a", "b", "a", "c", "d"),
        lpushx=[data.lpushx("change:list", "z"), data.rpushx("change:missing", "z")],
        lindex=[data.lindex("change:list", 0), data.lindex("change:list", 99)],
        lset=data.lset("change:list", -1, "D"),
        lrem=data.lrem("change:list", 0, "a"),
        ltrim=data.ltrim("change:list", 0, 2),
        rpoplpush=data.rpoplpush("change:list", "change:taken"),
        brpoplpush=[
            data.brpoplpush("change:list", "change:taken", timeout=1),
            data.brpoplpush("change:missing", "change:taken", timeout=0.01),
        ],
        left=[data.lrange("change:list", 0, -1), data.lrange("change:taken", 0, -1)],
    )


@pages.get("/queues")
def queues() -> Response:
    """Blocking pops that succeed, and one that times out."""
    data.delete("queue", "queue:done")
    return respond(
        rpush=data.rpush("queue", "1", "2", "3"),
        blpop=list(data.blpop(["queue:urgent", "queue"], timeout=1)),
        brpop=list(data.brpop("queue", timeout=1)),
        blmove=data.blmove("queue", "queue:done", 1, "LEFT", "RIGHT"),
        in_vain=data.blpop("queue:missing", timeout=0.01),
    )


@pages.get("/queues/waited")
def waited() -> Response:
    """A worker waits for work in its own thread, with the request's context."""
    deleted = data.delete("work")
    with ThreadPoolExecutor(max_workers=1) as pool:
        work = pool.submit(copy_context().run, data.blpop, "work", 10)
        pushed = data.rpush("work", "job 1")
        queue, job = work.result()
    return respond(deleted=deleted, pushed=pushed, queue=queue, job=job, left=data.llen("work"))


@pages.get("/sets")
def sets() -> Response:
    """Sets have no order, so the results are sorted."""
    data.delete("set:a", "set:b")
    return respond(
        sadd=data.sadd("set:a", "x", "y", "z", "x"),
        other=data.sadd("set:b", "y", "z", 1, 2.5),
        smembers=sorted(data.smembers("set:a")),
        smismember=data.smismember("set:a", ["x", "q"]),
        sinter=sorted(data.sinter("set:a", "set:b")),
        spop=data.spop("set:b"),
        sscan=sorted(data.sscan_iter("set:a")),
    )


@pages.get("/sets/algebra")
def algebra() -> Response:
    """The library returns Python's sets; Python's operators are used on them."""
    data.delete("tags")
    data.sadd("tags", "hot", "new")
    mine = data.smembers("tags")
    return respond(mine=mine, both=mine & {b"hot", b"old"})


@pages.get("/sets/kinds")
def kinds_of_sets() -> Response:
    data.delete("tags:mine", "tags:theirs")
    added = [data.sadd("tags:mine", "hot", "new"), data.sadd("tags:theirs", "hot", b"\xff")]
    union, common = data.sunion("tags:mine", "tags:theirs"), data.sinter("tags:mine", "tags:theirs")
    types = {"union": type(union).__name__, "common": type(common).__name__}
    return respond(sadd=added, of_union=sorted(union), of_common=sorted(common), **types)


@pages.get("/scores")
def scores() -> Response:
    text.delete("scores")
    return respond(
        zadd=text.zadd("scores", {"ada": 10, "bob": 20.5, "cyd": 30}),
        gt=text.zadd("scores", {"ada": 5}, gt=True),
        incr=text.zadd("scores", {"ada": 0.5}, incr=True),
        zmscore=text.zmscore("scores", ["ada", "nobody"]),
        zrank=text.zrank("scores", "nobody"),
        zrange=text.zrange("scores", 0, -1),
        with_scores=dict(text.zrange("scores", 0, -1, withscores=True)),
        by_score=text.zrange("scores", 15, 35, byscore=True, offset=0, num=1),
    )


@pages.get("/scores/ranges")
def ranges_with_scores() -> Response:
    """Ranges from both ends, by rank and by score, with the pairs as lists."""
    text.delete("ranges")
    return respond(
        zadd=text.zadd("ranges", {"ada": 1, "bob": 2.5, "cyd": 3, "dan": 40}),
        zrevrange=_pairs(text.zrevrange("ranges", 0, 1, withscores=True)),
        zrangebyscore=_pairs(text.zrangebyscore("ranges", "(1", 3, start=0, num=5, withscores=True)),
        zrevrangebyscore=text.zrevrangebyscore("ranges", "+inf", 3),
        desc=_pairs(text.zrange("ranges", 0, 0, desc=True, withscores=True)),
        zcount=text.zcount("ranges", "-inf", 3),
        zrank=[text.zrank("ranges", "cyd"), text.zrevrank("ranges", "cyd")],
        zrem=text.zremrangebyscore("ranges", 0, 2.5),
        zcard=text.zcard("ranges"),
    )


def _pairs(found: list) -> list:
    return [list(pair) for pair in found]


@pages.get("/scores/removed")
def removed_scores() -> Response:
    text.delete("removed", "removed:copy")
    return respond(
        zadd=text.zadd("removed", {letter: number for number, letter in enumerate("abcdefg")}),
        bzpopmin=list(text.bzpopmin(["removed:missing", "removed"], timeout=1)),
        zpopmin=dict(text.zpopmin("removed", 2)),
        zpopmax=dict(text.zpopmax("removed")),
        store=text.zrangestore("removed:copy", "removed", 0, -1),
        union=text.zunionstore("removed:both", {"removed": 1, "removed:copy": 0.5}, aggregate="MAX"),
        inter=dict(text.zinter(["removed", "removed:copy"], withscores=True)),
        bylex=text.zrangebylex("removed:copy", "[d", "(f"),
        scan=dict(text.zscan_iter("removed:copy")),
    )


@pages.get("/tuples")
def tuples() -> Response:
    text.delete("pairs", "pairs:list")
    text.zadd("pairs", {"ada": 1, "bob": 2})
    text.rpush("pairs:list", "x")
    return respond(zrange=text.zrange("pairs", 0, -1, withscores=True), blpop=text.blpop("pairs:list", timeout=1))


@pages.get("/places")
def places() -> Response:
    text.delete("places", "places:near")
    near = {"longitude": 15, "latitude": 37, "radius": 200, "unit": "km"}
    return respond(
        geoadd=text.geoadd("places", [13.361389, 38.115556, "Palermo", 15.087269, 37.502669, "Catania"]),
        geodist=text.geodist("places", "Palermo", "Catania", unit="km"),
        geopos=[place and [round(degree, 4) for degree in place] for place in text.geopos("places", "Catania", "None")],
        with_distance=[list(found) for found in text.geosearch("places", withdist=True, sort="ASC", **near)],
        geohash=text.geohash("places", "Palermo", "None"),
        geosearchstore=text.geosearchstore("places:near", "places", **near),
    )
