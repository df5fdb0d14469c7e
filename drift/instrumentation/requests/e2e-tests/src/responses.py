"""Responses of every status, type, encoding and size, and all attributes of a response."""

import base64
import copy
import pickle
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import requests
from flask import Blueprint, Response, jsonify
from wire import below, fetch, get, heading, in_any_order, outcome_of, shown

bp = Blueprint("responses", __name__, url_prefix="/answers")
JSON = "Content-Type: application/json"
UTF_8 = "Content-Type: text/plain; charset=utf-8"
STATUSES = (  # no errors; with unusual reasons, one of them empty
    *("200 OK", "201 CREATED", "202 Accepted", "203 Non-Authoritative", "205 Reset", "206 Partial Content"),
    *("226 IM Used", "299 Fine, thank you", "300 Multiple Choices", "304 NOT MODIFIED"),
)
BODIES_IN_JSON = (
    *("[]", "{}", "7", "1.0", "-1e-7", "null", "true", '"text"'),
    *('[1, "1", 1.0, null]', '{"deep": [{"er": []}]}'),
)
TEXTS = (
    *('{"a": 1}', "dGVh", base64.b64encode(b"twice" * 9).decode(), "12", " a\t\r\nb\n"),
    *("žluť 馬 🐎", "\ufeffmarked", "\x00"),
)
TYPES = {"html": "text/html", "xml": "application/xml", "csv": "text/csv", "octets": "application/octet-stream"}


def ordered(body: str = "", *headers: str, status: str = "200 OK", **order: str) -> requests.Response:
    return get("/answer", params={"body": body, "header": headers, "status": status, **order})


@bp.get("/statuses")
def statuses() -> Response:
    return jsonify(in_any_order(lambda status: shown(ordered(status=status)), STATUSES))


@bp.get("/no-content")
def no_content() -> Response:
    """204, and an empty body: neither is JSON."""
    responses = [get("/empty"), ordered("", JSON)]
    return jsonify([[heading(response), response.text, outcome_of(response.json)["error"]] for response in responses])


@bp.get("/json")
def json_answers() -> Response:
    """JSON that is not an object or has another content type, and parameters of `json`."""
    responses = in_any_order(lambda body: shown(ordered(body, JSON)), BODIES_IN_JSON)
    exact = ordered('{"a": 0.10, "b": 1}', JSON)
    return jsonify(
        answers=[[response, repr(response["body"])] for response in responses],
        other=shown(ordered('{"a": 1}', "Content-Type: application/vnd.tea+json")),
        exact=[shown(exact), exact.json(parse_float=str, object_pairs_hook=list)],
    )


@bp.get("/order-of-json")
def order_of_json() -> Response:
    response = ordered('{"b": 1,"a" :[2,  3.10], "é": "\\u00e9"}', JSON)
    return jsonify(told=shown(response), text=response.text)


@bp.get("/not-json")
def not_json() -> Response:
    """Text instead of JSON: the error's message and its classes."""
    response = ordered("nö: {", UTF_8)
    try:
        response.json()
    except requests.JSONDecodeError as error:
        kinds = [ValueError, requests.RequestException, requests.exceptions.InvalidJSONError]
        where = [error.pos, error.lineno, error.colno]
        return jsonify(told=shown(response), said=str(error), at=where, is_a=[isinstance(error, k) for k in kinds])
    return jsonify(said=None)


@bp.get("/text")
def text() -> Response:
    return jsonify(in_any_order(lambda body: shown(ordered(body, UTF_8)), TEXTS))


@bp.get("/encoding-by-default")
def encoding_by_default() -> Response:
    """Text without a declared encoding: Latin-1, by HTTP. For other types there is no default."""
    text, other = (ordered("é", f"Content-Type: {kind}") for kind in ("text/plain", "application/vnd.tea+json"))
    return jsonify(text=[text.encoding, text.text], other=[other.encoding, other.text])


@bp.get("/latin-1")
def latin_1() -> Response:
    response = get("/latin-1")
    seen = {"encoding": response.encoding, "text": response.text[:7], "bytes": response.content[:7].hex()}
    return jsonify(heading=heading(response), **seen)


@bp.get("/own-encoding")
def own_encoding() -> Response:
    """An encoding set by the application, and the one guessed from the bytes."""
    response = ordered("déjà vu, žluť, 馬", UTF_8)
    guessed = response.apparent_encoding
    response.encoding = "latin-1"
    wrong = response.text
    response.encoding = None
    return jsonify(told=shown(response), guessed=guessed, wrong=wrong)


@bp.get("/headers")
def headers() -> Response:
    """Header names are case-insensitive. Repeated headers are joined."""
    response = ordered("x", "X-Tea: hot", "X-Twice: a", "X-Twice: b", "X-Empty: ", "x-small: s", 'ETag: W/"1"')
    found = [response.headers["x-TEA"], response.headers.get("X-Cold", "none"), "X-SMALL" in response.headers]
    return jsonify(told=shown(response), found=found, kind=type(response.headers).__name__)


