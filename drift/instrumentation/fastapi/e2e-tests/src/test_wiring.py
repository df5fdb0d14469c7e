from test_calls_requests import fetched, user, with_reason
from test_incoming import CLOSE

from e2e_common.record.client import Api
from e2e_common.services.upstream.answers import SERIAL, weather


def requests(api: Api) -> None:
    api.get("/start", "calls at startup", {"httpx": user(3), "requests": with_reason(user(2))})
    checked = {"what": "tea", "steps": ["middleware", user(1), "handler"]}
    api.get("/checked/tea", "call in a middleware", checked, httpx=1, headers={"X-Steps": "3"})
    read = {"what": "tea", "number": 7, "steps": ["middleware", '{"number": 7}']}
    api.post("/logged/tea", "body read in a middleware", read, json={"number": 7})


def dependencies(api: Api) -> None:
    api.get("/depends/class?limit=5", "class as a dependency", {"limit": 5, "skip": 0})
    found = {
        "author": with_reason(user(3)),
        "name": "Édith",
        "session": "a session",
        "weather": fetched("/weather?city=Oslo", **weather("Oslo")),
        "steps": ["middleware", "author", "opened", "weather"],
    }
    api.get("/depends/2/Oslo", "dependencies with calls", found, requests=1, httpx=1)
    api.get("/depends/audited", "dependency with a call after yield", user(1), httpx=2)
    _security(api)


def _security(api: Api) -> None:
    body = {"name": "ada", "password": "secret"}
    api.get("/secure/basic", "basic authentication", body, send_headers={"Authorization": "Basic YWRhOnNlY3JldA=="})
    bearer = {"Authorization": "Bearer a.b.c"}
    api.get("/secure/bearer", "bearer token", {"scheme": "Bearer", "token": "a.b.c"}, send_headers=bearer)
    api.get("/secure/key", "API key", {"key": "s3same"}, send_headers={"X-Key": "s3same"})
    form = {"username": "ada", "password": "s3same", "scope": "read write", "grant_type": "password"}
    token = {"access_token": "ada-s3same", "token_type": "bearer", "scope": "read write"}
    api.post("/token", "OAuth2, token for a password", token, data=form)
    api.get("/me", "OAuth2, token", {"name": "ada"}, send_headers={"Authorization": "Bearer ada-s3same"})
    scopes = {"scopes": ["me", "orders"]}
    api.get("/me/orders", "OAuth2, scopes", scopes, send_headers={"Authorization": "Bearer ada-me-orders"})
    refused = {"expect": 401, "headers": {"WWW-Authenticate": "Bearer"}, "recorded": "status"}
    api.get("/me", "OAuth2, no token", {"detail": "Not authenticated"}, **refused)


def routers(api: Api) -> None:
    price = {"gross": 12.6, "steps": ["middleware", "router"], "link": "/shop/shelves/3/"}
    api.get("/shop/price/10.5", "router", price, headers={"X-Steps": "2"})
    api.get("/shop/shelves/3/", "router in a router", {"shelf": 3, "steps": ["middleware", "router"]})
    body = {"seat": 1, "name": "Ada", "count": 2}
    api.post("/handled/tickets?count=2", "APIRoute, valid body", body, json={"seat": 1, "name": "Ada"})
    invalid = [
        {"at": ["query", "count"], "type": "int_parsing", "input": "x"},
        {"at": ["body", "seat"], "type": "greater_than_equal", "input": 0},
        {"at": ["body", "name"], "type": "missing", "input": {"seat": 0}},
    ]
    body = {"seat": 0}
    api.post("/handled/tickets?count=x", "APIRoute, invalid body", {"invalid": invalid, "body": body}, json=body)
    body = {"invalid": [{"at": ["body", 1], "type": "json_invalid", "input": {}}], "body": "{"}
    api.post("/handled/tickets", "APIRoute, no JSON", body, data="{", send_headers={"Content-Type": "application/json"})
    conflict = {"raised": 409, "detail": "there is no seat 101 for Ada"}
    api.post("/handled/tickets", "APIRoute, HTTPException", conflict, json={"seat": 101, "name": "Ada"})
    missing = {"type": "missing", "loc": ["body", "name"], "msg": "Field required", "input": {"seat": 1}}
    api.post("/tickets", "422", {"detail": [missing]}, expect=422, json={"seat": 1}, recorded="status")
    api.get("/below/items/2", "mounted application", {"item": 2, "root": "/below", "user": user(2)}, httpx=1)
    api.get("/bare/tea", "mounted ASGI application", "GET tea")
    zipped = {"Content-Encoding": "gzip"}
    verse = "".join(f"line {number:02} of a long verse\n" for number in range(25))
    api.get("/zipped/tea", "gzip response", "GET tea", headers=zipped)
    api.get("/compressed/whole", "GZipMiddleware, one message", verse, headers=zipped)
    api.get("/compressed/parts", "GZipMiddleware, several messages", verse, headers={"Content-Length": None, **zipped})


def rules(api: Api) -> None:
    post = {"id": 1, "author": 2, "title": "Post 1", "serial": SERIAL}
    api.get("/rules/dropped", "inbound drop rule", post, recorded="rule")
    api.get("/rules/dropped/async", "inbound drop rule, async", [user(1), user(2)], recorded="rule")
    body = {"password": "s3same"}
    errors = ["TypeError: Object of type TransformMetadata is not JSON serializable"]
    api.get("/rules/masked", "inbound mask rule", body, send_headers={"X-Password": "s3same", **CLOSE}, errors=errors)
    as_ruled = {"as_ruled": True, "otherwise": None}
    api.get("/rules/call/httpx", "outbound drop rule, httpx", as_ruled, httpx=1, refused=1)
    api.get("/rules/call/requests", "outbound drop rule, requests", as_ruled, requests=1, refused=1)
