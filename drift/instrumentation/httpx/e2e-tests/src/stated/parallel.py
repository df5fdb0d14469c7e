"""What the requests of ../parallel.py state."""

from __future__ import annotations

from typing import Any

from e2e_common.requester import matches
from stated.words import CLIENTS, JSON, SERIAL, WAYS, Send, comments, echoed, fetched, post, user, weather

FOUR = [post(1), user(2), comments(3), weather("Oslo")]

LINES = ["line 1", "line 2", SERIAL]


def requests(send: Send) -> None:
    """Send them all."""
    told = echoed("POST", text='{"author":"Grace","title":"Post 4"}', headers=JSON)
    for way in WAYS:
        send(f"calls in sequence, {way}", f"/parallel/sequence/{way}", [post(4), user(2), told], httpx=3)
        same = [fetched(f"/count/same-{way}", name=f"same-{way}", count=count) for count in (1, 2, 3, 4)]
        send(f"the same call four times, {way}", f"/parallel/same/{way}", same, httpx=4)
    send("gathered", "/parallel/gathered", FOUR, httpx=4)
    send("gathered, the same", "/parallel/gathered-same", [8, *[post(1)] * 8], httpx=8)
    missing = fetched("/status/404", of={"status": 404}, code=404)
    errors = [user(1), "LookupError", user(3), "HTTPStatusError", missing]
    send("gathered, with errors", "/parallel/gathered-with-errors", errors, httpx=3)
    send("in a task group", "/parallel/task-group", FOUR, httpx=4)
    send("two at a time", "/parallel/bounded", [post(number) for number in range(1, 7)], httpx=6)
    send("sync calls in a loop", "/parallel/from-a-loop", [user(1), user(2), user(3), post(1)], httpx=4)
    for way in CLIENTS:
        send(f"in threads, {way}", f"/parallel/threads/{way}", FOUR, httpx=4)
    send("left behind", "/parallel/left-behind", {"left": "behind", "asked": True}, httpx=1, late=True)
    send("in a loop of its own", "/parallel/loop-of-its-own/awaited", user(1), httpx=1)
    send("left behind in a loop", "/parallel/loop-of-its-own/left", True, httpx=1, late=True)
    _without_context(send)
    send("calls in a generator", "/parallel/in-generator", [post(1), post(2), post(3)], httpx=3)
    failed = fetched("/status/503", of={"status": 503}, code=503)
    send("current span", "/parallel/span", [True, user(1), failed], httpx=2)


def _without_context(send: Send) -> None:
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
    for what, answer in found.items():
        send(f"without context, {what}", f"/parallel/background/{what}", answer, background=1)
