from typing import Any

from test_calls_requests import IN_PARTS, detailed, echoed, fetched, heading

from e2e_common.record.client import Api, matches
from e2e_common.services.upstream.answers import FORM, JSON, PLAIN, SERIAL, TEXT, weather

LINES = "line 1\nline 2\nline 3\nlive-[0-9a-f]{12}\n"


def methods(client: str) -> list[Any]:
    own, form = {"X-Client": client}, {"name": ["Zoë"], "tag": ["a", "b"]}
    return [
        echoed("GET", "/echo?q=a+b&tag=x&tag=y", query={"q": ["a b"], "tag": ["x", "y"]}, headers=own),
        echoed("POST", text='{"name":"Zoë","price":2.5}', headers={**JSON, **own}),
        echoed("PUT", text="name=Zo%C3%AB&tag=a&tag=b", form=form, headers={**FORM, **own}),
        echoed("PATCH", text="plain ü", headers={**TEXT, **own}),
        echoed("DELETE", headers={"X-Reason": "too old", **own}),
        echoed("OPTIONS", headers={"Cookie": "theme=dark", **own}),
    ]


def bodies() -> list[Any]:
    return [
        echoed("POST", text='{"count":1}', headers=JSON),
        echoed("POST", text='{"count":"1"}', headers=JSON),
        echoed("POST", text="tag=a&tag=b", form={"tag": ["a", "b"]}, headers=FORM),
        echoed("POST", text="tag=b&tag=a", form={"tag": ["b", "a"]}, headers=FORM),
        echoed("POST", text="x" * 5000 + "1"),
        echoed("POST", text="x" * 5000 + "2"),
        echoed("POST", text="bytes \ufffd"),
    ]


def sent(api: Api) -> None:
    api.get("/httpx/get", "httpx: GET", fetched("/weather?city=Oslo", **weather("Oslo")), httpx=1)
    api.get("/httpx/methods", "httpx: methods", methods("sync"), httpx=6)
    api.get("/httpx/async-methods", "httpx: methods, async", methods("async"), httpx=6)
    api.get("/httpx/bodies", "httpx: calls that differ in the body", bodies(), httpx=7)
    queries = [
        echoed("GET"),
        echoed("GET", "/echo?tag=a&tag=b", query={"tag": ["a", "b"]}),
        echoed("GET", "/echo?tag=b&tag=a", query={"tag": ["b", "a"]}),
        echoed("GET", "/echo?tag=a&empty=", query={"tag": ["a"], "empty": [""]}),
        echoed("GET", "/echo?city=Jun%C3%ADn", query={"city": ["Junín"]}),
    ]
    api.get("/httpx/queries", "httpx: calls that differ in the query", queries, httpx=5)
    ways = ("get", "stream", "async", "async-stream")
    once = [fetched(f"/count/httpx-{way}", name=f"httpx-{way}", count=1) for way in ways]
    api.get("/httpx/once", "httpx: each call is sent once", once, httpx=4)
    head = {**heading(X_Answer="of the upstream"), "url": "/echo", "body": None, "length": 0}
    api.get("/httpx/head", "httpx: HEAD", head, httpx=1)
    nothing = {**heading(204, **IN_PARTS, X_Serial=SERIAL), "url": "/empty", "body": None}
    api.get("/httpx/empty", "httpx: 204", nothing, httpx=1)
    head = {"X-Of": "the client", "X-Also": "yes", "Authorization": "Basic YWRhOnNlY3JldA=="}
    found = [
        echoed("GET", "/echo?page=1&q=2", query={"page": ["1"], "q": ["2"]}, headers=head),
        fetched("/private?page=1", user="ada"),
    ]
    api.get("/httpx/options", "httpx: defaults of a client", found, httpx=2)
    built = echoed("POST", text="[1,null,true]", headers={**JSON, "X-Built": "yes"})
    api.get("/httpx/built", "httpx: build_request and send", built, httpx=1)
    streamed = echoed("POST", text="one, two", headers={"Content-Type": "text/plain"})
    api.get("/httpx/body/streamed", "httpx: streamed body", streamed, httpx=1)
    api.get("/httpx/body/async-streamed", "httpx: streamed body, async", streamed, httpx=1)
    api.get("/httpx/body/files", "httpx: files", {"file": ["a.txt", 3]}, httpx=1)
    boundary = {"Content-Type": "multipart/form-data; boundary=here"}
    files = echoed("POST", form={"note": ["with it"]}, files={"file": ["a.txt", 3]}, headers=boundary)
    api.get("/httpx/body/files?boundary=here", "httpx: files, fixed boundary", files, httpx=1)


def received(api: Api) -> None:
    lines = ["line 1", "line 2", "line 3", SERIAL]
    sizes = ["line 1\nline 2\nli", matches("ne 3\nlive-[0-9a-f]{6}"), matches("[0-9a-f]{6}\n")]
    in_parts = heading(**IN_PARTS)
    for way in ("lines", "sizes", "text", "bytes", "read", "raw"):
        content = {"lines": lines, "sizes": sizes}.get(way, matches(LINES))
        api.get(f"/httpx/stream/{way}", f"httpx: stream, {way}", {**in_parts, "content": content}, httpx=1)
    for way in ("lines", "text", "bytes", "read"):
        content = lines if way == "lines" else matches(LINES)
        api.get(f"/httpx/async-stream/{way}", f"httpx: async stream, {way}", {**in_parts, "content": content}, httpx=1)
    api.get("/httpx/unclosed", "httpx: stream closed unread", {**in_parts, "closed": True}, httpx=1)
    moved = {**echoed("GET", "/echo?from=redirect", query={"from": ["redirect"]}), "history": [302, 302]}
    api.get("/httpx/redirect/2", "httpx: follow_redirects", moved, httpx=1, reached=["GET /redirect/1", "GET /echo"])
    stays = {**heading(302, Content_Type=PLAIN, Location="/echo?from=redirect"), "text": "moved\n"}
    api.get("/httpx/not-followed", "httpx: redirect not followed", stays, httpx=1)
    every = {**heading(Content_Type="application/x-bytes"), "bytes": True, "serial": SERIAL}
    api.get("/httpx/bytes", "httpx: binary response", every, httpx=1)
    api.get("/httpx/image", "httpx: image response", {"type": "image/png"}, httpx=1, recorded="type")


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
    for what, value in found.items():
        followed = ["GET /redirect/1", "GET /echo"] if what == "history" else []
        name = f"httpx: response, {what}"
        api.get(f"/httpx/detail/{what}", name, detailed(what, value), httpx=1, reached=followed)
    kept = {"basket": "tea"}
    api.get("/httpx/cookie-jar", "httpx: cookie jar", {"kept": kept, "sent": kept}, httpx=2)
    itself = {
        "status": 200,
        "reason": None,
        "headers": {"Content-Type": "application/json", "Content-Length": "18"},
        "url": "http://inside.example/itself",
        "body": {"path": "/itself"},
    }
    api.get("/httpx/own-transport", "httpx: MockTransport", itself, httpx=1)