@bp.get("/order-of-headers")
def order_of_headers() -> Response:
    """Has so many headers that their order cannot be right by chance."""
    response = ordered("x", *(f"X-{name}: 1" for name in "nmlkjihgfedcba"))
    return jsonify(told=shown(response), order="".join(name[2:] for name in response.headers if len(name) == 3))


@bp.get("/links")
def links() -> Response:
    link = '<http://upstream/?page=2>; rel="next", <http://upstream/?page=9>; rel=last; title="the last"'
    return jsonify(shown(ordered("x", f"Link: {link}")))


@bp.get("/cookie-headers")
def cookie_headers() -> Response:
    return jsonify(shown(ordered("x", "Set-Cookie: a=1; Path=/", "Set-Cookie: b=2; HttpOnly")))


@bp.get("/compressed")
def compressed() -> Response:
    deflated = ordered("tea " * 20, UTF_8, "Content-Encoding: deflate", coding="deflate")
    return jsonify(gzip=fetch("/gzip"), deflate=shown(deflated))


@bp.get("/coding")
def coding() -> Response:
    zipped, lines = get("/gzip"), get("/lines/1")
    return jsonify(coding=zipped.headers.get("Content-Encoding"), transfer=lines.headers.get("Transfer-Encoding"))


@bp.get("/bytes")
def every_byte() -> Response:
    """All byte values, with a content type unknown to the SDK."""
    response = get("/bytes")
    same = response.content[:256] == bytes(range(256))
    return jsonify(heading=heading(response), same=same, serial=response.content[256:].decode())


@bp.get("/large")
def large() -> Response:
    response = get("/much/300000")
    return jsonify(
        heading=heading(response), sha256=sha256(response.content[:-17]).hexdigest(), serial=response.text[-17:]
    )


@bp.get("/too-large")
def too_large() -> Response:
    return jsonify(size=len(get("/much/1100000").content))


@bp.get("/of-type/<kind>")
def of_type(kind: str) -> Response:
    return jsonify(heading(ordered("a body", f"Content-Type: {TYPES[kind]}")))


@bp.get("/after-an-image")
def after_an_image() -> Response:
    """A call after one whose response the SDK does not record."""
    return jsonify(size=len(get("/image").content), post=fetch("/posts/1"))


@bp.get("/error/<int:status>")
def error(status: int) -> Response:
    response = get(f"/status/{status}")
    return jsonify(told=shown(response), raised=outcome_of(response.raise_for_status))


@bp.get("/no-error")
def no_error() -> Response:
    responses = [get(f"/status/{status}") for status in (200, 201, 202)]
    return jsonify([[shown(response), response.raise_for_status()] for response in responses])


@bp.get("/status-in-words")
def status_in_words() -> Response:
    response = get("/posts/1")
    return jsonify(
        words=f"answered {response.status_code}", shown=repr(response), type=type(response.status_code).__name__
    )


@bp.get("/request")
def request_of_answer() -> Response:
    response = get("/echo?a=1", headers={"X-Client": "own"})
    asked = response.request
    sent = [asked.method, below(asked.url), asked.headers["X-Client"], asked.body] if asked else None
    return jsonify(told=shown(response), request=sent)


def number(response: requests.Response) -> dict[str, Any]:
    status = response.status_code
    return {"ok": status == requests.codes.ok, "known": status in {200, 201}, "sum": status + 1}


ATTRIBUTES: dict[str, Callable[[requests.Response], dict[str, Any]]] = {
    "status-as-number": number,
    "elapsed": lambda response: {"took_time": response.elapsed > timedelta(0)},
    "cookies": lambda response: {"cookies": response.cookies.get_dict()},
    "next": lambda response: {"next": response.next, "history": response.history},  # not a redirect
}


@bp.get("/<what>")
def attributes(what: str) -> Response:
    response = get("/cookie" if what == "cookies" else "/posts/1")
    return jsonify(told=shown(response), **ATTRIBUTES[what](response))


@bp.get("/kept-cookies")
def kept_cookies() -> Response:
    """The session stores cookies and sends them until they are removed."""
    with requests.Session() as session:
        get("/cookie", by=session)
        kept = session.cookies.get_dict()
        session.cookies.clear()
        return jsonify(kept=kept, cleared=session.cookies.get_dict())


@bp.get("/sent-cookies")
def sent_cookies() -> Response:
    """The session sends its cookies with the next call. Each call has a different query."""
    with requests.Session() as session:
        responses = [shown(get(f"/cookie?{number}", by=session)) for number in range(2)]
        session.cookies.clear()
        return jsonify([*responses, shown(get("/cookie?2", by=session))])


@bp.get("/copied")
def copied() -> Response:
    response = get("/posts/1")
    copies = [pickle.loads(pickle.dumps(response)), copy.copy(response), copy.deepcopy(response)]  # noqa: S301 - pickled here
    return jsonify([shown(each) for each in copies])
