from typing import Any

from test_outside import CLIENTS, IN_JSON, LENGTH, echoed, heading, status_of, user

from e2e_common.record.client import Api, matches
from e2e_common.services.upstream.answers import PLAIN, SERIAL

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
"""Features that the SDK breaks, because it reads a response before the application does."""


def requests(api: Api) -> None:
    every = {how: _got(content) for how, content in READ.items()}
    for way in CLIENTS:
        api.get(f"/stream/all/{way}?of={'+'.join(READ)}", f"streamed responses, {way}", every, httpx=len(READ))
    for how, content in LOST.items():
        api.get(f"/stream/sync/{how}", f"stream: {how}, sync", _got(content), httpx=1)
    for how, content in LOST_IN_BOTH.items():
        api.get(f"/stream/async/{how}", f"stream: {how}, async", _got(content), httpx=1)
    every = {**heading("/bytes", content_type="application/x-bytes"), "length": "273", "same": True, "serial": SERIAL}
    module = [echoed("POST", "/echo?q=1", text="ab"), every]
    api.get("/stream/module", "stream: httpx.stream()", module, httpx=2)
    unread = {**heading("/answer?body=not+read", content_type=PLAIN, x_serial=SERIAL), "length": "8"}
    for way in CLIENTS:
        api.get(f"/stream/sent/{way}", f"stream: send(), {way}", _got(LINES), httpx=1)
        api.get(f"/stream/unread/{way}", f"stream closed unread, {way}", unread, httpx=1)
    zipped = matches(r'\{"serial":"live-[0-9a-f]{12}","zipped":true\}\n')
    gzip = {**heading("/gzip", **IN_JSON), "length": LENGTH, "content": zipped}
    api.get("/stream/gzip", "stream: gzip", gzip, httpx=1)
    content = [matches("déjà vu live-[0-9a-f]{12}"), "iso-8859-1"]
    latin_1 = {**heading("/latin-1", content_type="text/plain; charset=iso-8859-1"), "length": "25", "content": content}
    api.get("/stream/latin-1", "stream: latin-1", latin_1, httpx=1)
    last = echoed(url="/echo?from=redirect", hops=1)
    api.get("/stream/redirected", "stream: redirect", last, httpx=1, reached=["GET /echo"])
    for code in (404, 503):
        api.get(f"/stream/failed/{code}", f"stream: {code}", status_of(code), httpx=1)
    passed = [heading("/lines/3", content_type=PLAIN), *LINES, user(1)]
    api.get("/stream/passed-on", "stream passed on to the response", passed, httpx=2)


def _got(content: Any) -> list[Any]:
    """Returns the content, and that the response is closed in the end."""
    return [{**heading("/lines/3", content_type=PLAIN), "content": content}, True]
