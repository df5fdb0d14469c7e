from typing import Any

from words import fetched, fetched_httpx

from e2e_common.requester import Api
from e2e_common.upstream_answers import post, user

LIN = {"name": "Lin"}


def one_after_the_other(api: Api) -> None:
    for wsgi in (False, True):
        weather = fetched("/weather?city=Oslo", city="Oslo", celsius=12)
        api.get("/weather/Oslo", "one call", weather, calls={"requests": 1}, wsgi=wsgi)
        weather = fetched_httpx("/weather?city=Bern", city="Bern", celsius=12)
        api.get("/async/weather/Bern", "one call, async", weather, calls={"httpx": 1}, wsgi=wsgi)
    found, author, comments = "/posts/2", "/users/3", "/posts/2/comments"
    said = {"post": 2, "comments": ["Comment 1 on 2", "Comment 2 on 2"]}
    body: dict[str, Any] = {
        "post": fetched(found, **post(2)),
        "author": fetched_httpx(author, **user(3)),
        "comments": fetched(comments, **said),
    }
    api.get("/author-of/2", "calls in sequence", body, calls={"requests": 2, "httpx": 1})
    body = {
        "post": fetched_httpx(found, **post(2)),
        "author": fetched(author, **user(3)),
        "comments": fetched_httpx(comments, **said),
    }
    for wsgi in (False, True):
        api.get("/async/author-of/2", "calls in sequence, async", body, calls={"requests": 1, "httpx": 2}, wsgi=wsgi)
    weather = fetched("/weather?city=Jun%C3%ADn", city="Junín", celsius=15)
    api.get("/weather/Jun%C3%ADn", "unicode call", weather, calls={"requests": 1})
    api.get("/again", "the same call again", [fetched("/users/2", **user(2))] * 3, calls={"requests": 3})
    created = fetched_httpx("/users", 201, id=4, name="Lin")
    body = {"requests": fetched("/users", 201, id=4, name="Lin"), "httpx": created}
    api.post("/users", "POST calls", body, json=LIN, calls={"requests": 1, "httpx": 1})
    api.post("/async/users", "POST call, async", created, json=LIN, calls={"httpx": 1})
    body = {"requests": fetched("/users/1", deleted=1), "httpx": fetched_httpx("/users/2", deleted=2)}
    api.delete("/users", "DELETE calls", body, calls={"requests": 1, "httpx": 1})


def in_parallel(api: Api) -> None:
    answers = {"/posts/1": post(1), "/posts/2": post(2), "/users/1": user(1)}
    of_requests = [fetched(path, **body) for path, body in answers.items()]
    of_httpx = [fetched_httpx(path, **body) for path, body in answers.items()]
    mixed = [*of_requests[:2], of_httpx[2]]
    for wsgi in (False, True):
        api.get("/threads", "threads with the context", of_requests, calls={"requests": 3}, wsgi=wsgi)
        api.get("/otel-threads", "threads with OpenTelemetry's context", of_httpx, calls={"httpx": 3}, wsgi=wsgi)
        api.get("/async/gathered", "gathered", of_httpx, calls={"httpx": 3}, wsgi=wsgi)
        api.get("/async/gathered-threads", "gathered threads", mixed, calls={"requests": 2, "httpx": 1}, wsgi=wsgi)
        body = fetched_httpx("/users/3", **user(3))
        api.get("/bridged", "async code of a view that is not", body, calls={"httpx": 1}, wsgi=wsgi)
    api.get(
        "/async/left-running", "call that ends after the answer", {"left": "running"}, calls={"httpx": 1}, late=True
    )


def failing(api: Api) -> None:
    api.get("/refused-call/requests", "refused call, requests", {"outcome": "ConnectionError"}, calls={"requests": 1})
    api.get("/refused-call/httpx", "refused call, httpx", {"outcome": "ConnectError"}, calls={"httpx": 1})
    body = fetched("/status/503", 503, code=503)
    api.get("/failed-call/requests", "failed call, requests", body, calls={"requests": 1})
    body = fetched_httpx("/status/503", 503, code=503)
    api.get("/failed-call/httpx", "failed call, httpx", body, calls={"httpx": 1})
    api.get("/reason", "reason of an answer, httpx", {"reason": "CREATED"}, calls={"httpx": 1})


def outside(api: Api) -> None:
    """Calls that are no request's, and what no instrumentation sees."""
    for wsgi in (False, True):
        api.get("/announced", "call of a signal", {"announced": True}, background=1, wsgi=wsgi)
        api.get("/streamed-calls", "calls while streaming", b"", background=2, wsgi=wsgi)
    api.get("/unhanded", "call of a thread without context", {"joined": True}, background=1)
    leaking = (("raw socket", "/leak", "Rome", "sendall"), ("raw socket, async", "/async/leak", "Oslo", "send"))
    for name, path, city, method in leaking:
        leaks = [f"upstream: GET /weather?city={city}"]
        api.get(path, name, {"leaked": True}, expect_unpatched={"connect": 1, method: 1}, leaks=leaks)
