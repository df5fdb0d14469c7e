"""Calls through httpx."""

from typing import Any

from words import echoed, fetched, heading

from e2e_common.requester import Api, matches
from e2e_common.upstream_answers import SERIAL

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PLAIN: dict[str, Any] = {"Content_Type": "text/plain; charset=utf-8", "Content_Length": None}
LINES = "line 1\nline 2\nline 3\nlive-[0-9a-f]{12}\n"


def methods(client: str) -> list[Any]:
    own = {"X-Client": client}
    return [
        echoed("GET", "/echo?q=a+b&tag=x&tag=y", query={"q": ["a b"], "tag": ["x", "y"]}, headers=own),
        echoed("POST", text='{"name":"Zoë","price":2.5}', headers={"Content-Type": "application/json", **own}),
        echoed(
            "PUT", text="name=Zo%C3%AB&tag=a&tag=b", form={"name": ["Zoë"], "tag": ["a", "b"]}, headers={**FORM, **own}
        ),
        echoed("PATCH", text="plain ü", headers={"Content-Type": "text/plain; charset=utf-8", **own}),
        echoed("DELETE", headers={"X-Reason": "too old", **own}),
        echoed("OPTIONS", headers={"Cookie": "theme=dark", **own}),
    ]


def bodies() -> list[Any]:
    json = {"headers": {"Content-Type": "application/json"}}
    form = {"headers": FORM}
    return [
        echoed("POST", text='{"count":1}', **json),
        echoed("POST", text='{"count":"1"}', **json),
        echoed("POST", text="tag=a&tag=b", form={"tag": ["a", "b"]}, **form),
        echoed("POST", text="tag=b&tag=a", form={"tag": ["b", "a"]}, **form),
        echoed("POST", text="x" * 5000 + "1"),
        echoed("POST", text="x" * 5000 + "2"),
        echoed("POST", text="bytes \ufffd"),
    ]


def what_is_sent(api: Api) -> None:
    api.get("/httpx/get", "httpx: GET", fetched("/weather?city=Oslo", city="Oslo", celsius=12), httpx=1)
    api.get("/httpx/methods", "httpx: methods", methods("sync"), httpx=6)
    api.get("/httpx/async-methods", "httpx: methods, async", methods("async"), httpx=6)
    api.get("/httpx/bodies", "httpx: told apart by the body", bodies(), httpx=7)
    queries = [
        echoed("GET"),
        echoed("GET", "/echo?tag=a&tag=b", query={"tag": ["a", "b"]}),
        echoed("GET", "/echo?tag=b&tag=a", query={"tag": ["b", "a"]}),
        echoed("GET", "/echo?tag=a&empty=", query={"tag": ["a"], "empty": [""]}),
        echoed("GET", "/echo?city=Jun%C3%ADn", query={"city": ["Junín"]}),
    ]
    api.get("/httpx/queries", "httpx: told apart by the query", queries, httpx=5)
    ways = ("get", "stream", "async", "async-stream")
    once = [fetched(f"/count/httpx-{way}", name=f"httpx-{way}", count=1) for way in ways]
    api.get("/httpx/once", "httpx: sent once", once, httpx=4)
    head = {**heading(X_Answer="of the upstream"), "url": "/echo", "body": None, "length": 0}
    api.get("/httpx/head", "httpx: HEAD", head, httpx=1)
    nothing = heading(204, **PLAIN, X_Serial=SERIAL)
    api.get("/httpx/empty", "httpx: no content", {**nothing, "url": "/empty", "body": None}, httpx=1)
    basic = "Basic YWRhOnNlY3JldA=="
    head = {"X-Of": "the client", "X-Also": "yes", "Authorization": basic}
    found = [
        echoed("GET", "/echo?page=1&q=2", query={"page": ["1"], "q": ["2"]}, headers=head),
        fetched("/private?page=1", user="ada"),
    ]
    api.get("/httpx/options", "httpx: options of a client", found, httpx=2)
    built = echoed("POST", text="[1,null,true]", headers={"Content-Type": "application/json", "X-Built": "yes"})
    api.get("/httpx/built", "httpx: built and sent", built, httpx=1)
    streamed = echoed("POST", text="one, two", headers={"Content-Type": "text/plain"})
    api.get("/httpx/body/streamed", "httpx: streamed body", streamed, httpx=1)
    api.get("/httpx/body/async-streamed", "httpx: streamed body, async", streamed, httpx=1)
    api.get("/httpx/body/files", "httpx: files", {"file": ["a.txt", 3]}, httpx=1)
    boundary = {"Content-Type": "multipart/form-data; boundary=here"}
    files = echoed("POST", form={"note": ["with it"]}, files={"file": ["a.txt", 3]}, headers=boundary)
    api.get("/httpx/body/files/boundary", "httpx: files, own boundary", files, httpx=1)


