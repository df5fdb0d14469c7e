"""What a replay does otherwise than the recording: the clock, calls that it alone makes, parameters that are new each
time; and spans of the application's own."""

from datetime import datetime, timezone
from typing import Any
from uuid import uuid4

import httpx
import requests
from answers import in_words
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from opentelemetry import trace
from outside import CALL_LIMIT_S, UPSTREAM, backwards, raised, shown

router = APIRouter()
tracer = trace.get_tracer("of the application")


@router.get("/clock/call")
async def clock_after_call(request: Request) -> Any:
    answer = shown(await request.app.state.client.get("/users/1"))
    return {"user": answer, "second": in_words(datetime.now(timezone.utc).second)}


@router.get("/clock/calls")
async def clock_after_calls(request: Request) -> Any:
    """The second is another one after the first call, and the second call begins in it."""
    client = request.app.state.client
    answers = [shown(await client.get(path)) for path in ("/slow/1.0", "/users/1")]
    return {"answers": answers, "second": in_words(datetime.now(timezone.utc).second)}


@router.get("/clock/slow-call")
async def clock_after_slow_call(request: Request) -> Any:
    """How long a call took, as the clock has it."""
    before = datetime.now(timezone.utc)
    answer = shown(await request.app.state.client.get("/slow/1.0"))
    return {"answer": answer, "took": round((datetime.now(timezone.utc) - before).total_seconds())}


async def only_in_replay(client: httpx.AsyncClient, method: str, path: str, **sent: Any) -> str:
    """What comes of a call that nothing can answer; elsewhere nobody makes it."""
    if not backwards():
        return "unanswered"
    try:
        await client.request(method, path, **sent)
    except Exception as error:
        return "unanswered" if isinstance(error, RuntimeError) else raised(error)
    return "answered"


@router.get("/only-in-replay/{library}")
async def call_only_in_replay(library: str, request: Request) -> Any:
    """The application goes on after it: what it asks for then is answered as ever."""
    client = request.app.state.client
    if library == "httpx":
        return [await only_in_replay(client, "GET", "/only-in-replay"), shown(await client.get("/users/1"))]

    def fetch() -> Any:
        try:
            found = requests.get(f"{UPSTREAM}/only-in-replay", timeout=CALL_LIMIT_S) if backwards() else None
        except RuntimeError:
            found = None
        after = requests.get(f"{UPSTREAM}/users/1", timeout=CALL_LIMIT_S)
        return ["answered" if found is not None else "unanswered", shown(after)]

    return await run_in_threadpool(fetch)


@router.get("/new/parameter")
async def new_parameter(request: Request) -> Any:
    """An idempotency key in the query, as clients make it: by chance."""
    return said_of(await request.app.state.client.get("/weather", params={"city": "Oslo", "key": str(uuid4())}))


@router.get("/new/body")
def new_body() -> Any:
    """A reading of the clock in the body, and a call beside it that is the same each time."""
    now = datetime.now(timezone.utc).isoformat()
    answer = requests.post(f"{UPSTREAM}/users", json={"name": "Zoë", "at": now}, timeout=CALL_LIMIT_S)
    return [shown(answer), shown(requests.get(f"{UPSTREAM}/users/1", timeout=CALL_LIMIT_S))]


@router.get("/new/header")
async def new_header(request: Request) -> Any:
    """A request id that is handed on: of this header the SDK is to compare nothing."""
    return said_of(await request.app.state.client.get("/weather?city=Rome", headers={"X-Request-Id": str(uuid4())}))


def said_of(answer: httpx.Response) -> Any:
    """All of an answer but the URL, which is as new as what was asked for."""
    return {**shown(answer), "url": answer.url.path}


@router.get("/span")
async def span() -> Any:
    with tracer.start_as_current_span("count") as own:
        own.set_attribute("shop.items", 3)
        own.add_event("counted")
    return {"counted": 3}


@router.get("/span/call")
async def span_around_call(request: Request) -> Any:
    with tracer.start_as_current_span("look up"):
        inside = shown(await request.app.state.client.get("/users/1"))
    return {"inside": inside, "after": shown(await request.app.state.client.get("/users/2"))}
