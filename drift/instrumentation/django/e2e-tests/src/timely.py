"""Calls with generated parameters, calls only in replay, custom spans, and the clock."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from uuid import uuid4

import requests
from calls import CALL_LIMIT_S, IN_REPLAY, UPSTREAM, fetch, fetch_async, fetch_httpx
from django.http import HttpRequest, HttpResponse, JsonResponse
from opentelemetry import trace
from responses import NUMBERS
from routing import read_only

TENS = ["zero", "ten", "twenty", "thirty", "forty", "fifty"]


def second() -> str:
    """Returns the second as words: no comparison rule about dates, times or epochs can ignore a difference in them."""
    now = datetime.now(timezone.utc).second
    return TENS[now // 10] + "-" + NUMBERS[now % 10]


def clock(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"second": second()})


def clock_after(request: HttpRequest) -> HttpResponse:
    """In replay, the response to a call sets the clock to the time of its recording."""
    return JsonResponse({"found": fetch("/users/1"), "second": second()})


@contextmanager
def own_span(name: str) -> Iterator[None]:
    """A custom span between the request's span and its calls. The SDK has set OpenTelemetry's global provider."""
    with trace.get_tracer("of the project").start_as_current_span(name) as span:
        span.set_attribute("tea", "oolong")
        span.add_event("poured")
        yield


def spanned(request: HttpRequest) -> HttpResponse:
    with own_span("outer"), own_span("inner"):
        found = fetch("/users/1")
    return JsonResponse({"in": found, "after": fetch_httpx("/users/2")})


async def async_spanned(request: HttpRequest) -> HttpResponse:
    with own_span("async"):
        return JsonResponse(await fetch_async("/users/3"))


def span_that_failed(request: HttpRequest) -> HttpResponse:
    """An exception that leaves a span marks only that span."""
    with suppress(LookupError), own_span("failed"):
        raise LookupError("not in stock")
    return JsonResponse({"failed": True})


def with_uuid(request: HttpRequest) -> HttpResponse:
    """Returns the response without the URL, which contains a new parameter."""
    response = fetch("/echo", params={"id": str(uuid4())})
    del response["url"]
    return JsonResponse(response)


def with_uuid_header(request: HttpRequest) -> HttpResponse:
    return JsonResponse(fetch_httpx("/users/1", headers={"X-Request-Id": uuid4().hex}))


def with_time(request: HttpRequest) -> HttpResponse:
    return JsonResponse(fetch_httpx("/echo", "POST", json={"at": time.time_ns(), "tea": "oolong"}))


def only_in_replay(request: HttpRequest) -> HttpResponse:
    """Makes a second call only in replay, as an application that finds no cache file there."""
    known, other = fetch("/users/2"), None
    if IN_REPLAY:
        with suppress(RuntimeError):  # raised by the SDK if nothing was recorded
            other = fetch("/posts/9")
    return JsonResponse({"known": known, "other": other})


def repeated(request: HttpRequest) -> HttpResponse:
    """The call's response has one header twice."""
    order = {"header": ["X-Tag: a", "X-Tag: b"], "body": "*"}
    response = requests.get(f"{UPSTREAM}/answer", params=order, timeout=CALL_LIMIT_S)
    heading = {"status": response.status_code, "reason": response.reason, "headers": dict(response.headers)}
    return JsonResponse({**heading, "text": response.text})


urls = read_only(
    *(clock, clock_after, spanned, async_spanned, span_that_failed),
    *(with_uuid, with_uuid_header, with_time, only_in_replay, repeated),
)
