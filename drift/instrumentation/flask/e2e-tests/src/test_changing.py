from test_calls import echoed, fetched, post

from e2e_common.record.client import Api, matches
from e2e_common.services.upstream.answers import user

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
TIME = r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}\+00:00"


def clock(api: Api) -> None:
    second = matches("[a-z]+-[a-z]+")
    # Before all requests with outbound calls: a replayed call sets the clock, which would then be right by chance.
    api.get("/changing/clock", "clock", {"second": second}, early_in_second=True)
    read = {"found": post(1), "seconds": [second] * 7, "one": 1}
    api.get("/changing/clock-after-call", "clock after a call", read, requests=1, early_in_second=True)
    found = [fetched("/slow/0.5", seconds=0.5), post(1)]
    api.get("/changing/clock-between-calls", "clock between calls", {"found": found, "went_on": True}, requests=2)


def calls(api: Api) -> None:
    nothing = {"found": post(1), "nothing": [True, True]}
    unanswered = [f"GET http://upstream/{path}" for path in ("only-in-replay", "posts/77")]
    api.get("/changing/only-in-replay", "calls only in replay", nothing, requests=1, unanswered=unanswered)
    unanswered = ["PUT http://upstream/users/1"]
    api.get("/changing/nothing-recorded", "PUT only in replay", {"nothing": True}, requests=0, unanswered=unanswered)
    keyed = [echoed(query={"number": [str(number)], "key": [matches(UUID)]}) for number in (1, 2)]
    api.get("/changing/query", "new UUID in a query", keyed, requests=2, inexact={"$.query.key, $.url": 2})
    dated = echoed(headers={"X-Asked-At": matches(TIME), "X-Open": "yes"})
    api.get("/changing/header", "current time in a header", dated, requests=1, inexact={"$.headers.X-Asked-At": 1})
    made = [fetched("/users", status=201, id=4, name="Lin"), fetched("/users/1", **user(1))]
    api.get("/changing/body", "new UUID in a body", made, requests=2, inexact={"$.body": 1})
    api.get("/changing/path", "new UUID in a path", {"kind": "application/json"}, requests=1)


def requests(api: Api) -> None:
    api.get("/changing/span", "custom span", {"counted": 3, "in_one_trace": True}, requests=0)
    api.get("/changing/span-beside-call", "custom span between calls", [post(1), post(2)], requests=2)
    api.get("/changing/span-around-call", "custom span around a call", post(1), requests=1)
    api.get("/changing/copied-context", "call in a thread with a copied context", post(3), requests=1)


def unseen(api: Api) -> None:
    body = {"leaked": True}
    leaks = ["upstream: GET /weather?city=Rome"]
    api.get("/changing/leak", "raw socket", body, expect_unpatched={"connect": 1, "sendall": 1}, leaks=leaks)
    datagrams = {"first": "a:1|c", "sent": 6, "rest": ["b:ž|c", "c:3|c"], "answer": "three"}
    api.get("/changing/datagrams", "UDP datagrams", datagrams)
    api.get("/changing/socket-pair", "socket pair", {"read": ["one way", "the other"]})
