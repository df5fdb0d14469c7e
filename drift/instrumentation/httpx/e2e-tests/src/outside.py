"""Where the upstream is, how a handler calls it, and how it shows what was answered."""

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
"""Of all clients: each would make its own, which costs more than all the rest of a request."""
WAYS = ("module", "client", "async")
"""How one can call: httpx.get(), Client().get(), AsyncClient().get()."""
HOW_IT_CAME = ("content-encoding", "content-length", "transfer-encoding")

Ask = Callable[..., httpx.Response]
"""Takes the name of a function of httpx, and its arguments. Paths begin at the upstream."""


def client(**options: Any) -> httpx.Client:
    return httpx.Client(**{"base_url": UPSTREAM, "timeout": CALL_LIMIT_S, "verify": TLS, **options})


def async_client(**options: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(**{"base_url": UPSTREAM, "timeout": CALL_LIMIT_S, "verify": TLS, **options})


def run(call: Callable[[httpx.AsyncClient], Coroutine[Any, Any, Any]], **options: Any) -> Any:
    """What `call` gives for an AsyncClient of these options, in a loop of its own."""

    async def called() -> Any:
        async with async_client(**options) as own:
            return await call(own)

    return asyncio.run(called())


def for_async_client(handler: Callable[[httpx.AsyncClient], Coroutine[Any, Any, Any]]) -> Callable[[], Response]:
    return wraps(handler)(lambda: jsonify(run(handler)))


@contextmanager
def opened(way: str, **options: Any) -> Iterator[tuple[Any, Ask]]:
    """A client for several calls, sync or async, and the function that makes them."""
    if way == "client":
        with client(**options) as own:
            yield own, lambda function, *given, **sent: getattr(own, function)(*given, **sent)
        return
    loop, other = asyncio.new_event_loop(), async_client(**options)
    try:
        yield other, lambda function, *given, **sent: loop.run_until_complete(getattr(other, function)(*given, **sent))
    finally:
        loop.run_until_complete(other.aclose())
        loop.close()


def asking(way: str, **options: Any) -> Ask:
    """A function that makes a client of `options` for each call, or leaves that to the module's functions."""

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


def shown(answer: httpx.Response) -> dict[str, Any]:
    is_json = answer.headers.get("content-type") == "application/json"
    body = answer.json() if is_json else answer.text
    return {**plainly(answer), "headers": dict(answer.headers), "body": body}


def plainly(answer: httpx.Response) -> dict[str, Any]:
    """`shown` without the body and the headers that say how it came: two are lost in replay, one made up."""
    return {
        "asked": answer.request.method,
        "url": here(str(answer.url)),
        "status": answer.status_code,
        "hops": len(answer.history),
        "headers": {name: value for name, value in answer.headers.items() if name not in HOW_IT_CAME},
    }


def sized(answer: httpx.Response) -> dict[str, Any]:
    """`plainly`, of an answer whose length the upstream sends."""
    return {**plainly(answer), "length": answer.headers["content-length"]}


def here(text: str) -> str:
    """`text` without the upstream's address, which is another one in every run."""
    return text.replace(UPSTREAM, "")


def in_any_order(ask: Callable[[Any], Any], each: Iterable[Any]) -> list[Any]:
    """What `ask` gives for each, in that order. In replay the calls are made the other way round, as a scheduler might:
    answers that were given in the order of the recording would be mixed up."""
    if MODE == "REPLAY":
        return [ask(one) for one in reversed([*each])][::-1]
    return [ask(one) for one in each]


def and_how_many(answers: list[Any]) -> list[Any]:
    """Answers of the upstream, as `shown`, and how many of them there were: two calls may not be given the same one."""
    return [*answers, len({each["body"]["serial"] for each in answers})]


def raised(error: BaseException) -> str:
    return f"{type(error).__name__}: {here(str(error))}"


def outcome(call: Callable[[], httpx.Response]) -> Any:
    """The status of a call, or what it raised, and whether the error knows its request."""
    try:
        return {"answered": call().status_code}
    except httpx.RequestError as error:
        return {"raised": raised(error), "of": f"{error.request.method} {here(str(error.request.url))}"}
    except Exception as error:
        return {"raised": raised(error)}
