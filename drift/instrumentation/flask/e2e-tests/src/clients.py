"""Further features of `requests`. Each handler uses one and responds with everything that the library returned."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import requests
from calls import CALL_LIMIT_S, UPSTREAM, fetch, heading, send, shown
from flask import Blueprint, Response, jsonify
from requests.auth import AuthBase, HTTPBasicAuth

bp = Blueprint("clients", __name__, url_prefix="/clients")


class Signed(AuthBase):
    """A custom authorization."""

    def __call__(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        prepared.headers["X-Signature"] = f"{prepared.method} {len(prepared.body or b'')}"
        return prepared


@bp.get("/session")
def session() -> Response:
    """A session's defaults apply to each of its requests."""
    with requests.Session() as own_session:
        own_session.headers.update({"X-Client": "session", "X-Dropped": "never sent"})
        own_session.params = {"key": "k1"}
        own_session.auth = ("Ada", "pass:word")
        own_session.cookies.set("theme", "dark")
        first = own_session.get(f"{UPSTREAM}/echo", headers={"X-Dropped": None}, timeout=CALL_LIMIT_S)
        second = own_session.post(
            f"{UPSTREAM}/echo", params={"page": 2}, cookies={"page": "2"}, json=1, timeout=CALL_LIMIT_S
        )
        return jsonify([shown(first), shown(second)])


@bp.get("/prepared")
def prepared() -> Response:
    """A request that is prepared, changed and sent, without and with a session's defaults."""
    plain = requests.Request("PUT", f"{UPSTREAM}/echo", params={"a": 1}, data="one", headers={"X-Client": "own"})
    with requests.Session() as session:
        session.headers["X-Session"] = "yes"
        bare, full = plain.prepare(), session.prepare_request(plain)
        bare.url += "&b=2"
        return jsonify([shown(session.send(each, timeout=CALL_LIMIT_S)) for each in (bare, full)])


@bp.get("/hooks")
def hooks() -> Response:
    """A request's hooks and their arguments."""
    seen: list[Any] = []

    def note(response: requests.Response, **options: Any) -> None:
        seen.append([shown(response), f"{options['timeout']} s, stream={options['stream']}"])

    send("/posts/1", hooks={"response": note})
    send("/posts/2", hooks={"response": [note, note]}, stream=True)
    return jsonify(seen)


@bp.get("/replacing-hook")
def replacing_hook() -> Response:
    """A hook that replaces the response, once."""

    def mark(response: requests.Response, **_: Any) -> requests.Response:
        marked = requests.Response()
        marked.status_code, marked.url, marked._content = 203, response.url, b"marked " + response.content
        return marked

    response = send("/posts/1", hooks={"response": mark})
    return jsonify(status=response.status_code, text=response.text[:16])


@bp.get("/session-hooks")
def session_hooks() -> Response:
    seen: list[Any] = []
    with requests.Session() as session:
        session.hooks["response"].append(lambda response, **_: seen.append(shown(response)))
        for post in (3, 1):
            session.get(f"{UPSTREAM}/posts/{post}", timeout=CALL_LIMIT_S)
    return jsonify(seen)


@bp.get("/files")
def files() -> Response:
    """`requests` generates a new boundary each time."""
    response = fetch("/echo", "POST", data={"name": "tea"}, files={"file": ("tea.txt", b"hot", "text/plain")})
    response["body"] = {key: response["body"][key] for key in ("form", "files", "serial")}
    return jsonify(response)


@bp.get("/streamed")
def streamed() -> Response:
    """A response read in lines, in parts, and at once."""
    with send("/lines/3", stream=True) as lines:
        by_line = [line.decode() for line in lines.iter_lines()]
    with send("/posts/2/comments", stream=True) as comments:
        parts = list(comments.iter_content(16))
    headings = [heading(lines), heading(comments)]
    sizes = [len(part) for part in parts]
    return jsonify(lines=by_line, sizes=sizes, whole=json.loads(b"".join(parts)), headings=headings)


@bp.get("/cookies")
def cookies() -> Response:
    """Cookies of a response, which the session keeps."""
    with requests.Session() as session:
        response = session.get(f"{UPSTREAM}/cookie", timeout=CALL_LIMIT_S)
        return jsonify(
            header=response.headers["Set-Cookie"],
            answer=response.cookies.get_dict(),
            session=session.cookies.get_dict(),
        )


@bp.get("/no-json")
def no_json() -> Response:
    """Text instead of JSON. `requests` guesses the encoding of text from its type by default."""
    response = send("/lines/1")
    try:
        response.json()
    except requests.JSONDecodeError as error:
        return jsonify(error=type(error).__name__, text=response.text, links=response.links, **heading(response))
    return jsonify(error=None)


def raw(response: requests.Response) -> Any:
    with response:
        return {"raw": b"Post 1" in (response.raw.read() if response.raw else b""), **heading(response)}


def as_number(response: requests.Response) -> Any:
    response.raise_for_status()
    return {"ok": response.status_code == requests.codes.ok, "true": bool(response), "answer": shown(response)}


CALLS: dict[str, Callable[[], Any]] = {
    "authorized": lambda: [
        fetch("/private", auth=HTTPBasicAuth("Grace", "")),
        fetch("/echo", "POST", auth=Signed(), data="signed"),
        fetch("/echo", headers={"Authorization": "Bearer t0ken"}),
    ],
    "generated-body": lambda: fetch("/echo", "POST", data=iter([b"one, ", b"two"])),
    "file-as-body": lambda: fetch("/echo", "PUT", data=io.BytesIO(b"from a file")),
    "generator": lambda: [*(fetch(f"/posts/{post}") for post in range(1, 7))],
}
ANSWERS: dict[str, tuple[dict[str, Any], Callable[[requests.Response], Any]]] = {
    "raw-stream": ({"path": "/posts/1", "stream": True}, raw),
    "redirects": (
        {"path": "/redirect/2", "headers": {"X-Client": "own"}},
        lambda response: {"history": [each.status_code for each in response.history], "last": shown(response)},
    ),
    "redirect": (
        {"path": "/redirect/1", "allow_redirects": False},
        lambda response: {**heading(response), "is_redirect": response.is_redirect, "text": response.text},
    ),
    "status-in-words": ({"path": "/posts/1"}, lambda response: {"status": f"answered {response.status_code}"}),
    "status-as-number": ({"path": "/posts/1"}, as_number),
    "request-of-answer": (
        {"path": "/posts/1"},
        lambda response: {
            "method": response.request.method if response.request else None,
            "took_time": response.elapsed > timedelta(0),
        },
    ),
    "gzip": ({"path": "/gzip"}, lambda response: {**heading(response), "body": response.json()}),
    "latin-1": (
        {"path": "/latin-1"},
        lambda response: {"text": response.text[:7], "bytes": response.content[:7].hex(), **heading(response)},
    ),
    "bytes": (
        {"path": "/bytes"},
        lambda response: {
            "size": len(response.content),
            "same": response.content[:256] == bytes(range(256)),
            "serial": response.content[256:].decode(),
            **heading(response),
        },
    ),
    "image": ({"path": "/image"}, lambda response: {"size": len(response.content)}),
    "empty": ({"path": "/empty"}, lambda response: {**heading(response), "size": len(response.content)}),
}


@bp.get("/<what>")
def one_call(what: str) -> Response:
    """Features that need only a call and an attribute of its response."""
    if what in CALLS:
        return jsonify(CALLS[what]())
    sent, show = ANSWERS[what]
    return jsonify(show(send(**sent)))
