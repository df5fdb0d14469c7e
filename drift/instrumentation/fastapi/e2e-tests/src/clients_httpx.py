"""Hooks and authentication of httpx's clients, and calls that fail."""

from collections.abc import Callable, Generator
from typing import Any

import httpx
from calls_httpx import Client, async_client, client
from calls_requests import CALL_LIMIT_S, NOWHERE, TLS, UPSTREAM, shown
from fastapi import APIRouter

router = APIRouter(prefix="/httpx")


class Noted:
    """Event hooks that record their arguments."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def asked(self, request: httpx.Request) -> None:
        request.headers["X-Hooked"] = "yes"
        self.seen.append(f"asked {request.method} {request.url.path}")

    def asked_again(self, _: httpx.Request) -> None:
        self.seen.append("asked again")

    def answered(self, response: httpx.Response) -> None:
        response.read()
        self.seen.append(f"answered {response.url.path} {response.json()['method']}")


class AsyncNoted(Noted):
    async def asked(self, request: httpx.Request) -> None:
        super().asked(request)

    async def asked_again(self, request: httpx.Request) -> None:
        super().asked_again(request)

    async def answered(self, response: httpx.Response) -> None:
        await response.aread()
        super().answered(response)


def hooks_of(noted: Noted) -> dict[str, list[Any]]:
    return {"request": [noted.asked, noted.asked_again], "response": [noted.answered]}


@router.get("/hooks")
def hooks() -> Any:
    noted = Noted()
    with client(event_hooks=hooks_of(noted)) as http_client:
        return {
            "answers": [shown(http_client.get("/echo")), shown(http_client.post("/echo", json={}))],
            "seen": noted.seen,
        }


@router.get("/async-hooks")
async def async_hooks() -> Any:
    noted = AsyncNoted()
    async with async_client(event_hooks=hooks_of(noted)) as client:
        responses = [shown(await client.get("/echo")), shown(await client.post("/echo", json={}))]
    return {"answers": responses, "seen": noted.seen}


@router.get("/hook-raises")
def hook_raises() -> Any:
    """A hook that raises for every status from 400 on, as in httpx's manual."""

    def check(response: httpx.Response) -> None:
        response.read()
        response.raise_for_status()

    with client(event_hooks={"response": [check]}) as http_client:
        try:
            return shown(http_client.get("/status/503"))
        except httpx.HTTPStatusError as error:
            return {"raised": error.response.status_code}


class Signed(httpx.Auth):
    """Signs requests."""

    requires_request_body = True

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["X-Signature"] = str(len(request.content))
        yield request


class OnChallenge(httpx.Auth):
    """Sends credentials only after a challenge: two requests, one call."""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        response = yield request
        if response.status_code == 401:
            request.headers["Authorization"] = "Basic YWRhOnNlY3JldA=="
            yield request


@router.get("/auth/{kind}")
def auth(kind: str) -> Any:
    chosen: Any = {"basic": ("ada", "secret"), "signed": Signed(), "challenge": OnChallenge()}[kind]
    with client(auth=chosen) as http_client:
        response = http_client.post("/echo", content=b"signed") if kind == "signed" else http_client.get("/private")
        return {**shown(response), "challenges": len(response.history)}


@router.get("/async-auth")
async def async_auth(client: Client) -> Any:
    return shown(await client.get("/private", auth=httpx.BasicAuth("grace", "secret")))


def failure(error: httpx.HTTPError) -> Any:
    response = {"answer": shown(error.response)} if isinstance(error, httpx.HTTPStatusError) else {}
    return {"raised": type(error).__name__, **response}


def outcome(call: Callable[[], httpx.Response]) -> Any:
    try:
        return shown(call().raise_for_status())
    except httpx.HTTPError as error:
        return failure(error)


FAILING: dict[str, tuple[str, Any]] = {
    "refused": (NOWHERE, CALL_LIMIT_S),
    "timeout": (f"{UPSTREAM}/slow/0.2", httpx.Timeout(CALL_LIMIT_S, read=0.05)),
    **{code: (f"{UPSTREAM}/status/{code}", CALL_LIMIT_S) for code in ("201", "404", "503")},
}


@router.get("/failing/{how}")
def failing(how: str) -> Any:
    url, timeout = FAILING[how]
    return outcome(lambda: httpx.get(url, timeout=timeout, verify=TLS))


@router.get("/async-failing/{how}")
async def async_failing(how: str, client: Client) -> Any:
    url, timeout = FAILING[how]
    try:
        return shown((await client.get(url, timeout=timeout)).raise_for_status())
    except httpx.HTTPError as error:
        return failure(error)


@router.get("/too-many-redirects")
def too_many_redirects() -> Any:
    with client(follow_redirects=True, max_redirects=1) as http_client:
        return outcome(lambda: http_client.get("/redirect/3"))
