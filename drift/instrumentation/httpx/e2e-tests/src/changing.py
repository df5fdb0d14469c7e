"""What is another in each run: the clock, calls whose parameters change, and calls that replay alone makes."""

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


class Watch:
    """How far the clock moves on. In replay calls take no time, so that the clock is moved: by another time than has
    gone by on this machine, whose own counter nobody moves."""

    def __init__(self) -> None:
        self._clock, self._own = time.time(), time.perf_counter()

    def moved(self, seconds: float) -> bool:
        by, own = time.time() - self._clock, time.perf_counter() - self._own
        return by > seconds and (MODE != "REPLAY" or abs(by - own) > 0.002)


def as_dated(answer: httpx.Response) -> bool:
    """Whether the clock shows the time at which the answer was made."""
    return abs(time.time() - parsedate_to_datetime(answer.headers["date"]).timestamp()) < 3


@bp.get("/clock/<any(client, async):way>")
def clock(way: str) -> Response:
    """After a call the clock shows the time at which that call was recorded: half a second after the one before it."""
    with opened(way) as (_, ask):
        ask("get", "/users/1")
        watch = Watch()
        slow, answer = ask("get", SLOW), ask("get", "/posts/1")
        return jsonify(shown(slow), shown(answer), watch.moved(0.45), as_dated(answer))


@bp.get("/clock-of-one-call/<any(client, async):way>")
def clock_of_one_call(way: str) -> Response:
    """The clock has moved on by as much as the call took."""
    with opened(way) as (_, ask):
        ask("get", "/users/1")
        watch = Watch()
        ask("get", SLOW)
        return jsonify(moved_on=watch.moved(0.45))


def without_query(answer: httpx.Response) -> dict[str, Any]:
    found = shown(answer)
    return {**found, "url": found["url"].partition("?")[0]}


@bp.get("/query/<way>")
def query(way: str) -> Response:
    """A new id in the query, twice: the answers come in their order."""
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
    """An id that a hook gives to each call, as clients have it whose calls are to be found in a log; the bodies tell
    the calls apart."""

    def name(request: httpx.Request) -> None:
        request.headers["X-Request-Id"] = str(uuid4())

    with client(event_hooks={"request": [name]}) as own:
        return jsonify(in_any_order(lambda n: shown(own.post("/echo", json={"n": n})), (1, 2, 3)))


@bp.get("/json/<way>")
def json_body(way: str) -> Response:
    first = fetch(way, "post", "/echo", json={"at": time.time_ns(), "item": "tea"})
    return jsonify(first, fetch(way, "get", "/echo"))


@bp.get("/form")
def form() -> Response:
    return jsonify(fetch("client", "post", "/echo", data={"id": uuid4().hex, "item": "tea"}))


def as_nothing_answers(way: str, verb: str, url: str, **sent: Any) -> bool:
    """Makes a call in replay alone. Nobody has recorded it, so that nothing may answer it: the SDK has to say so."""
    if MODE != "REPLAY":
        return True
    try:
        asking(way)(verb, url, **sent)
    except RuntimeError as error:
        return str(error) == f"No mock found for {verb.upper()} {UPSTREAM}{url} in REPLAY mode"
    return False


@bp.get("/only-in-replay/<way>")
def only_in_replay(way: str) -> Response:
    """Before the call that was recorded, and after it."""
    first = as_nothing_answers(way, "get", "/only-in-replay")
    found = fetch(way, "post", "/echo", json={"item": "tea"})
    last = as_nothing_answers(way, "delete", "/only-in-replay")
    return jsonify(found=found, nothing=[first, last])


@bp.get("/nothing-but-in-replay")
def nothing_but_in_replay() -> Response:
    """A request of which no call is recorded at all."""
    return jsonify(nothing=as_nothing_answers("client", "put", "/nothing-but-in-replay", json=[1]))


@bp.get("/once-more-in-replay")
def once_more_in_replay() -> Response:
    """A call that was recorded with another verb: near, and not the same."""
    found = fetch("client", "post", "/count/once-more")
    return jsonify(found=found, nothing=as_nothing_answers("client", "get", "/count/once-more"))
