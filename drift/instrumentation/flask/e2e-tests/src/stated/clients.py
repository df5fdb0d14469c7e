"""What the requests of ../clients.py state: what else a client of `requests` does."""

from __future__ import annotations

from typing import Any

from e2e_common.requester import Api, matches
from stated.words import JSON, SERIAL, echoed, fetched, heading, post

PLAIN = "text/plain; charset=utf-8"

BASIC = "Basic QWRhOnBhc3M6d29yZA=="


def requests(api: Api) -> None:
    """Send them all."""

    def send(name: str, path: str, body: Any, calls: int = 1, **stated: Any) -> None:
        api.get(f"/clients/{path}", name=name, body=body, calls={"requests": calls}, **stated)

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
    seen = [[post(1), "5 s, stream=False"], *[[post(2), "5 s, stream=True"]] * 2]
    send("hooks", "hooks", seen, 2)
    send("hook that replaces an answer", "replacing-hook", {"status": 203, "text": 'marked {"author"'})
    send("hooks of a session", "session-hooks", [post(3), post(1)], 2)
    send("calls in a generator", "generator", [post(number) for number in range(1, 7)], 6)
    _sent(send)
    _answered(send)


def _sent(send: Any) -> None:
    """Bodies that are no text, bytes or form."""
    form, files = {"name": ["tea"]}, {"file": ["tea.txt", 3]}
    send("files in a call", "files", fetched("/echo", headers={"X_Answer": "of the upstream"}, form=form, files=files))
    send("generated body of a call", "generated-body", echoed("POST", text="one, two"))
    send("file as body of a call", "file-as-body", echoed("PUT", text="from a file"))


def _answered(send: Any) -> None:
    whole = {"comments": ["Comment 1 on 2", "Comment 2 on 2"], "post": 2, "serial": SERIAL}
    lines = ["line 1", "line 2", "line 3", SERIAL]
    headings = [heading(Content_Type=PLAIN, Content_Length=None), heading()]
    streamed = {"lines": lines, "sizes": [16, 16, 16, 16, 16, 7], "whole": whole, "headings": headings}
    send("streamed calls", "streamed", streamed, 2)
    send("raw stream of a call", "raw-stream", {"raw": True, **heading()})
    last = echoed(url="/echo?from=redirect", query={"from": ["redirect"]}, headers={"X-Client": "own"})
    send("redirects that are followed", "redirects", {"history": [302, 302], "last": last}, 3)
    moved = heading(302, "FOUND", Content_Type=PLAIN, Location="/echo?from=redirect")
    send("redirect that is not followed", "redirect", {**moved, "is_redirect": True, "text": "moved\n"})
    cookies = {"header": "basket=tea; Path=/", "answer": {"basket": "tea"}, "session": {"basket": "tea"}}
    send("cookies of an answer", "cookies", cookies)
    send("status in words", "status-in-words", {"status": "answered 200"})
    send("status as a number", "status-as-number", {"ok": True, "true": True, "answer": post(1)})
    send("request of an answer", "request-of-answer", {"method": "GET", "took_time": True})
    send("compressed call", "gzip", {**heading(), "body": {"zipped": True, "serial": SERIAL}})
    latin_1 = {"text": "déjà vu", "bytes": "déjà vu".encode("latin-1").hex()}
    send("non-UTF-8 call", "latin-1", {**latin_1, **heading(Content_Type="text/plain; charset=iso-8859-1")})
    every = {"size": 273, "same": True, "serial": SERIAL, **heading(Content_Type="application/x-bytes")}
    send("bytes call", "bytes", every)
    send("image call", "image", {"size": 25}, recorded="type")
    nothing = heading(204, "NO CONTENT", Content_Type=PLAIN, Content_Length=None, X_Serial=SERIAL)
    send("empty call", "empty", {**nothing, "size": 0})
    text = {"error": "JSONDecodeError", "text": matches("line 1\nlive-[0-9a-f]{12}\n"), "links": {}}
    plain = heading(Content_Type=PLAIN, Content_Length=None)
    send("text where JSON was hoped for", "no-json", {**text, **plain})
