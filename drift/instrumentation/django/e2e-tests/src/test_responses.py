from e2e_common.record.client import Api, matches
from e2e_common.services.upstream.answers import JSON, TEXT

NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
ARCHIVE = {"Content-Type": 'multipart/related; type="text/html"'}
MASKED = "[a-zA-Z0-9]{64}"


def kinds(api: Api) -> None:
    api.get("/text", "text response", "plain, with an ü and a ✓\n", headers=TEXT)
    api.get("/latin-1", "Latin-1 response", "déjà vu".encode("latin-1"), headers={"Content-Type": "text/plain"})
    values = ["2.50", "2020-02-29", "P0DT01H00M00S", "žluťoučký 馬 🐎", 1.5, None, True, {"a": [1]}]
    api.get("/encoded", "values of DjangoJSONEncoder", values, headers=JSON)
    api.get("/problem", "unknown content type", {"title": "none"}, headers={"Content-Type": "application/problem+json"})
    body = {"html": "<a class='b a'><input name='csrfmiddlewaretoken' value='kept'></a>"}
    api.get("/look-alike", "JSON that contains HTML", body)
    api.get("/template", "TemplateResponse", "Dear Zoë &amp; Ada, from the middleware:\n1a 2b 3c \n", headers=TEXT)
    api.get("/async/template", "template in an async view", "Dear Grace, from the view:\n1a 2b 3c \n", headers=TEXT)
    body = {"tag": '"another"'}
    api.get("/tagged", "ETag", body, send_headers={"If-None-Match": '"another"'}, headers={"ETag": '"of-the-page"'})
    api.get("/moved", "redirect", b"", expect=302, headers={"Location": "/items/7"}, replayed=False)


def sizes(api: Api) -> None:
    lines = "".join(f"{number}\n" for number in NUMBERS)
    api.get("/streamed", "streamed response", lines, headers=TEXT)
    api.get("/async/streamed", "async streamed response", lines, headers=TEXT)
    for wsgi in (False, True):
        api.get("/streamed-nothing", "empty streamed response", b"", headers=TEXT, wsgi=wsgi)
    api.get("/async/streamed-nothing", "async empty streamed response", b"", headers=TEXT)
    letter = 'Dear {{ name }}, from {{ added|default:"nobody" }}:\n'
    letter += '{% for number in "abc" %}{{ forloop.counter }}{{ number }} {% endfor %}\n'
    api.get("/file", "FileResponse", letter, headers={"Content-Disposition": 'inline; filename="letter.txt"', **TEXT})
    rows = [{"number": number, "square": number**2, "word": NUMBERS[number % 10]} for number in range(2000)]
    api.get("/large", "100 kB response", {"rows": rows})
    api.get("/huge", "response over 1 MiB", "x" * 1_200_000, recorded="size")
    api.get("/compressed", "gzip response", "zipped " * 100, headers={"Content-Encoding": "gzip"})
    api.get("/empty", "empty response", b"", expect=204, headers=TEXT)
    api.get("/untyped", "empty response with the default type", b"", expect=204, recorded="type")


def html(api: Api) -> None:
    """HTML is not recorded. An archive that contains HTML is recorded and normalised."""
    html = {"Content-Type": "text/html; charset=utf-8"}
    api.get("/page", "HTML page", "<h1>Hello</h1>", headers=html, recorded="type")
    for wsgi in (False, True):
        body = matches(_page("green"))
        api.get("/saved-page", "archived page", body, headers={"Content-Length": "772", **ARCHIVE}, wsgi=wsgi)
    api.get("/saved-page?tea=black", "archived page with other classes", matches(_page("black")), headers=ARCHIVE)
    api.get("/latin-1-page", "archived page in Latin-1", '<p class="b a">déjà vu</p>'.encode("latin-1"))
    api.get("/compressed-page", "archived page with Content-Encoding", '<p class="b a">kept</p>')
    identity = {"Content-Encoding": "identity", "Content-Type": 'multipart/related; type="Text/HTML"'}
    body = matches(f"<p CLASS='{_classes('green')}'></p>")
    api.get("/plain-page", "archived page, encoding identity", body, headers=identity)
    api.get("/empty-page", "empty archived page", b"", headers=ARCHIVE)


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


def errors(api: Api) -> None:
    api.get("/missing", "404 raised", {"error": "Http404"}, expect=404, recorded="status")
    api.get("/nowhere", "404 for an unknown path", {"error": "Resolver404"}, expect=404, recorded="status")
    api.get("/forbidden", "403 raised", {"error": "not for you"}, expect=403, recorded="status")
    api.get("/bad", "400 raised", {"error": "what is this"}, expect=400, recorded="status")
    api.get("/broken", "500 by an exception", {"error": "of the server"}, expect=500, recorded="status")
    api.get("/async/broken", "500 by an exception, async", {"error": "of the server"}, expect=500, recorded="status")
    error = ["RuntimeError: the error page is broken too"]
    api.get("/hopeless", "handler500 that raises", "Internal Server Error", expect=500, recorded="status", errors=error)
