"""Parameters, bodies, files, headers, cookies and URLs of a request."""

import io
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import requests
from flask import Blueprint, Response, jsonify
from urllib3.filepost import encode_multipart_formdata
from wire import CALL_LIMIT_S, UPSTREAM, fetch, in_any_order, shown

bp = Blueprint("sent", __name__, url_prefix="/sent")
POEM = Path(__file__).with_name("poem.txt")
PARAMETERS: list[Any] = [
    {},
    {"tag": ["a", "b"]},
    {"tag": ("b", "a")},
    {"tag": "a", "none": None, "empty": ""},
    [("city", "Junín"), ("limit", 2), ("city", "Łódź")],
    (("flag", True), ("ratio", 1.5)),
    {"list": [], "set": {"only"}},
    {b"bytes": b"\xc3\xbc"},
    "raw=%C3%BC&flag",
    b"raw=bytes",
    {"a b": "c&d=e+f/g?h#i", "%": "%20"},
]
FORMS: list[Any] = [
    {"name": "Zoë", "tag": ["a", "b"]},
    {"name": "Zoë", "tag": ["b", "a"]},
    [("tag", "b"), ("name", "Zoë"), ("tag", "a")],
    (("tag", 1), ("none", None)),
    {"bytes": b"b\xc3\xbc", "empty": ""},
    {},
]
RAW: list[dict[str, Any]] = [
    {"data": "x" * 5000 + "1"},
    {"data": "x" * 5000 + "2"},  # differs from the previous one only at the end
    {"data": "text"},
    {"data": "text, with an ü".encode()},
    {"data": "text", "headers": {"Content-Type": "text/plain"}},
    {"data": b'{"broken": ', "headers": {"Content-Type": "application/json"}},
    {"data": '{"text": "JSON"}', "headers": {"Content-Type": "application/json"}},
    {"data": b'{"bytes": "JSON"}', "headers": {"content-type": "application/json; charset=utf-8"}},
    {"data": "a=1&b=2", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
]
JSON: list[dict[str, Any]] = [  # some differ only in type
    {"json": {"name": "tea", "count": 1}},
    {"json": {"name": "tea", "count": "1"}},
    {"json": {"name": "tea", "count": True}},
    {"json": {"deep": [{"er": {"still": [None, True, False]}}, []], "empty": {}}},
    {"json": [None, True, 1.5, "žluť 馬 🐎", 10**20, 1e-7]},
    {"json": "text"},
    {"json": 0},
    {"json": False},
    {"json": {}},
    {"json": None},  # no body; with `data`, `json` is ignored
    {"json": {"left": "out"}, "data": {"form": "comes first"}},
    {"json": {"as": "XML"}, "headers": {"Content-Type": "application/xml"}},
]
URLS = [
    "/target/caf%C3%A9/d%C3%A9j%C3%A0",
    "/target/café/déjà?raw",
    "/target/a%2Fb%20c",
    "/target/a b",
    "/target/100%",
    "/target/~tilde%7E/!*'()",
    "/target/./a/../b",
    "/target/q?x=ü&y=%FC#fragment",
    "/target/empty?",
    "/target/semi;colon;a=1",
]
BODIES = {"forms": [{"data": form} for form in FORMS], "raw-bodies": RAW, "json": JSON}
HEADERS: list[dict[str, Any]] = [
    {"x-small": "a", "X-MIXED-Case": "b"},
    {"X-Long": "x" * 4000, "X-Empty": "", "X-Spaced": "a  b\tc"},
    {"X-Latin": "Zoë".encode("latin-1").decode("latin-1")},
    {"Accept": "text/plain;q=0.5, */*", "Content-Type": "application/vnd.tea+json"},
    {"Accept": None, "X-None": None},
    {"Cookie": "by=hand", "Authorization": "Bearer t0ken"},
]


@bp.get("/parameters")
def parameters() -> Response:
    """The calls differ only in the query."""
    return jsonify(in_any_order(lambda each: fetch("/echo", params=each), PARAMETERS))


@bp.get("/parameters-in-both")
def parameters_in_both() -> Response:
    return jsonify([fetch("/echo?a=1&b", params={"a": 2, "c": ""}), fetch("/echo?", params=None)])


@bp.get("/<any(forms, 'raw-bodies', json):kind>")
def bodies(kind: str) -> Response:
    """The calls differ only in the body."""
    return jsonify(in_any_order(lambda each: fetch("/echo", "POST", **each), BODIES[kind]))


@bp.get("/urls")
def urls() -> Response:
    """The normalisation of URLs: the target that the upstream gets, and the URL of the response."""
    return jsonify(in_any_order(fetch, URLS))


@bp.get("/same-json")
def same_json() -> Response:
    """Equal JSON in different notations. No CLI can distinguish these calls: responses come in order."""
    sent: list[Any] = [{"name": "tea", "count": 1}, {"count": 1, "name": "tea"}, {"name": "tea", "count": 1.0}]
    return jsonify([fetch("/echo", "POST", json=each) for each in sent])


@bp.get("/binary-body")
def binary_body() -> Response:
    """Bytes that are not text, and bytes declared as JSON that are not JSON."""
    sent = [(bytes(range(256)), "application/octet-stream"), (b"\xff\xfe", "application/json")]
    return jsonify([fetch("/measure", "PUT", data=data, headers={"Content-Type": kind}) for data, kind in sent])


@bp.get("/large")
def large() -> Response:
    response = fetch("/echo", "POST", json={"text": "ü" * 50_000, "end": True})
    text = response["body"].pop("text")
    return jsonify(size=len(text), sha256=sha256(text.encode()).hexdigest(), answer=response)


@bp.get("/too-large")
def too_large() -> Response:
    return jsonify(fetch("/measure", "POST", data=b"x" * 1_100_000))


@bp.get("/generator")
def generator() -> Response:
    """It is sent in chunks."""
    return jsonify(fetch("/echo", "POST", data=(part for part in (b"one, ", b"two"))))


class Lines:
    """A custom iterable body. It is sent in chunks, and its str() is always the same."""

    def __init__(self, kind: str, *lines: str) -> None:
        self.kind, self.lines = kind, lines

    def __iter__(self) -> Iterator[bytes]:
        return (line.encode() for line in self.lines)

    def __str__(self) -> str:
        return f"{len(self.lines)} lines"


@bp.get("/own-body")
def own_body() -> Response:
    """Distinguished by their str(), because the content is unknown before it is sent."""
    bodies = [Lines("application/json", "[1,", "2]"), Lines("text/plain", "one, ", "two, ", "ü")]
    return jsonify([fetch("/measure", "POST", data=body, headers={"Content-Type": body.kind}) for body in bodies])


@bp.get("/open-file")
def open_file() -> Response:
    """The file is sent from its current position, with a length."""
    with POEM.open("rb") as poem:
        poem.readline()
        return jsonify(fetch("/echo", "PUT", data=poem, headers={"Content-Type": "text/plain"}))


@bp.get("/file-in-memory")
def file_in_memory() -> Response:
    return jsonify(fetch("/echo", "PUT", data=io.BytesIO(b"from a file")))


@bp.get("/files")
def files() -> Response:
    """`requests` generates a new boundary each time."""
    return jsonify(fetch("/echo", "POST", files={"file": ("tea.txt", b"hot", "text/plain")}))


@bp.get("/many-files")
def many_files() -> Response:
    with POEM.open("rb") as poem:
        several: list[Any] = [
            ("poem", poem),
            ("named", ("žluť.txt", "text")),
            ("typed", ("tea.json", io.BytesIO(b"{}"), "application/json")),
            ("full", ("tea.csv", b"a;b", "text/csv", {"X-Part": "4"})),
            ("text", "alone"),
        ]
        return jsonify(fetch("/echo", "POST", files=several, data={"name": "tea", "tags": ["a", "b"]}))


@bp.get("/own-boundary")
def own_boundary() -> Response:
    body, kind = encode_multipart_formdata({"name": "tea", "file": ("tea.txt", b"hot")}, boundary="boundary")
    return jsonify(fetch("/echo", "POST", data=body, headers={"Content-Type": kind}))


@bp.get("/headers")
def headers() -> Response:
    """The SDK does not match calls by headers, so each call has a different path."""
    return jsonify([fetch(f"/echo?number={number}", headers=each) for number, each in enumerate(HEADERS)])


@bp.get("/bytes-in-a-header")
def bytes_in_a_header() -> Response:
    return jsonify(fetch("/echo", headers={"X-Bytes": b"raw"}))


@bp.get("/cookies")
def cookies() -> Response:
    """As a dict, as a jar, and in a jar with cookies of other hosts."""
    jar = requests.cookies.RequestsCookieJar()
    jar.set("here", "yes", path="/echo")
    jar.set("elsewhere", "no", domain="elsewhere.example", path="/")
    jar.set("deeper", "no", path="/echo/deeper")
    jar.set("secure", "no", secure=True)
    given: list[Any] = [{"a": "1", "b": "with spaces; and more"}, jar, requests.cookies.cookiejar_from_dict({"c": "3"})]
    return jsonify([fetch(f"/echo?number={number}", cookies=each) for number, each in enumerate(given)])


@bp.get("/host-in-capitals")
def host_in_capitals() -> Response:
    port = UPSTREAM.rpartition(":")[2]
    response = requests.get(f"  HTTP://LOCALHOST:{port}/posts/1", timeout=CALL_LIMIT_S)
    return jsonify({**shown(response), "url": response.url.replace(port, "port")})
