"""Kinds of responses, and all attributes of a response."""

import pickle
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
from flask import Blueprint, Response, jsonify, request
from outside import asking, fetch, heading, here, opened, shown, sized

bp = Blueprint("receiving", __name__, url_prefix="/receive")
ANSWER = "/answer"


def order(body: str = "", *headers: str, **more: str) -> dict[str, Any]:
    return {"params": [("body", body), *(("header", header) for header in headers), *more.items()]}


KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "JSON": ("/users/3", {}),
    "JSON that is not UTF-8": (ANSWER, order('{"city": "Łódź *"}', "Content-Type: application/json", charset="utf-16")),
    "text": (ANSWER, order("žluťoučký 馬 🐎\r\n\t*")),
    "text that looks like base64": (ANSWER, order("dGVhIG9yIGNvZmZlZT8=", "Content-Type: text/x-plain")),
    "latin-1": ("/latin-1", {}),
    "gzip": ("/gzip", {}),
    "deflate": (ANSWER, order("tight *", "Content-Encoding: deflate", coding="deflate")),
    "an encoding that nobody knows": (ANSWER, order("as it is *", "Content-Encoding: br")),
    "no type": (ANSWER, order("untyped *", "Content-Type: ")),
    "no content": ("/empty", {}),
    "201": (ANSWER, order("made *", status="201 Created")),
    "404": ("/status/404", {}),
    "418": (ANSWER, order("short and stout *", status="418 I'm a teapot")),
    "503": (ANSWER, order("later *", "Retry-After: 7", status="503 Service Unavailable")),
    "299": (ANSWER, order("of no standard *", status="299 Own")),
}


@bp.get("/kinds/<way>")
def kinds(way: str) -> Response:
    ask = asking(way)
    return jsonify({kind: all_attributes(ask("get", url, **sent)) for kind, (url, sent) in KINDS.items()})


def all_attributes(response: httpx.Response) -> Any:
    """Returns the body in all its forms, the flags, and the attributes derived from the status."""
    flags = ("informational", "success", "redirect", "client_error", "server_error", "error")
    try:
        json = response.json()
    except ValueError as error:
        json = type(error).__name__
    return {
        **heading(response),
        "url": response.url.path,
        "charset": response.charset_encoding,
        "encoding": response.encoding,
        "text": response.text,
        "json": json,
        "size": len(response.content),
        "is": [flag for flag in flags if getattr(response, f"is_{flag}")],
    }


@bp.get("/bytes/<way>")
def every_byte(way: str) -> Response:
    response = asking(way)("get", "/bytes")
    content, size = response.content, int(response.headers["content-length"])
    same = content[:256] == bytes(range(256))
    return jsonify({**heading(response), "same": same, "serial": content[256:].decode(), "size": size})


@bp.get("/large")
def large() -> Response:
    """200 kB of numbered lines, so that a lost or duplicated one is visible."""
    response = asking("client")("get", "/lines/18000")
    lines = response.text.split("\n")
    in_order = lines[:-2] == [f"line {number}" for number in range(1, 18_001)]
    return jsonify({**heading(response), "lines": len(lines), "in_order": in_order, "last": lines[-2:]})


@bp.get("/type/<what>")
def of_type(what: str) -> Response:
    kinds = {"image": ("/image", {}), "html": (ANSWER, order("<p>*</p>", "Content-Type: text/html"))}
    url, sent = kinds[what]
    return jsonify(size=len(asking("client")("get", url, **sent).content))


@bp.get("/type/image-and-more")
def image_and_more() -> Response:
    size = len(asking("client")("get", "/image").content)
    name, more = (asking(way)("get", f"/users/{n}").json()["name"] for n, way in enumerate(("client", "async"), 1))
    return jsonify(size=size, name=name, more=more)


@bp.get("/over-a-mebibyte")
def over_a_mebibyte() -> Response:
    return jsonify(size=len(asking("client")("post", "/echo", content=b"0123456789abcdef" * 65_536).content))


