"""Credentials of all kinds, and custom authentication classes."""

import tempfile
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any

import anyio
import httpx
from flask import Blueprint, Response, jsonify
from outside import UPSTREAM, asking, client, fetch, in_any_order, shown, with_serial_count

bp = Blueprint("authentication", __name__, url_prefix="/auth")
DIGEST = {"challenge": 'Digest realm="upstream", nonce="n0nce", qop="auth", algorithm=MD5'}


class Signed(httpx.Auth):
    requires_request_body = True

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["X-Signature"] = f"{request.method} {len(request.content)}"
        yield request


class WithToken(httpx.Auth):
    """Fetches a token, then sends the request with it: two exchanges, one call."""

    requires_response_body = True
    token = ""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        response = yield httpx.Request("GET", f"{UPSTREAM}/users/1")
        self.token = response.json()["serial"]
        request.headers["Authorization"] = f"Bearer {self.token}"
        yield request


class OnChallenge(httpx.Auth):
    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        response = yield request
        if response.status_code == 401:
            request.headers["Authorization"] = "Basic YWRhOnNlY3JldA=="
            yield request


def stamped(request: httpx.Request) -> httpx.Request:
    request.headers["X-Stamp"] = "by a function"
    return request


AUTHS: dict[str, tuple[str, dict[str, Any], Callable[[], Any]]] = {
    "basic": ("/private", {}, lambda: httpx.BasicAuth("ada", "pass:wörd")),
    "pair": ("/private", {}, lambda: ("grace", "")),
    "digest": ("/private", {"params": DIGEST}, lambda: httpx.DigestAuth("ada", "secret")),
    "token": ("/echo?kind=token", {}, WithToken),
    "challenge": ("/private", {}, OnChallenge),
    "none": ("/private", {}, lambda: None),
}


@bp.get("/all/<way>")
def every_kind(way: str) -> Response:
    return jsonify({kind: fetch(way, "get", url, auth=make(), **sent) for kind, (url, sent, make) in AUTHS.items()})


WHO: dict[str, list[dict[str, Any]]] = {
    "authentication": [{"auth": ("ada", "secret")}, {"auth": ("grace", "secret")}],
    "header": [{"headers": {"Authorization": "Bearer one"}}, {"headers": {"Authorization": "Bearer two"}}],
    "cookie": [{"headers": {"Cookie": "session=one"}}, {"headers": {"Cookie": "session=two"}}],
}


@bp.get("/told-apart/<by>")
def credentials(by: str) -> Response:
    """The calls differ only in the credentials."""
    return jsonify(with_serial_count(in_any_order(lambda sent: fetch("client", "get", "/echo", **sent), WHO[by])))


@bp.get("/stamps/<what>/<way>")
def stamps(what: str, way: str) -> Response:
    """Authentication classes that add a header without credentials."""
    auth: Any = {"signed": Signed(), "function": stamped}[what]
    return jsonify(fetch(way, "post", "/echo", content=b"four", auth=auth))


class Guarded(httpx.Auth):
    """One token for all calls, guarded by a sync or an async lock, as in httpx's guide."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._async_lock = anyio.Lock()

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        with self._lock:
            request.headers["Authorization"] = "Bearer behind a lock"
        yield request

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        async with self._async_lock:
            request.headers["Authorization"] = "Bearer behind an async lock"
        yield request


@bp.get("/guarded/<any(client, async):way>")
def guarded(way: str) -> Response:
    """The authentication is an option of the call (async), or of the client (sync)."""
    by_client, by_call = ({}, {"auth": Guarded()}) if way == "async" else ({"auth": Guarded()}, {})
    return jsonify(shown(asking(way, **by_client)("get", "/echo", **by_call)))


@bp.get("/netrc")
def netrc() -> Response:
    with tempfile.NamedTemporaryFile("w", suffix=".netrc") as file:
        file.write("default login ada password secret\n")
        file.flush()
        with client(auth=httpx.NetRCAuth(file.name)) as http_client:
            return jsonify(shown(http_client.get("/private")))


@bp.get("/history")
def history() -> Response:
    response = asking("client", auth=OnChallenge())("get", "/private")
    return jsonify([each.status_code for each in response.history])


@bp.get("/state")
def state() -> Response:
    """An authentication that keeps state for the next call."""
    token = WithToken()
    asking("client", auth=token)("get", "/echo")
    return jsonify(kept=token.token[:5])
