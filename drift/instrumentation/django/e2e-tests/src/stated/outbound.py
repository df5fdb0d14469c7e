"""What the requests of ../outbound.py state: the clock, outbound calls, raw sockets."""

from __future__ import annotations

from typing import Any

from stated.words import Send, fetched, fetched_httpx, matches, post, user

LIN = {"name": "Lin"}


def requests(send: Send) -> None:
    """Send them all but the clock."""
    one_after_the_other(send)
    in_parallel(send)
    failing(send)
    outside(send)


def clock(send: Send) -> None:
    """To be sent before any request that calls: a call's answer sets the clock too, to when it was recorded."""
    send("clock", "/clock", {"second": matches("[a-z]+-[a-z]+")}, early_in_second=True)


def one_after_the_other(send: Send) -> None:
    for wsgi in (False, True):
        weather = fetched("/weather?city=Oslo", city="Oslo", celsius=12)
        send("one call", "/weather/Oslo", weather, calls={"requests": 1}, wsgi=wsgi)
        weather = fetched_httpx("/weather?city=Bern", city="Bern", celsius=12)
        send("one call, async", "/async/weather/Bern", weather, calls={"httpx": 1}, wsgi=wsgi)
    found, author, comments = "/posts/2", "/users/3", "/posts/2/comments"
    said = {"post": 2, "comments": ["Comment 1 on 2", "Comment 2 on 2"]}
    body: dict[str, Any] = {
        "post": fetched(found, **post(2)),
        "author": fetched_httpx(author, **user(3)),
        "comments": fetched(comments, **said),
    }
    send("calls in sequence", "/author-of/2", body, calls={"requests": 2, "httpx": 1})
    body = {
        "post": fetched_httpx(found, **post(2)),
        "author": fetched(author, **user(3)),
        "comments": fetched_httpx(comments, **said),
    }
    for wsgi in (False, True):
        send("calls in sequence, async", "/async/author-of/2", body, calls={"requests": 1, "httpx": 2}, wsgi=wsgi)
    weather = fetched("/weather?city=Jun%C3%ADn", city="Junín", celsius=15)
    send("unicode call", "/weather/Jun%C3%ADn", weather, calls={"requests": 1})
    send("the same call again", "/again", [fetched("/users/2", **user(2))] * 3, calls={"requests": 3})
    created = fetched_httpx("/users", 201, id=4, name="Lin")
    body = {"requests": fetched("/users", 201, id=4, name="Lin"), "httpx": created}
    send("POST calls", "/users", body, method="POST", json=LIN, calls={"requests": 1, "httpx": 1})
    send("POST call, async", "/async/users", created, method="POST", json=LIN, calls={"httpx": 1})
    body = {"requests": fetched("/users/1", deleted=1), "httpx": fetched_httpx("/users/2", deleted=2)}
    send("DELETE calls", "/users", body, method="DELETE", calls={"requests": 1, "httpx": 1})


def in_parallel(send: Send) -> None:
    answers = {"/posts/1": post(1), "/posts/2": post(2), "/users/1": user(1)}
    of_requests = [fetched(path, **body) for path, body in answers.items()]
    of_httpx = [fetched_httpx(path, **body) for path, body in answers.items()]
    mixed = [*of_requests[:2], of_httpx[2]]
    for wsgi in (False, True):
        send("threads with the context", "/threads", of_requests, calls={"requests": 3}, wsgi=wsgi)
        send("threads with OpenTelemetry's context", "/otel-threads", of_httpx, calls={"httpx": 3}, wsgi=wsgi)
        send("gathered", "/async/gathered", of_httpx, calls={"httpx": 3}, wsgi=wsgi)
        send("gathered threads", "/async/gathered-threads", mixed, calls={"requests": 2, "httpx": 1}, wsgi=wsgi)
        body = fetched_httpx("/users/3", **user(3))
        send("async code of a view that is not", "/bridged", body, calls={"httpx": 1}, wsgi=wsgi)
    send("call that ends after the answer", "/async/left-running", {"left": "running"}, calls={"httpx": 1}, late=True)


def failing(send: Send) -> None:
    send("refused call, requests", "/refused-call/requests", {"outcome": "ConnectionError"}, calls={"requests": 1})
    send("refused call, httpx", "/refused-call/httpx", {"outcome": "ConnectError"}, calls={"httpx": 1})
    body = fetched("/status/503", 503, code=503)
    send("failed call, requests", "/failed-call/requests", body, calls={"requests": 1})
    body = fetched_httpx("/status/503", 503, code=503)
    send("failed call, httpx", "/failed-call/httpx", body, calls={"httpx": 1})
    send("reason of an answer, httpx", "/reason", {"reason": "CREATED"}, calls={"httpx": 1})


def outside(send: Send) -> None:
    """Calls that are no request's, and what no instrumentation sees."""
    for wsgi in (False, True):
        send("call of a signal", "/announced", {"announced": True}, background=1, wsgi=wsgi)
        send("calls while streaming", "/streamed-calls", b"", background=2, wsgi=wsgi)
    send("call of a thread without context", "/unhanded", {"joined": True}, background=1)
    leaking = (("raw socket", "/leak", "Rome", "sendall"), ("raw socket, async", "/async/leak", "Oslo", "send"))
    for name, path, city, method in leaking:
        leaks = [f"upstream: GET /weather?city={city}"]
        send(name, path, {"leaked": True}, expect_unpatched={"connect": 1, method: 1}, leaks=leaks)
