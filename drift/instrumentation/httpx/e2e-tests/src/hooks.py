"""Event hooks: what a client calls before it asks, and after it was answered."""

from __future__ import annotations

from typing import Any

import httpx
from flask import Blueprint, Response, jsonify
from outside import CALL_LIMIT_S, TLS, UPSTREAM, asking, client, run, shown

bp = Blueprint("hooks", __name__, url_prefix="/hooks")


class Hooks:
    """Hooks, sync and async, that note what they see and change what is sent."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def asked(self, request: httpx.Request) -> None:
        request.headers["X-Hooked"] = "yes"
        self.seen.append(f"asked {request.method} {request.url.path} {request.content.decode()}")

    def again(self, _: httpx.Request) -> None:
        self.seen.append("asked again")

    def answered(self, response: httpx.Response) -> None:
        response.read()
        self.seen.append(f"answered {response.status_code:.0f} {response.url.path} {response.json()['method']}")

    async def asked_async(self, request: httpx.Request) -> None:
        self.asked(request)

    async def again_async(self, request: httpx.Request) -> None:
        self.again(request)

    async def answered_async(self, response: httpx.Response) -> None:
        await response.aread()
        self.answered(response)


@bp.get("/both/<any(client, async):way>")
def both(way: str) -> Response:
    """Two of a kind, in their order, for two calls; of a client that had others first."""
    note = Hooks()
    if way == "async":
        events: Any = {"request": [note.asked_async, note.again_async], "response": [note.answered_async]}

        async def asked(own: httpx.AsyncClient) -> Any:
            return [shown(await own.get("/echo")), shown(await own.post("/echo", content=b"tea"))]

        return jsonify(run(asked, event_hooks=events), note.seen)
    with client(event_hooks={"request": [lambda _: note.seen.append("never")]}) as own:
        own.event_hooks = {"request": [note.asked, note.again], "response": [note.answered]}
        found = [shown(own.get("/echo")), shown(own.post("/echo", content=b"tea"))]
    return jsonify(found, note.seen)


@bp.get("/calls")
def calls() -> Response:
    """A hook that asks the upstream itself, for what it then sends."""
    asked: list[Any] = []

    def name(request: httpx.Request) -> None:
        asked.append(shown(httpx.get(f"{UPSTREAM}/users/1", timeout=CALL_LIMIT_S, verify=TLS)))
        request.headers["X-Name"] = asked[0]["body"]["name"]

    with client(event_hooks={"request": [name]}) as own:
        return jsonify(shown(own.get("/echo")), asked)


@bp.get("/moves")
def moves() -> Response:
    """A hook that sends the call elsewhere."""

    def move(request: httpx.Request) -> None:
        request.url = request.url.copy_with(path="/users/3")

    with client(event_hooks={"request": [move]}) as own:
        return jsonify(shown(own.get("/users/2")))


@bp.get("/redirect")
def redirect() -> Response:
    """Called for each answer on the way."""
    seen: list[str] = []
    with client(follow_redirects=True, event_hooks={"response": [lambda got: seen.append(got.url.path)]}) as own:
        own.get("/redirect/1")
    return jsonify(seen)


@bp.get("/raises/<what>/<way>")
def raises(what: str, way: str) -> Response:
    """A hook that raises: before anything is sent, after any answer, or, as the manual has it, from 400 on."""

    def refuse(_: httpx.Request | httpx.Response) -> None:
        raise PermissionError("not now")

    def check(response: httpx.Response) -> None:
        response.raise_for_status()

    async def refuse_async(_: httpx.Request | httpx.Response) -> None:
        refuse(_)

    async def check_async(response: httpx.Response) -> None:
        check(response)

    refusing, checking = (refuse_async, check_async) if way == "async" else (refuse, check)
    hook = {"before": ("request", refusing), "after": ("response", refusing), "from-400": ("response", checking)}[what]
    try:
        ask = asking(way, event_hooks={hook[0]: [hook[1]]})
        return jsonify(answered=ask("get", "/status/503" if what == "from-400" else "/users/1").status_code)
    except (PermissionError, httpx.HTTPStatusError) as error:
        return jsonify(raised=type(error).__name__)
