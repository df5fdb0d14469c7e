"""What the requests of ../plain.py state: WSGI applications without Flask."""

from __future__ import annotations

from typing import Any

from e2e_common.requester import Api, matches
from stated.words import in_text, post


def _asked(method: str, path: str, **came: Any) -> dict[str, Any]:
    nothing = {"SCRIPT_NAME": "", "QUERY_STRING": "", "HTTP_X_COLOUR": None, "body": ""}
    return {**nothing, "REQUEST_METHOD": method, "PATH_INFO": path, "call": post(1), **came}


def requests(api: Api) -> None:
    """Send them all."""
    api.post(
        "/plain/ask?a=1&b",
        name="WSGI application",
        data="sent",
        send_headers={"X-Colour": "blue"},
        expect=201,
        headers={"X-Answer": "plain"},
        body=_asked("POST", "/plain/ask", QUERY_STRING="a=1&b", HTTP_X_COLOUR="blue", body="sent"),
        calls={"requests": 1},
    )
    api.get(
        "/mounted/items?a=1",
        name="WSGI application below a prefix",
        expect=201,
        body=_asked("GET", "/items", SCRIPT_NAME="/mounted", QUERY_STRING="a=1"),
        calls={"requests": 1},
    )
    api.post(
        "/mounted/plain/ask?a=1",
        name="WSGI application also known without its prefix",
        data="sent",
        send_headers={"X-Colour": "blue"},
        expect=201,
        body=_asked(
            "POST", "/plain/ask", SCRIPT_NAME="/mounted", QUERY_STRING="a=1", HTTP_X_COLOUR="blue", body="sent"
        ),
        calls={"requests": 1},
    )
    lazy = matches(f"GET, {in_text(post(1))}, {in_text(post(2))}")
    api.get("/plain/lazy", name="WSGI generator", body=lazy, calls={"requests": 2})
    api.get("/plain/written", name="written by hand", body="written, not returned")
    api.get("/plain/changed", name="answer that is replaced", headers={"X-Replaced": "yes"}, body="replaced, GET")
    api.get(
        "/plain/broken",
        name="WSGI exception",
        expect=500,
        body=matches("(?s).*<h1>Internal Server Error</h1>.*"),
        recorded="status",
        errors=["LookupError: on purpose"],
    )
    api.get("/plain/closable", name="answer that is closed", body="GET, part 2")
    api.get("/plain/left-out", name="left out by a rule in code", body="GET, part 2", recorded="rule")
    _ruled(api)
    _headed(api)
    api.get("/plain/still-open", name="answers still open", body={"method": "GET", "open": 0})


def _ruled(api: Api) -> None:
    """Rules that an instrumentation is given in code stand in the place of those in the configuration."""
    card = {"X-Card": "4000 1234"}
    own: dict[str, Any] = {"send_headers": card, "calls": {"requests": 1}}

    def told(method: str = "GET") -> dict[str, Any]:
        return {"method": method, "card": "4000 1234", "call": post(1)}

    api.delete("/plain/by-method", name="left out by its method", body=told("DELETE"), recorded="rule", **own)
    api.get("/plain/by-method", name="not left out by its method", body=told(), **own)
    api.get("/rules/left-out-too", name="WSGI application left out by a rule", body=told(), recorded="rule", **own)
    api.get("/rules/left-out-not", name="WSGI application without rules", body=told(), **own)
    redacted = {"method": "GET", "card": "4000 1234"}
    api.get("/plain/redacted", name="redacted by a rule in code", body=redacted, send_headers=card)
    api.get("/plain/redacted", name="nothing to redact", body={**redacted, "card": None})


def _headed(api: Api) -> None:
    twice = {"content-type": "text/plain", "x-lower": "1", "X-Twice": "a, b"}
    api.get("/plain/named-oddly", name="headers in lower case, and one twice", headers=twice, body="named by GET")
    cookies = {"Set-Cookie": "one=1; Path=/, two=2; Path=/"}
    api.get("/plain/two-cookies", name="two cookies of a WSGI application", headers=cookies, body="two cookies")
    api.get("/plain/page", name="type in lower case", body="<p>a page</p>", recorded="type")
