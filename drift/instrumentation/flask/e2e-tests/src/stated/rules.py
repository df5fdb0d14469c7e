"""What the requests of ../rules.py state: what a rule leaves out (`recorded="rule"`) and refuses (`refused`), too."""

from __future__ import annotations

import json
from typing import Any

from e2e_common.requester import Api
from stated.incoming import digest
from stated.words import echoed, heading

CARD = {"X-Card": "4000 1234"}


def _seen(sent: Any, body: bytes) -> dict[str, Any]:
    return {"sent": sent, **digest(body)}


def requests(api: Api) -> None:
    """Send them all."""
    api.get(
        "/rules/left-out",
        name="left out by a rule",
        body="Post 1, Post 2, in a span: False",
        calls={"requests": 2},
        recorded="rule",
    )
    api.get(
        "/rules/not-sampled",
        name="left out by sampling",
        body="Post 1, Post 2, in a span: False",
        calls={"requests": 2},
        recorded="sampling",
    )
    api.get("/rules/masked-header", name="masked header", send_headers=CARD, body={"length": 9, "card": "4000 1234"})
    api.get("/rules/kept-length", name="length of a masked header", send_headers=CARD, body={"length": 9})
    sent = {"user": {"name": "Ada"}, "items": [1]}
    api.post("/rules/replaced-field", name="replaced field", json=sent, body=_seen(sent, json.dumps(sent).encode()))
    api.post(
        "/rules/replaced-field",
        name="rule about JSON, and bytes sent",
        data=b"\xff\xfe",
        body=_seen(None, b"\xff\xfe"),
    )
    api.post(
        "/rules/replaced-field",
        name="rule about JSON, and no such field",
        json={"items": [1]},
        body=_seen({"items": [1]}, b'{"items": [1]}'),
    )
    api.post(
        "/rules/replaced-field",
        name="rule about JSON, and text sent",
        data="no JSON",
        body=_seen(None, b"no JSON"),
    )
    api.get(
        "/rules/call-with-secret",
        name="redacted header of a call",
        body=echoed(headers={"X-Secret": "s3same", "X-Open": "yes"}),
        calls={"requests": 1},
        inexact={"$.headers.X-Secret": 1},  # the rule has redacted what is recorded of the header
    )
    api.get(
        "/rules/call-with-masked-answer",
        name="masked answer of a call",
        body={"as_ruled": True, **heading(Content_Type="text/plain; charset=utf-8", Content_Length=None)},
        calls={"requests": 1},
    )
    api.get(
        "/rules/call-left-out",
        name="call left out by a rule",
        body={"as_ruled": True},
        calls={"requests": 1},
        refused=1,
    )
