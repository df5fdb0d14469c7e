"""What else a client of `requests` does: each handler one thing, and everything that it was answered."""

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import requests
from calls import CALL_LIMIT_S, UPSTREAM, fetch, heading, told
from flask import Blueprint, Response, jsonify
from requests.auth import AuthBase, HTTPBasicAuth

bp = Blueprint("clients", __name__, url_prefix="/clients")


class Signed(AuthBase):
    """An authorization of the application's own."""

    def __call__(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        prepared.headers["X-Signature"] = f"{prepared.method} {len(prepared.body or b'')}"
        return prepared


def get(path: str, **sent: Any) -> requests.Response:
    return requests.get(UPSTREAM + path, timeout=CALL_LIMIT_S, **sent)


@bp.get("/session")
def session() -> Response:
    """What a session says of itself is part of each of its requests."""
    with requests.Session() as own:
        own.headers.update({"X-Client": "session", "X-Dropped": "never sent"})
        own.params = {"key": "k1"}
        own.auth = ("Ada", "pass:word")
        own.cookies.set("theme", "dark")
        first = own.get(f"{UPSTREAM}/echo", headers={"X-Dropped": None}, timeout=CALL_LIMIT_S)
        second = own.post(f"{UPSTREAM}/echo", params={"page": 2}, cookies={"page": "2"}, json=1, timeout=CALL_LIMIT_S)
        return jsonify([told(first), told(second)])


@bp.get("/prepared")
def prepared() -> Response:
    """A request that is prepared, changed and sent, without a session's defaults and with them."""
    plain = requests.Request("PUT", f"{UPSTREAM}/echo", params={"a": 1}, data="one", headers={"X-Client": "own"})
    with requests.Session() as own:
        own.headers["X-Session"] = "yes"
        bare, full = plain.prepare(), own.prepare_request(plain)
        bare.url += "&b=2"
        return jsonify([told(own.send(each, timeout=CALL_LIMIT_S)) for each in (bare, full)])


@bp.get("/authorized")
def authorized() -> Response:
    return jsonify(
        [
            fetch("/private", auth=HTTPBasicAuth("Grace", "")),
            fetch("/echo", "POST", auth=Signed(), data="signed"),
            fetch("/echo", headers={"Authorization": "Bearer t0ken"}),
        ]
    )


@bp.get("/hooks")
def hooks() -> Response:
    """Hooks of a request, and what they are told."""
    seen: list[Any] = []

    def note(answer: requests.Response, **options: Any) -> None:
        seen.append([told(answer), f"{options['timeout']} s, stream={options['stream']}"])

    get("/posts/1", hooks={"response": note})
    get("/posts/2", hooks={"response": [note, note]}, stream=True)
    return jsonify(seen)


@bp.get("/replacing-hook")
def replacing_hook() -> Response:
    """A hook that puts an answer of its own in the answer's place, once."""

    def mark(answer: requests.Response, **_: Any) -> requests.Response:
        marked = requests.Response()
        marked.status_code, marked.url, marked._content = 203, answer.url, b"marked " + answer.content
        return marked

    answer = get("/posts/1", hooks={"response": mark})
    return jsonify(status=answer.status_code, text=answer.text[:16])


@bp.get("/session-hooks")
def session_hooks() -> Response:
    seen: list[Any] = []
    with requests.Session() as own:
        own.hooks["response"].append(lambda answer, **_: seen.append(told(answer)))
        for post in (3, 1):
            own.get(f"{UPSTREAM}/posts/{post}", timeout=CALL_LIMIT_S)
    return jsonify(seen)


@bp.get("/files")
def files() -> Response:
    """`requests` makes up a new boundary each time."""
    answer = fetch("/echo", "POST", data={"name": "tea"}, files={"file": ("tea.txt", b"hot", "text/plain")})
    answer["body"] = {key: answer["body"][key] for key in ("form", "files", "serial")}
    return jsonify(answer)


@bp.get("/generated-body")
def generated_body() -> Response:
    return jsonify(fetch("/echo", "POST", data=iter([b"one, ", b"two"])))


@bp.get("/file-as-body")
def file_as_body() -> Response:
    return jsonify(fetch("/echo", "PUT", data=io.BytesIO(b"from a file")))


@bp.get("/streamed")
def streamed() -> Response:
    """An answer in lines, in parts, and whole."""
    with get("/lines/3", stream=True) as lines:
        by_line = [line.decode() for line in lines.iter_lines()]
    with get("/posts/2/comments", stream=True) as comments:
        parts = list(comments.iter_content(16))
    headings = [heading(lines), heading(comments)]
    sizes = [len(part) for part in parts]
    return jsonify(lines=by_line, sizes=sizes, whole=json.loads(b"".join(parts)), headings=headings)


@bp.get("/raw-stream")
def raw_stream() -> Response:
    with get("/posts/1", stream=True) as answer:
        return jsonify(raw=b"Post 1" in (answer.raw.read() if answer.raw else b""), **heading(answer))


@bp.get("/redirects")
def redirects() -> Response:
    answer = get("/redirect/2", headers={"X-Client": "own"})
    return jsonify(history=[each.status_code for each in answer.history], last=told(answer))


@bp.get("/redirect")
def redirect() -> Response:
    """Not followed: the answer itself."""
    answer = get("/redirect/1", allow_redirects=False)
    return jsonify(**heading(answer), is_redirect=answer.is_redirect, text=answer.text)


@bp.get("/cookies")
def cookies() -> Response:
    """What the upstream sets belongs to the answer, and to the session from then on."""
    with requests.Session() as own:
        answer = own.get(f"{UPSTREAM}/cookie", timeout=CALL_LIMIT_S)
        return jsonify(
            header=answer.headers["Set-Cookie"], answer=answer.cookies.get_dict(), session=own.cookies.get_dict()
        )


@bp.get("/status-in-words")
def status_in_words() -> Response:
    return jsonify(status=f"answered {get('/posts/1').status_code}")


@bp.get("/status-as-number")
def status_as_number() -> Response:
    answer = get("/posts/1")
    answer.raise_for_status()
    return jsonify(ok=answer.status_code == requests.codes.ok, true=bool(answer), answer=told(answer))


@bp.get("/request-of-answer")
def request_of_answer() -> Response:
    answer = get("/posts/1")
    method = answer.request.method if answer.request else None
    return jsonify(method=method, took_time=answer.elapsed > timedelta(0))


@bp.get("/gzip")
def zipped() -> Response:
    answer = get("/gzip")
    return jsonify(**heading(answer), body=answer.json())


@bp.get("/latin-1")
def latin_1() -> Response:
    answer = get("/latin-1")
    return jsonify(text=answer.text[:7], bytes=answer.content[:7].hex(), **heading(answer))


@bp.get("/bytes")
def every_byte() -> Response:
    answer = get("/bytes")
    return jsonify(
        size=len(answer.content),
        same=answer.content[:256] == bytes(range(256)),
        serial=answer.content[256:].decode(),
        **heading(answer),
    )


@bp.get("/image")
def image() -> Response:
    return jsonify(size=len(get("/image").content))


@bp.get("/empty")
def empty() -> Response:
    answer = get("/empty")
    return jsonify(**heading(answer), size=len(answer.content))


@bp.get("/no-json")
def no_json() -> Response:
    """Text where JSON was hoped for; and by default `requests` guesses the text's encoding from its type."""
    answer = get("/lines/1")
    try:
        answer.json()
    except requests.JSONDecodeError as error:
        return jsonify(error=type(error).__name__, text=answer.text, links=answer.links, **heading(answer))
    return jsonify(error=None)


@bp.get("/generator")
def generator() -> Response:
    """Calls made by a generator, each when its value is asked for."""

    def posts() -> Iterator[Any]:
        for post in range(1, 7):
            yield told(get(f"/posts/{post}"))

    return jsonify(list(posts()))
