"""Responses that are read in parts."""

import io
import json
import shutil
from typing import Any

import requests
from flask import Blueprint, Response, jsonify
from wire import get, heading, name_of_error, outcome_of, shown

bp = Blueprint("streams", __name__, url_prefix="/streams")


def order(body: str) -> dict[str, Any]:
    return {"params": {"body": body, "header": "Content-Type: text/plain; charset=utf-8"}, "stream": True}


def lines_of(response: requests.Response, **options: Any) -> list[str]:
    return [line.decode() for line in response.iter_lines(**options)]


@bp.get("/lines")
def lines() -> Response:
    with get("/lines/3", stream=True) as response:
        plain = [heading(response), lines_of(response)]
    with get("/answer", **order("ä\nö")) as response:
        decoded = [heading(response), list(response.iter_lines(decode_unicode=True))]
    with get("/answer", **order("a;b;;c")) as response:
        return jsonify(plain=plain, decoded=decoded, parted=[heading(response), lines_of(response, delimiter=b";")])


@bp.get("/parts")
def parts() -> Response:
    sizes = {}
    for size in (16, 1, 1000):
        with get("/posts/2/comments", stream=True) as response:
            found = list(response.iter_content(size))
            sizes[size] = [len(found), len(found[0]), len(found[-1]), heading(response), json.loads(b"".join(found))]
    with get("/answer", **order("žluť")) as response:
        return jsonify(sizes=sizes, text=[heading(response), "".join(response.iter_content(3, decode_unicode=True))])


@bp.get("/itself")
def itself() -> Response:
    """A response is iterable, in parts of 128 bytes."""
    with get("/much/300", stream=True) as response:
        found = list(response)
        return jsonify(heading(response), [len(part) for part in found], b"".join(found).decode()[:300])


@bp.get("/compressed")
def compressed() -> Response:
    with get("/gzip", stream=True) as response:
        return jsonify(heading(response), json.loads(b"".join(response.iter_content(7))))


@bp.get("/whole")
def whole() -> Response:
    with get("/posts/1", stream=True) as response:
        found = shown(response)
        return jsonify(told=found, again=len(b"".join(response.iter_content(10))) == len(response.content))


@bp.get("/unread")
def unread() -> Response:
    """Streams that are closed unread or not closed at all; then another call."""
    with requests.Session() as session:
        first = get("/posts/1", by=session, stream=True)
        first.close()
        second = get("/posts/1", by=session, stream=True)
        return jsonify([heading(first), heading(second), shown(get("/posts/1", by=session))])


@bp.get("/session")
def session() -> Response:
    with requests.Session() as own_session:
        own_session.stream = True
        with get("/lines/2", by=own_session) as response:
            return jsonify(heading(response), lines_of(response))


@bp.get("/raw")
def raw() -> Response:
    with get("/posts/1", stream=True) as response:
        return jsonify(heading=heading(response), raw=b"Post 1" in (response.raw.read() if response.raw else b""))


@bp.get("/to-a-file")
def to_a_file() -> Response:
    target = io.BytesIO()
    with get("/lines/2", stream=True) as response:
        shutil.copyfileobj(response.raw or io.BytesIO(), target)
    return jsonify(heading=heading(response), kept=target.getvalue().decode().splitlines()[:1])


@bp.get("/read-twice")
def read_twice() -> Response:
    with get("/posts/1", stream=True) as response:

        def sizes() -> list[int]:
            return [len(part) for part in response.iter_content(16)]

        again = requests.exceptions.StreamConsumedError
        return jsonify(heading=heading(response), once=sizes(), again=name_of_error(again, sizes))


@bp.get("/broken")
def broken() -> Response:
    """A response that is wrongly declared as compressed: the call succeeds, reading fails."""
    params = {"body": "not compressed", "header": "Content-Encoding: gzip"}
    with get("/answer", params=params, stream=True) as response:
        return jsonify(heading=heading(response), read=outcome_of(lambda: len(response.content)))
