"""Answers that are read bit by bit, in all the ways that httpx has, or not read."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import httpx
from flask import Blueprint, Response, jsonify, request
from outside import CALL_LIMIT_S, TLS, UPSTREAM, asking, client, plainly, run, shown, sized

bp = Blueprint("streaming", __name__, url_prefix="/stream")
LINES = "/lines/3"


def joined(parts: list[Any]) -> str:
    """Parts of a text that came one by one; where they were cut says nothing, since TCP decides that."""
    return b"".join(parts).decode() if parts and isinstance(parts[0], bytes) else "".join(parts)


def sized_parts(parts: list[Any]) -> list[Any]:
    return [[len(part) for part in parts], joined(parts)]


def first_line(answer: httpx.Response) -> Any:
    for line in answer.iter_lines():
        return line
    return None


SYNC: dict[str, Callable[[httpx.Response], Any]] = {
    "lines": lambda answer: list(answer.iter_lines()),
    "text": lambda answer: joined(list(answer.iter_text())),
    "text-parts": lambda answer: sized_parts(list(answer.iter_text(chunk_size=10))),
    "bytes": lambda answer: joined(list(answer.iter_bytes())),
    "byte-parts": lambda answer: sized_parts(list(answer.iter_bytes(chunk_size=16))),
    "read": lambda answer: [answer.read().decode(), answer.text, answer.content.decode()],
    "first-line": first_line,
    "raw": lambda answer: joined(list(answer.iter_raw())),
    "raw-parts": lambda answer: sized_parts(list(answer.iter_raw(chunk_size=16))),
    "twice": lambda answer: [list(answer.iter_lines()), list(answer.iter_lines())],
    "unread": lambda answer: answer.text,
    "state": lambda answer: [answer.is_closed, answer.is_stream_consumed],
    "downloaded": lambda answer: [answer.read()[:0].decode(), answer.num_bytes_downloaded],
    "closed": lambda answer: [answer.close(), list(answer.iter_lines())],
}


async def every(parts: AsyncIterator[Any]) -> list[Any]:
    return [part async for part in parts]


async def read(answer: httpx.Response) -> Any:
    return [(await answer.aread()).decode(), answer.text, answer.content.decode()]


async def first_line_async(answer: httpx.Response) -> Any:
    async for line in answer.aiter_lines():
        return line
    return None


async def twice(answer: httpx.Response) -> Any:
    return [await every(answer.aiter_lines()), await every(answer.aiter_lines())]


async def state(answer: httpx.Response) -> Any:
    return [answer.is_closed, answer.is_stream_consumed]


async def sizes(parts: AsyncIterator[Any]) -> list[Any]:
    return sized_parts(await every(parts))


async def text(parts: AsyncIterator[Any]) -> str:
    return joined(await every(parts))


ASYNC: dict[str, Callable[[httpx.Response], Awaitable[Any]]] = {
    "lines": lambda answer: every(answer.aiter_lines()),
    "text": lambda answer: text(answer.aiter_text()),
    "text-parts": lambda answer: sizes(answer.aiter_text(chunk_size=10)),
    "bytes": lambda answer: text(answer.aiter_bytes()),
    "byte-parts": lambda answer: sizes(answer.aiter_bytes(chunk_size=16)),
    "read": read,
    "first-line": first_line_async,
    "raw": lambda answer: text(answer.aiter_raw()),
    "twice": twice,
    "state": state,
}


def got(answer: httpx.Response, content: Any) -> dict[str, Any]:
    return {**plainly(answer), "content": content}


def read_sync(how: str) -> Any:
    """Through a client's stream(); what was read, and how the answer is left."""
    with client() as own, own.stream("GET", LINES) as answer:
        try:
            content = SYNC[how](answer)
        except httpx.StreamError as error:
            content = type(error).__name__
    return [got(answer, content), answer.is_closed]


