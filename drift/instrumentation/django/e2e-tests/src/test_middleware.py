from test_calls import fetched_httpx, user

from e2e_common.record.client import Api
from e2e_common.services.upstream.answers import weather


def steps(*of_the_view: str, asynchronous: bool = True) -> list[str]:
    """Returns the middleware's steps up to the view. Through ASGI the middleware is async, even if the view is sync."""
    return ["steps in", "doorkeeper in", "clock in", *["clock is async"] * asynchronous, *of_the_view]


def requests(api: Api) -> None:
    start = {"owner": user(1), "weather": fetched_httpx("/weather?city=Bonn", **weather("Bonn"))}
    api.get("/settings", "calls at startup", start)
    audited = {"reversed": "/shop/closed", "audit": fetched_httpx("/users", 201, id=4, name="audit")}
    for wsgi in (False, True):
        prefix = "wsgi/" if wsgi else ""
        route = f"{prefix}shop/price/<int:amount>/<str:currency>"
        before = steps(f"view {route} ['amount', 'currency']", asynchronous=not wsgi)
        body = {"amount": 10, "currency": "EUR", "gross": 12.0, "route": route, "steps": before}
        body["view"] = f"{'wsgi:' * wsgi}shop:price"
        headers = {"X-Steps": ", ".join([*before, "doorkeeper out", "steps out"])}
        api.get("/shop/price/10/EUR", "included URLconf", body, headers=headers, wsgi=wsgi)
        body = {"closed": True, "method": "GET", "caller": user(1)}
        more = {"headers": {"X-Steps": "steps in, doorkeeper in, doorkeeper out, steps out"}, "wsgi": wsgi}
        ada, grace = ({"Authorization": f"Bearer {name}"} for name in ("ada", "grace"))
        api.get("/shop/closed", "call and response of a middleware", body, send_headers=ada, requests=1, **more)
        body = {"caller": user(2), **audited}
        more = {"headers": {"X-Audit": "201"}, "wsgi": wsgi}
        api.get("/shop/audited", "calls of a middleware", body, send_headers=grace, requests=1, httpx=1, **more)
        before = steps(f"view {prefix}refused []", "exception Refused", asynchronous=not wsgi)
        api.get("/refused", "process_exception", {"refused": "by the view", "steps": before}, wsgi=wsgi)
    body = {"refused": "by the async view", "steps": steps("view async/refused []", "exception Refused")}
    api.get("/async/refused", "process_exception, async view", body)
