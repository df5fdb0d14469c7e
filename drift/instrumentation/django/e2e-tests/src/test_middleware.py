from test_calls import fetched_httpx, user

from e2e_common.requester import Api
from e2e_common.upstream_answers import weather


def steps(*of_the_view: str, asynchronous: bool = True) -> list[str]:
    """What the project's middleware did up to the view. Through ASGI it is async, whatever the view is."""
    return ["steps in", "doorkeeper in", "clock in", *["clock is async"] * asynchronous, *of_the_view]


def requests(api: Api) -> None:
    start = {"owner": user(1), "weather": fetched_httpx("/weather?city=Bonn", **weather("Bonn"))}
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
            requests=1,
            wsgi=wsgi,
        ).answers({"closed": True, "method": "GET", "caller": user(1)})
        api.get(
            "/shop/audited",
            "calls of the middleware",
            send_headers={"Authorization": "Bearer grace"},
            headers={"X-Audit": "201"},
            requests=1,
            httpx=1,
            wsgi=wsgi,
        ).answers({"caller": user(2), "reversed": "/shop/closed", "audit": audit})
        before = steps(f"view {prefix}refused []", "exception Refused", asynchronous=not wsgi)
        api.get("/refused", "exception made an answer", {"refused": "by the view", "steps": before}, wsgi=wsgi)
    before = steps("view async/refused []", "exception Refused")
    api.get(
        "/async/refused", "exception of an async view made an answer", {"refused": "by the async view", "steps": before}
    )
