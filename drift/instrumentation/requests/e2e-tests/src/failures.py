"""Calls that fail: before anything is sent, on their way, and in their answer."""

import socket
from typing import Any
from unittest import mock

import requests
from flask import Blueprint, Response, jsonify
from requests.adapters import HTTPAdapter
from urllib3.util import Retry
from wire import CALL_LIMIT_S, UPSTREAM, get, outcome_of, told

bp = Blueprint("failures", __name__, url_prefix="/failures")


def outcome(url: str, timeout: Any = CALL_LIMIT_S, **sent: Any) -> Any:
    return outcome_of(lambda: f"answered {requests.get(url, timeout=timeout, **sent).status_code}")


@bp.get("/never-sent")
def never_sent() -> Response:
    """What `requests` refuses while it prepares a request."""
    urls = ["no-scheme", "http://", "http://*upstream", "", "http:///path", "http://[::1"]
    refused = [outcome(url) for url in urls]
    headers: list[Any] = [{"X-Number": 7}, {"X-Lines": "a\r\nb"}, {" X-Blank": "a"}, {"X-Start": " a"}]
    refused += [outcome(UPSTREAM, headers=each) for each in headers]
    refused.append(outcome_of(lambda: requests.post(UPSTREAM, json=float("nan"), timeout=CALL_LIMIT_S)))
    return jsonify(refused)


@bp.get("/wrong-words")
def wrong_words() -> Response:
    """What is wrong in the application itself."""
    said = []
    wrong: list[dict[str, Any]] = [{"json": {1, 2}}, {"data": "a", "files": {"f": b"x"}}, {"auth": 7}]
    for words in wrong:
        try:
            requests.post(UPSTREAM, timeout=CALL_LIMIT_S, **words)
        except (TypeError, ValueError, requests.RequestException) as error:
            said.append(type(error).__name__)
    return jsonify(said)


@bp.get("/timeout-that-is-none")
def timeout_that_is_none() -> Response:
    """The library finds out when it is about to connect."""
    try:
        return jsonify(said=requests.get(f"{UPSTREAM}/posts/1", timeout="soon").status_code)
    except ValueError as error:
        return jsonify(said=type(error).__name__)


@bp.get("/unknown-scheme")
def unknown_scheme() -> Response:
    return jsonify(outcome("ftp://upstream/file"))


@bp.get("/refused")
def refused() -> Response:
    """Nothing listens on port 9 of loopback."""
    return jsonify(outcome("http://127.0.0.1:9/"))


@bp.get("/no-such-proxy")
def no_such_proxy() -> Response:
    """A proxy that refuses: the host behind it is never looked for."""
    return jsonify(outcome("http://shop.example/", proxies={"http": "http://127.0.0.1:9"}))


@bp.get("/not-caught")
def not_caught() -> Response:
    """An error of `requests` that goes on to the application's server."""
    return jsonify(requests.get("http://", timeout=CALL_LIMIT_S).status_code)


@bp.get("/too-slow")
def too_slow() -> Response:
    return jsonify(outcome(f"{UPSTREAM}/slow/0.3", timeout=(CALL_LIMIT_S, 0.05)))


@bp.get("/fast-enough")
def fast_enough() -> Response:
    """Each of the forms of a time limit, and none."""
    limits: list[Any] = [(CALL_LIMIT_S, CALL_LIMIT_S), (None, CALL_LIMIT_S), None, 4.5]
    return jsonify([told(requests.get(f"{UPSTREAM}/slow/0.01", timeout=limit)) for limit in limits])


@bp.get("/unknown-host")
def unknown_host() -> Response:
    """A name that nobody knows. The resolver is the application's own, so that none needs to be asked."""
    nobody = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    with mock.patch("socket.getaddrinfo", side_effect=nobody):
        return jsonify(outcome("http://nobody.example/"))


@bp.get("/no-tls")
def no_tls() -> Response:
    """TLS where the other side speaks none."""
    return jsonify(outcome(UPSTREAM.replace("http://", "https://")))


@bp.get("/no-certificates")
def no_certificates() -> Response:
    """Certificates that are not there: of the application even where nobody asks for them."""
    said = []
    for url, options in [("https", {"verify": "/no/such/bundle.pem"}), ("http", {"cert": "/no/such/client.pem"})]:
        try:
            requests.get(UPSTREAM.replace("http", url), timeout=CALL_LIMIT_S, **options)
        except OSError as error:
            said.append(type(error).__name__)
    return jsonify(said)


@bp.get("/not-compressed")
def not_compressed() -> Response:
    """An answer that says it is compressed, and is not."""
    return jsonify(outcome(f"{UPSTREAM}/answer", params={"body": "plain", "header": "Content-Encoding: gzip"}))


@bp.get("/cut-off")
def cut_off() -> Response:
    """An answer that is shorter than it says."""
    return jsonify(outcome(f"{UPSTREAM}/answer", params={"body": "short", "header": "Content-Length: 99"}))


@bp.get("/retried-in-vain")
def retried_in_vain() -> Response:
    with requests.Session() as own:
        own.mount("http://", HTTPAdapter(max_retries=Retry(total=1, backoff_factor=0, status_forcelist=[503])))
        return jsonify(outcome_of(lambda: own.get(f"{UPSTREAM}/status/503", timeout=CALL_LIMIT_S).status_code))


@bp.get("/in-a-hook")
def in_a_hook() -> Response:
    """A hook that raises."""

    def refuse(answer: requests.Response, **_: Any) -> None:
        raise requests.RequestException(f"a hook refused {answer.status_code == 200}", response=answer)

    return jsonify(outcome_of(lambda: get("/posts/1", hooks={"response": refuse}).status_code))


@bp.get("/and-then")
def and_then() -> Response:
    """A call that fails, and the one that takes its place."""
    first = outcome("http://127.0.0.1:9/first")
    return jsonify(first=first if isinstance(first, dict) else None, then=told(get("/posts/2")))


@bp.get("/message")
def message() -> Response:
    """What an error says, which is what stands in a log."""
    try:
        get("/status/404").raise_for_status()
    except requests.HTTPError as error:
        return jsonify(said=str(error).replace(UPSTREAM, ""))
    return jsonify(said=None)
