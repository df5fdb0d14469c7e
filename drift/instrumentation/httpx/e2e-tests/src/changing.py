"""Differences between recording and replay: the clock, generated parameters, calls only in replay."""

import time
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import uuid4

import httpx
from flask import Blueprint, Response, jsonify
from outside import MODE, UPSTREAM, asking, client, fetch, in_any_order, opened, shown

bp = Blueprint("changing", __name__, url_prefix="/changing")
SLOW = "/slow/0.5"


class Stopwatch:
    """Measures how far the clock moves.

    In replay calls take no time and the SDK moves the clock instead. The machine's own counter is not moved."""

    def __init__(self) -> None:
        self._clock, self._own = time.time(), time.perf_counter()

    def moved(self, seconds: float) -> bool:
        clock_s, counter_s = time.time() - self._clock, time.perf_counter() - self._own
        return clock_s > seconds and (MODE != "REPLAY" or abs(clock_s - counter_s) > 0.002)


def as_dated(response: httpx.Response) -> bool:
    """Returns whether the clock shows the date of the response."""
    return abs(time.time() - parsedate_to_datetime(response.headers["date"]).timestamp()) < 3


@bp.get("/clock/<any(client, async):way>")
def clock(way: str) -> Response:
    """After a call, the clock shows the time when that call was recorded: half a second after the previous one."""
    with opened(way) as (_, ask):
        ask("get", "/users/1")
        watch = Stopwatch()
        slow, response = ask("get", SLOW), ask("get", "/posts/1")
        return jsonify(shown(slow), shown(response), watch.moved(0.45), as_dated(response))


@bp.get("/clock-of-one-call/<any(client, async):way>")
def clock_of_one_call(way: str) -> Response:
    """The clock has advanced by the duration of the call."""
    with opened(way) as (_, ask):
        ask("get", "/users/1")
        watch = Stopwatch()
        ask("get", SLOW)
        return jsonify(moved_on=watch.moved(0.45))


def without_query(response: httpx.Response) -> dict[str, Any]:
    found = shown(response)
    return {**found, "url": found["url"].partition("?")[0]}


@bp.get("/query/<way>")
def query(way: str) -> Response:
    """A new id in the query of two calls. In replay they get the responses in the order of the recording."""
    ask = asking(way)
    return jsonify([without_query(ask("get", "/echo", params={"n": n, "id": str(uuid4())})) for n in (1, 2)])


@bp.get("/path")
def path() -> Response:
    try:
        return jsonify(kind=asking("client")("get", f"/target/{uuid4()}").headers["content-type"])
    except RuntimeError as error:
        return jsonify(error=type(error).__name__)


@bp.get("/header/<way>")
def header(way: str) -> Response:
    at = datetime.now(timezone.utc).isoformat(timespec="microseconds")
    return jsonify(fetch(way, "get", "/echo", headers={"X-Asked-At": at, "X-Open": "yes"}))


@bp.get("/hook")
def hook() -> Response:
    """A hook adds a new id to each call, as for a log. Only the bodies distinguish the calls."""

    def name(request: httpx.Request) -> None:
        request.headers["X-Request-Id"] = str(uuid4())

    with client(event_hooks={"request": [name]}) as http_client:
        return jsonify(in_any_order(lambda n: shown(http_client.post("/echo", json={"n": n})), (1, 2, 3)))


@bp.get("/json/<way>")
def json_body(way: str) -> Response:
    first = fetch(way, "post", "/echo", json={"at": time.time_ns(), "item": "tea"})
    return jsonify(first, fetch(way, "get", "/echo"))


@bp.get("/form")
def form() -> Response:
    return jsonify(fetch("client", "post", "/echo", data={"id": uuid4().hex, "item": "tea"}))


def call_only_in_replay(way: str, verb: str, url: str, **sent: Any) -> bool:
    """Makes a call only in replay. Returns whether the SDK raises that it has no mock for it. True when recording."""
    if MODE != "REPLAY":
        return True
    try:
        asking(way)(verb, url, **sent)
    except RuntimeError as error:
        return str(error) == f"No mock found for {verb.upper()} {UPSTREAM}{url} in REPLAY mode"
    return False


@bp.get("/only-in-replay/<way>")
def only_in_replay(way: str) -> Response:
    """Makes the calls before and after a recorded call."""
    first = call_only_in_replay(way, "get", "/only-in-replay")
    found = fetch(way, "post", "/echo", json={"item": "tea"})
    last = call_only_in_replay(way, "delete", "/only-in-replay")
    return jsonify(found=found, nothing=[first, last])


@bp.get("/nothing-but-in-replay")
def nothing_but_in_replay() -> Response:
    """The request has no recorded call at all."""
    return jsonify(nothing=call_only_in_replay("client", "put", "/nothing-but-in-replay", json=[1]))


@bp.get("/once-more-in-replay")
def once_more_in_replay() -> Response:
    """The call differs from the recorded one only in the method."""
    found = fetch("client", "post", "/count/once-more")
    return jsonify(found=found, nothing=call_only_in_replay("client", "get", "/count/once-more"))
