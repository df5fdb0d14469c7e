"""What the requests of ../unseen.py state: the clock, and what no instrumentation sees."""

from __future__ import annotations

from e2e_common.requester import Api, matches


def requests(api: Api) -> None:
    """Send them all."""
    api.get(
        "/leak",
        name="raw socket",
        body={"leaked": True},
        expect_unpatched={"connect": 1, "sendall": 1},
        leaks=["upstream: GET /weather?city=Rome"],
    )
    api.get("/clock", name="clock", body={"second": matches("[a-z]+-[a-z]+")}, early_in_second=True)
    datagrams = {"first": "a:1|c", "sent": 6, "rest": ["b:ž|c", "c:3|c"], "answer": "three"}
    api.get("/datagrams", name="datagrams", body=datagrams)
    api.get("/socket-pair", name="pair of sockets", body={"read": ["one way", "the other"]})
