from test_calls import post
from test_incoming import BINARY

from e2e_common.record.client import Api, matches
from e2e_common.services.upstream.answers import JSON, TEXT, in_text

NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def requests(api: Api) -> None:
    body = {"amount": 10.5, "gross": 12.6, "steps": ["before shop.price", "handler"]}
    api.get("/shop/price/10.5", "blueprint with hooks", body, headers={"X-Steps": "before shop.price, handler, after"})
    _kinds(api)
    _refused(api)
    body = matches("".join(f"for Ada: {in_text(post(number))}\n" for number in (1, 2)))
    api.get("/report?reader=Ada", "calls while the response is streamed", body, headers=TEXT, requests=2)
    api.get("/afterwards", "call after the response", "done", background=1)


def _kinds(api: Api) -> None:
    api.get("/text", body="plain, with an ü and a ✓\n", headers=TEXT)
    api.get("/latin-1", "Latin-1 response", "déjà vu".encode("latin-1"))
    api.get("/bytes", "binary response", BINARY, headers={"Content-Type": "application/x-bytes"})
    api.get("/null", "JSON null", None, headers=JSON)
    api.get("/compressed", body={"compressed": True}, headers={"Content-Encoding": "gzip"})
    headers = {"Set-Cookie": "one=1; Path=/, two=2; Path=/"}
    api.get("/two-cookies", "two cookies and a custom reason phrase", "two", expect=299, headers=headers)
    api.get("/stream", "streamed response", "".join(f"{number}\n" for number in NUMBERS), headers=TEXT)
    api.get("/file", "send_file", "0123456789" * 100, headers={"Content-Length": "1000", **TEXT})
    headers = {"Content-Range": "bytes 5-14/1000"}
    api.get("/file", "range of a file", "5678901234", send_headers={"Range": "bytes=5-14"}, expect=206, headers=headers)
    body = {"rows": [{"number": number, "square": number**2, "word": NUMBERS[number % 10]} for number in range(2000)]}
    api.get("/large", "100 kB response", body)
    api.get("/empty", expect=204)


def _refused(api: Api) -> None:
    """Responses that the SDK does not record, or no CLI replays."""
    api.get("/larger", "1 MiB response", "x" * 1024 * 1024, recorded="size")
    api.get("/html", "HTML response", "<h1>Hello</h1>", recorded="type")
    api.get("/moved", "redirect", "moved\n", expect=302, headers={"Location": "/items"}, replayed=False)
    api.get("/missing", "404 by abort", {"error": "no such thing"}, expect=404, recorded="status")
    api.get("/broken", "500 by an error handler", {"error": "on purpose"}, expect=500, recorded="status")
