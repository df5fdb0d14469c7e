"""What the requests of ../answers.py state: what goes out."""

from __future__ import annotations

from stated.words import ARCHIVE, JSON, NUMBERS, TEXT, Send, matches

MASKED = "[a-zA-Z0-9]{64}"


def requests(send: Send) -> None:
    """Send them all."""
    kinds(send)
    sizes(send)
    html(send)
    errors(send)


def kinds(send: Send) -> None:
    send("text", "/text", "plain, with an ü and a ✓\n", headers=TEXT)
    send("non-UTF-8 answer", "/latin-1", "déjà vu".encode("latin-1"), headers={"Content-Type": "text/plain"})
    values = ["2.50", "2020-02-29", "P0DT01H00M00S", "žluťoučký 馬 🐎", 1.5, None, True, {"a": [1]}]
    send("JSON of Django's", "/encoded", values, headers=JSON)
    send("unknown type", "/problem", {"title": "none"}, headers={"Content-Type": "application/problem+json"})
    send(
        "JSON that holds HTML",
        "/look-alike",
        {"html": "<a class='b a'><input name='csrfmiddlewaretoken' value='kept'></a>"},
    )
    letter = "Dear Zoë &amp; Ada, from the middleware:\n1a 2b 3c \n"
    send("template answer", "/template", letter, headers=TEXT)
    send("async template", "/async/template", "Dear Grace, from the view:\n1a 2b 3c \n", headers=TEXT)
    send(
        "ETag",
        "/tagged",
        {"tag": '"another"'},
        send_headers={"If-None-Match": '"another"'},
        headers={"ETag": '"of-the-page"'},
    )
    send("redirect", "/moved", b"", expect=302, headers={"Location": "/items/7"}, replayed=False)


def sizes(send: Send) -> None:
    lines = "".join(f"{number}\n" for number in NUMBERS)
    send("streamed answer", "/streamed", lines, headers=TEXT)
    send("async streamed answer", "/async/streamed", lines, headers=TEXT)
    for wsgi in (False, True):
        send("streamed answer of nothing", "/streamed-nothing", b"", headers=TEXT, wsgi=wsgi)
    send("async streamed answer of nothing", "/async/streamed-nothing", b"", headers=TEXT)
    letter = 'Dear {{ name }}, from {{ added|default:"nobody" }}:\n'
    letter += '{% for number in "abc" %}{{ forloop.counter }}{{ number }} {% endfor %}\n'
    send("file", "/file", letter, headers={"Content-Disposition": 'inline; filename="letter.txt"', **TEXT})
    rows = [{"number": number, "square": number**2, "word": NUMBERS[number % 10]} for number in range(2000)]
    send("100 kB answer", "/large", {"rows": rows})
    send("answer over 1 MiB", "/huge", "x" * 1_200_000, recorded="size")
    send("compressed answer", "/compressed", "zipped " * 100, headers={"Content-Encoding": "gzip"})
    send("empty answer", "/empty", b"", expect=204, headers=TEXT)
    send("empty answer of Django's type", "/untyped", b"", expect=204, recorded="type")


def html(send: Send) -> None:
    """Of HTML nothing is recorded; of an archive that holds it all, evened out."""
    html = {"Content-Type": "text/html; charset=utf-8"}
    send("HTML page", "/page", "<h1>Hello</h1>", headers=html, recorded="type")
    for wsgi in (False, True):
        send(
            "archived page",
            "/saved-page",
            matches(_page("green")),
            headers={"Content-Length": "772", **ARCHIVE},
            wsgi=wsgi,
        )
    send("archived page of another kind", "/saved-page?tea=black", matches(_page("black")), headers=ARCHIVE)
    send("archived page that is not UTF-8", "/latin-1-page", '<p class="b a">déjà vu</p>'.encode("latin-1"))
    send("archived page that is compressed", "/compressed-page", '<p class="b a">kept</p>')
    identity = {"Content-Encoding": "identity", "Content-Type": 'multipart/related; type="Text/HTML"'}
    send(
        "archived page said to be as it is",
        "/plain-page",
        matches(f"<p CLASS='{_classes('green')}'></p>"),
        headers=identity,
    )
    send("empty archived page", "/empty-page", b"", headers=ARCHIVE)


def _classes(tea: str) -> str:
    return f"(?=[a-z ]*{tea})([a-z]+ ){{10}}[a-z]+"


def _page(tea: str) -> str:
    classes = _classes(tea)
    return (
        f'<body class="{classes}">\n'
        f'<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="{MASKED}">\n'
        f'<input value="{MASKED}" type="hidden" name="csrfmiddlewaretoken">\n'
        f"<INPUT type='hidden' NAME='csrfmiddlewaretoken' VALUE='{MASKED}'>\n"
        f"<button class='{classes}'>Send</button></form>\n"
        f'<script>request.headers\\["X-CSRFTOKEN"\\] = "{MASKED}"; '
        f"other.headers\\['X-CSRFToken'\\]='{MASKED}'</script>\n"
        "</body>\n"
    )


def errors(send: Send) -> None:
    send("404 raised", "/missing", {"error": "Http404"}, expect=404, recorded="status")
    send("404 of no route", "/nowhere", {"error": "Resolver404"}, expect=404, recorded="status")
    send("403 raised", "/forbidden", {"error": "not for you"}, expect=403, recorded="status")
    send("400 raised", "/bad", {"error": "what is this"}, expect=400, recorded="status")
    send("500 by exception", "/broken", {"error": "of the server"}, expect=500, recorded="status")
    send("500 by exception, async", "/async/broken", {"error": "of the server"}, expect=500, recorded="status")
    told = ["RuntimeError: the error page is broken too"]
    send("error page that fails", "/hopeless", "Internal Server Error", expect=500, recorded="status", errors=told)
