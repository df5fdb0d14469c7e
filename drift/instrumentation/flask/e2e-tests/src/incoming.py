"""Methods and request data."""

from hashlib import sha256
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for

NOT_OWN = ("X-E2E-Request", "X-Td-Trace-Id")  # set by the harness, set by the CLI

bp = Blueprint("incoming", __name__)


def seen() -> dict[str, Any]:
    """Returns Flask's view of the request's body."""
    return {
        "method": request.method,
        "json": request.get_json(silent=True),
        "form": request.form.to_dict(flat=False),
        "size": len(request.get_data()),
    }


def digest(data: bytes) -> dict[str, Any]:
    return {"size": len(data), "sha256": sha256(data).hexdigest()}


@bp.get("/items")
def list_items() -> Response:
    return jsonify(query=request.args.to_dict(flat=False), limit=request.args.get("limit", 10, type=int))


@bp.post("/items")
def create_item() -> tuple[Response, int, dict[str, str]]:
    return jsonify(seen()), 201, {"Location": url_for(".get_item", item=7)}


@bp.route("/items/<int:item>", methods=["GET", "HEAD"])
def get_item(item: int) -> Response:
    return jsonify(id=item, method=request.method)


@bp.route("/items/<int:item>", methods=["PUT", "PATCH"])
def change_item(item: int) -> Response:
    return jsonify(id=item, **seen())


@bp.delete("/items/<int:item>")
def delete_item(item: int) -> Response:
    return jsonify(deleted=item)


@bp.route("/echo", methods=["OPTIONS"])
def echo_options() -> tuple[Response, dict[str, str]]:
    return jsonify(methods=["OPTIONS", "POST"]), {"Allow": "OPTIONS, POST"}


@bp.post("/echo")
def echo() -> Response:
    return jsonify(text=request.get_json()["text"], length=len(request.get_json()["text"]))


@bp.route("/cache/<key>", methods=["PURGE"])
def purge(key: str) -> Response:
    return jsonify(method=request.method, purged=key)


@bp.get("/files/<path:name>")
def get_file(name: str) -> Response:
    return jsonify(name=name, parts=name.split("/"), query=request.args.to_dict(flat=False))


@bp.delete("/items")
@bp.post("/form")
def body() -> Response:
    return jsonify(seen())


@bp.post("/upload")
def upload() -> Response:
    file = request.files["file"]
    return jsonify(name=file.filename, type=file.mimetype, **digest(file.read()))


@bp.route("/raw", methods=["POST", "PUT", "PATCH"])
def raw() -> Response:
    return jsonify(digest(request.get_data()))


@bp.post("/parts")
def parts() -> Response:
    """The body in parts of four bytes, as a handler reads it that must save memory."""
    return jsonify([part.decode() for part in iter(lambda: request.stream.read(4), b"")])


@bp.post("/lines")
def lines() -> Response:
    """Reads one line, then the rest by iteration."""
    return jsonify([request.stream.readline().decode(), *(line.decode() for line in request.stream)])


@bp.post("/unread")
def unread() -> Response:
    """The handler does not read the body."""
    return jsonify(length=request.content_length)


@bp.get("/headers")
def headers() -> Response:
    custom = {name: value for name, value in request.headers if name.startswith("X-") and name not in NOT_OWN}
    response = jsonify(
        own=custom, languages=list(request.accept_languages.values()), user=request.authorization.username
    )
    response.headers["X-Answer"] = "of the handler"
    return response


@bp.get("/header/<name>")
def header(name: str) -> Response:
    return jsonify({name: request.headers.get(name)})


@bp.get("/cookies")
def cookies() -> Response:
    response = jsonify(request.cookies)
    response.set_cookie("visited", "yes", max_age=60, httponly=True, samesite="Lax")
    return response
