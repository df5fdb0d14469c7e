"""What the rules of .tusk/config.yaml (`transforms`) leave out of the recorded calls, or change in them."""

import requests
from flask import Blueprint, Response, jsonify
from wire import CALL_LIMIT_S, MODE, UPSTREAM, fetch, get, heading, name_of_error

bp = Blueprint("rules", __name__, url_prefix="/rules")


@bp.get("/redacted-header")
def redacted_header() -> Response:
    """The header that is recorded is not the one that was sent; headers tell no calls apart."""
    return jsonify(fetch("/echo", headers={"X-Secret": "s3same", "X-Open": "yes"}))


@bp.get("/masked-answer")
def masked_answer() -> Response:
    """What the upstream answered, while the SDK records, and what a rule made of it, in replay."""
    answer = get("/lines/7")
    as_ruled = set(answer.text) == {"#"} if MODE == "REPLAY" else answer.text.startswith("line 1")
    return jsonify(heading=heading(answer), as_ruled=as_ruled)


@bp.get("/masked-query")
def masked_query() -> Response:
    """A query is masked in the recording alone, so in replay another one is asked for."""
    return jsonify(fetch("/users/1", params={"token": "t0ken"}))


@bp.get("/open-query")
def open_query() -> Response:
    """What the rule about a query does not mean: another user, and a parameter of another name."""
    return jsonify([fetch("/users/2", params={"token": "t0ken"}), fetch("/users/1", params={"tokens": "t0ken"})])


@bp.get("/left-out")
def left_out() -> Response:
    """A call that a rule forbids while the SDK records. In replay none does, and it finds no recorded answer."""
    outcome = name_of_error(Exception, lambda: str(get("/posts/99").status_code))
    ruled = {"RECORD": "RequestDroppedByTransform", "REPLAY": "RuntimeError"}
    return jsonify(as_ruled=outcome == ruled.get(MODE, "200"))


@bp.get("/request-left-out")
def request_left_out() -> Response:
    """Nothing is recorded of the request, and nothing of the calls that it makes: they go out as ever."""
    return jsonify(post=fetch("/posts/1"), made=fetch("/echo", "POST", json={"item": "tea"}))


@bp.get("/not-left-out")
def not_left_out() -> Response:
    """What the rule that forbids a call does not mean: another post, and another method."""
    return jsonify(get=fetch("/posts/98"), head=heading(requests.head(f"{UPSTREAM}/posts/99", timeout=CALL_LIMIT_S)))
