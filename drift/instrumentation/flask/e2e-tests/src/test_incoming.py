from typing import Any

from e2e_common.record.client import Api, matches
from e2e_common.services.upstream.answers import JSON, digest

BINARY = bytes(range(256))
LARGE = "".join(f"{number:07},\n" for number in range(40_000)).encode()
FORM = b"name=Zo%C3%AB&tag=a&tag=b"
UPLOAD = (
    b"""--limit\r
Content-Disposition: form-data; name="file"; filename="bytes.bin"\r
Content-Type: application/x-bytes\r
\r
%b\r
--limit--\r
"""
    % BINARY
)


def seen(method: str, **fields: Any) -> dict[str, Any]:
    return {"method": method, "json": None, "form": {}, "size": 0, **fields}


def methods(api: Api) -> None:
    item = {"name": "tea", "price": 2.5, "tags": ["hot", None, True]}
    api.get("/items", body={"query": {}, "limit": 10}, headers=JSON)
    body = seen("POST", json=item, size=58)
    api.post("/items", "JSON body", body, json=item, expect=201, headers={"Location": "/items/7", **JSON})
    api.head("/items/7", headers=JSON)
    api.options("/echo", body={"methods": ["OPTIONS", "POST"]}, headers={"Allow": "OPTIONS, POST"})
    headers = {"Allow": matches("((DELETE|GET|HEAD|OPTIONS|PATCH|PUT)(, )?){6}")}
    api.options("/items/7", "automatic OPTIONS", recorded="type", headers=headers)
    api.put("/items/7", body={"id": 7, **seen("PUT", json={"name": "mate"}, size=16)}, json={"name": "mate"})
    api.patch("/items/7", body={"id": 7, **seen("PATCH", json=[1, 2], size=6)}, json=[1, 2])
    api.delete("/items/7", body={"deleted": 7})
    api.delete("/items", "DELETE with JSON", seen("DELETE", json={"ids": [1, 2]}, size=15), json={"ids": [1, 2]})
    api.request("PURGE", "/cache/a", "unusual method", {"method": "PURGE", "purged": "a"})


def targets(api: Api) -> None:
    body = {"query": {"limit": ["2"], "tag": ["a", "b c"], "empty": [""]}, "limit": 2}
    api.get("/items?limit=2&tag=a&tag=b%20c&empty=", "query string", body)
    body = {"query": {"q": ["ü&=+ %"], "🐎": [""]}, "limit": 10}
    api.get("/items?q=%C3%BC%26%3D%2B+%25&%F0%9F%90%8E", "encoded query", body)
    api.get("/items/7", "path parameter", {"id": 7, "method": "GET"})
    api.get("/files/a/b/c.txt", "path with slashes", _file("a/b/c.txt"))
    api.get("/files/a%20b%2Cc", "encoded path", _file("a b,c"))
    api.get("/files/what%3Fnow=1", "path with a question mark", _file("what?now=1"))
    api.get("/files/na%C3%AFve", "unicode path", _file("naïve"))


def _file(name: str) -> dict[str, Any]:
    return {"name": name, "parts": name.split("/"), "query": {}}


def bodies(api: Api) -> None:
    body = seen("POST", form={"name": ["Zoë"], "tag": ["a", "b"]}, size=0)
    api.post("/form", "form body", body, data={"name": "Zoë", "tag": ["a", "b"]})
    body = {"name": "bytes.bin", "type": "application/x-bytes", **digest(BINARY)}
    api.post("/upload", "file upload", body, files={"file": ("bytes.bin", BINARY, "application/x-bytes")})
    form, multipart = "application/x-www-form-urlencoded", "multipart/form-data; boundary=limit"
    api.post("/raw", "form body, get_data()", digest(FORM), data=FORM, send_headers={"Content-Type": form})
    api.post("/raw", "file upload, get_data()", digest(UPLOAD), data=UPLOAD, send_headers={"Content-Type": multipart})
    body = digest(BINARY)
    api.post("/raw", "non-UTF-8 body", body, data=BINARY, send_headers={"Content-Type": "application/x-bytes"})
    api.put("/raw", "320 kB body", digest(LARGE), data=LARGE)
    api.patch("/raw", "empty body", digest(b""))
    api.post("/raw", "chunked body", digest(b"one, two"), data=iter([b"one, ", b"two"]))
    api.post("/parts", "body read in parts", ["four", " let", "ters"], data=b"four letters")
    api.post("/lines", "body read by lines", ["one\n", "two\n", "\n", "four"], data=b"one\ntwo\n\nfour")
    api.post("/unread", "body that is not read", {"length": 70_000}, data=b"x" * 70_000)
    api.post("/echo", "unicode JSON body", {"text": "žluťoučký 馬 🐎", "length": 13}, json={"text": "žluťoučký 馬 🐎"})


def headers(api: Api) -> None:
    own = {"X-Token": "s3same", "X-Spaces": "a  b;c, d"}
    sent = {**own, "Accept-Language": "de, en;q=0.5", "Authorization": "Basic QWRhOnBhc3M=", "X-long-NAME": "y" * 3000}
    body = {"own": {**own, "X-Long-Name": "y" * 3000}, "languages": ["de", "en"], "user": "Ada"}
    api.get("/headers", body=body, send_headers=sent, headers={"X-Answer": "of the handler"})
    api.get("/header/X-Empty", "empty header", {"X-Empty": ""}, send_headers={"X-Empty": ""})
    api.get("/header/X-Name", "Latin-1 header", {"X-Name": "Zoë"}, send_headers={"X-Name": "Zoë".encode("latin-1")})
    headers = {"Set-Cookie": matches("visited=yes; Expires=.*; Max-Age=60; HttpOnly; Path=/; SameSite=Lax")}
    api.get("/cookies", body={"theme": "dark", "lang": "de"}, cookies={"theme": "dark", "lang": "de"}, headers=headers)