DETAILS: dict[str, tuple[str, dict[str, Any], Callable[[httpx.Response], Any]]] = {
    "number": ("/users/1", {}, lambda response: repr(response.status_code)),
    "code": ("/users/1", {}, lambda response: [response.status_code == httpx.codes.OK, response.reason_phrase]),
    "reason": (ANSWER, order(status="203 By Hand"), lambda response: response.reason_phrase),
    "version": ("/users/1", {}, lambda response: response.http_version),
    "elapsed": ("/users/1", {}, lambda response: timedelta(0) <= response.elapsed < timedelta(minutes=5)),
    "extensions": ("/users/1", {}, lambda response: sorted(response.extensions)),
    "downloaded": ("/latin-1", {}, lambda response: response.num_bytes_downloaded),
    "address": (
        "/users/1?q=ü",
        {},
        lambda response: [response.url.path, response.url.query.decode(), response.url.scheme],
    ),
    "request-headers": ("/users/1", {}, lambda response: response.request.headers.get("X-Sent")),
    "request-body": ("/echo", {}, lambda response: response.request.content.decode()),
    "request-extensions": ("/users/1", {}, lambda response: response.request.extensions["timeout"]["read"]),
    "links": (
        ANSWER,
        order("", 'Link: </posts/2>; rel="next", </posts/9>; rel=last; title="the end"'),
        lambda response: response.links,
    ),
    "header-case": ("/echo", {}, lambda response: [name.decode() for name, _ in response.headers.raw if b"ns" in name]),
    "header-twice": (
        ANSWER,
        order("", "X-Twice: one", "X-Twice: two"),
        lambda response: [response.headers["x-twice"], response.headers.get_list("X-TWICE", split_commas=True)],
    ),
    "header-list": (
        ANSWER,
        order("", "X-Twice: a", "X-Twice: b"),
        lambda response: response.headers.get_list("X-Twice"),
    ),
    "content-encoding": ("/gzip", {}, lambda response: response.headers.get("content-encoding")),
    "chunked": ("/lines/1", {}, lambda response: response.headers.get("transfer-encoding")),
    "length": ("/lines/1", {}, lambda response: response.headers.get("content-length")),
    "cookie": ("/cookie", {}, lambda response: [dict(response.cookies), response.headers["set-cookie"]]),
    "cookies": (
        ANSWER,
        order("", "Set-Cookie: one=1; Path=/", "Set-Cookie: two=2; Path=/answer"),
        lambda response: dict(response.cookies),
    ),
    "no-redirect": (
        ANSWER,
        order("", "Location: /users/2", status="302 Found"),
        lambda response: [response.has_redirect_location, response.headers["location"], response.is_redirect],
    ),
    "next-request": (
        ANSWER,
        order("", "Location: /users/2", status="302 Found"),
        lambda response: here(str(response.next_request.url)) if response.next_request else None,
    ),
    "own-encoding": ("/latin-1", {}, lambda response: [setattr(response, "encoding", "cp1250"), response.text[:7]][1]),
    "default-encoding": (
        ANSWER,
        order("déjà vu", "Content-Type: text/x-own", charset="latin-1"),
        lambda response: response.text,
    ),
    "no-json": (ANSWER, order('{"broken": *', "Content-Type: application/json"), lambda response: response.json()),
    "raised": ("/status/404", {}, lambda response: response.raise_for_status()),
    "not-raised": ("/users/1", {}, lambda response: response.raise_for_status() is response),
    "stream": ("/users/1", {}, lambda response: [response.is_closed, response.is_stream_consumed]),
    "read-again": ("/latin-1", {}, lambda response: [response.read() == response.content, *response.iter_text()][0]),
    "raw-again": ("/users/1", {}, lambda response: list(response.iter_raw())),
}


