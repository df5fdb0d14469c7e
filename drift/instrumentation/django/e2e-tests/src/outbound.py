"""Outbound calls, the clock, and what no instrumentation sees."""

import asyncio
import contextvars
import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit

import requests
import start
from answers import NUMBERS, PLAIN
from asgiref.sync import async_to_sync, sync_to_async
from calls import CALL_LIMIT_S, UPSTREAM, async_client, fetch, fetch_async, fetch_httpx, httpx_client, outcome_of, told
from django.core.signals import request_started
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.urls import path
from django.views import View
from opentelemetry import context
from reading import read_only

TENS = ["zero", "ten", "twenty", "thirty", "forty", "fifty"]
PATHS = ["/posts/1", "/posts/2", "/users/1"]
running: set[asyncio.Task[None]] = set()


def settings(request: HttpRequest) -> HttpResponse:
    """Asked for at the start, and not since."""
    return JsonResponse(start.found)


def weather(request: HttpRequest, city: str) -> HttpResponse:
    return JsonResponse(fetch("/weather", params={"city": city}))


async def async_weather(request: HttpRequest, city: str) -> HttpResponse:
    async with async_client() as client:
        return JsonResponse(await fetch_async(client, "/weather", params={"city": city}))


def author_of(request: HttpRequest, post: int) -> HttpResponse:
    """Each call needs what the one before it answered; two libraries in turn."""
    found = fetch(f"/posts/{post}")
    author = fetch_httpx(f"/users/{found['body']['author']}")
    return JsonResponse({"post": found, "author": author, "comments": fetch(f"/posts/{post}/comments")})


async def async_author_of(request: HttpRequest, post: int) -> HttpResponse:
    async with async_client() as client:
        found = await fetch_async(client, f"/posts/{post}")
        author = await sync_to_async(fetch)(f"/users/{found['body']['author']}")
        comments = await fetch_async(client, f"/posts/{post}/comments")
    return JsonResponse({"post": found, "author": author, "comments": comments})


def again(request: HttpRequest) -> HttpResponse:
    """The same call three times: each has an answer of its own."""
    return JsonResponse([fetch("/users/2") for _ in range(3)], safe=False)


class Users(View):
    """Every method of the upstream, from a view of the same method."""

    def post(self, request: HttpRequest) -> HttpResponse:
        sent = {"json": json.loads(request.body), "auth": ("ada", "s3same"), "headers": {"X-Sent": "yes"}}
        return JsonResponse(
            {"requests": fetch("/users", "POST", **sent), "httpx": fetch_httpx("/users", "POST", **sent)}
        )

    def delete(self, request: HttpRequest) -> HttpResponse:
        with requests.Session() as session:
            first = session.delete(f"{UPSTREAM}/users/1", timeout=CALL_LIMIT_S)
        return JsonResponse({"requests": told(first), "httpx": fetch_httpx("/users/2", "DELETE")})


class AsyncUsers(View):
    async def post(self, request: HttpRequest) -> HttpResponse:
        async with async_client() as client:
            return JsonResponse(await fetch_async(client, "/users", "POST", json=json.loads(request.body)))


def threads(request: HttpRequest) -> HttpResponse:
    """Threads that are handed the whole context of the request."""
    contexts = [contextvars.copy_context() for _ in PATHS]
    with ThreadPoolExecutor(max_workers=3) as pool:
        return JsonResponse(list(pool.map(lambda run, path: run.run(fetch, path), contexts, PATHS)), safe=False)


def otel_threads(request: HttpRequest) -> HttpResponse:
    """Threads that are handed the OpenTelemetry context of the request, and nothing else of it."""
    current = context.get_current()

    def in_context(path: str) -> Any:
        token = context.attach(current)
        try:
            return fetch_httpx(path)
        finally:
            context.detach(token)

    with ThreadPoolExecutor(max_workers=3) as pool:
        return JsonResponse(list(pool.map(in_context, PATHS)), safe=False)


async def gathered(request: HttpRequest) -> HttpResponse:
    async with async_client() as client:
        found = await asyncio.gather(*(fetch_async(client, path) for path in PATHS))
    return JsonResponse(found, safe=False)


async def gathered_threads(request: HttpRequest) -> HttpResponse:
    """`requests` in threads of asgiref's and of asyncio's, which hand on the context."""
    found = await asyncio.gather(
        sync_to_async(fetch, thread_sensitive=False)(PATHS[0]), asyncio.to_thread(fetch, PATHS[1]), _one(PATHS[2])
    )
    return JsonResponse(found, safe=False)


