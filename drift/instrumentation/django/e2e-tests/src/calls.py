"""Outbound calls, and calls that no instrumentation sees."""

from __future__ import annotations

import asyncio
import contextvars
import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import httpx
import requests
from asgiref.sync import async_to_sync, sync_to_async
from django.core.signals import request_started
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.urls import path
from django.views import View
from opentelemetry import context
from routing import read_only

UPSTREAM = os.environ.get("UPSTREAM_URL", "http://127.0.0.1:9180")
CALL_LIMIT_S = 5
IN_REPLAY = os.environ.get("TUSK_DRIFT_MODE") == "REPLAY"
PATHS = ["/posts/1", "/posts/2", "/users/1"]
running: set[asyncio.Task[None]] = set()
# The upstream speaks plain HTTP. Loading certificates would take longer than all calls together.
httpx_client = httpx.Client(base_url=UPSTREAM, timeout=CALL_LIMIT_S, verify=False)  # noqa: S501


def shown(response: requests.Response | httpx.Response) -> dict[str, Any]:
    """Returns everything that the library reports of a response, except httpx's reason, see `reason`.

    An empty body is None: a JSON error would hide everything else."""
    reason = {"reason": response.reason} if isinstance(response, requests.Response) else {}
    return {
        "status": response.status_code,
        **reason,
        "headers": {name.title(): value for name, value in response.headers.items()},
        "url": str(response.url).replace(UPSTREAM, ""),
        "body": response.json() if response.content else None,
    }


def fetch(path: str, method: str = "GET", **sent: Any) -> dict[str, Any]:
    return shown(requests.request(method, UPSTREAM + path, timeout=CALL_LIMIT_S, **sent))


def fetch_httpx(path: str, method: str = "GET", **sent: Any) -> dict[str, Any]:
    return shown(httpx_client.request(method, path, **sent))


async def fetch_async(path: str, method: str = "GET", **sent: Any) -> dict[str, Any]:
    async with httpx.AsyncClient(base_url=UPSTREAM, timeout=CALL_LIMIT_S, verify=False) as client:  # noqa: S501
        return shown(await client.request(method, path, **sent))


FETCH = {"requests": fetch, "httpx": fetch_httpx}


def weather(request: HttpRequest, city: str) -> HttpResponse:
    return JsonResponse(fetch("/weather", params={"city": city}))


async def async_weather(request: HttpRequest, city: str) -> HttpResponse:
    return JsonResponse(await fetch_async("/weather", params={"city": city}))


def author_of(request: HttpRequest, post: int) -> HttpResponse:
    """Each call needs the response to the previous one. The two libraries take turns."""
    found = fetch(f"/posts/{post}")
    author = fetch_httpx(f"/users/{found['body']['author']}")
    return JsonResponse({"post": found, "author": author, "comments": fetch(f"/posts/{post}/comments")})


async def async_author_of(request: HttpRequest, post: int) -> HttpResponse:
    found = await fetch_async(f"/posts/{post}")
    author = await sync_to_async(fetch)(f"/users/{found['body']['author']}")
    return JsonResponse({"post": found, "author": author, "comments": await fetch_async(f"/posts/{post}/comments")})


def again(request: HttpRequest) -> HttpResponse:
    """Makes the same call three times. Each response has its own serial."""
    return JsonResponse([fetch("/users/2") for _ in range(3)], safe=False)


class Users(View):
    """Calls the upstream with the method of the request."""

    def post(self, request: HttpRequest) -> HttpResponse:
        sent = {"json": json.loads(request.body), "auth": ("ada", "s3same"), "headers": {"X-Sent": "yes"}}
        return JsonResponse({library: call("/users", "POST", **sent) for library, call in FETCH.items()})

    def delete(self, request: HttpRequest) -> HttpResponse:
        with requests.Session() as session:
            first = session.delete(f"{UPSTREAM}/users/1", timeout=CALL_LIMIT_S)
        return JsonResponse({"requests": shown(first), "httpx": fetch_httpx("/users/2", "DELETE")})


class AsyncUsers(View):
    async def post(self, request: HttpRequest) -> HttpResponse:
        return JsonResponse(await fetch_async("/users", "POST", json=json.loads(request.body)))


def threads(request: HttpRequest) -> HttpResponse:
    """The threads get a copy of the request's whole context."""
    contexts = [contextvars.copy_context() for _ in PATHS]
    with ThreadPoolExecutor(max_workers=3) as pool:
        return JsonResponse(list(pool.map(lambda run, path: run.run(fetch, path), contexts, PATHS)), safe=False)


