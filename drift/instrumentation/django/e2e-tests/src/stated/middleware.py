"""What the requests of ../middleware.py, ../shop.py and ../start.py state."""

from stated.words import Send, fetched, fetched_httpx, steps, user


def requests(send: Send) -> None:
    """Send them all."""
    owner = fetched("/users/1", **user(1))
    start = {"owner": owner, "weather": fetched_httpx("/weather?city=Bonn", city="Bonn", celsius=12)}
    send("asked for at the start", "/settings", start)
    audit = fetched_httpx("/users", 201, id=4, name="audit")
    for wsgi in (False, True):
        prefix = "wsgi/" if wsgi else ""
        of_the_view = f"view {prefix}shop/price/<int:amount>/<str:currency> ['amount', 'currency']"
        before = steps(of_the_view, asynchronous=not wsgi)
        send(
            "included URLconf and middleware",
            "/shop/price/10/EUR",
            {
                "amount": 10,
                "currency": "EUR",
                "gross": 12.0,
                "view": f"{'wsgi:' * wsgi}shop:price",
                "route": f"{prefix}shop/price/<int:amount>/<str:currency>",
                "steps": before,
            },
            headers={"X-Steps": ", ".join([*before, "doorkeeper out", "steps out"])},
            wsgi=wsgi,
        )
        send(
            "call of the middleware, and its answer",
            "/shop/closed",
            {"closed": True, "method": "GET", "caller": owner},
            send_headers={"Authorization": "Bearer ada"},
            headers={"X-Steps": "steps in, doorkeeper in, doorkeeper out, steps out"},
            calls={"requests": 1},
            wsgi=wsgi,
        )
        send(
            "calls of the middleware",
            "/shop/audited",
            {"caller": fetched("/users/2", **user(2)), "reversed": "/shop/closed", "audit": audit},
            send_headers={"Authorization": "Bearer grace"},
            headers={"X-Audit": "201"},
            calls={"requests": 1, "httpx": 1},
            wsgi=wsgi,
        )
        before = steps(f"view {prefix}refused []", "exception Refused", asynchronous=not wsgi)
        send("exception made an answer", "/refused", {"refused": "by the view", "steps": before}, wsgi=wsgi)
    before = steps("view async/refused []", "exception Refused")
    send(
        "exception of an async view made an answer", "/async/refused", {"refused": "by the async view", "steps": before}
    )
