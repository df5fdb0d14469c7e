from typing import Any

from test_outside import CLIENTS, WAYS, comments, echoed, fetched, post, status_of, user

from e2e_common.record.client import Api, matches
from e2e_common.services.upstream.answers import JSON, SERIAL

FOUR = [post(1), user(2), comments(3), fetched("/weather?city=Oslo", city="Oslo", celsius=12)]

LINES = ["line 1", "line 2", SERIAL]


def requests(api: Api) -> None:
    last = echoed("POST", text='{"author":"Grace","title":"Post 4"}', headers=JSON)
    for way in WAYS:
        api.get(f"/parallel/sequence/{way}", f"calls in sequence, {way}", [post(4), user(2), last], httpx=3)
        same = [fetched(f"/count/same-{way}", name=f"same-{way}", count=count) for count in (1, 2, 3, 4)]
        api.get(f"/parallel/same/{way}", f"same call four times, {way}", same, httpx=4)
    api.get("/parallel/gathered", "asyncio.gather", FOUR, httpx=4)
    api.get("/parallel/gathered-same", "asyncio.gather, same call", [8, *[post(1)] * 8], httpx=8)
    errors = [user(1), "LookupError", user(3), "HTTPStatusError", status_of(404)]
    api.get("/parallel/gathered-with-errors", "asyncio.gather, with errors", errors, httpx=3)
    api.get("/parallel/task-group", "anyio task group", FOUR, httpx=4)
    api.get("/parallel/bounded", "calls limited by a semaphore", [post(number) for number in range(1, 7)], httpx=6)
    api.get("/parallel/from-a-loop", "sync calls in an event loop", [user(1), user(2), user(3), post(1)], httpx=4)
    for way in CLIENTS:
        api.get(f"/parallel/threads/{way}", f"calls in threads, {way}", FOUR, httpx=4)
    left = {"left": "behind", "asked": True}
    api.get("/parallel/left-behind", "call that ends after the response", left, httpx=1, late=True)
    api.get("/parallel/loop-of-its-own/awaited", "event loop in a thread", user(1), httpx=1)
    api.get("/parallel/loop-of-its-own/left", "task that ends after the response", True, httpx=1, late=True)
    _without_context(api)
    api.get("/parallel/in-generator", "calls in a generator", [post(1), post(2), post(3)], httpx=3)
    api.get("/parallel/span", "current span", [True, user(1), status_of(503)], httpx=2)


def _without_context(api: Api) -> None:
    found: dict[str, Any] = {
        "told": {"fine": True},
        "answer": {"name": "Ada"},
        "request": {"asked": "POST"},
        "async": {"told": True},
        "lines": LINES,
        "bytes": [matches(r'\{"author":2,"id":1,"serial":"live-[0-9a-f]{12}","title":"Post 1"\}\n')],
        "stream": LINES,
        "task": LINES,
    }
    for what, response in found.items():
        name = {"told": "status", "answer": "body"}.get(what, what)
        api.get(f"/parallel/background/{what}", f"call without context, {name}", response, background=1)
