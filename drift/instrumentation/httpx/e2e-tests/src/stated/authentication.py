"""What the requests of ../authentication.py state."""

from __future__ import annotations

from typing import Any

from e2e_common.requester import matches
from stated.words import CLIENTS, Send, echoed, fetched

DIGEST = (
    "/private?challenge=Digest+realm%3D%22upstream%22%2C+nonce%3D%22n0nce%22%2C+qop%3D%22auth%22%2C+algorithm%3DMD5"
)
WHO: dict[str, list[dict[str, str]]] = {
    "authentication": [{"Authorization": "Basic YWRhOnNlY3JldA=="}, {"Authorization": "Basic Z3JhY2U6c2VjcmV0"}],
    "header": [{"Authorization": "Bearer one"}, {"Authorization": "Bearer two"}],
    "cookie": [{"Cookie": "session=one"}, {"Cookie": "session=two"}],
}


def requests(send: Send) -> None:
    """Send them all."""
    challenged = {"www-authenticate": 'Basic realm="upstream"'}
    bearer = {"Authorization": matches("Bearer live-[0-9a-f]{12}")}
    found = {
        "basic": fetched("/private", user="ada"),
        "pair": fetched("/private", user="grace"),
        "digest": fetched(DIGEST, of={"hops": 1}, user="ada"),
        "signed": _echoed("signed", {"X-Signature": "GET 0"}),
        "token": _echoed("token", bearer, hops=1),
        "challenge": fetched("/private", of={"hops": 1}, user="ada"),
        "function": _echoed("function", {"X-Stamp": "by a function"}),
        "none": fetched("/private", of={"status": 401}, headers=challenged, error="who are you?"),
    }
    for way in CLIENTS:
        send(f"authentication, {way}", f"/auth/all/{way}", found, httpx=len(found))
    for by, headers in WHO.items():
        apart = [*(echoed(headers=each) for each in headers), 2]
        send(f"told apart by {by}", f"/auth/told-apart/{by}", apart, httpx=2)
    send("authentication: netrc", "/auth/netrc", fetched("/private", user="ada"), httpx=1)
    send("history of an authentication", "/auth/history", [401], httpx=1)
    send("what an authentication keeps", "/auth/state", {"kept": "live-"}, httpx=1)


def _echoed(kind: str, headers: Any, hops: int = 0) -> dict[str, Any]:
    """The authentications differ in their addresses, too: see "told apart by authentication"."""
    return echoed(url=f"/echo?kind={kind}", query={"kind": [kind]}, headers=headers, hops=hops)
