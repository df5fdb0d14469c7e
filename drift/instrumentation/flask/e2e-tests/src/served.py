"""Flask's own responses, and features of its guide that no other module uses."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timezone
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from calls import fetch
from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    after_this_request,
    flash,
    g,
    get_flashed_messages,
    render_template_string,
    request,
    request_started,
    send_file,
    session,
    stream_with_context,
    url_for,
)
from flask.views import MethodView

SIGNED_WITH = "e2e"  # src/test_served.py uses this key too
LINE = "{{ name|upper }} & {{ name }}{% for item in items %}, {{ loop.index }}: {{ item.name }}{% endfor %}"

bp = Blueprint("served", __name__, url_prefix="/served")


@dataclass
class Item:
    name: str
    price: Decimal


class Stock(MethodView):
    """A class-based view. It has one instance per request."""

    init_every_request = True

    def __init__(self, kind: str) -> None:
        self.kind, self.seen = kind, 0

    def get(self, item: int) -> dict[str, Any]:
        self.seen += 1
        return {"kind": self.kind, "item": item, "seen": self.seen}

    def put(self, item: int) -> tuple[dict[str, Any], int, dict[str, str]]:
        return {"item": item, "put": request.get_json()}, 202, {"X-Kind": self.kind}


bp.add_url_rule("/stock/<int:item>", view_func=Stock.as_view("stock", "tea"))


@bp.url_value_preprocessor
def pull_language(_: str | None, values: dict[str, Any] | None) -> None:
    g.language = (values or {}).pop("language", None)


@bp.url_defaults
def add_language(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "served.in_language" and "language" not in values:
        values["language"] = g.language


@bp.get("/in/<any(de, en):language>/page")
def in_language() -> dict[str, Any]:
    return {"language": g.language, "own": url_for(".in_language"), "other": url_for(".in_language", language="en")}


@bp.get("/slash/")
def slash() -> list[Any]:
    return [request.path]


@bp.get("/download")
def download() -> Response:
    note = Path(__file__).with_name("static") / "note.txt"
    return send_file(note, as_attachment=True, download_name="žluť.txt", etag="e1", last_modified=1)


@bp.get("/streamed")
def streamed() -> Response:
    """A generator with the request's context. Its call belongs to the request."""

    def parts() -> Iterator[str]:
        yield f"{request.args['reader']} reads "
        yield fetch("/posts/1")["body"]["title"]

    response = Response(stream_with_context(parts()), mimetype="text/plain")
    response.headers["X-Accel-Buffering"] = "no"
    return response


@bp.get("/template")
def template() -> Response:
    return Response(render_template_string(LINE, name="<tea>", items=[Item("hot", Decimal(1))]), mimetype="text/plain")


@bp.get("/values")
def values() -> dict[str, Any]:
    """Types that only Flask's JSON provider can serialise."""
    return {
        "at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc),
        "day": date(2026, 1, 2),
        "id": UUID(int=7),
        "item": Item("tea", Decimal("2.50")),
    }


@bp.post("/visit")
def visit() -> dict[str, Any]:
    """A session in a signed cookie."""
    session["visits"] = session.get("visits", 0) + 1
    before = get_flashed_messages(with_categories=True)
    flash("seen", "note")
    return {"visits": session["visits"], "flashed": before}


@bp.get("/deferred")
def deferred() -> dict[str, Any]:
    """The handler registers a callback that changes the response. A signal is sent before it."""

    @after_this_request
    def mark(response: Response) -> Response:
        response.headers["X-Deferred"] = g.started
        return response

    return {"started": g.started}


@bp.post("/checksum")
def checksum() -> dict[str, Any]:
    """Replaces the server's input stream. The SDK has already read that."""
    own = Summing(request.environ["wsgi.input"])
    request.environ["wsgi.input"] = own
    return {"size": len(request.get_data()), "sha256": own.sum.hexdigest()}


class Summing:
    def __init__(self, stream: Any) -> None:
        self._stream, self.sum = stream, sha256()

    def read(self, *size: int) -> bytes:
        part: bytes = self._stream.read(*size)
        self.sum.update(part)
        return part


@bp.post("/json-wanted")
def json_wanted() -> Any:
    return request.get_json()


@bp.get("/teapot")
def teapot() -> Response:
    abort(418)


@bp.get("/unhandled")
def unhandled() -> Response:
    raise KeyError("nobody handles it")


@bp.get("/logged")
def logged() -> dict[str, Any]:
    """Writes to the application's log, which is not an outbound call."""
    logging.getLogger("shop").warning("a line of the application's own: %s", request.args["what"])
    return {"logged": request.args["what"]}


def configure(app: Flask) -> None:
    app.secret_key = SIGNED_WITH
    request_started.connect(lambda *_, **__: setattr(g, "started", f"signal {request.method}"), app, weak=False)
