"""What the requests of ../timely.py state: parameters that are new each time, calls of the replay alone, spans."""

from __future__ import annotations

from stated.words import SERIAL, SERVED, Send, fetched, fetched_httpx, matches, user

UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def requests(send: Send) -> None:
    """Send them all."""
    clock(send)
    spans(send)
    new_each_time(send)
    for wsgi in (False, True):
        body = {"known": fetched("/users/2", **user(2)), "other": None}
        asked = ["GET http://upstream/posts/9"]
        send(
            "call that only the replay makes",
            "/only-in-replay",
            body,
            calls={"requests": 1},
            unanswered=asked,
            wsgi=wsgi,
        )
    served = {**SERVED, "Content-Type": "text/plain; charset=utf-8", "X-Tag": "a, b", "X-Serial": SERIAL}
    body = {"status": 200, "reason": "OK", "headers": served, "text": SERIAL}
    send("call whose answer has a header twice", "/repeated", body, calls={"requests": 1})


def clock(send: Send) -> None:
    second = {"found": fetched("/users/1", **user(1)), "second": matches("[a-z]+-[a-z]+")}
    for wsgi in (False, True):
        send("clock after a call", "/clock-after", second, early_in_second=True, calls={"requests": 1}, wsgi=wsgi)


def spans(send: Send) -> None:
    for wsgi in (False, True):
        body = {"in": fetched("/users/1", **user(1)), "after": fetched_httpx("/users/2", **user(2))}
        send("calls in a span of the project's own", "/spanned", body, calls={"requests": 1, "httpx": 1}, wsgi=wsgi)
    body = fetched_httpx("/users/3", **user(3))
    send("call in a span of the project's own, async", "/async/spanned", body, calls={"httpx": 1})
    send("span of the project's own that failed", "/span-that-failed", {"failed": True})


def new_each_time(send: Send) -> None:
    """The application's own parameters: no replay can ask for them again."""
    served = {**SERVED, "X-Answer": "of the upstream"}
    unused = {"form": {}, "files": {}, "serial": SERIAL}
    echoed = {"method": "GET", "query": {"id": [matches(UUID)]}, "headers": {"Accept": "*/*"}, "text": "", **unused}
    body = {"status": 200, "reason": "OK", "headers": served, "body": echoed}
    for wsgi in (False, True):
        inexact = {"$.query.id, $.url": 1}
        send("call with a new UUID", "/with-uuid", body, calls={"requests": 1}, inexact=inexact, wsgi=wsgi)
    body = fetched_httpx("/users/1", **user(1))
    inexact = {"$.headers.x-request-id": 1}
    send("call with a new UUID in a header", "/with-uuid-header", body, calls={"httpx": 1}, inexact=inexact)
    sent = {"Accept": "*/*", "Content-Type": "application/json"}
    text = matches(r'\{"at": ?[0-9]{19}, ?"tea": ?"oolong"\}')
    echoed = {"method": "POST", "query": {}, "headers": sent, "text": text, **unused}
    body = {"status": 200, "headers": served, "url": "/echo", "body": echoed}
    send("call with the time", "/with-time", body, calls={"httpx": 1}, inexact={"$.body": 1})
