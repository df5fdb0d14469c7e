"""The module's functions, sessions and their defaults, prepared requests, and hooks."""

import pickle
from typing import Any

import requests
from flask import Blueprint, Response, jsonify
from wire import CALL_LIMIT_S, UPSTREAM, fetch, get, heading, in_any_order, shown

bp = Blueprint("sessions", __name__, url_prefix="/sessions")
ECHO = f"{UPSTREAM}/echo"
VERBS = ("get", "post", "put", "patch", "delete", "options")


def each_verb(by: Any) -> list[Any]:
    """The calls differ only in the method."""
    return in_any_order(lambda verb: shown(getattr(by, verb)(ECHO, timeout=CALL_LIMIT_S)), VERBS)


@bp.get("/functions")
def functions() -> Response:
    return jsonify(each_verb(requests))


@bp.get("/methods")
def methods() -> Response:
    with requests.Session() as session:
        return jsonify([*each_verb(session), fetch("/echo?small", "patch", by=session)])


@bp.get("/head")
def head() -> Response:
    """`head` does not follow redirects by default. There is no body."""
    responses = [requests.head(UPSTREAM + path, timeout=CALL_LIMIT_S) for path in ("/echo", "/redirect/1")]
    with requests.Session() as session:
        responses.append(session.head(f"{ECHO}?own", timeout=CALL_LIMIT_S))
    return jsonify([{**heading(response), "text": response.text} for response in responses])


@bp.get("/defaults")
def defaults() -> Response:
    """A session's defaults. A request's options override them, and None removes one."""
    with requests.Session() as session:
        session.headers.update({"X-Client": "session", "X-Dropped": "of the session", "Accept": "application/json"})
        session.params = {"key": "k1", "page": 1}
        session.auth = ("Ada", "pass:word")
        session.cookies.set("theme", "dark")
        sent = {"params": {"page": 2}, "cookies": {"lang": "en"}, "headers": {"x-client": "own"}, "json": 1}
        first = session.get(ECHO, headers={"X-Dropped": None}, timeout=CALL_LIMIT_S)
        second = session.post(ECHO, auth=("Grace", ""), timeout=CALL_LIMIT_S, **sent)
        third = session.put(ECHO, params={"key": None}, timeout=CALL_LIMIT_S)
        return jsonify([shown(each) for each in (first, second, third)])


@bp.get("/without-defaults")
def without_defaults() -> Response:
    with requests.Session() as session:
        session.headers.clear()
        return jsonify(shown(get("/echo", by=session)))


@bp.get("/prepared")
def prepared() -> Response:
    """A request that is prepared, copied, changed and sent, without and with a session's defaults."""
    plain = requests.Request("put", ECHO, params={"a": 1}, data="one", headers={"X-Client": "own"}, cookies={"c": "1"})
    with requests.Session() as session:
        session.headers["X-Session"] = "yes"
        bare, full = plain.prepare(), session.prepare_request(plain)
        changed = bare.copy()
        changed.url += "&b=2"
        changed.method = "POST"
        changed.prepare_body("another body", None)
        return jsonify([shown(session.send(each, timeout=CALL_LIMIT_S)) for each in (bare, full, changed)])


@bp.get("/by-hand")
def by_hand() -> Response:
    request = requests.PreparedRequest()
    request.prepare(method="POST", url=ECHO, headers={"X-By": "hand"}, json={"sent": "twice"})
    with requests.Session() as session:
        return jsonify([shown(session.send(request, timeout=CALL_LIMIT_S)) for _ in range(2)])


class CustomSession(requests.Session):
    """A subclass of Session that overrides each of its extension points."""

    def request(self, method: str, url: str, **sent: Any) -> requests.Response:
        return super().request(method, UPSTREAM + url, timeout=CALL_LIMIT_S, **sent)

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        found = super().prepare_request(request)
        found.headers["X-Prepared"] = "please"
        return found

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        request.headers["X-Sent"] = "thank you"
        response = super().send(request, **options)
        response.reason = f"{response.reason}, and thank you"
        return response


@bp.get("/subclass")
def subclass() -> Response:
    with CustomSession() as session:
        return jsonify(shown(session.get("/echo")))


@bp.get("/pickled")
def pickled() -> Response:
    """A pickled session, and a session that is used after close()."""
    with requests.Session() as session:
        session.headers["X-Client"] = "pickled"
        session.cookies.set("theme", "dark")
        restored = pickle.loads(pickle.dumps(session))  # noqa: S301 - pickled here
    return jsonify([shown(get("/echo", by=each)) for each in (restored, session)])


@bp.get("/same-again")
def same_again() -> Response:
    """Makes the same call several times. The upstream's responses differ and must keep their order."""
    with requests.Session() as session:
        counts = [shown(get("/count/requests-same", by=session)) for _ in range(3)]
    return jsonify(counts=counts, posts=[fetch("/posts/1") for _ in range(3)])


@bp.get("/needs-the-one-before")
def needs_the_one_before() -> Response:
    found = fetch("/posts/2")
    author = fetch(f"/users/{found['body']['author']}")
    made = fetch("/users", "POST", json={"name": author["body"]["name"][::-1]})
    return jsonify(post=found, author=author, made=made, gone=fetch(f"/users/{made['body']['id']}", "DELETE"))


@bp.get("/hooks")
def hooks() -> Response:
    seen: list[Any] = []

    def note(response: requests.Response, **options: Any) -> None:
        seen.append([shown(response), options["timeout"], options["stream"], options["verify"] is False])

    get("/posts/1", hooks={"response": note})
    get("/posts/2", hooks={"response": [note, note]}, stream=True, verify=False)
    return jsonify(seen)


@bp.get("/session-hooks")
def session_hooks() -> Response:
    seen: list[Any] = []
    with requests.Session() as session:
        session.hooks["response"].append(lambda response, **_: seen.append(["session", shown(response)]))
        get("/posts/3", by=session)
        get("/posts/1", by=session, hooks={"response": lambda response, **_: seen.append(["request", shown(response)])})
    return jsonify(seen)


@bp.get("/hook-options")
def hook_options() -> Response:
    seen: list[str] = []
    get("/posts/1", hooks={"response": lambda _, **options: seen.extend(sorted(options))})
    return jsonify(seen)


@bp.get("/hook-of-a-send")
def hook_of_a_send() -> Response:
    """The options that a hook gets if `send` has none."""
    seen: list[Any] = []
    request = requests.Request("GET", f"{UPSTREAM}/posts/1").prepare()
    request.register_hook("response", lambda _, **options: seen.append([options.get("stream"), options.get("verify")]))
    with requests.Session() as session:
        session.send(request)
    return jsonify(seen)


def mark(response: requests.Response, **_: Any) -> None:
    """Changes the response in a way that shows whether the hook ran twice."""
    response.reason = f"marked {response.reason}"


def replace(response: requests.Response, **_: Any) -> requests.Response:
    marked = requests.Response()
    marked.status_code, marked.url, marked._content = 203, response.url, b"marked " + response.content
    return marked


@bp.get("/hook-checks")
def hook_checks() -> Response:
    """The usual hook: raises if the response is an error. This one is not."""
    return jsonify(fetch("/posts/3", hooks={"response": lambda response, **_: response.raise_for_status()}))


@bp.get("/hook-changes")
def hook_changes() -> Response:
    return jsonify(fetch("/posts/1", hooks={"response": mark}))


@bp.get("/hook-replaces")
def hook_replaces() -> Response:
    response = get("/posts/1", hooks={"response": replace})
    return jsonify(status=response.status_code, text=response.text[:16])
