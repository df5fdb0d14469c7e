import json
from typing import Any

from test_calls import user
from test_middleware import steps

from e2e_common.record.client import Api, matches
from e2e_common.services.upstream.answers import JSON, digest

TEA = {"name": "tea", "price": 2.5, "tags": ["hot", None, True]}
MANY = {"rows": [{"number": number, "word": f"word {number}"} for number in range(1000)]}
BINARY = bytes(range(256))
ACCEPTED = ["text/plain", "application/json", "text/html"]
LETTER = "12345and the rest of a line\nand another: ü ✓\n".encode()


def seen(method: str, data: bytes = b"", **fields: Any) -> dict[str, Any]:
    """Returns the expected value of `seen` in incoming.py."""
    return {"method": method, "json": None, "form": {}, **digest(data), **fields}


def methods(api: Api) -> None:
    for wsgi in (False, True):
        api.get("/items", "GET", {"query": {}, "limit": 10}, headers=JSON, wsgi=wsgi)
        body = seen("POST", json.dumps(TEA).encode(), json=TEA)
        api.post("/items", "POST", body, json=TEA, expect=201, headers={"Location": "/items/7", **JSON}, wsgi=wsgi)
    api.head("/items/7", "HEAD", b"", headers={"Content-Length": "27", **JSON})
    for method, given in (("PUT", {"name": "mate"}), ("PATCH", [1, 2])):
        body = {"id": 7, **seen(method, json.dumps(given).encode(), json=given)}
        api.request(method, "/items/7", method, body, json=given)
    api.delete("/items/7", "DELETE", {"deleted": 7, **digest(b"")})
    api.delete("/items/7", "DELETE with a body", {"deleted": 7, **digest(b"now")}, data=b"now")
    headers = {"Allow": matches("((GET|PUT|PATCH|DELETE|HEAD|OPTIONS)(, )?){6}")}
    api.options("/items/7", "automatic OPTIONS", b"", headers=headers, recorded="type")
    api.delete("/items", "405 for a wrong method", b"", expect=405, headers={"Allow": "GET, POST"}, recorded="status")
    of_the_view = "view async/items/<int:item> ['item']"
    api.get("/async/items/7", "async class-based view, GET", {"id": 7, "method": "GET", "steps": steps(of_the_view)})
    body = {"id": 7, "method": "GET", "steps": steps(f"view wsgi/{of_the_view[5:]}", asynchronous=False)}
    api.get("/async/items/7", "async class-based view, GET", body, wsgi=True)
    body = {"id": 7, **seen("POST", b'{"a": 1}', json={"a": 1})}
    api.post("/async/items/7", "async class-based view, POST", body, json={"a": 1})
    names = ["GET", "POST", "HEAD", "OPTIONS"]
    body = {"path": "/async/items/7", "methods": names}
    api.options("/async/items/7", "async class-based view, OPTIONS", body, headers={"Allow": ", ".join(names)})
    text = "žluťoučký 馬 🐎"
    api.post("/async/echo", "async function view", {"method": "POST", "text": text, "length": 13}, json={"text": text})


def paths_and_queries(api: Api) -> None:
    for wsgi in (False, True):
        body = {"query": {"limit": ["2"], "tag": ["a", "b c"], "empty": [""], "name": ["Zoë"]}, "limit": 2}
        api.get("/items?limit=2&tag=a&tag=b%20c&empty=&name=Zo%C3%AB", "query string", body, wsgi=wsgi)
    api.get("/items/7", "path parameter", {"id": 7, "method": "GET"})

    def converted(name: str, path: str, decoded: str, route: str, given: dict[str, str], wsgi: bool = False) -> None:
        prefix = "wsgi/" if wsgi else ""
        api.get(path, name, {"path": f"/{prefix}{decoded}", "given": given, "route": prefix + route}, wsgi=wsgi)

    path, route = "archive/0099/of-old_tea/", "archive/<year:year>/<slug:slug>/"
    converted("path converters", f"/{path}", path, route, {"year": "int 99", "slug": "str of-old_tea"})
    route = "^codes/(?P<letters>[A-Z]{2})-(?P<digits>\\d+)$"
    converted("re_path", "/codes/AB-007", "codes/AB-007", route, {"letters": "str AB", "digits": "str 007"})

    def file(name: str, path: str, decoded: str, wsgi: bool = False) -> None:
        converted(name, f"/files/{path}", f"files/{decoded}", "files/<path:name>", {"name": f"str {decoded}"}, wsgi)

    for wsgi in (False, True):
        file("path with slashes", "a/b/c.txt", "a/b/c.txt", wsgi)
        file("unicode path", "na%C3%AFve", "naïve", wsgi)
    file("path with a question mark", "a%3Fb", "a?b")
    key = "0f8fad5b-d9cb-469f-a165-70867728950e"
    groups = ["0f8f", "ad5b", "d9cb", "469f", "a165", "7086", "7728", "950e"]
    api.get(f"/keys/{key}", "path with a UUID", {"type": "UUID", "hex": groups})
    api.get("/mounted/where", "root path", {"path": "/mounted/where", "info": "/where", "prefix": "/mounted"})


