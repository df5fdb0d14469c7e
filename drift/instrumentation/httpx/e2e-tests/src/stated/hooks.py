"""What the requests of ../hooks.py state."""

from __future__ import annotations

from stated.words import CLIENTS, Send, echoed, user

RAISED = {"before": "PermissionError", "after": "PermissionError", "from-400": "HTTPStatusError"}


def requests(send: Send) -> None:
    """Send them all."""
    hooked = {"X-Hooked": "yes"}
    seen = [
        "asked GET /echo ",
        "asked again",
        "answered 200 /echo GET",
        "asked POST /echo tea",
        "asked again",
        "answered 200 /echo POST",
    ]
    found = [[echoed(headers=hooked), echoed("POST", text="tea", headers=hooked)], seen]
    for way in CLIENTS:
        send(f"hooks, {way}", f"/hooks/both/{way}", found, httpx=2)
        for what, raised in {
            "before": "PermissionError",
            "after": "PermissionError",
            "from-400": "HTTPStatusError",
        }.items():
            send(f"hook that raises: {what}, {way}", f"/hooks/raises/{what}/{way}", {"raised": raised}, httpx=1)
    send("hook that calls", "/hooks/calls", [echoed(headers={"X-Name": "Ada"}), [user(1)]], httpx=2)
    send("hook that moves", "/hooks/moves", user(3), httpx=1)
    send("hooks of a redirect", "/hooks/redirect", ["/redirect/1", "/echo"], httpx=1, reached=["GET /echo"])
