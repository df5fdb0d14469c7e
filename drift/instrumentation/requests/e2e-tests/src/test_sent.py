from __future__ import annotations

from hashlib import sha256
from typing import Any

from test_wire import echoed, fetched, post

from e2e_common.record.client import Api, matches
from e2e_common.services.upstream.answers import FORM, JSON


def parameters(api: Api) -> None:
    queries = (
        *("", "tag=a&tag=b", "tag=b&tag=a", "tag=a&empty=", "city=Jun%C3%ADn&limit=2&city=%C5%81%C3%B3d%C5%BA"),
        *("flag=True&ratio=1.5", "set=only", "bytes=%C3%BC", "raw=%C3%BC&flag", "raw=bytes"),
        "a+b=c%26d%3De%2Bf%2Fg%3Fh%23i&%25=%2520",
    )
    api.get("/sent/parameters", "params", [echoed("GET", query) for query in queries], requests=11)
    both = [echoed("GET", "a=1&b&a=2&c="), echoed()]
    api.get("/sent/parameters-in-both", "params and a query in the URL", both, requests=2)


def bodies(api: Api) -> None:
    def sent(text: str, headers: Any = None, **form: Any) -> dict[str, Any]:
        return echoed("POST", headers=headers, text=text, form=form)

    forms = [
        sent("name=Zo%C3%AB&tag=a&tag=b", FORM, name=["Zoë"], tag=["a", "b"]),
        sent("name=Zo%C3%AB&tag=b&tag=a", FORM, name=["Zoë"], tag=["b", "a"]),
        sent("tag=b&name=Zo%C3%AB&tag=a", FORM, name=["Zoë"], tag=["b", "a"]),
        sent("tag=1", FORM, tag=["1"]),
        sent("bytes=b%C3%BC&empty=", FORM, bytes=["bü"], empty=[""]),
        sent(""),
    ]
    api.get("/sent/forms", "data as forms", forms, requests=6)
    raw = [
        sent("x" * 5000 + "1"),
        sent("x" * 5000 + "2"),
        sent("text"),
        sent("text, with an ü"),
        sent("text", {"Content-Type": "text/plain"}),
        sent('{"broken": ', JSON),
        sent('{"text": "JSON"}', JSON),
        sent('{"bytes": "JSON"}', {"Content-Type": "application/json; charset=utf-8"}),
        sent("a=1&b=2", FORM, a=["1"], b=["2"]),
    ]
    api.get("/sent/raw-bodies", "data as text and bytes", raw, requests=9)
    in_json = [
        sent('{"name": "tea", "count": 1}', JSON),
        sent('{"name": "tea", "count": "1"}', JSON),
        sent('{"name": "tea", "count": true}', JSON),
        sent('{"deep": [{"er": {"still": [null, true, false]}}, []], "empty": {}}', JSON),
        sent('[null, true, 1.5, "\\u017elu\\u0165 \\u99ac \\ud83d\\udc0e", 100000000000000000000, 1e-07]', JSON),
        sent('"text"', JSON),
        sent("0", JSON),
        sent("false", JSON),
        sent("{}", JSON),
        sent(""),
        sent("form=comes+first", FORM, form=["comes first"]),
        sent('{"as": "XML"}', {"Content-Type": "application/xml"}),
    ]
    api.get("/sent/json", "json", in_json, requests=12)
    same = ['{"name": "tea", "count": 1}', '{"count": 1, "name": "tea"}', '{"name": "tea", "count": 1.0}']
    api.get("/sent/same-json", "equal JSON in other notations", [sent(text, JSON) for text in same], requests=3)
    large = '{"text": "' + "\\u00fc" * 50_000 + '", "end": true}'
    response = echoed("POST", headers=JSON)
    del response["body"]["text"]
    found = {"size": 300_025, "sha256": sha256(large.encode()).hexdigest(), "answer": response}
    api.get("/sent/large", "300 kB body", found)


