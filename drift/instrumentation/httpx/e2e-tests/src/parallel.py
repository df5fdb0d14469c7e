"""Sequential and concurrent calls: gathered, in task groups, in threads, with and without context."""

import asyncio
import contextvars
import functools
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import anyio
import httpx
from flask import Blueprint, Response, jsonify
from opentelemetry import trace
from outside import CALL_LIMIT_S, asking, async_client, client, fetch, for_async_client, raised, shown

bp = Blueprint("parallel", __name__, url_prefix="/parallel")
PATHS = ("/posts/1", "/users/2", "/posts/3/comments", "/weather?city=Oslo")


@bp.get("/sequence/<way>")
def sequence(way: str) -> Response:
    """Each call needs the response to the previous one."""
    post = fetch(way, "get", "/posts/4")
    author = fetch(way, "get", f"/users/{post['body']['author']}")
    sent = {"author": author["body"]["name"], "title": post["body"]["title"]}
    return jsonify([post, author, fetch(way, "post", "/echo", json=sent)])


@bp.get("/same/<way>")
def same(way: str) -> Response:
    """Makes the same call four times. The upstream's responses differ and must keep their order."""
    return jsonify([fetch(way, "get", f"/count/same-{way}") for _ in range(4)])


@bp.get("/gathered")
@for_async_client
async def gathered(client: httpx.AsyncClient) -> Any:
    return [shown(response) for response in await asyncio.gather(*(client.get(path) for path in PATHS))]


@bp.get("/gathered-same")
@for_async_client
async def gathered_same(client: httpx.AsyncClient) -> Any:
    responses = await asyncio.gather(*(client.get("/posts/1") for _ in range(8)))
    return [len({response.json()["serial"] for response in responses}), *(shown(response) for response in responses)]


@bp.get("/gathered-with-errors")
@for_async_client
async def gathered_with_errors(client: httpx.AsyncClient) -> Any:
    """gather() returns errors as results: one of the application, one of the upstream."""

    async def ask(client: httpx.AsyncClient, user: int) -> Any:
        if user == 2:
            raise LookupError("nobody")
        return shown((await client.get(f"/users/{user}" if user < 4 else "/status/404")).raise_for_status())

    found = await asyncio.gather(*(ask(client, user) for user in (1, 2, 3, 4)), return_exceptions=True)
    names = [type(each).__name__ if isinstance(each, Exception) else each for each in found]
    return [*names, *(shown(each.response) for each in found if isinstance(each, httpx.HTTPStatusError))]


@bp.get("/task-group")
@for_async_client
async def task_group(client: httpx.AsyncClient) -> Any:
    """anyio's task group, which works on every Python version; asyncio's does the same."""
    found: dict[str, Any] = {}

    async def ask(path: str) -> None:
        found[path] = shown(await client.get(path))

    async with anyio.create_task_group() as group:
        for path in PATHS:
            group.start_soon(ask, path)
    return [found[path] for path in PATHS]


@bp.get("/bounded")
@for_async_client
async def bounded(client: httpx.AsyncClient) -> Any:
    gate = asyncio.Semaphore(2)

    async def ask(post: int) -> Any:
        async with gate:
            return shown(await client.get(f"/posts/{post}"))

    found = [await response for response in asyncio.as_completed([ask(post) for post in range(1, 7)])]
    return sorted(found, key=lambda response: str(response["url"]))


@bp.get("/from-a-loop")
@for_async_client
async def from_a_loop(client: httpx.AsyncClient) -> Any:
    """Sync calls of an async function: in its own thread, and in one to which asyncio passes the context."""
    loop = asyncio.get_running_loop()
    context = contextvars.copy_context()
    return [
        fetch("client", "get", "/users/1"),
        shown(await asyncio.to_thread(asking("module"), "get", "/users/2")),
        shown(await loop.run_in_executor(None, context.run, asking("client"), "get", "/users/3")),
        shown(await client.get("/posts/1")),
    ]


