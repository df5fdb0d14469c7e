"""Concurrent calls. They come first, so that tasks that outlive their request end long before the last request."""

from test_calls_requests import comments, fetched, post, user, with_reason

from e2e_common.record.client import Api, matches

THREE = [post(1), post(2), user(1)]


def requests(api: Api) -> None:
    api.get("/parallel/left-behind", "task that ends after the response", {"left": "behind"}, httpx=1, late=True)
    found = {"post": post(2), "author": user(3), "comments": comments(2)}
    api.get("/parallel/author-of/2", "calls in sequence", found, httpx=3)
    api.get("/parallel/gathered", "asyncio.gather", THREE, httpx=3)
    api.get("/parallel/gathered?same=yes", "asyncio.gather, same call three times", [user(1)] * 3, httpx=3)
    failed = {"raised": "HTTPStatusError", "answer": fetched("/status/503", status=503, code=503)}
    api.get("/parallel/gathered/errors", "asyncio.gather, with an error", [user(1), failed], httpx=2)
    body = [post(1), with_reason(post(2)), user(1)]
    api.get("/parallel/mixed", "httpx and requests, sync and async", body, httpx=2, requests=1)
    api.get("/parallel/tasks", "task group", THREE, httpx=3)
    api.get("/parallel/first", "asyncio tasks", [user(2), fetched("/slow/0.8", seconds=0.8)], httpx=2)
    # A replayed call sets the clock to the start of the recorded one: 0.8 s and a change of the second before this
    # request. The CLI must advance it.
    api.get("/clock", "clock", {"second": matches("[a-z]+-[a-z]+")}, early_in_second=True)
    api.get("/parallel/pool", "thread pool", with_reason(THREE), requests=3)
    api.get("/parallel/executor", "run_in_executor", with_reason(user(3)), requests=1)
    for library, response in {"httpx": user(1), "requests": with_reason(user(1))}.items():
        path = f"/parallel/background/{library}"
        api.get(path, f"call without context, {library}", {"told": 200}, background=1)
        api.get(f"{path}?answer=yes", f"response without context, {library}", response, background=1)
    api.get("/parallel/async-background", "call without context, async", {"told": 200}, background=1)
    leak = {"expect_unpatched": {"connect": 1, "send": 1}, "leaks": ["upstream: GET /weather?city=Rome"]}
    api.get("/parallel/raw-socket", "raw socket", {"leaked": True}, **leak)
