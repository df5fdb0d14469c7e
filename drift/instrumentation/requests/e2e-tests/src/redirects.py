"""Redirects: not followed, and followed in every way."""

from typing import Any
from urllib.parse import urlsplit

import requests
from flask import Blueprint, Response, jsonify
from wire import CALL_LIMIT_S, UPSTREAM, below, fetch, get, outcome_of, shown

bp = Blueprint("redirects", __name__, url_prefix="/redirects")
REASONS = {301: "Moved", 302: "Found", 303: "See Other", 307: "Temporary Redirect", 308: "Permanent Redirect"}


def moved(status: int, to: str = "/echo") -> dict[str, Any]:
    return {"status": f"{status} {REASONS[status]}", "header": f"Location: {to}"}


def in_full(response: requests.Response) -> dict[str, Any]:
    history = [[each.status_code, below(each.url).partition("?")[0]] for each in response.history]
    return {**shown(response), "history": history}


@bp.get("/not-followed")
def not_followed() -> Response:
    responses = [get("/answer", params=moved(status), allow_redirects=False) for status in (301, 302, 303, 307, 308)]
    return jsonify([shown(response) for response in responses])


@bp.get("/not-to-anywhere")
def not_to_anywhere() -> Response:
    """A response with a redirect status but no Location header is no redirect."""
    response = get("/answer", params={"status": "302 Found", "body": "stay *"})
    return jsonify(shown(response), len(response.history))


@bp.get("/followed")
def followed() -> Response:
    return jsonify(in_full(get("/redirect/2", headers={"X-Client": "own"})))


@bp.get("/post/<int:status>")
def post(status: int) -> Response:
    """With some status codes a POST becomes a GET, with others its body is sent again."""
    url = f"{UPSTREAM}/answer"
    return jsonify(in_full(requests.post(url, params=moved(status), data="body", timeout=CALL_LIMIT_S)))


@bp.get("/elsewhere")
def elsewhere() -> Response:
    """To another host, which must not get the credentials of the first one."""
    there = UPSTREAM.replace("127.0.0.1", "localhost")
    response = get("/answer", params=moved(302, f"{there}/echo"), auth=("Ada", "p"), headers={"X-Client": "own"})
    return jsonify({**in_full(response), "url": urlsplit(response.url).hostname})


@bp.get("/fragment")
def fragment() -> Response:
    """The fragment is kept unless the redirect has one itself."""
    urls = [get(f"/answer?status=302%20Found&header=Location:%20{to}#mine").url for to in ("/echo", "/echo%23its")]
    return jsonify([below(url) for url in urls])


@bp.get("/cookies")
def cookies() -> Response:
    header = ["Location: /echo", "Set-Cookie: basket=tea; Path=/"]
    with requests.Session() as session:
        params = {"status": "302 Found", "header": header}
        return jsonify(in_full(get("/answer", by=session, params=params)))


@bp.get("/next")
def next_of_all() -> Response:
    """The next request is prepared, and the application sends it."""
    response = get("/redirect/1", allow_redirects=False)
    if response.next is None:
        return jsonify(next=None)
    with requests.Session() as session:
        return jsonify(
            next=below(response.next.url), then=session.send(response.next, timeout=CALL_LIMIT_S).json()["query"]
        )


@bp.get("/by-hand")
def by_hand() -> Response:
    """The application follows the Location header."""
    response = get("/redirect/1", allow_redirects=False)
    return jsonify([shown(response), fetch(response.headers["Location"])])


@bp.get("/targets")
def targets() -> Response:
    """The application makes each call, to the target that a session computes."""
    with requests.Session() as session:
        responses = [get("/redirect/2", by=session, allow_redirects=False)]
        while target := session.get_redirect_target(responses[-1]):
            responses.append(get(target, by=session, allow_redirects=False))
        return jsonify([shown(response) for response in responses])


@bp.get("/resolved")
def resolved() -> Response:
    """A session follows the redirects when the application asks for it."""
    with requests.Session() as session:
        request = session.prepare_request(requests.Request("GET", f"{UPSTREAM}/redirect/1"))
        first = session.send(request, allow_redirects=False, timeout=CALL_LIMIT_S)
        try:
            then = [shown(each) for each in session.resolve_redirects(first, request, timeout=CALL_LIMIT_S)]
        except AttributeError as error:
            then = [type(error).__name__]
        return jsonify(first=shown(first), then=then)


@bp.get("/too-many")
def too_many() -> Response:
    with requests.Session() as session:
        session.max_redirects = 2
        return jsonify(outcome_of(lambda: get("/redirect/9", by=session).status_code))


@bp.get("/hooks")
def hooks() -> Response:
    seen: list[str] = []
    get("/redirect/1", hooks={"response": lambda response, **_: seen.append(below(response.url))})
    return jsonify(seen)
