import json
from hashlib import sha256
from typing import Any

from e2e_common.record.client import Api
from e2e_common.services.upstream import answers as upstream
from e2e_common.services.upstream.answers import FORM, JSON, SERIAL, comments, heading, user, weather


def fetched(url: str, *, status: int = 200, headers: Any = None, **body: Any) -> dict[str, Any]:
    """Returns the expected result of an outbound call (`shown` in calls.py)."""
    found = {"ok": True, "url": url, "length": True, "body": {**body, "serial": SERIAL}}
    return {**heading(status, **(headers or {})), **found}


def post(number: int) -> dict[str, Any]:
    return fetched(f"/posts/{number}", **upstream.post(number))


def echoed(method: str = "GET", url: str = "/echo", *, headers: Any = None, **came: Any) -> dict[str, Any]:
    """Returns the expected result of a call to the upstream's echo. `headers` are those besides Accept, `came` the
    other parts of the call (query, text, form, files)."""
    return {**fetched(url, headers={"X_Answer": "of the upstream"}), "body": upstream.echo(method, headers, **came)}


def outbound(api: Api) -> None:
    api.get("/weather/Oslo", "one call", fetched("/weather?city=Oslo", **weather("Oslo")), requests=1)
    api.get("/weather/Jun%C3%ADn", "unicode query", fetched("/weather?city=Jun%C3%ADn", **weather("Junín")), requests=1)
    author = {"author": fetched("/users/3", **user(3)), "comments": fetched("/posts/2/comments", **comments(2))}
    api.get("/author-of/2", "calls in sequence", {"post": post(2), **author}, requests=3)
    api.get("/twice", "same call three times", [post(1)] * 3, requests=3)
    api.get("/dashboard", "calls in parallel", [post(1), post(2), fetched("/users/1", **user(1))], requests=3)
    asked = {"asked": ["/users/1", "/users/2"], "fine": [True, True]}
    api.get("/background", "calls in threads without context", asked, background=2)
    lin = {"name": "Lin"}
    api.post("/users", "POST call", fetched("/users", status=201, id=4, **lin), json=lin, requests=1)
    api.delete("/users/2", "DELETE call", fetched("/users/2", deleted=2), requests=1)
    head = {**heading(X_Answer="of the upstream"), "size": 0, "answer": "of the upstream"}
    api.get("/head", "HEAD call", head, requests=1)
    text = json.dumps({"text": "ü" * 50_000, "end": True})
    response = echoed("POST", headers=JSON)
    del response["body"]["text"]
    large = {"size": 300_025, "sha256": sha256(text.encode()).hexdigest(), "answer": response}
    api.get("/large-call", "300 kB body of a call", large, requests=1)


def differing_in_one_part(api: Api) -> None:
    names = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    api.get("/methods", "calls that differ in the method", [echoed(name) for name in names], requests=6)
    api.get("/paths", "calls that differ in the path", [post(1), post(2), post(3)], requests=3)
    body = [
        echoed(),
        echoed(url="/echo?tag=a&tag=b", query={"tag": ["a", "b"]}),
        echoed(url="/echo?tag=b&tag=a", query={"tag": ["b", "a"]}),
        echoed(url="/echo?tag=a&empty=", query={"tag": ["a"], "empty": [""]}),
        echoed(url="/echo?city=Jun%C3%ADn&limit=2", query={"city": ["Junín"], "limit": ["2"]}),
        echoed(url="/echo?raw=%C3%BC&flag", query={"raw": ["ü"], "flag": [""]}),
    ]
    api.get("/queries", "calls that differ in the query", body, requests=6)
    api.get("/bodies", "calls that differ in the body", _bodies(), requests=10)


def _bodies() -> list[dict[str, Any]]:
    def sent(text: str, headers: Any = None, **form: Any) -> dict[str, Any]:
        return echoed("POST", headers=headers, text=text, form=form)

    return [
        sent('{"name": "tea", "count": 1}', JSON),
        sent('{"name": "tea", "count": "1"}', JSON),
        sent('[null, true, 1.5, "\\u017elu\\u0165ou\\u010dk\\u00fd \\u99ac \\ud83d\\udc0e"]', JSON),
        sent("name=Zo%C3%AB&tag=a&tag=b", FORM, name=["Zoë"], tag=["a", "b"]),
        sent("tag=b&tag=a", FORM, tag=["b", "a"]),
        sent("x" * 5000 + "1"),
        sent("x" * 5000 + "2"),
        sent("text, with an ü"),
        sent('{"broken": ', JSON),
        sent('{"text": "JSON"}', JSON),
    ]


def failing(api: Api) -> None:
    api.get("/failing/refused", "call with a refused connection", {"outcome": "no connection"}, requests=1)
    api.get("/after-refused", "call after a refused connection", post(1), requests=2)
    api.get("/failing/too-slow", "call that times out", {"outcome": "too slow"}, requests=1)
    api.get("/failing/unavailable", "call with status 503", {"outcome": "answered 503"}, requests=1)
    api.get("/never-sent", "calls that requests rejects", ["MissingSchema", "InvalidSchema"], requests=1)
