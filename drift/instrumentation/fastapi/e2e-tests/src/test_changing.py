from test_calls_requests import fetched, user, with_reason

from e2e_common.record.client import Api, matches

SECOND = matches("[a-z]+-[a-z]+")


def clock(api: Api) -> None:
    early = {"early_in_second": True}
    api.get("/clock/call", "clock after a call", {"user": user(1), "second": SECOND}, httpx=1, **early)
    slow = fetched("/slow/1.0", seconds=1.0)
    api.get("/clock/calls", "clock after two calls", {"answers": [slow, user(1)], "second": SECOND}, httpx=2, **early)
    api.get("/clock/slow-call", "clock after a slow call", {"answer": slow, "moved_on": True}, httpx=1)


def calls(api: Api) -> None:
    alone = {"unanswered": ["GET http://upstream/only-in-replay"]}
    api.get("/only-in-replay/httpx", "call only in replay, httpx", ["unanswered", user(1)], httpx=1, **alone)
    also = ["unanswered", with_reason(user(1))]
    api.get("/only-in-replay/requests", "call only in replay, requests", also, requests=1, **alone)
    oslo, rome = (fetched("/weather", city=city, celsius=12) for city in ("Oslo", "Rome"))
    api.get("/new/parameter", "new UUID in a query", oslo, httpx=1, inexact={"$.query.key, $.url": 1})
    made = fetched("/users", status=201, id=4, name="Zoë")
    api.get("/new/body", "current time in a body", with_reason([made, user(1)]), requests=2, inexact={"$.body": 1})
    api.get("/new/header", "new UUID in a header", rome, httpx=1, inexact={"$.headers.x-request-id": 1})


def requests(api: Api) -> None:
    api.get("/lifespan", "lifespan state", {"opened": "by the lifespan"})
    api.get("/start/only-in-replay", "call at startup only in replay", {"asked": "unanswered"})
    api.get("/span", "custom span", {"counted": 3})
    api.get("/span/call", "custom span around a call", {"inside": user(1), "after": user(2)}, httpx=2)