def otel_threads(request: HttpRequest) -> HttpResponse:
    """The threads get only the OpenTelemetry context of the request."""
    current = context.get_current()

    def in_context(path: str) -> Any:
        token = context.attach(current)
        try:
            return fetch_httpx(path)
        finally:
            context.detach(token)

    with ThreadPoolExecutor(max_workers=3) as pool:
        return JsonResponse(list(pool.map(in_context, PATHS)), safe=False)


async def async_gathered(request: HttpRequest) -> HttpResponse:
    """All calls use one client."""
    async with httpx.AsyncClient(base_url=UPSTREAM, timeout=CALL_LIMIT_S, verify=False) as client:  # noqa: S501
        return JsonResponse([shown(each) for each in await asyncio.gather(*map(client.get, PATHS))], safe=False)


async def async_gathered_threads(request: HttpRequest) -> HttpResponse:
    """`requests` in threads of asgiref and asyncio, which pass on the context."""
    in_thread = sync_to_async(fetch, thread_sensitive=False)
    found = await asyncio.gather(in_thread(PATHS[0]), asyncio.to_thread(fetch, PATHS[1]), fetch_async(PATHS[2]))
    return JsonResponse(found, safe=False)


def bridged(request: HttpRequest) -> HttpResponse:
    """A sync view that runs async code."""
    return JsonResponse(async_to_sync(fetch_async)("/users/3"))


async def async_left_running(request: HttpRequest) -> HttpResponse:
    """Starts a call that ends after the response."""
    begun = asyncio.Event()

    async def call() -> None:
        begun.set()
        await fetch_async("/slow/0.2")

    running.add(task := asyncio.create_task(call()))
    task.add_done_callback(running.discard)
    await begun.wait()
    return JsonResponse({"left": "running"})


def refused_call(request: HttpRequest, library: str) -> HttpResponse:
    """Nothing listens on port 9 of loopback. The error's message is left out: it depends on the library's version."""
    get: Callable[..., Any] = {"requests": requests.get, "httpx": httpx_client.get}[library]
    try:
        return JsonResponse({"outcome": f"answered {get('http://127.0.0.1:9/', timeout=CALL_LIMIT_S).status_code}"})
    except (requests.RequestException, httpx.HTTPError) as error:
        return JsonResponse({"outcome": type(error).__name__})


def failed_call(request: HttpRequest, library: str) -> HttpResponse:
    return JsonResponse(FETCH[library]("/status/503"))


def reason(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"reason": httpx_client.post("/users", json={"name": "Lin"}).reason_phrase})


def unhanded(request: HttpRequest) -> HttpResponse:
    """A call in a thread without context. The response is ignored, because it differs in replay."""
    thread = threading.Thread(target=lambda: requests.get(f"{UPSTREAM}/users/1", timeout=CALL_LIMIT_S))
    thread.start()
    thread.join()
    return JsonResponse({"joined": True})


def on_request_started(sender: Any, **given: Any) -> None:
    """Django sends this signal before the first middleware, so outside the SDK's span."""
    where = given["environ"]["PATH_INFO"] if given.get("environ") else given["scope"]["path"]
    if where.endswith("/announced"):
        httpx_client.get("/users/1")


request_started.connect(on_request_started)


def streamed_calls(request: HttpRequest) -> HttpResponseBase:
    """Calls while the response is streamed, after the last middleware. The SDK does not record such a body."""

    def lines() -> Iterator[str]:
        for post in PATHS[:2]:
            yield requests.get(UPSTREAM + post, timeout=CALL_LIMIT_S).text[:0]

    return StreamingHttpResponse(lines(), content_type="text/plain; charset=utf-8")


def leak(request: HttpRequest) -> HttpResponse:
    """Opens a raw socket to the upstream. It is not recorded, so replay must report it."""
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
    *(again, threads, otel_threads, async_gathered, async_gathered_threads, bridged, async_left_running, reason),
    *(unhanded, streamed_calls, leak, async_leak),
    path("weather/<str:city>", weather),
    path("async/weather/<str:city>", async_weather),
    path("author-of/<int:post>", author_of),
    path("async/author-of/<int:post>", async_author_of),
    path("users", Users.as_view()),
    path("async/users", AsyncUsers.as_view()),
    path("refused-call/<str:library>", refused_call),
    path("failed-call/<str:library>", failed_call),
    path("announced", lambda request: JsonResponse({"announced": True})),
)
