"""Methods, queries, bodies, files, headers, cookies and URLs of a request; each in all three ways."""

import io
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
from flask import Blueprint, Response, jsonify
from outside import (
    UPSTREAM,
    WAYS,
    asking,
    client,
    fetch,
    here,
    in_any_order,
    opened,
    raised,
    run,
    shown,
    sized,
    with_serial_count,
)

bp = Blueprint("sending", __name__, url_prefix="/send")
TEXT = {"Content-Type": "text/plain; charset=utf-8"}

QUERIES: list[dict[str, Any]] = [
    {},
    {"params": {"tag": ["a", "b"]}},
    {"params": {"tag": ("b", "a")}},
    {"params": [("tag", "a"), ("none", None), ("empty", ""), ("yes", True), ("n", 7), ("x", 0.5)]},
    {"params": "raw=%C3%BC&flag"},
    {"params": b"of=bytes"},
    {"params": httpx.QueryParams({"city": "Junín"}).add("city", "São Paulo")},
]
BODIES: list[dict[str, Any]] = [
    {"json": {"count": 1}},
    {"json": {"count": "1"}},
    {"json": [None, True, 1.5, "žluťoučký 馬 🐎"]},
    {"json": "text"},
    {"data": {"tag": ["a", "b"], "n": 1, "none": None, "yes": True}},
    {"data": {"tag": ["b", "a"]}},
    {"content": "x" * 5000 + "1"},
    {"content": "x" * 5000 + "2"},  # differs from the previous one only at the end
    {"content": b"bytes \xff\x00"},
    {"content": '{"broken": ', "headers": {"Content-Type": "application/json"}},
    {"content": b""},
]
SIMILAR: dict[str, list[tuple[list[str], dict[str, Any]]]] = {
    "verbs": [
        (["get", "/echo"], {"params": {"q": "a b", "tag": ["x", "y"]}}),
        (["options", "/echo"], {"headers": {"X-Reason": "to know"}}),
        (["post", "/echo"], {"json": {"name": "Zoë", "price": 2.5}}),
        (["put", "/echo"], {"data": {"name": "Zoë", "tag": ["a", "b"]}}),
        (["patch", "/echo"], {"content": "plain ü", "headers": TEXT}),
        (["delete", "/echo"], {"headers": {"X-Reason": "too old"}}),
        (["request", "DELETE", "/echo"], {"json": ["with a body"]}),
    ],
    "queries": [(["get", "/echo"], sent) for sent in QUERIES],
    "bodies": [(["post", "/echo"], sent) for sent in BODIES],
    "paths": [(["get", f"/posts/{post}"], {}) for post in (1, 2, 3)],
}
"""Calls that differ only in the method, the query, the body or the path."""


@bp.get("/<what>/<way>")
def similar(what: str, way: str) -> Response:
    return jsonify(in_any_order(lambda call: fetch(way, *call[0], **call[1]), SIMILAR[what]))


@bp.get("/head/<way>")
def head(way: str) -> Response:
    response = asking(way)("head", "/echo")
    return jsonify(sized(response), len(response.content))


@bp.get("/query-of-url/<way>")
def query_of_url(way: str) -> Response:
    """A query in the URL, and parameters that replace it."""
    first = fetch(way, "get", "/echo?a=1&a=%26&b")
    return jsonify(first, fetch(way, "get", "/echo?a=1", params={"b": "2", "c": "ü&="}))


@bp.get("/large/<way>")
def large(way: str) -> Response:
    return jsonify(fetch(way, "post", "/echo", json={"text": "ü" * 50_000, "list": list(range(20_000)), "end": True}))


@bp.get("/parts/<way>")
def parts(way: str) -> Response:
    """A body from an iterator, and from a file."""

    def one_by_one() -> Iterator[bytes]:
        yield from (b"one, ", b"", "zwölf".encode())

    async def by_and_by() -> AsyncIterator[bytes]:
        for part in one_by_one():
            yield part

    if way == "async":
        return jsonify([fetch(way, "post", "/echo", content=by_and_by(), headers=TEXT)])
    found = [fetch(way, "post", "/echo", content=one_by_one(), headers=TEXT)]
    others: list[Any] = [[b"a ", b"list"], io.BytesIO(b"of a file")]
    return jsonify(found + [fetch(way, "put", "/echo", content=each, headers=TEXT) for each in others])


@bp.get("/parts-told-apart/<way>")
def similar_iterators(way: str) -> Response:
    """Bodies from iterators. The calls differ only in the content, not in the length."""

    async def by_and_by(text: str) -> AsyncIterator[bytes]:
        yield text.encode()

    make: Callable[[str], Any] = by_and_by if way == "async" else lambda text: iter([text.encode()])
    ask = asking(way)
    found = in_any_order(lambda text: shown(ask("post", "/echo", content=make(text), headers=TEXT)), ("one", "two"))
    return jsonify(with_serial_count(found))


