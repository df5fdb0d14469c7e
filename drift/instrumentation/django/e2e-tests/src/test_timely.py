from words import fetched, fetched_httpx

from e2e_common.requester import Api, matches
from e2e_common.upstream_answers import JSON, SERIAL, SERVED, TEXT, user

UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def clock(api: Api) -> None:
    second = {"found": fetched("/users/1", **user(1)), "second": matches("[a-z]+-[a-z]+")}
    for wsgi in (False, True):
        api.get("/clock-after", "clock after a call", second, early_in_second=True, calls={"requests": 1}, wsgi=wsgi)


def spans(api: Api) -> None:
    for wsgi in (False, True):
        body = {"in": fetched("/users/1", **user(1)), "after": fetched_httpx("/users/2", **user(2))}
        api.get("/spanned", "calls in a span of the project's own", body, calls={"requests": 1, "httpx": 1}, wsgi=wsgi)
    body = fetched_httpx("/users/3", **user(3))
    api.get("/async/spanned", "call in a span of the project's own, async", body, calls={"httpx": 1})
    api.get("/span-that-failed", "span of the project's own that failed", {"failed": True})


def new_each_time(api: Api) -> None:
    """The application's own parameters: no replay can ask for them again."""
    served = {**SERVED, **JSON, "X-Answer": "of the upstream"}
    unused = {"form": {}, "files": {}, "serial": SERIAL}
    echoed = {"method": "GET", "query": {"id": [matches(UUID)]}, "headers": {"Accept": "*/*"}, "text": "", **unused}
    body = {"status": 200, "reason": "OK", "headers": served, "body": echoed}
    for wsgi in (False, True):
        inexact = {"$.query.id, $.url": 1}
        api.get("/with-uuid", "call with a new UUID", body, calls={"requests": 1}, inexact=inexact, wsgi=wsgi)
    body = fetched_httpx("/users/1", **user(1))
    inexact = {"$.headers.x-request-id": 1}
    api.get("/with-uuid-header", "call with a new UUID in a header", body, calls={"httpx": 1}, inexact=inexact)
    sent = {"Accept": "*/*", "Content-Type": "application/json"}
    text = matches(r'\{"at": ?[0-9]{19}, ?"tea": ?"oolong"\}')
    echoed = {"method": "POST", "query": {}, "headers": sent, "text": text, **unused}
    body = {"status": 200, "headers": served, "url": "/echo", "body": echoed}
    api.get("/with-time", "call with the time", body, calls={"httpx": 1}, inexact={"$.body": 1})


def requests(api: Api) -> None:
    for wsgi in (False, True):
        body = {"known": fetched("/users/2", **user(2)), "other": None}
        asked = ["GET http://upstream/posts/9"]
        api.get(
            "/only-in-replay", "call that only the replay makes", calls={"requests": 1}, unanswered=asked, wsgi=wsgi
        ).answers(body)
    served = {**SERVED, **TEXT, "X-Tag": "a, b", "X-Serial": SERIAL}
    body = {"status": 200, "reason": "OK", "headers": served, "text": SERIAL}
    api.get("/repeated", "call whose answer has a header twice", body, calls={"requests": 1})
