"""What the requests of ../changing.py state. `inexact` says of each call what of it is another in each run."""

from __future__ import annotations

from typing import Any

from e2e_common.requester import Api, matches
from stated.words import FORM, JSON, Send, echoed, fetched, post, sender

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


def requests(api: Api) -> None:
    """Send them all."""
    send = sender(api, "changing")
    _parameters(send)
    _bodies(send)
    clock = {"slow": fetched("/slow/1.0", seconds=1.0), "told": post(1), "went_on": True, "as_dated": True}
    send("clock after a call", "clock", clock, 2)
    one = {"slow": fetched("/slow/0.5", seconds=0.5), "moved_on": True}
    send("clock after a call that took its time", "clock-of-one-call", one)
    _only_in_replay(send)


def _parameters(send: Send) -> None:
    queries = [echoed("GET", "", query={"number": [str(at)], "id": [matches(UUID)]}) for at in (1, 2)]
    send("new id in a query", "query", queries, 2, inexact={"$.query.id, $.url": 2})
    send("new id in a path", "path", {"kind": "application/json"})
    time = matches(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}\+00:00")
    dated = echoed(headers={"X-Asked-At": time, "X-Open": "yes"})
    send("time in a header", "header", dated, inexact={"$.headers.X-Asked-At": 1})
    keyed = [echoed("POST", headers=JSON, text=f'{{"number": {number}}}') for number in (1, 2, 3)]
    send("new key in a header", "key", keyed, 3, inexact={"$.headers.Idempotency-Key": 3})


def _bodies(send: Send) -> None:
    dated: Any = matches(r'\{"at": [0-9]{19}, "item": "tea"\}')
    send("time in a body", "json", echoed("POST", headers=JSON, text=dated), inexact={"$.body": 1})
    form = {"id": [matches("[0-9a-f]{32}")], "item": ["tea"]}
    text = matches("id=[0-9a-f]{32}&item=tea")
    send("new id in a form", "form", echoed("POST", headers=FORM, text=text, form=form), inexact={"$.body": 1})


def _only_in_replay(send: Send) -> None:
    """What nobody has recorded is answered by nothing: no other call of the request, and none of another one."""
    found = {"found": echoed("POST", headers=JSON, text='{"item": "tea"}'), "nothing": [True, True]}
    unanswered = [f"{method} http://upstream/only-in-replay" for method in ("GET", "DELETE")]
    send("calls in replay alone", "only-in-replay", found, unanswered=unanswered)
    unanswered = ["PUT http://upstream/nothing-but-in-replay"]
    send("no call but in replay", "nothing-but-in-replay", {"nothing": True}, 0, unanswered=unanswered)
