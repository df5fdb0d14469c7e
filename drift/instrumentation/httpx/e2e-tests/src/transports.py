"""Transports of a client: inside the process, wrapping others, mounted for some addresses."""

from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

import httpx
from flask import Blueprint, Response, jsonify
from outside import TLS, asking, client, heading, shown

bp = Blueprint("transports", __name__, url_prefix="/transports")


def inside(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"path": request.url.path, "sent": request.content.decode()})


def wsgi(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    start("202 Accepted", [("Content-Type", "text/plain"), ("X-Of", "WSGI")])
    body = environ["wsgi.input"].read().decode()
    return [f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}?{environ['QUERY_STRING']} ".encode(), body.encode()]


async def asgi(scope: Any, receive: Any, send: Any) -> None:
    body = (await receive())["body"]
    headers = [(b"content-type", b"text/plain"), (b"x-of", b"ASGI")]
    await send({"type": "http.response.start", "status": 202, "headers": headers})
    await send({"type": "http.response.body", "body": scope["path"].encode() + b" ", "more_body": True})
    await send({"type": "http.response.body", "body": body})


class Counted(httpx.BaseTransport):
    def __init__(self) -> None:
        self.count, self.inner = 0, httpx.HTTPTransport(verify=TLS)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.count += 1
        request.headers["X-Count"] = str(self.count)
        return self.inner.handle_request(request)

    def close(self) -> None:
        self.inner.close()


class LetterStream(httpx.AsyncBaseTransport, httpx.AsyncByteStream):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"X-Of": request.method}, stream=self)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for letter in "letters":
            yield letter.encode()


@bp.get("/inside")
def all_inside() -> Response:
    """Nothing leaves the process. It is recorded and replayed like any other call."""

    def ask(way: str, transport: Any, verb: str, path: str, **sent: Any) -> dict[str, Any]:
        response = asking(way, transport=transport, base_url="http://inside.example", timeout=None)(verb, path, **sent)
        return {**heading(response), "text": response.text}

    sent: dict[str, Any] = {"content": "tea", "params": {"q": "ü"}}
    found = [
        ask("client", httpx.MockTransport(inside), "post", "/mock", **sent),
        ask("async", httpx.MockTransport(inside), "post", "/mock-async", **sent),
        ask("client", httpx.WSGITransport(app=wsgi), "put", "/wsgi", **sent),
        ask("async", httpx.ASGITransport(app=asgi), "patch", "/asgi", **sent),
    ]
    return jsonify([*found, ask("async", LetterStream(), "get", "/spelled")])


@bp.get("/around")
def around() -> Response:
    with client(transport=Counted()) as http_client:
        return jsonify([shown(http_client.get("/echo")), shown(http_client.get("/echo"))])


@bp.get("/run")
def counted() -> Response:
    transport = Counted()
    with client(transport=transport) as asker:
        asker.get("/users/1")
    return jsonify(count=transport.count)


@bp.get("/calls")
def calls() -> Response:
    def asked(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=asking("client")("get", "/users/1").json()["name"])

    with httpx.Client(transport=httpx.MockTransport(asked), base_url="http://inside.example") as client:
        return jsonify(name=client.get("/name").text)


@bp.get("/mounts")
def mounts() -> Response:
    own_ways = {
        "http://inside.example": httpx.MockTransport(inside),
        "all://": httpx.HTTPTransport(retries=1, verify=TLS),
    }
    with client(mounts=own_ways) as http_client:
        return jsonify(
            [
                shown(http_client.post("http://inside.example/mounted", content=b"tea")),
                shown(http_client.get("/users/2")),
            ]
        )


@bp.get("/another-host")
def another_host() -> Response:
    def moved(request: httpx.Request) -> httpx.Response:
        if request.url.host == "one.example":
            return httpx.Response(302, headers={"Location": "http://two.example/after"})
        seen = {name: request.headers.get(name) for name in ("authorization", "x-kept", "host")}
        return httpx.Response(200, json=seen)

    with httpx.Client(transport=httpx.MockTransport(moved), auth=("ada", "s"), follow_redirects=True) as client:
        response = client.get("http://one.example/before", headers={"X-Kept": "yes"})
        return jsonify(shown(response))
