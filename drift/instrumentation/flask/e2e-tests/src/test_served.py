from typing import Any

from itsdangerous import URLSafeTimedSerializer

from e2e_common.record.client import Api, matches
from e2e_common.services.upstream.answers import JSON, TEXT, digest

NOTE = "A note that is served as it is: ✓\n"
PAGE = matches("(?s)<!doctype html>.*")
SIGNED_WITH = "e2e"
GONE = (
    "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try "
    "again."
)


def files(api: Api) -> None:
    tag = matches('"[0-9.]+-[0-9]+-[0-9]+"')
    api.get("/static/note.txt", "static file", NOTE, headers={"ETag": tag, "Content-Length": "36", **TEXT})
    api.head("/static/note.txt", "HEAD of a static file", headers={"ETag": tag, "Content-Length": "36"})
    api.get("/static/no.txt", "missing static file", {"error": GONE}, expect=404, recorded="status")
    part: dict[str, Any] = {"send_headers": {"Range": "bytes=2-5"}, "expect": 206, "body": "note"}
    headers = {"Content-Range": "bytes 2-5/36", "Content-Length": "4"}
    api.get("/static/note.txt", "range of a static file", headers=headers, **part)
    name = "attachment; filename=zlut.txt; filename*=UTF-8''%C5%BElu%C5%A5.txt"
    headers = {"Content-Disposition": name, "ETag": '"e1"', "Last-Modified": "Thu, 01 Jan 1970 00:00:01 GMT", **TEXT}
    api.get("/served/download", "download", NOTE, headers=headers)
    known = {"If-None-Match": '"e1"'}
    api.get("/served/download", "download with If-None-Match", send_headers=known, expect=304, replayed=False)


def views(api: Api) -> None:
    api.get("/served/stock/3", "class-based view", {"kind": "tea", "item": 3, "seen": 1})
    api.put("/served/stock/3", "class-based view, PUT", {"item": 3, "put": {"count": 2}}, json={"count": 2}, expect=202)
    own = {"language": "de", "own": "/served/in/de/page", "other": "/served/in/en/page"}
    api.get("/served/in/de/page", "URL processors", own)
    api.get("/served/slash", "redirect to the trailing slash", PAGE, expect=308, recorded="type")
    read = {"body": "Ada reads Post 1", "requests": 1}
    api.get("/served/streamed?reader=Ada", "response streamed with stream_with_context", headers=TEXT, **read)
    api.get("/served/template", "rendered template", "&lt;TEA&gt; & &lt;tea&gt;, 1: hot", headers=TEXT)
    values = {
        "at": "Fri, 02 Jan 2026 03:04:05 GMT",
        "day": "Fri, 02 Jan 2026 00:00:00 GMT",
        "id": "00000000-0000-0000-0000-000000000007",
        "item": {"name": "tea", "price": "2.50"},
    }
    api.get("/served/values", "values for the JSON provider", values, headers=JSON)
    api.get("/served/deferred", "after_this_request", {"started": "signal GET"}, headers={"X-Deferred": "signal GET"})
    api.post("/served/checksum", "checksum of the body", {**digest(b"tea" * 99)}, data=b"tea" * 99)
    api.get("/served/logged?what=tea", "log message", {"logged": "tea"})


def session(api: Api) -> None:
    """The cookie's signature contains the time, so it is made when it is sent."""
    signer = URLSafeTimedSerializer(SIGNED_WITH, "cookie-session", signer_kwargs={"key_derivation": "hmac"})
    kept = signer.dumps({"visits": 4, "_flashes": [{" t": ["note", "said before"]}]})  # as Flask signs it
    set_cookie = {"Set-Cookie": matches(r"session=[\w.-]+; HttpOnly; Path=/"), "Vary": "Cookie"}
    api.post("/served/visit", "new session", {"visits": 1, "flashed": []}, headers=set_cookie)
    known = {"visits": 5, "flashed": [["note", "said before"]]}
    api.post("/served/visit", "session from a cookie", known, cookies={"session": kept}, headers=set_cookie)


def error_pages(api: Api) -> None:
    """Error pages. The SDK records no status from 400 on, whatever part of Flask responds."""
    page: dict[str, Any] = {"body": PAGE, "recorded": "status"}
    api.get("/no/such/page", "404 for an unknown path", {"error": GONE}, expect=404, recorded="status")
    api.head("/no/such/page", "HEAD of an unknown path", expect=404, headers=JSON, recorded="status")
    allowed = {"Allow": matches("OPTIONS, POST|POST, OPTIONS")}
    api.get("/form", "405 for a wrong method", expect=405, headers=allowed, **page)
    api.head("/form", "HEAD of a POST route", expect=405, headers=allowed, recorded="status")
    api.head("/text", "automatic HEAD", headers=TEXT)
    api.post("/served/json-wanted", "text body instead of JSON", data="text", expect=415, **page)
    broken = {"Content-Type": "application/json"}
    api.post("/served/json-wanted", "invalid JSON body", data="{", send_headers=broken, expect=400, **page)
    api.get("/served/teapot", "418 by abort", expect=418, **page)
    api.get("/served/unhandled", "unhandled exception", expect=500, errors=["KeyError: 'nobody handles it'"], **page)
