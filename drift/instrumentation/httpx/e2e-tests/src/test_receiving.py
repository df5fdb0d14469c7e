import re
from typing import Any
from urllib.parse import urlencode

from test_outside import CLIENTS, IN_JSON, LENGTH, WAYS, echoed, fetched, heading, user

from e2e_common.record.client import Api, matches
from e2e_common.services.upstream.answers import JSON, PLAIN, SERIAL

MADE = ("/answer", "/empty")
"""Paths whose responses have the serial in a header too."""

FOLLOWED = ["GET /redirect/1", "GET /echo", "GET /echo", "GET /users/1", "POST /echo"]  # responses to redirects


def requests(api: Api) -> None:
    for way in WAYS:
        api.get(f"/receive/redirects/{way}", f"follow_redirects, {way}", _redirects(way), httpx=5, reached=FOLLOWED)
        api.get(f"/receive/redirects/not-followed/{way}", f"redirects not followed, {way}", [_moved()] * 2, httpx=2)
    every = heading("/bytes", content_type="application/x-bytes")
    every.update(same=True, serial=SERIAL, size=273)
    for way in CLIENTS:
        api.get(f"/receive/kinds/{way}", f"kinds of responses, {way}", _kinds(), httpx=15)
        api.get(f"/receive/bytes/{way}", f"binary response, {way}", every, httpx=1)
        api.get(f"/receive/status/{way}", f"raise_for_status, {way}", _statuses(), httpx=4)
    large = {**heading("/lines/18000", content_type=PLAIN), "lines": 18_002, "in_order": True, "last": [SERIAL, ""]}
    api.get("/receive/large", "200 kB response", large, httpx=1)
    api.get("/receive/type/image", "image response", {"size": 25}, httpx=1, recorded="type")
    api.get("/receive/type/html", "HTML response", {"size": 24}, httpx=1, recorded="type")
    more = {"size": 25, "name": "Ada", "more": "Grace"}
    api.get("/receive/type/image-and-more", "calls after an image response", more, httpx=3, recorded="type")
    api.get("/receive/over-a-mebibyte", "response over 1 MiB", {"size": 1_048_692}, httpx=1, recorded="size")
    own = {"raised": "Client error '404 Not Here'"}
    api.get("/receive/status-in-own-words", "raise_for_status, custom reason", own, httpx=1)
    kept = {"kept": user(2), "encoding": "utf-8", "closed": True}
    api.get("/receive/pickled", "pickled response", kept, httpx=1)
    seen = echoed(headers=JSON, hops=1)
    api.get("/receive/redirects/see-other", "303 after a POST", seen, httpx=1, reached=["GET /echo"])
    history = [[302, "/redirect/2", "/redirect/1"], [302, "/redirect/1", "/echo?from=redirect"]]
    reached = ["GET /redirect/1", "GET /echo"]
    api.get("/receive/redirects/history", "history of redirects", history, httpx=1, reached=reached)
    last = echoed(url="/echo?from=redirect")
    for way in CLIENTS:
        api.get(f"/receive/redirects/by-hand/{way}", f"response.next_request, {way}", last, httpx=2)
        name, found = f"redirect followed by its Location, {way}", [_moved("/redirect/1", "/echo?from=redirect"), last]
        api.get(f"/receive/redirects/by-location/{way}", name, found, httpx=2)
    for way in CLIENTS:
        api.get(f"/receive/details/{way}?of={'+'.join(DETAILS)}", f"attributes, {way}", _details(), httpx=len(DETAILS))
    for what, value in LOST.items():
        api.get(f"/receive/detail/{what}", f"attribute: {what}", {what: value}, httpx=1)


def _kind(text: str, *, kind: str = "success", url: str = "/answer", status: int = 200, **more: Any) -> dict[str, Any]:
    """Returns the expected value for a UTF-8 text of the upstream's /answer, with * for its serial. `more` replaces
    values; `type` and `headers` are the response's."""
    headers = {"content-type": more.pop("type", PLAIN), **({"x-serial": SERIAL} if url in MADE else {})}
    usual: dict[str, Any] = {
        **heading(url, status=status, **headers, **more.pop("headers", {})),
        "charset": "utf-8",
        "encoding": "utf-8",
        "text": matches(re.escape(text).replace(r"\*", "live-[0-9a-f]{12}")),
        "json": "JSONDecodeError",
        "size": len(text.replace("*", "live-" + "0" * 12).encode()),
        "is": [kind, "error"] if "error" in kind else [kind],
    }
    return {**usual, **more}


def _json(text: str, **more: Any) -> dict[str, Any]:
    return _kind(text, **{"type": "application/json", "charset": None, **more})


def _kinds() -> dict[str, Any]:
    edith = {"id": 3, "name": "Édith", "serial": SERIAL}
    lodz = {"size": 70, "text": matches(r"(?s)\ufffd\ufffd\{\0.*\}\0"), "json": {"city": matches("Łódź live-.{12}")}}
    latin_1 = {"charset": "iso-8859-1", "encoding": "iso-8859-1", "size": 25, "json": "UnicodeDecodeError"}
    missing = {"json": {"code": 404, "serial": SERIAL}, "status": 404, "kind": "client_error"}
    return {
        "JSON": _json('{"id":3,"name":"\\u00c9dith","serial":"*"}\n', url="/users/3", json=edith),
        "JSON that is not UTF-8": {**_json(""), **lodz},
        "text": _kind("žluťoučký 馬 🐎\r\n\t*"),
        "text that looks like base64": _kind("dGVhIG9yIGNvZmZlZT8=", type="text/x-plain", charset=None),
        "latin-1": _kind("déjà vu *", url="/latin-1", type="text/plain; charset=iso-8859-1", **latin_1),
        "gzip": _json('{"serial":"*","zipped":true}\n', url="/gzip", json={"zipped": True, "serial": SERIAL}),
        "deflate": _kind("tight *"),
        "an encoding that nobody knows": _kind("as it is *"),
        "no type": _kind("untyped *", type="", charset=None),
        "no content": _kind("", url="/empty", status=204),
        "201": _kind("made *", status=201),
        "404": _json('{"code":404,"serial":"*"}\n', url="/status/404", **missing),
        "418": _kind("short and stout *", status=418, kind="client_error"),
        "503": _kind("later *", status=503, kind="server_error", headers={"retry-after": "7"}),
        "299": _kind("of no standard *", status=299),
    }


