"""What the project knows about calls to the upstream."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import httpx
import requests

UPSTREAM = os.environ.get("UPSTREAM_URL", "http://127.0.0.1:9180")
CALL_LIMIT_S = 5
IN_REPLAY = os.environ.get("TUSK_DRIFT_MODE") == "REPLAY"


# No certificates to load, for the upstream speaks plain HTTP: they would take longer than all calls together.
httpx_client = httpx.Client(base_url=UPSTREAM, timeout=CALL_LIMIT_S, verify=False)  # noqa: S501


def told(answer: requests.Response | httpx.Response) -> dict[str, Any]:
    """What a library gave. Not httpx's reason, which stands in a request of its own (`reason`). No body is None: an
    error in reading it would hide all else that an answer has."""
    reason = {"reason": answer.reason} if isinstance(answer, requests.Response) else {}
    headers = {name.title(): value for name, value in answer.headers.items()}
    return {
        "status": answer.status_code,
        **reason,
        "headers": headers,
        "url": str(answer.url).replace(UPSTREAM, ""),
        "body": answer.json() if answer.content else None,
    }


def fetch(path: str, method: str = "GET", **sent: Any) -> dict[str, Any]:
    """One call through `requests`."""
    return told(requests.request(method, UPSTREAM + path, timeout=CALL_LIMIT_S, **sent))


def fetch_httpx(path: str, method: str = "GET", **sent: Any) -> dict[str, Any]:
    """One call through `httpx`, without async."""
    return told(httpx_client.request(method, path, **sent))


async def fetch_async(client: httpx.AsyncClient, path: str, method: str = "GET", **sent: Any) -> dict[str, Any]:
    return told(await client.request(method, path, **sent))


def async_client() -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=UPSTREAM, timeout=CALL_LIMIT_S, verify=False)  # noqa: S501


def outcome_of(call: Callable[[], requests.Response | httpx.Response]) -> str:
    """The status of a call, or the class of what it raised (the messages change with the libraries' versions)."""
    try:
        return f"answered {call().status_code}"
    except (requests.RequestException, httpx.HTTPError) as error:
        return type(error).__name__
