"""A FastAPI application under the Drift SDK, served by uvicorn.

drift/instrumentation/README.md lists what each module covers.

Not covered: a server's WebSocket protocol, HTTP/2, several workers.

Run by hand: TUSK_DRIFT_MODE=RECORD python src/app.py
"""

import logging
import os

from drift import TuskDrift

TuskDrift.initialize(env="e2e")
# The judge parses the SDK's log: milliseconds, levels, and the DEBUG lines that explain dropped traces.
sdk_log = logging.getLogger("drift").handlers[0]
sdk_log.setFormatter(logging.Formatter("%(asctime)s [TuskDrift] %(levelname)s %(message)s"))
sdk_log.setLevel(logging.DEBUG)
logging.getLogger("drift.core.trace_blocking_manager").setLevel(logging.DEBUG)

from collections.abc import AsyncIterator, Awaitable, Callable  # noqa: E402
from contextlib import asynccontextmanager  # noqa: E402
from importlib import import_module  # noqa: E402 - the SDK patches what is imported after it
from typing import Annotated, Any  # noqa: E402

import changing  # noqa: E402
import httpx  # noqa: E402
import served  # noqa: E402
import uvicorn  # noqa: E402
import wiring  # noqa: E402
from calls_requests import CALL_LIMIT_S, TLS, UPSTREAM, fetch, shown  # noqa: E402
from fastapi import Body, FastAPI, Request, Response  # noqa: E402
from fastapi.middleware.cors import CORSMiddleware  # noqa: E402


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, str]]:
    """Makes the calls at startup, opens the handlers' shared client, and yields the initial state of each request."""
    async with httpx.AsyncClient(base_url=UPSTREAM, timeout=CALL_LIMIT_S, verify=TLS) as client:
        app.state.client = client
        app.state.at_start = {"httpx": shown(await client.get("/users/3")), "requests": fetch("/users/2")}
        # Its body makes it differ from the other calls at startup: the CLI matches by shape, not by method.
        sent = {"at": "the start"}
        app.state.only_in_replay = await changing.only_in_replay(client, "POST", "/only-in-replay/start", json=sent)
        yield {"opened": "by the lifespan"}


class StampMiddleware:
    """ASGI middleware: adds a header to every response."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def stamped(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], (b"x-stamp", b"of the middleware")]}
            await send(message)

        await self.app(scope, receive, stamped)


app = FastAPI(lifespan=lifespan)
app.add_middleware(StampMiddleware)
app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"], allow_methods=["GET", "PUT"], max_age=60)


@app.middleware("http")
async def count_steps(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """FastAPI middleware. It calls the upstream for some paths."""
    request.state.steps = ["middleware"]
    if request.url.path.startswith("/checked/"):
        checked = await request.app.state.client.get("/users/1")
        request.state.steps.append(shown(checked))
    if request.url.path.startswith("/logged/"):  # reads the body before the handler reads it
        request.state.steps.append((await request.body()).decode())
    response = await call_next(request)
    response.headers["X-Steps"] = str(len(request.state.steps))
    return response


app.add_api_route("/health", lambda: {"status": "ok"})


@app.get("/start")
async def at_start(request: Request) -> Any:
    return request.app.state.at_start


@app.get("/lifespan")
async def lifespan_state(request: Request) -> Any:
    return {"opened": request.state.opened}


@app.get("/start/only-in-replay")
async def only_in_replay_at_start(request: Request) -> Any:
    return {"asked": request.app.state.only_in_replay}


@app.get("/checked/{what}")
async def checked(what: str, request: Request) -> Any:
    request.state.steps.append("handler")
    return {"what": what, "steps": request.state.steps}


@app.post("/logged/{what}")
async def logged(what: str, number: Annotated[int, Body(embed=True)], request: Request) -> Any:
    return {"what": what, "number": number, "steps": request.state.steps}


for theme in (
    "incoming",
    "responses",
    "served",
    "wiring",
    "changing",
    "calls_httpx",
    "clients_httpx",
    "calls_requests",
    "parallel",
):
    app.include_router(import_module(theme).router)
wiring.mount(app)
served.mount(app)


if __name__ == "__main__":
    # The official CLI sometimes stalls for 5 s, which is uvicorn's default keep-alive timeout. Go's client does not
    # retry a DELETE if the server has closed the connection.
    port = int(os.environ.get("PORT", "8000"))
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", timeout_keep_alive=75)
