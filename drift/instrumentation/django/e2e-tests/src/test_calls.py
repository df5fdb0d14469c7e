from typing import Any

from e2e_common.record.client import Api
from e2e_common.services.upstream import answers as upstream
from e2e_common.services.upstream.answers import JSON, SERIAL, SERVED, comments, post, reason, weather

LIN = {"name": "Lin"}


def fetched(url: str, status: int = 200, **body: Any) -> dict[str, Any]:
    """Returns the expected result of a call through `requests` (`shown` in calls.py)."""
    return {"reason": reason(status), **fetched_httpx(url, status, **body)}


def fetched_httpx(url: str, status: int = 200, **body: Any) -> dict[str, Any]:
    return {"status": status, "headers": {**SERVED, **JSON}, "url": url, "body": {**body, "serial": SERIAL}}


def user(number: int) -> dict[str, Any]:
    return fetched(f"/users/{number}", **upstream.user(number))


def user_httpx(number: int) -> dict[str, Any]:
    return fetched_httpx(f"/users/{number}", **upstream.user(number))


def sequential(api: Api) -> None:
    for wsgi in (False, True):
        api.get("/weather/Oslo", "one call", fetched("/weather?city=Oslo", **weather("Oslo")), requests=1, wsgi=wsgi)
        bern = fetched_httpx("/weather?city=Bern", **weather("Bern"))
        api.get("/async/weather/Bern", "one call, async", bern, httpx=1, wsgi=wsgi)
    there = {"post": ("/posts/2", post(2)), "comments": ("/posts/2/comments", comments(2))}
    body = {**{key: fetched(url, **found) for key, (url, found) in there.items()}, "author": user_httpx(3)}
    api.get("/author-of/2", "calls in sequence", body, requests=2, httpx=1)
    body = {**{key: fetched_httpx(url, **found) for key, (url, found) in there.items()}, "author": user(3)}
    for wsgi in (False, True):
        api.get("/async/author-of/2", "calls in sequence, async", body, requests=1, httpx=2, wsgi=wsgi)
    api.get("/weather/Jun%C3%ADn", "unicode query", fetched("/weather?city=Jun%C3%ADn", **weather("Junín")), requests=1)
    api.get("/again", "same call three times", [user(2)] * 3, requests=3)
    created = fetched_httpx("/users", 201, id=4, name="Lin")
    body = {"requests": fetched("/users", 201, id=4, name="Lin"), "httpx": created}
    api.post("/users", "POST calls", body, json=LIN, requests=1, httpx=1)
    api.post("/async/users", "POST call, async", created, json=LIN, httpx=1)
    body = {"requests": fetched("/users/1", deleted=1), "httpx": fetched_httpx("/users/2", deleted=2)}
    api.delete("/users", "DELETE calls", body, requests=1, httpx=1)


def in_parallel(api: Api) -> None:
    posts = {f"/posts/{number}": post(number) for number in (1, 2)}
    posts_of_requests = [fetched(path, **body) for path, body in posts.items()]
    of_httpx = [*(fetched_httpx(path, **body) for path, body in posts.items()), user_httpx(1)]
    mixed = [*posts_of_requests, user_httpx(1)]
    for wsgi in (False, True):
        api.get("/threads", "threads with copied context", [*posts_of_requests, user(1)], requests=3, wsgi=wsgi)
        api.get("/otel-threads", "threads with OpenTelemetry context", of_httpx, httpx=3, wsgi=wsgi)
        api.get("/async/gathered", "calls with asyncio.gather", of_httpx, httpx=3, wsgi=wsgi)
        api.get("/async/gathered-threads", "asyncio.gather with threads", mixed, requests=2, httpx=1, wsgi=wsgi)
        api.get("/bridged", "async_to_sync in a sync view", user_httpx(3), httpx=1, wsgi=wsgi)
    api.get("/async/left-running", "call that ends after the response", {"left": "running"}, httpx=1, late=True)


def failing(api: Api) -> None:
    api.get("/refused-call/requests", "refused connection, requests", {"outcome": "ConnectionError"}, requests=1)
    api.get("/refused-call/httpx", "refused connection, httpx", {"outcome": "ConnectError"}, httpx=1)
    api.get(
        "/failed-call/requests", "call with status 503, requests", fetched("/status/503", 503, code=503), requests=1
    )
    api.get("/failed-call/httpx", "call with status 503, httpx", fetched_httpx("/status/503", 503, code=503), httpx=1)
    api.get("/reason", "reason phrase, httpx", {"reason": "CREATED"}, httpx=1)


def outside(api: Api) -> None:
    """Calls outside any request, and calls that no instrumentation sees."""
    for wsgi in (False, True):
        api.get("/announced", "call in request_started", {"announced": True}, background=1, wsgi=wsgi)
        api.get("/streamed-calls", "calls while the response is streamed", b"", background=2, wsgi=wsgi)
    api.get("/unhanded", "call in a thread without context", {"joined": True}, background=1)
    leaking = (("raw socket", "/leak", "Rome", "sendall"), ("raw socket, async", "/async/leak", "Oslo", "send"))
    for name, path, city, method in leaking:
        leaks = [f"upstream: GET /weather?city={city}"]
        api.get(path, name, {"leaked": True}, expect_unpatched={"connect": 1, method: 1}, leaks=leaks)
