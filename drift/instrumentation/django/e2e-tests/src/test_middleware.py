"""What the requests of middleware.py, shop.py and start.py state."""

from words import fetched, fetched_httpx, steps

from e2e_common.requester import Api
from e2e_common.upstream_answers import user


def requests(api: Api) -> None:
    owner = fetched("/users/1", **user(1))
    start = {"owner": owner, "weather": fetched_httpx("/weather?city=Bonn", city="Bonn", celsius=12)}
    api.get("/settings", "asked for at the start", start)
    audit = fetched_httpx("/users", 201, id=4, name="audit")
    for wsgi in (False, True):
        prefix = "wsgi/" if wsgi else ""
        of_the_view = f"view {prefix}shop/price/<int:amount>/<str:currency> ['amount', 'currency']"
        before = steps(of_the_view, asynchronous=not wsgi)
        api.get(
            "/shop/price/10/EUR",
            "included URLconf and middleware",
            headers={"X-Steps": ", ".join([*before, "doorkeeper out", "steps out"])},
            wsgi=wsgi,
        ).answers(
            amount=10,
            currency="EUR",
            gross=12.0,
            view=f"{'wsgi:' * wsgi}shop:price",
            route=f"{prefix}shop/price/<int:amount>/<str:currency>",
            steps=before,
        )
        api.get(
            "/shop/closed",
            "call of the middleware, and its answer",
            send_headers={"Authorization": "Bearer ada"},
            headers={"X-Steps": "steps in, doorkeeper in, doorkeeper out, steps out"},
            calls={"requests": 1},
            wsgi=wsgi,
        ).answers({"closed": True, "method": "GET", "caller": owner})
        api.get(
            "/shop/audited",
            "calls of the middleware",
            send_headers={"Authorization": "Bearer grace"},
            headers={"X-Audit": "201"},
            calls={"requests": 1, "httpx": 1},
            wsgi=wsgi,
        ).answers({"caller": fetched("/users/2", **user(2)), "reversed": "/shop/closed", "audit": audit})
        before = steps(f"view {prefix}refused []", "exception Refused", asynchronous=not wsgi)
        api.get("/refused", "exception made an answer", {"refused": "by the view", "steps": before}, wsgi=wsgi)
    before = steps("view async/refused []", "exception Refused")
    api.get(
        "/async/refused", "exception of an async view made an answer", {"refused": "by the async view", "steps": before}
    )
