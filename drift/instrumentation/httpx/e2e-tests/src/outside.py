"""Where the upstream is, how a handler asks it, and how it shows what was answered."""

import asyncio
import os
import ssl
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

import httpx

UPSTREAM = os.environ.get("UPSTREAM_URL", "http://127.0.0.1:9180")
MODE = os.environ.get("TUSK_DRIFT_MODE", "")
NOWHERE = "http://127.0.0.1:9/"
"""Nothing listens on port 9 of loopback."""
CALL_LIMIT_S = 5
TLS = ssl.create_default_context()
"""Of all clients: each would make its own, which costs more than all the rest of a request."""
WAYS = ("module", "client", "async")
"""How one can ask: httpx.get(), Client().get(), AsyncClient().get()."""
HOW_IT_CAME = ("content-encoding", "content-length", "transfer-encoding")

Ask = Callable[..., httpx.Response]


def client(**options: Any) -> httpx.Client:
    return httpx.Client(**{"base_url": UPSTREAM, "timeout": CALL_LIMIT_S, "verify": TLS, **options})


def async_client(**options: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(**{"base_url": UPSTREAM, "timeout": CALL_LIMIT_S, "verify": TLS, **options})


def run(call: Callable[[httpx.AsyncClient], Coroutine[Any, Any, Any]], **options: Any) -> Any:
    """What `call` gives when it is handed an AsyncClient of these options, in a loop of its own."""

    async def called() -> Any:
        async with async_client(**options) as own:
            return await call(own)

    return asyncio.run(called())


def asking(way: str, **options: Any) -> Ask:
    """A function that asks: (name of a function of httpx, its arguments…). Paths begin at the upstream.

    `options` are the client's, or go with each call of the module's functions, which make a client of them.
    """

    def by_module(function: str, *given: Any, **sent: Any) -> httpx.Response:
        *words, url = given
        sent = {"timeout": CALL_LIMIT_S, "verify": TLS, **options, **sent}
        return getattr(httpx, function)(*words, UPSTREAM + url if url.startswith("/") else url, **sent)

    def by_client(function: str, *given: Any, **sent: Any) -> httpx.Response:
        with client(**options) as own:
            return getattr(own, function)(*given, **sent)

    def by_async_client(function: str, *given: Any, **sent: Any) -> httpx.Response:
        return run(lambda own: getattr(own, function)(*given, **sent), **options)

    return {"module": by_module, "client": by_client, "async": by_async_client}[way]


def shown(answer: httpx.Response) -> dict[str, Any]:
    """What every call to the upstream shows of its answer: everything."""
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
    """`plainly`, of an answer of which the upstream tells the length."""
    return {**plainly(answer), "length": answer.headers["content-length"]}


def here(text: str) -> str:
    """`text` without the upstream's address, which is another one in every run."""
    return text.replace(UPSTREAM, "")


def in_any_order(calls: Iterable[Callable[[], Any]]) -> list[Any]:
    """What the calls give, in their order. In replay they are made in the reverse order, as a scheduler might: answers
    that were handed out in the order of the recording would be mixed up."""
    if MODE == "REPLAY":
        return [call() for call in list(calls)[::-1]][::-1]
    return [call() for call in calls]


def and_how_many(answers: list[Any]) -> list[Any]:
    """Answers of the upstream, as `shown`, and how many of them there were: two calls may not be given the same one."""
    return [*answers, len({each["body"]["serial"] for each in answers})]


def raised(error: BaseException) -> str:
    return f"{type(error).__name__}: {here(str(error))}"


def outcome(call: Callable[[], httpx.Response]) -> Any:
    """What a call was answered, or what it raised, and whether that says which request it was."""
    try:
        return {"answered": call().status_code}
    except httpx.RequestError as error:
        return {"raised": raised(error), "of": f"{error.request.method} {here(str(error.request.url))}"}
    except Exception as error:
        return {"raised": raised(error)}
