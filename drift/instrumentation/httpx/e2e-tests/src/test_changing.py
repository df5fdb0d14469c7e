from typing import Any

from test_outside import CLIENTS, WAYS, echoed, fetched, post

from e2e_common.record.client import Api, matches
from e2e_common.services.upstream.answers import FORM, JSON

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
TIME = r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}\+00:00"


def requests(api: Api) -> None:
    clock = [fetched("/slow/0.5", seconds=0.5), post(1), True, True]
    for way in CLIENTS:
        api.get(f"/changing/clock/{way}", f"clock after a call, {way}", clock, httpx=3)
        one = {"moved_on": True}
        api.get(f"/changing/clock-of-one-call/{way}", f"clock after a slow call, {way}", one, httpx=2)
    for way in WAYS:
        _parameters(api, way)
    api.get("/changing/path", "new UUID in a path", {"kind": "application/json"}, httpx=1)
    hooked: Any = {**JSON, "X-Request-Id": matches(UUID)}
    named = [echoed("POST", text=f'{{"n":{n}}}', headers=hooked) for n in (1, 2, 3)]
    api.get("/changing/hook", "new UUID in an event hook", named, httpx=3, inexact={"$.headers.x-request-id": 3})
    form = {"id": [matches("[0-9a-f]{32}")], "item": ["tea"]}
    body = echoed("POST", text=matches("id=[0-9a-f]{32}&item=tea"), form=form, headers=FORM)
    api.get("/changing/form", "new UUID in a form", body, httpx=1, inexact={"$.body": 1})


def _parameters(api: Api, way: str) -> None:
    queries = [echoed(query={"n": [str(n)], "id": [matches(UUID)]}) for n in (1, 2)]
    api.get(f"/changing/query/{way}", f"new UUID in a query, {way}", queries, httpx=2, inexact={"$.query.id, $.url": 2})
    header = echoed(headers={"X-Asked-At": matches(TIME), "X-Open": "yes"})
    inexact = {"$.headers.x-asked-at": 1}
    api.get(f"/changing/header/{way}", f"current time in a header, {way}", header, httpx=1, inexact=inexact)
    body = echoed("POST", text=matches(r'\{"at":[0-9]{19},"item":"tea"\}'), headers=JSON)
    api.get(f"/changing/json/{way}", f"current time in a body, {way}", [body, echoed()], httpx=2, inexact={"$.body": 1})


def only_in_replay(api: Api) -> None:
    """A call without a mock must not get the mock of another call, of this request or another one."""
    found = {"found": echoed("POST", text='{"item":"tea"}', headers=JSON), "nothing": [True, True]}
    unanswered = [f"{method} http://upstream/only-in-replay" for method in ("GET", "DELETE")]
    for way in WAYS:
        name = f"calls only in replay, {way}"
        api.get(f"/changing/only-in-replay/{way}", name, found, httpx=1, unanswered=unanswered)
    unanswered = ["PUT http://upstream/nothing-but-in-replay"]
    path = "/changing/nothing-but-in-replay"
    api.get(path, "PUT only in replay", {"nothing": True}, unanswered=unanswered)
    counted = fetched("/count/once-more", of={"asked": "POST"}, name="once-more", count=1)
    unanswered = ["GET http://upstream/count/once-more"]
    path = "/changing/once-more-in-replay"
    api.get(path, "other method only in replay", {"found": counted, "nothing": True}, httpx=1, unanswered=unanswered)
