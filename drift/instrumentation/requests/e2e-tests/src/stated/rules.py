"""What the requests of ../rules.py state. A call that a rule forbids is stated (`refused`), and what a rule changes is
seen in the answers: both turn red as soon as the rule is no longer followed."""

from __future__ import annotations

from e2e_common.requester import Api
from stated.words import JSON, echoed, fetched, heading, in_parts, post, sender


def requests(api: Api) -> None:
    """Send them all."""
    send = sender(api, "rules")
    send("redacted header", "redacted-header", echoed(headers={"X-Secret": "s3same", "X-Open": "yes"}))
    send("masked answer", "masked-answer", {"heading": in_parts("/lines/7"), "as_ruled": True})
    send("masked query", "masked-query", fetched("/users/1?token=t0ken", id=1, name="Ada"))
    unmasked = [
        fetched("/users/2?token=t0ken", id=2, name="Grace"),
        fetched("/users/1?tokens=t0ken", id=1, name="Ada"),
    ]
    send("query that no rule masks", "open-query", unmasked, 2)
    send("call left out", "left-out", {"as_ruled": True}, refused=1)
    not_left_out = {"get": post(98), "head": heading("/posts/99", headers=JSON)}
    send("calls that no rule leaves out", "not-left-out", not_left_out, 2)
