"""What the requests of ../served.py state: what Flask serves by itself, and idioms of its guide."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from e2e_common.requester import Api, matches
from stated.incoming import digest
from stated.words import JSON, TEXT

NOTE = "A note that is served as it is: ✓\n"
PAGE = matches("(?s)<!doctype html>.*")
SIGNED_WITH = "e2e"
GONE = (
    "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try "
    "again."
)


def requests(api: Api) -> None:
    """Send them all."""

    def get(name: str, path: str, **stated: Any) -> None:
        api.get(f"/served/{path}", name=name, **stated)

    _files(api)
    _views(api, get)
    _session(api)
    _refused(api)


def _files(api: Api) -> None:
    tag = matches('"[0-9.]+-[0-9]+-[0-9]+"')
    api.get("/static/note.txt", name="static file", headers={"ETag": tag, "Content-Length": "36", **TEXT}, body=NOTE)
    api.head("/static/note.txt", name="HEAD of a static file", headers={"ETag": tag, "Content-Length": "36"})
    api.get("/static/no.txt", name="no static file", expect=404, body={"error": GONE}, recorded="status")
    part: dict[str, Any] = {"send_headers": {"Range": "bytes=2-5"}, "expect": 206, "body": "note"}
    headers = {"Content-Range": "bytes 2-5/36", "Content-Length": "4"}
    api.get("/static/note.txt", name="part of a static file", headers=headers, **part)
    name = "attachment; filename=zlut.txt; filename*=UTF-8''%C5%BElu%C5%A5.txt"
    headers = {"Content-Disposition": name, "ETag": '"e1"', "Last-Modified": "Thu, 01 Jan 1970 00:00:01 GMT", **TEXT}
    api.get("/served/download", name="download", headers=headers, body=NOTE)
    known = {"If-None-Match": '"e1"'}
    api.get("/served/download", name="download that is known", send_headers=known, expect=304, replayed=False)


def _views(api: Api, get: Any) -> None:
    get("class-based view", "stock/3", body={"kind": "tea", "item": 3, "seen": 1})
    put = {"item": 3, "put": {"count": 2}}
    api.put("/served/stock/3", name="class-based view, PUT", json={"count": 2}, expect=202, body=put)
    own = {"language": "de", "own": "/served/in/de/page", "other": "/served/in/en/page"}
    get("URL processors", "in/de/page", body=own)
    get("redirect to the slash", "slash", expect=308, body=PAGE, recorded="type")
    read = {"body": "Ada reads Post 1", "calls": {"requests": 1}}
    get("streamed with the request", "streamed?reader=Ada", headers=TEXT, **read)
    get("template", "template", headers=TEXT, body="&lt;TEA&gt; & &lt;tea&gt;, 1: hot")
    values = {
        "at": "Fri, 02 Jan 2026 03:04:05 GMT",
        "day": "Fri, 02 Jan 2026 00:00:00 GMT",
        "id": "00000000-0000-0000-0000-000000000007",
        "item": {"name": "tea", "price": "2.50"},
    }
    get("values of the JSON provider", "values", headers=JSON, body=values)
    get("deferred callback", "deferred", headers={"X-Deferred": "signal GET"}, body={"started": "signal GET"})
    api.post("/served/checksum", name="checksum of what is sent", data=b"tea" * 99, body={**digest(b"tea" * 99)})
    get("line in the log", "logged?what=tea", body={"logged": "tea"})


def _session(api: Api) -> None:
    """The cookie is signed with the time, so it is made when it is sent."""
    app = Flask(__name__)
    app.secret_key = SIGNED_WITH
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    kept = signer.dumps({"visits": 4, "_flashes": [("note", "said before")]}) if signer else ""
    set_cookie = {"Set-Cookie": matches(r"session=[\w.-]+; HttpOnly; Path=/"), "Vary": "Cookie"}
    first: dict[str, Any] = {"visits": 1, "flashed": []}
    api.post("/served/visit", name="new session", headers=set_cookie, body=first)
    known = {"visits": 5, "flashed": [["note", "said before"]]}
    api.post("/served/visit", name="session that goes on", cookies={"session": kept}, headers=set_cookie, body=known)


def _refused(api: Api) -> None:
    """Error pages: of all that is answered with 400 and more the SDK records nothing, whoever answers."""
    stated: dict[str, Any] = {"body": PAGE, "recorded": "status"}
    api.get("/no/such/page", name="404 of no route", expect=404, body={"error": GONE}, recorded="status")
    api.head("/no/such/page", name="404 for HEAD", expect=404, headers=JSON, recorded="status")
    allowed = {"Allow": matches("OPTIONS, POST|POST, OPTIONS")}
    api.get("/form", name="405", expect=405, headers=allowed, **stated)
    api.head("/form", name="405 for HEAD", expect=405, headers=allowed, recorded="status")
    api.head("/text", name="automatic HEAD", headers=TEXT)
    api.post("/served/json-wanted", name="no JSON sent", data="text", expect=415, **stated)
    broken = {"Content-Type": "application/json"}
    api.post("/served/json-wanted", name="broken JSON", data="{", send_headers=broken, expect=400, **stated)
    api.get("/served/teapot", name="418 by abort", expect=418, **stated)
    error = ["KeyError: 'nobody handles it'"]
    api.get("/served/unhandled", name="unhandled exception", expect=500, errors=error, **stated)
