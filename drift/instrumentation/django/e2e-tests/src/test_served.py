from test_incoming import BINARY
from test_responses import NUMBERS

from e2e_common.record.client import Api, matches
from e2e_common.services.upstream.answers import JSON, TEXT

NOTE = "A note that is served as it is.\n"
PLAIN = {"Content-Type": "text/plain"}
CACHED = "max-age=0, no-cache, no-store, must-revalidate, private"


def files(api: Api) -> None:
    """ASGIStaticFilesHandler serves static files before the first middleware; a view serves media files."""
    inline = {"Content-Length": "32", "Content-Disposition": 'inline; filename="note.txt"', **PLAIN}
    api.get("/static/note.txt", "static file", NOTE, headers=inline)
    api.get("/media/note.txt", "media file", NOTE, headers=inline)
    api.get("/media/note.txt", "media file with Range", NOTE, send_headers={"Range": "bytes=0-3"}, headers=inline)
    css = {"Content-Type": "text/css", "Content-Length": "22"}
    body = "body { color: green }\n"
    api.get("/media/site.css", "CSS file", body, headers=css, recorded="type")
    later = {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    api.get("/media/note.txt", "media file with If-Modified-Since", b"", expect=304, send_headers=later, replayed=False)
    api.get("/media/none.txt", "missing media file", {"error": "Http404"}, expect=404, recorded="status")
    saved = {"Content-Disposition": 'attachment; filename="report.bin"', "Content-Length": "256"}
    api.get("/report", "FileResponse as attachment", BINARY, headers={"Content-Type": "x-e2e/bin", **saved})


def redirects(api: Api) -> None:
    """With Django's default content type, HTML, which is not recorded."""
    slash = {"Location": "/archive/0099/of-old_tea/"}
    api.get("/archive/0099/of-old_tea", "APPEND_SLASH", b"", expect=301, headers=slash, recorded="type")
    headers = {"Location": "/items/7"}
    api.get("/redirected", "redirect with the default type", b"", expect=302, headers=headers, recorded="type")
    where = {"Location": "/items/7?a=1"}
    api.get("/old-items/7?a=1", "RedirectView", b"", expect=301, headers=where, recorded="type")


def conditional(api: Api) -> None:
    tag = {"ETag": '"c28e022e660d552578d82372fd2a1799"'}
    api.get("/tagged-by-content", "ETag of conditional_page", {"page": "the same as ever"}, headers={**tag, **JSON})
    known = {"If-None-Match": tag["ETag"]}
    api.get(
        "/tagged-by-content", "If-None-Match, 304", b"", expect=304, headers=tag, send_headers=known, replayed=False
    )
    date = {"Last-Modified": "Sat, 29 Feb 2020 12:00:00 GMT"}
    since = "Fri, 28 Feb 2020 12:00:00 GMT"
    api.get("/dated", "If-Modified-Since", {"since": since}, headers=date, send_headers={"If-Modified-Since": since})
    known = {"If-Modified-Since": date["Last-Modified"]}
    api.get("/dated", "If-Modified-Since, 304", b"", expect=304, headers=date, send_headers=known, replayed=False)
    tag = {"ETag": '"of-the-page"'}
    body = {"matched": '"of-the-page"'}
    api.get("/guarded", "If-Match, equal", body, headers=tag, send_headers={"If-Match": tag["ETag"]})
    sent = {"If-Match": '"x"'}
    api.get("/guarded", "If-Match, different", b"", expect=412, send_headers=sent, recorded="status")


def heads(api: Api) -> None:
    """HEAD of responses whose body is not recorded. Expected is the result of GET without the body."""
    for wsgi in (False, True):
        api.head("/streamed", "HEAD of a streamed response", b"", headers=TEXT, wsgi=wsgi)
    api.head("/async/streamed", "HEAD of an async streamed response", b"", headers=TEXT)
    api.head("/media/note.txt", "HEAD of a file", b"", headers={"Content-Length": "32", **PLAIN})
    api.head("/empty", "HEAD of an empty response", b"", expect=204, headers=TEXT)
    api.put("/order", "405 of a class-based view", b"", expect=405, headers={"Allow": "GET, POST"}, recorded="status")
    api.options("/order", "405 for OPTIONS", b"", expect=405, headers={"Allow": "GET, POST"}, recorded="status")
    body = "".join(f"{number}\n" for number in NUMBERS)
    headers = {"Content-Type": "text/csv"}
    api.get("/streamed-csv", "streamed CSV", body, headers=headers, recorded="type")


def headers(api: Api) -> None:
    for wsgi in (False, True):
        cookies = 'first=1; Path=/, second="of two"; Path=/served; Secure'
        api.get("/two-cookies", "two cookies", {"cookies": 2}, headers={"Set-Cookie": cookies}, wsgi=wsgi)
    vary = {"Vary": "X-Tenant, Accept-Language", "Cache-Control": matches("private, max-age=60|max-age=60, private")}
    body = {"language": "de"}
    api.get("/varied", "Vary and Cache-Control", body, headers=vary, send_headers={"Accept-Language": "de"})
    api.get("/never-cached", "never_cache", {"cached": False}, headers={"Cache-Control": CACHED})
    api.get("/too-short-to-zip", "response too short for gzip", "short", headers={"Content-Length": "5", **TEXT})