def looked_at(what: str, way: str) -> list[Any]:
    """Returns an attribute of a response, and the response."""
    url, sent, look = DETAILS[what]
    ask = asking(way, headers={"X-Sent": "yes"}, default_encoding="latin-1")
    response = ask("post", url, content="sent") if what == "request-body" else ask("get", url, **sent)
    try:
        return [look(response), response]
    except (RuntimeError, ValueError, KeyError, httpx.HTTPError) as error:
        return [type(error).__name__, response]


@bp.get("/details/<way>")
def details(way: str) -> Response:
    found = {what: looked_at(what, way) for what in request.args["of"].split()}
    return jsonify(
        {what: [seen, {**sized(response), "text": response.text}] for what, (seen, response) in found.items()}
    )


@bp.get("/detail/<what>")
def detail(what: str) -> Response:
    """One attribute of a response, so that each loss in the SDK fails only one request."""
    return jsonify({what: looked_at(what, "client")[0]})


@bp.get("/status/<way>")
def status(way: str) -> Response:
    """raise_for_status() for each status that is not a success, and the attributes of its error."""
    found = []
    for reason in ("302 Found", "400 Bad Request", "404 Not Found", "500 Internal Server Error"):
        response = asking(way)("get", ANSWER, **order("*", "Location: /users/1", status=reason))
        try:
            response.raise_for_status()
        except httpx.HTTPStatusError as error:
            message = [type(error).__name__, str(error).split(" '")[0], error.request.method]
            found.append([*message, error.response is response, {**shown(response), "url": response.url.path}])
    return jsonify(found)


@bp.get("/status-in-own-words")
def status_in_own_words() -> Response:
    response = asking("client")("get", ANSWER, **order("", status="404 Not Here"))
    try:
        response.raise_for_status()
    except httpx.HTTPStatusError as error:
        return jsonify(raised=str(error).split(" for url")[0])
    return jsonify(raised=None)


@bp.get("/pickled")
def pickled() -> Response:
    """A response that is pickled, as in a cache, and restored."""
    response = asking("client")("get", "/users/2")
    kept = pickle.loads(pickle.dumps(response))  # noqa: S301 - pickled here
    return jsonify(kept=shown(kept), encoding=kept.encoding, closed=kept.is_closed)


@bp.get("/redirects/<way>")
def redirects(way: str) -> Response:
    """No redirect, one, two; to a given path, with a fragment; a POST that stays a POST."""
    ask = asking(way, follow_redirects=True)
    to = order("", "Location: /echo?kept=yes", status="307 Temporary Redirect")
    marked = order("", "Location: /users/1#here", status="301 Moved Permanently")
    kept = {"headers": {"X-Kept": "yes"}, "cookies": {"theme": "dark"} if way == "module" else None}
    found = [ask("get", "/users/1"), ask("get", "/redirect/1"), ask("get", "/redirect/2", **kept)]
    found += [ask("post", ANSWER, json={"kept": True}, **to), ask("get", ANSWER, **marked)]
    return jsonify([shown(response) for response in found])


@bp.get("/redirects/not-followed/<way>")
def not_followed(way: str) -> Response:
    return jsonify([fetch(way, "get", "/redirect/2", **options) for options in ({}, {"follow_redirects": False})])


@bp.get("/redirects/see-other")
def see_other() -> Response:
    see = order("", "Location: /echo", status="303 See Other")
    return jsonify(shown(asking("client", follow_redirects=True)("post", ANSWER, json={"lost": True}, **see)))


@bp.get("/redirects/history")
def history() -> Response:
    response = asking("client", follow_redirects=True)("get", "/redirect/2")
    return jsonify([[each.status_code, here(str(each.url)), each.headers.get("location")] for each in response.history])


@bp.get("/redirects/<any('by-location', 'by-hand'):how>/<any(client, async):way>")
def followed(how: str, way: str) -> Response:
    """The application follows the redirect itself: with the Location header, or with the response's next_request."""
    with opened(way) as (_, ask):
        response = ask("get", "/redirect/1")
        if how == "by-location":
            return jsonify(shown(response), shown(ask("get", response.headers["location"])))
        return jsonify(shown(ask("send", response.next_request)) if response.next_request else None)
