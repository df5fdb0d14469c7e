"""Requests and calls that the rules of .tusk/config.yaml (`transforms`) drop or change."""

import re
from collections.abc import Iterator

import requests
from calls import CALL_LIMIT_S, MODE, UPSTREAM, fetch, heading
from flask import Blueprint, Response, jsonify, request
from incoming import digest
from opentelemetry import trace

bp = Blueprint("rules", __name__, url_prefix="/rules")


@bp.after_request
def without_length(response: Response) -> Response:
    """Removes the length, so that the client waits for the end of the connection. The SDK logs its error after the
    body; otherwise the log line would overlap with the next request."""
    response.automatically_set_content_length = False
    response.headers.pop("Content-Length", None)
    return response


@bp.get("/not-sampled")
@bp.get("/left-out")
def left_out() -> Response:
    """The request is dropped with its calls, before and during its response: there is no current span."""
    first = fetch("/posts/1")["body"]["title"]

    def parts() -> Iterator[str]:
        yield f"{first}, "
        yield fetch("/posts/2")["body"]["title"]
        yield f", in a span: {trace.get_current_span().is_recording()}"

    return Response(parts(), mimetype="text/plain")


@bp.get("/masked-header")
def masked_header() -> Response:
    card = request.headers["X-Card"]
    return jsonify(length=len(card), card=card)


@bp.get("/kept-length")
def kept_length() -> Response:
    """Returns the length of a masked header, which is the same in replay."""
    return jsonify(length=len(request.headers["X-Card"]))


@bp.post("/replaced-field")
def replaced_field() -> Response:
    return jsonify(sent=request.get_json(silent=True), **digest(request.get_data()))


@bp.get("/call-with-secret")
def call_with_secret() -> Response:
    """The recorded header differs from the sent one. The SDK does not match calls by headers."""
    return jsonify(fetch("/echo", headers={"X-Secret": "s3same", "X-Open": "yes"}))


@bp.get("/call-with-masked-answer")
def call_with_masked_answer() -> Response:
    """Compares the response with the upstream's when recording, and with the masked one in replay."""
    response = requests.get(f"{UPSTREAM}/lines/2", timeout=CALL_LIMIT_S)
    rule = "#+" if MODE == "REPLAY" else "line 1\nline 2\nlive-[0-9a-f]{12}\n"
    return jsonify(as_ruled=re.fullmatch(rule, response.text) is not None, **heading(response))


@bp.get("/call-left-out")
def call_left_out() -> Response:
    """A rule blocks the call when recording. In replay no rule blocks it, but it has no recorded response."""
    outcome = "answered"
    try:
        fetch("/status/202")
    except Exception as error:
        outcome = type(error).__name__
    ruled = {"RECORD": "RequestDroppedByTransform", "REPLAY": "RuntimeError"}
    return jsonify(as_ruled=outcome == ruled.get(MODE, "answered"))
