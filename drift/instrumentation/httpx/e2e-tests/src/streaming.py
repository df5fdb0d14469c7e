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
    "read": lambda response: [response.read().decode(), response.text, response.content.decode()],
    "first-line": lambda response: next(response.iter_lines(), None),
    "twice": lambda response: [list(response.iter_lines()), list(response.iter_lines())],
    "unread": lambda response: response.text,
    "state": lambda response: [response.is_closed, response.is_stream_consumed],
    "downloaded": lambda response: [response.read()[:0].decode(), response.num_bytes_downloaded],
    "closed": lambda response: [response.close(), list(response.iter_lines())],
}


async def read(response: httpx.Response) -> Any:
    return [(await response.aread()).decode(), response.text, response.content.decode()]


async def first_line(response: httpx.Response) -> Any:
    async for line in response.aiter_lines():
        return line
    return None


async def twice(response: httpx.Response) -> Any:
    return [[line async for line in response.aiter_lines()], [line async for line in response.aiter_lines()]]


async def state(response: httpx.Response) -> Any:
    return [response.is_closed, response.is_stream_consumed]


ASYNC: dict[str, Callable[[httpx.Response], Awaitable[Any]]] = {
    "read": read,
    "first-line": first_line,
    "twice": twice,
    "state": state,
}


def content_of(response: httpx.Response, how: str) -> Any:
    if how in SYNC:
        return SYNC[how](response)
    method, options, finish = PARTS[how]
    return finish(list(getattr(response, method)(**options)))


async def async_content_of(response: httpx.Response, how: str) -> Any:
    if how in ASYNC:
        return await ASYNC[how](response)
    method, options, finish = PARTS[how]
    return finish([part async for part in getattr(response, f"a{method}")(**options)])


def read_sync(how: str) -> Any:
    """Reads through a client's stream(). Returns the content and the response's final state."""
    with client() as http_client, http_client.stream("GET", LINES) as response:
        try:
            content = content_of(response, how)
        except httpx.StreamError as error:
            content = type(error).__name__
    return [{**heading(response), "content": content}, response.is_closed]


def read_async(how: str) -> Any:
    async def streamed(client: httpx.AsyncClient) -> Any:
        async with client.stream("GET", LINES) as response:
            try:
                content = await async_content_of(response, how)
            except httpx.StreamError as error:
                content = type(error).__name__
        return [{**heading(response), "content": content}, response.is_closed]

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
    with httpx.stream("POST", f"{UPSTREAM}/echo", params={"q": "1"}, content=iter([b"a", b"b"]), **sent) as response:
        response.read()
        echoed = shown(response)
    with httpx.stream("GET", f"{UPSTREAM}/bytes", **sent) as response:
        content = b"".join(response.iter_bytes(7))
        same = content[:256] == bytes(range(256))
    return jsonify(echoed, {**sized(response), "same": same, "serial": content[256:].decode()})


@bp.get("/sent/<any(client, async):way>")
def sent(way: str) -> Response:
    async def streamed(http_client: httpx.AsyncClient) -> Any:
        response = await http_client.send(http_client.build_request("GET", LINES), stream=True)
        lines = await async_content_of(response, "lines")
        await response.aclose()
        return [{**heading(response), "content": lines}, response.is_closed]

    if way == "async":
        return jsonify(run(streamed))
    with client() as http_client:
        response = http_client.send(http_client.build_request("GET", LINES), stream=True)
        lines = list(response.iter_lines())
        response.close()
    return jsonify({**heading(response), "content": lines}, response.is_closed)


@bp.get("/unread/<any(client, async):way>")
def unread(way: str) -> Response:
    """A stream that is not read. Only its headers are used."""
    of = {"params": {"body": "not read"}}

    async def streamed(http_client: httpx.AsyncClient) -> Any:
        async with http_client.stream("GET", "/answer", **of) as response:
            return sized(response)

    if way == "async":
        return jsonify(run(streamed))
    with client() as http_client, http_client.stream("GET", "/answer", **of) as response:
        return jsonify(sized(response))


@bp.get("/<any(gzip, 'latin-1'):what>")
def encoded(what: str) -> Response:
    with client() as http_client, http_client.stream("GET", f"/{what}") as response:
        if what == "gzip":
            return jsonify({**sized(response), "content": b"".join(response.iter_bytes(5)).decode()})
        return jsonify({**sized(response), "content": ["".join(response.iter_text(3)), response.encoding]})


@bp.get("/redirected")
def redirected() -> Response:
    with client(follow_redirects=True) as http_client, http_client.stream("GET", "/redirect/1") as response:
        response.read()
        return jsonify(shown(response))


@bp.get("/failed/<int:code>")
def failed(code: int) -> Response:
    """As in httpx's manual: checks the status, then reads the error's body."""
    with client() as http_client, http_client.stream("GET", f"/status/{code}") as response:
        try:
            response.raise_for_status()
        except httpx.HTTPStatusError as error:
            error.response.read()
            return jsonify(shown(error.response))
    return jsonify(raised=None)


@bp.get("/passed-on")
def passed_on() -> Response:
    """Passes a stream on to the application's client while it arrives."""

    def parts() -> Iterator[str]:
        with client() as http_client, http_client.stream("GET", LINES) as response:
            yield f"[{json.dumps(heading(response))}"
            yield from (f",{json.dumps(line)}" for line in response.iter_lines())
        yield f",{json.dumps(fetch('client', 'get', '/users/1'))}]"

    return Response(parts(), mimetype="application/json")
