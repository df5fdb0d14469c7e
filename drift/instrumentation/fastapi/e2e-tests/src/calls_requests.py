"""Calls through requests in sync handlers, which FastAPI runs in threads; and the functions that convert a response of
the upstream to JSON.
"""

import os
import ssl
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, Union

import httpx
import requests
from fastapi import APIRouter

router = APIRouter(prefix="/requests")
UPSTREAM = os.environ.get("UPSTREAM_URL", "http://127.0.0.1:9180")
NOWHERE = "http://127.0.0.1:9/"
"""Nothing listens on port 9 of loopback."""
CALL_LIMIT_S = 5
MODE = os.environ.get("TUSK_DRIFT_MODE", "")
STEP = -1 if MODE == "REPLAY" else 1
"""For `calls[::STEP]`. In replay the calls are made in reverse order, as a scheduler might do: responses
given in the order of the recording would be swapped."""
ENCODINGS = ("content-encoding", "transfer-encoding")
"""Replay lacks these headers, because the SDK has decoded the body."""
TLS = ssl.create_default_context()
"""Shared by all httpx clients: creating one takes longer than the rest of a request."""

Answer = Union[httpx.Response, requests.Response]


def heading(response: Answer, *left_out: str) -> dict[str, Any]:
    """Returns status, reason and headers of a response, without the headers in `left_out`.

    Without httpx's reason phrase, which replay derives from the status: the handler `detail` returns it."""
    without = (*ENCODINGS, *left_out)
    headers = {name.title(): value for name, value in response.headers.items() if name.lower() not in without}
    reason = response.reason if isinstance(response, requests.Response) else None
    return {"status": response.status_code, "reason": reason, "headers": headers}


def shown(response: Answer) -> dict[str, Any]:
    """Returns `heading` and the JSON body."""
    return {**heading(response), "url": here(str(response.url)), "body": response.json() if response.content else None}


def here(text: str) -> str:
    """Returns `text` without the upstream's address, which is new in every run."""
    return text.replace(UPSTREAM, "")


def raised(error: BaseException) -> str:
    return f"{type(error).__name__}: {here(str(error))}"


def joined(parts: Iterable[Any]) -> str:
    """Joins the parts of a stream. Their boundaries depend on TCP."""
    parts = list(parts)
    return b"".join(parts).decode() if parts and isinstance(parts[0], bytes) else "".join(parts)


def send(path: str, method: str = "GET", **sent: Any) -> requests.Response:
    return requests.request(method, UPSTREAM + path, timeout=CALL_LIMIT_S, **sent)


def fetch(path: str, method: str = "GET", **sent: Any) -> dict[str, Any]:
    return shown(send(path, method, **sent))


REQUESTS: list[tuple[str, dict[str, Any]]] = [
    ("GET", {"params": {"q": "a b", "tag": ["x", "y"]}}),
    ("POST", {"json": {"name": "Zoë", "price": 2.5}}),
    ("PUT", {"data": {"name": "Zoë", "tag": ["a", "b"]}}),
    ("PATCH", {"data": "plain ü".encode(), "headers": {"Content-Type": "text/plain; charset=utf-8"}}),
    ("DELETE", {"headers": {"X-Reason": "too old"}}),
    ("OPTIONS", {"cookies": {"theme": "dark"}}),
    ("POST", {"data": b"[1, 2", "headers": {"Content-Type": "application/json"}}),
]


@router.get("/methods")
def methods() -> Any:
    return [fetch("/echo", method, **sent) for method, sent in REQUESTS[::STEP]][::STEP]


@router.get("/once")
def once() -> Any:
    """Sends each call once, each by another function."""
    with send("/count/requests-stream", "POST", json={}, stream=True) as streamed:
        return [fetch("/count/requests-get"), shown(streamed)]


@router.get("/head")
def head() -> Any:
    response = requests.head(f"{UPSTREAM}/echo", timeout=CALL_LIMIT_S)
    return {**shown(response), "length": len(response.content)}


