"""FastAPI's features besides plain handlers: WebSockets, static files, documentation, error handlers."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Optional

from calls_requests import fetch, shown
from fastapi import APIRouter, Depends, FastAPI, Request, WebSocket, WebSocketException
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from fastapi.middleware.wsgi import WSGIMiddleware
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, Field

router = APIRouter()
documented = APIRouter(prefix="/catalogue", tags=["shop"])


def room_of(room: str) -> str:
    if room == "closed":
        raise WebSocketException(1008, "the room is closed")
    return room


@router.websocket("/socket/{room}")
async def talk(socket: WebSocket, room: Annotated[str, Depends(room_of)], lang: str = "en") -> None:
    """Echoes each message; for a number, sends the upstream's user of that id."""
    await socket.accept(headers=[(b"x-room", room.encode())])
    async for said in socket.iter_json():
        reply = shown(await socket.app.state.client.get(f"/users/{said}")) if isinstance(said, int) else said
        await socket.send_json({"room": room, "lang": lang, "said": reply})


async def messages_of(app: FastAPI, path: str, query: bytes, said: Iterable[Any]) -> list[Any]:
    """Returns the messages that `app` sends to a client that connects, sends `said` and disconnects.

    The client is inside the process: replay has no network, and the SDK would warn about a client of its own server. So
    the server's WebSocket protocol (uvicorn's) is not covered; the SDK does not touch it."""
    coming = [{"type": "websocket.connect"}]
    coming += [{"type": "websocket.receive", "text": json.dumps(one)} for one in said]
    messages = iter([*coming, {"type": "websocket.disconnect", "code": 1000}])
    sent: list[Any] = []

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "websocket", "scheme": "ws", "asgi": {"version": "3.0"}, "http_version": "1.1", "extensions": {}}
    where = {"path": path, "raw_path": path.encode(), "query_string": query, "root_path": "", "state": {}}
    ends = {"client": ("127.0.0.1", 9), "server": ("127.0.0.1", 9), "headers": [], "subprotocols": []}
    await app({**scope, **where, **ends}, receive, send)
    return sent


@router.post("/sockets/{room}")
async def over_socket(room: str, said: list[Any], request: Request) -> Any:
    first, *rest = await messages_of(request.app, f"/socket/{room}", request.scope["query_string"], said)
    responses = [json.loads(message["text"]) for message in rest if "text" in message]
    headers = [[name.decode(), value.decode()] for name, value in first.get("headers", [])]
    return {"first": first["type"], "code": first.get("code"), "headers": headers, "answers": responses}


class Entry(BaseModel):
    name: str = Field(min_length=1, examples=["tea"])
    price: float = Field(gt=0, description="in whole coins or less")


@documented.get("/today", summary="What there is today")
async def today() -> list[Entry]:
    return [Entry(name="tea", price=2.5)]


def schema() -> dict[str, Any]:
    """The schema of one router; the schema of all handlers would be too long."""
    found = get_openapi(title="The shop", version="2.0", routes=documented.routes)
    found["info"]["x-logo"] = {"url": "/static/logo"}
    return found


class SoldOut(Exception):
    def __init__(self, item: str, *, gone: bool) -> None:
        super().__init__(item)
        self.item, self.gone = item, gone


async def sold_out(request: Request, error: Exception) -> JSONResponse:
    """An error handler that calls the upstream. If it responds with a success status, the SDK records it."""
    assert isinstance(error, SoldOut)  # noqa: S101 - registered only for this class
    if error.gone:
        return JSONResponse({"gone": error.item}, 410)
    keeper = await request.app.state.client.get("/users/2")
    return JSONResponse({"sold_out": error.item, "ask": shown(keeper)}, 202, {"Retry-After": "60"})


@router.get("/sold-out/{item}")
def ask_for(item: str, gone: bool = False, shelf: Optional[int] = None) -> Any:
    raise SoldOut(item, gone=gone)


async def named(scope: Any, receive: Any, send: Any) -> None:
    await PlainTextResponse(f"for {scope['path'].rpartition('/')[2]}")(scope, receive, send)


def old(environ: Any, start_response: Any) -> Any:
    """A WSGI application, which runs in a thread and calls the upstream."""
    user = fetch("/users/1")
    start_response("200 OK", [("Content-Type", "application/json"), ("X-Old", "yes")])
    return [json.dumps({"path": environ["PATH_INFO"], "user": user}).encode()]


def mount(app: FastAPI) -> None:
    app.include_router(documented)
    app.add_exception_handler(SoldOut, sold_out)
    app.mount("/static", StaticFiles(directory=Path(__file__).with_name("static")), name="static")
    app.mount("/trusted", TrustedHostMiddleware(named, allowed_hosts=["127.0.0.1", "localhost"]))
    app.mount("/old", WSGIMiddleware(old))
    app.openapi = schema  # type: ignore[method-assign]
