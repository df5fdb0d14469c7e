from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from e2e_common.requester import Api, matches
from e2e_common.upstream_answers import JSON

BINARY = bytes(range(256))
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


def methods(api: Api) -> None:
    item = {"name": "tea", "price": 2.5, "tags": ["hot", None, True]}
    api.get("/items", body={"query": {}, "limit": 10}, headers=JSON)
    api.post("/items", "JSON body", json=item, expect=201, headers={"Location": "/items/7", **JSON}).answers(
        seen("POST", json=item, size=58)
    )
    api.head("/items/7", headers=JSON)
    api.options("/echo", body={"methods": ["OPTIONS", "POST"]}, headers={"Allow": "OPTIONS, POST"})
    api.options(
        "/items/7",
        "automatic OPTIONS",
        recorded="type",
        headers={"Allow": matches("((DELETE|GET|HEAD|OPTIONS|PATCH|PUT)(, )?){6}")},
    )
    api.put("/items/7", body={"id": 7, **seen("PUT", json={"name": "mate"}, size=16)}, json={"name": "mate"})
    api.patch("/items/7", body={"id": 7, **seen("PATCH", json=[1, 2], size=6)}, json=[1, 2])
    api.delete("/items/7", body={"deleted": 7})
    api.delete("/items", "DELETE with JSON", seen("DELETE", json={"ids": [1, 2]}, size=15), json={"ids": [1, 2]})
    api.request("PURGE", "/cache/a", "unusual method", {"method": "PURGE", "purged": "a"})


def targets(api: Api) -> None:
    api.get("/items?limit=2&tag=a&tag=b%20c&empty=", "query string").answers(
        {"query": {"limit": ["2"], "tag": ["a", "b c"], "empty": [""]}, "limit": 2}
    )
    api.get("/items?q=%C3%BC%26%3D%2B+%25&%F0%9F%90%8E", "encoded query").answers(
        {"query": {"q": ["ü&=+ %"], "🐎": [""]}, "limit": 10}
    )
    api.get("/items/7", "path parameter", {"id": 7, "method": "GET"})
    api.get("/files/a/b/c.txt", "path with slashes", _file("a/b/c.txt"))
    api.get("/files/a%20b%2Cc", "encoded path", _file("a b,c"))
    api.get("/files/what%3Fnow=1", "question mark in a path", _file("what?now=1"))
    api.get("/files/na%C3%AFve", "unicode path", _file("naïve"))


def _file(name: str) -> dict[str, Any]:
    return {"name": name, "parts": name.split("/"), "query": {}}


def bodies(api: Api) -> None:
    api.post("/form", "form body", data={"name": "Zoë", "tag": ["a", "b"]}).answers(
        seen("POST", form={"name": ["Zoë"], "tag": ["a", "b"]}, size=0)
    )
    api.post("/upload", "file upload", files={"file": ("bytes.bin", BINARY, "application/x-bytes")}).answers(
        {"name": "bytes.bin", "type": "application/x-bytes", **digest(BINARY)}
    )
    for name, data, type_ in (
        ("form body, read raw", FORM, "application/x-www-form-urlencoded"),
        ("file upload, read raw", UPLOAD, "multipart/form-data; boundary=limit"),
    ):
        api.post("/raw", name, digest(data), data=data, send_headers={"Content-Type": type_})
    api.post(
        "/raw", "non-UTF-8 body", digest(BINARY), data=BINARY, send_headers={"Content-Type": "application/x-bytes"}
    )
    api.put("/raw", "320 kB sent", digest(LARGE), data=LARGE)
    api.patch("/raw", "nothing sent", digest(b""))
    api.post("/raw", "sent in chunks", digest(b"one, two"), data=chunks())
    api.post("/parts", "read in parts", ["four", " let", "ters"], data=b"four letters")
    api.post("/lines", "read by lines", ["one\n", "two\n", "\n", "four"], data=b"one\ntwo\n\nfour")
    api.post("/unread", "never read", {"length": 70_000}, data=b"x" * 70_000)
    api.post("/echo", "unicode", {"text": "žluťoučký 馬 🐎", "length": 13}, json={"text": "žluťoučký 馬 🐎"})


def headers(api: Api) -> None:
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
    ).answers(
        own={"X-Token": "s3same", "X-Spaces": "a  b;c, d", "X-Long-Name": "y" * 3000},
        languages=["de", "en"],
        user="Ada",
    )
    api.get("/header/X-Empty", "empty header", {"X-Empty": ""}, send_headers={"X-Empty": ""})
    api.get("/header/X-Name", "latin-1 header", {"X-Name": "Zoë"}, send_headers={"X-Name": "Zoë".encode("latin-1")})
    api.get(
        "/cookies",
        cookies={"theme": "dark", "lang": "de"},
        headers={"Set-Cookie": matches("visited=yes; Expires=.*; Max-Age=60; HttpOnly; Path=/; SameSite=Lax")},
    ).answers({"theme": "dark", "lang": "de"})
