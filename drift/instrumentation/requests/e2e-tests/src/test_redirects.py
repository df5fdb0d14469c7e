from typing import Any

from test_wire import echoed, failed, heading, ordered

from e2e_common.record.client import Api, matches
from e2e_common.services.upstream.answers import TEXT


def requests(api: Api) -> None:
    reasons = {301: "Moved", 302: "Found", 303: "See Other", 307: "Temporary Redirect", 308: "Permanent Redirect"}
    asked = [ordered("", status, reason, Location="/echo") for status, reason in reasons.items()]
    api.get("/redirects/not-followed", "allow_redirects=False", asked, requests=5)
    stay = ordered(matches("stay live-[0-9a-f]{12}"), 302, "Found")
    api.get("/redirects/not-to-anywhere", "redirect without Location", [stay, 0])
    history = [[302, "/redirect/2"], [302, "/redirect/1"]]
    followed = _followed(history, "from=redirect", headers={"X-Client": "own"})
    api.get("/redirects/followed", "followed redirects", followed, requests=3)
    for status in reasons:
        kept: dict[str, Any] = {"verb": "POST", "text": "body"} if status > 303 else {}
        again = _followed([[status, "/answer"]], **kept)
        api.get(f"/redirects/post/{status}", f"redirect {status} of a POST", again, requests=2)
    elsewhere = _followed([[302, "/answer"]], headers={"X-Client": "own"})
    api.get("/redirects/elsewhere", "redirect to another host", {**elsewhere, "url": "localhost"}, requests=2)
    api.get("/redirects/fragment", "fragment across a redirect", ["/echo#mine", "/echo#its"], requests=4)
    basket = _followed([[302, "/answer"]], headers={"Cookie": "basket=tea"})
    api.get("/redirects/cookies", "cookie set by a redirect", basket, requests=2)
    following = {"next": "/echo?from=redirect", "then": {"from": ["redirect"]}}
    api.get("/redirects/next", "response.next of a redirect", following, requests=2)
    headers = {**TEXT, "Location": "/echo?from=redirect"}
    found: dict[str, Any] = {"encoding": "utf-8", "length": True, "body": "moved\n"}
    moved = {**heading("/redirect/1", 302, "FOUND", headers=headers), **found}
    last = echoed("GET", "from=redirect")
    api.get("/redirects/by-hand", "redirect followed by its Location", [moved, last], requests=2)
    first = {**heading("/redirect/2", 302, "FOUND", headers={**headers, "Location": "/redirect/1"}), **found}
    api.get("/redirects/targets", "get_redirect_target()", [first, moved, last], requests=3)
    api.get("/redirects/resolved", "resolve_redirects()", {"first": moved, "then": [last]}, requests=2)
    api.get("/redirects/too-many", "too many redirects", failed("TooManyRedirects", response=302), requests=3)
    api.get("/redirects/hooks", "hooks of a redirect", ["/redirect/1", "/echo?from=redirect"], requests=2)


def _followed(history: list[Any], asked: str = "", *, verb: str = "GET", **came: Any) -> dict[str, Any]:
    return {**echoed(verb, asked, **came), "history": history}
