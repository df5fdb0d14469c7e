"""How the application is put together."""

from __future__ import annotations

from stated.words import CLOSE, SERIAL, Send, fetched, user, with_reason

ADA = "Basic YWRhOnNlY3JldA=="


def requests(send: Send) -> None:
    send("asked for at the start", "/start", {"httpx": user(3), "requests": with_reason(user(2))})
    steps = ["middleware", user(1), "handler"]
    send("call of the middleware", "/checked/tea", {"what": "tea", "steps": steps}, httpx=1, headers={"X-Steps": "3"})
    read = {"what": "tea", "number": 7, "steps": ["middleware", '{"number": 7}']}
    send("body read in the middleware", "/logged/tea", read, method="POST", json={"number": 7})
    dependencies(send)
    routers(send)
    rules(send)


def dependencies(send: Send) -> None:
    send("class as a dependency", "/depends/class?limit=5", {"limit": 5, "skip": 0})
    found = {
        "author": with_reason(user(3)),
        "name": "Édith",
        "session": "a session",
        "weather": fetched("/weather?city=Oslo", city="Oslo", celsius=12),
        "steps": ["middleware", "author", "opened", "weather"],
    }
    send("dependencies that call", "/depends/2/Oslo", found, requests=1, httpx=1)
    send("dependency that calls when it ends", "/depends/audited", user(1), httpx=2)
    security(send)


def security(send: Send) -> None:
    send(
        "basic authentication",
        "/secure/basic",
        {"name": "ada", "password": "secret"},
        send_headers={"Authorization": ADA},
    )
    bearer = {"Authorization": "Bearer a.b.c"}
    send("bearer token", "/secure/bearer", {"scheme": "Bearer", "token": "a.b.c"}, send_headers=bearer)
    send("API key", "/secure/key", {"key": "s3same"}, send_headers={"X-Key": "s3same"})
    form = {"username": "ada", "password": "s3same", "scope": "read write", "grant_type": "password"}
    token = {"access_token": "ada-s3same", "token_type": "bearer", "scope": "read write"}
    send("OAuth2, token for a password", "/token", token, method="POST", data=form)
    send("OAuth2, token", "/me", {"name": "ada"}, send_headers={"Authorization": "Bearer ada-s3same"})
    scopes = {"scopes": ["me", "orders"]}
    send("OAuth2, scopes", "/me/orders", scopes, send_headers={"Authorization": "Bearer ada-me-orders"})
    refused = {"expect": 401, "headers": {"WWW-Authenticate": "Bearer"}, "recorded": "status"}
    send("OAuth2, no token", "/me", {"detail": "Not authenticated"}, **refused)


def routers(send: Send) -> None:
    price = {"gross": 12.6, "steps": ["middleware", "router"], "link": "/shop/shelves/3/"}
    send("router", "/shop/price/10.5", price, headers={"X-Steps": "2"})
    send("router in a router", "/shop/shelves/3/", {"shelf": 3, "steps": ["middleware", "router"]})
    post = {"method": "POST"}
    send(
        "valid",
        "/told/tickets?count=2",
        {"seat": 1, "name": "Ada", "count": 2},
        json={"seat": 1, "name": "Ada"},
        **post,
    )
    invalid = [
        {"at": ["query", "count"], "type": "int_parsing", "input": "x"},
        {"at": ["body", "seat"], "type": "greater_than_equal", "input": 0},
        {"at": ["body", "name"], "type": "missing", "input": {"seat": 0}},
    ]
    body = {"seat": 0}
    send("invalid, handled", "/told/tickets?count=x", {"invalid": invalid, "body": body}, json=body, **post)
    broken = {"invalid": [{"at": ["body", 1], "type": "json_invalid", "input": {}}], "body": "{"}
    send(
        "no JSON, handled", "/told/tickets", broken, data="{", send_headers={"Content-Type": "application/json"}, **post
    )
    conflict = {"raised": 409, "detail": "there is no seat 101 for Ada"}
    send("HTTPException, handled", "/told/tickets", conflict, json={"seat": 101, "name": "Ada"}, **post)
    missing = {"type": "missing", "loc": ["body", "name"], "msg": "Field required", "input": {"seat": 1}}
    send("422", "/tickets", {"detail": [missing]}, expect=422, json={"seat": 1}, recorded="status", **post)
    below = {"item": 2, "root": "/below", "user": user(2)}
    send("application below", "/below/items/2", below, httpx=1)
    send("ASGI application below", "/bare/tea", "GET tea")
    zipped = {"Content-Encoding": "gzip"}
    verse = "".join(f"line {number:02} of a long verse\n" for number in range(25))
    send("compressed answer", "/zipped/tea", "GET tea", headers=zipped)
    send("compressed answer, in full", "/compressed/whole", verse, headers=zipped)
    send("compressed answer, in parts", "/compressed/parts", verse, headers={"Content-Length": None, **zipped})


def rules(send: Send) -> None:
    post = {"id": 1, "author": 2, "title": "Post 1", "serial": SERIAL}
    send("inbound rule drops", "/rules/dropped", post, recorded="rule")
    send("inbound rule drops, async", "/rules/dropped/async", [user(1), user(2)], recorded="rule")
    send(
        "inbound rule masks",
        "/rules/masked",
        {"password": "s3same"},
        send_headers={"X-Password": "s3same", **CLOSE},
        errors=["TypeError: Object of type TransformMetadata is not JSON serializable"],
    )
    as_ruled = {"as_ruled": True, "otherwise": None}
    send("outbound rule drops, httpx", "/rules/call/httpx", as_ruled, httpx=1, refused=1)
    send("outbound rule drops, requests", "/rules/call/requests", as_ruled, requests=1, refused=1)
