"""The clients that the handlers share, and functions that convert results for responses."""

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
from shown import shown

IN_REPLAY = os.environ.get("TUSK_DRIFT_MODE") == "REPLAY"
URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
CLUSTER_URL = os.environ.get("REDIS_CLUSTER_URL", "redis://127.0.0.1:7000")

data = Redis.from_url(URL)
"""Returns bytes."""
text = Redis.from_url(URL, decode_responses=True)
"""Returns strings."""
cluster = RedisCluster.from_url(CLUSTER_URL, decode_responses=True)
"""Loads the cluster's slots and commands now, before the application is ready."""
catalogue = data.get("shop:catalogue")
"""1.2 MB, stored by entrypoint.py and loaded at startup; None if missing."""


def async_text() -> AsyncRedis:
    return AsyncRedis.from_url(URL, decode_responses=True)


async def _greeting() -> dict[str, str]:
    async with async_text() as client:
        return await client.hgetall("shop:greeting")


greeting = asyncio.run(_greeting())
"""Loaded by the async client at startup."""
warmed_up = text.pipeline().get("shop:prices").execute() if IN_REPLAY else []
"""A cache warm-up that only replay makes, so it has no recording."""


def in_event_loop(make: Callable[[], Any]) -> Callable[..., Callable[[], Response]]:
    """Decorates an async handler: runs it in a new event loop, with a client from `make`."""

    def decorated(handler: Callable[[Any], Awaitable[Response]]) -> Callable[[], Response]:
        async def handled() -> Response:
            client = make()
            try:
                return await handler(client)
            finally:
                await client.aclose()

        return wraps(handler)(lambda: asyncio.run(handled()))

    return decorated


def async_cluster() -> AsyncRedisCluster:
    """A client for one event loop. Its first command discovers the cluster."""
    return AsyncRedisCluster.from_url(CLUSTER_URL, decode_responses=True)


def database(number: int) -> str:
    """Returns the URL of another database of the server. (The client ignores a number if the URL has one.)"""
    return urlsplit(URL)._replace(path=f"/{number}").geturl()


def no_retries() -> Retry:
    """For calls whose connection may be refused."""
    return Retry(NoBackoff(), 0)


def reversed_in_replay(*names: str) -> list[str]:
    """Returns the names, in replay in reverse order: an application with threads has no fixed order of calls either."""
    return list(reversed(names)) if IN_REPLAY else list(names)


def respond(**values: Any) -> Response:
    return jsonify({name: shown(value) for name, value in values.items()})


def outcome(call: Callable[..., Any], *given: Any, **options: Any) -> Any:
    try:
        return call(*given, **options)
    except Exception as error:
        return error
