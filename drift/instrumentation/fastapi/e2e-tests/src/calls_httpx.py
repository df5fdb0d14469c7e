"""Calls through httpx. Sync handlers use its sync clients, async handlers its async client."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from typing import Annotated, Any

import httpx
from calls_requests import CALL_LIMIT_S, STEP, TLS, UPSTREAM, heading, here, joined, raised, shown
from fastapi import APIRouter, Depends, Request

router = APIRouter(prefix="/httpx")
LONG = "x" * 5000
PLAIN = {"Content-Type": "text/plain"}
LENGTH = "content-length"
"""In replay, httpx adds this header to a response that was chunked."""

REQUESTS: list[tuple[str, Any, dict[str, Any]]] = [
    ("GET", None, {"params": {"q": "a b", "tag": ["x", "y"]}}),
    ("POST", None, {"json": {"name": "Zoë", "price": 2.5}}),
    ("PUT", None, {"data": {"name": "Zoë", "tag": ["a", "b"]}}),
    ("PATCH", None, {"content": "plain ü".encode(), "headers": {"Content-Type": "text/plain; charset=utf-8"}}),
    ("DELETE", None, {"headers": {"X-Reason": "too old"}}),
    ("OPTIONS", {"theme": "dark"}, {}),
]
"""Method, cookies (an option of httpx's client, not of a request), other options."""


async def shared_client(request: Request) -> httpx.AsyncClient:
    return request.app.state.client


Client = Annotated[httpx.AsyncClient, Depends(shared_client)]


def client(**options: Any) -> httpx.Client:
    return httpx.Client(base_url=UPSTREAM, timeout=CALL_LIMIT_S, verify=TLS, **options)


def async_client(**options: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=UPSTREAM, timeout=CALL_LIMIT_S, verify=TLS, **options)


def get(path: str, **sent: Any) -> httpx.Response:
    """Calls without a client."""
    return httpx.get(UPSTREAM + path, **{"timeout": CALL_LIMIT_S, "verify": TLS, **sent})


@router.get("/get")
def plain_get() -> Any:
    return shown(get("/weather", params={"city": "Oslo"}))


@router.get("/methods")
def methods() -> Any:
    found = []
    for method, cookies, sent in REQUESTS[::STEP]:
        with client(headers={"X-Client": "sync"}, cookies=cookies) as http_client:
            found.append(shown(http_client.request(method, "/echo", **sent)))
    return found[::STEP]


@router.get("/async-methods")
async def async_methods() -> Any:
    found = []
    for method, cookies, sent in REQUESTS[::STEP]:
        async with async_client(headers={"X-Client": "async"}, cookies=cookies) as client:
            found.append(shown(await client.request(method, "/echo", **sent)))
    return found[::STEP]


@router.get("/bodies")
def bodies() -> Any:
    """The calls differ only in the body; two bodies differ only at the end."""
    sent: list[dict[str, Any]] = [
        {"json": {"count": 1}},
        {"json": {"count": "1"}},
        {"data": {"tag": ["a", "b"]}},
        {"data": {"tag": ["b", "a"]}},
        {"content": f"{LONG}1"},
        {"content": f"{LONG}2"},
        {"content": b"bytes \xff"},
    ]
    with client() as http_client:
        return [shown(http_client.post("/echo", **each)) for each in sent[::STEP]][::STEP]


@router.get("/queries")
async def queries(client: Client) -> Any:
    """The calls differ only in the query."""
    sent: list[Any] = [{}, {"tag": ["a", "b"]}, {"tag": ["b", "a"]}, {"tag": "a", "empty": ""}, {"city": "Junín"}]
    return [shown(await client.get("/echo", params=each)) for each in sent[::STEP]][::STEP]


@router.get("/once")
async def once(client: Client) -> Any:
    """Sends each call once, each by another function."""
    found = [shown(get("/count/httpx-get"))]
    with httpx.stream(
        "POST", f"{UPSTREAM}/count/httpx-stream", content=b"tea", timeout=CALL_LIMIT_S, verify=TLS
    ) as response:
        response.read()
        found.append(shown(response))
    found.append(shown(await client.post("/count/httpx-async", json={})))
    async with client.stream("GET", "/count/httpx-async-stream") as response:
        await response.aread()
        found.append(shown(response))
    return found


@router.get("/head")
async def head(client: Client) -> Any:
    response = await client.head("/echo")
    return {**shown(response), "length": len(response.content)}


@router.get("/empty")
async def empty(client: Client) -> Any:
    return shown(await client.get("/empty"))


@router.get("/options")
def options() -> Any:
    """Defaults of a client, and options of a request that extend them."""
    with client(headers={"X-Of": "the client"}, params={"page": "1"}, auth=("ada", "secret")) as http_client:
        return [
            shown(http_client.get("/echo", params={"q": "2"}, headers={"X-Also": "yes"})),
            shown(http_client.get("/private")),
        ]


@router.get("/built")
async def built(client: Client) -> Any:
    """A request that is built first and sent later."""
    ready = client.build_request("POST", "/echo", json=[1, None, True])
    ready.headers["X-Built"] = "yes"
    return shown(await client.send(ready))


@router.get("/body/streamed")
def streamed_body() -> Any:
    def parts() -> Iterator[bytes]:
        yield b"one, "
        yield b"two"

    with client() as http_client:
        return shown(http_client.post("/echo", content=parts(), headers=PLAIN))


@router.get("/body/async-streamed")
async def async_streamed_body(client: Client) -> Any:
    async def parts() -> AsyncIterator[bytes]:
        yield b"one, "
        yield b"two"

    return shown(await client.post("/echo", content=parts(), headers=PLAIN))


@router.get("/body/files")
def files(boundary: str = "") -> Any:
    """With a fixed boundary, the body is the same every time."""
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"} if boundary else {}
    sent = {"data": {"note": "with it"}, "files": {"file": ("a.txt", b"tea", "text/plain")}}
    with client() as http_client:
        found = shown(http_client.post("/echo", headers=headers, **sent))
    return found if boundary else found["body"]["files"]


@router.get("/stream/{way}")
def stream(way: str) -> Any:
    ways: dict[str, Callable[[httpx.Response], Any]] = {
        "lines": lambda response: list(response.iter_lines()),
        "text": lambda response: joined(response.iter_text()),
        "bytes": lambda response: joined(response.iter_bytes(chunk_size=4)),
        "sizes": lambda response: [part.decode() for part in response.iter_bytes(chunk_size=16)],
        "read": lambda response: response.read().decode(),
        "raw": lambda response: joined(response.iter_raw()),
    }
    with client() as http_client, http_client.stream("GET", "/lines/3") as response:
        try:
            content = ways[way](response)
        except httpx.StreamError as error:
            content = type(error).__name__
        return {**heading(response, LENGTH), "content": content}


@router.get("/async-stream/{way}")
async def async_stream(way: str, client: Client) -> Any:
    async with client.stream("GET", "/lines/3") as response:
        if way == "read":
            parts: list[Any] = [await response.aread()]
        else:
            ways = {"lines": response.aiter_lines, "text": response.aiter_text, "bytes": response.aiter_bytes}
            parts = [part async for part in ways[way]()]
    return {**heading(response, LENGTH), "content": parts if way == "lines" else joined(parts)}


@router.get("/unclosed")
async def unclosed(client: Client) -> Any:
    """A stream that is closed without being read."""
    response = await client.send(client.build_request("GET", "/lines/2"), stream=True)
    await response.aclose()
    return {**heading(response, LENGTH), "closed": response.is_closed}


@router.get("/redirect/{count}")
async def redirect(count: int, client: Client) -> Any:
    response = await client.get(f"/redirect/{count}", follow_redirects=True)
    return {**shown(response), "history": [hop.status_code for hop in response.history]}


@router.get("/not-followed")
def not_followed() -> Any:
    with client() as http_client:
        response = http_client.get("/redirect/1")
        return {**heading(response), "text": response.text}


@router.get("/bytes")
def every_byte() -> Any:
    response = get("/bytes")
    content = response.content
    return {**heading(response), "bytes": list(content[:256]) == list(range(256)), "serial": content[256:].decode()}


@router.get("/image")
def image() -> Any:
    return {"type": get("/image").headers["Content-Type"]}


DETAILS: dict[str, tuple[str, Callable[[httpx.Response], Any]]] = {
    "gzip": ("/gzip", lambda response: response.json()),
    "latin-1": ("/latin-1", lambda response: [response.encoding, response.text]),
    "headers": ("/gzip", lambda response: response.headers.get("Content-Encoding")),
    "number": ("/users/1", lambda response: repr(response.status_code)),
    "reason": ("/users/1", lambda response: [response.reason_phrase, response.is_success]),
    "own-reason": ("/status/203", lambda response: response.reason_phrase),
    "elapsed": ("/users/1", lambda response: response.elapsed >= timedelta(0)),
    "version": ("/users/1", lambda response: response.http_version),
    "request": ("/users/1", lambda response: [response.request.method, response.request.headers.get("X-Sent")]),
    "cookies": ("/cookie", lambda response: dict(response.cookies)),
    "history": (
        "/redirect/2",
        lambda response: [[here(str(h.url)), h.headers.get("Location")] for h in response.history],
    ),
}


@router.get("/detail/{what}")
def detail(what: str) -> Any:
    """One attribute of a response, so that each loss in the SDK fails only one request."""
    path, look = DETAILS[what]
    with client(follow_redirects=True) as http_client:
        response = http_client.get(path, headers={"X-Sent": "yes"})
        try:
            value = look(response)
        except RuntimeError as error:
            value = raised(error)
        return {what: value, "answer": heading(response), "text": response.text}


@router.get("/cookie-jar")
def cookie_jar() -> Any:
    """A client stores cookies and sends them in later calls."""
    with client() as http_client:
        http_client.get("/cookie")
        return {"kept": dict(http_client.cookies), "sent": http_client.get("/cookie").json()["cookies"]}


@router.get("/own-transport")
def own_transport() -> Any:
    """A transport inside the process. It is recorded like any other call."""
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={"path": request.url.path}))
    with httpx.Client(transport=transport, verify=TLS, base_url="http://inside.example") as client:
        return shown(client.get("/itself"))
