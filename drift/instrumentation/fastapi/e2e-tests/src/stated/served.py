"""What FastAPI serves beside plain handlers."""

from __future__ import annotations

from typing import Any

from e2e_common.requester import matches
from stated.words import JSON, TEXT, Send, user, with_reason

HOURS = "Open from 9 to 5.\nClosed on Sundays, holidays and during naïve experiments ✓.\n"
ENTRY = {
    "title": "Entry",
    "type": "object",
    "required": ["name", "price"],
    "properties": {
        "name": {"title": "Name", "type": "string", "minLength": 1, "examples": ["tea"]},
        "price": {
            "title": "Price",
            "type": "number",
            "exclusiveMinimum": 0.0,
            "description": "in whole coins or less",
        },
    },
}
TODAY = {
    "tags": ["shop"],
    "summary": "What there is today",
    "operationId": "today_catalogue_today_get",
    "responses": {
        "200": {
            "description": "Successful Response",
            "content": {
                "application/json": {
                    "schema": {
                        "type": "array",
                        "items": {"$ref": "#/components/schemas/Entry"},
                        "title": "Response Today Catalogue Today Get",
                    }
                }
            },
        }
    },
}
SCHEMA = {
    "openapi": "3.1.0",
    "info": {"title": "The shop", "version": "2.0", "x-logo": {"url": "/static/logo"}},
    "paths": {"/catalogue/today": {"get": TODAY}},
    "components": {"schemas": {"Entry": ENTRY}},
}


def requests(send: Send) -> None:
    sockets(send)
    files(send)
    documentation(send)
    errors(send)
    send("trusted host", "/trusted/tea", "for tea")
    old = {"path": "/tea", "user": with_reason(user(1))}
    send("WSGI application below", "/old/tea", old, headers={"X-Old": "yes"}, requests=1)


def sockets(send: Send) -> None:
    def talk(name: str, path: str, told: dict[str, Any], *said: Any, **more: Any) -> None:
        whole = {"first": "websocket.accept", "code": None, "headers": [], "answers": [], **told}
        send(name, f"/sockets/{path}", whole, method="POST", json=said, **more)

    def answers(lang: str, *said: Any) -> dict[str, Any]:
        return {"headers": [["x-room", "tea"]], "answers": [{"room": "tea", "lang": lang, "said": one} for one in said]}

    talk("WebSocket", "tea?lang=de", answers("de", "Grüß Gott", ["a", None]), "Grüß Gott", ["a", None])
    talk("WebSocket that calls", "tea", answers("en", user(1), "and", user(2)), 1, "and", 2, httpx=2)
    talk("WebSocket that nobody talks to", "tea", answers("en"))
    talk("WebSocket, refused", "closed", {"first": "websocket.close", "code": 1008})


def files(send: Send) -> None:
    send("static file", "/static/hours.txt", HOURS, headers={"Content-Length": "81", **TEXT})
    send("static file, JSON", "/static/prices.json", {"tea": 2.5, "mate": 1}, headers=JSON)
    part = {"send_headers": {"Range": "bytes=5-14"}, "headers": {"Content-Range": "bytes 5-14/81"}}
    send("static file, a part", "/static/hours.txt", "from 9 to ", expect=206, **part)
    since = {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    send("static file, not modified", "/static/hours.txt", expect=304, send_headers=since, replayed=False)
    send("static file, HEAD", "/static/hours.txt", method="HEAD", headers={"Content-Length": "81"})
    missing = {"detail": "Not Found"}
    send("static file, missing", "/static/none.txt", missing, expect=404, recorded="status")


def documentation(send: Send) -> None:
    send("OpenAPI schema", "/openapi.json", SCHEMA, headers=JSON)
    send("documented route", "/catalogue/today", [{"name": "tea", "price": 2.5}])
    for name, what in {"docs": "SwaggerUIBundle", "redoc": "redoc"}.items():
        page = matches(rf"(?s)\s*<!DOCTYPE html>.*<title>FastAPI - .*{what}.*/openapi\.json.*</html>\s*")
        send(f"{name} page", f"/{name}", page, recorded="type")


def errors(send: Send) -> None:
    answer = {"sold_out": "tea", "ask": user(2)}
    send("exception handler", "/sold-out/tea", answer, expect=202, headers={"Retry-After": "60"}, httpx=1)
    send("exception handler, 410", "/sold-out/tea?gone=yes", {"gone": "tea"}, expect=410, recorded="status")
    send("404 of no route", "/no/such/route", {"detail": "Not Found"}, expect=404, recorded="status")
    wrong = {"expect": 405, "headers": {"Allow": "GET"}, "recorded": "status"}
    send("405", "/catalogue/today", {"detail": "Method Not Allowed"}, method="DELETE", **wrong)
