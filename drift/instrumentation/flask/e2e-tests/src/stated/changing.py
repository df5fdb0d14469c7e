"""What the requests of ../changing.py state. `inexact` says of each call what of it is another in each run."""

from __future__ import annotations

from typing import Any

from e2e_common.requester import Api, matches
from stated.words import echoed, fetched, post

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
TIME = r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}\+00:00"


def requests(api: Api) -> None:
    """Send them all."""

    def send(name: str, path: str, body: Any, calls: int = 1, **stated: Any) -> None:
        api.get(f"/changing/{path}", name=name, body=body, calls={"requests": calls}, **stated)

    _clock(send)
    _calls(send)
    send("span of the application's own", "span", {"counted": 3, "in_one_trace": True}, 0)
    send("span of the application's own beside calls", "span-beside-call", [post(1), post(2)], 2)
    send("span of the application's own around a call", "span-around-call", post(1))
    send("call in a copied context", "copied-context", post(3))


def _clock(send: Any) -> None:
    second = matches("[a-z]+-[a-z]+")
    read = {"found": post(1), "seconds": [second] * 7, "one": 1}
    send("clock after a call", "clock", read, early_in_second=True)
    found = [fetched("/slow/0.5", seconds=0.5), post(1)]
    send("clock between calls", "clock-between-calls", {"found": found, "went_on": True}, 2)


def _calls(send: Any) -> None:
    nothing = {"found": post(1), "nothing": [True, True]}
    unanswered = [f"GET http://upstream/{path}" for path in ("only-in-replay", "posts/77")]
    send("calls in replay alone", "only-in-replay", nothing, unanswered=unanswered)
    unanswered = ["PUT http://upstream/users/1"]
    send("no call but in replay", "nothing-recorded", {"nothing": True}, 0, unanswered=unanswered)
    keyed = [echoed(query={"number": [str(number)], "key": [matches(UUID)]}) for number in (1, 2)]
    send("new key in a query", "query", keyed, 2, inexact={"$.query.key, $.url": 2})
    dated = echoed(headers={"X-Asked-At": matches(TIME), "X-Open": "yes"})
    send("time in a header", "header", dated, inexact={"$.headers.X-Asked-At": 1})
    made = fetched("/users", status=201, reason="CREATED", id=4, name="Lin")
    send("new id in a body", "body", [made, fetched("/users/1", id=1, name="Ada")], 2, inexact={"$.body": 1})
    send("new id in a path", "path", {"kind": "application/json"})
