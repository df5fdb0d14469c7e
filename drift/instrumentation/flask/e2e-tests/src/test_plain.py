from typing import Any

from test_calls import post

from e2e_common.record.client import Api, matches
from e2e_common.services.upstream.answers import in_text


def _ask_response(method: str, path: str, **came: Any) -> dict[str, Any]:
    nothing = {"SCRIPT_NAME": "", "QUERY_STRING": "", "HTTP_X_COLOUR": None, "body": ""}
    return {**nothing, "REQUEST_METHOD": method, "PATH_INFO": path, "call": post(1), **came}


def requests(api: Api) -> None:
    posted = {"QUERY_STRING": "a=1", "HTTP_X_COLOUR": "blue", "body": "sent"}
    sent = {"data": "sent", "send_headers": {"X-Colour": "blue"}, "expect": 201, "requests": 1}
    expected = _ask_response("POST", "/plain/ask", **{**posted, "QUERY_STRING": "a=1&b"})
    api.post("/plain/ask?a=1&b", "WSGI application", expected, headers={"X-Answer": "plain"}, **sent)
    expected = _ask_response("GET", "/items", SCRIPT_NAME="/mounted", QUERY_STRING="a=1")
    api.get("/mounted/items?a=1", "WSGI application below a prefix", expected, expect=201, requests=1)
    expected = _ask_response("POST", "/plain/ask", SCRIPT_NAME="/mounted", **posted)
    api.post("/mounted/plain/ask?a=1", "WSGI application also known without its prefix", expected, **sent)
    api.get("/plain/lazy", "WSGI generator", matches(f"GET, {in_text(post(1))}, {in_text(post(2))}"), requests=2)
    api.get("/plain/written", "written by hand", "written, not returned")
    api.get("/plain/changed", "answer that is replaced", "replaced, GET", headers={"X-Replaced": "yes"})
    body = matches("(?s).*<h1>Internal Server Error</h1>.*")
    api.get("/plain/broken", "WSGI exception", body, expect=500, recorded="status", errors=["LookupError: on purpose"])
    api.get("/plain/closable", "answer that is closed", "GET, part 2")
    api.get("/plain/left-out", "left out by a rule in code", "GET, part 2", recorded="rule")
    _ruled(api)
    _headed(api)
    api.get("/plain/still-open", "answers still open", {"method": "GET", "open": 0})


def _ruled(api: Api) -> None:
    """Rules that are passed to an instrumentation in code replace those of the configuration."""
    card = {"X-Card": "4000 1234"}
    redacted = {"method": "GET", "card": "4000 1234"}
    body = {**redacted, "call": post(1)}
    own: dict[str, Any] = {"send_headers": card, "requests": 1}
    api.delete("/plain/by-method", "left out by its method", {**body, "method": "DELETE"}, recorded="rule", **own)
    api.get("/plain/by-method", "not left out by its method", body, **own)
    api.get("/rules/left-out-too", "WSGI application left out by a rule", body, recorded="rule", **own)
    api.get("/rules/left-out-not", "WSGI application without rules", body, **own)
    api.get("/plain/redacted", "redacted by a rule in code", redacted, send_headers=card)
    api.get("/plain/redacted", "nothing to redact", {**redacted, "card": None})


def _headed(api: Api) -> None:
    twice = {"content-type": "text/plain", "x-lower": "1", "X-Twice": "a, b"}
    api.get("/plain/named-oddly", "headers in lower case, and one twice", "named by GET", headers=twice)
    cookies = {"Set-Cookie": "one=1; Path=/, two=2; Path=/"}
    api.get("/plain/two-cookies", "two cookies of a WSGI application", "two cookies", headers=cookies)
    api.get("/plain/page", "type in lower case", "<p>a page</p>", recorded="type")
