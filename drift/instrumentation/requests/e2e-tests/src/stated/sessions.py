"""What the requests of ../sessions.py state."""

from __future__ import annotations

from typing import Any

from e2e_common.requester import Api
from stated.words import JSON, TEXT, Send, echoed, fetched, heading, post, sender

VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def requests(api: Api) -> None:
    """Send them all."""
    send = sender(api, "sessions")
    send("functions", "functions", [echoed(verb) for verb in VERBS], 6)
    small = echoed("PATCH", "small", query={"small": [""]})
    send("methods of a session", "methods", [*(echoed(verb) for verb in VERBS), small], 7)
    answer = {"X-Answer": "of the upstream"}
    moved = {"Content-Type": TEXT, "Location": "/echo?from=redirect"}
    heads = [
        heading("/echo", headers={**JSON, **answer}),
        heading("/redirect/1", 302, "FOUND", headers=moved),
        heading("/echo?own", headers={**JSON, **answer}),
    ]
    send("HEAD", "head", [{**head, "text": ""} for head in heads], 3)
    _of_a_session(send)
    _prepared(send)
    _hooks(send)
    send(
        "same call again", "same-again", {"counts": [count(number) for number in (1, 2, 3)], "posts": [post(1)] * 3}, 6
    )
    in_turn = {
        "post": post(2),
        "author": fetched("/users/3", id=3, name="Édith"),
        "made": fetched("/users", status=201, reason="CREATED", id=4, name="htidÉ"),
        "gone": fetched("/users/4", deleted=4),
    }
    send("calls that need the one before", "needs-the-one-before", in_turn, 4)


def count(number: int) -> dict[str, Any]:
    return fetched("/count/requests-same", name="requests-same", count=number)


def _of_a_session(send: Send) -> None:
    ada, grace = "Basic QWRhOnBhc3M6d29yZA==", "Basic R3JhY2U6"
    own = {"X-Client": "session", "Authorization": ada, "Cookie": "theme=dark"}
    dropped = {"X-Dropped": "of the session"}
    mixed = {**JSON, **dropped, "X-Client": "own", "Authorization": grace, "Cookie": "theme=dark; lang=en"}
    in_json = {"accept": "application/json"}
    sessions = [
        echoed("GET", "key=k1&page=1", query={"key": ["k1"], "page": ["1"]}, headers=own, **in_json),
        echoed("POST", "key=k1&page=2", query={"key": ["k1"], "page": ["2"]}, headers=mixed, text="1", **in_json),
        echoed("PUT", "page=1", query={"page": ["1"]}, headers={**own, **dropped}, **in_json),
    ]
    send("defaults of a session", "defaults", sessions, 3)
    send("session without defaults", "without-defaults", echoed(accept=None))
    polite = echoed(headers={"X-Prepared": "please", "X-Sent": "thank you"})
    send("session of the application's own", "subclass", {**polite, "reason": "OK, and thank you"})
    pickled = echoed(headers={"X-Client": "pickled", "Cookie": "theme=dark"})
    send("pickled session, and closed session", "pickled", [pickled, pickled], 2)


def _prepared(send: Send) -> None:
    own = {"X-Client": "own", "Cookie": "c=1"}
    prepared = [
        echoed("PUT", "a=1", query={"a": ["1"]}, headers=own, accept=None, text="one"),
        echoed("PUT", "a=1", query={"a": ["1"]}, headers={**own, "X-Session": "yes"}, text="one"),
        echoed("POST", "a=1&b=2", query={"a": ["1"], "b": ["2"]}, headers=own, accept=None, text="another body"),
    ]
    send("prepared requests", "prepared", prepared, 3)
    by_hand = echoed("POST", headers={**JSON, "X-By": "hand"}, accept=None, text='{"sent": "twice"}')
    send("request prepared by hand", "by-hand", [by_hand, by_hand], 2)


def _hooks(send: Send) -> None:
    seen = [[post(1), 5, False, False], *[[post(2), 5, True, True]] * 2]
    send("hooks", "hooks", seen, 2)
    send("hooks of a session", "session-hooks", [["session", post(3)], ["request", post(1)]], 2)
    send("options of a hook", "hook-options", ["cert", "proxies", "stream", "timeout", "verify"])
    send("options of a hook by default", "hook-of-a-send", [[False, True]])
    send("hook that checks", "hook-checks", post(3))
    send("hook that changes an answer", "hook-changes", {**post(1), "reason": "marked OK"})
    send("hook that replaces an answer", "hook-replaces", {"status": 203, "text": 'marked {"author"'})
