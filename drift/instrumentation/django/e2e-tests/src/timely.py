"""Calls whose parameters are new each time or that only the replay makes; spans of the project's own; the clock."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import uuid4

import requests
from calls import CALL_LIMIT_S, IN_REPLAY, UPSTREAM, async_client, fetch, fetch_async, fetch_httpx
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from opentelemetry import trace
from outbound import clock
from reading import read_only

tracer = trace.get_tracer("of the project")


def clock_after(request: HttpRequest) -> HttpResponse:
    """The answer of a call sets the replay's clock to when it was recorded."""
    found = fetch("/users/1")
    return JsonResponse({"found": found, **json.loads(clock(request).content)})


@contextmanager
def own_span(name: str) -> Iterator[trace.Span]:
    """The SDK's provider is OpenTelemetry's own for everybody: this span stands between the request's and its calls."""
    with tracer.start_as_current_span(name) as span:
        span.set_attribute("tea", "oolong")
        span.add_event("poured")
        yield span


def spanned(request: HttpRequest) -> HttpResponse:
    with own_span("outer"), own_span("inner"):
        found = fetch("/users/1")
    return JsonResponse({"in": found, "after": fetch_httpx("/users/2")})


async def async_spanned(request: HttpRequest) -> HttpResponse:
    with own_span("async"):
        async with async_client() as client:
            return JsonResponse(await fetch_async(client, "/users/3"))


def span_that_failed(request: HttpRequest) -> HttpResponse:
    """What leaves a span as an exception marks it, and nothing else."""
    with suppress(LookupError), own_span("failed"):
        raise LookupError("not in stock")
    return JsonResponse({"failed": True})


def without_url(answer: dict[str, Any]) -> HttpResponse:
    """All of an answer but the URL, which has the parameter of this very run."""
    return JsonResponse({name: value for name, value in answer.items() if name != "url"})


def with_uuid(request: HttpRequest) -> HttpResponse:
    return without_url(fetch("/echo", params={"id": str(uuid4())}))


def with_uuid_header(request: HttpRequest) -> HttpResponse:
    return JsonResponse(fetch_httpx("/users/1", headers={"X-Request-Id": uuid4().hex}))


def with_time(request: HttpRequest) -> HttpResponse:
    return JsonResponse(fetch_httpx("/echo", "POST", json={"at": time.time_ns(), "tea": "oolong"}))


def only_in_replay(request: HttpRequest) -> HttpResponse:
    """As where a warm-up leaves a file that the next start finds no more."""
    known, other = fetch("/users/2"), None
    if IN_REPLAY:
        with suppress(RuntimeError):  # the SDK's, where nothing was recorded
            other = fetch("/posts/9")
    return JsonResponse({"known": known, "other": other})


def repeated(request: HttpRequest) -> HttpResponse:
    """A call whose answer has a header twice."""
    order = {"header": ["X-Tag: a", "X-Tag: b"], "body": "*"}
    answer = requests.get(f"{UPSTREAM}/answer", params=order, timeout=CALL_LIMIT_S)
    told = {"status": answer.status_code, "reason": answer.reason, "headers": dict(answer.headers), "text": answer.text}
    return JsonResponse(told)


urls = read_only(
    path("clock-after", clock_after),
    path("spanned", spanned),
    path("async/spanned", async_spanned),
    path("span-that-failed", span_that_failed),
    path("with-uuid", with_uuid),
    path("with-uuid-header", with_uuid_header),
    path("with-time", with_time),
    path("only-in-replay", only_in_replay),
    path("repeated", repeated),
)
