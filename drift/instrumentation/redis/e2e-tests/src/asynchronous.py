"""The async client. Each request has its own event loop and client."""

import asyncio

from clients import URL, async_text, database, greeting, in_event_loop, respond
from flask import Blueprint, Response
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.lock import Lock
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

pages = Blueprint("asynchronous", __name__, url_prefix="/async")

MINE, THEIRS = "worker-1", "worker-2"


@pages.get("/greeting")
def loaded_at_start() -> Response:
    return respond(greeting=greeting)


@pages.get("/values")
@in_event_loop(async_text)
async def values(client: Redis) -> Response:
    await client.delete("a:counter", "a:hash", "a:list", "a:scores")
    return respond(
        set=await client.set("a:text", "ü and other teas", ex=100),
        get=await client.get("a:text"),
        hset=await client.hset("a:hash", mapping={"a": 1, "b": "zwei"}),
        hgetall=await client.hgetall("a:hash"),
        rpush=await client.rpush("a:list", "x", "y"),
        zincrby=await client.zincrby("a:scores", 1.5, "ada"),
        zrange=dict(await client.zrange("a:scores", 0, -1, withscores=True)),
        mget=await client.mget("a:text", "a:missing"),
        dump=(await client.dump("a:text"))[:-10],  # DUMP returns bytes; without version and checksum
    )


@pages.get("/gather")
@in_event_loop(lambda: Redis.from_pool(BlockingConnectionPool.from_url(URL, max_connections=2, decode_responses=True)))
async def gather(client: Redis) -> Response:
    made = await client.mset({f"a:gather:{number}": number for number in range(3)})
    found = await asyncio.gather(*(client.get(f"a:gather:{number}") for number in range(3)))
    task = asyncio.create_task(client.strlen("a:gather:0"))
    return respond(mset=made, found=found, length=await task)


@pages.get("/find")
@in_event_loop(lambda: Redis.from_url(database(12), decode_responses=True))
async def find(client: Redis) -> Response:
    return respond(
        flushdb=await client.flushdb(),
        mset=await client.mset({"user:1": 1, "user:2": 2, "order:1": 3}),
        keys=sorted(await client.keys("user:?")),
        scanned=sorted([key async for key in client.scan_iter(match="user:*", count=100)]),
    )


@pages.get("/queue")
@in_event_loop(async_text)
async def queue(client: Redis) -> Response:
    deleted = await client.delete("a:queue")
    worker = asyncio.create_task(client.blpop("a:queue", timeout=10))
    pushed = await client.rpush("a:queue", "job 1")
    queue, job = await worker
    return respond(deleted=deleted, pushed=pushed, queue=queue, job=job, left=await client.llen("a:queue"))


@pages.get("/lua")
@in_event_loop(async_text)
async def lua(client: Redis) -> Response:
    source = "return {KEYS[1], ARGV[1], 7}"
    sha = await client.script_load(source)
    script = client.register_script(source)
    return respond(
        eval=await client.eval("return ARGV[1]", 0, "x"),
        evalsha=await client.evalsha(sha, 1, "a:lua", "ü"),
        script=await script(keys=["a:lua"], args=["y"]),
    )


@pages.get("/pipeline")
@in_event_loop(async_text)
async def pipeline(client: Redis) -> Response:
    async with client.pipeline(transaction=False) as pipe:
        pipe.delete("a:pipe", "a:pipe:hash").set("a:pipe:text", "ü").get("a:pipe:text").incrby("a:pipe", 3)
        pipe.hset("a:pipe:hash", mapping={"a": 1}).hgetall("a:pipe:hash").get("a:pipe:missing")
        queued = len(pipe)
        results = await pipe.execute()
        multi = await client.pipeline(transaction=True).set("a:multi", 1).incr("a:multi").execute()
        empty = await client.pipeline().execute()
        return respond(queued=queued, results=results[1:], multi=multi, empty=empty)


@pages.get("/watch/unread")
@in_event_loop(async_text)
async def watch_unread(client: Redis) -> Response:
    async with client.pipeline() as pipe:
        watch = await pipe.watch("a:watched")
        pipe.multi()
        pipe.set("a:watched", "new").get("a:watched")
        return respond(watch=watch, results=await pipe.execute())


@pages.get("/watch/lost")
@in_event_loop(async_text)
async def watch_lost(client: Redis) -> Response:
    async with client.pipeline() as pipe:
        await pipe.watch("a:contested")
        await client.set("a:contested", "of another")
        pipe.multi()
        pipe.set("a:contested", "new")
        [result] = await asyncio.gather(pipe.execute(), return_exceptions=True)
        return respond(result=result, get=await client.get("a:contested"))


@pages.get("/lock")
@in_event_loop(async_text)
async def lock(client: Redis) -> Response:
    """A lock with a fixed token. Another worker gets it after the release."""
    loaded = await client.script_load(Lock.LUA_RELEASE_SCRIPT)
    await client.delete("a:lock")
    mine = client.lock("a:lock", timeout=60)
    other = client.lock("a:lock", timeout=60, blocking=False)
    steps = [await mine.acquire(token=MINE), await other.acquire(token=THEIRS)]
    steps += [await mine.owned(), await mine.release(), await other.acquire(token=THEIRS)]
    same = loaded == mine.lua_release.sha
    return respond(same=same, steps=steps, locked=await other.locked(), owned=await mine.owned())


@pages.get("/error")
@in_event_loop(async_text)
async def error(client: Redis) -> Response:
    await client.set("a:wrong", "text")
    [result] = await asyncio.gather(client.lpush("a:wrong", "x"), return_exceptions=True)
    return respond(result=result)


@pages.get("/subscribe")
@in_event_loop(lambda: Redis.from_url(URL, decode_responses=True, retry=Retry(NoBackoff(), 0)))
async def subscribe(client: Redis) -> Response:
    async with client.pubsub() as listener:
        await listener.subscribe("a:news")
        first, sent = await listener.get_message(timeout=5), await client.publish("a:news", "hello")
        return respond(said=[first, sent, await listener.get_message(timeout=5)])
