"""What the requests of ../calls.py state: outbound calls through `requests`."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from e2e_common.requester import Api
from stated.words import echoed, fetched, heading, post

ADA = fetched("/users/1", id=1, name="Ada")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}


def requests(api: Api) -> None:
    """Send them all."""
    _some(api)
    _told_apart(api)
    _failing(api)


def _some(api: Api) -> None:
    api.get("/weather/Oslo", name="one call", body=_weather("Oslo", "Oslo"), calls={"requests": 1})
    api.get("/weather/Jun%C3%ADn", name="unicode call", body=_weather("Junín", "Jun%C3%ADn"), calls={"requests": 1})
    comments = fetched("/posts/2/comments", post=2, comments=["Comment 1 on 2", "Comment 2 on 2"])
    api.get(
        "/author-of/2",
        name="calls in sequence",
        body={"post": post(2), "author": fetched("/users/3", id=3, name="Édith"), "comments": comments},
        calls={"requests": 3},
    )
    api.get("/twice", name="the same call again", body=[post(1)] * 3, calls={"requests": 3})
    api.get("/dashboard", name="calls in parallel", body=[post(1), post(2), ADA], calls={"requests": 3})
    api.get(
        "/background",
        name="calls without context",
        body={"asked": ["/users/1", "/users/2"], "fine": [True, True]},
        background=2,
    )
    lin = fetched("/users", status=201, reason="CREATED", id=4, name="Lin")
    api.post("/users", name="POST call", json={"name": "Lin"}, body=lin, calls={"requests": 1})
    api.delete("/users/2", name="DELETE call", body=fetched("/users/2", deleted=2), calls={"requests": 1})
    answer = "of the upstream"
    head = {**heading(X_Answer=answer), "size": 0, "answer": answer}
    api.get("/head", name="HEAD call", body=head, calls={"requests": 1})
    text = json.dumps({"text": "ü" * 50_000, "end": True})
    answer = echoed("POST", headers=JSON)
    del answer["body"]["text"]
    large = {"size": 300_025, "sha256": sha256(text.encode()).hexdigest(), "answer": answer}
    api.get("/large-call", name="300 kB call", body=large, calls={"requests": 1})


def _weather(city: str, encoded: str) -> dict[str, Any]:
    return fetched(f"/weather?city={encoded}", city=city, celsius=len(city) * 3)


def _told_apart(api: Api) -> None:
    names = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    api.get("/methods", name="calls told apart by method", body=[echoed(name) for name in names], calls={"requests": 6})
    api.get("/paths", name="calls told apart by path", body=[post(1), post(2), post(3)], calls={"requests": 3})
    api.get(
        "/queries",
        name="calls told apart by query",
        body=[
            echoed(),
            echoed(url="/echo?tag=a&tag=b", query={"tag": ["a", "b"]}),
            echoed(url="/echo?tag=b&tag=a", query={"tag": ["b", "a"]}),
            echoed(url="/echo?tag=a&empty=", query={"tag": ["a"], "empty": [""]}),
            echoed(url="/echo?city=Jun%C3%ADn&limit=2", query={"city": ["Junín"], "limit": ["2"]}),
            echoed(url="/echo?raw=%C3%BC&flag", query={"raw": ["ü"], "flag": [""]}),
        ],
        calls={"requests": 6},
    )
    api.get("/bodies", name="calls told apart by what they send", body=_bodies(), calls={"requests": 10})


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


def _failing(api: Api) -> None:
    api.get("/refused", name="refused call", body={"outcome": "no connection"}, calls={"requests": 1})
    api.get("/after-refused", name="call after a refused one", body=post(1), calls={"requests": 2})
    api.get("/too-slow", name="call that takes too long", body={"outcome": "too slow"}, calls={"requests": 1})
    api.get("/unavailable", name="failed call", body={"outcome": "answered 503"}, calls={"requests": 1})
    api.get(
        "/never-sent", name="calls that are never sent", body=["MissingSchema", "InvalidSchema"], calls={"requests": 1}
    )
