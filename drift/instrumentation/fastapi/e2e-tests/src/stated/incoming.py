"""What comes in."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from requests import PreparedRequest, Response
from requests.auth import AuthBase

from e2e_common.names import REQUEST_HEADER
from stated.words import BYTES, CLOSE, JSON, Send

TEA = {"name": "tea", "price": 2.5, "tags": ["hot", "green"], "maker": {"name": "Zoë", "city": None}}
NO_QUERY = {"tag": None, "order": "name", "since": None, "limit": 10, "flag": False, "query": ""}
LONG = bytes(range(256)) * 1200


def digest(data: bytes) -> dict[str, Any]:
    return {"size": len(data), "sha256": sha256(data).hexdigest()}


class AfterLongBody(AuthBase):
    """Sends the request on a connection on which a long body has come in before: that one, which has no number and is
    refused, is never recorded. `requests` gives its authentication the hook for this."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        then = request.copy()

        def again(first: Response, **options: Any) -> Response:
            assert first.status_code == 413 and first.content, first  # noqa: S101 - read, so that the connection is free
            return first.connection.send(then, **options)

        request.url = str(request.url).replace("/text", "/too-long")
        del request.headers[REQUEST_HEADER], request.headers["Connection"]
        request.prepare_body(LONG, None)
        request.register_hook("response", again)
        return request


def requests(send: Send) -> None:
    methods(send)
    parameters(send)
    bodies(send)


def methods(send: Send) -> None:
    send("GET", "/items", NO_QUERY, headers={**JSON, "X-Steps": "1"})
    send("POST", "/items", TEA, method="POST", json=TEA, expect=201, headers={"Location": "/items/7", **JSON})
    put = {"id": 7, "new": {"name": "mate", "price": 1.0, "tags": [], "maker": None}, "note": "new", "dry": True}
    sent = {"new": {"name": "mate", "price": 1}, "note": "new"}
    send("PUT", "/items/7?dry=1", put, method="PUT", json=sent)
    changed = {"id": 7, "changed": {"price": None}}
    send("PATCH", "/items/7", changed, method="PATCH", json={"price": None})
    send("DELETE", "/items/7", {"deleted": 7, "reason": ""}, method="DELETE")
    reason = {"deleted": 7, "reason": "too old"}
    send("DELETE with a body", "/items/7", reason, method="DELETE", data="too old")
    send("HEAD", "/items/7", method="HEAD", headers={"X-Item": "7"})
    send("HEAD of a handler of GET", "/both/7", method="HEAD", headers={"Content-Length": "28", **JSON})
    send("GET of a handler of HEAD", "/both/7", {"number": 7, "method": "GET"})
    allowed = {"methods": ["GET", "POST", "OPTIONS"]}
    send("OPTIONS", "/items", allowed, method="OPTIONS", headers={"Allow": "GET, POST, OPTIONS"})
    asked = {"Origin": "https://shop.example", "Access-Control-Request-Method": "PUT"}
    origin = {"Access-Control-Allow-Origin": "https://shop.example"}
    granted = {"Access-Control-Max-Age": "60", "X-Stamp": None, **origin}
    send("CORS preflight", "/items", "OK", method="OPTIONS", send_headers=asked, headers=granted)
    send(
        "CORS",
        "/items",
        NO_QUERY,
        send_headers={"Origin": "https://shop.example"},
        headers=origin,
    )


