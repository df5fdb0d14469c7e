"""Calls through httpx: sync handlers use its sync clients, async handlers the async ones."""

from collections.abc import AsyncIterator, Callable, Generator, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
from fastapi import APIRouter, Request
from outside import CALL_LIMIT_S, NOWHERE, TLS, UPSTREAM, heading, here, in_any_order, joined, order_of, raised, shown

router = APIRouter(prefix="/httpx")
LONG = "x" * 5000
IMPATIENT = httpx.Timeout(CALL_LIMIT_S, read=0.05)
LENGTH = "content-length"
"""Which httpx adds in replay to an answer that came without one, in chunks."""

REQUESTS: list[tuple[str, dict[str, Any]]] = [
    ("GET", {"params": {"q": "a b", "tag": ["x", "y"]}}),
    ("POST", {"json": {"name": "Zoë", "price": 2.5}}),
    ("PUT", {"data": {"name": "Zoë", "tag": ["a", "b"]}}),
    ("PATCH", {"content": "plain ü".encode(), "headers": {"Content-Type": "text/plain; charset=utf-8"}}),
    ("DELETE", {"headers": {"X-Reason": "too old"}}),
    ("OPTIONS", {"cookies": {"theme": "dark"}}),
]


def client(**options: Any) -> httpx.Client:
    return httpx.Client(base_url=UPSTREAM, timeout=CALL_LIMIT_S, verify=TLS, **options)


def async_client(**options: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=UPSTREAM, timeout=CALL_LIMIT_S, verify=TLS, **options)


@router.get("/get")
def plain_get() -> Any:
    """The shortest way: no client at all."""
    return shown(httpx.get(f"{UPSTREAM}/weather", params={"city": "Oslo"}, timeout=CALL_LIMIT_S, verify=TLS))


@router.get("/methods")
def methods() -> Any:
    def call(method: str, sent: dict[str, Any]) -> Any:
        with client(headers={"X-Client": "sync"}, cookies=sent.get("cookies")) as own:
            return shown(own.request(method, "/echo", **without_cookies(sent)))

    return in_any_order([partial(call, *each) for each in REQUESTS])


@router.get("/async-methods")
async def async_methods() -> Any:
    found = {}
    for number in order_of(REQUESTS):
        method, sent = REQUESTS[number]
        async with async_client(headers={"X-Client": "async"}, cookies=sent.get("cookies")) as own:
            found[number] = shown(await own.request(method, "/echo", **without_cookies(sent)))
    return [found[number] for number in range(len(REQUESTS))]


def without_cookies(sent: dict[str, Any]) -> dict[str, Any]:
    """httpx wants cookies of the client, not of a request."""
    return {name: value for name, value in sent.items() if name != "cookies"}


@router.get("/bodies")
def bodies() -> Any:
    """One URL and one method, and nothing but the body to tell the calls apart; two of them differ only at the end."""
    sent: list[dict[str, Any]] = [
        {"json": {"count": 1}},
        {"json": {"count": "1"}},
        {"data": {"tag": ["a", "b"]}},
        {"data": {"tag": ["b", "a"]}},
        {"content": f"{LONG}1"},
        {"content": f"{LONG}2"},
        {"content": b"bytes \xff"},
    ]
    with client() as own:
        return in_any_order([partial(lambda each: shown(own.post("/echo", **each)), each) for each in sent])


@router.get("/queries")
async def queries(request: Request) -> Any:
    """One path, and nothing but the query to tell the calls apart."""
    sent: list[Any] = [{}, {"tag": ["a", "b"]}, {"tag": ["b", "a"]}, {"tag": "a", "empty": ""}, {"city": "Junín"}]
    found = {}
    for number in order_of(sent):
        found[number] = shown(await request.app.state.client.get("/echo", params=sent[number]))
    return [found[number] for number in range(len(sent))]


