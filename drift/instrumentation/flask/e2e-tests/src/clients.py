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

    def note(answer: requests.Response, **options: Any) -> None:
        seen.append([shown(answer), f"{options['timeout']} s, stream={options['stream']}"])

    send("/posts/1", hooks={"response": note})
    send("/posts/2", hooks={"response": [note, note]}, stream=True)
    return jsonify(seen)


@bp.get("/replacing-hook")
def replacing_hook() -> Response:
    """A hook that replaces the response, once."""

    def mark(answer: requests.Response, **_: Any) -> requests.Response:
        marked = requests.Response()
        marked.status_code, marked.url, marked._content = 203, answer.url, b"marked " + answer.content
        return marked

    answer = send("/posts/1", hooks={"response": mark})
    return jsonify(status=answer.status_code, text=answer.text[:16])


@bp.get("/session-hooks")
def session_hooks() -> Response:
    seen: list[Any] = []
    with requests.Session() as session:
        session.hooks["response"].append(lambda answer, **_: seen.append(shown(answer)))
        for post in (3, 1):
            session.get(f"{UPSTREAM}/posts/{post}", timeout=CALL_LIMIT_S)
    return jsonify(seen)


@bp.get("/files")
def files() -> Response:
    """`requests` generates a new boundary each time."""
    answer = fetch("/echo", "POST", data={"name": "tea"}, files={"file": ("tea.txt", b"hot", "text/plain")})
    answer["body"] = {key: answer["body"][key] for key in ("form", "files", "serial")}
    return jsonify(answer)


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
        answer = session.get(f"{UPSTREAM}/cookie", timeout=CALL_LIMIT_S)
        return jsonify(
            header=answer.headers["Set-Cookie"], answer=answer.cookies.get_dict(), session=session.cookies.get_dict()
        )


@bp.get("/no-json")
def no_json() -> Response:
    """Text instead of JSON. `requests` guesses the encoding of text from its type by default."""
    answer = send("/lines/1")
    try:
        answer.json()
    except requests.JSONDecodeError as error:
        return jsonify(error=type(error).__name__, text=answer.text, links=answer.links, **heading(answer))
    return jsonify(error=None)


def raw(answer: requests.Response) -> Any:
    with answer:
        return {"raw": b"Post 1" in (answer.raw.read() if answer.raw else b""), **heading(answer)}


def as_number(answer: requests.Response) -> Any:
    answer.raise_for_status()
    return {"ok": answer.status_code == requests.codes.ok, "true": bool(answer), "answer": shown(answer)}


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
        lambda answer: {"history": [each.status_code for each in answer.history], "last": shown(answer)},
    ),
    "redirect": (
        {"path": "/redirect/1", "allow_redirects": False},
        lambda answer: {**heading(answer), "is_redirect": answer.is_redirect, "text": answer.text},
    ),
    "status-in-words": ({"path": "/posts/1"}, lambda answer: {"status": f"answered {answer.status_code}"}),
    "status-as-number": ({"path": "/posts/1"}, as_number),
    "request-of-answer": (
        {"path": "/posts/1"},
        lambda answer: {
            "method": answer.request.method if answer.request else None,
            "took_time": answer.elapsed > timedelta(0),
        },
    ),
    "gzip": ({"path": "/gzip"}, lambda answer: {**heading(answer), "body": answer.json()}),
    "latin-1": (
        {"path": "/latin-1"},
        lambda answer: {"text": answer.text[:7], "bytes": answer.content[:7].hex(), **heading(answer)},
    ),
    "bytes": (
        {"path": "/bytes"},
        lambda answer: {
            "size": len(answer.content),
            "same": answer.content[:256] == bytes(range(256)),
            "serial": answer.content[256:].decode(),
            **heading(answer),
        },
    ),
    "image": ({"path": "/image"}, lambda answer: {"size": len(answer.content)}),
    "empty": ({"path": "/empty"}, lambda answer: {**heading(answer), "size": len(answer.content)}),
}


@bp.get("/<what>")
def one_call(what: str) -> Response:
    """Features that need only a call and an attribute of its response."""
    if what in CALLS:
        return jsonify(CALLS[what]())
    sent, show = ANSWERS[what]
    return jsonify(show(send(**sent)))
