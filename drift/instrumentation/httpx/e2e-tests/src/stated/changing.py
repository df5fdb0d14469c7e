"""What the requests of ../changing.py state. `inexact` says of each call what of it is another in each run."""

from __future__ import annotations

from typing import Any

from e2e_common.requester import matches
from stated.words import CLIENTS, FORM, JSON, WAYS, Send, echoed, fetched, post

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
TIME = r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}\+00:00"


def requests(send: Send) -> None:
    """Send them all."""
    clock = [fetched("/slow/0.5", seconds=0.5), post(1), True, True]
    for way in CLIENTS:
        send(f"clock after a call, {way}", f"/changing/clock/{way}", clock, httpx=3)
        one = {"moved_on": True}
        send(f"clock after a slow call, {way}", f"/changing/clock-of-one-call/{way}", one, httpx=2)
    for way in WAYS:
        _parameters(send, way)
    send("new id in a path", "/changing/path", {"kind": "application/json"}, httpx=1)
    hooked: Any = {**JSON, "X-Request-Id": matches(UUID)}
    named = [echoed("POST", text=f'{{"n":{n}}}', headers=hooked) for n in (1, 2, 3)]
    send("new id by a hook", "/changing/hook", named, httpx=3, inexact={"$.headers.x-request-id": 3})
    form = {"id": [matches("[0-9a-f]{32}")], "item": ["tea"]}
    body = echoed("POST", text=matches("id=[0-9a-f]{32}&item=tea"), form=form, headers=FORM)
    send("new id in a form", "/changing/form", body, httpx=1, inexact={"$.body": 1})
    _only_in_replay(send)


def _parameters(send: Send, way: str) -> None:
    queries = [echoed(query={"n": [str(n)], "id": [matches(UUID)]}) for n in (1, 2)]
    send(f"new id in a query, {way}", f"/changing/query/{way}", queries, httpx=2, inexact={"$.query.id, $.url": 2})
    header = echoed(headers={"X-Asked-At": matches(TIME), "X-Open": "yes"})
    inexact = {"$.headers.x-asked-at": 1}
    send(f"time in a header, {way}", f"/changing/header/{way}", header, httpx=1, inexact=inexact)
    body = echoed("POST", text=matches(r'\{"at":[0-9]{19},"item":"tea"\}'), headers=JSON)
    send(f"time in a body, {way}", f"/changing/json/{way}", [body, echoed()], httpx=2, inexact={"$.body": 1})


def _only_in_replay(send: Send) -> None:
    """What nobody has recorded is answered by nothing: no other call of the request, and none of another one."""
    found = {"found": echoed("POST", text='{"item":"tea"}', headers=JSON), "nothing": [True, True]}
    unanswered = [f"{method} http://upstream/only-in-replay" for method in ("GET", "DELETE")]
    for way in WAYS:
        path = f"/changing/only-in-replay/{way}"
        send(f"calls in replay alone, {way}", path, found, httpx=1, unanswered=unanswered)
    unanswered = ["PUT http://upstream/nothing-but-in-replay"]
    path = "/changing/nothing-but-in-replay"
    send("no call but in replay", path, {"nothing": True}, unanswered=unanswered)
    counted = fetched("/count/once-more", of={"asked": "POST"}, name="once-more", count=1)
    unanswered = ["GET http://upstream/count/once-more"]
    path = "/changing/once-more-in-replay"
    send("other verb in replay", path, {"found": counted, "nothing": True}, httpx=1, unanswered=unanswered)
