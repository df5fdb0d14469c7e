"""Streams, consumer groups and pub/sub."""

from clients import URL, no_retries, respond, text
from flask import Blueprint, Response
from redis import Redis

pages = Blueprint("messages", __name__)


def _entries(found: list) -> list:
    """Converts a stream's entries to lists, for JSON."""
    return [list(entry) for entry in found]


def _by_stream(found: list) -> list:
    return [[name, _entries(entries)] for name, entries in found]


@pages.get("/streams")
def streams() -> Response:
    text.delete("stream")
    return respond(
        xadd=[text.xadd("stream", {"n": n, "word": word}, id=f"{n}-1") for n, word in enumerate(["a", "ü", ""], 1)],
        xrange=_entries(text.xrange("stream")),
        xrevrange=_entries(text.xrevrange("stream", count=1)),
        xread=_by_stream(text.xread({"stream": "1-1"}, count=1)),
        blocking=_by_stream(text.xread({"stream": "2-1"}, block=1000)),
        xdel=text.xdel("stream", "2-1", "9-9"),
        xtrim=text.xtrim("stream", maxlen=1, approximate=False),
        left=_entries(text.xrange("stream")),
    )


@pages.get("/streams/groups")
def groups() -> Response:
    text.delete("jobs")
    return respond(
        created=text.xgroup_create("jobs", "workers", id="0", mkstream=True),
        xadd=[text.xadd("jobs", {"job": n}, id=f"{n}-0") for n in (1, 2)],
        xreadgroup=_by_stream(text.xreadgroup("workers", "anna", {"jobs": ">"}, count=2)),
        xack=text.xack("jobs", "workers", "1-0", "9-9"),
        xpending=text.xpending("jobs", "workers"),
        details=[
            [row["message_id"], row["consumer"], row["times_delivered"]]
            for row in text.xpending_range("jobs", "workers", min="-", max="+", count=10)
        ],
        xclaim=_entries(text.xclaim("jobs", "workers", "bert", 0, ["2-0"])),
        groups=text.xinfo_groups("jobs"),
        destroy=text.xgroup_destroy("jobs", "workers"),
    )


@pages.get("/streams/taken")
def taken_over() -> Response:
    """One worker claims another's pending entries; then the information about the stream."""
    text.delete("left")
    created = text.xgroup_create("left", "workers", id="$", mkstream=True)
    added = text.xadd("left", {"job": 1}, id="1-0", maxlen=10)
    read = text.xreadgroup("workers", "anna", {"left": ">"}, block=1000)
    next_id, taken, *_ = text.xautoclaim("left", "workers", "bert", min_idle_time=0)
    about = text.xinfo_stream("left")
    return respond(
        created=created,
        xadd=added,
        read=_by_stream(read),
        next_id=next_id,
        taken=_entries(taken),
        consumers=[[each["name"], each["pending"]] for each in text.xinfo_consumers("left", "workers")],
        about=[about["length"], about["groups"], about["last-generated-id"]],
        again=text.xreadgroup("workers", "bert", {"left": "0"})[0][1][0][0],
        nothing=text.xread({"left": "$"}, block=10),
        xlen=text.xlen("left"),
    )


@pages.post("/events")
def add_event() -> Response:
    """The server generates the id from its clock. The application finds the event by that id."""
    number = text.xadd("events", {"kind": "login"})
    found = text.xrange("events", min=number, max=number)
    removed = text.xdel("events", number)
    return respond(same=found[0][0] == number, fields=found[0][1], removed=removed, id=number)


@pages.get("/publish")
def publish() -> Response:
    return respond(
        publish=text.publish("news:nobody", "hello"),
        channels=text.pubsub_channels("news:nobody*"),
        numsub=[list(row) for row in text.pubsub_numsub("news:nobody")],
        numpat=text.pubsub_numpat(),
    )


@pages.get("/subscribe")
def subscribe() -> Response:
    """A subscriber, and a client that keeps a single connection."""
    client = Redis.from_url(URL, decode_responses=True, single_connection_client=True, retry=no_retries())
    with client, client.pubsub() as listener:
        listener.subscribe("news")
        listener.psubscribe("news:*")
        said = [listener.get_message(timeout=5) for _ in range(2)]
        said += [text.publish("news", "hello"), text.publish("news:local", "rain")]
        said += [listener.get_message(timeout=5) for _ in range(2)]
        listener.unsubscribe("news")
        said.append(listener.get_message(timeout=5))
        return respond(said=said)
