"""What the requests of ../rules.py state. A call that a rule forbids is stated (`refused`), and what a rule changes is
seen in the answers: both turn red as soon as the rule is no longer followed."""

from __future__ import annotations

from e2e_common.requester import Api
from stated.words import JSON, echoed, fetched, heading, in_parts, post, sender


def requests(api: Api) -> None:
    """Send them all."""
    send = sender(api, "rules")
    secret = echoed(headers={"X-Secret": "s3same", "X-Open": "yes"})
    send("redacted header", "redacted-header", secret, inexact={"$.headers.X-Secret": 1})
    send("masked answer", "masked-answer", {"heading": in_parts("/lines/7"), "as_ruled": True})
    send("masked query", "masked-query", fetched("/users/1?token=t0ken", id=1, name="Ada"))
    unmasked = [
        fetched("/users/2?token=t0ken", id=2, name="Grace"),
        fetched("/users/1?tokens=t0ken", id=1, name="Ada"),
    ]
    send("query that no rule masks", "open-query", unmasked, 2)
    send("call left out", "left-out", {"as_ruled": True}, refused=1)
    made = echoed("POST", headers=JSON, text='{"item": "tea"}')
    send("request left out", "request-left-out", {"post": post(1), "made": made}, 2, recorded="rule")
    not_left_out = {"get": post(98), "head": heading("/posts/99", headers=JSON)}
    send("calls that no rule leaves out", "not-left-out", not_left_out, 2)