@bp.get("/threads/<any(client, async):way>")
def threads(way: str) -> Response:
    def in_context(ask: Callable[[str], Any]) -> list[Any]:
        with ThreadPoolExecutor(max_workers=4) as pool:
            waiting = [pool.submit(contextvars.copy_context().run, ask, path) for path in PATHS]
            return [each.result() for each in waiting]

    if way == "async":
        return jsonify(in_context(lambda path: fetch("async", "get", path)))
    with client() as http_client:
        return jsonify(in_context(lambda path: shown(http_client.get(path))))


@bp.get("/left-behind")
def left_behind() -> Response:
    sent = threading.Event()

    def ask() -> None:
        with client(event_hooks={"request": [lambda _: sent.set()]}) as http_client:
            http_client.get("/slow/0.2")

    threading.Thread(target=contextvars.copy_context().run, args=(ask,), daemon=True).start()
    return jsonify(left="behind", asked=sent.wait(CALL_LIMIT_S))


@bp.get("/loop-of-its-own/<any(awaited, left):what>")
def loop_of_its_own(what: str) -> Response:
    """A loop that runs in its own thread, for all requests. Its tasks get the request's context. The handler waits for
    the result, or the task ends after the response."""
    sent = threading.Event()

    async def note(_: httpx.Request) -> None:
        sent.set()

    async def ask() -> Any:
        async with async_client(event_hooks={"request": [note]}) as client:
            return shown(await client.get("/users/1" if what == "awaited" else "/slow/0.2"))

    task = asyncio.run_coroutine_threadsafe(ask(), background_loop())
    return jsonify(task.result(CALL_LIMIT_S) if what == "awaited" else sent.wait(CALL_LIMIT_S))


@functools.cache
def background_loop() -> asyncio.AbstractEventLoop:
    """Returns the loop of a thread that runs as long as the application."""
    loop = asyncio.new_event_loop()
    contextvars.Context().run(threading.Thread(target=loop.run_forever, daemon=True).start)
    return loop


# Calls without context: the SDK does not record them, and gives them a default response in replay.


def in_thread(call: Callable[[], Any]) -> Any:
    with ThreadPoolExecutor(max_workers=1) as pool:
        try:
            return pool.submit(call).result()
        except Exception as error:
            return raised(error)


def streamed() -> list[str]:
    with client() as http_client, http_client.stream("GET", "/lines/2") as response:
        return list(response.iter_lines())


BACKGROUND: dict[str, tuple[str, Callable[[], Any]]] = {
    "told": ("fine", lambda: asking("module")("post", "/echo", json={"job": 1}).is_success),
    "answer": ("name", lambda: asking("client")("get", "/users/1").json()["name"]),
    "request": ("asked", lambda: asking("client")("post", "/count/background").request.method),
    "async": ("told", lambda: asking("async")("get", "/users/1").is_success),
    "lines": ("", lambda: list(asking("client")("get", "/lines/2").iter_lines())),
    "bytes": ("", lambda: [b"".join(asking("client")("get", "/posts/1").iter_bytes(7)).decode()]),
    "stream": ("", streamed),
}
"""Key of the result in the response, and the call."""


@bp.get("/background/<what>")
def background(what: str) -> Response:
    name, call = BACKGROUND[what]
    found = in_thread(call)
    return jsonify({name: found} if name else found)


@bp.get("/background/task")
def background_task() -> Response:
    async def ask() -> Any:
        async with async_client() as client:
            response = await client.get("/lines/2")
        return [line async for line in response.aiter_lines()]

    task = contextvars.Context().run(asyncio.run_coroutine_threadsafe, ask(), background_loop())
    try:
        return jsonify(task.result(CALL_LIMIT_S))
    except TypeError as error:
        return jsonify(raised(error))


@bp.get("/in-generator")
def in_generator() -> Response:
    def responses() -> Iterator[str]:
        with client() as own:
            for post in (1, 2, 3):
                yield f"{',' if post > 1 else '['}{json.dumps(shown(own.get(f'/posts/{post}')))}"
        yield "]"

    return Response(responses(), mimetype="application/json")


@bp.get("/span")
def span() -> Response:
    """A call does not change the current span, whether it fails or not."""
    before = trace.get_current_span()
    found = [asking("module")("get", path) for path in ("/users/1", "/status/503")]
    with suppress(httpx.HTTPStatusError):
        found[1].raise_for_status()
    return jsonify(trace.get_current_span() is before, *map(shown, found))
