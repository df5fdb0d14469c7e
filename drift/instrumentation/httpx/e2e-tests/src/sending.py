"""What is sent: verbs, queries, bodies, files, headers, cookies, addresses; each in all three ways."""

import io
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
from flask import Blueprint, Response, jsonify
from outside import UPSTREAM, and_how_many, asking, client, here, in_any_order, raised, run, shown, sized

bp = Blueprint("sending", __name__, url_prefix="/send")
LONG = "x" * 5000
TEXT = {"Content-Type": "text/plain; charset=utf-8"}
BOUNDARY = {"Content-Type": "multipart/form-data; boundary=here"}

VERBS: list[tuple[list[str], dict[str, Any]]] = [
    (["get"], {"params": {"q": "a b", "tag": ["x", "y"]}}),
    (["options"], {"headers": {"X-Reason": "to know"}}),
    (["post"], {"json": {"name": "Zoë", "price": 2.5}}),
    (["put"], {"data": {"name": "Zoë", "tag": ["a", "b"]}}),
    (["patch"], {"content": "plain ü", "headers": TEXT}),
    (["delete"], {"headers": {"X-Reason": "too old"}}),
    (["request", "DELETE"], {"json": ["with a body"]}),
]

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
    {"content": f"{LONG}1"},
    {"content": f"{LONG}2"},
    {"content": b"bytes \xff\x00"},
    {"content": '{"broken": ', "headers": {"Content-Type": "application/json"}},
    {"content": b""},
]


@bp.get("/verbs/<way>")
def verbs(way: str) -> Response:
    """Each verb by the function that is called so; the last one by request(). One URL for all."""
    ask = asking(way)
    return jsonify(in_any_order([lambda of=of, sent=sent: shown(ask(*of, "/echo", **sent)) for of, sent in VERBS]))


@bp.get("/head/<way>")
def head(way: str) -> Response:
    answer = asking(way)("head", "/echo")
    return jsonify(sized(answer), len(answer.content))


@bp.get("/queries/<way>")
def queries(way: str) -> Response:
    """One path, and nothing but the query to tell the calls apart."""
    ask = asking(way)
    return jsonify(in_any_order([lambda sent=sent: shown(ask("get", "/echo", **sent)) for sent in QUERIES]))


@bp.get("/query-of-url/<way>")
def query_of_url(way: str) -> Response:
    """A query that stands in the URL, and one that takes its place."""
    ask = asking(way)
    return jsonify(
        [shown(ask("get", "/echo?a=1&a=%26&b")), shown(ask("get", "/echo?a=1", params={"b": "2", "c": "ü&="}))]
    )


@bp.get("/bodies/<way>")
def bodies(way: str) -> Response:
    """One URL and one verb, and nothing but the body to tell the calls apart; two of them differ only at the end."""
    ask = asking(way)
    return jsonify(in_any_order([lambda sent=sent: shown(ask("post", "/echo", **sent)) for sent in BODIES]))


@bp.get("/paths/<way>")
def paths(way: str) -> Response:
    """Nothing but the path to tell the calls apart."""
    ask = asking(way)
    return jsonify(in_any_order([lambda post=post: shown(ask("get", f"/posts/{post}")) for post in (1, 2, 3)]))


@bp.get("/large/<way>")
def large(way: str) -> Response:
    """200 kB there, and as much back."""
    body = {"text": "ü" * 50_000, "list": list(range(20_000)), "end": True}
    return jsonify(shown(asking(way)("post", "/echo", json=body)))


@bp.get("/parts/<way>")
def parts(way: str) -> Response:
    """A body that is made while it is sent, and a file."""

    def one_by_one() -> Iterator[bytes]:
        yield b"one, "
        yield b""
        yield "zwölf".encode()

    async def by_and_by() -> AsyncIterator[bytes]:
        for part in one_by_one():
            yield part

    ask = asking(way)
    if way == "async":
        return jsonify([shown(ask("post", "/echo", content=by_and_by(), headers=TEXT))])
    file = io.BytesIO(b"of a file")
    return jsonify(
        [
            shown(ask("post", "/echo", content=one_by_one(), headers=TEXT)),
            shown(ask("put", "/echo", content=[b"a ", b"list"], headers=TEXT)),
            shown(ask("put", "/echo", content=file, headers=TEXT)),
        ]
    )


@bp.get("/parts-told-apart/<way>")
def parts_told_apart(way: str) -> Response:
    """Iterators, and nothing but what they give to tell the calls apart: not even a length. And how many answers there
    were: none is given twice."""

    async def by_and_by(text: str) -> AsyncIterator[bytes]:
        yield text.encode()

    ask = asking(way)
    make: Callable[[str], Any] = by_and_by if way == "async" else lambda text: iter([text.encode()])
    calls = [lambda text=text: shown(ask("post", "/echo", content=make(text), headers=TEXT)) for text in ("one", "two")]
    return jsonify(and_how_many(in_any_order(calls)))