def _statuses() -> list[list[Any]]:
    kinds = {302: "Redirect response", 400: "Client error", 404: "Client error", 500: "Server error"}
    headers = {"location": "/users/1", "x_serial": SERIAL, "content_type": PLAIN, "content_length": LENGTH}
    return [
        ["HTTPStatusError", kind, "GET", True, {**heading("/answer", status=code, **headers), "body": SERIAL}]
        for code, kind in kinds.items()
    ]


def _moved(url: str = "/redirect/2", location: str = "/redirect/1") -> dict[str, Any]:
    headers = {"location": location, "content_type": PLAIN, "content_length": "6"}
    return {**heading(url, status=302, **headers), "body": "moved\n"}


def _redirects(way: str) -> list[dict[str, Any]]:
    sent = {"X-Kept": "yes", **({"Cookie": "theme=dark"} if way == "module" else {})}
    return [
        user(1),
        echoed(url="/echo?from=redirect", hops=1),
        echoed(url="/echo?from=redirect", headers=sent, hops=2),
        echoed("POST", "/echo?kept=yes", text='{"kept":true}', headers=JSON, hops=1),
        fetched("/users/1#here", of={"hops": 1}, id=1, name="Ada"),
    ]


def _details() -> dict[str, list[Any]]:
    """Returns each attribute with the response that it is from."""
    made = {"content_type": PLAIN, "x_serial": SERIAL}
    ada = {**heading("/users/1", **IN_JSON), "text": matches(r'\{"id":1,"name":"Ada","serial":"live-[0-9a-f]{12}"\}\n')}
    latin_1 = heading("/latin-1", content_type="text/plain; charset=iso-8859-1")
    basket = heading("/cookie", **IN_JSON, set_cookie="basket=tea; Path=/")
    link = '</posts/2>; rel="next", </posts/9>; rel=last; title="the end"'
    moved = _ordered("Location: /users/2", status="302 Found")
    missing = heading("/status/404", status=404, **IN_JSON)
    broken = _ordered("Content-Type: application/json", body='{"broken": *')
    of = {
        "address": {**ada, "url": "/users/1?q=%C3%BC"},
        "links": {**heading(_ordered("Link: " + link), **made, link=link), "text": ""},
        "header-twice": {**heading(_ordered("X-Twice: one", "X-Twice: two"), **made, x_twice="one, two"), "text": ""},
        "cookie": {**basket, "text": matches(r'\{"cookies":\{\},"serial":"live-[0-9a-f]{12}"\}\n')},
        "no-redirect": {**heading(moved, status=302, **made, location="/users/2"), "text": ""},
        "own-encoding": {**latin_1, "text": matches("déjŕ vu live-[0-9a-f]{12}")},
        "no-json": {**heading(broken, **{**made, **IN_JSON}), "text": matches(r'\{"broken": live-[0-9a-f]{12}')},
        "raised": {**missing, "text": matches(r'\{"code":404,"serial":"live-[0-9a-f]{12}"\}\n')},
        "read-again": {**latin_1, "text": matches("déjà vu live-[0-9a-f]{12}")},
    }
    return {what: [seen, {**of.get(what, ada), "length": LENGTH}] for what, seen in DETAILS.items()}


def _ordered(*headers: str, body: str = "", **more: str) -> str:
    return "/answer?" + urlencode([("body", body), *(("header", header) for header in headers), *more.items()])


DETAILS: dict[str, Any] = {
    "code": [True, "OK"],
    "version": "HTTP/1.1",
    "address": ["/users/1", "q=%C3%BC", "http"],
    "links": {
        "next": {"url": "/posts/2", "rel": "next"},
        "last": {"url": "/posts/9", "rel": "last", "title": "the end"},
    },
    "header-twice": ["one, two", ["one", "two"]],
    "cookie": [{"basket": "tea"}, "basket=tea; Path=/"],
    "no-redirect": [True, "/users/2", True],
    "own-encoding": "déjŕ vu",
    "no-json": "JSONDecodeError",
    "raised": "HTTPStatusError",
    "not-raised": True,
    "stream": [True, True],
    "read-again": True,
    "raw-again": "StreamConsumed",
}
LOST: dict[str, Any] = {
    "number": "200",
    "reason": "By Hand",
    "elapsed": True,
    "extensions": ["http_version", "network_stream", "reason_phrase"],
    "downloaded": 25,
    "request-headers": "yes",
    "request-body": "sent",
    "request-extensions": 5,
    "header-case": ["X-Answer"],
    "header-list": ["a", "b"],
    "content-encoding": "gzip",
    "chunked": "chunked",
    "length": None,
    "cookies": {"one": "1", "two": "2"},
    "next-request": "/users/2",
    "default-encoding": "déjà vu",
}
"""Attributes that the SDK loses."""
