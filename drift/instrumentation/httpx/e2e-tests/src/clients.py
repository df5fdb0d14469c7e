"""Clients: their defaults, their state, and their connections."""

import os
from functools import partial
from typing import Any
from unittest import mock

import httpx
from flask import Blueprint, Response, jsonify
from outside import CALL_LIMIT_S, NOWHERE, TLS, UPSTREAM, asking, client, here, opened, shown

environment = partial(mock.patch.dict, os.environ)
bp = Blueprint("clients", __name__, url_prefix="/clients")


@bp.get("/defaults/<any(client, async):way>")
def defaults(way: str) -> Response:
    """A client's defaults, and options of a call that extend or replace them."""
    options: dict[str, Any] = {
        "headers": {"X-Of": "the client", "X-Both": "of the client", "Accept": "application/json"},
        "params": {"page": "1", "size": "5"},
        "cookies": {"theme": "dark"},
        "auth": ("ada", "secret"),
    }
    calls: list[tuple[str, dict[str, Any]]] = [
        ("get", {"params": {"q": "2", "size": "9"}, "headers": {"x-both": "of the call"}}),
        ("post", {"json": {}, "auth": None}),
        ("get", {"auth": ("grace", "s")}),
    ]
    with opened(way, **options) as (_, ask):
        return jsonify([shown(ask(verb, "/echo", **sent)) for verb, sent in calls])


@bp.get("/base-url/<way>")
def base_url(way: str) -> Response:
    """A call's URL is appended to the base URL, with or without a leading slash. An absolute URL replaces it."""
    urls = ["2/comments", "/1/comments", "", f"{UPSTREAM}/users/1"]
    base = f"{UPSTREAM}/posts/" if way == "client" else f"{UPSTREAM}/posts"
    ask = asking(way, base_url=base)
    return jsonify([shown(ask("get", url)) if url else here(str(client(base_url=base).base_url)) for url in urls])


@bp.get("/changed")
def changed() -> Response:
    with client() as http_client:
        http_client.headers["X-First"] = "1"
        http_client.params = http_client.params.set("page", "1")
        found = [shown(http_client.get("/echo"))]
        http_client.headers.update({"X-Second": "2"})
        del http_client.headers["X-First"]
        http_client.params = httpx.QueryParams()
        http_client.cookies.set("theme", "dark")
        http_client.auth = ("ada", "")
        http_client.base_url = httpx.URL(f"{UPSTREAM}/posts")
        return jsonify([*found, shown(http_client.get(f"{UPSTREAM}/echo")), shown(http_client.get("/2"))])


@bp.get("/kept/<any(once, again):when>")
def kept(when: str) -> Response:
    """One client that is never closed, for calls in several requests."""
    return jsonify(when, shown(KEPT.get("/posts/1")), shown(KEPT.get("/posts/1")))


class CustomClient(httpx.Client):
    """A subclass of Client."""

    def send(self, request: httpx.Request, **more: Any) -> httpx.Response:
        request.headers["X-Own"] = f"{request.method} {len(request.content)}"
        return super().send(request, **more)

    def user(self, number: int) -> dict[str, Any]:
        return shown(self.get(f"/users/{number}"))


KEPT = client(headers={"X-Kept": "yes"})


@bp.get("/own")
def own_class() -> Response:
    with CustomClient(base_url=UPSTREAM, timeout=CALL_LIMIT_S, verify=TLS) as client:
        return jsonify(shown(client.post("/echo", content=b"four")), client.user(3))


@bp.get("/cookie-jar/<any(client, async):way>")
def cookie_jar(way: str) -> Response:
    """A client stores cookies and sends them in later calls."""
    with opened(way) as (client, ask):
        ask("get", "/cookie")
        return jsonify([dict(client.cookies), ask("get", "/cookie").json()["cookies"]])


@bp.get("/sent-by-hand/<what>/<any(client, async, told):way>")
def sent_by_hand(what: str, way: str) -> Response:
    """With the way "told", send() gets its own options; else it must take them from its client."""
    options: dict[str, Any] = {"auth": {"auth": ("ada", "secret")}, "redirects": {"follow_redirects": True}}[what]
    given: dict[str, Any] = {"auth": httpx.BasicAuth("grace", "s"), "follow_redirects": True}
    url = "/private" if what == "auth" else "/redirect/1"
    with opened("async" if way == "async" else "client", **options) as (client, ask):
        return jsonify(shown(ask("send", client.build_request("GET", url), **(given if way == "told" else {}))))


@bp.get("/proxy")
def proxy() -> Response:
    """The upstream as a proxy, of the client and from the environment; then with trust_env off."""
    shop: dict[str, Any] = {"timeout": CALL_LIMIT_S, "verify": TLS}
    with httpx.Client(proxy=UPSTREAM, **shop) as client:
        found = [shown(client.get("http://shop.example/users/1"))]
    with (
        environment(HTTP_PROXY=UPSTREAM, http_proxy=UPSTREAM, NO_PROXY="", no_proxy=""),
        httpx.Client(**shop) as client,
    ):
        found.append(shown(client.get("http://shop.example/users/2")))
    with environment(HTTP_PROXY=NOWHERE, http_proxy=NOWHERE), httpx.Client(trust_env=False, **shop) as client:
        found.append(shown(client.get(f"{UPSTREAM}/users/3")))
    return jsonify(found)


@bp.get("/limits/<way>")
def limits(way: str) -> Response:
    """Connection limits, all kinds of time-outs, and a protocol that the upstream does not speak."""
    timeout = httpx.Timeout(CALL_LIMIT_S, connect=4, read=6, write=None)
    few = httpx.Limits(max_connections=1, max_keepalive_connections=0, keepalive_expiry=1)
    ask = asking(way, limits=few, timeout=timeout, http2=True, http1=True, trust_env=False)
    responses = [ask("get", "/users/1"), ask("get", "/users/2", timeout=None)]
    responses.append(ask("get", "/users/3", timeout=(4, 5, 6, 7)))
    return jsonify([[shown(response), response.http_version] for response in responses])


@bp.get("/traced")
def traced() -> Response:
    """The trace events of httpcore."""
    steps: list[str] = []
    response = asking("client")("get", "/users/1", extensions={"trace": lambda name, _: steps.append(name)})
    return jsonify(name=response.json()["name"], sent="http11.send_request_headers.complete" in steps)
