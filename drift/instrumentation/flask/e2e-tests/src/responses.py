"""Responses, the hooks around a handler, and calls while and after a response is sent."""

import gzip
import io
from collections.abc import Callable, Iterator
from typing import Any

from calls import in_text, send
from flask import Blueprint, Response, abort, g, jsonify, redirect, request, send_file, stream_with_context, url_for

NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
ANSWERS: dict[str, Callable[[], Any]] = {
    "/text": lambda: Response("plain, with an ü and a ✓\n", mimetype="text/plain"),
    "/latin-1": lambda: Response("déjà vu".encode("latin-1"), content_type="text/plain; charset=iso-8859-1"),
    "/bytes": lambda: Response(bytes(range(256)), mimetype="application/x-bytes"),
    "/null": lambda: jsonify(None),
    "/compressed": lambda: Response(
        gzip.compress(b'{"compressed": true}', mtime=0),
        mimetype="application/json",
        headers={"Content-Encoding": "gzip"},
    ),
    "/stream": lambda: Response((f"{number}\n" for number in NUMBERS), mimetype="text/plain"),
    # Through the server's file wrapper, complete or a range.
    "/file": lambda: send_file(io.BytesIO(b"0123456789" * 100), mimetype="text/plain", etag=False, conditional=True),
    "/large": lambda: {
        "rows": [{"number": number, "square": number * number, "word": NUMBERS[number % 10]} for number in range(2000)]
    },
    "/larger": lambda: Response(b"x" * 1024 * 1024, mimetype="text/plain"),
    # Flask's default type, text/html, is not recorded.
    "/empty": lambda: ("", 204, {"Content-Type": "text/plain"}),
    "/html": lambda: "<h1>Hello</h1>",
}

bp = Blueprint("responses", __name__)
shop = Blueprint("shop", __name__, url_prefix="/shop")
for path, view in ANSWERS.items():
    bp.add_url_rule(path, path[1:], view)


@shop.before_request
def open_shop() -> None:
    g.steps = [f"before {request.endpoint}"]


@shop.after_request
def close_shop(response: Response) -> Response:
    response.headers["X-Steps"] = ", ".join([*g.steps, "after"])
    return response


@shop.get("/price/<float:amount>")
def price(amount: float) -> Response:
    g.steps.append("handler")
    return jsonify(amount=amount, gross=round(amount * 1.2, 2), steps=g.steps)


@bp.get("/two-cookies")
def two_cookies() -> Response:
    response = Response("two", status="299 As You Like It", mimetype="text/plain")
    response.set_cookie("one", "1")
    response.set_cookie("two", "2")
    return response


@bp.get("/moved")
def moved() -> Response:
    response = redirect(url_for("incoming.list_items"))
    return Response("moved\n", response.status_code, {"Location": response.location}, mimetype="text/plain")


@bp.get("/missing")
def missing() -> Response:
    abort(404, "no such thing")


@bp.get("/broken")
def broken() -> Response:
    raise ZeroDivisionError("on purpose")


@bp.get("/report")
def report() -> Response:
    """Makes calls while the response is sent, after the handler has returned."""

    def lines() -> Iterator[str]:
        for post in (1, 2):
            yield f"for {request.args['reader']}: {in_text(f'/posts/{post}')}\n"

    return Response(stream_with_context(lines()), mimetype="text/plain")


@bp.get("/afterwards")
def afterwards() -> Response:
    """A call after the SDK has ended the request's span. Without a length, so that the client waits for it."""
    response = Response(iter(["done"]), mimetype="text/plain")
    response.call_on_close(lambda: send("/users/1"))
    return response
