from typing import Any
from urllib.parse import urlencode

from test_calls import user, user_httpx

from e2e_common.record.client import Api, matches
from e2e_common.services.upstream.answers import JSON

# The message "see you", signed by Django with the project's key.
NOTES = "W1siX19qc29uX21lc3NhZ2UiLDAsMjAsInNlZSB5b3UiLCIiXV0:1xXxjr:46aadUtBYEOxE9I7HIBPpr7_86RZgKBEynJx0bl28o4"
SEE_YOU = {"text": "see you", "level": 20, "tags": "info"}
SAVED = {"text": "saved", "level": 25, "tags": "success"}
SOLD = {"text": "nearly sold out", "level": 30, "tags": "stock warning"}
VALID = {"name": "tea", "amount": 3, "when": None, "kind": "tea", "mail": "a@shop.example", "code": "T-1"}


def caches(api: Api) -> None:
    for wsgi in (False, True):
        responses = {"answers": [user(1)] * 2, "deleted": True}
        api.get("/cached", "cached response of a call", responses, requests=1, wsgi=wsgi)
        body = {"made": 1, "age": "max-age=60", "first": user_httpx(2), "second": user_httpx(2)}
        api.get("/cached-page", "cache_page", body, httpx=1, wsgi=wsgi)
    body = {"all": {"a": 5, "b": [2]}, "version": "of version 2", "added": False, "default": "none"}
    api.get("/counted", "cache", body)
    api.get("/async/cached", "cache, async", {"found": {"of": ["this", 1]}, "deleted": True})


def messages(api: Api) -> None:
    for wsgi in (False, True):
        api.get("/notes", "messages", [SAVED, SOLD], headers=JSON, wsgi=wsgi)
        left = {"Set-Cookie": matches("messages=W1s[^;]+; HttpOnly; Path=/; SameSite=Lax")}
        api.get("/left-note", "message for the next request", {"left": 1}, headers=left, wsgi=wsgi)
    gone = {"Set-Cookie": matches('messages="";.*')}
    body = [SEE_YOU, SAVED, SOLD]
    api.get("/notes", "messages from a cookie", body, cookies={"messages": NOTES}, headers=gone)


def forms(api: Api) -> None:
    order = {"name": "tea", "amount": "3", "kind": "tea", "mail": "a@shop.example", "code": "T-1"}

    def in_query(called: str, given: dict[str, str], cleaned: dict[str, Any], **errors: Any) -> None:
        body = {"given": given, "valid": not errors, "errors": errors, "cleaned": cleaned}
        api.get(f"/order?{urlencode(given)}", called, body)

    in_query("form from the query", {**order, "name": " tea "}, VALID)
    in_query(
        "form with field errors",
        {"name": "t", "amount": "11", "when": "2020-02-30", "kind": "x", "mail": "a", "code": "1"},
        {},
        name=error("min_length", "Ensure this value has at least 2 characters (it has 1)."),
        amount=error("max_value", "Ensure this value is less than or equal to 10."),
        when=error("invalid", "Enter a valid date."),
        kind=error("invalid_choice", "Select a valid choice. x is not one of the available choices."),
        mail=error("invalid", "Enter a valid email address."),
        code=error("invalid", "no code"),
    )
    mate = {**order, "amount": "6", "kind": "mate"}
    much = {"__all__": error("much", "too much mate")}
    in_query("form with an error of clean()", mate, {**VALID, "amount": 6, "kind": "mate"}, **much)
    api.post(
        "/order", "form from the body", {"given": order, "valid": True, "errors": {}, "cleaned": VALID}, data=order
    )
    path = "/form-set?t-TOTAL_FORMS=2&t-INITIAL_FORMS=0&t-0-name=assam&t-0-stars=2&t-1-name=&t-1-stars="
    cleaned = [{"name": "assam", "stars": 2}, {}]
    api.get(path, "formset", {"valid": True, "cleaned": cleaned, "errors": 0, "initial": 0})


def error(code: str, message: str) -> list[dict[str, str]]:
    return [{"message": message, "code": code}]


def others(api: Api) -> None:
    api.get("/mailed", "mail", {"sent": 1, "subject": "Tea", "to": ["ada@example.com"], "body": "is ready"})
    body = {"language": "de", "yes": "Ja,Nein,Vielleicht", "day": "1. März 2020 08:30"}
    for wsgi in (False, True):
        api.get("/translated", "translation", body, send_headers={"Accept-Language": "de, en;q=0.5"}, wsgi=wsgi)
        order = [{"tea": "oolong", "owner": user(3)}, "LookupError('sold out')"]
        api.get("/announced-order", "custom signal with a call", order, requests=1, wsgi=wsgi)
    api.get("/commanded", "management command", {"told": "System check identified no issues (0 silenced).\n"})
