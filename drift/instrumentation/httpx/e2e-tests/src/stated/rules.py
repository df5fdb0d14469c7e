"""What the requests of ../rules.py state. A call that a rule forbids is stated as refused, which is an error
as soon as the rule is no longer followed; what is wrong with such rules in replay is in known_failures.yaml."""

from __future__ import annotations

from stated.words import CLIENTS, PLAIN, Send, echoed, fetched, plainly


def requests(send: Send) -> None:
    """Send them all."""
    seen = echoed(headers={"X-Secret": "s3same", "X-Open": "yes"})
    redacted = {"$.headers.x-secret": 3}
    send("redacted header of a call", "/rules/secret-header", [seen] * 3, httpx=3, inexact=redacted)
    masked = {**plainly("/lines/2", content_type=PLAIN), "as_ruled": True, "size": 32}
    send("masked answer", "/rules/masked-answer", masked, httpx=1)
    replaced = {**fetched("/posts/9", id=9, author=1), "as_ruled": True}
    send("replaced field of an answer", "/rules/replaced-field", replaced, httpx=1)
    url = "/target/query?key=s3same&open=yes"
    send("masked query of a call", "/rules/secret-in-query", fetched(url, target=url, path="query"), httpx=1)
    for way in CLIENTS:
        send(f"call left out by a rule, {way}", f"/rules/left-out/{way}", {"as_ruled": True}, httpx=1, refused=1)
