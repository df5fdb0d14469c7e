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
    api.post("/mounted/plain/ask?a=1", "WSGI application below a prefix and without it", expected, **sent)
    api.get("/plain/lazy", "WSGI generator", matches(f"GET, {in_text(post(1))}, {in_text(post(2))}"), requests=2)
    api.get("/plain/written", "WSGI write() callable", "written, not returned")
    api.get("/plain/changed", "WSGI response replaced with exc_info", "replaced, GET", headers={"X-Replaced": "yes"})
    body = matches("(?s).*<h1>Internal Server Error</h1>.*")
    api.get("/plain/broken", "WSGI exception", body, expect=500, recorded="status", errors=["LookupError: on purpose"])
    api.get("/plain/closable", "WSGI response with close()", "GET, part 2")
    api.get("/plain/left-out", "rule in code drops the request", "GET, part 2", recorded="rule")
    _ruled(api)
    _headed(api)
    api.get("/plain/still-open", "unclosed WSGI responses", {"method": "GET", "open": 0})


def _ruled(api: Api) -> None:
    """Rules that are passed to an instrumentation in code replace those of the configuration."""
    card = {"X-Card": "4000 1234"}
    redacted = {"method": "GET", "card": "4000 1234"}
    body = {**redacted, "call": post(1)}
    own: dict[str, Any] = {"send_headers": card, "requests": 1}
    api.delete("/plain/by-method", "DELETE dropped by a rule", {**body, "method": "DELETE"}, recorded="rule", **own)
    api.get("/plain/by-method", "GET, and a rule for DELETE", body, **own)
    api.get("/rules/left-out-too", "rule drops a WSGI request", body, recorded="rule", **own)
    api.get("/rules/left-out-not", "WSGI request, no rules in code", body, **own)
    api.get("/plain/redacted", "rule in code redacts a header", redacted, send_headers=card)
    api.get("/plain/redacted", "rule in code, no header to redact", {**redacted, "card": None})


def _headed(api: Api) -> None:
    twice = {"content-type": "text/plain", "x-lower": "1", "X-Twice": "a, b"}
    api.get("/plain/named-oddly", "lower-case and repeated response headers", "named by GET", headers=twice)
    cookies = {"Set-Cookie": "one=1; Path=/, two=2; Path=/"}
    api.get("/plain/two-cookies", "two cookies of a WSGI response", "two cookies", headers=cookies)
    api.get("/plain/page", "lower-case Content-Type header", "<p>a page</p>", recorded="type")