@router.get("/once")
async def once(request: Request) -> Any:
    """Each is sent once, however it is sent."""
    own = request.app.state.client
    found = [shown(httpx.get(f"{UPSTREAM}/count/httpx-get", timeout=CALL_LIMIT_S, verify=TLS))]
    with httpx.stream(
        "POST", f"{UPSTREAM}/count/httpx-stream", content=b"tea", timeout=CALL_LIMIT_S, verify=TLS
    ) as answer:
        answer.read()
        found.append(shown(answer))
    found.append(shown(await own.post("/count/httpx-async", json={})))
    async with own.stream("GET", "/count/httpx-async-stream") as answer:
        await answer.aread()
        found.append(shown(answer))
    return found


@router.get("/head")
async def head(request: Request) -> Any:
    answer = await request.app.state.client.head("/echo")
    return {**shown(answer), "length": len(answer.content)}


@router.get("/empty")
async def empty(request: Request) -> Any:
    answer = await request.app.state.client.get("/empty")
    return shown(answer)


@router.get("/options")
def options() -> Any:
    """What a client adds to all its requests, and what a request adds to that."""
    with client(headers={"X-Of": "the client"}, params={"page": "1"}, auth=("ada", "secret")) as own:
        return [shown(own.get("/echo", params={"q": "2"}, headers={"X-Also": "yes"})), shown(own.get("/private"))]


@router.get("/built")
async def built(request: Request) -> Any:
    """A request that is built first and sent later."""
    own = request.app.state.client
    ready = own.build_request("POST", "/echo", json=[1, None, True])
    ready.headers["X-Built"] = "yes"
    return shown(await own.send(ready))


@router.get("/body/streamed")
def streamed_body() -> Any:
    def parts() -> Iterator[bytes]:
        yield b"one, "
        yield b"two"

    with client() as own:
        return shown(own.post("/echo", content=parts(), headers={"Content-Type": "text/plain"}))


@router.get("/body/async-streamed")
async def async_streamed_body(request: Request) -> Any:
    async def parts() -> AsyncIterator[bytes]:
        yield b"one, "
        yield b"two"

    return shown(await request.app.state.client.post("/echo", content=parts(), headers={"Content-Type": "text/plain"}))


@router.get("/body/files")
def files() -> Any:
    with client() as own:
        return shown(own.post("/echo", data={"note": "with it"}, files={"file": ("a.txt", b"tea", "text/plain")}))[
            "body"
        ]["files"]


@router.get("/body/files/boundary")
def files_with_boundary() -> Any:
    """A boundary of its own, so that the body is the same every time."""
    with client() as own:
        sent = {"data": {"note": "with it"}, "files": {"file": ("a.txt", b"tea", "text/plain")}}
        answer = own.post("/echo", headers={"Content-Type": "multipart/form-data; boundary=here"}, **sent)
        return shown(answer)


@router.get("/stream/{way}")
def stream(way: str) -> Any:
    ways: dict[str, Callable[[httpx.Response], Any]] = {
        "lines": lambda answer: list(answer.iter_lines()),
        "text": lambda answer: joined(answer.iter_text()),
        "bytes": lambda answer: joined(answer.iter_bytes(chunk_size=4)),
        "sizes": lambda answer: [part.decode() for part in answer.iter_bytes(chunk_size=16)],
        "read": lambda answer: answer.read().decode(),
        "raw": lambda answer: joined(answer.iter_raw()),
    }
    with client() as own, own.stream("GET", "/lines/3") as answer:
        return got(answer, lambda: ways[way](answer))


@router.get("/async-stream/{way}")
async def async_stream(way: str, request: Request) -> Any:
    async with request.app.state.client.stream("GET", "/lines/3") as answer:
        if way == "read":
            parts: list[Any] = [await answer.aread()]
        else:
            ways = {"lines": answer.aiter_lines, "text": answer.aiter_text, "bytes": answer.aiter_bytes}
            parts = [part async for part in ways[way]()]
    return {**heading(answer, LENGTH), "content": parts if way == "lines" else joined(parts)}


