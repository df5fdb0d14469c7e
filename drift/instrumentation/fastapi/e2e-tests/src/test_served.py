from typing import Any

from test_calls_requests import user, with_reason

from e2e_common.record.client import Api, matches
from e2e_common.services.upstream.answers import JSON, TEXT

HOURS = "Open from 9 to 5.\nClosed on Sundays, holidays and during naïve experiments ✓.\n"
ENTRY = {
    "title": "Entry",
    "type": "object",
    "required": ["name", "price"],
    "properties": {
        "name": {"title": "Name", "type": "string", "minLength": 1, "examples": ["tea"]},
        "price": {"title": "Price", "type": "number", "exclusiveMinimum": 0.0, "description": "in whole coins or less"},
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


def sockets(api: Api) -> None:
    def talk(name: str, path: str, answered: dict[str, Any], *said: Any, **more: Any) -> None:
        whole = {"first": "websocket.accept", "code": None, "headers": [], "answers": [], **answered}
        api.post(f"/sockets/{path}", name, whole, json=said, **more)

    def responses(lang: str, *said: Any) -> dict[str, Any]:
        return {"headers": [["x-room", "tea"]], "answers": [{"room": "tea", "lang": lang, "said": one} for one in said]}

    talk("WebSocket", "tea?lang=de", responses("de", "Grüß Gott", ["a", None]), "Grüß Gott", ["a", None])
    talk("WebSocket with calls", "tea", responses("en", user(1), "and", user(2)), 1, "and", 2, httpx=2)
    talk("WebSocket without messages", "tea", responses("en"))
    talk("WebSocket, refused", "closed", {"first": "websocket.close", "code": 1008})


def files(api: Api) -> None:
    api.get("/static/hours.txt", "static file", HOURS, headers={"Content-Length": "81", **TEXT})
    api.get("/static/prices.json", "static file, JSON", {"tea": 2.5, "mate": 1}, headers=JSON)
    part = {"send_headers": {"Range": "bytes=5-14"}, "headers": {"Content-Range": "bytes 5-14/81"}}
    api.get("/static/hours.txt", "static file, Range", "from 9 to ", expect=206, **part)
    since = {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    api.get("/static/hours.txt", "static file, not modified", expect=304, send_headers=since, replayed=False)
    api.head("/static/hours.txt", "static file, HEAD", headers={"Content-Length": "81"})
    api.get("/static/none.txt", "static file, missing", {"detail": "Not Found"}, expect=404, recorded="status")


def documentation(api: Api) -> None:
    api.get("/openapi.json", "OpenAPI schema", SCHEMA, headers=JSON)
    api.get("/catalogue/today", "documented route", [{"name": "tea", "price": 2.5}])
    for name, what in {"docs": "SwaggerUIBundle", "redoc": "redoc"}.items():
        page = matches(rf"(?s)\s*<!DOCTYPE html>.*<title>FastAPI - .*{what}.*/openapi\.json.*</html>\s*")
        api.get(f"/{name}", f"{name} page", page, recorded="type")


def errors(api: Api) -> None:
    response = {"sold_out": "tea", "ask": user(2)}
    api.get("/sold-out/tea", "exception handler", response, expect=202, headers={"Retry-After": "60"}, httpx=1)
    api.get("/sold-out/tea?gone=yes", "exception handler, 410", {"gone": "tea"}, expect=410, recorded="status")
    api.get("/no/such/route", "404 for an unknown path", {"detail": "Not Found"}, expect=404, recorded="status")
    wrong = {"expect": 405, "headers": {"Allow": "GET"}, "recorded": "status"}
    api.delete("/catalogue/today", "405 for a wrong method", {"detail": "Method Not Allowed"}, **wrong)


def requests(api: Api) -> None:
    api.get("/trusted/tea", "trusted host", "for tea")
    old = {"path": "/tea", "user": with_reason(user(1))}
    api.get("/old/tea", "mounted WSGI application", old, headers={"X-Old": "yes"}, requests=1)
