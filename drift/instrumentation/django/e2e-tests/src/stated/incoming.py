"""What the requests of ../incoming.py state: methods, and what comes in."""

import json

from stated.words import BINARY, JSON, Send, digest, fetched, matches, seen, steps, user

TEA = {"name": "tea", "price": 2.5, "tags": ["hot", None, True]}
MANY = {"rows": [{"number": number, "word": f"word {number}"} for number in range(1000)]}
ACCEPTED = ["text/plain", "application/json", "text/html"]
LETTER = "12345and the rest of a line\nand another: ü ✓\n".encode()


def requests(send: Send) -> None:
    """Send them all."""
    methods(send)
    paths_and_queries(send)
    bodies(send)
    headers(send)
    rules(send)


def methods(send: Send) -> None:
    for wsgi in (False, True):
        send("GET", "/items", {"query": {}, "limit": 10}, headers=JSON, wsgi=wsgi)
        body = seen("POST", json.dumps(TEA).encode(), json=TEA)
        headers = {"Location": "/items/7", **JSON}
        send("POST", "/items", body, method="POST", json=TEA, expect=201, headers=headers, wsgi=wsgi)
    send("HEAD", "/items/7", b"", method="HEAD", headers={"Content-Length": "27", **JSON})
    for method, given in (("PUT", {"name": "mate"}), ("PATCH", [1, 2])):
        body = {"id": 7, **seen(method, json.dumps(given).encode(), json=given)}
        send(method, "/items/7", body, method=method, json=given)
    send("DELETE", "/items/7", {"deleted": 7, **digest(b"")}, method="DELETE")
    send("DELETE with a body", "/items/7", {"deleted": 7, **digest(b"now")}, method="DELETE", data=b"now")
    send(
        "automatic OPTIONS",
        "/items/7",
        b"",
        method="OPTIONS",
        headers={"Allow": matches("((GET|PUT|PATCH|DELETE|HEAD|OPTIONS)(, )?){6}")},
        recorded="type",
    )
    allowed = {"Allow": "GET, POST"}
    send("refused method", "/items", b"", method="DELETE", expect=405, headers=allowed, recorded="status")
    of_the_view = "view async/items/<int:item> ['item']"
    send(
        "async class, GET",
        "/async/items/7",
        {"id": 7, "method": "GET", "steps": steps(of_the_view)},
    )
    send(
        "async class, GET",
        "/async/items/7",
        {"id": 7, "method": "GET", "steps": steps(f"view wsgi/{of_the_view[5:]}", asynchronous=False)},
        wsgi=True,
    )
    body = {"id": 7, **seen("POST", b'{"a": 1}', json={"a": 1})}
    send("async class, POST", "/async/items/7", body, method="POST", json={"a": 1})
    names = ["GET", "POST", "HEAD", "OPTIONS"]
    send(
        "async class, OPTIONS",
        "/async/items/7",
        {"path": "/async/items/7", "methods": names},
        method="OPTIONS",
        headers={"Allow": ", ".join(names)},
    )
    text = "žluťoučký 馬 🐎"
    body = {"method": "POST", "text": text, "length": 13}
    send("async function", "/async/echo", body, method="POST", json={"text": text})


def paths_and_queries(send: Send) -> None:
    for wsgi in (False, True):
        send(
            "query string",
            "/items?limit=2&tag=a&tag=b%20c&empty=&name=Zo%C3%AB",
            {"query": {"limit": ["2"], "tag": ["a", "b c"], "empty": [""], "name": ["Zoë"]}, "limit": 2},
            wsgi=wsgi,
        )
    send("path parameter", "/items/7", {"id": 7, "method": "GET"})

    def converted(name: str, path: str, decoded: str, route: str, given: dict[str, str], wsgi: bool = False) -> None:
        prefix = "wsgi/" if wsgi else ""
        send(name, path, {"path": f"/{prefix}{decoded}", "given": given, "route": prefix + route}, wsgi=wsgi)

    path, route = "archive/0099/of-old_tea/", "archive/<year:year>/<slug:slug>/"
    converted("path converters", f"/{path}", path, route, {"year": "int 99", "slug": "str of-old_tea"})
    route = "^codes/(?P<letters>[A-Z]{2})-(?P<digits>\\d+)$"
    converted("regular expression", "/codes/AB-007", "codes/AB-007", route, {"letters": "str AB", "digits": "str 007"})

    def file(name: str, path: str, decoded: str, wsgi: bool = False) -> None:
        words = {"name": f"str {decoded}"}
        converted(name, f"/files/{path}", f"files/{decoded}", "files/<path:name>", words, wsgi)

    for wsgi in (False, True):
        file("path with slashes", "a/b/c.txt", "a/b/c.txt", wsgi)
        file("unicode path", "na%C3%AFve", "naïve", wsgi)
    file("path with a question mark", "a%3Fb", "a?b")
    key = "0f8fad5b-d9cb-469f-a165-70867728950e"
    words = ["0f8f", "ad5b", "d9cb", "469f", "a165", "7086", "7728", "950e"]
    send("path with a UUID", f"/keys/{key}", {"type": "UUID", "hex": words})
    send("mounted", "/mounted/where", {"path": "/mounted/where", "info": "/where", "prefix": "/mounted"})