def read_async(how: str) -> Any:
    async def streamed(own: httpx.AsyncClient) -> Any:
        async with own.stream("GET", LINES) as answer:
            try:
                content = await ASYNC[how](answer)
            except httpx.StreamError as error:
                content = type(error).__name__
        return [got(answer, content), answer.is_closed]

    return run(streamed)


@bp.get("/all/<any(client, async):way>")
def every_way(way: str) -> Response:
    read_it = read_async if way == "async" else read_sync
    return jsonify({how: read_it(how) for how in request.args["of"].split()})


@bp.get("/sync/<how>")
def sync(how: str) -> Response:
    return jsonify(read_sync(how))


@bp.get("/async/<how>")
def asynchronous(how: str) -> Response:
    return jsonify(read_async(how))


@bp.get("/module")
def module() -> Response:
    """Without a client; with a body, a query and an answer of every byte."""
    sent: dict[str, Any] = {"timeout": CALL_LIMIT_S, "verify": TLS}
    with httpx.stream("POST", f"{UPSTREAM}/echo", params={"q": "1"}, content=iter([b"a", b"b"]), **sent) as answer:
        answer.read()
        echoed = shown(answer)
    with httpx.stream("GET", f"{UPSTREAM}/bytes", **sent) as answer:
        content = b"".join(answer.iter_bytes(7))
        same = content[:256] == bytes(range(256))
    return jsonify(echoed, {**sized(answer), "same": same, "serial": content[256:].decode()})


@bp.get("/sent/<any(client, async):way>")
def sent(way: str) -> Response:
    """send(…, stream=True), read and closed by hand."""

    async def streamed(own: httpx.AsyncClient) -> Any:
        answer = await own.send(own.build_request("GET", LINES), stream=True)
        lines = await every(answer.aiter_lines())
        await answer.aclose()
        return [got(answer, lines), answer.is_closed]

    if way == "async":
        return jsonify(run(streamed))
    with client() as own:
        answer = own.send(own.build_request("GET", LINES), stream=True)
        lines = list(answer.iter_lines())
        answer.close()
    return jsonify(got(answer, lines), answer.is_closed)


@bp.get("/unread/<any(client, async):way>")
def unread(way: str) -> Response:
    """A stream that nobody reads; its headers are enough."""
    of = {"params": {"body": "not read"}}

    async def streamed(own: httpx.AsyncClient) -> Any:
        async with own.stream("GET", "/answer", **of) as answer:
            return sized(answer)

    if way == "async":
        return jsonify(run(streamed))
    with client() as own, own.stream("GET", "/answer", **of) as answer:
        return jsonify(sized(answer))


@bp.get("/gzip")
def zipped() -> Response:
    with client() as own, own.stream("GET", "/gzip") as answer:
        return jsonify({**sized(answer), "content": b"".join(answer.iter_bytes(5)).decode()})


@bp.get("/latin-1")
def latin_1() -> Response:
    with client() as own, own.stream("GET", "/latin-1") as answer:
        return jsonify({**sized(answer), "content": ["".join(answer.iter_text(3)), answer.encoding]})


@bp.get("/redirected")
def redirected() -> Response:
    with client(follow_redirects=True) as own, own.stream("GET", "/redirect/1") as answer:
        answer.read()
        return jsonify(shown(answer))


@bp.get("/failed/<int:code>")
def failed(code: int) -> Response:
    """As the manual has it: a status first, then what the error says."""
    with client() as own, own.stream("GET", f"/status/{code}") as answer:
        try:
            answer.raise_for_status()
        except httpx.HTTPStatusError as error:
            error.response.read()
            return jsonify(shown(error.response))
    return jsonify(raised=None)


@bp.get("/passed-on")
def passed_on() -> Response:
    """A stream that is handed on to the application's own caller while it comes in."""

    def parts() -> Iterator[str]:
        with client() as own, own.stream("GET", LINES) as answer:
            yield f"[{json.dumps(plainly(answer))}"
            yield from (f",{json.dumps(line)}" for line in answer.iter_lines())
        yield f",{json.dumps(shown(asking('client')('get', '/users/1')))}]"

    return Response(parts(), mimetype="application/json")
