"""What goes out, the hooks around a handler, and what happens while an answer is sent and after it."""

import gzip
import io
from collections.abc import Iterator

import requests
from calls import CALL_LIMIT_S, UPSTREAM, in_text
from flask import (
    Blueprint,
    Response,
    abort,
    g,
    jsonify,
    make_response,
    redirect,
    request,
    send_file,
    stream_with_context,
    url_for,
)

NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
MIB = 1024 * 1024

bp = Blueprint("outgoing", __name__)
shop = Blueprint("shop", __name__, url_prefix="/shop")


@shop.before_request
def open_shop() -> None:
    g.steps = [f"before {request.endpoint}"]


@shop.after_request
def close_shop(answer: Response) -> Response:
    answer.headers["X-Steps"] = ", ".join([*g.steps, "after"])
    return answer


@shop.get("/price/<float:amount>")
def price(amount: float) -> Response:
    g.steps.append("handler")
    return jsonify(amount=amount, gross=round(amount * 1.2, 2), steps=g.steps)


@bp.get("/text")
def text() -> Response:
    return Response("plain, with an ü and a ✓\n", mimetype="text/plain")


@bp.get("/latin-1")
def latin_1() -> Response:
    return Response("déjà vu".encode("latin-1"), content_type="text/plain; charset=iso-8859-1")


@bp.get("/bytes")
def every_byte() -> Response:
    return Response(bytes(range(256)), mimetype="application/x-bytes")


@bp.get("/null")
def null() -> Response:
    return jsonify(None)


@bp.get("/compressed")
def compressed() -> Response:
    body = gzip.compress(b'{"compressed": true}', mtime=0)
    return Response(body, mimetype="application/json", headers={"Content-Encoding": "gzip"})


@bp.get("/two-cookies")
def two_cookies() -> Response:
    answer = Response("two", status="299 As You Like It", mimetype="text/plain")
    answer.set_cookie("one", "1")
    answer.set_cookie("two", "2")
    return answer


@bp.get("/stream")
def stream() -> Response:
    return Response((f"{number}\n" for number in NUMBERS), mimetype="text/plain")


@bp.get("/file")
def file() -> Response:
    """Through the server's file wrapper, whole or the range that is asked for."""
    return send_file(io.BytesIO(b"0123456789" * 100), mimetype="text/plain", etag=False, conditional=True)


@bp.get("/large")
def large() -> Response:
    return jsonify(
        rows=[{"number": number, "square": number * number, "word": NUMBERS[number % 10]} for number in range(2000)]
    )


@bp.get("/larger")
def larger() -> Response:
    return Response(b"x" * MIB, mimetype="text/plain")


@bp.get("/empty")
def empty() -> Response:
    answer = make_response("", 204)
    answer.headers["Content-Type"] = "text/plain"  # Flask's default, text/html, is not recorded
    return answer


@bp.get("/html")
def html() -> str:
    return "<h1>Hello</h1>"


@bp.get("/moved")
def moved() -> Response:
    answer = redirect(url_for("incoming.list_items"))
    return Response("moved\n", answer.status_code, {"Location": answer.location}, mimetype="text/plain")


@bp.get("/missing")
def missing() -> Response:
    abort(404, "no such thing")


@bp.get("/broken")
def broken() -> Response:
    raise ZeroDivisionError("on purpose")


@bp.get("/report")
def report() -> Response:
    """Calls while the answer is sent: the handler has returned long since."""

    def lines() -> Iterator[str]:
        for post in (1, 2):
            yield f"for {request.args['reader']}: {in_text(f'/posts/{post}')}\n"

    return Response(stream_with_context(lines()), mimetype="text/plain")


@bp.get("/afterwards")
def afterwards() -> Response:
    """A call when the answer is complete: the SDK has ended the request's span by then. Without a length, so that who
    asked waits for it."""
    answer = Response(iter(["done"]), mimetype="text/plain")
    answer.call_on_close(lambda: requests.get(f"{UPSTREAM}/users/1", timeout=CALL_LIMIT_S))
    return answer
