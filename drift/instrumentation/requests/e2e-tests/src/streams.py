"""Answers that are read in parts."""

import io
import json
import shutil

import requests
from flask import Blueprint, Response, jsonify
from wire import CALL_LIMIT_S, UPSTREAM, get, heading, outcome_of, told

bp = Blueprint("streams", __name__, url_prefix="/streams")
JOINED = {"header": "Content-Type: text/plain; charset=utf-8"}


@bp.get("/lines")
def lines() -> Response:
    """As they come, as text, and parted by something else."""
    with get("/lines/3", stream=True) as answer:
        plain = [heading(answer), [line.decode() for line in answer.iter_lines()]]
    with get("/answer", params={"body": "ä\nö", **JOINED}, stream=True) as answer:
        decoded = [heading(answer), list(answer.iter_lines(decode_unicode=True))]
    with get("/answer", params={"body": "a;b;;c", **JOINED}, stream=True) as answer:
        parted = [heading(answer), [line.decode() for line in answer.iter_lines(delimiter=b";")]]
    return jsonify(plain=plain, decoded=decoded, parted=parted)


@bp.get("/parts")
def parts() -> Response:
    """Of a size, of one byte each, all at once, and as text."""
    sizes = {}
    for size in (16, 1, 1000):
        with get("/posts/2/comments", stream=True) as answer:
            found = list(answer.iter_content(size))
            sizes[size] = [len(found), len(found[0]), len(found[-1]), heading(answer), json.loads(b"".join(found))]
    with get("/answer", params={"body": "žluť", **JOINED}, stream=True) as answer:
        text = "".join(answer.iter_content(3, decode_unicode=True))
        return jsonify(sizes=sizes, text=[heading(answer), text])


@bp.get("/itself")
def itself() -> Response:
    """An answer is iterable: in parts of 128 bytes."""
    with get("/much/300", stream=True) as answer:
        found = [part.decode() for part in answer]
        return jsonify(heading(answer), [len(part) for part in found], "".join(found)[:300])


@bp.get("/compressed")
def compressed() -> Response:
    with get("/gzip", stream=True) as answer:
        return jsonify(heading(answer), json.loads(b"".join(answer.iter_content(7))))


@bp.get("/whole")
def whole() -> Response:
    """Streamed, and then read at once; and read again in parts."""
    with get("/posts/1", stream=True) as answer:
        found = told(answer)
        return jsonify(told=found, again=len(b"".join(answer.iter_content(10))) == len(answer.content))


@bp.get("/unread")
def unread() -> Response:
    """Closed before anything is read of it, and not closed at all; then another call."""
    with requests.Session() as own:
        url = f"{UPSTREAM}/posts/1"
        first = own.get(url, stream=True, timeout=CALL_LIMIT_S)
        first.close()
        second = own.get(url, stream=True, timeout=CALL_LIMIT_S)
        third = own.get(url, timeout=CALL_LIMIT_S)
        return jsonify([heading(first), heading(second), told(third)])


@bp.get("/session")
def session() -> Response:
    """A session all of whose answers are streamed."""
    with requests.Session() as own:
        own.stream = True
        with own.get(f"{UPSTREAM}/lines/2", timeout=CALL_LIMIT_S) as answer:
            return jsonify(heading(answer), [line.decode() for line in answer.iter_lines()])


@bp.get("/raw")
def raw() -> Response:
    """The answer as the library below gives it."""
    with get("/posts/1", stream=True) as answer:
        return jsonify(heading=heading(answer), raw=b"Post 1" in (answer.raw.read() if answer.raw else b""))


@bp.get("/to-a-file")
def to_a_file() -> Response:
    """The usual way to keep a large answer."""
    target = io.BytesIO()
    with get("/lines/2", stream=True) as answer:
        if answer.raw:
            shutil.copyfileobj(answer.raw, target)
    return jsonify(heading=heading(answer), kept=target.getvalue().decode().splitlines()[:1])


@bp.get("/read-twice")
def read_twice() -> Response:
    """What has been read in parts, and was not kept, cannot be read again."""
    with get("/posts/1", stream=True) as answer:
        found = {"heading": heading(answer), "once": list(map(len, answer.iter_content(16)))}
        try:
            return jsonify(**found, again=list(map(len, answer.iter_content(16))))
        except requests.exceptions.StreamConsumedError as error:
            return jsonify(**found, again=type(error).__name__)


@bp.get("/broken")
def broken() -> Response:
    """An answer that says it is compressed, and is not: reading it fails, not asking for it."""
    params = {"body": "not compressed", "header": "Content-Encoding: gzip"}
    with get("/answer", params=params, stream=True) as answer:
        return jsonify(heading=heading(answer), read=outcome_of(lambda: len(answer.content)))
