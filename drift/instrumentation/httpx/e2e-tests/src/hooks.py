"""Event hooks, which a client calls before a request and after a response."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from flask import Blueprint, Response, jsonify
from outside import asking, client, fetch, opened, shown

bp = Blueprint("hooks", __name__, url_prefix="/hooks")


def in_async(hook: Callable[[Any], None]) -> Callable[[Any], Awaitable[None]]:
    async def called(passed: httpx.Request | httpx.Response) -> None:
        hook(passed)

    return called


@bp.get("/both/<any(client, async):way>")
def both(way: str) -> Response:
    """Two hooks of each kind, in order, for two calls of a client whose hooks have been replaced."""
    seen: list[str] = []

    def asked(request: httpx.Request) -> None:
        request.headers["X-Hooked"] = "yes"
        seen.append(f"asked {request.method} {request.url.path} {request.content.decode()}")

    def again(_: httpx.Request) -> None:
        seen.append("asked again")

    def answered(response: httpx.Response) -> None:
        response.read()
        seen.append(f"answered {response.status_code:.0f} {response.url.path} {response.json()['method']}")

    async def answered_async(response: httpx.Response) -> None:
        await response.aread()
        answered(response)

    hooks: dict[str, list[Any]] = {"request": [asked, again], "response": [answered]}
    if way == "async":
        hooks = {"request": [in_async(asked), in_async(again)], "response": [answered_async]}
    with opened(way, event_hooks={"request": [lambda _: seen.append("never")]}) as (client, ask):
        client.event_hooks = hooks
        found = [shown(ask("get", "/echo")), shown(ask("post", "/echo", content=b"tea"))]
    return jsonify(found, seen)


@bp.get("/calls")
def calls() -> Response:
    """A hook that calls the upstream itself and uses the response in the request."""
    asked: list[Any] = []

    def name(request: httpx.Request) -> None:
        asked.append(fetch("module", "get", "/users/1"))
        request.headers["X-Name"] = asked[0]["body"]["name"]

    with client(event_hooks={"request": [name]}) as http_client:
        return jsonify(shown(http_client.get("/echo")), asked)


@bp.get("/moves")
def moves() -> Response:
    def move(request: httpx.Request) -> None:
        request.url = request.url.copy_with(path="/users/3")

    with client(event_hooks={"request": [move]}) as http_client:
        return jsonify(shown(http_client.get("/users/2")))


@bp.get("/redirect")
def redirect() -> Response:
    seen: list[str] = []
    with client(
        follow_redirects=True, event_hooks={"response": [lambda got: seen.append(got.url.path)]}
    ) as http_client:
        http_client.get("/redirect/1")
    return jsonify(seen)


@bp.get("/raises/<what>/<way>")
def raises(what: str, way: str) -> Response:
    """A hook that raises: before sending, after any response, or from status 400 on as in httpx's manual."""

    def raise_it(passed: Any) -> None:
        if what == "from-400":
            passed.raise_for_status()
        else:
            raise PermissionError("not now")

    hooks = {"request" if what == "before" else "response": [in_async(raise_it) if way == "async" else raise_it]}
    try:
        response = asking(way, event_hooks=hooks)("get", "/status/503" if what == "from-400" else "/users/1")
        return jsonify(answered=response.status_code)
    except (PermissionError, httpx.HTTPStatusError) as error:
        return jsonify(raised=type(error).__name__)
