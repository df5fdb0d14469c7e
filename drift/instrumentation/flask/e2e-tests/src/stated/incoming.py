"""What the requests of ../incoming.py state: methods, and what comes in."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from e2e_common.requester import Api, matches
from stated.words import BINARY, JSON

LARGE = "".join(f"{number:07},\n" for number in range(40_000)).encode()
FORM = b"name=Zo%C3%AB&tag=a&tag=b"
UPLOAD = b"\r\n".join(
    [
        b"--limit",
        b'Content-Disposition: form-data; name="file"; filename="bytes.bin"',
        b"Content-Type: application/x-bytes",
        b"",
        BINARY,
        b"--limit--",
        b"",
    ]
)


def seen(method: str, **fields: Any) -> dict[str, Any]:
    return {"method": method, "json": None, "form": {}, "size": 0, **fields}


def digest(data: bytes) -> dict[str, Any]:
    return {"size": len(data), "sha256": sha256(data).hexdigest()}


def chunks() -> Iterator[bytes]:
    """Sent without a length."""
    yield from (b"one, ", b"two")


def requests(api: Api) -> None:
    """Send them all."""
    _methods(api)
    _targets(api)
    _bodies(api)
    _headers(api)


def _methods(api: Api) -> None:
    item = {"name": "tea", "price": 2.5, "tags": ["hot", None, True]}
    api.get("/items", body={"query": {}, "limit": 10}, headers=JSON)
    api.post(
        "/items",
        name="JSON body",
        json=item,
        expect=201,
        headers={"Location": "/items/7", **JSON},
        body=seen("POST", json=item, size=58),
    )
    api.head("/items/7", headers=JSON)
    api.options("/echo", headers={"Allow": "OPTIONS, POST"}, body={"methods": ["OPTIONS", "POST"]})
    api.options(
        "/items/7",
        name="automatic OPTIONS",
        recorded="type",
        headers={"Allow": matches("((DELETE|GET|HEAD|OPTIONS|PATCH|PUT)(, )?){6}")},
    )
    api.put("/items/7", json={"name": "mate"}, body={"id": 7, **seen("PUT", json={"name": "mate"}, size=16)})
    api.patch("/items/7", json=[1, 2], body={"id": 7, **seen("PATCH", json=[1, 2], size=6)})
    api.delete("/items/7", body={"deleted": 7})
    api.delete(
        "/items", name="DELETE with JSON", json={"ids": [1, 2]}, body=seen("DELETE", json={"ids": [1, 2]}, size=15)
    )
    api.request("PURGE", "/cache/a", name="unusual method", body={"method": "PURGE", "purged": "a"})


def _targets(api: Api) -> None:
    api.get(
        "/items?limit=2&tag=a&tag=b%20c&empty=",
        name="query string",
        body={"query": {"limit": ["2"], "tag": ["a", "b c"], "empty": [""]}, "limit": 2},
    )
    api.get(
        "/items?q=%C3%BC%26%3D%2B+%25&%F0%9F%90%8E",
        name="encoded query",
        body={"query": {"q": ["ü&=+ %"], "🐎": [""]}, "limit": 10},
    )
    api.get("/items/7", name="path parameter", body={"id": 7, "method": "GET"})
    api.get("/files/a/b/c.txt", name="path with slashes", body=_file("a/b/c.txt"))
    api.get("/files/a%20b%2Cc", name="encoded path", body=_file("a b,c"))
    api.get("/files/what%3Fnow=1", name="question mark in a path", body=_file("what?now=1"))
    api.get("/files/na%C3%AFve", name="unicode path", body=_file("naïve"))


def _file(name: str) -> dict[str, Any]:
    return {"name": name, "parts": name.split("/"), "query": {}}


def _bodies(api: Api) -> None:
    api.post(
        "/form",
        name="form body",
        data={"name": "Zoë", "tag": ["a", "b"]},
        body=seen("POST", form={"name": ["Zoë"], "tag": ["a", "b"]}, size=0),
    )
    api.post(
        "/upload",
        name="file upload",
        files={"file": ("bytes.bin", BINARY, "application/x-bytes")},
        body={"name": "bytes.bin", "type": "application/x-bytes", **digest(BINARY)},
    )
    for name, data, type_ in (
        ("form body, read raw", FORM, "application/x-www-form-urlencoded"),
        ("file upload, read raw", UPLOAD, "multipart/form-data; boundary=limit"),
    ):
        api.post("/raw", name=name, data=data, send_headers={"Content-Type": type_}, body=digest(data))
    api.post(
        "/raw",
        name="non-UTF-8 body",
        data=BINARY,
        send_headers={"Content-Type": "application/x-bytes"},
        body=digest(BINARY),
    )
    api.put("/raw", name="320 kB sent", data=LARGE, body=digest(LARGE))
    api.patch("/raw", name="nothing sent", body=digest(b""))
    api.post("/raw", name="sent in chunks", data=chunks(), body=digest(b"one, two"))
    api.post("/parts", name="read in parts", data=b"four letters", body=["four", " let", "ters"])
    api.post("/lines", name="read by lines", data=b"one\ntwo\n\nfour", body=["one\n", "two\n", "\n", "four"])
    api.post("/unread", name="never read", data=b"x" * 70_000, body={"length": 70_000})
    api.post("/echo", name="unicode", json={"text": "žluťoučký 馬 🐎"}, body={"text": "žluťoučký 馬 🐎", "length": 13})


def _headers(api: Api) -> None:
    api.get(
        "/headers",
        send_headers={
            "X-Token": "s3same",
            "X-Spaces": "a  b;c, d",
            "X-long-NAME": "y" * 3000,
            "Accept-Language": "de, en;q=0.5",
            "Authorization": "Basic QWRhOnBhc3M=",
        },
        headers={"X-Answer": "of the handler"},
        body={
            "own": {"X-Token": "s3same", "X-Spaces": "a  b;c, d", "X-Long-Name": "y" * 3000},
            "languages": ["de", "en"],
            "user": "Ada",
        },
    )
    api.get("/header/X-Empty", name="empty header", send_headers={"X-Empty": ""}, body={"X-Empty": ""})
    api.get(
        "/header/X-Name",
        name="latin-1 header",
        send_headers={"X-Name": "Zoë".encode("latin-1")},
        body={"X-Name": "Zoë"},
    )
    api.get(
        "/cookies",
        cookies={"theme": "dark", "lang": "de"},
        headers={"Set-Cookie": matches("visited=yes; Expires=.*; Max-Age=60; HttpOnly; Path=/; SameSite=Lax")},
        body={"theme": "dark", "lang": "de"},
    )