@router.get("/author-of/{post}")
def author_of(post: int) -> Any:
    """Each call needs the response to the previous one."""
    found = fetch(f"/posts/{post}")
    author = fetch(f"/users/{found['body']['author']}")
    return {"post": found, "author": author, "comments": fetch(f"/posts/{post}/comments")}


@router.get("/same-thrice")
def same_thrice() -> Any:
    """Makes the same call three times. Each response has its own serial."""
    return [fetch("/users/1") for _ in range(3)]


@router.get("/session")
def session() -> Any:
    """Defaults of a session, its hook, and a request that is prepared first and sent later."""
    seen: list[str] = []
    with requests.Session() as own_session:
        own_session.headers["X-Session"] = "yes"
        own_session.params = {"page": "1"}
        own_session.auth = ("ada", "secret")
        own_session.hooks["response"].append(lambda response, *_, **__: seen.append(here(response.url)))
        first = own_session.get(f"{UPSTREAM}/echo", params={"q": "2"}, timeout=CALL_LIMIT_S)
        ready = own_session.prepare_request(requests.Request("PUT", f"{UPSTREAM}/echo", json={"prepared": True}))
        second = own_session.send(ready, timeout=CALL_LIMIT_S)
    return {"answers": [shown(first), shown(second)], "seen": seen}


@router.get("/files")
def files() -> Any:
    sent = {"data": {"note": "with it"}, "files": {"file": ("a.txt", b"tea", "text/plain")}}
    return send("/echo", "POST", **sent).json()["files"]


@router.get("/stream/{way}")
def stream(way: str) -> Any:
    ways: dict[str, Callable[[requests.Response], Any]] = {
        "lines": lambda response: [line.decode() for line in response.iter_lines()],
        "content": lambda response: joined(response.iter_content(4)),
        "raw": lambda response: response.raw.read().decode(),
    }
    with send("/lines/3", stream=True) as response:
        try:
            content = ways[way](response)
        except AttributeError as error:
            content = raised(error)
        return {**heading(response), "content": content}


DETAILS: dict[str, tuple[str, Callable[[requests.Response], Any]]] = {
    "gzip": ("/gzip", lambda response: response.json()),
    "bytes": (
        "/bytes",
        lambda response: [list(response.content[:256]) == list(range(256)), response.content[256:].decode()],
    ),
    "latin-1": ("/latin-1", lambda response: [response.encoding, response.text]),
    "reason": ("/status/203", lambda response: [response.reason, response.ok]),
    "number": ("/users/1", lambda response: repr(response.status_code)),
    "elapsed": ("/users/1", lambda response: response.elapsed > timedelta(0)),
    "request": ("/users/1", lambda response: [response.request.method, response.request.headers.get("X-Sent")]),
    "cookies": ("/cookie", lambda response: dict(response.cookies)),
}


@router.get("/detail/{what}")
def detail(what: str) -> Any:
    """One attribute of a response, so that each loss in the SDK fails only one request."""
    path, look = DETAILS[what]
    response = send(path, headers={"X-Sent": "yes"})
    try:
        value = look(response)
    except AttributeError as error:
        value = raised(error)
    return {what: value, "answer": heading(response), "text": response.text}


@router.get("/redirect")
def redirect() -> Any:
    response = send("/redirect/2")
    return {**shown(response), "history": [here(hop.url) for hop in response.history]}


@router.get("/redirect/body")
def redirect_body() -> Any:
    return send("/redirect/2").json()


FAILING: dict[str, tuple[str, Any]] = {
    "refused": (NOWHERE, CALL_LIMIT_S),
    "timeout": (f"{UPSTREAM}/slow/0.2", (CALL_LIMIT_S, 0.05)),
    **{code: (f"{UPSTREAM}/status/{code}", CALL_LIMIT_S) for code in ("201", "503")},
}


@router.get("/failing/{how}")
def failing(how: str) -> Any:
    url, timeout = FAILING[how]
    try:
        response = requests.get(url, timeout=timeout)
        response.raise_for_status()
    except requests.HTTPError as error:
        return {"raised": type(error).__name__, "status": error.response.status_code}
    except requests.RequestException as error:
        return {"raised": type(error).__name__}
    return shown(response)
