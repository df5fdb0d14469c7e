"""The upstream's address, and functions that convert its responses."""

import os
from collections.abc import Callable, Iterable
from typing import Any

import requests

UPSTREAM = os.environ.get("UPSTREAM_URL", "http://127.0.0.1:9180")
MODE = os.environ.get("TUSK_DRIFT_MODE", "")
CALL_LIMIT_S = 5
ENCODINGS = ("content-encoding", "transfer-encoding")
"""Replay lacks these headers, because the SDK has decoded the body. The request `encoding headers` compares them."""
KINDS = (OSError, ValueError, requests.ConnectionError, requests.Timeout, requests.HTTPError)


def shown(response: requests.Response) -> dict[str, Any]:
    """Returns a response without the attributes that the SDK loses in replay, for example an undeclared encoding. Other
    handlers return them."""
    kind = response.headers.get("Content-Type", "")
    return {
        **heading(response),
        "encoding": response.encoding if "charset" in kind or kind == "application/json" else "not said",
        "length": response.headers.get("Content-Length") == str(len(response.content)),
        "body": response.json() if "json" in kind else response.text,
    }


def heading(response: requests.Response) -> dict[str, Any]:
    """Returns all but the body, without the query of /answer, which repeats the response."""
    url = below(response.url)
    return {
        "status": response.status_code,
        "reason": response.reason,
        "ok": [response.ok, bool(response), response.is_redirect, response.is_permanent_redirect],
        "url": "/answer" if url.startswith("/answer?") else url,
        "headers": {name: value for name, value in response.headers.items() if name.lower() not in ENCODINGS},
        "links": response.links,
    }


def below(url: str) -> str:
    """Returns a URL of the upstream without its address, which is new in each run."""
    return url.replace(UPSTREAM, "").replace(UPSTREAM.partition("://")[2], "upstream")


def get(path: str, by: Any = requests, **sent: Any) -> requests.Response:
    """`by`: a session, instead of the module's function."""
    return by.get(UPSTREAM + path, **{"timeout": CALL_LIMIT_S, **sent})


def fetch(path: str, method: str = "GET", by: Any = requests, **sent: Any) -> Any:
    return shown(by.request(method, UPSTREAM + path, timeout=CALL_LIMIT_S, **sent))


def in_any_order(ask: Callable[[Any], Any], each: Iterable[Any]) -> list[Any]:
    """Returns the result of `ask` for each item, in that order.

    In replay the calls are made in reverse order: a call that is matched by its position in the recording, not by its
    content, gets the response to another one."""
    if MODE == "REPLAY":
        return [ask(one) for one in reversed([*each])][::-1]
    return [ask(one) for one in each]


def outcome_of(call: Callable[[], Any]) -> Any:
    """Returns the result of `call`, or the class of its exception, the base classes, and whether it has a request and a
    response."""
    try:
        return call()
    except requests.RequestException as error:
        return {
            "error": type(error).__name__,
            "is": [kind.__name__ for kind in KINDS if isinstance(error, kind)],
            "request": error.request.method if error.request is not None else None,
            "answer": error.response.status_code if error.response is not None else None,
        }


def name_of_error(kinds: Any, call: Callable[[], Any]) -> Any:
    """Returns the result of `call`, or the class name of its exception if it is one of `kinds`."""
    try:
        return call()
    except kinds as error:
        return type(error).__name__
