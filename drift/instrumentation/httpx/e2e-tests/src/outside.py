"""The upstream's address, and functions that call it and convert responses."""

import asyncio
import os
import ssl
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import httpx
from flask import Response, jsonify

UPSTREAM = os.environ.get("UPSTREAM_URL", "http://127.0.0.1:9180")
MODE = os.environ.get("TUSK_DRIFT_MODE", "")
NOWHERE = "http://127.0.0.1:9/"
"""Nothing listens on port 9 of loopback."""
CALL_LIMIT_S = 5
TLS = ssl.create_default_context()
"""Shared by all clients: creating one takes longer than the rest of a request."""
WAYS = ("module", "client", "async")
"""The ways to call: httpx.get(), Client().get(), AsyncClient().get()."""
TRANSFER_HEADERS = ("content-encoding", "content-length", "transfer-encoding")

Ask = Callable[..., httpx.Response]
"""Takes the name of an httpx function and its arguments. Paths are relative to the upstream."""


def client(**options: Any) -> httpx.Client:
    return httpx.Client(**{"base_url": UPSTREAM, "timeout": CALL_LIMIT_S, "verify": TLS, **options})


def async_client(**options: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(**{"base_url": UPSTREAM, "timeout": CALL_LIMIT_S, "verify": TLS, **options})


def run(call: Callable[[httpx.AsyncClient], Coroutine[Any, Any, Any]], **options: Any) -> Any:
    """Returns the result of `call` with an AsyncClient of these options, in a new event loop."""

    async def called() -> Any:
        async with async_client(**options) as client:
            return await call(client)

    return asyncio.run(called())


def for_async_client(handler: Callable[[httpx.AsyncClient], Coroutine[Any, Any, Any]]) -> Callable[[], Response]:
    return wraps(handler)(lambda: jsonify(run(handler)))


@contextmanager
def opened(way: str, **options: Any) -> Iterator[tuple[Any, Ask]]:
    """Yields a client for several calls, sync or async, and the function that makes them. Raises LookupError for
    another way: a request with a wrong path must not get the same response."""
    if way not in WAYS:
        raise LookupError(way)
    if way == "client":
        with client(**options) as http_client:
            yield http_client, lambda function, *given, **sent: getattr(http_client, function)(*given, **sent)
        return
    loop, other = asyncio.new_event_loop(), async_client(**options)
    try:
        yield other, lambda function, *given, **sent: loop.run_until_complete(getattr(other, function)(*given, **sent))
    finally:
        loop.run_until_complete(other.aclose())
        loop.close()


def asking(way: str, **options: Any) -> Ask:
    """Returns a function that makes each call with a new client of `options`, or with the module's functions."""

    def by_module(function: str, *given: Any, **sent: Any) -> httpx.Response:
        *method, url = given
        sent = {"timeout": CALL_LIMIT_S, "verify": TLS, **options, **sent}
        return getattr(httpx, function)(*method, UPSTREAM + url if url.startswith("/") else url, **sent)

    def by_client(function: str, *given: Any, **sent: Any) -> httpx.Response:
        with opened(way, **options) as (_, ask):
            return ask(function, *given, **sent)

    return by_module if way == "module" else by_client


def fetch(way: str, function: str, *given: Any, **sent: Any) -> dict[str, Any]:
    return shown(asking(way)(function, *given, **sent))


def shown(response: httpx.Response) -> dict[str, Any]:
    is_json = response.headers.get("content-type") == "application/json"
    body = response.json() if is_json else response.text
    return {**heading(response), "headers": dict(response.headers), "body": body}


def heading(response: httpx.Response) -> dict[str, Any]:
    """Returns `shown` without the body and three headers about its transfer: replay loses two and adds one."""
    return {
        "asked": response.request.method,
        "url": here(str(response.url)),
        "status": response.status_code,
        "hops": len(response.history),
        "headers": {name: value for name, value in response.headers.items() if name not in TRANSFER_HEADERS},
    }


def sized(response: httpx.Response) -> dict[str, Any]:
    """Returns `heading` for a response whose Content-Length the upstream sends."""
    return {**heading(response), "length": response.headers["content-length"]}


def here(text: str) -> str:
    """Returns `text` without the upstream's address, which is new in every run."""
    return text.replace(UPSTREAM, "")


def in_any_order(ask: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
    """Returns the result of `ask` for each item, in that order.

    In replay the calls are made in reverse order, as a scheduler might do: responses given in the order of the
    recording would be swapped."""
    if MODE == "REPLAY":
        return [ask(one) for one in reversed([*items])][::-1]
    return [ask(one) for one in items]


def with_serial_count(responses: list[Any]) -> list[Any]:
    """Returns `shown` responses and the number of distinct serials: two calls must not get the same response."""
    return [*responses, len({response["body"]["serial"] for response in responses})]


def raised(error: BaseException) -> str:
    return f"{type(error).__name__}: {here(str(error))}"


def outcome(call: Callable[[], httpx.Response]) -> Any:
    """Returns the status of a call, or its exception and whether that has a request."""
    try:
        return {"answered": call().status_code}
    except httpx.RequestError as error:
        return {"raised": raised(error), "of": f"{error.request.method} {here(str(error.request.url))}"}
    except Exception as error:
        return {"raised": raised(error)}
