"""What is another in each run: calls whose parameters change, the clock, and calls that replay alone makes."""

import time
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import uuid4

import requests
from flask import Blueprint, Response, jsonify
from wire import MODE, UPSTREAM, below, fetch, get, in_any_order, shown

bp = Blueprint("changing", __name__, url_prefix="/changing")
ONLY_IN_REPLAY = "/only-in-replay"


def without_query(answer: requests.Response) -> dict[str, Any]:
    """An answer, without what was new in its URL."""
    return {**shown(answer), "url": below(answer.url).partition("?")[0]}


def as_nothing_answers(path: str, method: str = "GET", **sent: Any) -> bool:
    """Makes a call in replay alone. Nobody has recorded it, so that nothing may answer it: the SDK has to say so."""
    if MODE != "REPLAY":
        return True
    try:
        fetch(path, method, **sent)
    except RuntimeError as error:
        return str(error) == f"No mock found for {method} {UPSTREAM}{path} in REPLAY mode"
    return False


@bp.get("/query")
def query() -> Response:
    """A new id in the query, twice: the answers come in their order."""
    return jsonify([without_query(get("/echo", params={"number": at, "id": str(uuid4())})) for at in (1, 2)])


@bp.get("/path")
def path() -> Response:
    try:
        return jsonify(kind=get(f"/target/{uuid4()}").headers["Content-Type"])
    except RuntimeError as error:
        return jsonify(error=type(error).__name__)


@bp.get("/header")
def header() -> Response:
    asked_at = datetime.now(timezone.utc).isoformat(timespec="microseconds")
    return jsonify(fetch("/echo", headers={"X-Asked-At": asked_at, "X-Open": "yes"}))


@bp.get("/key")
def key() -> Response:
    """A key under which a call that is made again would be known, in a header; the bodies tell the calls apart."""
    sent = [{"json": {"number": number}, "headers": {"Idempotency-Key": str(uuid4())}} for number in (1, 2, 3)]
    return jsonify(in_any_order(lambda each: fetch("/echo", "POST", **each), sent))


@bp.get("/json")
def json_body() -> Response:
    return jsonify(fetch("/echo", "POST", json={"at": time.time_ns(), "item": "tea"}))


@bp.get("/form")
def form() -> Response:
    return jsonify(fetch("/echo", "POST", data={"id": uuid4().hex, "item": "tea"}))


@bp.get("/clock")
def clock() -> Response:
    """The clock after a call shows the time at which that call was recorded: a second after the one before it, which
    takes no time in replay; and it is the clock of the answer's date."""
    before = time.time()
    slow = fetch("/slow/1.0")
    answer = get("/posts/1")
    after = time.time()
    dated = parsedate_to_datetime(answer.headers["Date"]).timestamp()
    return jsonify(slow=slow, told=shown(answer), went_on=after - before > 0.6, as_dated=abs(after - dated) < 3)


@bp.get("/clock-of-one-call")
def clock_of_one_call() -> Response:
    before = time.time()
    slow = fetch("/slow/0.5")
    return jsonify(slow=slow, moved_on=time.time() - before > 0.4)


@bp.get("/only-in-replay")
def only_in_replay() -> Response:
    """Before the call that was recorded, and after it."""
    first = as_nothing_answers(ONLY_IN_REPLAY)
    found = fetch("/echo", "POST", json={"item": "tea"})
    last = as_nothing_answers(ONLY_IN_REPLAY, "DELETE")
    return jsonify(found=found, nothing=[first, last])


@bp.get("/nothing-but-in-replay")
def nothing_but_in_replay() -> Response:
    """A request of which no call is recorded at all."""
    return jsonify(nothing=as_nothing_answers("/nothing-but-in-replay", "PUT", json=[1]))
