"""Calls one after the other, and beside each other: gathered, in task groups, in threads, with and without context."""

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
from outside import CALL_LIMIT_S, TLS, UPSTREAM, asking, async_client, client, raised, run, shown

bp = Blueprint("parallel", __name__, url_prefix="/parallel")
PATHS = ("/posts/1", "/users/2", "/posts/3/comments", "/weather?city=Oslo")


@bp.get("/sequence/<way>")
def sequence(way: str) -> Response:
    """Each call needs what the one before it answered."""
    ask = asking(way)
    post = shown(ask("get", "/posts/4"))
    author = shown(ask("get", f"/users/{post['body']['author']}"))
    told = shown(ask("post", "/echo", json={"author": author["body"]["name"], "title": post["body"]["title"]}))
    return jsonify([post, author, told])


@bp.get("/same/<way>")
def same(way: str) -> Response:
    """The same call four times, which the upstream never answers the same: in their order."""
    ask = asking(way)
    return jsonify([shown(ask("get", "/count/same-" + way)) for _ in range(4)])


@bp.get("/gathered")
def gathered() -> Response:
    async def asked(own: httpx.AsyncClient) -> Any:
        return [shown(answer) for answer in await asyncio.gather(*(own.get(path) for path in PATHS))]

    return jsonify(run(asked))


@bp.get("/gathered-same")
def gathered_same() -> Response:
    """One call, many times at once: each answer is another, and none is given twice."""

    async def asked(own: httpx.AsyncClient) -> Any:
        answers = await asyncio.gather(*(own.get("/posts/1") for _ in range(8)))
        return [len({answer.json()["serial"] for answer in answers}), *(shown(answer) for answer in answers)]

    return jsonify(run(asked))


@bp.get("/gathered-with-errors")
def gathered_with_errors() -> Response:
    """Errors are answers here: one of the application's own, one of the upstream's."""

    async def ask(own: httpx.AsyncClient, user: int) -> Any:
        if user == 2:
            raise LookupError("nobody")
        return shown((await own.get(f"/users/{user}" if user < 4 else "/status/404")).raise_for_status())

    async def asked(own: httpx.AsyncClient) -> Any:
        found = await asyncio.gather(*(ask(own, user) for user in (1, 2, 3, 4)), return_exceptions=True)
        names = [type(each).__name__ if isinstance(each, Exception) else each for each in found]
        return [*names, *(shown(each.response) for each in found if isinstance(each, httpx.HTTPStatusError))]

    return jsonify(run(asked))


@bp.get("/task-group")
def task_group() -> Response:
    """anyio's, which is there on every Python; asyncio's does the same."""

    async def asked(own: httpx.AsyncClient) -> Any:
        found: dict[str, Any] = {}

        async def ask(path: str) -> None:
            found[path] = shown(await own.get(path))

        async with anyio.create_task_group() as group:
            for path in PATHS:
                group.start_soon(ask, path)
        return [found[path] for path in PATHS]

    return jsonify(run(asked))


@bp.get("/bounded")
def bounded() -> Response:
    """At most two at a time; as they come in."""

    async def asked(own: httpx.AsyncClient) -> Any:
        gate = asyncio.Semaphore(2)

        async def ask(post: int) -> Any:
            async with gate:
                return shown(await own.get(f"/posts/{post}"))

        found = [await answer for answer in asyncio.as_completed([ask(post) for post in range(1, 7)])]
        return sorted(found, key=lambda answer: str(answer["url"]))

    return jsonify(run(asked))


@bp.get("/from-a-loop")
def from_a_loop() -> Response:
    """Sync calls of an async function: in its own thread, and in one that asyncio hands its context."""

    async def asked(own: httpx.AsyncClient) -> Any:
        loop = asyncio.get_running_loop()
        context = contextvars.copy_context()
        return [
            shown(asking("client")("get", "/users/1")),
            shown(await asyncio.to_thread(asking("module"), "get", "/users/2")),
            shown(await loop.run_in_executor(None, context.run, asking("client"), "get", "/users/3")),
            shown(await own.get("/posts/1")),
        ]

    return jsonify(run(asked))


@bp.get("/threads/<any(client, async):way>")
def threads(way: str) -> Response:
    """A pool of threads, each handed the request's context, with one client for all."""

    def in_context(ask: Callable[[str], Any]) -> list[Any]:
        with ThreadPoolExecutor(max_workers=4) as pool:
            waiting = [pool.submit(contextvars.copy_context().run, ask, path) for path in PATHS]
            return [each.result() for each in waiting]

    if way == "async":
        return jsonify(in_context(lambda path: shown(asking("async")("get", path))))
    with client() as own:
        return jsonify(in_context(lambda path: shown(own.get(path))))


