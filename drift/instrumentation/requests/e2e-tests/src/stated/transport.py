"""What the requests of ../transport.py state."""

from __future__ import annotations

from typing import Any

from e2e_common.requester import Api
from stated.words import JSON, echoed, fetched, post, sender


def requests(api: Api) -> None:
    """Send them all."""
    send = sender(api, "transport")
    adapters = {
        "answers": [_adapted("usual", "upstream"), _adapted("special", "special")],
        "found": "special",
        "mounted": ["/echo?special", "", "https://", "http://"],
    }
    send("adapters", "adapters", adapters, 2)
    memory = {**fetched("memory://shop/items?id=1", reason="Fine"), "headers": JSON}
    memory.update({"length": False, "body": {"from": "memory"}})
    send("adapter without a network", "in-memory", memory)
    send("port that is no number", "odd-port", {"from": "memory"})
    send("what an adapter is asked for", "seen-by-the-adapter", ["memory://shop/items", "closed"])
    retried = [
        fetched("/flaky/requests-get/2", name="requests-get", asked=3),
        fetched("/flaky/requests-post/1", name="requests-post", asked=2),
    ]
    again = ["GET /flaky/requests-get/2", "GET /flaky/requests-get/2", "POST /flaky/requests-post/1"]
    send("retries", "retried", retried, 2, reached=again)
    found = {"told": fetched("/flaky/requests-history/2", name="requests-history", asked=3), "history": [503, 503]}
    send("retries of an answer", "retries-of-an-answer", found, reached=["GET /flaky/requests-history/2"] * 2)
    send("small pool", "pools", [post(1), post(2), post(3)], 3)
    asked = ("request", "session", "environment")
    echoes = [echoed("GET", name, query={name: [""]}) for name in asked]
    shop = [{**echo, "url": f"http://shop.example{echo['url']}"} for echo in echoes]
    send("proxy", "proxy", shop, 3, reached=["GET http://shop.example/echo"] * 3)
    send("proxy that is not used", "no-proxy", [post(1), post(2)], 2)
    send("certificates without TLS", "certificates", [post(1), post(2), post(3)], 3)
    direct = [200, "/posts/1", post(1)["headers"], post(1)["body"]]
    both: dict[str, Any] = {"direct": direct, "requests": post(1)}
    send("urllib3 beside it", "urllib3", both, other={"urllib3": 1})


def _adapted(name: str, by: str) -> dict[str, Any]:
    answer = echoed("GET", name, query={name: [""]}, headers={"X-Adapter": by})
    answer["headers"]["X-Adapted"] = by
    return answer
