"""What a replay does otherwise than the recording."""

from __future__ import annotations

from e2e_common.requester import matches
from stated.words import Send, fetched, user, with_reason

SECOND = matches("[a-z]+-[a-z]+")


def requests(send: Send) -> None:
    clock(send)
    calls(send)
    send("lifespan state", "/lifespan", {"opened": "by the lifespan"})
    send("call only in replay, at the start", "/start/only-in-replay", {"asked": "unanswered"})
    send("own span", "/span", {"counted": 3})
    send("own span around a call", "/span/call", {"inside": user(1), "after": user(2)}, httpx=2)


def clock(send: Send) -> None:
    early = {"early_in_second": True}
    send("clock after a call", "/clock/call", {"user": user(1), "second": SECOND}, httpx=1, **early)
    slow = fetched("/slow/1.0", seconds=1.0)
    send("clock after two calls", "/clock/calls", {"answers": [slow, user(1)], "second": SECOND}, httpx=2, **early)
    send("clock after a slow call", "/clock/slow-call", {"answer": slow, "took": 1}, httpx=1)


def calls(send: Send) -> None:
    alone = {"unanswered": ["GET http://upstream/only-in-replay"]}
    send("call only in replay, httpx", "/only-in-replay/httpx", ["unanswered", user(1)], httpx=1, **alone)
    also = ["unanswered", with_reason(user(1))]
    send("call only in replay, requests", "/only-in-replay/requests", also, requests=1, **alone)
    oslo, rome = (fetched("/weather", city=city, celsius=12) for city in ("Oslo", "Rome"))
    send("new parameter", "/new/parameter", oslo, httpx=1, inexact={"$.query.key, $.url": 1})
    made = fetched("/users", status=201, id=4, name="Zoë")
    send("new body", "/new/body", with_reason([made, user(1)]), requests=2, inexact={"$.body": 1})
    send("new header", "/new/header", rome, httpx=1, inexact={"$.headers.x-request-id": 1})
