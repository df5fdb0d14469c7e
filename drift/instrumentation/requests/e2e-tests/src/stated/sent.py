"""What the requests of ../sent.py state."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from e2e_common.requester import Api, matches
from stated.words import FORM, JSON, Send, echoed, fetched, post, sender

POEM = "žluťoučký it is not.\n"


def requests(api: Api) -> None:
    """Send them all."""
    send = sender(api, "sent")
    _parameters(send)
    _bodies(send)
    _unread(send)
    _files(send)
    _headers(send)
    _urls(send)


def _parameters(send: Send) -> None:
    told_apart = [
        echoed(),
        echoed("GET", "tag=a&tag=b", query={"tag": ["a", "b"]}),
        echoed("GET", "tag=b&tag=a", query={"tag": ["b", "a"]}),
        echoed("GET", "tag=a&empty=", query={"tag": ["a"], "empty": [""]}),
        echoed(
            "GET",
            "city=Jun%C3%ADn&limit=2&city=%C5%81%C3%B3d%C5%BA",
            query={"city": ["Junín", "Łódź"], "limit": ["2"]},
        ),
        echoed("GET", "flag=True&ratio=1.5", query={"flag": ["True"], "ratio": ["1.5"]}),
        echoed("GET", "set=only", query={"set": ["only"]}),
        echoed("GET", "bytes=%C3%BC", query={"bytes": ["ü"]}),
        echoed("GET", "raw=%C3%BC&flag", query={"raw": ["ü"], "flag": [""]}),
        echoed("GET", "raw=bytes", query={"raw": ["bytes"]}),
        echoed("GET", "a+b=c%26d%3De%2Bf%2Fg%3Fh%23i&%25=%2520", query={"a b": ["c&d=e+f/g?h#i"], "%": ["%20"]}),
    ]
    send("parameters", "parameters", told_apart, 11)
    both = echoed("GET", "a=1&b&a=2&c=", query={"a": ["1", "2"], "b": [""], "c": [""]})
    send("parameters in the URL and beside it", "parameters-in-both", [both, echoed()], 2)


def _bodies(send: Send) -> None:
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
    send("forms", "forms", forms, 6)
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
    send("bodies as they are", "raw-bodies", raw, 9)
    in_json = [
        sent('{"name": "tea", "count": 1}', JSON),
        sent('{"name": "tea", "count": "1"}', JSON),
        sent('{"name": "tea", "count": true}', JSON),
        sent('{"deep": [{"er": {"still": [null, true, false]}}, []], "empty": {}}', JSON),
        sent(
            '[null, true, 1.5, "\\u017elu\\u0165 \\u99ac \\ud83d\\udc0e", 100000000000000000000, 1e-07]',
            JSON,
        ),
        sent('"text"', JSON),
        sent("0", JSON),
        sent("false", JSON),
        sent("{}", JSON),
        sent(""),
        sent("form=comes+first", FORM, form=["comes first"]),
        sent('{"as": "XML"}', {"Content-Type": "application/xml"}),
    ]
    send("bodies in JSON", "json", in_json, 12)
    same = ['{"name": "tea", "count": 1}', '{"count": 1, "name": "tea"}', '{"name": "tea", "count": 1.0}']
    send("bodies that are the same in JSON", "same-json", [sent(text, JSON) for text in same], 3)
    large = '{"text": "' + "\\u00fc" * 50_000 + '", "end": true}'
    answer = echoed("POST", headers=JSON)
    del answer["body"]["text"]
    found = {"size": 300_025, "sha256": sha256(large.encode()).hexdigest(), "answer": answer}
    send("300 kB there and back", "large", found)


def _unread(send: Send) -> None:
    """Bodies that are no text, too large, or not there before they are sent."""

    def measured(body: bytes, kind: str | None, *, in_chunks: bool = False) -> dict[str, Any]:
        how = {"Content-Length": None if in_chunks else str(len(body))}
        came = {**how, "Content-Type": kind, "Transfer-Encoding": "chunked" if in_chunks else None}
        answer = fetched("/measure", size=len(body), sha256=sha256(body).hexdigest())
        answer["body"]["headers"] = came
        return answer

    binary = [measured(bytes(range(256)), "application/octet-stream"), measured(b"\xff\xfe", "application/json")]
    send("body in bytes", "binary-body", binary, 2)
    send("body of more than 1 MiB", "too-large", measured(b"x" * 1_100_000, None), recorded="size")
    send("body of a generator", "generator", echoed("POST", text="one, two"))
    own = [
        measured(b"[1,2]", "application/json", in_chunks=True),
        measured("one, two, ü".encode(), "text/plain", in_chunks=True),
    ]
    send("body of the application's own", "own-body", own, 2)
    poem = echoed("PUT", headers={"Content-Type": "text/plain"}, text=POEM)
    send("body of an open file", "open-file", poem)
    send("body of a file in memory", "file-in-memory", echoed("PUT", text="from a file"))


def _files(send: Send) -> None:
    made_up = {"Content-Type": matches("multipart/form-data; boundary=[0-9a-f]{32}")}
    send("file", "files", echoed("POST", headers=made_up, files={"file": ["tea.txt", 3]}))
    files = {
        "poem": ["poem.txt", 37],
        "named": ["žluť.txt", 4],
        "typed": ["tea.json", 2],
        "full": ["tea.csv", 3],
        "text": ["text", 5],
    }
    form = {"name": ["tea"], "tags": ["a", "b"]}
    send("many files", "many-files", echoed("POST", headers=made_up, form=form, files=files))
    kind = {"Content-Type": "multipart/form-data; boundary=boundary"}
    whole = echoed("POST", headers=kind, form={"name": ["tea"]}, files={"file": ["tea.txt", 3]})
    send("file with a boundary of its own", "own-boundary", whole)


def _headers(send: Send) -> None:
    def numbered(number: int, headers: Any, **words: Any) -> dict[str, Any]:
        return echoed("GET", f"number={number}", query={"number": [str(number)]}, headers=headers, **words)

    headers = [
        numbered(0, {"X-Small": "a", "X-Mixed-Case": "b"}),
        numbered(1, {"X-Long": "x" * 4000, "X-Empty": "", "X-Spaced": "a  b\tc"}),
        numbered(2, {"X-Latin": "Zoë"}),
        numbered(3, {"Content-Type": "application/vnd.tea+json"}, accept="text/plain;q=0.5, */*"),
        numbered(4, {}, accept=None),
        numbered(5, {"Cookie": "by=hand", "Authorization": "Bearer t0ken"}),
    ]
    send("headers", "headers", headers, 6)
    send("header in bytes", "bytes-in-a-header", echoed(headers={"X-Bytes": "raw"}))
    given = ["a=1; b=with spaces; and more", "here=yes", "c=3"]
    send("cookies", "cookies", [numbered(number, {"Cookie": each}) for number, each in enumerate(given)], 3)


def _urls(send: Send) -> None:
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
    send("URLs", "urls", urls, 10)
    send("host in capitals", "host-in-capitals", {**post(1), "url": "http://localhost:port/posts/1"})
