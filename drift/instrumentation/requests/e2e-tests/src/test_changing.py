from typing import Any

from test_wire import echoed, fetched, post

from e2e_common.record.client import Api, matches
from e2e_common.services.upstream.answers import FORM, JSON

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


def requests(api: Api) -> None:
    _parameters(api)
    _bodies(api)
    clock = {"slow": fetched("/slow/1.0", seconds=1.0), "told": post(1), "went_on": True, "as_dated": True}
    api.get("/changing/clock", "clock after a call", clock, requests=2)
    one = {"slow": fetched("/slow/0.5", seconds=0.5), "moved_on": True}
    api.get("/changing/clock-of-one-call", "clock after a slow call", one)
    _only_in_replay(api)


def _parameters(api: Api) -> None:
    queries = [echoed("GET", "", query={"number": [str(at)], "id": [matches(UUID)]}) for at in (1, 2)]
    api.get("/changing/query", "new UUID in a query", queries, requests=2, inexact={"$.query.id, $.url": 2})
    api.get("/changing/path", "new UUID in a path", {"kind": "application/json"})
    time = matches(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}\+00:00")
    dated = echoed(headers={"X-Asked-At": time, "X-Open": "yes"})
    api.get("/changing/header", "current time in a header", dated, inexact={"$.headers.X-Asked-At": 1})
    keyed = [echoed("POST", headers=JSON, text=f'{{"number": {number}}}') for number in (1, 2, 3)]
    api.get("/changing/key", "new UUID in a header", keyed, requests=3, inexact={"$.headers.Idempotency-Key": 3})


def _bodies(api: Api) -> None:
    dated: Any = matches(r'\{"at": [0-9]{19}, "item": "tea"\}')
    api.get("/changing/json", "current time in a body", echoed("POST", headers=JSON, text=dated), inexact={"$.body": 1})
    form = {"id": [matches("[0-9a-f]{32}")], "item": ["tea"]}
    text = matches("id=[0-9a-f]{32}&item=tea")
    formed = echoed("POST", headers=FORM, text=text, form=form)
    api.get("/changing/form", "new UUID in a form", formed, inexact={"$.body": 1})


def _only_in_replay(api: Api) -> None:
    """A call without a mock must not get the mock of another call, of this request or another one."""
    found = {"found": echoed("POST", headers=JSON, text='{"item": "tea"}'), "nothing": [True, True]}
    unanswered = [f"{method} http://upstream/only-in-replay" for method in ("GET", "DELETE")]
    api.get("/changing/only-in-replay", "calls only in replay", found, unanswered=unanswered)
    path = "/changing/nothing-but-in-replay"
    put = ["PUT http://upstream/nothing-but-in-replay"]
    api.get(path, "PUT only in replay", {"nothing": True}, requests=0, unanswered=put)
