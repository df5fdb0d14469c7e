"""Differences between recording and replay: generated parameters, the clock, calls only in replay."""

import time
from collections.abc import Callable
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import uuid4

import requests
from flask import Blueprint, Response, jsonify
from wire import MODE, UPSTREAM, below, fetch, get, in_any_order, shown

bp = Blueprint("changing", __name__, url_prefix="/changing")


def without_query(response: requests.Response) -> dict[str, Any]:
    """Returns a response without the new value in its URL."""
    return {**shown(response), "url": below(response.url).partition("?")[0]}


def call_only_in_replay(path: str, method: str = "GET", **sent: Any) -> bool:
    """Makes a call only in replay. Returns whether the SDK raises that it has no mock for it. True when recording."""
    if MODE != "REPLAY":
        return True
    try:
        fetch(path, method, **sent)
    except RuntimeError as error:
        return str(error) == f"No mock found for {method} {UPSTREAM}{path} in REPLAY mode"
    return False


@bp.get("/query")
def query() -> Response:
    """A new id in the query of two calls. In replay they get the responses in the order of the recording."""
    return jsonify([without_query(get("/echo", params={"number": at, "id": str(uuid4())})) for at in (1, 2)])


@bp.get("/path")
def path() -> Response:
    try:
        return jsonify(kind=get(f"/target/{uuid4()}").headers["Content-Type"])
    except RuntimeError as error:
        return jsonify(error=type(error).__name__)


@bp.get("/key")
def key() -> Response:
    """A new idempotency key in a header. Only the bodies distinguish the calls."""
    sent = [{"json": {"number": number}, "headers": {"Idempotency-Key": str(uuid4())}} for number in (1, 2, 3)]
    return jsonify(in_any_order(lambda each: fetch("/echo", "POST", **each), sent))


ONCE: dict[str, Callable[[], dict[str, Any]]] = {
    "header": lambda: {
        "headers": {"X-Asked-At": datetime.now(timezone.utc).isoformat(timespec="microseconds"), "X-Open": "yes"}
    },
    "json": lambda: {"method": "POST", "json": {"at": time.time_ns(), "item": "tea"}},
    "form": lambda: {"method": "POST", "data": {"id": uuid4().hex, "item": "tea"}},
}
"""Options of calls that contain the time or a new id."""


@bp.get("/<any(header, json, form):what>")
def once(what: str) -> Response:
    return jsonify(fetch("/echo", **ONCE[what]()))


@bp.get("/clock")
def clock() -> Response:
    """After a call, the clock shows the time when that call was recorded: a second after the previous one, which takes
    no time in replay. It agrees with the response's date."""
    before = time.time()
    slow = fetch("/slow/1.0")
    response = get("/posts/1")
    after = time.time()
    dated = parsedate_to_datetime(response.headers["Date"]).timestamp()
    return jsonify(slow=slow, told=shown(response), went_on=after - before > 0.6, as_dated=abs(after - dated) < 3)


@bp.get("/clock-of-one-call")
def clock_of_one_call() -> Response:
    before = time.time()
    slow = fetch("/slow/0.5")
    return jsonify(slow=slow, moved_on=time.time() - before > 0.4)


@bp.get("/only-in-replay")
def only_in_replay() -> Response:
    """Makes the calls before and after a recorded call."""
    first = call_only_in_replay("/only-in-replay")
    found = fetch("/echo", "POST", json={"item": "tea"})
    return jsonify(found=found, nothing=[first, call_only_in_replay("/only-in-replay", "DELETE")])


@bp.get("/nothing-but-in-replay")
def nothing_but_in_replay() -> Response:
    """The request has no recorded call at all."""
    return jsonify(nothing=call_only_in_replay("/nothing-but-in-replay", "PUT", json=[1]))
