"""Streamed responses, read in each of httpx's ways or not at all."""

import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
from flask import Blueprint, Response, jsonify, request
from outside import CALL_LIMIT_S, TLS, UPSTREAM, client, fetch, heading, run, shown, sized

bp = Blueprint("streaming", __name__, url_prefix="/stream")
LINES = "/lines/3"


def joined(parts: list[Any]) -> str:
    """Joins the parts of a stream. Their boundaries depend on TCP."""
    return b"".join(parts).decode() if parts and isinstance(parts[0], bytes) else "".join(parts)


def sized_parts(parts: list[Any]) -> list[Any]:
    return [[len(part) for part in parts], joined(parts)]


PARTS: dict[str, tuple[str, dict[str, int], Callable[[list[Any]], Any]]] = {
    "lines": ("iter_lines", {}, list),
    "text": ("iter_text", {}, joined),
    "text-parts": ("iter_text", {"chunk_size": 10}, sized_parts),
    "bytes": ("iter_bytes", {}, joined),
    "byte-parts": ("iter_bytes", {"chunk_size": 16}, sized_parts),
    "raw": ("iter_raw", {}, joined),
    "raw-parts": ("iter_raw", {"chunk_size": 16}, sized_parts),
}
"""A method of the response, its parameters, and the conversion of the parts."""
SYNC: dict[str, Callable[[httpx.Response], Any]] = {
    "read": lambda answer: [answer.read().decode(), answer.text, answer.content.decode()],
    "first-line": lambda answer: next(answer.iter_lines(), None),
    "twice": lambda answer: [list(answer.iter_lines()), list(answer.iter_lines())],
    "unread": lambda answer: answer.text,
    "state": lambda answer: [answer.is_closed, answer.is_stream_consumed],
    "downloaded": lambda answer: [answer.read()[:0].decode(), answer.num_bytes_downloaded],
    "closed": lambda answer: [answer.close(), list(answer.iter_lines())],
}


async def read(answer: httpx.Response) -> Any:
    return [(await answer.aread()).decode(), answer.text, answer.content.decode()]


async def first_line(answer: httpx.Response) -> Any:
    async for line in answer.aiter_lines():
        return line
    return None


async def twice(answer: httpx.Response) -> Any:
    return [[line async for line in answer.aiter_lines()], [line async for line in answer.aiter_lines()]]


async def state(answer: httpx.Response) -> Any:
    return [answer.is_closed, answer.is_stream_consumed]


ASYNC: dict[str, Callable[[httpx.Response], Awaitable[Any]]] = {
    "read": read,
    "first-line": first_line,
    "twice": twice,
    "state": state,
}


def content_of(answer: httpx.Response, how: str) -> Any:
    if how in SYNC:
        return SYNC[how](answer)
    method, options, finish = PARTS[how]
    return finish(list(getattr(answer, method)(**options)))


async def async_content_of(answer: httpx.Response, how: str) -> Any:
    if how in ASYNC:
        return await ASYNC[how](answer)
    method, options, finish = PARTS[how]
    return finish([part async for part in getattr(answer, f"a{method}")(**options)])


def read_sync(how: str) -> Any:
    """Reads through a client's stream(). Returns the content and the response's final state."""
    with client() as http_client, http_client.stream("GET", LINES) as answer:
        try:
            content = content_of(answer, how)
        except httpx.StreamError as error:
            content = type(error).__name__
    return [{**heading(answer), "content": content}, answer.is_closed]


def read_async(how: str) -> Any:
    async def streamed(client: httpx.AsyncClient) -> Any:
        async with client.stream("GET", LINES) as answer:
            try:
                content = await async_content_of(answer, how)
            except httpx.StreamError as error:
                content = type(error).__name__
        return [{**heading(answer), "content": content}, answer.is_closed]

    return run(streamed)


@bp.get("/all/<any(client, async):way>")
def every_way(way: str) -> Response:
    read_it = read_async if way == "async" else read_sync
    return jsonify({how: read_it(how) for how in request.args["of"].split()})


@bp.get("/<any(sync, async):way>/<how>")
def one_way(way: str, how: str) -> Response:
    return jsonify(read_async(how) if way == "async" else read_sync(how))


@bp.get("/module")
def module() -> Response:
    """httpx.stream() without a client: with a body, a query and a binary response."""
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
    async def streamed(http_client: httpx.AsyncClient) -> Any:
        answer = await http_client.send(http_client.build_request("GET", LINES), stream=True)
        lines = await async_content_of(answer, "lines")
        await answer.aclose()
        return [{**heading(answer), "content": lines}, answer.is_closed]

    if way == "async":
        return jsonify(run(streamed))
    with client() as http_client:
        answer = http_client.send(http_client.build_request("GET", LINES), stream=True)
        lines = list(answer.iter_lines())
        answer.close()
    return jsonify({**heading(answer), "content": lines}, answer.is_closed)


@bp.get("/unread/<any(client, async):way>")
def unread(way: str) -> Response:
    """A stream that is not read. Only its headers are used."""
    of = {"params": {"body": "not read"}}

    async def streamed(http_client: httpx.AsyncClient) -> Any:
        async with http_client.stream("GET", "/answer", **of) as answer:
            return sized(answer)

    if way == "async":
        return jsonify(run(streamed))
    with client() as http_client, http_client.stream("GET", "/answer", **of) as answer:
        return jsonify(sized(answer))


@bp.get("/<any(gzip, 'latin-1'):what>")
def encoded(what: str) -> Response:
    with client() as http_client, http_client.stream("GET", f"/{what}") as answer:
        if what == "gzip":
            return jsonify({**sized(answer), "content": b"".join(answer.iter_bytes(5)).decode()})
        return jsonify({**sized(answer), "content": ["".join(answer.iter_text(3)), answer.encoding]})


@bp.get("/redirected")
def redirected() -> Response:
    with client(follow_redirects=True) as http_client, http_client.stream("GET", "/redirect/1") as answer:
        answer.read()
        return jsonify(shown(answer))


@bp.get("/failed/<int:code>")
def failed(code: int) -> Response:
    """As in httpx's manual: checks the status, then reads the error's body."""
    with client() as http_client, http_client.stream("GET", f"/status/{code}") as answer:
        try:
            answer.raise_for_status()
        except httpx.HTTPStatusError as error:
            error.response.read()
            return jsonify(shown(error.response))
    return jsonify(raised=None)


@bp.get("/passed-on")
def passed_on() -> Response:
    """Passes a stream on to the application's client while it arrives."""

    def parts() -> Iterator[str]:
        with client() as http_client, http_client.stream("GET", LINES) as answer:
            yield f"[{json.dumps(heading(answer))}"
            yield from (f",{json.dumps(line)}" for line in answer.iter_lines())
        yield f",{json.dumps(fetch('client', 'get', '/users/1'))}]"

    return Response(parts(), mimetype="application/json")
