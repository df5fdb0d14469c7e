"""What is another in each run, and what replay alone does: the clock, parameters, calls, spans of the application."""

import contextvars
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import Any
from uuid import uuid4

from calls import MODE, fetch
from flask import Blueprint, Response, jsonify
from opentelemetry import trace
from unseen import in_words

bp = Blueprint("changing", __name__, url_prefix="/changing")
tracer = trace.get_tracer("shop", "1.0")


def as_nothing_answers(path: str, method: str = "GET", **sent: Any) -> bool:
    """Makes a call in replay alone. Nobody has recorded it, so nothing may answer it, and the SDK must say so."""
    if MODE != "REPLAY":
        return True
    try:
        fetch(path, method, **sent)
    except Exception as error:  # whichever: at the start it would end the application, and nobody could ask it
        return isinstance(error, RuntimeError) and str(error).startswith(f"No mock found for {method} ")
    return False


def at_path(found: dict[str, Any]) -> dict[str, Any]:
    """An answer, without the query of its URL, which is new each time."""
    return {**found, "url": found["url"].partition("?")[0]}


@bp.get("/only-in-replay")
def only_in_replay() -> Response:
    """Beside a call that was recorded, before it and after it, and of its shape."""
    first = as_nothing_answers("/only-in-replay")
    found = fetch("/posts/1")
    return jsonify(found=found, nothing=[first, as_nothing_answers("/posts/77")])


@bp.get("/nothing-recorded")
def nothing_recorded() -> Response:
    """A request of which no call is recorded at all: of its path there is one of another method."""
    return jsonify(nothing=as_nothing_answers("/users/1", "PUT", json={"name": "Ada"}))


@bp.get("/query")
def query() -> Response:
    """A key that is new each time, twice: the answers come in the order in which they were recorded."""
    keyed = [fetch("/echo", params={"number": number, "key": str(uuid4())}) for number in (1, 2)]
    return jsonify([at_path(each) for each in keyed])


@bp.get("/header")
def header() -> Response:
    """The time in a header, by which no call is told."""
    now = datetime.now(timezone.utc).isoformat(timespec="microseconds")
    return jsonify(fetch("/echo", headers={"X-Asked-At": now, "X-Open": "yes"}))


@bp.get("/body")
def body() -> Response:
    """A new id in a body, and beside it a call that is the same each time."""
    made = fetch("/users", "POST", json={"name": "Lin", "key": str(uuid4())})
    return jsonify([made, fetch("/users/1")])


@bp.get("/path")
def path() -> Response:
    """A new id in a path."""
    try:
        return jsonify(kind=fetch(f"/target/{uuid4()}")["headers"]["Content-Type"])
    except RuntimeError as error:
        return jsonify(error=type(error).__name__)


@bp.get("/copied-context")
def copied_context() -> Response:
    """A thread that is handed all variables of the request's context, not the OpenTelemetry context by name."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return jsonify(pool.submit(contextvars.copy_context().run, fetch, "/posts/3").result())


@bp.get("/clock")
def clock() -> Response:
    """After a call, all there is to read the clock by shows the second of the recording."""
    found = fetch("/posts/1")
    seconds = [
        datetime.now().second,
        datetime.now(timezone.utc).second,
        int(time.time()) % 60,
        time.time_ns() // 10**9 % 60,
        time.gmtime().tm_sec,
        time.localtime().tm_sec,
        int(time.strftime("%S")),
    ]
    return jsonify(found=found, seconds=[in_words(second) for second in seconds], one=len(set(seconds)))


@bp.get("/clock-between-calls")
def clock_between_calls() -> Response:
    """Half a second, which the first call takes, lies between the clock before it and after the second one."""
    before = time.time()
    found = [fetch("/slow/0.5"), fetch("/posts/1")]
    return jsonify(found=found, went_on=time.time() - before > 0.4)


@bp.get("/span")
def span() -> Response:
    """A span with nothing of the SDK's in it, which is not the SDK's to record."""
    with tracer.start_as_current_span("count", attributes={"shop.items": 3}) as own:
        own.set_attribute("shop.names", ["tea", "mate"])
        own.add_event("counted", {"by": "hand"})
        in_one_trace = own.get_span_context().trace_id == trace.get_current_span().get_span_context().trace_id
    return jsonify(counted=3, in_one_trace=in_one_trace)


@bp.get("/span-beside-call")
def span_beside_call() -> Response:
    """Calls before and after a span, none within it."""
    first = fetch("/posts/1")
    with tracer.start_as_current_span("count"):
        pass
    return jsonify([first, fetch("/posts/2")])


@bp.get("/span-around-call")
def span_around_call() -> Response:
    with tracer.start_as_current_span("look up", kind=trace.SpanKind.CLIENT, attributes={"shop.item": 7}) as own:
        found = fetch("/posts/1")
        own.set_attribute("shop.found", True)
    return jsonify(found)
