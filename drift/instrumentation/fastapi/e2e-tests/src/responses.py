"""Kinds of responses, errors, background tasks."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Optional
from uuid import UUID

from calls_httpx import Client
from calls_requests import fetch
from fastapi import APIRouter, BackgroundTasks, Body, HTTPException, Response
from fastapi.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    StreamingResponse,
)
from pydantic import BaseModel
from starlette.background import BackgroundTask

router = APIRouter()
POEM = Path(__file__).with_name("poem.txt")
NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


class Account(BaseModel):
    name: str
    password: str
    nickname: Optional[str] = None


class Shown(BaseModel):
    name: str
    nickname: Optional[str] = None


class Values(BaseModel):
    at: datetime
    lasts: timedelta
    price: Decimal
    id: UUID
    letters: frozenset[str]
    data: bytes
    none: None = None


def in_text(path: str) -> str:
    """Returns a response as text that is the same in replay, despite another header order and a float status."""
    found = fetch(path)
    return json.dumps({**found, "status": int(found["status"])}, sort_keys=True)


@router.get("/accounts/{name}", response_model=Shown, response_model_exclude_none=True)
def account(name: str) -> Account:
    """The response model removes the password."""
    return Account(name=name, password="hidden")  # noqa: S106 - the test checks that it is hidden


@router.get("/accounts/{name}/set", response_model=Shown, response_model_exclude_unset=True)
def account_as_set(name: str) -> Any:
    """Returns a dict, not a model. The response has the fields that are set, also to None."""
    return {"name": name, "password": "hidden"} if name == "ada" else {"name": name, "nickname": None}


@router.get("/values")
def values() -> Values:
    return Values(
        at=datetime(2024, 2, 29, 12, 30, tzinfo=timezone.utc),
        lasts=timedelta(hours=1, minutes=30),
        price=Decimal("9.990"),
        id=UUID(int=7),
        letters=frozenset("a"),
        data=b"tea",
    )


@router.post("/values")
async def typed_values(values: Values, kept: Annotated[dict[UUID, timedelta], Body()]) -> Any:
    """Text in the request, typed values in the handler, text in the response."""
    later = {str(id): (values.at + lasts).isoformat() for id, lasts in kept.items()}
    return {"values": values, "later": later, "double": values.price * 2}


@dataclass
class Parcel:
    sender: str
    weight: float
    stamps: list[int] = field(default_factory=list)


@router.post("/parcels", response_model=Parcel)
async def parcel(new: Parcel) -> Any:
    return replace(new, stamps=[*new.stamps, 5])


@router.put("/parcels/{sender}")
async def put_parcel(sender: str, new: Parcel, response: Response) -> Any:
    """Creates or replaces the parcel: status 201 or 200."""
    if sender != "ada":
        response.status_code = 201
        response.headers["Location"] = f"/parcels/{sender}"
    return new


@router.get("/scalar/{kind}")
async def scalar(kind: str) -> Any:
    return {"null": None, "number": 7, "text": "Grüß Gott", "list": [1, [2, [3]]]}[kind]


def large(rows: int) -> Any:
    return [{"number": number, "square": number * number, "word": NUMBERS[number % 10]} for number in range(rows)]


async def empty() -> None:
    return None


for path, handler, options in (
    ("/large", large, {}),
    ("/empty", empty, {"status_code": 204}),
    ("/accepted", lambda: {"accepted": True}, {"status_code": 202}),
    ("/plain", lambda: "plain, with an ü and a ✓\n", {"response_class": PlainTextResponse}),
    ("/html", lambda: "<h1>Hello</h1>", {"response_class": HTMLResponse}),
    ("/latin-1", lambda: Response("déjà vu".encode("latin-1"), media_type="text/plain; charset=iso-8859-1"), {}),
    ("/bytes", lambda: Response(bytes(range(256)), media_type="application/x-bytes"), {}),
    ("/untyped", lambda: Response(b"no type at all"), {}),
    ("/file", lambda: FileResponse(POEM, media_type="text/plain", filename="poem.txt"), {}),
    ("/moved", lambda: RedirectResponse("/items"), {}),
    (
        "/over-a-mebibyte",
        lambda: PlainTextResponse("0123456789abcdef" * 65536, headers={"Content-Encoding": "identity"}),
        {},
    ),
):
    router.add_api_route(path, handler, **options)


@router.get("/stream/sync")
def stream_sync() -> StreamingResponse:
    def lines() -> Iterator[str]:
        for number in NUMBERS:
            yield f"{number}\n"

    return StreamingResponse(lines(), media_type="text/plain")


@router.get("/stream/async")
async def stream_async() -> StreamingResponse:
    async def lines() -> AsyncIterator[bytes]:
        for number in NUMBERS:
            await asyncio.sleep(0)
            yield f'{{"number": "{number}"}}\n'.encode()

    return StreamingResponse(lines(), media_type="application/x-ndjson", headers={"X-Lines": "10"})


@router.get("/stream/calls")
def stream_calls() -> StreamingResponse:
    """Calls the upstream while it streams the response."""

    def lines() -> Iterator[str]:
        for post in (1, 2):
            yield in_text(f"/posts/{post}") + "\n"

    return StreamingResponse(lines(), media_type="text/plain")


@router.get("/stream/passed-on")
async def stream_passed_on(client: Client) -> StreamingResponse:
    """Passes the upstream's stream on. Its connection is released after the last part."""
    response = await client.send(client.build_request("GET", "/lines/3"), stream=True)
    passed_on: dict[str, Any] = {
        "status_code": int(response.status_code),
        "media_type": response.headers["Content-Type"],
    }
    return StreamingResponse(response.aiter_bytes(), **passed_on, background=BackgroundTask(response.aclose))


@router.get("/events")
async def events() -> StreamingResponse:
    async def counted() -> AsyncIterator[str]:
        for number in NUMBERS[:3]:
            yield f"event: count\ndata: {number}\n\n"

    return StreamingResponse(counted(), media_type="text/event-stream")


@router.get("/answer-headers")
async def answer_headers() -> Response:
    response = JSONResponse({"headers": 2}, headers={"X-Answer": "of the handler"})
    response.set_cookie("one", "1", samesite="strict")
    response.set_cookie("two", "2", path="/two")
    return response


@router.get("/missing")
async def missing() -> None:
    raise HTTPException(404, {"what": "no such thing"}, {"X-Error": "yes"})


@router.get("/broken")
async def broken() -> None:
    raise ZeroDivisionError("on purpose")


@router.get("/background")
async def background(tasks: BackgroundTasks, client: Client) -> Any:
    """Two tasks run after the response, in order. The first calls the upstream, the second passes on the result."""
    found: list[str] = []

    def first(path: str) -> None:
        found.append(in_text(path))

    async def second() -> None:
        await client.post("/users", json={"name": "audit", "found": found[0]})

    tasks.add_task(first, "/posts/1")
    tasks.add_task(second)
    return {"answered": "before its tasks"}
