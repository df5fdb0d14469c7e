"""Concurrent calls: gathered, in tasks, in threads; and calls outside any request's context."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import anyio
import httpx
import requests
from calls_httpx import Client, get
from calls_requests import CALL_LIMIT_S, TLS, UPSTREAM, fetch, raised, shown
from clients_httpx import failure
from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from opentelemetry import context

router = APIRouter(prefix="/parallel")
PATHS = ["/posts/1", "/posts/2", "/users/1"]
left: set[Any] = set()


async def all_of(*calls: Awaitable[Any]) -> list[Any]:
    """Returns all results. Waits for every call even if one fails, so that none continues outside the request."""
    results = await asyncio.gather(*calls, return_exceptions=True)
    for error in results:
        if isinstance(error, BaseException):
            raise error
    return results


@router.get("/author-of/{post}")
async def author_of(post: int, client: Client) -> Any:
    """Sequential: each call needs the response to the previous one."""
    found = shown(await client.get(f"/posts/{post}"))
    author = shown(await client.get(f"/users/{found['body']['author']}"))
    return {"post": found, "author": author, "comments": shown(await client.get(f"/posts/{post}/comments"))}


@router.get("/gathered")
async def gathered(client: Client, same: bool = False) -> Any:
    """The `same` call three times at once has three responses, each with its own serial."""
    paths = ["/users/1"] * 3 if same else PATHS
    return [shown(response) for response in await asyncio.gather(*map(client.get, paths))]


@router.get("/gathered/errors")
async def gathered_errors(client: Client) -> Any:
    async def checked(path: str) -> Any:
        return shown((await client.get(path)).raise_for_status())

    found = await asyncio.gather(checked("/users/1"), checked("/status/503"), return_exceptions=True)
    return [failure(one) if isinstance(one, httpx.HTTPStatusError) else one for one in found]


@router.get("/mixed")
async def mixed(client: Client) -> Any:
    """Both libraries, sync and async, in one request."""
    first, second, third = await all_of(
        client.get(PATHS[0]), asyncio.to_thread(fetch, PATHS[1]), run_in_threadpool(get, PATHS[2])
    )
    return [shown(first), second, shown(third)]


@router.get("/tasks")
async def tasks(client: Client) -> Any:
    found: dict[str, Any] = {}

    async def keep(path: str) -> None:
        found[path] = shown(await client.get(path))

    async with anyio.create_task_group() as group:
        for path in PATHS:
            group.start_soon(keep, path)
    return [found[path] for path in PATHS]


@router.get("/first")
async def first(client: Client) -> Any:
    """A fast and a slow call, each in a task."""
    calls = [asyncio.create_task(client.get(path)) for path in ("/users/2", "/slow/0.8")]
    return [shown(response) for response in await all_of(*calls)]


@router.get("/pool")
def pool() -> Any:
    """A thread pool. Its threads get the OpenTelemetry context of the request."""
    current = context.get_current()

    def in_context(path: str) -> Any:
        token = context.attach(current)
        try:
            return fetch(path)
        finally:
            context.detach(token)

    with ThreadPoolExecutor(max_workers=3) as threads:
        return list(threads.map(in_context, PATHS))


@router.get("/executor")
async def executor() -> Any:
    """The event loop's own pool. Its threads get the whole context."""
    loop, current = asyncio.get_running_loop(), contextvars.copy_context()
    return await loop.run_in_executor(None, current.run, fetch, "/users/3")


@router.get("/left-behind")
async def left_behind(client: Client) -> Any:
    """A task that continues after the response."""
    task = asyncio.create_task(client.get("/slow/0.2"))
    left.add(task)
    task.add_done_callback(left.discard)
    await asyncio.sleep(0)
    return {"left": "behind"}


# Calls without context: the SDK does not record them, and gives them a default response in replay.


def in_thread(call: Callable[[], Any]) -> Any:
    """Returns the result of `call` in a thread without context."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        try:
            return pool.submit(call).result()
        except Exception as error:
            return raised(error)


@router.get("/background/{library}")
def background(library: str, answer: bool = False) -> Any:
    """Returns only the response's status, or with `answer` the whole response."""
    ask: Any = {"requests": requests.get, "httpx": httpx.get}[library]
    show: Callable[[Any], Any] = shown if answer else lambda found: {"told": found.status_code}
    return in_thread(lambda: show(ask(f"{UPSTREAM}/users/1", timeout=CALL_LIMIT_S)))


@router.get("/async-background")
def async_background() -> Any:
    async def ask() -> Any:
        async with httpx.AsyncClient(timeout=CALL_LIMIT_S, verify=TLS) as client:
            return (await client.get(f"{UPSTREAM}/users/1")).status_code

    return {"told": in_thread(lambda: asyncio.run(ask()))}


@router.get("/raw-socket")
async def raw_socket() -> Any:
    """Bypasses every instrumentation. It is not recorded, so replay must report it."""
    where = urlsplit(UPSTREAM)
    with suppress(OSError):
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        writer.write(b"GET /weather?city=Rome HTTP/1.0\r\n\r\n")
        await reader.read(1)
        writer.close()
    return {"leaked": True}