@bp.get("/left-behind")
def left_behind() -> Response:
    """A thread that has asked, and is answered after the answer."""
    asked = threading.Event()

    def ask() -> None:
        with client(event_hooks={"request": [lambda _: asked.set()]}) as own:
            own.get("/slow/0.2")

    threading.Thread(target=contextvars.copy_context().run, args=(ask,), daemon=True).start()
    return jsonify(left="behind", asked=asked.wait(CALL_LIMIT_S))


@bp.get("/loop-of-its-own/<any(awaited, left):what>")
def loop_of_its_own(what: str) -> Response:
    """A loop that runs in a thread of its own, for all requests. What it is told to do has the request's context: its
    answer is awaited, or comes after the request's own."""
    asked = threading.Event()

    async def note(_: httpx.Request) -> None:
        asked.set()

    async def ask() -> Any:
        async with async_client(event_hooks={"request": [note]}) as own:
            return shown(await own.get("/users/1" if what == "awaited" else "/slow/0.2"))

    task = asyncio.run_coroutine_threadsafe(ask(), elsewhere())
    return jsonify(task.result(CALL_LIMIT_S) if what == "awaited" else asked.wait(CALL_LIMIT_S))


@functools.cache
def elsewhere() -> asyncio.AbstractEventLoop:
    """The loop of a thread that goes on as long as the application."""
    loop = asyncio.new_event_loop()
    contextvars.Context().run(threading.Thread(target=loop.run_forever, daemon=True).start)
    return loop


# Without context: the SDK records nothing, and in replay answers with a default


def in_thread(call: Callable[[], Any]) -> Any:
    """What `call` gives in a thread that is handed no context."""
    found: list[Any] = []

    def run_it() -> None:
        try:
            found.append(call())
        except Exception as error:
            found.append(raised(error))

    thread = threading.Thread(target=run_it)
    thread.start()
    thread.join()
    return found[0]


@bp.get("/background/told")
def background_told() -> Response:
    """Told, and not asked what came of it."""
    return jsonify(fine=in_thread(lambda: asking("module")("post", "/echo", json={"job": 1}).is_success))


@bp.get("/background/answer")
def background_answer() -> Response:
    return jsonify(name=in_thread(lambda: asking("client")("get", "/users/1").json()["name"]))


@bp.get("/background/request")
def background_request() -> Response:
    answer = in_thread(lambda: asking("client")("post", "/count/background"))
    return jsonify(asked=answer.request.method)


@bp.get("/background/async")
def background_async() -> Response:
    return jsonify(told=in_thread(lambda: asking("async")("get", "/users/1").is_success))


@bp.get("/background/<any(lines, bytes):what>")
def background_read(what: str) -> Response:
    """An answer that is gone through."""

    def read() -> Any:
        answer = asking("client")("get", "/posts/1" if what == "bytes" else "/lines/2")
        return list(answer.iter_lines()) if what == "lines" else [b"".join(answer.iter_bytes(7)).decode()]

    return jsonify(in_thread(read))


@bp.get("/background/stream")
def background_stream() -> Response:
    def read() -> Any:
        with client() as own, own.stream("GET", "/lines/2") as answer:
            return list(answer.iter_lines())

    return jsonify(in_thread(read))


@bp.get("/background/task")
def background_task() -> Response:
    """A task of a loop that goes on, in a context of its own."""

    async def ask() -> Any:
        async with async_client() as own:
            answer = await own.get("/lines/2")
        return [line async for line in answer.aiter_lines()]

    task = contextvars.Context().run(asyncio.run_coroutine_threadsafe, ask(), elsewhere())
    try:
        return jsonify(task.result(CALL_LIMIT_S))
    except TypeError as error:
        return jsonify(raised(error))


@bp.get("/in-generator")
def in_generator() -> Response:
    """Calls made while the answer is sent, each when its part is asked for."""

    def answers() -> Iterator[str]:
        with client() as own:
            for post in (1, 2, 3):
                yield f"{',' if post > 1 else '['}{json.dumps(shown(own.get(f'/posts/{post}')))}"
        yield "]"

    return Response(answers(), mimetype="application/json")


@bp.get("/span")
def span() -> Response:
    """A call leaves the current span as it was, whether or not it fails."""
    before = trace.get_current_span()
    found = [httpx.get(f"{UPSTREAM}{path}", timeout=CALL_LIMIT_S, verify=TLS) for path in ("/users/1", "/status/503")]
    with suppress(httpx.HTTPStatusError):
        found[1].raise_for_status()
    return jsonify(trace.get_current_span() is before, *map(shown, found))
