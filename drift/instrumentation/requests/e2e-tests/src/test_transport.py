from typing import Any

from test_wire import echoed, fetched, post

from e2e_common.record.client import Api
from e2e_common.services.upstream.answers import JSON


def requests(api: Api) -> None:
    adapters = {
        "answers": [_adapted("usual", "upstream"), _adapted("special", "special")],
        "found": "special",
        "mounted": ["/echo?special", "", "https://", "http://"],
    }
    api.get("/transport/adapters", "mounted adapters", adapters, requests=2)
    memory = {**fetched("memory://shop/items?id=1", reason="Fine"), "headers": JSON}
    memory.update({"length": False, "body": {"from": "memory"}})
    api.get("/transport/in-memory", "in-memory adapter", memory)
    api.get("/transport/odd-port", "port that is not a number", {"from": "memory"})
    api.get("/transport/seen-by-the-adapter", "requests seen by an adapter", ["memory://shop/items", "closed"])
    retried = [
        fetched("/flaky/requests-get/2", name="requests-get", asked=3),
        fetched("/flaky/requests-post/1", name="requests-post", asked=2),
    ]
    again = ["GET /flaky/requests-get/2", "GET /flaky/requests-get/2", "POST /flaky/requests-post/1"]
    api.get("/transport/retried", "retries of an adapter", retried, requests=2, reached=again)
    found = {"told": fetched("/flaky/requests-history/2", name="requests-history", asked=3), "history": [503, 503]}
    again = ["GET /flaky/requests-history/2"] * 2
    api.get("/transport/retries-of-an-answer", "history of retries", found, reached=again)
    api.get("/transport/pools", "connection pool of one", [post(1), post(2), post(3)], requests=3)
    echoes = [echoed("GET", name) for name in ("request", "session", "environment")]
    shop = [{**echo, "url": f"http://shop.example{echo['url']}"} for echo in echoes]
    api.get("/transport/proxy", "proxies", shop, requests=3, reached=["GET http://shop.example/echo"] * 3)
    api.get("/transport/no-proxy", "NO_PROXY and trust_env=False", [post(1), post(2)], requests=2)
    api.get("/transport/certificates", "verify and cert without TLS", [post(1), post(2), post(3)], requests=3)
    direct = [200, "/posts/1", post(1)["headers"], post(1)["body"]]
    both: dict[str, Any] = {"direct": direct, "requests": post(1)}
    api.get("/transport/urllib3", "urllib3 used directly", both, calls={"urllib3": 1})


def _adapted(name: str, by: str) -> dict[str, Any]:
    response = echoed("GET", name, headers={"X-Adapter": by})
    response["headers"]["X-Adapted"] = by
    return response
