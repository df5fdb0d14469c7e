"""What goes out."""

from __future__ import annotations

import json
from typing import Any

from e2e_common.requester import matches
from stated.words import BYTES, CLOSE, JSON, TEXT, Send, in_text, post, with_reason

NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def table(rows: int) -> list[dict[str, Any]]:
    return [{"number": number, "square": number**2, "word": NUMBERS[number % 10]} for number in range(rows)]


def requests(send: Send) -> None:
    bodies(send)
    streams(send)
    others(send)


def bodies(send: Send) -> None:
    send("response model", "/accounts/ada", {"name": "ada"}, headers=JSON)
    for name, shown in {"ada": {"name": "ada"}, "zoe": {"name": "zoe", "nickname": None}}.items():
        send(f"response model, what was set of {name}", f"/accounts/{name}/set", shown)
    values = {"at": "2024-02-29T12:30:00Z", "lasts": "PT1H30M", "price": "9.990"}
    rest = {"id": "00000000-0000-0000-0000-000000000007", "letters": ["a"], "data": "tea", "none": None}
    send("values of every type", "/values", {**values, **rest})
    other = "00000000-0000-0000-0000-000000000008"
    sent = {"values": {**values, **rest}, "kept": {other: "P1DT1H"}}
    found = {"values": sent["values"], "later": {other: "2024-03-01T13:30:00+00:00"}, "double": "19.980"}
    send("values of every type, in and out", "/values", found, method="POST", json=sent)
    models(send)
    scalars = {"null": None, "number": 7, "text": '"Grüß Gott"', "list": [1, [2, [3]]]}
    for kind, value in scalars.items():
        send(f"JSON {kind}", f"/scalar/{kind}", value, headers=JSON)
    send("text", "/plain", "plain, with an ü and a ✓\n", headers=TEXT)
    send("Latin-1 text", "/latin-1", "déjà vu".encode("latin-1"))
    send("bytes", "/bytes", BYTES, headers={"Content-Type": "application/x-bytes"})
    send("no content type", "/untyped", b"no type at all")
    send(
        "file",
        "/file",
        "Roses are red,\nviolets are blue,\nnaïve, über, ✓.\n",
        headers={"Content-Length": "53", **TEXT},
    )
    big = len(json.dumps(table(2000), separators=(",", ":")))
    send("100 kB answer", "/large?rows=2000", table(2000), headers={"Content-Length": str(big)})
    send("no content", "/empty", expect=204)
    send("202", "/accepted", {"accepted": True}, expect=202)
    two = matches("one=1; Path=/; SameSite=strict, two=2; Path=/two; SameSite=lax")
    send(
        "headers and cookies of an answer",
        "/answer-headers",
        {"headers": 2},
        headers={"X-Answer": "of the handler", "Set-Cookie": two},
    )


def models(send: Send) -> None:
    new = {"sender": "ada", "weight": 1.5}
    send("dataclass", "/parcels", {**new, "stamps": [3, 5]}, method="POST", json={**new, "stamps": [3]})
    put: dict[str, Any] = {"method": "PUT", "json": new}
    made: dict[str, Any] = {"expect": 201, "headers": {"Location": "/parcels/zoe"}}
    send("status changed", "/parcels/zoe", {**new, "stamps": []}, **put, **made)
    send("status not changed", "/parcels/ada", {**new, "stamps": []}, **put)


def streams(send: Send) -> None:
    send("streamed answer", "/stream/sync", "".join(f"{number}\n" for number in NUMBERS), headers=TEXT)
    lines = "".join(f'{{"number": "{number}"}}\n' for number in NUMBERS)
    send(
        "streamed answer, async",
        "/stream/async",
        lines,
        headers={"Content-Type": "application/x-ndjson", "X-Lines": "10"},
    )
    called = matches("".join(f"{in_text(with_reason(post(number)))}\n" for number in (1, 2)))
    send("calls while it answers", "/stream/calls", called, requests=2)
    passed_on = matches("line 1\nline 2\nline 3\nlive-[0-9a-f]{12}\n")
    send("streamed answer, passed on", "/stream/passed-on", passed_on, headers=TEXT, httpx=1)
    events = "".join(f"event: count\ndata: {number}\n\n" for number in NUMBERS[:3])
    send("server-sent events", "/events", events)


def others(send: Send) -> None:
    send("HTML answer", "/html", "<h1>Hello</h1>", recorded="type")
    send("redirect", "/moved", expect=307, headers={"Location": "/items"}, replayed=False)
    send("answer over a mebibyte", "/over-a-mebibyte", "0123456789abcdef" * 65536, recorded="size")
    send(
        "404",
        "/missing",
        {"detail": {"what": "no such thing"}},
        expect=404,
        headers={"X-Error": "yes"},
        recorded="status",
    )
    send(
        "500 by exception",
        "/broken",
        "Internal Server Error",
        expect=500,
        headers={"X-Stamp": None},
        send_headers=CLOSE,
        recorded="status",
        errors=["ZeroDivisionError: on purpose"],
    )


def last(send: Send) -> None:
    """Its calls begin when it is answered already: were there another request after it, they would be in its time."""
    send("background tasks", "/background", {"answered": "before its tasks"}, requests=1, httpx=1)
