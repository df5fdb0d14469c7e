"""The requests of the application whose recording is mutated."""

from e2e_common.record.client import Api, matches

SERIAL = matches("live-[0-9a-f]{12}")
HEADERS = {
    "Connection": "close",
    "Content-Length": matches("[0-9]+"),
    "Content-Type": "application/json",
    "Date": matches(".* GMT"),
    "Server": matches("Werkzeug/.*"),
}

with Api() as api:
    calls = {"requests": 1}
    ada = {"id": 1, "name": "Ada", "serial": SERIAL}
    whole = {"status": 200, "reason": "OK", "headers": HEADERS, "body": ada}
    api.get("/careful", name="careful", body=whole, calls=calls)
    api.get("/careless", name="careless", body={"title": "Post 1"}, calls=calls)
    api.get("/hides", name="hides", body={"done": True}, calls=calls)
    api.get("/fragile", name="fragile", body={"id": 3, "name": "Édith", "serial": SERIAL}, calls=calls)
