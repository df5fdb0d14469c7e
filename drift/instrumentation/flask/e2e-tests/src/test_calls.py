import json
from hashlib import sha256
from typing import Any

from words import echoed, fetched, heading, post

from e2e_common.requester import Api

ADA = fetched("/users/1", id=1, name="Ada")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}


def some(api: Api) -> None:
    api.get("/weather/Oslo", "one call", _weather("Oslo", "Oslo"), requests=1)
    api.get("/weather/Jun%C3%ADn", "unicode call", _weather("Junín", "Jun%C3%ADn"), requests=1)
    comments = fetched("/posts/2/comments", post=2, comments=["Comment 1 on 2", "Comment 2 on 2"])
    api.get("/author-of/2", "calls in sequence", requests=3).answers(
        {"post": post(2), "author": fetched("/users/3", id=3, name="Édith"), "comments": comments}
    )
    api.get("/twice", "the same call again", [post(1)] * 3, requests=3)
    api.get("/dashboard", "calls in parallel", [post(1), post(2), ADA], requests=3)
    api.get(
        "/background", "calls without context", {"asked": ["/users/1", "/users/2"], "fine": [True, True]}, background=2
    )
    lin = fetched("/users", status=201, reason="CREATED", id=4, name="Lin")
    api.post("/users", "POST call", lin, json={"name": "Lin"}, requests=1)
    api.delete("/users/2", "DELETE call", fetched("/users/2", deleted=2), requests=1)
    answer = "of the upstream"
    head = {**heading(X_Answer=answer), "size": 0, "answer": answer}
    api.get("/head", "HEAD call", head, requests=1)
    text = json.dumps({"text": "ü" * 50_000, "end": True})
    answer = echoed("POST", headers=JSON)
    del answer["body"]["text"]
    large = {"size": 300_025, "sha256": sha256(text.encode()).hexdigest(), "answer": answer}
    api.get("/large-call", "300 kB call", large, requests=1)


def _weather(city: str, encoded: str) -> dict[str, Any]:
    return fetched(f"/weather?city={encoded}", city=city, celsius=len(city) * 3)


def told_apart(api: Api) -> None:
    names = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    api.get("/methods", "calls told apart by method", [echoed(name) for name in names], requests=6)
    api.get("/paths", "calls told apart by path", [post(1), post(2), post(3)], requests=3)
    api.get("/queries", "calls told apart by query", requests=6).answers(
        [
            echoed(),
            echoed(url="/echo?tag=a&tag=b", query={"tag": ["a", "b"]}),
            echoed(url="/echo?tag=b&tag=a", query={"tag": ["b", "a"]}),
            echoed(url="/echo?tag=a&empty=", query={"tag": ["a"], "empty": [""]}),
            echoed(url="/echo?city=Jun%C3%ADn&limit=2", query={"city": ["Junín"], "limit": ["2"]}),
            echoed(url="/echo?raw=%C3%BC&flag", query={"raw": ["ü"], "flag": [""]}),
        ]
    )
    api.get("/bodies", "calls told apart by what they send", _bodies(), requests=10)


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
    api.get("/refused", "refused call", {"outcome": "no connection"}, requests=1)
    api.get("/after-refused", "call after a refused one", post(1), requests=2)
    api.get("/too-slow", "call that takes too long", {"outcome": "too slow"}, requests=1)
    api.get("/unavailable", "failed call", {"outcome": "answered 503"}, requests=1)
    api.get("/never-sent", "calls that are never sent", ["MissingSchema", "InvalidSchema"], requests=1)
