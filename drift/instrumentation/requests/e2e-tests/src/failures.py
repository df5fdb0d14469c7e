"""Calls that fail before sending, in transit, and while the response is read."""

import socket
from collections.abc import Callable
from typing import Any
from unittest import mock

import requests
from flask import Blueprint, Response, jsonify
from requests.adapters import HTTPAdapter
from urllib3.util import Retry
from wire import CALL_LIMIT_S, UPSTREAM, fetch, get, name_of_error, outcome_of, shown

bp = Blueprint("failures", __name__, url_prefix="/failures")
NOWHERE = "http://127.0.0.1:9"
"""Nothing listens on port 9 of loopback."""
BY_TLS = UPSTREAM.replace("http://", "https://")


def outcome(url: str, timeout: Any = CALL_LIMIT_S, **sent: Any) -> Any:
    return outcome_of(lambda: f"answered {requests.get(url, timeout=timeout, **sent).status_code}")


def answered(body: str, header: str) -> Any:
    return outcome(f"{UPSTREAM}/answer", params={"body": body, "header": header})


def unknown_host() -> Any:
    """The application replaces the resolver, so no real one is needed."""
    unknown = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    with mock.patch("socket.getaddrinfo", side_effect=unknown):
        return outcome("http://nobody.example/")


def retried_in_vain() -> Any:
    with requests.Session() as session:
        session.mount("http://", HTTPAdapter(max_retries=Retry(total=1, backoff_factor=0, status_forcelist=[503])))
        return outcome_of(lambda: get("/status/503", by=session).status_code)


def refuse(response: requests.Response, **_: Any) -> None:
    raise requests.RequestException(f"a hook refused {response.status_code == 200}", response=response)


FAILING: dict[str, Callable[[], Any]] = {
    "unknown-scheme": lambda: outcome("ftp://upstream/file"),
    "refused": lambda: outcome(f"{NOWHERE}/"),
    "no-such-proxy": lambda: outcome("http://shop.example/", proxies={"http": NOWHERE}),
    "too-slow": lambda: outcome(f"{UPSTREAM}/slow/0.3", timeout=(CALL_LIMIT_S, 0.05)),
    "unknown-host": unknown_host,
    "no-tls": lambda: outcome(BY_TLS),
    "not-compressed": lambda: answered("plain", "Content-Encoding: gzip"),
    "cut-off": lambda: answered("short", "Content-Length: 99"),
    "retried-in-vain": retried_in_vain,
    "in-a-hook": lambda: outcome_of(lambda: get("/posts/1", hooks={"response": refuse}).status_code),
    # An error that reaches the application's server.
    "not-caught": lambda: requests.get("http://", timeout=CALL_LIMIT_S).status_code,
}


@bp.get("/<what>")
def failing(what: str) -> Response:
    return jsonify(FAILING[what]())


@bp.get("/never-sent")
def never_sent() -> Response:
    urls = ["no-scheme", "http://", "http://*upstream", "", "http:///path", "http://[::1"]
    refused = [outcome(url) for url in urls]
    headers: list[Any] = [{"X-Number": 7}, {"X-Lines": "a\r\nb"}, {" X-Blank": "a"}, {"X-Start": " a"}]
    refused += [outcome(UPSTREAM, headers=each) for each in headers]
    refused.append(outcome_of(lambda: requests.post(UPSTREAM, json=float("nan"), timeout=CALL_LIMIT_S)))
    return jsonify(refused)


@bp.get("/wrong-words")
def wrong_words() -> Response:
    wrong: list[dict[str, Any]] = [{"json": {1, 2}}, {"data": "a", "files": {"f": b"x"}}, {"auth": 7}]
    kinds = (TypeError, ValueError, requests.RequestException)
    return jsonify([name_of_error(kinds, lambda each=each: fetch("", "POST", **each)) for each in wrong])


@bp.get("/timeout-that-is-none")
def timeout_that_is_none() -> Response:
    """The library reports the error when it is about to connect."""
    return jsonify(said=name_of_error(ValueError, lambda: get("/posts/1", timeout="soon").status_code))


@bp.get("/fast-enough")
def fast_enough() -> Response:
    limits: list[Any] = [(CALL_LIMIT_S, CALL_LIMIT_S), (None, CALL_LIMIT_S), None, 4.5]
    return jsonify([shown(get("/slow/0.01", timeout=limit)) for limit in limits])


@bp.get("/no-certificates")
def no_certificates() -> Response:
    """Missing certificates. The application sets them, even for calls that need none."""
    calls: list[Callable[[], Any]] = [
        lambda: requests.get(BY_TLS, verify="/no/such/bundle.pem", timeout=CALL_LIMIT_S).close(),
        lambda: get("", cert="/no/such/client.pem").close(),
    ]
    return jsonify([name for call in calls if (name := name_of_error(OSError, call))])


@bp.get("/and-then")
def and_then() -> Response:
    first = outcome(f"{NOWHERE}/first")
    return jsonify(first=first if isinstance(first, dict) else None, then=fetch("/posts/2"))


@bp.get("/message")
def message() -> Response:
    """An error's message, as in a log."""
    try:
        get("/status/404").raise_for_status()
    except requests.HTTPError as error:
        return jsonify(said=str(error).replace(UPSTREAM, ""))
    return jsonify(said=None)
