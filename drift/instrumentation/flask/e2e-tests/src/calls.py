"""Outbound calls through `requests`."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any

import requests
from flask import Blueprint, Response, jsonify, request
from opentelemetry import context

UPSTREAM = os.environ.get("UPSTREAM_URL", "http://127.0.0.1:9180")
NOWHERE = "http://127.0.0.1:9/"  # nothing listens on port 9 of loopback
MODE = os.environ.get("TUSK_DRIFT_MODE", "")
CALL_LIMIT_S = 5
ENCODINGS = ("Content-Encoding", "Transfer-Encoding")  # replay lacks them, because the SDK has decoded the body

bp = Blueprint("calls", __name__)


def heading(response: requests.Response) -> dict[str, Any]:
    """Returns status, reason and headers."""
    return {
        "status": response.status_code,
        "reason": response.reason,
        "headers": {name: value for name, value in response.headers.items() if name not in ENCODINGS},
    }


def shown(response: requests.Response) -> dict[str, Any]:
    """Returns everything of a JSON response."""
    return {
        **heading(response),
        "ok": response.ok,
        "url": response.url[len(UPSTREAM) :],
        "length": int(response.headers["Content-Length"]) == len(response.content),
        "body": response.json(),
    }


def send(path: str, method: str = "GET", **sent: Any) -> requests.Response:
    return requests.request(method, UPSTREAM + path, timeout=CALL_LIMIT_S, **sent)


def fetch(path: str, method: str = "GET", **sent: Any) -> Any:
    return shown(send(path, method, **sent))


def in_text(path: str) -> str:
    """Returns the result of `fetch` as text, with the status as an int: in replay it is a float."""
    found = fetch(path)
    return json.dumps({**found, "status": int(found["status"])}, sort_keys=True)


def in_any_order(*calls: dict[str, Any]) -> Response:
    """Returns the responses to `calls` in their order.

    In replay the calls are made in reverse order: a call that is matched by its position in the recording, not by its
    content, gets the response to another one."""
    step = -1 if MODE == "REPLAY" else 1
    return jsonify([fetch(**{"path": "/echo", **call}) for call in calls[::step]][::step])


@bp.get("/weather/<city>")
def weather(city: str) -> Response:
    return jsonify(fetch("/weather", params={"city": city}))


@bp.get("/author-of/<int:post>")
def author_of(post: int) -> Response:
    """Each call needs the response to the previous one."""
    found = fetch(f"/posts/{post}")
    author = fetch(f"/users/{found['body']['author']}")
    return jsonify(post=found, author=author, comments=fetch(f"/posts/{post}/comments"))


@bp.get("/twice")
def twice() -> Response:
    """Makes the same call three times. The upstream's responses differ."""
    return jsonify([fetch("/posts/1") for _ in range(3)])


@bp.get("/dashboard")
def dashboard() -> Response:
    """Concurrent calls. Each thread gets the OpenTelemetry context of the request."""
    current = context.get_current()

    def in_context(path: str) -> Any:
        token = context.attach(current)
        try:
            return fetch(path)
        finally:
            context.detach(token)

    with ThreadPoolExecutor(max_workers=3) as pool:
        return jsonify(list(pool.map(in_context, ["/posts/1", "/posts/2", "/users/1"])))


@bp.get("/background")
def background() -> Response:
    """Concurrent calls in threads without context. Their responses differ between recording and replay."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        responses = list(pool.map(send, ("/users/1", "/users/2")))
    return jsonify(
        asked=[response.url[len(UPSTREAM) :] for response in responses], fine=[response.ok for response in responses]
    )


@bp.post("/users")
def create_user() -> Response:
    return jsonify(fetch("/users", "POST", json=request.get_json()))


@bp.delete("/users/<int:user>")
def delete_user(user: int) -> Response:
    return jsonify(fetch(f"/users/{user}", "DELETE"))


@bp.get("/methods")
def methods() -> Response:
    """The calls differ only in the method."""
    return in_any_order(*({"method": name} for name in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")))


@bp.get("/head")
def head() -> Response:
    response = requests.head(f"{UPSTREAM}/echo", timeout=CALL_LIMIT_S)
    return jsonify(**heading(response), size=len(response.content), answer=response.headers["x-answer"])


@bp.get("/bodies")
def bodies() -> Response:
    """The calls differ only in the body; two bodies differ only at the end."""
    long = "x" * 5000
    sent: list[dict[str, Any]] = [
        {"json": {"name": "tea", "count": 1}},
        {"json": {"name": "tea", "count": "1"}},
        {"json": [None, True, 1.5, "žluťoučký 馬 🐎"]},
        {"data": {"name": "Zoë", "tag": ["a", "b"]}},
        {"data": [("tag", "b"), ("tag", "a")]},
        {"data": f"{long}1"},
        {"data": f"{long}2"},
        {"data": "text, with an ü".encode()},
        {"data": b'{"broken": ', "headers": {"Content-Type": "application/json"}},
        {"data": '{"text": "JSON"}', "headers": {"Content-Type": "application/json"}},
    ]
    return in_any_order(*({"method": "POST", **each} for each in sent))


@bp.get("/queries")
def queries() -> Response:
    """The calls differ only in the query."""
    sent: list[Any] = [
        {},
        {"tag": ["a", "b"]},
        {"tag": ["b", "a"]},
        {"tag": "a", "none": None, "empty": ""},
        [("city", "Junín"), ("limit", 2)],
        "raw=%C3%BC&flag",
    ]
    return in_any_order(*({"params": each} for each in sent))


@bp.get("/paths")
def paths() -> Response:
    """The calls differ only in the path."""
    return in_any_order(*({"path": f"/posts/{post}"} for post in (1, 2, 3)))


@bp.get("/large-call")
def large_call() -> Response:
    response = fetch("/echo", "POST", json={"text": "ü" * 50_000, "end": True})
    text = response["body"].pop("text")
    return jsonify(size=len(text), sha256=sha256(text.encode()).hexdigest(), answer=response)


FAILING: dict[str, tuple[str, Any]] = {
    "refused": (NOWHERE, CALL_LIMIT_S),
    "too-slow": (f"{UPSTREAM}/slow/0.2", (CALL_LIMIT_S, 0.05)),
    "unavailable": (f"{UPSTREAM}/status/503", CALL_LIMIT_S),
}


@bp.get("/failing/<how>")
def failing(how: str) -> Response:
    return jsonify(outcome=outcome_of(*FAILING[how]))


@bp.get("/after-refused")
def after_refused() -> Response:
    """A failed call must not affect the next one. (`refused` in FAILING covers the error itself.)"""
    outcome_of(NOWHERE)
    return jsonify(fetch("/posts/1"))


@bp.get("/never-sent")
def never_sent() -> Response:
    """Calls that `requests` rejects before it sends anything."""
    return jsonify([outcome_of(url) for url in ("no-scheme", "ftp://upstream")])


def outcome_of(url: str, timeout: Any = CALL_LIMIT_S) -> str:
    try:
        response = requests.get(url, timeout=timeout)
        response.raise_for_status()
    except requests.HTTPError as error:
        return f"answered {error.response.status_code}"
    except requests.Timeout:
        return "too slow"
    except requests.ConnectionError:
        return "no connection"
    except requests.RequestException as error:
        return type(error).__name__
    return f"fine: {response.status_code}"
