"""What the requests of ../connections.py state: connections, the server, errors."""

from __future__ import annotations

from e2e_common.requester import Api, matches
from stated.words import CONNECTED, WRONG_TYPE, Raised, answer


def requests(api: Api) -> None:
    """Send them all."""
    api.get(
        "/catalogue",
        name="catalogue loaded at the start",
        body=answer(catalogue=[1200000, b"0123456789ab0123456789ab"]),
    )
    api.get(
        "/pools",
        name="connection pools",
        body=answer(set=True, shared=[b"\xc3\xbc", b"\xc3\xbc"], waiting="ü", owned=1),
        calls={"redis": 5},
    )
    api.get(
        "/pools/single",
        name="client with one connection",
        body=answer(set=True, get="ü"),
        calls={"redis": 2},
        expect_unpatched={"connect": 1, "sendall": 1},
        leaks=[f"redis: {CONNECTED}"],
    )
    api.get(
        "/options",
        name="connection options",
        body=answer(first=[True, b"in 0"], other=[True, b"in 13"], named="options", latin=[True, "é"], raw=b"\xe9"),
        calls={"redis": 8},
    )
    api.get(
        "/options/more",
        name="more connection options",
        body=answer(in_11=[True, "café"], replaced="caf\ufffd\ufffd"),
        calls={"redis": 3},
    )
    api.get(
        "/protocol-3",
        name="RESP3",
        body=answer(hgetall={"a": "1"}, zadd=2, zrange=[["ada", 1.5], ["bob", 2.0]], zscore=1.5),
        calls={"redis": 6},
    )
    api.get(
        "/server",
        name="server",
        body=answer(
            ping=True,
            role="master",
            expired="int",
            client_id=True,
            user="default",
        ),
        calls={"redis": 5},
    )
    api.get(
        "/server/last-save",
        name="datetime",
        body=answer(type="datetime", text=matches(r"'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d'")),
        calls={"redis": 1},
    )
    api.get(
        "/raw",
        name="raw commands",
        body=answer(set=True, get=b"x", two_words=b"embstr", price="costs b'x'"),
        calls={"redis": 4},
    )
    api.get("/threads", name="threads", body=answer(mset=True, found=["0", "1", "2"]), calls={"redis": 4})
    api.post(
        "/jobs",
        name="job beside the request",
        body=answer(done=[b"done", b"too"], of_cluster="as well"),
        calls={"redis": 2},
    )
    api.post(
        "/threads/alone",
        name="thread without context",
        body=answer(get=None, rpush=1, ttl=-1, lrange=[], exists=0, up=1, down=-1, getex=None),
        background=9,
    )
    api.get("/memoryview", name="memoryview", body=answer(set=True, get=b"bytes"), calls={"redis": 2})
    api.get(
        "/errors/wrong-type",
        name="wrong type",
        body=answer(error=Raised("ResponseError", WRONG_TYPE), get=b"text"),
        calls={"redis": 3},
    )
    api.get(
        "/errors/no-value",
        name="values refused",
        body=answer(
            none=Raised(
                "DataError", "Invalid input of type: 'NoneType'. Convert to a bytes, string, int or float first."
            ),
            true=Raised("DataError", "Invalid input of type: 'bool'. Convert to a bytes, string, int or float first."),
            nothing="IndexError",
        ),
        calls={"redis": 3},
    )
    api.get("/errors/refused", name="connection refused", body=answer(error="ConnectionError"), calls={"redis": 1})
