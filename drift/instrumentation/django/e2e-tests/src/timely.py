"""Calls whose parameters are new each time or that only the replay makes; spans of the project's own; the clock."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from uuid import uuid4

import requests
from answers import NUMBERS
from calls import CALL_LIMIT_S, IN_REPLAY, UPSTREAM, fetch, fetch_async, fetch_httpx
from django.http import HttpRequest, HttpResponse, JsonResponse
from opentelemetry import trace
from routing import read_only

TENS = ["zero", "ten", "twenty", "thirty", "forty", "fifty"]


def second() -> str:
    """As a word: no rule about dates, times or epochs can forgive it."""
    now = datetime.now(timezone.utc).second
    return TENS[now // 10] + "-" + NUMBERS[now % 10]


def clock(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"second": second()})


def clock_after(request: HttpRequest) -> HttpResponse:
    """The answer of a call sets the replay's clock to when it was recorded."""
    return JsonResponse({"found": fetch("/users/1"), "second": second()})


@contextmanager
def own_span(name: str) -> Iterator[None]:
    """The SDK's provider is OpenTelemetry's own for everybody: this span stands between the request's and its calls."""
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
    """What leaves a span as an exception marks it, and nothing else."""
    with suppress(LookupError), own_span("failed"):
        raise LookupError("not in stock")
    return JsonResponse({"failed": True})


def with_uuid(request: HttpRequest) -> HttpResponse:
    """All of an answer but the URL, which has the parameter of this very run."""
    answer = fetch("/echo", params={"id": str(uuid4())})
    del answer["url"]
    return JsonResponse(answer)


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
    heading = {"status": answer.status_code, "reason": answer.reason, "headers": dict(answer.headers)}
    return JsonResponse({**heading, "text": answer.text})


urls = read_only(
    *(clock, clock_after, spanned, async_spanned, span_that_failed),
    *(with_uuid, with_uuid_header, with_time, only_in_replay, repeated),
)
