"""The clients that the application shares, and how a handler says what the library gave it."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Response, jsonify
from redis import Redis, RedisCluster
from redis.asyncio import Redis as AsyncRedis
from redis.asyncio import RedisCluster as AsyncRedisCluster
from redis.backoff import NoBackoff
from redis.retry import Retry

URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
CLUSTER_URL = os.environ.get("REDIS_CLUSTER_URL", "redis://127.0.0.1:7000")

data = Redis.from_url(URL)
"""Answers in bytes."""
text = Redis.from_url(URL, decode_responses=True)
"""Answers in strings."""
cluster = RedisCluster.from_url(CLUSTER_URL, decode_responses=True)
"""Asks for the slots and the commands of the cluster now, before the application is ready."""
catalogue = data.get("shop:catalogue")
"""1.2 MB that are loaded at the start (entrypoint.py has put them there); None where there are none."""


def async_text() -> AsyncRedis:
    """A client for one event loop. Use it in `async with`."""
    return AsyncRedis.from_url(URL, decode_responses=True)


async def _greeting() -> dict[str, str]:
    async with async_text() as client:
        return await client.hgetall("shop:greeting")


greeting = asyncio.run(_greeting())
"""What the async client loads at the start."""


def _warm_up() -> list:
    """A cache that is warmed up in replay alone: nobody has recorded it."""
    if os.environ.get("TUSK_DRIFT_MODE") != "REPLAY":
        return []
    return text.pipeline().get("shop:prices").execute()


warmed_up = _warm_up()


def in_a_loop(handler: Callable[[], Awaitable[Response]]) -> Callable[[], Response]:
    """An async handler, in an event loop of its own."""

    @wraps(handler)
    def run() -> Response:
        return asyncio.run(handler())

    return run


def async_cluster() -> AsyncRedisCluster:
    """A client for one event loop. It learns about the cluster with its first command; `aclose` it."""
    return AsyncRedisCluster.from_url(CLUSTER_URL, decode_responses=True)


def database(number: int) -> str:
    """The URL of another database of the server. (A number given beside a URL that has one is passed over.)"""
    return urlsplit(URL)._replace(path=f"/{number}").geturl()


def at_once() -> Retry:
    """No second try, for what may meet a closed door."""
    return Retry(NoBackoff(), 0)


def in_another_order(*names: str) -> list[str]:
    """The names as given; in replay from the last to the first. Which call comes first is often chance (threads)."""
    return list(names) if os.environ.get("TUSK_DRIFT_MODE") != "REPLAY" else list(reversed(names))


def answer(**values: Any) -> Response:
    """Each value as Python writes it, so that its type is seen too."""
    return jsonify({name: shown(value) for name, value in values.items()})


def shown(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(shown, value))}]"
    if isinstance(value, dict):  # in an order of its own: a hash of Redis has none
        return f"{{{', '.join(sorted(f'{key!r}: {shown(held)}' for key, held in value.items()))}}}"
    if isinstance(value, set):  # which has no order of its own
        return f"{{{', '.join(sorted(map(repr, value)))}}}" if value else "set()"
    if isinstance(value, Exception):  # redis-py 8 shows another kind of name
        return f"{type(value).__name__}({str(value)!r})"
    return repr(value)


def outcome(call: Callable[..., Any], *given: Any, **options: Any) -> Any:
    """What the call returned, or the error that it raised."""
    try:
        return call(*given, **options)
    except Exception as error:
        return error