def what_comes_back(api: Api) -> None:
    lines = ["line 1", "line 2", "line 3", SERIAL]
    sizes = ["line 1\nline 2\nli", matches("ne 3\nlive-[0-9a-f]{6}"), matches("[0-9a-f]{6}\n")]
    for way, content in {"lines": lines, "sizes": sizes}.items():
        api.get(f"/httpx/stream/{way}", f"httpx: stream, {way}", {**heading(**PLAIN), "content": content}, httpx=1)
    for way in ("text", "bytes", "read", "raw"):
        found = {**heading(**PLAIN), "content": matches(LINES)}
        api.get(f"/httpx/stream/{way}", f"httpx: stream, {way}", found, httpx=1)
    for way, content in {
        "lines": lines,
        "text": matches(LINES),
        "bytes": matches(LINES),
        "read": matches(LINES),
    }.items():
        found = {**heading(**PLAIN), "content": content}
        api.get(f"/httpx/async-stream/{way}", f"httpx: async stream, {way}", found, httpx=1)
    api.get("/httpx/unclosed", "httpx: stream that nobody reads", {**heading(**PLAIN), "closed": True}, httpx=1)
    query = {"from": ["redirect"]}
    moved = {**echoed("GET", "/echo?from=redirect", query=query), "history": [302, 302]}
    api.get("/httpx/redirect/2", "httpx: redirects", moved, httpx=1, reached=["GET /redirect/1", "GET /echo"])
    moved = heading(302, Content_Type=PLAIN["Content_Type"], Location="/echo?from=redirect")
    stays = {**moved, "text": "moved\n"}
    api.get("/httpx/not-followed", "httpx: redirect not followed", stays, httpx=1)
    every = {**heading(Content_Type="application/x-bytes"), "bytes": True, "serial": SERIAL}
    api.get("/httpx/bytes", "httpx: bytes", every, httpx=1)
    api.get("/httpx/image", "httpx: image", {"type": "image/png"}, httpx=1, recorded="type")


def details(api: Api) -> None:
    found: dict[str, Any] = {
        "gzip": {"zipped": True, "serial": SERIAL},
        "latin-1": ["iso-8859-1", matches("déjà vu live-[0-9a-f]{12}")],
        "headers": "gzip",
        "number": "200",
        "reason": ["OK", True],
        "own-reason": "NON AUTHORITATIVE INFORMATION",
        "elapsed": True,
        "version": "HTTP/1.1",
        "request": ["GET", "yes"],
        "cookies": {"basket": "tea"},
        "history": [["/redirect/2", "/redirect/1"], ["/redirect/1", "/echo?from=redirect"]],
    }
    ada = '{"id":1,"name":"Ada","serial":"live-[0-9a-f]{12}"}\n'
    of: dict[str, tuple[dict[str, Any], str]] = {
        "gzip": (heading(), '{"serial":"live-[0-9a-f]{12}","zipped":true}\n'),
        "headers": (heading(), '{"serial":"live-[0-9a-f]{12}","zipped":true}\n'),
        "latin-1": (heading(Content_Type="text/plain; charset=iso-8859-1"), "déjà vu live-[0-9a-f]{12}"),
        "own-reason": (heading(203), '{"code":203,"serial":"live-[0-9a-f]{12}"}\n'),
        "cookies": (heading(Set_Cookie="basket=tea; Path=/"), '{"cookies":{},"serial":"live-[0-9a-f]{12}"}\n'),
        "history": (heading(X_Answer="of the upstream"), '(?s)\\{.*"method":"GET".*\\}\n'),
    }
    for what, value in found.items():
        before, text = of.get(what, (heading(), ada))
        answer = {what: value, "answer": before, "text": matches(text)}
        followed = ["GET /redirect/1", "GET /echo"] if what == "history" else []
        api.get(f"/httpx/detail/{what}", f"httpx: {what} of an answer", answer, httpx=1, reached=followed)
    kept = {"basket": "tea"}
    api.get("/httpx/cookie-jar", "httpx: cookie jar", {"kept": kept, "sent": kept}, httpx=2)


def hooks_and_auth(api: Api) -> None:
    hooked = {"X-Hooked": "yes"}
    answers = [
        echoed("GET", headers=hooked),
        echoed("POST", text="{}", headers={**hooked, "Content-Type": "application/json"}),
    ]
    seen = [
        "asked GET /echo",
        "asked again",
        "answered /echo GET",
        "asked POST /echo",
        "asked again",
        "answered /echo POST",
    ]
    for kind in ("hooks", "async-hooks"):
        api.get(f"/httpx/{kind}", f"httpx: {kind}", {"answers": answers, "seen": seen}, httpx=2)
    api.get("/httpx/hook-raises", "httpx: hook that raises", {"raised": 503}, httpx=1)
    private = fetched("/private", user="ada")
    for kind, count in {"basic": 0, "challenge": 1}.items():
        found = {**private, "challenges": count}
        again = ["GET /private"] * count
        api.get(f"/httpx/auth/{kind}", f"httpx: authentication, {kind}", found, httpx=1, reached=again)
    signed = {**echoed("POST", text="signed", headers={"X-Signature": "6"}), "challenges": 0}
    api.get("/httpx/auth/signed", "httpx: authentication, signed", signed, httpx=1)
    api.get("/httpx/async-auth", "httpx: authentication, async", fetched("/private", user="grace"), httpx=1)
    itself = {
        "status": 200,
        "reason": None,
        "headers": {"Content-Type": "application/json", "Content-Length": "18"},
        "url": "http://inside.example/itself",
        "body": {"path": "/itself"},
    }
    api.get("/httpx/own-transport", "httpx: own transport", itself, httpx=1)


def errors(api: Api) -> None:
    api.get("/httpx/status/201", "httpx: 201", fetched("/status/201", status=201, code=201), httpx=1)
    for code in (404, 503):
        failed = {"raised": "HTTPStatusError", "answer": fetched(f"/status/{code}", status=code, code=code)}
        api.get(f"/httpx/status/{code}", f"httpx: {code}", failed, httpx=1)
        api.get(f"/httpx/async-status/{code}", f"httpx: {code}, async", failed, httpx=1)
    for name, error in {"refused": "ConnectError", "timeout": "ReadTimeout"}.items():
        api.get(f"/httpx/{name}", f"httpx: {name}", {"raised": error}, httpx=1)
        api.get(f"/httpx/async-{name}", f"httpx: {name}, async", {"raised": error}, httpx=1)
    api.get("/httpx/too-many-redirects", "httpx: too many redirects", httpx=1, reached=["GET /redirect/2"]).answers(
        {"raised": "TooManyRedirects"}
    )
