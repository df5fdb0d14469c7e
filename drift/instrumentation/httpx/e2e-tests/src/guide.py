"""Features from httpx's guide that no other module covers."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import anyio
import httpx
from flask import Blueprint, Response, jsonify
from outside import CALL_LIMIT_S, NOWHERE, TLS, UPSTREAM, asking, async_client, client, fetch, here, run, shown

bp = Blueprint("guide", __name__, url_prefix="/guide")
MUCH = "/much/300000"


@bp.get("/json/<way>")
def json_parameters(way: str) -> Response:
    """json() with parameters of json.loads(); and a chained call."""
    body = asking(way)("get", "/weather?city=Oslo").json(parse_int=lambda digits: f"{digits} degrees")
    return jsonify(body=body, name=asking(way)("get", "/users/2").raise_for_status().json()["name"])


FAILING: dict[str, dict[str, Any]] = {
    "status": {"url": "/status/404"},
    "refused": {"url": NOWHERE},
    "slow": {"url": "/slow/3.0", "timeout": httpx.Timeout(CALL_LIMIT_S, read=0.05)},
}


@bp.get("/caught/<what>/<way>")
def caught(what: str, way: str) -> Response:
    """Errors that HTTPError catches, and their classes."""
    try:
        response = asking(way)("get", **FAILING[what]).raise_for_status()
    except httpx.HTTPError as error:
        classes = [each.__name__ for each in type(error).__mro__ if issubclass(each, httpx.HTTPError)]
        return jsonify(classes=classes, of=here(str(error.request.url)))
    return jsonify(status=int(response.status_code))


@bp.get("/not-caught")
def not_caught() -> Response:
    return jsonify(shown(asking("client")("get", "http://upstream:port/")))


@bp.get("/download/<any(client, async):way>")
def download(way: str) -> Response:
    """The number of bytes received during a download. After the first part it is not complete."""

    async def asked(http_client: httpx.AsyncClient) -> Any:
        async with http_client.stream("GET", MUCH) as response:
            return progress(response, [response.num_bytes_downloaded async for _ in response.aiter_bytes()])

    if way == "async":
        return jsonify(run(asked))
    with client() as http_client, http_client.stream("GET", MUCH) as response:
        return jsonify(progress(response, [response.num_bytes_downloaded for _ in response.iter_bytes()]))


def progress(response: httpx.Response, seen: list[int]) -> dict[str, Any]:
    size = int(response.headers["content-length"])
    return {"size": size, "grew": 0 < seen[0] < size}


@bp.get("/upload/<any(client, async):way>")
def upload(way: str) -> Response:
    """The number of bytes sent, counted by the iterator that provides the body."""
    sent: list[int] = []

    def parts() -> Iterator[bytes]:
        for part in (b"one ", b"two ", b"three"):
            sent.append(len(part))
            yield part

    async def parts_async() -> AsyncIterator[bytes]:
        for part in parts():
            yield part

    content = parts_async() if way == "async" else parts()
    return jsonify(fetch(way, "post", "/echo", content=content), sent)


@bp.get("/proxy-by-mount")
def proxy_by_mount() -> Response:
    """A proxy for some addresses and none for others, with mounts."""
    through = httpx.HTTPTransport(proxy=httpx.Proxy(UPSTREAM, auth=("ada", "secret"), headers={"X-By": "proxy"}))
    ways: dict[str, Any] = {"all://*.example": through, "all://none.example": None}
    with client(mounts=ways) as http_client:
        return jsonify(shown(http_client.get("http://shop.example/users/1")), shown(http_client.get("/users/2")))


@bp.get("/target")
def target() -> Response:
    return jsonify(fetch("client", "get", "/target/of-url", extensions={"target": b"/target/of-extension?q=1"}))


@bp.get("/explicit/<any(client, async):way>")
def explicit(way: str) -> Response:
    """An explicit transport, with connection retries and a local address."""
    kind: Any = httpx.AsyncHTTPTransport if way == "async" else httpx.HTTPTransport
    transport = kind(verify=TLS, retries=1, local_address="127.0.0.1")
    return jsonify(shown(asking(way, transport=transport)("get", "/users/1")))


class CustomAsyncClient(httpx.AsyncClient):
    """A subclass of AsyncClient that adds to each request."""

    async def request(self, method: str, url: Any, **more: Any) -> httpx.Response:
        response = await super().request(method, url, **{**more, "headers": {"X-Own": method}})
        return response.raise_for_status()


@bp.get("/own-async")
def own_async() -> Response:
    async def asked() -> Any:
        async with CustomAsyncClient(base_url=UPSTREAM, timeout=CALL_LIMIT_S, verify=TLS) as client:
            return [shown(await client.get("/echo")), shown(await client.post("/echo", content=b"tea"))]

    return jsonify(asyncio.run(asked()))


@bp.get("/anyio")
def by_anyio() -> Response:
    """An event loop that anyio runs, and a client that is closed explicitly."""

    async def asked() -> Any:
        http_client = async_client()
        try:
            return [shown(await http_client.get("/users/1")), http_client.is_closed]
        finally:
            await http_client.aclose()

    return jsonify(anyio.run(asked))


@bp.get("/asked-until/<way>")
def asked_until(way: str) -> Response:
    """Retries the same call until it succeeds, at the third attempt."""
    found = []
    for _ in range(5):
        response = asking(way)("get", f"/flaky/{way}/2")
        found.append([response.is_success, shown(response)])
        if response.is_success:
            break
    return jsonify(found)


@bp.get("/logged/<any(client, async):way>")
def logged(way: str) -> Response:
    """The log lines of httpx for a call, as a handler gets them."""
    with log_of("httpx") as lines:
        asking(way)("get", "/users/1")
    return jsonify([here(line) for line in lines])


@contextlib.contextmanager
def log_of(name: str) -> Iterator[list[str]]:
    """Yields a list to which the lines are added that a library logs."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger(name)
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)


@bp.get("/encoding-found")
def encoding_found() -> Response:
    """A function detects the encoding if the response declares none."""
    guess = {"default_encoding": lambda content: "latin-1" if b"\xe9" in content else "utf-8"}
    order = {"body": "déjà vu", "header": "Content-Type: text/x-own", "charset": "latin-1"}
    return jsonify(text=asking("client", **guess)("get", "/answer", params=order).text)


@bp.get("/form-in-parts/<way>")
def form_in_parts(way: str) -> Response:
    """A multipart form without files."""
    parts = {"note": (None, "hot"), "json": (None, b'{"n":1}', "application/json")}
    kind = {"Content-Type": "multipart/form-data; boundary=here"}
    return jsonify(fetch(way, "post", "/echo", files=parts, headers=kind))
