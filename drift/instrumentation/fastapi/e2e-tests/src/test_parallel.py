"""Concurrent calls. They come first, so that tasks left behind end long before the last request."""

from test_calls_requests import comments, fetched, post, user, with_reason

from e2e_common.record.client import Api, matches

THREE = [post(1), post(2), user(1)]


def requests(api: Api) -> None:
    api.get("/parallel/left-behind", "task left behind", {"left": "behind"}, httpx=1, late=True)
    found = {"post": post(2), "author": user(3), "comments": comments(2)}
    api.get("/parallel/author-of/2", "calls in sequence", found, httpx=3)
    api.get("/parallel/gathered", "gathered", THREE, httpx=3)
    api.get("/parallel/gathered?same=yes", "gathered, the same call three times", [user(1)] * 3, httpx=3)
    failed = {"raised": "HTTPStatusError", "answer": fetched("/status/503", status=503, code=503)}
    api.get("/parallel/gathered/errors", "gathered, with an error", [user(1), failed], httpx=2)
    body = [post(1), with_reason(post(2)), user(1)]
    api.get("/parallel/mixed", "both libraries, sync and async", body, httpx=2, requests=1)
    api.get("/parallel/tasks", "task group", THREE, httpx=3)
    api.get("/parallel/first", "tasks", [user(2), fetched("/slow/0.8", seconds=0.8)], httpx=2)
    # A replayed call sets the clock to the start of the recorded one: 0.8 s and a change of the second before this
    # request. The CLI must advance it.
    api.get("/clock", "clock", {"second": matches("[a-z]+-[a-z]+")}, early_in_second=True)
    api.get("/parallel/pool", "thread pool", with_reason(THREE), requests=3)
    api.get("/parallel/executor", "executor of the loop", with_reason(user(3)), requests=1)
    for library, answer in {"httpx": user(1), "requests": with_reason(user(1))}.items():
        path = f"/parallel/background/{library}"
        api.get(path, f"without context, {library}", {"told": 200}, background=1)
        api.get(f"{path}?answer=yes", f"answer without context, {library}", answer, background=1)
    api.get("/parallel/async-background", "without context, async", {"told": 200}, background=1)
    leak = {"expect_unpatched": {"connect": 1, "send": 1}, "leaks": ["upstream: GET /weather?city=Rome"]}
    api.get("/parallel/raw-socket", "raw socket", {"leaked": True}, **leak)
