"""The cluster clients, sync and async. Keys with the same {tag} are on the same node."""

from clients import CLUSTER_URL, async_cluster, cluster, in_event_loop, outcome, respond, reversed_in_replay
from flask import Blueprint, Response
from redis.asyncio import RedisCluster as AsyncRedisCluster
from redis.cluster import RedisCluster

pages = Blueprint("clusters", __name__, url_prefix="/cluster")


@pages.get("/values")
def values() -> Response:
    keys = ("c:text", "c:visits", "c:hash", "c:list")
    cluster.delete(*keys)
    return respond(
        set=cluster.set("c:text", "ü", ex=100),
        get=cluster.get("c:text"),
        incrby=cluster.incrby("c:visits", 5),
        hset=cluster.hset("c:hash", mapping={"a": 1, "b": "zwei"}),
        hgetall=cluster.hgetall("c:hash"),
        rpush=cluster.rpush("c:list", "x", "y"),
        lrange=cluster.lrange("c:list", 0, -1),
        eval=cluster.eval("return {KEYS[1], ARGV[1]}", 1, "c:text", "x"),
        nodes=len({cluster.keyslot(key) // 5462 for key in keys}),
    )


@pages.get("/bytes")
def without_decoding() -> Response:
    """A new client, so that it discovers the cluster within the request."""
    with RedisCluster.from_url(CLUSTER_URL) as client:
        return respond(set=client.set(b"c:\xff", b"\x00\xfe"), get=client.get(b"c:\xff"))


@pages.get("/binary")
def binary() -> Response:
    """Bytes with the shared client, which decodes all results but those of exempt commands."""
    return respond(
        set=cluster.set(b"c:\xfe", b"\x00\xfd"), get=cluster.execute_command("GET", b"c:\xfe", NEVER_DECODE=True)
    )


@pages.get("/tags")
def tags() -> Response:
    """Several keys in one command: they share a tag, or the library splits the command."""
    return respond(
        mset=cluster.mset({"{c:1}a": 1, "{c:1}b": 2}),
        mget=cluster.mget("{c:1}a", "{c:1}b", "{c:1}missing"),
        rename=cluster.rename("{c:1}a", "{c:1}c"),
        nonatomic=cluster.mset_nonatomic({"c:far:1": "one", "c:far:2": "two", "c:far:3": "three"}),
        mget_nonatomic=cluster.mget_nonatomic("c:far:1", "c:far:2", "c:far:3", "c:far:missing"),
        exists=cluster.exists("c:far:1", "c:far:2", "c:far:missing"),
        delete=cluster.delete("c:far:1", "c:far:2", "c:far:3"),
    )


@pages.get("/find")
def find() -> Response:
    return respond(
        mset=cluster.mset_nonatomic({f"c:find:{number}": number for number in range(6)}),
        keys=sorted(cluster.keys("c:find:*", target_nodes=RedisCluster.PRIMARIES)),
        scanned=sorted(cluster.scan_iter(match="c:find:?", count=1000)),
        ping=cluster.ping(target_nodes=RedisCluster.PRIMARIES),
        echo=cluster.echo("ü", target_nodes=cluster.get_node_from_key("c:find:1")),
    )


@pages.get("/pipeline")
def pipeline() -> Response:
    """Commands for several nodes. The results are in the order of the commands."""
    with cluster.pipeline() as pipe:
        pipe.set("c:pipe:1", "a").set("c:pipe:2", "b").delete("c:pipe:3")
        pipe.get("c:pipe:2").get("c:pipe:1").get("c:pipe:3").hset("c:pipe:hash", "f", "v").hgetall("c:pipe:hash")
        queued = len(pipe)
        results = pipe.execute()
    return respond(queued=queued, results=results[:6] + results[7:])


@pages.get("/pipeline/another-order")
def pipelines_in_reverse_order() -> Response:
    """Two pipelines that differ only in their keys. Replay runs them in reverse order."""
    made = cluster.mset_nonatomic({"c:order:tea": "tea", "c:order:milk": "milk"})
    found = {name: cluster.pipeline().get(f"c:order:{name}").execute() for name in reversed_in_replay("milk", "tea")}
    return respond(mset=made, **found)


@pages.get("/transaction")
def transaction() -> Response:
    with cluster.pipeline(transaction=True) as pipe:
        pipe.set("{c:2}a", 1).incr("{c:2}a").set("{c:2}b", "x").get("{c:2}b")
        return respond(results=pipe.execute(), mget=cluster.mget("{c:2}a", "{c:2}b"))


@pages.get("/errors")
def errors() -> Response:
    cluster.set("c:wrong", "text")
    return respond(slots=outcome(cluster.sinter, "c:far:1", "c:far:2"), type=outcome(cluster.lpush, "c:wrong", "x"))


@pages.get("/async/values")
@in_event_loop(async_cluster)
async def async_values(client: AsyncRedisCluster) -> Response:
    await client.hset("ca:hash", mapping={"a": 1})
    return respond(
        set=await client.set("ca:text", "ü", ex=100),
        get=await client.get("ca:text"),
        hgetall=await client.hgetall("ca:hash"),
        mset=await client.mset({"{ca:1}a": 1, "{ca:1}b": 2}),
        mget=await client.mget("{ca:1}a", "{ca:1}b", "{ca:1}c"),
        keys=sorted(await client.keys("{ca:1}?", target_nodes=AsyncRedisCluster.PRIMARIES)),
    )


@pages.get("/async/pipeline")
@in_event_loop(async_cluster)
async def async_pipeline(client: AsyncRedisCluster) -> Response:
    pipe = client.pipeline()
    pipe.set("ca:pipe:1", "a").set("ca:pipe:2", "b").get("ca:pipe:2").get("ca:pipe:1").get("ca:pipe:missing")
    queued = len(pipe)
    return respond(queued=queued, results=await pipe.execute(), get=await client.get("ca:pipe:1"))


@pages.get("/async/pipeline/another-order")
@in_event_loop(async_cluster)
async def async_pipelines_in_reverse_order(client: AsyncRedisCluster) -> Response:
    made = [await client.set(f"ca:order:{name}", name) for name in ("milk", "tea")]
    found = {}
    for name in reversed_in_replay("milk", "tea"):
        found[name] = await client.pipeline().get(f"ca:order:{name}").execute()
    return respond(set=made, **found)


@pages.get("/async/split")
@in_event_loop(async_cluster)
async def async_split(client: AsyncRedisCluster) -> Response:
    """`async with`, which connects to a node at once, and commands that are split by key."""
    async with client:
        return respond(
            stored=await client.mset_nonatomic({"ca:4:one": "1", "ca:4:other": "x", "ca:4:third": "y"}),
            deleted=await client.delete("ca:4:other", "ca:4:third"),
            mget=await client.mget_nonatomic("ca:4:one", "ca:4:other"),
        )


@pages.get("/async/watch")
@in_event_loop(async_cluster)
async def async_watch(client: AsyncRedisCluster) -> Response:
    """WATCH and a read after it. A pipeline sends both immediately."""
    async with client:
        stored = await client.mset_nonatomic({"{ca:3}watched": "old", "ca:3:other": "x"})
        deleted = await client.delete("ca:3:other", "ca:3:missing")
        pipe = client.pipeline(transaction=True)
        await pipe.watch("{ca:3}watched")
        old = await pipe.get("{ca:3}watched")
        pipe.multi()
        pipe.set("{ca:3}watched", "new")
        results = await pipe.execute()
        return respond(stored=stored, deleted=deleted, old=old, results=results, new=await client.get("{ca:3}watched"))
