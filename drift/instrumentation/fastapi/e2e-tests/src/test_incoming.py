from typing import Any

from requests import PreparedRequest, Response
from requests.auth import AuthBase

from e2e_common.record.client import Api
from e2e_common.services.upstream.answers import JSON, digest
from e2e_common.util.names import REQUEST_HEADER

BYTES = bytes(range(256))
CLOSE = {"Connection": "close"}
"""For a request whose connection cannot be reused: uvicorn closes it, or the SDK's context remains on it."""
TEA = {"name": "tea", "price": 2.5, "tags": ["hot", "green"], "maker": {"name": "Zoë", "city": None}}
NO_QUERY = {"tag": None, "order": "name", "since": None, "limit": 10, "flag": False, "query": ""}
LONG = BYTES * 1200


class AfterLongBody(AuthBase):
    """Sends the request on a connection that has just transferred a long body. (That first request has no number, is
    rejected with 413 and is never recorded.) It is an AuthBase because `requests` then lets it send a request first."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request_to_send = request.copy()

        def send_request(first: Response, **options: Any) -> Response:
            assert first.status_code == 413 and first.content, first  # noqa: S101 - read, so that the connection is free
            return first.connection.send(request_to_send, **options)

        request.url = str(request.url).replace("/text", "/too-long")
        del request.headers[REQUEST_HEADER], request.headers["Connection"]
        request.prepare_body(LONG, None)
        request.register_hook("response", send_request)
        return request


def methods(api: Api) -> None:
    api.get("/items", "GET", NO_QUERY, headers={**JSON, "X-Steps": "1"})
    api.post("/items", "POST", TEA, json=TEA, expect=201, headers={"Location": "/items/7", **JSON})
    put = {"id": 7, "new": {"name": "mate", "price": 1.0, "tags": [], "maker": None}, "note": "new", "dry": True}
    api.put("/items/7?dry=1", "PUT", put, json={"new": {"name": "mate", "price": 1}, "note": "new"})
    api.patch("/items/7", "PATCH", {"id": 7, "changed": {"price": None}}, json={"price": None})
    api.delete("/items/7", "DELETE", {"deleted": 7, "reason": ""})
    api.delete("/items/7", "DELETE with a body", {"deleted": 7, "reason": "too old"}, data="too old")
    api.head("/items/7", "HEAD", headers={"X-Item": "7"})
    api.head("/both/7", "HEAD of a route for GET and HEAD", headers={"Content-Length": "28", **JSON})
    api.get("/both/7", "GET of a route for GET and HEAD", {"number": 7, "method": "GET"})
    api.options("/items", "OPTIONS", {"methods": ["GET", "POST", "OPTIONS"]}, headers={"Allow": "GET, POST, OPTIONS"})
    asked = {"Origin": "https://shop.example", "Access-Control-Request-Method": "PUT"}
    origin = {"Access-Control-Allow-Origin": "https://shop.example"}
    granted = {"Access-Control-Max-Age": "60", "X-Stamp": None, **origin}
    api.options("/items", "CORS preflight", "OK", send_headers=asked, headers=granted)
    api.get("/items", "CORS", NO_QUERY, send_headers={"Origin": "https://shop.example"}, headers=origin)


def parameters(api: Api) -> None:
    api.get("/items/7", "path parameter", {"id": 7})
    api.get("/files/a/b/c.txt", "path with slashes", {"name": "a/b/c.txt", "parts": ["a", "b", "c.txt"]})
    api.get("/files/a%20b", "path with spaces", {"name": "a b", "parts": ["a b"]})
    api.get("/files/na%C3%AFve/%E2%9C%93", "unicode path", {"name": "naïve/✓", "parts": ["naïve", "✓"]})
    api.get("/files/50%25%3Fa%23b", "reserved characters in a path", {"name": "50%?a#b", "parts": ["50%?a#b"]})
    alone = {
        "percent sign": ("100%2541", "100%41"),
        "question mark": ("what%3Fnow", "what?now"),
        "number sign": ("a%23b", "a#b"),
        "other reserved characters": ("a%3Bb,c@d+e:f&g=h$!*'()", "a;b,c@d+e:f&g=h$!*'()"),
    }
    for what, (sent, name) in alone.items():
        api.get(f"/files/{sent}", f"{what} in a path", {"name": name, "parts": [name]})
    query = "tag=a&tag=b%20c&order=price&since=2024-02-29&limit=2&flag=yes"
    found = {"tag": ["a", "b c"], "order": "price", "since": "29 Feb 2024", "limit": 2, "flag": True, "query": query}
    api.get(f"/items?{query}", "query", found)
    body = {**NO_QUERY, "tag": ["ü&=+ x"], "query": "tag=%C3%BC%26%3D%2B+x"}
    api.get("/items?tag=%C3%BC%26%3D%2B+x", "unicode query", body)
    api.get("/items?tag=&other&tag=b", "bare query", {**NO_QUERY, "tag": ["", "b"], "query": "tag=&other&tag=b"})
    sent = {"X-Token": "s3same", "Accept-Language": "de, en;q=0.5"}
    heads = {"token": "s3same", "languages": "de, en;q=0.5", "missing": "not sent"}
    api.get("/headers", "headers", heads, send_headers=sent)
    api.get("/headers/name", "unicode header", {"name": "Zoë"}, send_headers={"X-Name": "Zoë".encode("latin-1")})
    jar = {"theme": "dark", "lang": "de"}
    headers = {"Set-Cookie": "visited=yes; HttpOnly; Max-Age=60; Path=/; SameSite=lax"}
    api.get("/cookies", "cookies", {**jar, "all": jar}, cookies=jar, headers=headers)
    models = {"query": {"limit": 2, "tags": ["a", "b"]}, "headers": {"x_trace": "abc", "x_tag": ["one"]}}
    models["cookies"] = {"session": "s1", "theme": None}
    traced = {"X-Trace": "abc", "X-Tag": "one"}
    api.get("/models?limit=2&tags=a&tags=b", "parameter models", models, send_headers=traced, cookies={"session": "s1"})
    where = {"path": "/connection", "root": "", "link": "/items/7", "route": "/connection"}
    about = {"client": "127.0.0.1", "scheme": "http", "http": "1.1", **where}
    api.get("/connection", "connection data", about)
    proxied = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
    outside = {**about, "client": "203.0.113.7", "scheme": "https"}
    api.get("/connection", "connection through a proxy", outside, send_headers=proxied)


def bodies(api: Api) -> None:
    api.post("/text", "unicode body", {"text": "žluťoučký 馬 🐎", "length": 13}, json={"text": "žluťoučký 馬 🐎"})
    body = {"name": "Zoë", "tag": ["a", "b c"], "age": 7}
    api.post("/form", "form", body, data={"name": "Zoë", "tag": ["a", "b c"], "age": "7"})
    login = {"name": "Zoë", "password": "s3same"}
    api.post("/form/model", "form model", {**login, "remember": False}, data=login)
    body = {"name": "Zoë", "tag": ["a"], "age": 0}
    api.post("/form", "form as multipart", body, files={"name": (None, "Zoë"), "tag": (None, "a")})
    others = [("others", ("a.txt", b"tea")), ("others", ("b.txt", b""))]
    files = [("file", ("ü.bin", BYTES, "application/x-bytes")), *others]
    first = {"name": "ü.bin", "type": "application/x-bytes", **digest(BYTES)}
    rest = [{"name": "a.txt", **digest(b"tea")}, {"name": "b.txt", **digest(b"")}]
    body = {"file": first, "others": rest, "note": "with it"}
    api.post("/upload", "upload", body, files=files, data={"note": "with it"})
    binary = {"Content-Type": "application/x-bytes"}

    def raw(name: str, data: Any, received: bytes, **more: str) -> None:
        found = {"type": "application/x-bytes", **digest(received)}
        api.post("/raw", name, found, data=data, send_headers={**binary, **more})

    raw("binary body", BYTES, BYTES)
    raw("300 kB body", LONG, LONG, **CLOSE)
    raw("chunked body", iter([b"one, ", b"two"]), b"one, two")
    raw("empty body", b"", b"")
    sent = {"json": {"text": "tea"}, "auth": AfterLongBody(), "send_headers": CLOSE}
    api.post("/text", "reused connection after a 300 kB body", {"text": "tea", "length": 3}, **sent)
    api.post("/unread", "body that is not read", {"announced": "3"}, data=b"tea")
