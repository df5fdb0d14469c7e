from typing import Any

from test_outside import CLIENTS, comments, echoed, fetched, post, user

from e2e_common.record.client import Api
from e2e_common.services.upstream.answers import JSON

ADA = {"Authorization": "Basic YWRhOnNlY3JldA=="}
GRACE = {"Authorization": "Basic Z3JhY2U6cw=="}


def options(api: Api) -> None:
    base = [comments(2), comments(1), "/posts/", user(1)]
    kept = {"basket": "tea"}
    limits = [[user(number), "HTTP/1.1"] for number in (1, 2, 3)]
    for way in CLIENTS:
        api.get(f"/clients/defaults/{way}", f"defaults of a client, {way}", _defaults(), httpx=3)
        api.get(f"/clients/base-url/{way}", f"base URL, {way}", base, httpx=3)
        api.get(f"/clients/cookie-jar/{way}", f"cookie jar, {way}", [kept, kept], httpx=2)
        api.get(f"/clients/limits/{way}", f"limits and time-outs, {way}", limits, httpx=3)
    changed = [
        echoed(url="/echo?page=1", headers={"X-First": "1"}),
        echoed(headers={"X-Second": "2", "Cookie": "theme=dark", "Authorization": "Basic YWRhOg=="}),
        post(2),
    ]
    api.get("/clients/changed", "client changed between calls", changed, httpx=3)
    for when in ("once", "again"):
        api.get(f"/clients/kept/{when}", f"client kept between requests, {when}", [when, post(1), post(1)], httpx=2)
    own = [echoed("POST", text="four", headers={"X-Own": "POST 4"}), user(3)]
    api.get("/clients/own", "subclass of Client", own, httpx=2)


def _defaults() -> list[dict[str, Any]]:
    own = {"X-Of": "the client", "Accept": "application/json", "Cookie": "theme=dark"}
    both = {**own, "X-Both": "of the client"}
    return [
        echoed(url="/echo?page=1&size=9&q=2", headers={**own, **ADA, "X-Both": "of the call"}),
        echoed("POST", "/echo?page=1&size=5", text="{}", headers={**both, **JSON}),
        echoed(url="/echo?page=1&size=5", headers={**both, **GRACE}),
    ]


def sent_by_hand(api: Api) -> None:
    moved = "/echo?from=redirect"
    by_hand = {
        "auth": (fetched("/private", user="grace"), fetched("/private", user="ada")),
        "redirects": (echoed(url=moved, headers=GRACE, hops=1), echoed(url=moved, hops=1)),
    }
    for what, (given, of_client) in by_hand.items():
        path, followed = f"/clients/sent-by-hand/{what}", ["GET /echo"] if what == "redirects" else []
        api.get(f"{path}/told", f"send() with {what}", given, httpx=1, reached=followed)
        for way in CLIENTS:
            api.get(f"{path}/{way}", f"send() with {what} of the client, {way}", of_client, httpx=1)


def ways(api: Api) -> None:
    through = [user(1), user(2), user(3)]
    for response in through[:2]:
        response["url"] = f"http://shop.example{response['url']}"
    by_proxy = [f"GET http://shop.example/users/{user}" for user in (1, 2)]
    api.get("/clients/proxy", "proxies", through, httpx=3, reached=by_proxy)
    api.get("/clients/traced", "trace extension", {"name": "Ada", "sent": True}, httpx=1)