@bp.get("/wrong-parts/<way>")
def wrong_parts(way: str) -> Response:
    """A sync iterator for an async client, an async iterator for a sync one."""

    async def by_and_by() -> AsyncIterator[bytes]:
        yield b"never sent"

    content = iter([b"never sent"]) if way == "async" else by_and_by()
    try:
        return jsonify(shown(asking(way)("post", "/echo", content=content, headers=TEXT)))
    except RuntimeError as error:
        return jsonify(raised=raised(error))


FILES: list[dict[str, Any]] = [
    {"files": {"file": b"bytes"}},
    {"files": {"file": ("a.txt", "text, with an ü")}},
    {"files": {"file": ("a.txt", "text, with an ö")}},
    {"files": {"file": ("ü.txt", io.BytesIO, "text/plain")}},
    {"files": {"file": ("a.bin", bytes(range(256)), "application/x-bytes", {"X-Part": "1"})}},
    {"files": [("one", ("1.txt", b"1")), ("two", ("2.txt", b"22"))], "data": {"note": "with it", "tag": ["a", "b"]}},
]


@bp.get("/files/<way>")
def files(way: str) -> Response:
    """Files in all their forms. The boundary is the application's own, so that the body is the same every time."""
    ask = asking(way)
    return jsonify(
        in_any_order(
            [lambda sent=sent: shown(ask("post", "/echo", headers=BOUNDARY, **opened(sent))) for sent in FILES]
        )
    )


def opened(sent: dict[str, Any]) -> dict[str, Any]:
    """`sent`, with a new file for each that is to be read."""
    named = sent["files"]
    if isinstance(named, list) or not isinstance(named["file"], tuple):
        return sent
    name, content, *more = named["file"]
    return {"files": {"file": (name, io.BytesIO(b"of a file") if content is io.BytesIO else content, *more)}}


@bp.get("/new-boundary/<way>")
def new_boundary(way: str) -> Response:
    """httpx makes up a boundary each time."""
    body = shown(asking(way)("post", "/echo", files={"file": ("a.txt", b"tea")}, data={"note": "hot"}))["body"]
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
    ask = asking(way)
    return jsonify([shown(ask("get", "/echo", headers=each)) for each in HEADERS])


@bp.get("/cookies/<way>")
def cookies(way: str) -> Response:
    """A client's cookies: for every host and path, or for some."""
    jar = httpx.Cookies({"theme": "dark"})
    jar.set("basket", "tea", domain=urlsplit(UPSTREAM).hostname or "", path="/echo")
    jar.set("other", "host", domain="elsewhere.example")
    return jsonify(
        [
            shown(asking(way, cookies=jar)("get", "/echo")),
            shown(asking(way, cookies={"one": "1", "two": "2"})("get", "/echo")),
            shown(asking(way, cookies=[("three", "3")])("get", "/cookie")),
        ]
    )


URLS = [
    "/target/pl%61in/a b/ü/%2F/%25/100%",
    "/target/a//b/./c/../d;p=1,2",
    "/target/x?q=ü b&r=%26&s='\"<>|{}",
    "/target/emoji/🐎?🐎=馬#fragment, not sent",
    "/target/plus+sign?a+b=c+d&e=%2B",
]


@bp.get("/urls/<way>")
def urls(way: str) -> Response:
    """Addresses that are to be escaped, or must not be; one as httpx.URL."""
    ask = asking(way)
    found = [shown(ask("get", UPSTREAM + url)) for url in URLS]
    built = httpx.URL(UPSTREAM).copy_with(path="/target/built", params={"q": "1"}, fragment="end")
    return jsonify([*found, shown(ask("get", built if way != "module" else str(built)))])


@bp.get("/user-of-url/<way>")
def user_of_url(way: str) -> Response:
    """A URL that holds credentials."""
    answer = asking(way)("get", UPSTREAM.replace("://", "://ada:s%40crét@") + "/private")
    address = answer.url.copy_with(userinfo=b"")
    return jsonify({**shown(answer), "url": here(str(address)), "password": answer.url.password})


@bp.get("/built/<any(client, async):way>")
def built(way: str) -> Response:
    """Requests that are built first and sent later: the client's, changed; a request of nobody's; one sent twice."""

    def make(own: Any) -> list[httpx.Request]:
        first = own.build_request("POST", "/echo", json=[1, None, True], params={"a": "1"})
        first.headers["X-Built"] = "yes"
        plain = httpx.Request("PUT", f"{UPSTREAM}/echo", content=b"plain", headers={"X-Built": "by hand"})
        return [first, plain, plain]

    async def sent(own: httpx.AsyncClient) -> Any:
        return [shown(await own.send(each)) for each in make(own)]

    if way == "async":
        return jsonify(run(sent))
    with client() as own:
        return jsonify([shown(own.send(each)) for each in make(own)])


@bp.get("/once")
def once() -> Response:
    """Each is sent once, however it is sent."""

    async def stream(own: httpx.AsyncClient) -> Any:
        async with own.stream("GET", "/count/async-stream") as answer:
            await answer.aread()
            return answer

    answers = [asking(way)("post", f"/count/{way}", json={}) for way in ("module", "client", "async")]
    with client() as own, own.stream("POST", "/count/stream", content=iter([b"tea"])) as answer:
        answer.read()
    return jsonify([shown(each) for each in (*answers, answer, run(stream))])
