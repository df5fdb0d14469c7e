"""What the requests of ../outgoing.py state: what goes out."""

from __future__ import annotations

from e2e_common.requester import Api, matches
from stated.words import BINARY, JSON, NUMBERS, TEXT, in_text, post

MIB = 1024 * 1024


def requests(api: Api) -> None:
    """Send them all."""
    api.get(
        "/shop/price/10.5",
        name="blueprint and hooks",
        headers={"X-Steps": "before shop.price, handler, after"},
        body={"amount": 10.5, "gross": 12.6, "steps": ["before shop.price", "handler"]},
    )
    _kinds(api)
    _refused(api)
    api.get(
        "/report?reader=Ada",
        name="calls while it streams",
        headers=TEXT,
        body=matches("".join(f"for Ada: {in_text(post(number))}\n" for number in (1, 2))),
        calls={"requests": 2},
    )
    api.get("/afterwards", name="call after the answer", body="done", background=1)


def _kinds(api: Api) -> None:
    api.get("/text", headers=TEXT, body="plain, with an ü and a ✓\n")
    api.get("/latin-1", name="non-UTF-8 answer", body="déjà vu".encode("latin-1"))
    api.get("/bytes", name="every byte", headers={"Content-Type": "application/x-bytes"}, body=BINARY)
    api.get("/null", name="null", headers=JSON, body=None)
    api.get("/compressed", headers={"Content-Encoding": "gzip"}, body={"compressed": True})
    api.get(
        "/two-cookies",
        name="two cookies, and a reason of its own",
        expect=299,
        headers={"Set-Cookie": "one=1; Path=/, two=2; Path=/"},
        body="two",
    )
    api.get("/stream", name="streamed answer", headers=TEXT, body="".join(f"{number}\n" for number in NUMBERS))
    api.get("/file", name="file", headers={"Content-Length": "1000", **TEXT}, body="0123456789" * 100)
    api.get(
        "/file",
        name="part of a file",
        send_headers={"Range": "bytes=5-14"},
        expect=206,
        headers={"Content-Range": "bytes 5-14/1000"},
        body="5678901234",
    )
    api.get(
        "/large",
        name="100 kB answer",
        body={
            "rows": [{"number": number, "square": number**2, "word": NUMBERS[number % 10]} for number in range(2000)]
        },
    )
    api.get("/empty", expect=204)


def _refused(api: Api) -> None:
    """What the SDK does not record, or no CLI replays."""
    api.get("/larger", name="1 MiB answer", body="x" * MIB, recorded="size")
    api.get("/html", name="HTML answer", body="<h1>Hello</h1>", recorded="type")
    api.get("/moved", name="redirect", expect=302, headers={"Location": "/items"}, body="moved\n", replayed=False)
    api.get("/missing", name="404 by abort", expect=404, body={"error": "no such thing"}, recorded="status")
    api.get("/broken", name="500 by exception", expect=500, body={"error": "on purpose"}, recorded="status")
