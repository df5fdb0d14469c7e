"""Calls through requests."""

from __future__ import annotations

from typing import Any

from e2e_common.requester import matches
from stated.words import SERIAL, Send, comments, echoed, fetched, heading, post, user, with_reason

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PLAIN: dict[str, Any] = {"Content_Type": "text/plain; charset=utf-8", "Content_Length": None}
TYPE = {"Content-Type": "application/json"}
METHODS = [
    echoed("GET", "/echo?q=a+b&tag=x&tag=y", query={"q": ["a b"], "tag": ["x", "y"]}),
    echoed("POST", text='{"name": "Zo\\u00eb", "price": 2.5}', headers=TYPE),
    echoed("PUT", text="name=Zo%C3%AB&tag=a&tag=b", form={"name": ["Zoë"], "tag": ["a", "b"]}, headers=FORM),
    echoed("PATCH", text="plain ü", headers={"Content-Type": "text/plain; charset=utf-8"}),
    echoed("DELETE", headers={"X-Reason": "too old"}),
    echoed("OPTIONS", headers={"Cookie": "theme=dark"}),
    echoed("POST", text="[1, 2", headers=TYPE),
]


def requests(to_send: Send) -> None:
    def send(name: str, path: str, body: Any, **stated: Any) -> None:
        to_send(name, path, with_reason(body), **stated)

    send("requests: methods", "/requests/methods", METHODS, requests=7)
    once = [fetched(f"/count/requests-{way}", name=f"requests-{way}", count=1) for way in ("get", "stream")]
    send("requests: sent once", "/requests/once", once, requests=2)
    head = {**heading(X_Answer="of the upstream"), "url": "/echo", "body": None, "length": 0}
    send("requests: HEAD", "/requests/head", head, requests=1)
    found = {"post": post(2), "author": user(3), "comments": comments(2)}
    send("requests: calls in sequence", "/requests/author-of/2", found, requests=3)
    send("requests: the same call three times", "/requests/same-thrice", [user(1)] * 3, requests=3)
    own = {"X-Session": "yes", "Authorization": "Basic YWRhOnNlY3JldA=="}
    answers = [
        echoed("GET", "/echo?page=1&q=2", query={"page": ["1"], "q": ["2"]}, headers=own),
        echoed("PUT", "/echo?page=1", query={"page": ["1"]}, text='{"prepared": true}', headers={**own, **TYPE}),
    ]
    seen = ["/echo?page=1&q=2", "/echo?page=1"]
    send("requests: session", "/requests/session", {"answers": answers, "seen": seen}, requests=2)
    send("requests: files", "/requests/files", {"file": ["a.txt", 3]}, requests=1)
    what_comes_back(send)
    errors(send)


def what_comes_back(send: Send) -> None:
    text = matches("line 1\nline 2\nline 3\nlive-[0-9a-f]{12}\n")
    lines = ["line 1", "line 2", "line 3", SERIAL]
    for way, content in {"lines": lines, "content": text, "raw": text}.items():
        send(
            f"requests: stream, {way}", f"/requests/stream/{way}", {**heading(**PLAIN), "content": content}, requests=1
        )
    found: dict[str, Any] = {
        "gzip": {"zipped": True, "serial": SERIAL},
        "bytes": [True, SERIAL],
        "latin-1": ["iso-8859-1", matches("déjà vu live-[0-9a-f]{12}")],
        "reason": ["NON AUTHORITATIVE INFORMATION", True],
        "number": "200",
        "elapsed": True,
        "request": ["GET", "yes"],
        "cookies": {"basket": "tea"},
    }
    ada = '{"id":1,"name":"Ada","serial":"live-[0-9a-f]{12}"}\n'
    of: dict[str, tuple[dict[str, Any], str]] = {
        "gzip": (heading(), '{"serial":"live-[0-9a-f]{12}","zipped":true}\n'),
        "bytes": (heading(Content_Type="application/x-bytes"), "(?s).*live-[0-9a-f]{12}"),
        "latin-1": (heading(Content_Type="text/plain; charset=iso-8859-1"), "déjà vu live-[0-9a-f]{12}"),
        "reason": (heading(203), '{"code":203,"serial":"live-[0-9a-f]{12}"}\n'),
        "cookies": (heading(Set_Cookie="basket=tea; Path=/"), '{"cookies":{},"serial":"live-[0-9a-f]{12}"}\n'),
    }
    for what, value in found.items():
        before, text = of.get(what, (heading(), ada))
        answer = {what: value, "answer": before, "text": matches(text)}
        send(f"requests: {what} of an answer", f"/requests/detail/{what}", answer, requests=1)
    moved = echoed("GET", "/echo?from=redirect", query={"from": ["redirect"]})
    history = {"history": ["/redirect/2", "/redirect/1"]}
    send("requests: redirects", "/requests/redirect", {**moved, **history}, requests=3)
    send("requests: body after redirects", "/requests/redirect/body", moved["body"], requests=3)


def errors(send: Send) -> None:
    send("requests: 201", "/requests/status/201", fetched("/status/201", status=201, code=201), requests=1)
    send("requests: 503", "/requests/status/503", {"raised": "HTTPError", "status": 503}, requests=1)
    for name, error in {"refused": "ConnectionError", "timeout": "ReadTimeout"}.items():
        send(f"requests: {name}", f"/requests/{name}", {"raised": error}, requests=1)
