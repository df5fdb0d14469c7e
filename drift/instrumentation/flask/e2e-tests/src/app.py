"""A Flask application under the Drift SDK.

Surface covered: every method; query string, path parameter (typed converters), JSON, form, upload, raw and non-UTF-8
bodies; headers and cookies in and out; blueprint, before/after-request hooks, error handler, `g`; streamed, large,
empty and redirecting answers; outbound calls through `requests` (one, several in sequence, in parallel through a thread
pool that is handed the OpenTelemetry context, GET/POST/DELETE, refused, answered with an error); the clock; a raw
socket.

By hand: TUSK_DRIFT_MODE=RECORD python src/app.py
"""

import os

from drift import TuskDrift

TuskDrift.initialize(env="e2e")

import socket  # noqa: E402 - the SDK patches what is imported after it
from collections.abc import Callable, Iterator  # noqa: E402
from concurrent.futures import ThreadPoolExecutor  # noqa: E402
from datetime import datetime, timezone  # noqa: E402
from hashlib import sha256  # noqa: E402
from typing import Any  # noqa: E402
from urllib.parse import urlsplit  # noqa: E402

import requests  # noqa: E402
from flask import Blueprint, Flask, Response, abort, g, jsonify, make_response, redirect, request, url_for  # noqa: E402
from opentelemetry import context  # noqa: E402

UPSTREAM = os.environ.get("UPSTREAM_URL", "http://127.0.0.1:9180")
NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TENS = ["zero", "ten", "twenty", "thirty", "forty", "fifty"]
CALL_LIMIT_S = 5

app = Flask(__name__)
app.json.ensure_ascii = False
shop = Blueprint("shop", __name__, url_prefix="/shop")


def fetch(path: str, method: str = "GET", **sent: Any) -> Any:
    answer = requests.request(method, UPSTREAM + path, timeout=CALL_LIMIT_S, **sent)
    return {"status": answer.status_code, "type": answer.headers["Content-Type"], "body": answer.json()}


def seen() -> dict[str, Any]:
    """What Flask made of the request's body."""
    return {
        "method": request.method,
        "json": request.get_json(silent=True),
        "form": request.form.to_dict(flat=False),
        "size": len(request.get_data()),
    }


@app.get("/health")
def health() -> Response:
    return jsonify(status="ok")


# Methods and what comes in


@app.get("/items")
def list_items() -> Response:
    return jsonify(query=request.args.to_dict(flat=False), limit=request.args.get("limit", 10, type=int))


@app.post("/items")
def create_item() -> tuple[Response, int, dict[str, str]]:
    return jsonify(seen()), 201, {"Location": url_for("get_item", item=7)}


@app.route("/items/<int:item>", methods=["GET", "HEAD"])
def get_item(item: int) -> Response:
    return jsonify(id=item, method=request.method)


@app.route("/items/<int:item>", methods=["PUT", "PATCH"])
def change_item(item: int) -> Response:
    return jsonify(id=item, **seen())


@app.route("/echo", methods=["OPTIONS"])
def echo_options() -> Response:
    answer = jsonify(methods=["OPTIONS", "POST"])
    answer.headers["Allow"] = "OPTIONS, POST"
    return answer


@app.delete("/items/<int:item>")
def delete_item(item: int) -> Response:
    return jsonify(deleted=item)


@app.get("/files/<path:name>")
def get_file(name: str) -> Response:
    return jsonify(name=name, parts=name.split("/"))


@app.post("/form")
def form() -> Response:
    return jsonify(seen())


@app.post("/upload")
def upload() -> Response:
    file = request.files["file"]
    content = file.read()
    return jsonify(name=file.filename, type=file.mimetype, size=len(content), sha256=sha256(content).hexdigest())


@app.post("/raw")
def raw() -> Response:
    data = request.get_data()
    return jsonify(size=len(data), sha256=sha256(data).hexdigest())


@app.get("/headers")
def headers() -> Response:
    answer = jsonify(token=request.headers.get("X-Token"), languages=list(request.accept_languages.values()))
    answer.headers["X-Answer"] = "of the handler"
    return answer


@app.get("/cookies")
def cookies() -> Response:
    answer = jsonify(request.cookies)
    answer.set_cookie("visited", "yes", max_age=60, httponly=True, samesite="Lax")
    return answer


@app.post("/echo")
def echo() -> Response:
    return jsonify(text=request.get_json()["text"], length=len(request.get_json()["text"]))


# What goes out


