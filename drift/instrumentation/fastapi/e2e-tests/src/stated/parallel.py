"""Several calls at once. They come first: what is left behind has ended long before the last request."""

from __future__ import annotations

from e2e_common.requester import matches
from stated.words import LIBRARIES, Send, comments, fetched, post, user, with_reason

THREE = [post(1), post(2), user(1)]


def requests(send: Send) -> None:
    send("task left behind", "/parallel/left-behind", {"left": "behind"}, httpx=1, late=True)
    found = {"post": post(2), "author": user(3), "comments": comments(2)}
    send("calls in sequence", "/parallel/author-of/2", found, httpx=3)
    send("gathered", "/parallel/gathered", THREE, httpx=3)
    send("gathered, the same call three times", "/parallel/gathered/same", [user(1)] * 3, httpx=3)
    failed = {"raised": "HTTPStatusError", "answer": fetched("/status/503", status=503, code=503)}
    send("gathered, with an error", "/parallel/gathered/errors", [user(1), failed], httpx=2)
    send(
        "both libraries, sync and async",
        "/parallel/mixed",
        [post(1), with_reason(post(2)), user(1)],
        httpx=2,
        requests=1,
    )
    send("task group", "/parallel/tasks", THREE, httpx=3)
    send("tasks", "/parallel/first", [user(2), fetched("/slow/0.8", seconds=0.8)], httpx=2)
    # A replayed call moves the clock to the beginning of the recorded one: 0.8 s and the turn of a second before this
    # request, for which the CLI must move it on.
    send("clock", "/clock", {"second": matches("[a-z]+-[a-z]+")}, early_in_second=True)
    send("thread pool", "/parallel/pool", with_reason(THREE), requests=3)
    send("executor of the loop", "/parallel/executor", with_reason(user(3)), requests=1)
    for library in LIBRARIES:
        send(f"without context, {library}", f"/parallel/background/{library}", {"told": 200}, background=1)
        path = f"/parallel/background/{library}/answer"
        answer = with_reason(user(1)) if library == "requests" else user(1)
        send(f"answer without context, {library}", path, answer, background=1)
    send("without context, async", "/parallel/async-background", {"told": 200}, background=1)
    leak = ["upstream: GET /weather?city=Rome"]
    send("raw socket", "/parallel/raw-socket", {"leaked": True}, expect_unpatched={"connect": 1, "send": 1}, leaks=leak)