def bodies(api: Api) -> None:
    api.post("/items", "large JSON body", seen("POST", json.dumps(MANY).encode(), json=MANY), json=MANY, expect=201)
    fields = {"name": ["Zoë"], "tag": ["a", "b"]}
    encoded = digest(b"name=Zo%C3%AB&tag=a&tag=b")
    body = {"form": fields, "type": "application/x-www-form-urlencoded", **encoded}
    api.post("/form", "form body", body, data=fields)
    uploaded = {"field": "file", "name": "bytes.bin", "type": "application/x-bytes", **digest(BINARY)}
    body = {"files": [uploaded], "form": {"title": ["of bytes"]}, "length": 530}
    files = {"file": ("bytes.bin", BINARY, "application/x-bytes")}
    api.post("/upload", "file upload", body, files=files, data={"title": "of bytes"})
    for wsgi in (False, True):
        binary = {"Content-Type": "application/x-bytes"}
        body = {"method": "PUT", **digest(BINARY)}
        api.put("/raw", "non-UTF-8 body", body, data=BINARY, send_headers=binary, wsgi=wsgi)
        line, rest = LETTER[5:].split(b"\n", 1)
        body = {"method": "POST", "first": "12345", "line": f"{line.decode()}\n", "rest": digest(rest)}
        plain = {"Content-Type": "text/plain"}
        api.post("/streamed-in", "body read in parts", body, data=LETTER, send_headers=plain, wsgi=wsgi)
    api.post("/raw", "empty body", {"method": "POST", **digest(b"")})
    body = {"type": "text/csv", "parameters": {"header": "present"}, **digest(b"a,b\n")}
    api.post("/typed", "Content-Type", body, data=b"a,b\n", send_headers={"Content-Type": "text/csv; header=present"})
    data = b"12345line\n" + b"x" * 300_000
    body = {"method": "POST", "first": "12345", "line": "line\n", "rest": digest(data[10:])}
    api.post("/streamed-in", "body over Django's limit", body, data=data, send_headers={"Content-Type": "text/plain"})


def headers(api: Api) -> None:
    sent = {"X-Token": "s3same", "Accept-Language": "de, en;q=0.5", "Authorization": "Basic YWRhOnMzc2FtZQ=="}
    body = {"token": "s3same", "languages": sent["Accept-Language"], "authorization": sent["Authorization"]}
    body = {**body, "accepts": ACCEPTED[:2], "caller": None}
    sent = {**sent, "Accept": "text/plain, application/json;q=0.5"}
    headers = {"X-Answer": "of the view", "X-Also": "this", "Content-Length": matches("[0-9]+")}
    for wsgi in (False, True):
        api.get("/headers", "headers", body, send_headers=sent, headers=headers, wsgi=wsgi)
    page = "https://shop.example/forwarded?page="
    body = {"url": f"{page}1", "next": f"{page}2", "secure": True, "host": "shop.example"}
    sent = {"X-Forwarded-Host": "shop.example", "X-Forwarded-Proto": "https"}
    api.get("/forwarded?page=1", "X-Forwarded headers", body, send_headers=sent)
    api.get("/host", "Host header", {"host": "tea.example"}, send_headers={"Host": "tea.example"})
    body = {"token": "Zoë", "languages": None, "authorization": None, "accepts": ACCEPTED, "caller": None}
    api.get("/headers", "Latin-1 header", body, send_headers={"X-Token": "Zoë".encode("latin-1")})


def rules(api: Api) -> None:
    """The SDK applies no rule of .tusk/config.yaml: drift/instrumentation/django/middleware.py:51 sets transform_engine
    to None on each instance of the SDK's middleware, which hides the one of the class (instrumentation.py:95).
    known_failures.yaml cannot express this, because nothing fails. If the SDK is fixed, these requests become red."""
    card = {"X-Card": "4000 1234"}
    api.get("/rules/left-out", "drop rule that the SDK ignores", {"length": 9}, send_headers=card)
    body = {"length": 9, "owner": user(1)}
    name = "drop rule that the SDK ignores, with a call"
    api.get("/rules/left-out-with-a-call", name, body, send_headers=card, requests=1)
    api.get("/rules/masked", "mask rule that the SDK ignores", {"length": 9}, send_headers=card)