async def _one(path: str) -> dict[str, Any]:
    async with async_client() as client:
        return await fetch_async(client, path)


def bridged(request: HttpRequest) -> HttpResponse:
    """Async code of a view that is not."""
    return JsonResponse(async_to_sync(_one)("/users/3"))


async def left_running(request: HttpRequest) -> HttpResponse:
    """A call that has begun before the answer, and ends after it."""
    begun = asyncio.Event()

    async def call() -> None:
        begun.set()
        async with async_client() as client:
            await client.get("/slow/0.2")

    running.add(task := asyncio.create_task(call()))
    task.add_done_callback(running.discard)
    await begun.wait()
    return JsonResponse({"left": "running"})


def refused_call(request: HttpRequest, library: str) -> HttpResponse:
    """Nothing listens on port 9 of loopback."""
    get = {"requests": requests.get, "httpx": httpx_client.get}[library]
    return JsonResponse({"outcome": outcome_of(lambda: get("http://127.0.0.1:9/", timeout=CALL_LIMIT_S))})


def failed_call(request: HttpRequest, library: str) -> HttpResponse:
    return JsonResponse({"requests": fetch, "httpx": fetch_httpx}[library]("/status/503"))


def reason(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"reason": httpx_client.post("/users", json={"name": "Lin"}).reason_phrase})


def unhanded(request: HttpRequest) -> HttpResponse:
    """A thread that is handed nothing. Its answer is thrown away: in replay it gets another one."""
    thread = threading.Thread(target=lambda: requests.get(f"{UPSTREAM}/users/1", timeout=CALL_LIMIT_S))
    thread.start()
    thread.join()
    return JsonResponse({"joined": True})


def announced(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"announced": True})


def on_start_of(sender: Any, **given: Any) -> None:
    """Django sends this signal before the first middleware, and so outside the SDK's span."""
    where = given["environ"]["PATH_INFO"] if given.get("environ") else given["scope"]["path"]
    if where.endswith("/announced"):
        httpx_client.get("/users/1")


request_started.connect(on_start_of)


def streamed_calls(request: HttpRequest) -> HttpResponseBase:
    """Calls while the answer is streamed, after the last middleware. Nothing of them is in it: of an answer that is
    streamed the SDK records nothing."""

    def lines() -> Iterator[str]:
        for post in PATHS[:2]:
            yield requests.get(UPSTREAM + post, timeout=CALL_LIMIT_S).text[:0]

    return StreamingHttpResponse(lines(), content_type=PLAIN)


def clock(request: HttpRequest) -> HttpResponse:
    """The second as a word: no rule about dates, times or epochs can forgive it."""
    second = datetime.now(timezone.utc).second
    return JsonResponse({"second": TENS[second // 10] + "-" + NUMBERS[second % 10]})


def leak(request: HttpRequest) -> HttpResponse:
    """A raw socket to the upstream: nothing is recorded, so replay must see and name it."""
    where = urlsplit(UPSTREAM)
    with suppress(OSError), socket.create_connection((where.hostname, where.port), timeout=CALL_LIMIT_S) as connection:
        connection.sendall(b"GET /weather?city=Rome HTTP/1.0\r\n\r\n")
        connection.recv(1)
    return JsonResponse({"leaked": True})


async def async_leak(request: HttpRequest) -> HttpResponse:
    where = urlsplit(UPSTREAM)
    with suppress(OSError):
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        writer.write(b"GET /weather?city=Oslo HTTP/1.0\r\n\r\n")
        await reader.read(1)
        writer.close()
    return JsonResponse({"leaked": True})


urls = read_only(
    path("settings", settings),
    path("weather/<str:city>", weather),
    path("async/weather/<str:city>", async_weather),
    path("author-of/<int:post>", author_of),
    path("async/author-of/<int:post>", async_author_of),
    path("again", again),
    path("users", Users.as_view()),
    path("async/users", AsyncUsers.as_view()),
    path("threads", threads),
    path("otel-threads", otel_threads),
    path("async/gathered", gathered),
    path("async/gathered-threads", gathered_threads),
    path("bridged", bridged),
    path("async/left-running", left_running),
    path("refused-call/<str:library>", refused_call),
    path("failed-call/<str:library>", failed_call),
    path("reason", reason),
    path("unhanded", unhanded),
    path("announced", announced),
    path("streamed-calls", streamed_calls),
    path("clock", clock),
    path("leak", leak),
    path("async/leak", async_leak),
)
