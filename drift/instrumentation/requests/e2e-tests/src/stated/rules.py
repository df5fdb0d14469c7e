"""What the requests of ../rules.py state. What a rule leaves out or changes on purpose is a row of known_failures.yaml,
which is an error as soon as the rule is no longer followed."""

from __future__ import annotations

from e2e_common.requester import Api
from stated.words import echoed, fetched, in_parts, sender


def requests(api: Api) -> None:
    """Send them all."""
    send = sender(api, "rules")
    send("redacted header", "redacted-header", echoed(headers={"X-Secret": "s3same", "X-Open": "yes"}))
    send("masked answer", "masked-answer", {"heading": in_parts("/lines/7"), "as_ruled": True})
    send("masked query", "masked-query", fetched("/users/1?token=t0ken", id=1, name="Ada"))
    send("call left out", "left-out", {"as_ruled": True})
