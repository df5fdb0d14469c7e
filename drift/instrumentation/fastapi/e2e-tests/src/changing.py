"""Differences between recording and replay: the clock, calls only in replay, generated parameters; and custom spans."""

from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

import httpx
from calls_httpx import Client
from calls_requests import MODE, fetch, raised, send, shown
from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from opentelemetry import trace
from responses import NUMBERS

router = APIRouter()
TENS = ["zero", "ten", "twenty", "thirty", "forty", "fifty"]
tracer = trace.get_tracer("of the application")


def second() -> str:
    """Returns the second as words: no comparison rule about dates, times or epochs can ignore a difference in them."""
    now = datetime.now(timezone.utc).second
    return f"{TENS[now // 10]}-{NUMBERS[now % 10]}"


@router.get("/clock")
def clock() -> Any:
    return {"second": second()}


@router.get("/clock/call")
async def clock_after_call(client: Client) -> Any:
    return {"user": shown(await client.get("/users/1")), "second": second()}


@router.get("/clock/calls")
async def clock_after_calls(client: Client) -> Any:
    """The second changes during the first call; the second call begins after that."""
    return {"answers": [shown(await client.get(path)) for path in ("/slow/1.0", "/users/1")], "second": second()}


@router.get("/clock/slow-call")
async def clock_after_slow_call(client: Client) -> Any:
    """The clock has moved on by as much as the call took: a second, and more on a busy machine."""
    before = datetime.now(timezone.utc)
    response = shown(await client.get("/slow/1.0"))
    return {"answer": response, "moved_on": datetime.now(timezone.utc) - before >= timedelta(seconds=1)}


async def only_in_replay(client: httpx.AsyncClient, method: str, path: str, **sent: Any) -> str:
    """Makes a call only in replay, where it has no mock. Returns the outcome."""
    if MODE != "REPLAY":
        return "unanswered"
    try:
        await client.request(method, path, **sent)
    except Exception as error:
        return "unanswered" if isinstance(error, RuntimeError) else raised(error)
    return "answered"


@router.get("/only-in-replay/{library}")
async def call_only_in_replay(library: str, client: Client) -> Any:
    """After the call without a mock, a recorded call still gets its response."""
    if library == "httpx":
        return [await only_in_replay(client, "GET", "/only-in-replay"), shown(await client.get("/users/1"))]

    def ask() -> Any:
        try:
            found = send("/only-in-replay") if MODE == "REPLAY" else None
        except RuntimeError:
            found = None
        return ["answered" if found is not None else "unanswered", fetch("/users/1")]

    return await run_in_threadpool(ask)


@router.get("/new/parameter")
async def new_parameter(client: Client) -> Any:
    """A random idempotency key in the query."""
    return without_query(await client.get("/weather", params={"city": "Oslo", "key": str(uuid4())}))


@router.get("/new/body")
def new_body() -> Any:
    """A call with the current time in its body, next to a call that never changes."""
    now = datetime.now(timezone.utc).isoformat()
    return [fetch("/users", "POST", json={"name": "Zoë", "at": now}), fetch("/users/1")]


@router.get("/new/header")
async def new_header(client: Client) -> Any:
    """A new request id in a header. The SDK does not compare this header."""
    return without_query(await client.get("/weather?city=Rome", headers={"X-Request-Id": str(uuid4())}))


def without_query(response: httpx.Response) -> Any:
    """Returns the response without the URL, which contains the new parameter."""
    return {**shown(response), "url": response.url.path}


@router.get("/span")
async def span() -> Any:
    with tracer.start_as_current_span("count") as custom_span:
        custom_span.set_attribute("shop.items", 3)
        custom_span.add_event("counted")
    return {"counted": 3}


@router.get("/span/call")
async def span_around_call(client: Client) -> Any:
    with tracer.start_as_current_span("look up"):
        inside = shown(await client.get("/users/1"))
    return {"inside": inside, "after": shown(await client.get("/users/2"))}
