"""Calls that the rules of .tusk/config.yaml (`transforms`) drop or change."""

import requests
from flask import Blueprint, Response, jsonify
from wire import CALL_LIMIT_S, MODE, UPSTREAM, fetch, get, heading, name_of_error

bp = Blueprint("rules", __name__, url_prefix="/rules")


@bp.get("/redacted-header")
def redacted_header() -> Response:
    """The recorded header differs from the sent one. The SDK does not match calls by headers."""
    return jsonify(fetch("/echo", headers={"X-Secret": "s3same", "X-Open": "yes"}))


@bp.get("/masked-answer")
def masked_answer() -> Response:
    """Compares the response with the upstream's when recording, and with the masked one in replay."""
    response = get("/lines/7")
    as_ruled = set(response.text) == {"#"} if MODE == "REPLAY" else response.text.startswith("line 1")
    return jsonify(heading=heading(response), as_ruled=as_ruled)


@bp.get("/masked-query")
def masked_query() -> Response:
    """The query is masked only in the recording, so the replay's call differs."""
    return jsonify(fetch("/users/1", params={"token": "t0ken"}))


@bp.get("/open-query")
def open_query() -> Response:
    """The rule about a query must not apply to another user or another parameter."""
    return jsonify([fetch("/users/2", params={"token": "t0ken"}), fetch("/users/1", params={"tokens": "t0ken"})])


@bp.get("/left-out")
def left_out() -> Response:
    """A rule blocks the call when recording. In replay no rule blocks it, but it has no recorded response."""
    outcome = name_of_error(Exception, lambda: str(get("/posts/99").status_code))
    ruled = {"RECORD": "RequestDroppedByTransform", "REPLAY": "RuntimeError"}
    return jsonify(as_ruled=outcome == ruled.get(MODE, "200"))


@bp.get("/request-left-out")
def request_left_out() -> Response:
    """Neither the request nor its calls are recorded. The calls are made as usual."""
    return jsonify(post=fetch("/posts/1"), made=fetch("/echo", "POST", json={"item": "tea"}))


@bp.get("/not-left-out")
def not_left_out() -> Response:
    """The rule that blocks a call must not apply to another post or another method."""
    return jsonify(get=fetch("/posts/98"), head=heading(requests.head(f"{UPSTREAM}/posts/99", timeout=CALL_LIMIT_S)))
