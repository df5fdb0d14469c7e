"""Calls that the rules of .tusk/config.yaml (`transforms`) drop or change."""

from flask import Blueprint, Response, jsonify
from outside import MODE, WAYS, asking, fetch, heading, outcome

bp = Blueprint("rules", __name__, url_prefix="/rules")


@bp.get("/secret-header")
def secret_header() -> Response:
    """The recorded header differs from the sent one. The SDK does not match calls by headers."""
    sent = {"X-Secret": "s3same", "X-Open": "yes"}
    return jsonify([fetch(way, "get", "/echo", headers=sent) for way in WAYS])


@bp.get("/masked-answer")
def masked_answer() -> Response:
    """Compares the response with the upstream's when recording, and with the masked one in replay."""
    response = asking("client")("get", "/lines/2")
    as_ruled = set(response.text) == {"#"} if MODE == "REPLAY" else response.text[:6] == "line 1"
    return jsonify({**heading(response), "as_ruled": as_ruled, "size": len(response.text)})


@bp.get("/replaced-field")
def replaced_field() -> Response:
    response = fetch("async", "get", "/posts/9")
    as_ruled = response["body"].pop("title") == ("a title" if MODE == "REPLAY" else "Post 9")
    return jsonify({**response, "as_ruled": as_ruled})


@bp.get("/secret-in-query")
def secret_in_query() -> Response:
    return jsonify(fetch("client", "get", "/target/query", params={"key": "s3same", "open": "yes"}))


@bp.get("/left-out/<way>")
def left_out(way: str) -> Response:
    """A rule blocks the call when recording. In replay no rule blocks it, but it has no recorded response."""
    ruled = {"RECORD": "RequestDroppedByTransform", "REPLAY": "RuntimeError"}
    found = outcome(lambda: asking(way)("get", "/status/202")).get("raised", "").partition(":")[0]
    return jsonify(as_ruled=found == ruled.get(MODE, ""))
