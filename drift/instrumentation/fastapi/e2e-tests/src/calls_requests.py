"""Calls through requests, in sync handlers, which FastAPI runs in threads."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import requests
from fastapi import APIRouter
from outside import CALL_LIMIT_S, NOWHERE, UPSTREAM, heading, here, in_any_order, joined, raised, shown

router = APIRouter(prefix="/requests")

REQUESTS: list[tuple[str, dict[str, Any]]] = [
    ("GET", {"params": {"q": "a b", "tag": ["x", "y"]}}),
    ("POST", {"json": {"name": "Zoë", "price": 2.5}}),
    ("PUT", {"data": {"name": "Zoë", "tag": ["a", "b"]}}),
    ("PATCH", {"data": "plain ü".encode(), "headers": {"Content-Type": "text/plain; charset=utf-8"}}),
    ("DELETE", {"headers": {"X-Reason": "too old"}}),
    ("OPTIONS", {"cookies": {"theme": "dark"}}),
    ("POST", {"data": b"[1, 2", "headers": {"Content-Type": "application/json"}}),
]


def call(method: str, path: str, **sent: Any) -> requests.Response:
    return requests.request(method, UPSTREAM + path, timeout=CALL_LIMIT_S, **sent)


@router.get("/methods")
def methods() -> Any:
    return in_any_order([partial(lambda each: shown(call(each[0], "/echo", **each[1])), each) for each in REQUESTS])


@router.get("/once")
def once() -> Any:
    """Each is sent once, however it is sent."""
    with call("POST", "/count/requests-stream", json={}, stream=True) as streamed:
        return [shown(call("GET", "/count/requests-get")), shown(streamed)]


@router.get("/head")
def head() -> Any:
    answer = requests.head(f"{UPSTREAM}/echo", timeout=CALL_LIMIT_S)
    return {**shown(answer), "length": len(answer.content)}


@router.get("/author-of/{post}")
def author_of(post: int) -> Any:
    """Each call needs what the one before it answered."""
    found = shown(call("GET", f"/posts/{post}"))
    author = shown(call("GET", f"/users/{found['body']['author']}"))
    return {"post": found, "author": author, "comments": shown(call("GET", f"/posts/{post}/comments"))}


@router.get("/same-thrice")
def same_thrice() -> Any:
    """The same call three times: three answers, each with its own serial."""
    return [shown(call("GET", "/users/1")) for _ in range(3)]


@router.get("/session")
def session() -> Any:
    """What a session adds to its requests, its hook, and a request that is prepared first and sent later."""
    seen: list[str] = []
    with requests.Session() as own:
        own.headers["X-Session"] = "yes"
        own.params = {"page": "1"}
        own.auth = ("ada", "secret")
        own.hooks["response"].append(lambda answer, *_, **__: seen.append(here(answer.url)))
        first = own.get(f"{UPSTREAM}/echo", params={"q": "2"}, timeout=CALL_LIMIT_S)
        ready = own.prepare_request(requests.Request("PUT", f"{UPSTREAM}/echo", json={"prepared": True}))
        second = own.send(ready, timeout=CALL_LIMIT_S)
    return {"answers": [shown(first), shown(second)], "seen": seen}


@router.get("/files")
def files() -> Any:
    sent = {"data": {"note": "with it"}, "files": {"file": ("a.txt", b"tea", "text/plain")}}
    return call("POST", "/echo", **sent).json()["files"]


@router.get("/stream/{way}")
def stream(way: str) -> Any:
    ways: dict[str, Callable[[requests.Response], Any]] = {
        "lines": lambda answer: [line.decode() for line in answer.iter_lines()],
        "content": lambda answer: joined(answer.iter_content(4)),
        "raw": lambda answer: answer.raw.read().decode(),
    }
    with call("GET", "/lines/3", stream=True) as answer:
        try:
            content = ways[way](answer)
        except AttributeError as error:
            content = raised(error)
        return {**heading(answer), "content": content}


DETAILS: dict[str, tuple[str, Callable[[requests.Response], Any]]] = {
    "gzip": ("/gzip", lambda answer: answer.json()),
    "bytes": ("/bytes", lambda answer: [list(answer.content[:256]) == list(range(256)), answer.content[256:].decode()]),
    "latin-1": ("/latin-1", lambda answer: [answer.encoding, answer.text]),
    "reason": ("/status/203", lambda answer: [answer.reason, answer.ok]),
    "number": ("/users/1", lambda answer: repr(answer.status_code)),
    "elapsed": ("/users/1", lambda answer: answer.elapsed > timedelta(0)),
    "request": ("/users/1", lambda answer: [answer.request.method, answer.request.headers.get("X-Sent")]),
    "cookies": ("/cookie", lambda answer: dict(answer.cookies)),
}


@router.get("/detail/{what}")
def detail(what: str) -> Any:
    """One thing of an answer, so that what the SDK loses of it is one request's."""
    path, look = DETAILS[what]
    answer = call("GET", path, headers={"X-Sent": "yes"})
    try:
        found = look(answer)
    except AttributeError as error:
        found = raised(error)
    return {what: found, "answer": heading(answer), "text": answer.text}


@router.get("/redirect")
def redirect() -> Any:
    answer = call("GET", "/redirect/2")
    return {**shown(answer), "history": [here(hop.url) for hop in answer.history]}


@router.get("/redirect/body")
def redirect_body() -> Any:
    return call("GET", "/redirect/2").json()


def outcome(call: Callable[[], requests.Response]) -> Any:
    try:
        answer = call()
        answer.raise_for_status()
    except requests.HTTPError as error:
        return {"raised": type(error).__name__, "status": error.response.status_code}
    except requests.RequestException as error:
        return {"raised": type(error).__name__}
    return shown(answer)


@router.get("/status/{code}")
def status(code: int) -> Any:
    return outcome(lambda: call("GET", f"/status/{code}"))


@router.get("/refused")
def refused() -> Any:
    return outcome(lambda: requests.get(NOWHERE, timeout=CALL_LIMIT_S))


@router.get("/timeout")
def timeout() -> Any:
    return outcome(lambda: requests.get(f"{UPSTREAM}/slow/0.2", timeout=(CALL_LIMIT_S, 0.05)))
