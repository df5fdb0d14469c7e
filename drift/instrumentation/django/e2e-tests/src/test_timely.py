from test_calls import user, user_httpx

from e2e_common.record.client import Api, matches
from e2e_common.services.upstream.answers import JSON, SERIAL, SERVED, TEXT, echo

UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def clock(api: Api) -> None:
    second = {"found": user(1), "second": matches("[a-z]+-[a-z]+")}
    for wsgi in (False, True):
        api.get("/clock-after", "clock after a call", second, early_in_second=True, requests=1, wsgi=wsgi)


def spans(api: Api) -> None:
    for wsgi in (False, True):
        body = {"in": user(1), "after": user_httpx(2)}
        api.get("/spanned", "calls in a custom span", body, requests=1, httpx=1, wsgi=wsgi)
    api.get("/async/spanned", "call in a custom span, async", user_httpx(3), httpx=1)
    api.get("/span-that-failed", "custom span with an exception", {"failed": True})


def new_each_time(api: Api) -> None:
    """Call parameters that the application generates: the replay's values never equal the recorded ones."""
    served = {"status": 200, "headers": {**SERVED, **JSON, "X-Answer": "of the upstream"}}
    body = {**served, "reason": "OK", "body": echo("GET", query={"id": [matches(UUID)]})}
    inexact = {"$.query.id, $.url": 1}
    for wsgi in (False, True):
        api.get("/with-uuid", "new UUID in a query", body, requests=1, inexact=inexact, wsgi=wsgi)
    inexact = {"$.headers.x-request-id": 1}
    api.get("/with-uuid-header", "new UUID in a header", user_httpx(1), httpx=1, inexact=inexact)
    text = matches(r'\{"at": ?[0-9]{19}, ?"tea": ?"oolong"\}')
    body = {**served, "url": "/echo", "body": echo("POST", JSON, text=text)}
    api.get("/with-time", "current time in a body", body, httpx=1, inexact={"$.body": 1})


def requests(api: Api) -> None:
    body = {"known": user(2), "other": None}
    asked = ["GET http://upstream/posts/9"]
    for wsgi in (False, True):
        api.get("/only-in-replay", "call only in replay", body, requests=1, unanswered=asked, wsgi=wsgi)
    served = {**SERVED, **TEXT, "X-Tag": "a, b", "X-Serial": SERIAL}
    body = {"status": 200, "reason": "OK", "headers": served, "text": SERIAL}
    api.get("/repeated", "repeated header in a call's response", body, requests=1)
