"""Calls in threads, and outside any request."""

import contextvars
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from threading import Lock
from typing import Any

import requests
from flask import Blueprint, Response, jsonify, stream_with_context
from opentelemetry import context
from wire import MODE, below, fetch, get, shown

bp = Blueprint("parallel", __name__, url_prefix="/parallel")


@bp.get("/with-context")
def with_context() -> Response:
    """Each thread gets the OpenTelemetry context of the request."""
    current = context.get_current()

    def in_context(path: str) -> Any:
        token = context.attach(current)
        try:
            return fetch(path)
        finally:
            context.detach(token)

    with ThreadPoolExecutor(max_workers=4) as pool:
        return jsonify(list(pool.map(in_context, ["/posts/1", "/posts/2", "/users/1", "/posts/2/comments"])))


@bp.get("/one-session")
def one_session() -> Response:
    with requests.Session() as session, ThreadPoolExecutor(max_workers=3) as pool:
        session.headers["X-Client"] = "shared"

        def ask(number: int) -> Any:
            return fetch("/echo", by=session, params={"number": number})

        asked = [pool.submit(contextvars.copy_context().run, ask, number) for number in range(6)]
        return jsonify([each.result() for each in asked])


@bp.get("/same-call")
def same_call() -> Response:
    """The same call in several threads: each response must be given to exactly one.

    In replay they run one at a time, because the official CLI selects an unused response and marks it as used in two
    steps."""
    turn = Lock() if MODE == "REPLAY" else nullcontext()

    def ask() -> requests.Response:
        with turn:
            return get("/count/requests-parallel")

    with ThreadPoolExecutor(max_workers=3) as pool:
        asked = [pool.submit(contextvars.copy_context().run, ask) for _ in range(3)]
        return jsonify(sorted((shown(each.result()) for each in asked), key=lambda response: response["body"]["count"]))


@bp.get("/without-context")
def without_context() -> Response:
    """Threads without context. Their responses differ between recording and replay."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        responses = list(pool.map(lambda user: get(f"/users/{user}"), (1, 2)))
    return jsonify(
        asked=[below(response.url) for response in responses],
        fine=[[response.ok, response.reason, response.encoding] for response in responses],
    )


def in_a_thread(read: Callable[[], Any]) -> Any:
    """Returns the result of `read`, which runs in a thread without context."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(read).result()


@bp.get("/parts-without-context")
def parts_without_context() -> Response:
    """Without context, a response can be read to its end in parts and in lines. Its content is not shown."""

    def read() -> dict[str, Any]:
        with get("/lines/3", stream=True) as response:
            parts = list(response.iter_content(8))
        with get("/lines/4", stream=True) as response:
            lines = list(response.iter_lines(decode_unicode=True))
        whole = get("/lines/5")
        again = b"".join(whole.iter_content(4)) == whole.content
        kinds = [
            {type(part).__name__ for part in parts} <= {"bytes"},
            {type(line).__name__ for line in lines} <= {"str"},
        ]
        return {"kinds": kinds, "again": again, "closed": whole.close()}

    return jsonify(in_a_thread(read))


@bp.get("/lines-without-context")
def lines_without_context() -> Response:
    def read() -> list[str]:
        with get("/lines/3", stream=True) as response:
            return list(response.iter_lines(decode_unicode=True))

    return jsonify(in_a_thread(read)[:3])


def in_text(response: requests.Response) -> str:
    """Returns a response as a line of text, with the status as an int: in replay it is a float."""
    return json.dumps({**shown(response), "status": int(response.status_code)}, sort_keys=True)


@bp.get("/while-answering")
def while_answering() -> Response:
    def parts() -> Iterator[str]:
        for post in (1, 2, 3):
            yield f"{in_text(get(f'/posts/{post}'))}\n"

    return Response(stream_with_context(parts()), mimetype="text/plain")


@bp.get("/generator")
def generator() -> Response:
    return jsonify(list(map(fetch, (f"/posts/{post}" for post in range(1, 7)))))