@router.get("/unclosed")
async def unclosed(request: Request) -> Any:
    """A stream that nobody reads, closed by hand."""
    own = request.app.state.client
    answer = await own.send(own.build_request("GET", "/lines/2"), stream=True)
    await answer.aclose()
    return {**heading(answer, LENGTH), "closed": answer.is_closed}


def got(answer: httpx.Response, content: Callable[[], Any]) -> Any:
    try:
        found = content()
    except httpx.StreamError as error:
        found = type(error).__name__
    return {**heading(answer, LENGTH), "content": found}


@router.get("/redirect/{count}")
async def redirect(count: int, request: Request) -> Any:
    answer = await request.app.state.client.get(f"/redirect/{count}", follow_redirects=True)
    return {**shown(answer), "history": [hop.status_code for hop in answer.history]}


@router.get("/not-followed")
def not_followed() -> Any:
    with client() as own:
        answer = own.get("/redirect/1")
        return {**heading(answer), "text": answer.text}


@router.get("/bytes")
def every_byte() -> Any:
    answer = httpx.get(f"{UPSTREAM}/bytes", timeout=CALL_LIMIT_S, verify=TLS)
    content = answer.content
    return {**heading(answer), "bytes": list(content[:256]) == list(range(256)), "serial": content[256:].decode()}


@router.get("/image")
def image() -> Any:
    return {"type": httpx.get(f"{UPSTREAM}/image", timeout=CALL_LIMIT_S, verify=TLS).headers["Content-Type"]}


DETAILS: dict[str, tuple[str, Callable[[httpx.Response], Any]]] = {
    "gzip": ("/gzip", lambda answer: answer.json()),
    "latin-1": ("/latin-1", lambda answer: [answer.encoding, answer.text]),
    "headers": ("/gzip", lambda answer: answer.headers.get("Content-Encoding")),
    "number": ("/users/1", lambda answer: repr(answer.status_code)),
    "reason": ("/users/1", lambda answer: [answer.reason_phrase, answer.is_success]),
    "own-reason": ("/status/203", lambda answer: answer.reason_phrase),
    "elapsed": ("/users/1", lambda answer: answer.elapsed >= timedelta(0)),
    "version": ("/users/1", lambda answer: answer.http_version),
    "request": ("/users/1", lambda answer: [answer.request.method, answer.request.headers.get("X-Sent")]),
    "cookies": ("/cookie", lambda answer: dict(answer.cookies)),
    "history": ("/redirect/2", lambda answer: [[here(str(h.url)), h.headers.get("Location")] for h in answer.history]),
}


@router.get("/detail/{what}")
def detail(what: str) -> Any:
    """One thing of an answer, so that what the SDK loses of it is one request's."""
    path, look = DETAILS[what]
    with client(follow_redirects=True) as own:
        answer = own.get(path, headers={"X-Sent": "yes"})
        try:
            found = look(answer)
        except RuntimeError as error:
            found = raised(error)
        return {what: found, "answer": heading(answer), "text": answer.text}


@router.get("/cookie-jar")
def cookie_jar() -> Any:
    """A client keeps the cookies that it is given, and sends them again."""
    with client() as own:
        own.get("/cookie")
        return {"kept": dict(own.cookies), "sent": own.get("/cookie").json()["cookies"]}


@router.get("/hooks")
def hooks() -> Any:
    seen: list[Any] = []

    def asked(request: httpx.Request) -> None:
        request.headers["X-Hooked"] = "yes"
        seen.append(f"asked {request.method} {request.url.path}")

    def answered(response: httpx.Response) -> None:
        response.read()
        seen.append(f"answered {response.url.path} {response.json()['method']}")

    hooked = {"request": [asked, lambda _: seen.append("asked again")], "response": [answered]}
    with client(event_hooks=hooked) as own:
        answers = [shown(own.get("/echo")), shown(own.post("/echo", json={}))]
    return {"answers": answers, "seen": seen}


