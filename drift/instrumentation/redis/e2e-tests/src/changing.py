"""Differences between recording and replay: generated keys, calls only in replay, the clock."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any
from uuid import uuid4

from clients import IN_REPLAY, async_cluster, async_text, cluster, in_event_loop, outcome, respond, text, warmed_up
from flask import Blueprint, Response
from redis.asyncio import Redis

pages = Blueprint("changing", __name__, url_prefix="/changing")

NO_KEY = "nobody has this one"


@pages.get("/key")
def new_key() -> Response:
    key = f"session:{uuid4()}"
    return respond(set=text.set(key, "ada", ex=60), get=text.get(key), delete=text.delete(key))


@pages.get("/key/time")
def key_from_time() -> Response:
    """A key from the time in nanoseconds. Replay sets the clock to the time of the request; from there it runs on."""
    key = f"visit:{time.time_ns()}"
    return respond(rpush=text.rpush(key, "front page", "shop"), lrange=text.lrange(key, 0, -1), delete=text.delete(key))


@pages.get("/key/second")
def key_from_second() -> Response:
    """A rate limit per second, with its expiry. Replay's clock is that of the recording, so the key is the same."""
    second = int(time.time())
    key = f"limit:{second}"
    text.delete(key)
    return respond(
        incr=text.incr(key), expire=text.expireat(key, second + 3600), again=text.incr(key), delete=text.delete(key)
    )


@pages.get("/key/pipeline")
def new_key_in_pipeline() -> Response:
    key = f"basket:{uuid4()}"
    with text.pipeline(transaction=False) as pipe:
        pipe.hset(key, "tea", 2).hincrby(key, "tea", 3).hget(key, "tea").delete(key)
        return respond(results=pipe.execute())


@pages.get("/key/async")
@in_event_loop(async_text)
async def new_key_async(client: Redis) -> Response:
    key = f"a:session:{uuid4()}"
    return respond(set=await client.set(key, "bob", ex=60), get=await client.get(key))


@pages.get("/replay/start")
def at_startup() -> Response:
    """A pipeline that runs at startup, only in replay. The SDK returns no results for it."""
    return respond(warmed_up=warmed_up)


@pages.get("/replay/request")
def in_the_request() -> Response:
    """One call of each kind, without a mock. Errors are ignored, as for a cache."""
    found = [_in_replay(text.get, NO_KEY), _in_replay(text.pipeline().get(NO_KEY).execute)]
    found += [_in_replay(cluster.get, NO_KEY), _in_replay(cluster.pipeline().get(NO_KEY).execute)]
    return respond(found=found + asyncio.run(_in_replay_async()))


def _in_replay(call: Callable[..., Any], *given: Any) -> Any:
    """In replay, returns the result of `call`, or None if it fails. Otherwise returns None without calling it."""
    result = outcome(call, *given) if IN_REPLAY else None
    return None if isinstance(result, RuntimeError) else result


async def _in_replay_async() -> list:
    if not IN_REPLAY:
        return [None, None]
    client = async_cluster()
    async with async_text() as one:
        calls = [one.get(NO_KEY), client.pipeline().get(NO_KEY).execute()]
        results = await asyncio.gather(*calls, return_exceptions=True)
    await client.aclose()
    return [None if isinstance(each, RuntimeError) else each for each in results]


@pages.get("/replay/pipeline")
def pipeline_after_command() -> Response:
    """An unrecorded pipeline next to a recorded command."""
    stored = text.set("beside:pipeline", "x")
    return respond(set=stored, found=_in_replay(text.pipeline().get("beside:pipeline").execute))


@pages.get("/replay/command")
def command_after_command() -> Response:
    """An unrecorded command next to a recorded one."""
    return respond(set=text.set("beside:command", "x"), found=_in_replay(text.get, NO_KEY))


@pages.get("/clock")
def clock() -> Response:
    """The server's and the application's clock after a call: both show the same second."""
    seconds, _ = text.time()
    stored = text.set("clock", seconds)
    now = datetime.now(timezone.utc)
    return respond(set=stored, of_the_server=int(now.timestamp()) == seconds, of_the_module=int(time.time()) == seconds)


@pages.get("/clock/waited")
def clock_after_a_wait() -> Response:
    before = time.time()
    found = text.blpop("clock:nothing", timeout=0.3)
    return respond(found=found, waited=time.time() - before > 0.2)
