"""Calls that fail before sending, in transit, and while the response is read."""

import asyncio
import io
from collections.abc import Callable
from typing import Any

import httpx
from flask import Blueprint, Response, jsonify
from outside import CALL_LIMIT_S, NOWHERE, asking, async_client, client, for_async_client, outcome, raised, shown

bp = Blueprint("failing", __name__, url_prefix="/failing")

NEVER_SENT: dict[str, Callable[[Any], Any]] = {
    "port": lambda ask: ask("get", "http://upstream:port/"),
    "control character": lambda ask: ask("get", "http://upstream/a\0b"),
    "host name": lambda ask: ask("get", "http://xn--ü/"),
    "too long": lambda ask: ask("get", "http://upstream/" + "a" * 70_000),
    "JSON": lambda ask: ask("post", "/echo", json={1, 2}),
    "file": lambda ask: ask("post", "/echo", files={"file": io.StringIO("text")}),
    "header": lambda ask: ask("get", "/echo", headers={"X-Own": "é"}),
    "query": lambda ask: ask("get", "/echo", params=7),
    "content": lambda ask: ask("post", "/echo", content=7),
    "argument": lambda ask: ask("get", "/echo", body="none"),
}

SOON = httpx.Timeout(CALL_LIMIT_S, read=0.05)
WAYS_TO_FAIL: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "refused": (NOWHERE, {}, {}),
    "no-scheme": ("upstream/echo", {"base_url": ""}, {}),
    "no-protocol": ("ftp://upstream/echo", {}, {}),
    "slow": ("/slow/3.0", {}, {"timeout": SOON}),
    "slow-body": ("/drip/3.0", {}, {"timeout": SOON}),
    "redirects": ("/redirect/3", {"follow_redirects": True, "max_redirects": 1}, {}),
    "cut": ("/answer", {}, {"params": {"body": "short", "header": "Content-Length: 500"}}),
    "coding": ("/answer", {}, {"params": {"body": "not deflated", "header": "Content-Encoding: deflate"}}),
    "header": ("/echo", {}, {"headers": {"X-Lines": "one\ntwo"}}),
    "proxy": ("/echo", {"proxy": NOWHERE}, {}),
    "socks": ("/echo", {"proxy": "socks5://127.0.0.1:9"}, {}),
    "authentication": ("/echo", {}, {"auth": "ada"}),
}


@bp.get("/never-sent/<way>")
def never_sent(way: str) -> Response:
    """Calls that httpx rejects before it sends anything."""
    found = {what: outcome(lambda call=call: call(asking(way)))["raised"] for what, call in NEVER_SENT.items()}
    return jsonify({what: text if "InvalidURL" in text else text.split(":")[0] for what, text in found.items()})


@bp.get("/<way>/<what>")
def failed(way: str, what: str) -> Response:
    url, options, sent = WAYS_TO_FAIL[what]
    return jsonify(outcome(lambda: asking(way, **options)("get", url, **sent)))


@bp.get("/closed/<any(client, async):way>")
def closed(way: str) -> Response:
    """A client that is already closed."""

    async def too_late() -> httpx.Response:
        closed_client = async_client()
        await closed_client.aclose()
        return await closed_client.get("/users/1")

    if way == "async":
        return jsonify(outcome(lambda: asyncio.run(too_late())))
    with client() as closed_client:
        pass
    return jsonify(outcome(lambda: closed_client.get("/users/1")), closed_client.is_closed)


@bp.get("/opened-twice")
def opened_twice() -> Response:
    with client() as http_client:
        try:
            with http_client:
                return jsonify(raised=None)
        except RuntimeError as error:
            return jsonify({"raised": raised(error), **shown(http_client.get("/users/1"))})


@bp.get("/no-connection-left")
def no_connection_left() -> Response:
    """The only connection is used by a stream that is not read yet."""
    few = {"limits": httpx.Limits(max_connections=1), "timeout": httpx.Timeout(CALL_LIMIT_S, pool=0.05)}
    with client(**few) as http_client, http_client.stream("GET", "/lines/3"):
        return jsonify(outcome(lambda: http_client.get("/users/1")))


@bp.get("/cookie-conflict")
def cookie_conflict() -> Response:
    jar = httpx.Cookies()
    for path in ("/", "/echo"):
        jar.set("theme", path, path=path)
    try:
        return jsonify(theme=jar["theme"])
    except httpx.CookieConflict as error:
        return jsonify({"raised": raised(error), **shown(asking("client", cookies=jar)("get", "/echo"))})


@bp.get("/given-up")
@for_async_client
async def given_up(client: httpx.AsyncClient) -> Any:
    """A call that is cancelled after a time-out, and then another call."""
    outcome = "answered"
    try:
        await asyncio.wait_for(client.get("/slow/3.0"), 0.3)  # not while it connects: asyncio of 3.9 loses that
    except asyncio.TimeoutError:
        outcome = "given up"
    return [outcome, shown(await client.get("/users/1"))]


@bp.get("/then-again")
def then_again() -> Response:
    """A call with status 503, then a fallback to another URL."""
    found: list[httpx.Response] = []
    for path in ("/status/503", "/users/1"):
        if not (found and found[-1].is_success):
            found.append(asking("module")("get", path))
    return jsonify([shown(response) for response in found])
