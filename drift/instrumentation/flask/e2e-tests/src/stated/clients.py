"""What the requests of ../clients.py state: what else a client of `requests` does."""

from __future__ import annotations

from typing import Any

from e2e_common.requester import Api
from stated.words import JSON, SERIAL, echoed, fetched

BASIC = "Basic QWRhOnBhc3M6d29yZA=="


def requests(api: Api) -> None:
    """Send them all."""

    def send(name: str, path: str, body: Any, calls: int = 1) -> None:
        api.get(f"/clients/{path}", name=name, body=body, calls={"requests": calls})

    own = {"Authorization": BASIC, "X-Client": "session"}
    sessions = [
        echoed(url="/echo?key=k1", query={"key": ["k1"]}, headers={**own, "Cookie": "theme=dark"}),
        echoed(
            "POST",
            "/echo?key=k1&page=2",
            query={"key": ["k1"], "page": ["2"]},
            headers={**own, **JSON, "Cookie": "theme=dark; page=2", "X-Dropped": "never sent"},
            text="1",
        ),
    ]
    send("session", "session", sessions, 2)
    bare = echoed("PUT", "/echo?a=1&b=2", query={"a": ["1"], "b": ["2"]}, headers={"X-Client": "own"}, text="one")
    del bare["body"]["headers"]["Accept"]
    full = {"X-Client": "own", "X-Session": "yes"}
    full_echo = echoed("PUT", "/echo?a=1", query={"a": ["1"]}, headers=full, text="one")
    send("prepared requests", "prepared", [bare, full_echo], 2)
    authorized = [
        fetched("/private", user="Grace"),
        echoed("POST", headers={"X-Signature": "POST 6"}, text="signed"),
        echoed(headers={"Authorization": "Bearer t0ken"}),
    ]
    send("authorized calls", "authorized", authorized, 3)
    seen = ["Post 1, 5 s, stream=False", *["Post 2, 5 s, stream=True"] * 2]
    send("hooks", "hooks", seen, 2)
    send("hook that replaces an answer", "replacing-hook", {"status": 203, "text": 'marked {"author"'})
    send("hooks of a session", "session-hooks", [3, 1], 2)
    send("calls in a generator", "generator", [f"Post {number}" for number in range(1, 7)], 6)
    _sent(send)
    _answered(send)


def _sent(send: Any) -> None:
    """Bodies that are no text, bytes or form."""
    send("files in a call", "files", {"form": {"name": ["tea"]}, "files": {"file": ["tea.txt", 3]}})
    send("generated body of a call", "generated-body", echoed("POST", text="one, two"))
    send("file as body of a call", "file-as-body", echoed("PUT", text="from a file"))


def _answered(send: Any) -> None:
    whole = {"comments": ["Comment 1 on 2", "Comment 2 on 2"], "post": 2, "serial": SERIAL}
    lines = ["line 1", "line 2", "line 3", SERIAL]
    send("streamed calls", "streamed", {"lines": lines, "sizes": [16, 16, 16, 16, 16, 7], "whole": whole}, 2)
    send("raw stream of a call", "raw-stream", {"raw": True})
    last = echoed(url="/echo?from=redirect", query={"from": ["redirect"]}, headers={"X-Client": "own"})
    send("redirects that are followed", "redirects", {"history": [302, 302], "last": last}, 3)
    redirect = {"status": 302, "reason": "FOUND", "to": "/echo?from=redirect", "is_redirect": True, "text": "moved\n"}
    send("redirect that is not followed", "redirect", redirect)
    cookies = {"header": "basket=tea; Path=/", "answer": {"basket": "tea"}, "session": {"basket": "tea"}}
    send("cookies of an answer", "cookies", cookies)
    send("status in words", "status-in-words", {"status": "answered 200"})
    send("status as a number", "status-as-number", {"ok": True, "true": True, "status": 200})
    send("request of an answer", "request-of-answer", {"method": "GET", "took_time": True})
    send("compressed call", "gzip", {"zipped": True, "serial": SERIAL})
    send("non-UTF-8 call", "latin-1", {"text": "déjà vu"})
    send("bytes call", "bytes", {"size": 273, "same": True, "type": "application/x-bytes", "serial": SERIAL})
    send("image call", "image", {"size": 25})
    send("empty call", "empty", {"status": 204, "reason": "NO CONTENT", "size": 0, "serial": SERIAL})
    send("text where JSON was hoped for", "no-json", {"error": "JSONDecodeError", "text": "line 1", "links": {}})