@app.get("/text")
def text() -> Response:
    return Response("plain, with an ü and a ✓\n", mimetype="text/plain")


@app.get("/latin-1")
def latin_1() -> Response:
    return Response("déjà vu".encode("latin-1"), content_type="text/plain; charset=iso-8859-1")


@app.get("/stream")
def stream() -> Response:
    def lines() -> Iterator[str]:
        for number in NUMBERS:
            yield f"{number}\n"

    return Response(lines(), mimetype="text/plain")


@app.get("/large")
def large() -> Response:
    return jsonify(
        rows=[{"number": number, "square": number * number, "word": NUMBERS[number % 10]} for number in range(2000)]
    )


@app.get("/empty")
def empty() -> Response:
    answer = make_response("", 204)
    answer.headers["Content-Type"] = "text/plain"  # Flask's default, text/html, is not recorded
    return answer


@app.get("/html")
def html() -> str:
    return "<h1>Hello</h1>"


@app.get("/moved")
def moved() -> Response:
    answer = redirect(url_for("list_items"))
    return Response("moved\n", answer.status_code, {"Location": answer.location}, mimetype="text/plain")


@app.get("/missing")
def missing() -> Response:
    abort(404, "no such thing")


@app.get("/broken")
def broken() -> Response:
    raise ZeroDivisionError("on purpose")


@app.errorhandler(404)
@app.errorhandler(ZeroDivisionError)
def on_error(error: Exception) -> tuple[Response, int]:
    return jsonify(error=getattr(error, "description", str(error))), getattr(error, "code", 500)


# Blueprint and hooks


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


app.register_blueprint(shop)


# Outbound calls


@app.get("/weather/<city>")
def weather(city: str) -> Response:
    return jsonify(fetch("/weather", params={"city": city}))


@app.get("/author-of/<int:post>")
def author_of(post: int) -> Response:
    """Each call needs what the one before it answered."""
    found = fetch(f"/posts/{post}")
    author = fetch(f"/users/{found['body']['author']}")
    return jsonify(post=found, author=author, comments=fetch(f"/posts/{post}/comments"))


@app.get("/dashboard")
def dashboard() -> Response:
    """Calls in parallel, each thread handed the OpenTelemetry context of the request."""
    current = context.get_current()

    def in_context(path: str) -> Any:
        token = context.attach(current)
        try:
            return fetch(path)
        finally:
            context.detach(token)

    with ThreadPoolExecutor(max_workers=3) as pool:
        return jsonify(list(pool.map(in_context, ["/posts/1", "/posts/2", "/users/1"])))


@app.post("/users")
def create_user() -> Response:
    return jsonify(fetch("/users", "POST", json=request.get_json()))


@app.delete("/users/<int:user>")
def delete_user(user: int) -> Response:
    return jsonify(fetch(f"/users/{user}", "DELETE"))


@app.get("/refused")
def refused() -> Response:
    """Nothing listens on port 9 of loopback."""
    return jsonify(outcome=outcome_of(lambda: requests.get("http://127.0.0.1:9/", timeout=CALL_LIMIT_S)))


@app.get("/unavailable")
def unavailable() -> Response:
    return jsonify(outcome=outcome_of(lambda: requests.get(f"{UPSTREAM}/status/503", timeout=CALL_LIMIT_S)))


def outcome_of(call: Callable[[], requests.Response]) -> str:
    try:
        answer = call()
        answer.raise_for_status()
    except requests.HTTPError as error:
        return f"answered {error.response.status_code}"
    except requests.ConnectionError:
        return "no connection"
    return f"fine: {answer.status_code}"


# The clock, and what no instrumentation sees


@app.get("/clock")
def clock() -> Response:
    """The second as a word: no rule about dates, times or epochs can forgive it."""
    second = datetime.now(timezone.utc).second
    word = TENS[second // 10] + "-" + NUMBERS[second % 10]
    return jsonify(second=word)


@app.get("/leak")
def leak() -> Response:
    """A raw socket to the upstream: nothing is recorded, so replay must see and name it."""
    where = urlsplit(UPSTREAM)
    try:
        with socket.create_connection((where.hostname, where.port), timeout=CALL_LIMIT_S) as connection:
            connection.sendall(b"GET /weather?city=Rome HTTP/1.0\r\n\r\n")
            connection.recv(1)
    except OSError:
        app.logger.info("the upstream cannot be reached")
    return jsonify(leaked=True)


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ.get("PORT", "8000")), threaded=True)