def bodies(send: Send) -> None:
    body = seen("POST", json.dumps(MANY).encode(), json=MANY)
    send("large JSON body", "/items", body, method="POST", json=MANY, expect=201)
    fields = {"name": ["Zoë"], "tag": ["a", "b"]}
    encoded = digest(b"name=Zo%C3%AB&tag=a&tag=b")
    body = {"form": fields, "type": "application/x-www-form-urlencoded", **encoded}
    send("form body", "/form", body, method="POST", data=fields)
    body = {
        "files": [{"field": "file", "name": "bytes.bin", "type": "application/x-bytes", **digest(BINARY)}],
        "form": {"title": ["of bytes"]},
        "length": 530,
    }
    files = {"file": ("bytes.bin", BINARY, "application/x-bytes")}
    send("file upload", "/upload", body, method="POST", files=files, data={"title": "of bytes"})
    for wsgi in (False, True):
        binary = {"Content-Type": "application/x-bytes"}
        body = {"method": "PUT", **digest(BINARY)}
        send("non-UTF-8 body", "/raw", body, method="PUT", data=BINARY, send_headers=binary, wsgi=wsgi)
        line, rest = LETTER[5:].split(b"\n", 1)
        body = {"method": "POST", "first": "12345", "line": f"{line.decode()}\n", "rest": digest(rest)}
        plain = {"Content-Type": "text/plain"}
        send("body read in pieces", "/streamed-in", body, method="POST", data=LETTER, send_headers=plain, wsgi=wsgi)
    send("empty body", "/raw", {"method": "POST", **digest(b"")}, method="POST")
    send(
        "type of a body",
        "/typed",
        {"type": "text/csv", "parameters": {"header": "present"}, **digest(b"a,b\n")},
        method="POST",
        data=b"a,b\n",
        send_headers={"Content-Type": "text/csv; header=present"},
    )
    data = b"12345line\n" + b"x" * 300_000
    send(
        "body over Django's limit",
        "/streamed-in",
        {"method": "POST", "first": "12345", "line": "line\n", "rest": digest(data[10:])},
        method="POST",
        data=data,
        send_headers={"Content-Type": "text/plain"},
    )


def headers(send: Send) -> None:
    for wsgi in (False, True):
        send(
            "headers",
            "/headers",
            {
                "token": "s3same",
                "languages": "de, en;q=0.5",
                "authorization": "Basic YWRhOnMzc2FtZQ==",
                "accepts": ACCEPTED[:2],
                "caller": None,
            },
            send_headers={
                "X-Token": "s3same",
                "Accept-Language": "de, en;q=0.5",
                "Authorization": "Basic YWRhOnMzc2FtZQ==",
                "Accept": "text/plain, application/json;q=0.5",
            },
            headers={"X-Answer": "of the view", "X-Also": "this", "Content-Length": matches("[0-9]+")},
            wsgi=wsgi,
        )
    send(
        "forwarded",
        "/forwarded?page=1",
        {
            "url": "https://shop.example/forwarded?page=1",
            "next": "https://shop.example/forwarded?page=2",
            "secure": True,
            "host": "shop.example",
        },
        send_headers={"X-Forwarded-Host": "shop.example", "X-Forwarded-Proto": "https"},
    )
    send("name of the host", "/host", {"host": "tea.example"}, send_headers={"Host": "tea.example"})
    token = "Zoë".encode("latin-1")
    body = {"token": "Zoë", "languages": None, "authorization": None, "accepts": ACCEPTED, "caller": None}
    send("header that is not ASCII", "/headers", body, send_headers={"X-Token": token})


def rules(send: Send) -> None:
    """No rule of .tusk/config.yaml is kept to: drift/instrumentation/django/middleware.py:51 gives every instance of
    the SDK's middleware a transform_engine of None, which hides that of the class (instrumentation.py:95). No entry of
    known_failures.yaml can say so, for nothing fails. Once the SDK keeps to them, what is left out will be red."""
    card = {"X-Card": "4000 1234"}
    send("left out by a rule, in vain", "/rules/left-out", {"length": 9}, send_headers=card)
    body = {"length": 9, "owner": fetched("/users/1", **user(1))}
    send(
        "left out by a rule, in vain, with a call",
        "/rules/left-out-with-a-call",
        body,
        send_headers=card,
        calls={"requests": 1},
    )
    send("masked header", "/rules/masked", {"length": 9}, send_headers=card)