@router.get("/async-hooks")
async def async_hooks() -> Any:
    seen: list[Any] = []

    async def asked(request: httpx.Request) -> None:
        request.headers["X-Hooked"] = "yes"
        seen.append(f"asked {request.method} {request.url.path}")

    async def asked_again(_: httpx.Request) -> None:
        seen.append("asked again")

    async def answered(response: httpx.Response) -> None:
        await response.aread()
        seen.append(f"answered {response.url.path} {response.json()['method']}")

    async with async_client(event_hooks={"request": [asked, asked_again], "response": [answered]}) as own:
        answers = [shown(await own.get("/echo")), shown(await own.post("/echo", json={}))]
    return {"answers": answers, "seen": seen}


@router.get("/hook-raises")
def hook_raises() -> Any:
    """As the manual of httpx has it: a hook that raises for every answer from 400 on."""

    def check(response: httpx.Response) -> None:
        response.read()
        response.raise_for_status()

    with client(event_hooks={"response": [check]}) as own:
        try:
            return shown(own.get("/status/503"))
        except httpx.HTTPStatusError as error:
            return {"raised": error.response.status_code}


class Signed(httpx.Auth):
    """Signs what it sends."""

    requires_request_body = True

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["X-Signature"] = str(len(request.content))
        yield request


class OnChallenge(httpx.Auth):
    """Sends credentials only when asked for them: two requests, one call."""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        response = yield request
        if response.status_code == 401:
            request.headers["Authorization"] = "Basic YWRhOnNlY3JldA=="
            yield request


@router.get("/auth/{kind}")
def auth(kind: str) -> Any:
    chosen: Any = {"basic": ("ada", "secret"), "signed": Signed(), "challenge": OnChallenge()}[kind]
    with client(auth=chosen) as own:
        answer = own.post("/echo", content=b"signed") if kind == "signed" else own.get("/private")
        return {**shown(answer), "challenges": len(answer.history)}


@router.get("/async-auth")
async def async_auth(request: Request) -> Any:
    return shown(await request.app.state.client.get("/private", auth=httpx.BasicAuth("grace", "secret")))


@router.get("/own-transport")
def own_transport() -> Any:
    """Answered in the process itself, and recorded like any other."""
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={"path": request.url.path}))
    with httpx.Client(transport=transport, verify=TLS, base_url="http://inside.example") as own:
        return shown(own.get("/itself"))


def outcome(call: Callable[[], httpx.Response]) -> Any:
    try:
        return shown(call().raise_for_status())
    except httpx.HTTPStatusError as error:
        return {"raised": type(error).__name__, "answer": shown(error.response)}
    except httpx.HTTPError as error:
        return {"raised": type(error).__name__}


async def async_outcome(request: Request, url: str, **options: Any) -> Any:
    try:
        return shown((await request.app.state.client.get(url, **options)).raise_for_status())
    except httpx.HTTPStatusError as error:
        return {"raised": type(error).__name__, "answer": shown(error.response)}
    except httpx.HTTPError as error:
        return {"raised": type(error).__name__}


@router.get("/status/{code}")
def status(code: int) -> Any:
    return outcome(lambda: httpx.get(f"{UPSTREAM}/status/{code}", timeout=CALL_LIMIT_S, verify=TLS))


@router.get("/async-status/{code}")
async def async_status(code: int, request: Request) -> Any:
    return await async_outcome(request, f"/status/{code}")


@router.get("/refused")
def refused() -> Any:
    return outcome(lambda: httpx.get(NOWHERE, timeout=CALL_LIMIT_S, verify=TLS))


@router.get("/async-refused")
async def async_refused(request: Request) -> Any:
    return await async_outcome(request, NOWHERE)


@router.get("/timeout")
def timeout() -> Any:
    return outcome(lambda: httpx.get(f"{UPSTREAM}/slow/0.2", timeout=IMPATIENT, verify=TLS))


@router.get("/async-timeout")
async def async_timeout(request: Request) -> Any:
    return await async_outcome(request, "/slow/0.2", timeout=IMPATIENT)


@router.get("/too-many-redirects")
def too_many_redirects() -> Any:
    with client(follow_redirects=True, max_redirects=1) as own:
        return outcome(lambda: own.get("/redirect/3"))
