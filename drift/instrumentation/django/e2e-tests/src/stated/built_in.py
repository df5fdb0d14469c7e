"""What the requests of ../built_in.py state: cache, messages, forms, mail, translation, signals of one's own."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from stated.words import JSON, Send, fetched, fetched_httpx, matches, user

# Signed with the project's key, by Django: "see you".
NOTES = "W1siX19qc29uX21lc3NhZ2UiLDAsMjAsInNlZSB5b3UiLCIiXV0:1xXxjr:46aadUtBYEOxE9I7HIBPpr7_86RZgKBEynJx0bl28o4"
SEE_YOU = {"text": "see you", "level": 20, "tags": "info"}
SAVED = {"text": "saved", "level": 25, "tags": "success"}
SOLD = {"text": "nearly sold out", "level": 30, "tags": "stock warning"}
VALID = {"name": "tea", "amount": 3, "when": None, "kind": "tea", "mail": "a@shop.example", "code": "T-1"}


def requests(send: Send) -> None:
    """Send them all."""
    caches(send)
    messages(send)
    forms(send)
    others(send)


def caches(send: Send) -> None:
    for wsgi in (False, True):
        body = {"answers": [fetched("/users/1", **user(1))] * 2, "deleted": True}
        send("call whose answer is cached", "/cached", body, calls={"requests": 1}, wsgi=wsgi)
        found = fetched_httpx("/users/2", **user(2))
        body = {"made": 1, "age": "max-age=60", "first": found, "second": found}
        send("page that is cached", "/cached-page", body, calls={"httpx": 1}, wsgi=wsgi)
    body = {"all": {"a": 5, "b": [2]}, "version": "of version 2", "added": False, "default": "none"}
    send("cache", "/counted", body)
    send("cache, async", "/async/cached", {"found": {"of": ["this", 1]}, "deleted": True})


def messages(send: Send) -> None:
    for wsgi in (False, True):
        send("messages", "/notes", [SAVED, SOLD], headers=JSON, wsgi=wsgi)
        left = {"Set-Cookie": matches("messages=W1s[^;]+; HttpOnly; Path=/; SameSite=Lax")}
        send("message left for the next request", "/left-note", {"left": 1}, headers=left, wsgi=wsgi)
    gone = {"Set-Cookie": matches('messages="";.*')}
    send("messages of the request before", "/notes", [SEE_YOU, SAVED, SOLD], cookies={"messages": NOTES}, headers=gone)


def forms(send: Send) -> None:
    order = {"name": "tea", "amount": "3", "kind": "tea", "mail": "a@shop.example", "code": "T-1"}

    def in_query(called: str, given: dict[str, str], cleaned: dict[str, Any], **errors: Any) -> None:
        body = {"given": given, "valid": not errors, "errors": errors, "cleaned": cleaned}
        send(called, f"/order?{urlencode(given)}", body)

    in_query("form in a query", {**order, "name": " tea "}, VALID)
    in_query(
        "form with errors",
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
    in_query("form with an error of its whole", mate, {**VALID, "amount": 6, "kind": "mate"}, **much)
    body = {"given": order, "valid": True, "errors": {}, "cleaned": VALID}
    send("form in a body", "/order", body, method="POST", data=order)
    path = "/form-set?t-TOTAL_FORMS=2&t-INITIAL_FORMS=0&t-0-name=assam&t-0-stars=2&t-1-name=&t-1-stars="
    cleaned = [{"name": "assam", "stars": 2}, {}]
    send("set of forms", path, {"valid": True, "cleaned": cleaned, "errors": 0, "initial": 0})


def error(code: str, message: str) -> list[dict[str, str]]:
    return [{"message": message, "code": code}]


def others(send: Send) -> None:
    mail = {"sent": 1, "subject": "Tea", "to": ["ada@example.com"], "body": "is ready"}
    send("mail", "/mailed", mail)
    body = {"language": "de", "yes": "Ja,Nein,Vielleicht", "day": "1. März 2020 08:30"}
    for wsgi in (False, True):
        send("translation", "/translated", body, send_headers={"Accept-Language": "de, en;q=0.5"}, wsgi=wsgi)
        body_of_order = [{"tea": "oolong", "owner": fetched("/users/3", **user(3))}, "LookupError('sold out')"]
        send(
            "call of a signal of the project's own", "/announced-order", body_of_order, calls={"requests": 1}, wsgi=wsgi
        )
    send("command", "/commanded", {"told": "System check identified no issues (0 silenced).\n"})
