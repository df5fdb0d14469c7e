"""What the requests of ../redirects.py state."""

from __future__ import annotations

from typing import Any

from e2e_common.requester import Api, matches
from stated.words import TEXT, echoed, failed, heading, ordered, sender


def requests(api: Api) -> None:
    """Send them all."""
    send = sender(api, "redirects")
    reasons = {301: "Moved", 302: "Found", 303: "See Other", 307: "Temporary Redirect", 308: "Permanent Redirect"}
    asked = [ordered("", status, reason, Location="/echo") for status, reason in reasons.items()]
    send("redirects not followed", "not-followed", asked, 5)
    stay = ordered(matches("stay live-[0-9a-f]{12}"), 302, "Found")
    send("redirect to nowhere", "not-to-anywhere", [stay, 0])
    history = [[302, "/redirect/2"], [302, "/redirect/1"]]
    followed = _followed(history, "from=redirect", query={"from": ["redirect"]}, headers={"X-Client": "own"})
    send("redirects", "followed", followed, 3)
    for status in (301, 302, 303):
        send(f"redirect {status} of a POST", f"post/{status}", _followed([[status, "/answer"]]), 2)
    for status in (307, 308):
        again = _followed([[status, "/answer"]], verb="POST", text="body")
        send(f"redirect {status} of a POST", f"post/{status}", again, 2)
    elsewhere = _followed([[302, "/answer"]], headers={"X-Client": "own"})
    send("redirect to another host", "elsewhere", {**elsewhere, "url": "localhost"}, 2)
    send("fragment over a redirect", "fragment", ["/echo#mine", "/echo#its"], 4)
    send("cookie of a redirect", "cookies", _followed([[302, "/answer"]], headers={"Cookie": "basket=tea"}), 2)
    send("next of a redirect", "next", {"next": "/echo?from=redirect", "then": {"from": ["redirect"]}}, 2)
    headers = {"Content-Type": TEXT, "Location": "/echo?from=redirect"}
    found: dict[str, Any] = {"encoding": "utf-8", "length": True, "body": "moved\n"}
    moved = {**heading("/redirect/1", 302, "FOUND", headers=headers), **found}
    last = echoed("GET", "from=redirect", query={"from": ["redirect"]})
    send("redirect followed by hand", "by-hand", [moved, last], 2)
    first = {**heading("/redirect/2", 302, "FOUND", headers={**headers, "Location": "/redirect/1"}), **found}
    send("redirects followed to their targets", "targets", [first, moved, last], 3)
    send("redirect resolved by a session", "resolved", {"first": moved, "then": [last]}, 2)
    send("too many redirects", "too-many", failed("TooManyRedirects", answer=302), 3)
    send("hooks of a redirect", "hooks", ["/redirect/1", "/echo?from=redirect"], 2)


def _followed(history: list[Any], asked: str = "", *, verb: str = "GET", **came: Any) -> dict[str, Any]:
    return {**echoed(verb, asked, **came), "history": history}