@bp.get("/wrong-parts/<way>")
def wrong_parts(way: str) -> Response:
    async def by_and_by() -> AsyncIterator[bytes]:
        yield b"never sent"

    content = iter([b"never sent"]) if way == "async" else by_and_by()
    try:
        return jsonify(fetch(way, "post", "/echo", content=content, headers=TEXT))
    except RuntimeError as error:
        return jsonify(raised=raised(error))


@bp.get("/files/<way>")
def files(way: str) -> Response:
    """Files in all their forms. The boundary is fixed, so that the body is always the same."""
    several = [("one", ("1.txt", b"1")), ("two", ("2.txt", b"22"))]
    sent: list[dict[str, Any]] = [
        {"files": {"file": b"bytes"}},
        {"files": {"file": ("a.txt", "text, with an ü")}},
        {"files": {"file": ("a.txt", "text, with an ö")}},
        {"files": {"file": ("ü.txt", io.BytesIO(b"of a file"), "text/plain")}},
        {"files": {"file": ("a.bin", bytes(range(256)), "application/x-bytes", {"X-Part": "1"})}},
        {"files": several, "data": {"note": "with it", "tag": ["a", "b"]}},
    ]
    boundary = {"Content-Type": "multipart/form-data; boundary=here"}
    return jsonify(in_any_order(lambda each: fetch(way, "post", "/echo", headers=boundary, **each), sent))


@bp.get("/new-boundary/<way>")
def new_boundary(way: str) -> Response:
    body = fetch(way, "post", "/echo", files={"file": ("a.txt", b"tea")}, data={"note": "hot"})["body"]
    return jsonify(form=body["form"], files=body["files"])


HEADERS: list[Any] = [
    {"x-lower": "1", "X-UPPER": "2", "ACCEPT": "text/plain"},
    [("X-Twice", "one"), ("X-Twice", "two"), ("x-twice", "three")],
    [(b"X-Bytes", b"caf\xc3\xa9"), (b"X-Empty", b"")],
    httpx.Headers({"X-Own": 'kept  apart, "quoted"; q=1', "Authorization": "Bearer t0ken"}),
    {"Content-Type": "text/x-own", "X-Long": "h" * 3000},
]


@bp.get("/headers/<way>")
def headers(way: str) -> Response:
    return jsonify([fetch(way, "get", "/echo", headers=each) for each in HEADERS])


@bp.get("/cookies/<way>")
def cookies(way: str) -> Response:
    """A client's cookies: for every host and path, or for some."""
    jar = httpx.Cookies({"theme": "dark"})
    jar.set("basket", "tea", domain=urlsplit(UPSTREAM).hostname or "", path="/echo")
    jar.set("other", "host", domain="elsewhere.example")
    found = [shown(asking(way, cookies=each)("get", "/echo")) for each in (jar, {"one": "1", "two": "2"})]
    return jsonify([*found, shown(asking(way, cookies=[("three", "3")])("get", "/cookie"))])


URLS = [
    "/target/pl%61in/a b/ü/%2F/%25/100%",
    "/target/a//b/./c/../d;p=1,2",
    "/target/x?q=ü b&r=%26&s='\"<>|{}",
    "/target/emoji/🐎?🐎=馬#fragment, not sent",
    "/target/plus+sign?a+b=c+d&e=%2B",
]


@bp.get("/urls/<way>")
def urls(way: str) -> Response:
    """URLs with characters that must or must not be escaped; one as httpx.URL."""
    found = [fetch(way, "get", UPSTREAM + url) for url in URLS]
    built = httpx.URL(UPSTREAM).copy_with(path="/target/built", params={"q": "1"}, fragment="end")
    return jsonify([*found, fetch(way, "get", built if way != "module" else str(built))])


@bp.get("/user-of-url/<way>")
def user_of_url(way: str) -> Response:
    response = asking(way)("get", UPSTREAM.replace("://", "://ada:s%40crét@") + "/private")
    address = response.url.copy_with(userinfo=b"")
    return jsonify({**shown(response), "url": here(str(address)), "password": response.url.password})


@bp.get("/built/<any(client, async):way>")
def built(way: str) -> Response:
    """Requests that are built first and sent later: by a client, and changed; without a client; sent twice."""
    with opened(way) as (client, ask):
        first = client.build_request("POST", "/echo", json=[1, None, True], params={"a": "1"})
        first.headers["X-Built"] = "yes"
        plain = httpx.Request("PUT", f"{UPSTREAM}/echo", content=b"plain", headers={"X-Built": "by hand"})
        return jsonify([shown(ask("send", each)) for each in (first, plain, plain)])


@bp.get("/once")
def once() -> Response:
    async def stream(http_client: httpx.AsyncClient) -> Any:
        async with http_client.stream("GET", "/count/async-stream") as response:
            await response.aread()
            return response

    responses = [asking(way)("post", f"/count/{way}", json={}) for way in WAYS]
    with client() as http_client, http_client.stream("POST", "/count/stream", content=iter([b"tea"])) as response:
        response.read()
    return jsonify([shown(each) for each in (*responses, response, run(stream))])
