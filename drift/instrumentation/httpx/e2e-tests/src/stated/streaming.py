"""What the requests of ../streaming.py state."""

from __future__ import annotations

from typing import Any

from e2e_common.requester import matches
from stated.words import CLIENTS, LENGTH, PLAIN, SERIAL, Send, echoed, fetched, plainly, user

WHOLE = matches("line 1\nline 2\nline 3\nlive-[0-9a-f]{12}\n")
LINES = ["line 1", "line 2", "line 3", SERIAL]
READ: dict[str, Any] = {
    "lines": LINES,
    "text": WHOLE,
    "text-parts": [[10, 10, 10, 9], WHOLE],
    "bytes": WHOLE,
    "byte-parts": [[16, 16, 7], WHOLE],
    "read": [WHOLE, WHOLE, WHOLE],
    "first-line": "line 1",
}
LOST_IN_BOTH: dict[str, Any] = {"raw": WHOLE, "twice": "StreamConsumed", "state": [False, False]}
LOST: dict[str, Any] = {
    **LOST_IN_BOTH,
    "raw-parts": [[16, 16, 7], WHOLE],
    "unread": "ResponseNotRead",
    "downloaded": ["", 39],
    "closed": "StreamClosed",
}
"""What the SDK makes impossible, since it reads an answer before the application does."""


def requests(send: Send) -> None:
    """Send them all."""
    every = {how: _got(content) for how, content in READ.items()}
    for way in CLIENTS:
        send(f"streams, {way}", f"/stream/all/{way}?of={'+'.join(READ)}", every, httpx=len(READ))
    for how, content in LOST.items():
        send(f"stream: {how}, sync", f"/stream/sync/{how}", _got(content), httpx=1)
    for how, content in LOST_IN_BOTH.items():
        send(f"stream: {how}, async", f"/stream/async/{how}", _got(content), httpx=1)
    every = {**plainly("/bytes", content_type="application/x-bytes"), "length": "273", "same": True, "serial": SERIAL}
    module = [echoed("POST", "/echo?q=1", query={"q": ["1"]}, text="ab"), every]
    send("stream without a client", "/stream/module", module, httpx=2)
    unread = {**plainly("/answer?body=not+read", content_type=PLAIN, x_serial=SERIAL), "length": "8"}
    for way in CLIENTS:
        send(f"stream that is sent, {way}", f"/stream/sent/{way}", _got(LINES), httpx=1)
        send(f"stream that nobody reads, {way}", f"/stream/unread/{way}", unread, httpx=1)
    zipped = matches(r'\{"serial":"live-[0-9a-f]{12}","zipped":true\}\n')
    gzip = {**plainly("/gzip", content_type="application/json"), "length": LENGTH, "content": zipped}
    send("stream: gzip", "/stream/gzip", gzip, httpx=1)
    content = [matches("déjà vu live-[0-9a-f]{12}"), "iso-8859-1"]
    latin_1 = {**plainly("/latin-1", content_type="text/plain; charset=iso-8859-1"), "length": "25", "content": content}
    send("stream: latin-1", "/stream/latin-1", latin_1, httpx=1)
    last = echoed(url="/echo?from=redirect", query={"from": ["redirect"]}, hops=1)
    send("stream: redirect", "/stream/redirected", last, httpx=1, reached=["GET /echo"])
    for code in (404, 503):
        failed = fetched(f"/status/{code}", of={"status": code}, code=code)
        send(f"stream: {code}", f"/stream/failed/{code}", failed, httpx=1)
    passed = [plainly("/lines/3", content_type=PLAIN), *LINES, user(1)]
    send("stream that is passed on", "/stream/passed-on", passed, httpx=2)


def _got(content: Any) -> list[Any]:
    """What was read, and that the answer is closed in the end."""
    return [{**plainly("/lines/3", content_type=PLAIN), "content": content}, True]
