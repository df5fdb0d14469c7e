"""Parts of an application: dependencies, security, routers, sub-applications; and rules of the SDK's configuration."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Annotated, Any

import httpx
import requests
from calls_httpx import Client
from calls_requests import CALL_LIMIT_S, MODE, TLS, UPSTREAM, fetch, raised, send, shown
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request, Response, Security
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import JSONResponse, PlainTextResponse, StreamingResponse
from fastapi.routing import APIRoute
from fastapi.security import (
    APIKeyHeader,
    HTTPAuthorizationCredentials,
    HTTPBasic,
    HTTPBasicCredentials,
    HTTPBearer,
    OAuth2PasswordBearer,
    OAuth2PasswordRequestForm,
    SecurityScopes,
)
from pydantic import BaseModel, Field


def noted(request: Request) -> None:
    request.state.steps.append("router")


router = APIRouter()
shop = APIRouter(prefix="/shop", dependencies=[Depends(noted)])
shelves = APIRouter(prefix="/shelves/{shelf}")


class Page:
    def __init__(self, limit: int = 10, skip: Annotated[int, Query(ge=0)] = 0) -> None:
        self.limit, self.skip = limit, skip


def steps_of(request: Request) -> Any:
    return request.state.steps


Steps = Annotated[list[str], Depends(steps_of)]


def author(post: int, steps: Steps) -> Any:
    """Two dependencies use it; FastAPI calls it once in a request and caches the result."""
    steps.append("author")
    return fetch(f"/users/{post % 3 + 1}")


def name_of(who: Annotated[Any, Depends(author)]) -> str:
    return str(who["body"]["name"])


def session_of(steps: Steps) -> Iterator[str]:
    steps.append("opened")
    yield "a session"
    steps.append("closed")


async def weather(city: str, steps: Steps) -> AsyncIterator[Any]:
    async with httpx.AsyncClient(base_url=UPSTREAM, timeout=CALL_LIMIT_S, verify=TLS) as client:
        steps.append("weather")
        yield shown(await client.get("/weather", params={"city": city}))


@router.get("/depends/class")
def depends_on_class(page: Annotated[Page, Depends()]) -> Any:
    return {"limit": page.limit, "skip": page.skip}


@router.get("/depends/{post}/{city}")
async def depends(
    who: Annotated[Any, Depends(author)],
    name: Annotated[str, Depends(name_of)],
    session: Annotated[str, Depends(session_of)],
    outside: Annotated[Any, Depends(weather)],
    steps: Steps,
) -> Any:
    return {"author": who, "name": name, "session": session, "weather": outside, "steps": list(steps)}


async def audited(client: Client, steps: Steps) -> AsyncIterator[None]:
    """Reports to the upstream after the handler has ended. `scope="function"` runs this before the response is sent: a
    later call would overlap with the next request ("background tasks" is the suite's last request)."""
    yield
    await client.post("/users", json={"name": " ".join(steps)})


@router.get("/depends/audited", dependencies=[Depends(audited, scope="function")])
async def depends_on_audit(request: Request) -> Any:
    user = shown(await request.app.state.client.get("/users/1"))
    request.state.steps.append(user["body"]["serial"])
    return user


@router.get("/secure/basic")
def secure_basic(user: Annotated[HTTPBasicCredentials, Depends(HTTPBasic())]) -> Any:
    return {"name": user.username, "password": user.password}


@router.get("/secure/bearer")
async def secure_bearer(token: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> Any:
    return {"scheme": token.scheme, "token": token.credentials}


@router.get("/secure/key")
async def secure_key(key: Annotated[str, Depends(APIKeyHeader(name="X-Key"))]) -> Any:
    return {"key": key}


@router.post("/token")
async def token(form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> Any:
    return {"access_token": f"{form.username}-{form.password}", "token_type": "bearer", "scope": " ".join(form.scopes)}


@router.get("/me")
async def me(token: Annotated[str, Depends(OAuth2PasswordBearer(tokenUrl="token"))]) -> Any:
    return {"name": token.partition("-")[0]}


async def allowed(
    needed: SecurityScopes, token: Annotated[str, Depends(OAuth2PasswordBearer(tokenUrl="token"))]
) -> list[str]:
    missing = set(needed.scopes) - set(token.split("-"))
    if missing:
        raise HTTPException(403, f"without {', '.join(sorted(missing))}", {"WWW-Authenticate": needed.scope_str})
    return needed.scopes


@router.get("/me/orders")
async def my_orders(scopes: Annotated[list[str], Security(allowed, scopes=["me", "orders"])]) -> Any:
    return {"scopes": scopes}


@shop.get("/price/{amount}")
def price(amount: float, request: Request) -> Any:
    link = str(request.url_for("shelf", shelf=3).path)
    return {"gross": round(amount * 1.2, 2), "steps": request.state.steps, "link": link}


@shelves.get("/")
async def shelf(shelf: int, request: Request) -> Any:
    return {"shelf": shelf, "steps": request.state.steps}


shop.include_router(shelves)
router.include_router(shop)


# A custom route class. It responds to invalid input with 200, because the SDK does not record a status from 400 on.


class Handled(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError as error:
                faults = [
                    {"at": [*each["loc"]], "type": each["type"], "input": each["input"]} for each in error.errors()
                ]
                return JSONResponse({"invalid": faults, "body": error.body})
            except HTTPException as error:
                return JSONResponse({"raised": error.status_code, "detail": error.detail})

        return handled


class Ticket(BaseModel):
    seat: int = Field(ge=1)
    name: str


handled = APIRouter(prefix="/handled", route_class=Handled)


@handled.post("/tickets")
async def ticket(new: Ticket, count: int = 1) -> Any:
    if new.seat > 100:
        raise HTTPException(409, f"there is no seat {new.seat} for {new.name}")
    return {"seat": new.seat, "name": new.name, "count": count}


router.include_router(handled)


@router.post("/tickets")
async def plain_ticket(new: Ticket) -> Any:
    return new


@router.get("/rules/dropped")
def dropped() -> Any:
    """An inbound rule drops the request: neither it nor its call is recorded."""
    return send("/posts/1").json()


@router.get("/rules/dropped/async")
async def dropped_async(client: Client) -> Any:
    """Like `dropped`, in the event loop, with a task for each call."""
    get = client.get
    return [shown(response) for response in await asyncio.gather(get("/users/1"), get("/users/2"))]


@router.get("/rules/masked")
async def masked(request: Request) -> Any:
    return {"password": request.headers["X-Password"]}


@router.get("/rules/call/{library}")
def call_dropped(library: str) -> Any:
    """An outbound rule blocks the call while the SDK records or replays. With the SDK off it succeeds."""
    call: Any = {"httpx": httpx, "requests": requests}[library]
    try:
        outcome = f"answered with {call.get(f'{UPSTREAM}/posts/99', timeout=CALL_LIMIT_S).json()['title']}"
    except Exception as error:
        outcome = raised(error)
    ruled = "RequestDroppedByTransform: " if MODE in ("RECORD", "REPLAY") else "answered with Post 99"
    as_ruled = outcome.startswith(ruled)
    return {"as_ruled": as_ruled, "otherwise": None if as_ruled else outcome}


def mount(app: FastAPI) -> None:
    """Mounts a FastAPI application and a bare ASGI one, with and without middleware, below `app`."""
    below = FastAPI(title="below")

    @below.get("/items/{item}")
    async def item_below(item: int, request: Request) -> Any:
        response = await app.state.client.get(f"/users/{item}")
        return {"item": item, "root": request.scope["root_path"], "user": shown(response)}

    @below.get("/plain")
    def plain_below() -> Any:
        return {"below": True}

    async def bare(scope: Any, receive: Any, send: Any) -> None:
        await PlainTextResponse(f"{scope['method']} {scope['path'].rpartition('/')[2]}")(scope, receive, send)

    app.mount("/below", below)
    app.mount("/bare", bare)
    app.mount("/zipped", GZipMiddleware(bare, minimum_size=1))
    app.mount("/compressed", GZipMiddleware(verse, minimum_size=500))


async def verse(scope: Any, receive: Any, send: Any) -> None:
    """Enough text for GZipMiddleware to compress, in one message or several."""
    lines = [f"line {number:02} of a long verse\n" for number in range(25)]
    streamed = scope["path"].endswith("/parts")
    response = (
        StreamingResponse(iter(lines), media_type="text/plain") if streamed else PlainTextResponse("".join(lines))
    )
    await response(scope, receive, send)
