"""Differences between recording and replay (the clock, parameters, calls), custom spans, and sockets that no
instrumentation sees."""

import contextvars
import logging
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from calls import CALL_LIMIT_S, MODE, UPSTREAM, fetch
from flask import Blueprint, Response, jsonify
from opentelemetry import trace
from responses import NUMBERS

bp = Blueprint("changing", __name__, url_prefix="/changing")
TENS = ["zero", "ten", "twenty", "thirty", "forty", "fifty"]
tracer = trace.get_tracer("shop", "1.0")


def call_only_in_replay(path: str, method: str = "GET", **sent: Any) -> bool:
    """Makes a call only in replay. Returns whether the SDK raises that it has no mock for it. True when recording."""
    if MODE != "REPLAY":
        return True
    try:
        fetch(path, method, **sent)
    except Exception as error:  # any error: at the start it would end the application
        return isinstance(error, RuntimeError) and str(error).startswith(f"No mock found for {method} ")
    return False


def in_words(second: int) -> str:
    """Returns the second as words: no comparison rule about dates, times or epochs can ignore a difference in them."""
    return TENS[second // 10] + "-" + NUMBERS[second % 10]


@bp.get("/only-in-replay")
def only_in_replay() -> Response:
    """Makes the calls before and after a recorded call of the same shape."""
    first = call_only_in_replay("/only-in-replay")
    return jsonify(found=fetch("/posts/1"), nothing=[first, call_only_in_replay("/posts/77")])


@bp.get("/nothing-recorded")
def nothing_recorded() -> Response:
    """The request has no recorded call at all."""
    return jsonify(nothing=call_only_in_replay("/users/1", "PUT", json={"name": "Ada"}))


@bp.get("/query")
def query() -> Response:
    """A new key in the query of two calls. In replay they get the responses in the order of the recording."""
    keyed = [fetch("/echo", params={"number": number, "key": str(uuid4())}) for number in (1, 2)]
    return jsonify([{**each, "url": each["url"].partition("?")[0]} for each in keyed])


@bp.get("/header")
def header() -> Response:
    """The time in a header. The SDK does not match calls by it."""
    now = datetime.now(timezone.utc).isoformat(timespec="microseconds")
    return jsonify(fetch("/echo", headers={"X-Asked-At": now, "X-Open": "yes"}))


@bp.get("/body")
def body() -> Response:
    """A new id in a body, next to a call that never changes."""
    return jsonify([fetch("/users", "POST", json={"name": "Lin", "key": str(uuid4())}), fetch("/users/1")])


@bp.get("/path")
def path() -> Response:
    try:
        return jsonify(kind=fetch(f"/target/{uuid4()}")["headers"]["Content-Type"])
    except RuntimeError as error:
        return jsonify(error=type(error).__name__)


@bp.get("/copied-context")
def copied_context() -> Response:
    """The thread gets a copy of the request's contextvars, not only of the OpenTelemetry context."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return jsonify(pool.submit(contextvars.copy_context().run, fetch, "/posts/3").result())


@bp.get("/clock")
def clock() -> Response:
    return jsonify(second=in_words(datetime.now(timezone.utc).second))


@bp.get("/clock-after-call")
def clock_after_call() -> Response:
    """After a call, every way to read the clock shows the second of the recording."""
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
    """The first call takes half a second. The clock is read before it and after the second call."""
    before = time.time()
    return jsonify(found=[fetch("/slow/0.5"), fetch("/posts/1")], went_on=time.time() - before > 0.4)


@bp.get("/span")
def span() -> Response:
    """A custom span without calls. The SDK must not record it."""
    with tracer.start_as_current_span("count", attributes={"shop.items": 3}) as custom_span:
        custom_span.set_attribute("shop.names", ["tea", "mate"])
        custom_span.add_event("counted", {"by": "hand"})
        in_one_trace = custom_span.get_span_context().trace_id == trace.get_current_span().get_span_context().trace_id
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
    with tracer.start_as_current_span(
        "look up", kind=trace.SpanKind.CLIENT, attributes={"shop.item": 7}
    ) as custom_span:
        found = fetch("/posts/1")
        custom_span.set_attribute("shop.found", True)
    return jsonify(found)


@bp.get("/leak")
def leak() -> Response:
    """Opens a raw socket to the upstream. It is not recorded, so replay must report it."""
    where = urlsplit(UPSTREAM)
    try:
        with socket.create_connection((where.hostname, where.port), timeout=CALL_LIMIT_S) as connection:
            connection.sendall(b"GET /weather?city=Rome HTTP/1.0\r\n\r\n")
            connection.recv(1)
    except OSError:
        logging.getLogger(__name__).info("the upstream cannot be reached")
    return jsonify(leaked=True)


def udp() -> socket.socket:
    own = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    own.settimeout(CALL_LIMIT_S)
    own.bind(("127.0.0.1", 0))
    return own


@bp.get("/datagrams")
def datagrams() -> Response:
    """UDP, connected and unconnected. Both ends are in this handler: it works in replay too, without a warning."""
    with udp() as server, udp() as client:
        client.sendto(b"a:1|c", server.getsockname())
        first, sender = server.recvfrom(64)
        client.connect(server.getsockname())
        sent = client.send("b:ž|c".encode())
        client.sendall(b"c:3|c")
        server.sendto(b"three", sender)
        rest = [server.recv(64).decode() for _ in range(2)]
        return jsonify(first=first.decode(), sent=sent, rest=rest, answer=client.recv(64).decode())


@bp.get("/socket-pair")
def socket_pair() -> Response:
    """Two connected sockets that never called connect(). The SDK must not warn about them."""
    one, other = socket.socketpair()
    with one, other:
        one.sendall(b"one way")
        other.send(b"the other")
        return jsonify(read=[other.recv(64).decode(), one.recv(64).decode()])