def unusual_bodies(api: Api) -> None:
    """Bodies that are not text, too large, or unknown before they are sent."""

    def measured(body: bytes, kind: str | None, *, in_chunks: bool = False) -> dict[str, Any]:
        how = {"Content-Length": None if in_chunks else str(len(body))}
        came = {**how, "Content-Type": kind, "Transfer-Encoding": "chunked" if in_chunks else None}
        response = fetched("/measure", size=len(body), sha256=sha256(body).hexdigest())
        response["body"]["headers"] = came
        return response

    binary = [measured(bytes(range(256)), "application/octet-stream"), measured(b"\xff\xfe", "application/json")]
    api.get("/sent/binary-body", "binary body", binary, requests=2)
    api.get("/sent/too-large", "body over 1 MiB", measured(b"x" * 1_100_000, None), recorded="size")
    api.get("/sent/generator", "generator as body", echoed("POST", text="one, two"))
    own = {"application/json": b"[1,2]", "text/plain": "one, two, ü".encode()}
    chunked = [measured(body, kind, in_chunks=True) for kind, body in own.items()]
    api.get("/sent/own-body", "custom iterable as body", chunked, requests=2)
    poem = echoed("PUT", headers={"Content-Type": "text/plain"}, text="žluťoučký it is not.\n")
    api.get("/sent/open-file", "open file as body", poem)
    api.get("/sent/file-in-memory", "BytesIO as body", echoed("PUT", text="from a file"))


def files(api: Api) -> None:
    made_up = {"Content-Type": matches("multipart/form-data; boundary=[0-9a-f]{32}")}
    api.get("/sent/files", "files with one file", echoed("POST", headers=made_up, files={"file": ["tea.txt", 3]}))
    files: dict[str, Any] = {"poem": ["poem.txt", 37], "named": ["žluť.txt", 4], "typed": ["tea.json", 2]}
    files |= {"full": ["tea.csv", 3], "text": ["text", 5]}
    form = {"name": ["tea"], "tags": ["a", "b"]}
    api.get("/sent/many-files", "files with several files", echoed("POST", headers=made_up, form=form, files=files))
    kind = {"Content-Type": "multipart/form-data; boundary=boundary"}
    whole = echoed("POST", headers=kind, form={"name": ["tea"]}, files={"file": ["tea.txt", 3]})
    api.get("/sent/own-boundary", "multipart with a fixed boundary", whole)


def headers(api: Api) -> None:
    headers = [
        echoed("GET", "number=0", headers={"X-Small": "a", "X-Mixed-Case": "b"}),
        echoed("GET", "number=1", headers={"X-Long": "x" * 4000, "X-Empty": "", "X-Spaced": "a  b\tc"}),
        echoed("GET", "number=2", headers={"X-Latin": "Zoë"}),
        echoed("GET", "number=3", headers={"Content-Type": "application/vnd.tea+json"}, accept="text/plain;q=0.5, */*"),
        echoed("GET", "number=4", accept=None),
        echoed("GET", "number=5", headers={"Cookie": "by=hand", "Authorization": "Bearer t0ken"}),
    ]
    api.get("/sent/headers", "headers", headers, requests=6)
    api.get("/sent/bytes-in-a-header", "header value as bytes", echoed(headers={"X-Bytes": "raw"}))
    given = ["a=1; b=with spaces; and more", "here=yes", "c=3"]
    cookies = [echoed("GET", f"number={number}", headers={"Cookie": each}) for number, each in enumerate(given)]
    api.get("/sent/cookies", "cookies of a call", cookies, requests=3)


def urls(api: Api) -> None:
    def target(path: str, stands_for: str, url: str = "") -> dict[str, Any]:
        return fetched(f"/target/{url or path}", target=f"/target/{path}", path=stands_for)

    urls = [
        target("caf%C3%A9/d%C3%A9j%C3%A0", "café/déjà"),
        target("caf%C3%A9/d%C3%A9j%C3%A0?raw", "café/déjà"),
        target("a%2Fb%20c", "a/b c"),
        target("a%20b", "a b"),
        target("100%25", "100%"),
        target("~tilde~/!*'()", "~tilde~/!*'()"),
        target("b", "b"),
        target("q?x=%C3%BC&y=%FC", "q", "q?x=%C3%BC&y=%FC#fragment"),
        target("empty", "empty"),
        target("semi;colon;a=1", "semi;colon;a=1"),
    ]
    api.get("/sent/urls", "normalised URLs", urls, requests=10)
    api.get("/sent/host-in-capitals", "upper-case scheme and host", {**post(1), "url": "http://localhost:port/posts/1"})
