"""What the requests of ../served.py state: files, redirects, answers that the client has already, cookies."""

from __future__ import annotations

from stated.words import BINARY, JSON, NUMBERS, TEXT, Send, matches

NOTE = "A note that is served as it is.\n"
PLAIN = {"Content-Type": "text/plain"}
CACHED = "max-age=0, no-cache, no-store, must-revalidate, private"


def requests(send: Send) -> None:
    """Send them all."""
    files(send)
    redirects(send)
    conditional(send)
    heads(send)
    headers(send)


def files(send: Send) -> None:
    """Static files are served before the first middleware (ASGIStaticFilesHandler), media files by a view."""
    inline = {"Content-Length": "32", "Content-Disposition": 'inline; filename="note.txt"', **PLAIN}
    send("static file", "/static/note.txt", NOTE, headers=inline)
    send("media file", "/media/note.txt", NOTE, headers=inline)
    send("media file, in part", "/media/note.txt", NOTE, send_headers={"Range": "bytes=0-3"}, headers=inline)
    css = {"Content-Type": "text/css", "Content-Length": "22"}
    send(
        "media file of a type that is not recorded",
        "/media/site.css",
        "body { color: green }\n",
        headers=css,
        recorded="type",
    )
    later = {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    send("media file, not modified", "/media/note.txt", b"", expect=304, send_headers=later, replayed=False)
    send("media file that is missing", "/media/none.txt", {"error": "Http404"}, expect=404, recorded="status")
    saved = {"Content-Disposition": 'attachment; filename="report.bin"', "Content-Length": "256"}
    send("file to be saved", "/report", BINARY, headers={"Content-Type": "x-e2e/bin", **saved})


def redirects(send: Send) -> None:
    """With the type that Django gives them: HTML, of which nothing is recorded."""
    slash = {"Location": "/archive/0099/of-old_tea/"}
    send("slash appended", "/archive/0099/of-old_tea", b"", expect=301, headers=slash, recorded="type")
    send("redirect of Django's type", "/redirected", b"", expect=302, headers={"Location": "/items/7"}, recorded="type")
    where = {"Location": "/items/7?a=1"}
    send("redirect of a class", "/old-items/7?a=1", b"", expect=301, headers=where, recorded="type")


def conditional(send: Send) -> None:
    tag = {"ETag": '"c28e022e660d552578d82372fd2a1799"'}
    same = {"page": "the same as ever"}
    send("ETag made of the answer", "/tagged-by-content", same, headers={**tag, **JSON})
    known = {"If-None-Match": tag["ETag"]}
    send("not modified", "/tagged-by-content", b"", expect=304, headers=tag, send_headers=known, replayed=False)
    date = {"Last-Modified": "Sat, 29 Feb 2020 12:00:00 GMT"}
    since = "Fri, 28 Feb 2020 12:00:00 GMT"
    send("modified since", "/dated", {"since": since}, headers=date, send_headers={"If-Modified-Since": since})
    since = date["Last-Modified"]
    known = {"If-Modified-Since": since}
    send("not modified since", "/dated", b"", expect=304, headers=date, send_headers=known, replayed=False)
    tag = {"ETag": '"of-the-page"'}
    send(
        "If-Match that holds",
        "/guarded",
        {"matched": '"of-the-page"'},
        headers=tag,
        send_headers={"If-Match": tag["ETag"]},
    )
    send(
        "If-Match that does not hold", "/guarded", b"", expect=412, send_headers={"If-Match": '"x"'}, recorded="status"
    )


def heads(send: Send) -> None:
    """HEAD of answers of which no body is recorded: what the view makes of GET, without its body."""
    for wsgi in (False, True):
        send("HEAD of a streamed answer", "/streamed", b"", method="HEAD", headers=TEXT, wsgi=wsgi)
    send("HEAD of an async streamed answer", "/async/streamed", b"", method="HEAD", headers=TEXT)
    send("HEAD of a file", "/media/note.txt", b"", method="HEAD", headers={"Content-Length": "32", **PLAIN})
    send("HEAD of an empty answer", "/empty", b"", method="HEAD", expect=204, headers=TEXT)
    send(
        "refused method of a class",
        "/order",
        b"",
        method="PUT",
        expect=405,
        headers={"Allow": "GET, POST"},
        recorded="status",
    )
    send(
        "refused OPTIONS",
        "/order",
        b"",
        method="OPTIONS",
        expect=405,
        headers={"Allow": "GET, POST"},
        recorded="status",
    )
    lines = "".join(f"{number}\n" for number in NUMBERS)
    send(
        "streamed answer, not recorded for its type",
        "/streamed-csv",
        lines,
        headers={"Content-Type": "text/csv"},
        recorded="type",
    )


def headers(send: Send) -> None:
    for wsgi in (False, True):
        cookies = 'first=1; Path=/, second="of two"; Path=/served; Secure'
        send("two cookies", "/two-cookies", {"cookies": 2}, headers={"Set-Cookie": cookies}, wsgi=wsgi)
    vary = {"Vary": "X-Tenant, Accept-Language", "Cache-Control": matches("private, max-age=60|max-age=60, private")}
    send("Vary and Cache-Control", "/varied", {"language": "de"}, headers=vary, send_headers={"Accept-Language": "de"})
    send("never cached", "/never-cached", {"cached": False}, headers={"Cache-Control": CACHED})
    send("answer too short to compress", "/too-short-to-zip", "short", headers={"Content-Length": "5", **TEXT})
