"""Calls through requests."""

from typing import Any

from words import comments, echoed, fetched, heading, post, user, with_reason

from e2e_common.requester import Api, matches
from e2e_common.upstream_answers import SERIAL

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


def requests(api: Api) -> None:
    api.get("/requests/methods", "requests: methods", with_reason(METHODS), requests=7)
    once = [fetched(f"/count/requests-{way}", name=f"requests-{way}", count=1) for way in ("get", "stream")]
    api.get("/requests/once", "requests: sent once", with_reason(once), requests=2)
    head = {**heading(X_Answer="of the upstream"), "url": "/echo", "body": None, "length": 0}
    api.get("/requests/head", "requests: HEAD", with_reason(head), requests=1)
    found = {"post": post(2), "author": user(3), "comments": comments(2)}
    api.get("/requests/author-of/2", "requests: calls in sequence", with_reason(found), requests=3)
    api.get("/requests/same-thrice", "requests: the same call three times", with_reason([user(1)] * 3), requests=3)
    own = {"X-Session": "yes", "Authorization": "Basic YWRhOnNlY3JldA=="}
    answers = [
        echoed("GET", "/echo?page=1&q=2", query={"page": ["1"], "q": ["2"]}, headers=own),
        echoed("PUT", "/echo?page=1", query={"page": ["1"]}, text='{"prepared": true}', headers={**own, **TYPE}),
    ]
    seen = ["/echo?page=1&q=2", "/echo?page=1"]
    api.get("/requests/session", "requests: session", {"answers": with_reason(answers), "seen": seen}, requests=2)
    api.get("/requests/files", "requests: files", {"file": ["a.txt", 3]}, requests=1)


def what_comes_back(api: Api) -> None:
    text = matches("line 1\nline 2\nline 3\nlive-[0-9a-f]{12}\n")
    lines = ["line 1", "line 2", "line 3", SERIAL]
    for way, content in {"lines": lines, "content": text, "raw": text}.items():
        api.get(f"/requests/stream/{way}", f"requests: stream, {way}", requests=1).answers(
            with_reason({**heading(**PLAIN), "content": content})
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
        api.get(f"/requests/detail/{what}", f"requests: {what} of an answer", with_reason(answer), requests=1)
    moved = echoed("GET", "/echo?from=redirect", query={"from": ["redirect"]})
    history = {"history": ["/redirect/2", "/redirect/1"]}
    api.get("/requests/redirect", "requests: redirects", with_reason({**moved, **history}), requests=3)
    api.get("/requests/redirect/body", "requests: body after redirects", moved["body"], requests=3)


def errors(api: Api) -> None:
    api.get(
        "/requests/status/201", "requests: 201", with_reason(fetched("/status/201", status=201, code=201)), requests=1
    )
    api.get("/requests/status/503", "requests: 503", {"raised": "HTTPError", "status": 503}, requests=1)
    for name, error in {"refused": "ConnectionError", "timeout": "ReadTimeout"}.items():
        api.get(f"/requests/{name}", f"requests: {name}", {"raised": error}, requests=1)