def parameters(send: Send) -> None:
    send("path parameter", "/items/7", {"id": 7})
    send("path with slashes", "/files/a/b/c.txt", {"name": "a/b/c.txt", "parts": ["a", "b", "c.txt"]})
    send("path with spaces", "/files/a%20b", {"name": "a b", "parts": ["a b"]})
    send("unicode path", "/files/na%C3%AFve/%E2%9C%93", {"name": "naïve/✓", "parts": ["naïve", "✓"]})
    send("reserved characters in a path", "/files/50%25%3Fa%23b", {"name": "50%?a#b", "parts": ["50%?a#b"]})
    alone = {
        "percent sign": ("100%2541", "100%41"),
        "question mark": ("what%3Fnow", "what?now"),
        "number sign": ("a%23b", "a#b"),
        "other reserved characters": ("a%3Bb,c@d+e:f&g=h$!*'()", "a;b,c@d+e:f&g=h$!*'()"),
    }
    for what, (sent, name) in alone.items():
        send(f"{what} in a path", f"/files/{sent}", {"name": name, "parts": [name]})
    query = "tag=a&tag=b%20c&order=price&since=2024-02-29&limit=2&flag=yes"
    found = {"tag": ["a", "b c"], "order": "price", "since": "29 Feb 2024", "limit": 2, "flag": True, "query": query}
    send("query", f"/items?{query}", found)
    send(
        "unicode query",
        "/items?tag=%C3%BC%26%3D%2B+x",
        {**NO_QUERY, "tag": ["ü&=+ x"], "query": "tag=%C3%BC%26%3D%2B+x"},
    )
    send("bare query", "/items?tag=&other&tag=b", {**NO_QUERY, "tag": ["", "b"], "query": "tag=&other&tag=b"})
    sent = {"X-Token": "s3same", "Accept-Language": "de, en;q=0.5"}
    heads = {"token": "s3same", "languages": "de, en;q=0.5", "missing": "not sent"}
    send("headers", "/headers", heads, send_headers=sent)
    send("unicode header", "/headers/name", {"name": "Zoë"}, send_headers={"X-Name": "Zoë".encode("latin-1")})
    jar = {"theme": "dark", "lang": "de"}
    send(
        "cookies",
        "/cookies",
        {**jar, "all": jar},
        cookies=jar,
        headers={"Set-Cookie": "visited=yes; HttpOnly; Max-Age=60; Path=/; SameSite=lax"},
    )
    models = {
        "query": {"limit": 2, "tags": ["a", "b"]},
        "headers": {"x_trace": "abc", "x_tag": ["one"]},
        "cookies": {"session": "s1", "theme": None},
    }
    traced = {"X-Trace": "abc", "X-Tag": "one"}
    path = "/models?limit=2&tags=a&tags=b"
    send("parameter models", path, models, send_headers=traced, cookies={"session": "s1"})
    about = {
        "client": "127.0.0.1",
        "scheme": "http",
        "http": "1.1",
        "path": "/connection",
        "root": "",
        "link": "/items/7",
    }
    send("connection", "/connection", {**about, "route": "/connection"})
    proxied = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
    outside = {**about, "client": "203.0.113.7", "scheme": "https", "route": "/connection"}
    send("connection through a proxy", "/connection", outside, send_headers=proxied)


def bodies(send: Send) -> None:
    post = {"method": "POST"}
    send("unicode body", "/text", {"text": "žluťoučký 馬 🐎", "length": 13}, json={"text": "žluťoučký 馬 🐎"}, **post)
    send(
        "form",
        "/form",
        {"name": "Zoë", "tag": ["a", "b c"], "age": 7},
        data={"name": "Zoë", "tag": ["a", "b c"], "age": "7"},
        **post,
    )
    login = {"name": "Zoë", "password": "s3same"}
    send("form model", "/form/model", {**login, "remember": False}, data=login, **post)
    send(
        "form as multipart",
        "/form",
        {"name": "Zoë", "tag": ["a"], "age": 0},
        files={"name": (None, "Zoë"), "tag": (None, "a")},
        **post,
    )
    files = [
        ("file", ("ü.bin", BYTES, "application/x-bytes")),
        ("others", ("a.txt", b"tea")),
        ("others", ("b.txt", b"")),
    ]
    first = {"name": "ü.bin", "type": "application/x-bytes", **digest(BYTES)}
    rest = [{"name": "a.txt", **digest(b"tea")}, {"name": "b.txt", **digest(b"")}]
    send(
        "upload",
        "/upload",
        {"file": first, "others": rest, "note": "with it"},
        files=files,
        data={"note": "with it"},
        **post,
    )
    binary = {"Content-Type": "application/x-bytes"}

    def raw(name: str, data: Any, received: bytes, **more: str) -> None:
        found = {"type": "application/x-bytes", **digest(received)}
        send(name, "/raw", found, method="POST", data=data, send_headers={**binary, **more})

    raw("bytes as a body", BYTES, BYTES)
    raw("300 kB body", LONG, LONG, **CLOSE)
    raw("body in chunks", iter([b"one, ", b"two"]), b"one, two")
    raw("empty body", b"", b"")
    sent = {"json": {"text": "tea"}, "auth": AfterLongBody(), "send_headers": CLOSE}
    send("kept connection, after a 300 kB body", "/text", {"text": "tea", "length": 3}, **sent, **post)
    send("body that nobody reads", "/unread", {"announced": "3"}, data=b"tea", **post)
